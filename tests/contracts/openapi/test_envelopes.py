"""Finding the item in an answer, the rows of a list, and its next page."""

import json
from typing import Any

import pytest

from contracts.client.pagination import list_rows
from contracts.messages.exchange import Answer, Request
from contracts.openapi.description import Model
from contracts.openapi.envelopes import Listing, Reading
from contracts.results.verdict import Broken, Inconclusive

HOME = "http://x"


def answer(body: object, status: int = 200, path: str = "/notes", headers: dict[str, str] | None = None) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(Request("alice", "GET", HOME + path, path, {}), status, headers or {}, content)


class Pages:
    """A person who gets one page after the other, and records the requested paths."""

    def __init__(self, *pages: object, **headers: str) -> None:
        self.pages = list(pages)
        self.headers = headers
        self.requested: list[str] = []

    def send(self, method: str, path: str) -> Answer:
        self.requested.append(path)
        return answer(self.pages.pop(0), path=path, headers=self.headers if self.pages else None)

    def follow(self, url: object) -> Answer:
        return self.send("GET", str(url).removeprefix(HOME))


def ids(person: Pages, listing: Listing) -> list[int]:
    return [row["id"] for row in list_rows(person, "/notes", listing, {"limit": 1})]


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        ([{"id": 1}, {"id": 2}], [1, 2]),
        ({"results": [{"id": 1}], "count": 1}, [1]),
        ({"items": [{"id": 3}], "total": 1}, [3]),
        ({"notes": [{"id": 5}], "tags": ["a"]}, [5]),
        ({"_embedded": {"notes": [{"id": 6}]}}, [6]),
        ({"notes": [{"id": 5}], "people": [{"id": 1}]}, []),
        ({"id": 4}, []),
        ([1, None], []),
        (7, []),
        (b"", []),
    ],
)
def test_rows_of_which_no_document_tells_are_found_where_they_usually_are(body: object, rows: list[int]) -> None:
    assert [row["id"] for row in Listing().of(answer(body))] == rows
    assert Listing().of(answer(body, 403)) == []


def test_rows_are_where_the_document_has_them() -> None:
    body = {"results": [{"id": 1}], "page": {"notes": [{"id": 2}]}}
    assert Listing(("page", "notes")).of(answer(body)) == [{"id": 2}]


FIRST, SECOND = [{"id": 1}], [{"id": 2}]


@pytest.mark.parametrize(
    ("around", "parameters", "following"),
    [
        ({"next": "http://x/notes?page=2"}, (), "/notes?page=2"),
        ({"next": "/notes?page=2"}, (), "/notes?page=2"),
        ({"_links": {"next": {"href": "?page=2"}}}, (), "/notes?page=2"),
        ({"meta": {"next_cursor": "b"}}, ("limit", "after"), "/notes?limit=1&after=b"),
        ({"nextPageToken": "b"}, ("pageToken",), "/notes?limit=1&pageToken=b"),
        ({"page_info": {"endCursor": "b", "hasNextPage": True}}, ("cursor",), "/notes?limit=1&cursor=b"),
        ({"total": 2}, ("page",), "/notes?limit=1&page=2"),
        ({"meta": {"totalCount": 2}}, ("limit", "offset"), "/notes?limit=1&offset=1"),
    ],
)
def test_the_next_page_is_found(around: dict[str, Any], parameters: tuple[str, ...], following: str) -> None:
    person = Pages({"data": FIRST, **around}, {"data": SECOND})
    assert ids(person, Listing(("data",), parameters=parameters)) == [1, 2]
    assert person.requested == ["/notes?limit=1", following]


def test_the_next_page_is_found_in_a_header() -> None:
    person = Pages(FIRST, SECOND, Link='</notes?page=1>; rel="first", </notes?page=2>; title="a, b"; rel="last next"')
    assert ids(person, Listing()) == [1, 2]
    assert person.requested[1] == "/notes?page=2"


def test_the_profile_says_where_the_next_page_is() -> None:
    person = Pages({"data": FIRST, "on": {"to": 5}}, {"data": SECOND, "on": {"to": None}})
    assert ids(person, Listing(("data",), ("on", "to"), "start")) == [1, 2]
    assert person.requested[1] == "/notes?limit=1&start=5"


def test_the_last_page_is_where_no_more_is_said_to_come() -> None:
    person = Pages({"data": FIRST, "cursor": "a", "has_more": False})
    assert ids(person, Listing(("data",), parameters=("cursor",))) == [1]


@pytest.mark.parametrize(
    ("page", "message"),
    [
        ({"data": FIRST, "count": 2}, "1 of more items.*`next:` under answers: in the profile"),
        ({"data": FIRST, "next_cursor": "b"}, "a cursor at /next_cursor.*name it as `cursor:` under answers:"),
    ],
)
def test_a_list_that_leads_to_no_end_tells_nothing(page: dict[str, Any], message: str) -> None:
    with pytest.raises(Inconclusive, match=message):
        ids(Pages(page), Listing(("data",)))


def test_pages_that_go_in_circles_are_left() -> None:
    person = Pages(*[{"data": FIRST, "next": "/notes?page=2"}] * 5)
    with pytest.raises(Inconclusive, match="lead to no end"):
        ids(person, Listing(("data",)))
    assert len(person.requested) == 2


WRITTEN = {"type": "object", "properties": {name: {"type": "string"} for name in ("title", "text", "place")}}


def document(item: dict[str, Any], rows: dict[str, Any], written: dict[str, Any] = WRITTEN) -> Model:
    parameter = [{"name": "noteId", "in": "path", "required": True, "schema": {"type": "integer"}}]

    def content(schema: dict[str, Any], media: str = "application/json") -> dict[str, Any]:
        return {"description": "", "content": {media: {"schema": schema}}}

    return Model(
        {
            "openapi": "3.0.3",
            "paths": {
                "/notes": {
                    "get": {"responses": {"200": content(rows)}},
                    "post": {"requestBody": content(written), "responses": {"201": content(item)}},
                },
                "/notes/{noteId}": {
                    "parameters": parameter,
                    "get": {"responses": {"200": content(item)}},
                    "patch": {"requestBody": content(written), "responses": {"200": content(item)}},
                },
            },
        }
    )


NOTE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "title": {"type": "string"},
        "place": {"type": "object", "properties": {"title": {}, "text": {}, "city": {}, "id": {}}},
    },
}


def wrapped(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize(
    ("item", "steps"),
    [
        (NOTE, ()),
        (wrapped(data=NOTE), ("data",)),
        (wrapped(ok={"type": "boolean"}, result=wrapped(note=NOTE)), ("result", "note")),
        ({}, ()),
    ],
)
def test_the_item_is_where_the_document_has_most_of_its_fields(item: dict[str, Any], steps: tuple[str, ...]) -> None:
    (resource,) = document(item, {}).resources
    assert set(resource.items.values()) == {steps}
    assert {field.name for field in resource.fields if field.read is not None} == set(
        NOTE["properties"] if item else ()
    )


FLAT = {"title": {"type": "string"}, "text": {"type": "string"}}


@pytest.mark.parametrize(
    ("body", "item", "key", "fields"),
    [
        (wrapped(note=wrapped(**FLAT)), wrapped(note=wrapped(id={}, **FLAT)), "note", set(FLAT)),
        (wrapped(note=wrapped(**FLAT)), wrapped(data=wrapped(id={}, **FLAT)), "note", set(FLAT)),
        (wrapped(place=wrapped(**FLAT)), wrapped(id={}, place=wrapped(**FLAT)), None, {"place"}),
        (wrapped(place=wrapped(**FLAT)), wrapped(data=wrapped(id={}, place=wrapped(**FLAT))), None, {"place"}),
        (wrapped(**FLAT), wrapped(note=wrapped(id={}, **FLAT)), None, set(FLAT)),
    ],
)
def test_a_body_is_wrapped_where_the_answer_has_its_fields_without_the_wrapper(
    body: dict[str, Any], item: dict[str, Any], key: str | None, fields: set[str]
) -> None:
    (resource,) = document(item, {}, body).resources
    sent = {"title": "x"}
    assert resource.wrapped("patch", sent) == (sent if key is None else {key: sent})
    assert {field.name for field in resource.writable} == fields


@pytest.mark.parametrize(
    ("rows", "steps"),
    [
        ({"type": "array", "items": NOTE}, ()),
        (wrapped(tags={"type": "array", "items": {}}, notes={"type": "array", "items": NOTE}), ("notes",)),
        (wrapped(page=wrapped(rows={"type": "array", "items": NOTE})), ("page", "rows")),
        ({}, None),
    ],
)
def test_the_rows_are_where_the_document_has_items(rows: dict[str, Any], steps: tuple[str, ...] | None) -> None:
    (resource,) = document(NOTE, rows).resources
    assert resource.listing.rows == steps


def test_an_id_may_stand_beside_the_item() -> None:
    reading = Reading(["id"], {"GET": ("data", "attributes")})
    assert reading.identity("GET", {"data": {"id": 7, "attributes": {"title": "x"}}}) == (("data", "id"), 7)


def test_an_answer_without_the_item_says_where_it_was_looked_for() -> None:
    with pytest.raises(Broken, match=r"an item at /data \(set `answers:` in the profile for another place\)"):
        Reading(["id"], {"GET": ("data",)}).item(answer({"id": 1}))

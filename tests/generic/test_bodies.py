"""Bodies are read as the document describes them: JSON of any type, forms by their schema, texts and files as sent."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.mockserver.support import mock_of, outcome

GALLERY = Path(__file__).parent / "gallery.yaml"
PHOTO = b"\x89PNG\r\n\x1a\n..."


@pytest.fixture
def curator() -> httpx.Client:
    return mock_of(spec=GALLERY, base_path="").client()


def _shown(curator: httpx.Client, **fields: Any) -> Any:
    """Create a work and return it as it is read afterwards."""
    answer = curator.post("/works", json={"title": "Untitled", **fields})
    assert answer.status_code == 201, answer.text
    read = curator.get(answer.headers["Location"]).json()
    assert read == answer.json()
    return read


# --- values of JSON ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [1907, "1907", "about 1907"])
def test_a_value_keeps_the_type_in_which_it_was_sent(curator: httpx.Client, year: object) -> None:
    assert _shown(curator, year=year)["year"] == year


@pytest.mark.parametrize("price", [{"euro": 5}, {"dollar": 5.5}, None])
def test_any_alternative_is_kept_as_it_is(curator: httpx.Client, price: object) -> None:
    assert _shown(curator, price=price)["price"] == price


WRONG: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "a number for a text": ({"title": 5}, [("title", "invalid")]),
    "a text for a list": ({"tags": "old"}, [("tags", "invalid")]),
    "the same tag twice": ({"tags": ["old", "old"]}, [("tags", "invalid")]),
    "none of the types": ({"year": True}, [("year", "invalid")]),
    "none of the alternatives": ({"price": {"yen": 5}}, [("price", "invalid")]),
    "two alternatives at once": ({"price": {"euro": 5, "dollar": 5}}, [("price", "invalid")]),
    "a key that no pattern allows": ({"size": {"depth": 5}}, [("size.depth", "unknown")]),
    "a limit that is excluded": ({"size": {"width": 0}}, [("size.width", "min_value")]),
    "a height without a width": ({"size": {"height": 5}}, [("size.width", "required")]),
    "several at once": ({"title": "", "year": []}, [("title", "blank"), ("year", "invalid")]),
}


@pytest.mark.parametrize(("fields", "problems"), WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_value_that_the_schema_does_not_allow_is_rejected_with_its_place(
    curator: httpx.Client, method: str, fields: dict[str, Any], problems: list[tuple[str, str]]
) -> None:
    before = _shown(curator)
    path = "/works" if method == "POST" else f"/works/{before['id']}"
    answer = curator.request(method, path, json={"title": "Sunday", **fields})
    assert outcome(answer) == (400, problems)
    assert curator.get("/works").json() == [before]


def test_a_body_of_another_type_is_rejected(curator: httpx.Client) -> None:
    assert outcome(curator.post("/works", json=["Sunday"])) == (400, [(None, "invalid")])
    assert outcome(curator.post("/artists", json={"name": "Paula"})) == (400, [(None, "invalid")])


def test_a_missing_body_is_rejected_where_it_is_required_and_only_there(curator: httpx.Client) -> None:
    assert outcome(curator.post("/works")) == (400, [(None, "required")])
    assert curator.post("/labels").status_code == 201


def test_defaults_hold_in_objects_inside_of_the_body(curator: httpx.Client) -> None:
    assert _shown(curator, place={})["place"] == {"room": "store"}
    assert _shown(curator, place={"room": "hall"})["place"] == {"room": "hall"}


def test_what_only_the_server_sets_is_ignored_at_any_depth_and_named(curator: httpx.Client) -> None:
    answer = curator.post("/works", json={"title": "Sunday", "id": 70, "place": {"since": "not a date"}})
    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["place"]) == (1, {"room": "store"})
    assert "read-only field 'place.since' was ignored" in answer.headers["X-Mock-Notice"]


def test_what_is_write_only_is_shown_at_no_depth(curator: httpx.Client) -> None:
    place = _shown(curator, place={"room": "hall", "code": "canary-4711"})["place"]
    assert place == {"room": "hall"}
    assert "canary-4711" not in curator.get("/works").text


def test_a_change_needs_only_what_it_changes_where_it_has_the_schema_of_the_whole(curator: httpx.Client) -> None:
    work = _shown(curator, year=1907)
    assert curator.patch(f"/works/{work['id']}", json={"year": 1908}).json() == {**work, "year": 1908}


def test_a_map_has_only_what_was_sent(curator: httpx.Client) -> None:
    assert curator.post("/labels", json={"de": "Sonntag"}).json() == {"de": "Sonntag"}
    assert outcome(curator.post("/labels", json={"de": 5})) == (400, [("de", "invalid")])


def test_a_list_of_objects_creates_one_item_for_each(curator: httpx.Client) -> None:
    answer = curator.post("/artists", json=[{"name": "Paula"}, {"name": "Otto"}])
    assert answer.status_code == 201
    assert answer.json() == [{"id": 1, "name": "Paula"}, {"id": 2, "name": "Otto"}] == curator.get("/artists").json()
    assert curator.get("/artists/2").json() == {"id": 2, "name": "Otto"}
    assert outcome(curator.post("/artists", json=[{"name": "Käthe"}, {}])) == (400, [("1.name", "required")])
    assert len(curator.get("/artists").json()) == 2


# --- forms ------------------------------------------------------------------------------------------------------------


def test_the_texts_of_a_form_get_the_types_of_their_fields(curator: httpx.Client) -> None:
    form = {"title": "7", "year": "1907", "tags": ["old", "blue"], "place[room]": "hall", "price": '{"euro": 5}'}
    work = curator.post("/works", data=form).json()
    assert (work["title"], work["year"], work["tags"], work["place"]) == ("7", 1907, ["old", "blue"], {"room": "hall"})
    assert outcome(curator.post("/works", data={"title": "7", "price": "cheap"})) == (400, [("price", "invalid")])


def test_an_upload_is_kept_and_served_back(curator: httpx.Client) -> None:
    files: dict[str, Any] = {
        "photo": ("sunday.png", PHOTO, "image/png"),
        "place": (None, '{"room": "hall"}', "application/json"),
    }
    work = curator.post("/works", data={"title": "Sunday"}, files=files)
    assert work.status_code == 201
    assert (work.json()["photo"], work.json()["place"]) == ("sunday.png", {"room": "hall"})
    assert curator.get("/works").json() == [work.json()]
    photo = curator.get(f"{work.headers['Location']}/photo")
    assert (photo.content, photo.headers["Content-Type"]) == (PHOTO, "image/png")


def test_an_upload_to_a_single_object_is_served_back(curator: httpx.Client) -> None:
    assert curator.put("/cover", files={"image": ("cover.png", PHOTO, "image/png")}).status_code == 204
    assert curator.get("/cover").content == PHOTO


def test_an_upload_of_a_media_type_that_the_document_does_not_list_is_rejected(curator: httpx.Client) -> None:
    answer = curator.post(
        "/works", data={"title": "Sunday"}, files={"photo": ("sunday.pdf", b"%PDF", "application/pdf")}
    )
    assert outcome(answer) == (400, [("photo", "invalid")])
    assert "image/png, image/webp" in answer.text


# --- texts and files --------------------------------------------------------------------------------------------------


def test_a_file_is_served_back_in_its_own_media_type(curator: httpx.Client) -> None:
    assert curator.put("/sketches/boat", content=PHOTO, headers={"Content-Type": "image/webp"}).status_code == 201
    sketch = curator.get("/sketches/boat")
    assert (sketch.content, sketch.headers["Content-Type"]) == (PHOTO, "image/webp")
    assert curator.get("/sketches/house").status_code == 404


def test_a_text_is_held_against_its_schema(curator: httpx.Client) -> None:
    headers = {"Content-Type": "text/plain; charset=utf-8"}
    assert curator.post("/visits", content="Schön!", headers=headers).status_code == 204
    assert outcome(curator.post("/visits", content="x" * 21, headers=headers)) == (400, [(None, "max_length")])


def test_a_media_type_that_the_document_does_not_list_is_rejected_with_those_that_it_does(
    curator: httpx.Client,
) -> None:
    answer = curator.put("/sketches/boat", content=b"%PDF", headers={"Content-Type": "application/pdf"})
    assert answer.status_code == 415
    assert "image/*" in answer.text

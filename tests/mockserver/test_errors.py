from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.support import COURSES, ENCODINGS, OPEN, PRIVATE, SECRET, Mock, course, form, outcome, status
from tests.mockserver.support.snapshot import snapshot


@pytest.mark.rule("ERR-01")
@pytest.mark.parametrize(
    ("person", "method", "path", "code"),
    [
        ("creator", "GET", "/api/v2/nowhere/", 404),
        ("creator", "GET", "/nowhere", 404),
        ("anon", "POST", COURSES, 401),
        ("member", "PATCH", course(OPEN), 403),
        ("creator", "TRACE", course(OPEN), 405),
        ("creator", "POST", COURSES, 400),
    ],
)
def test_only_announced_statuses_of_error_occur(as_: As, person: str, method: str, path: str, code: int) -> None:
    # The judge of the harness refuses every other status in every test; here is one way to each.
    assert as_(person).request(method, path).status_code == code


@pytest.mark.rule("ERR-02")
def test_a_taken_name_is_answered_as_the_vendors_form_reads_it(creator: httpx.Client) -> None:
    answer = creator.patch(course(OPEN), json={"name": "Private course"})
    [error] = answer.json()["errors"]
    [message] = error["messages"]
    assert (answer.status_code, error["field"], message["code"]) == (400, "name", "unique")
    assert set(error) == {"field", "messages"}
    assert set(message) == {"code", "message"}
    assert message["message"]


@pytest.mark.rule("ERR-02")
def test_an_error_of_the_body_as_a_whole_has_no_field(creator: httpx.Client) -> None:
    [error] = creator.patch(course(OPEN), json=[]).json()["errors"]
    assert set(error) == {"code", "message"}


@pytest.mark.rule("ERR-02")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_unique_comes_first_among_several_errors(creator: httpx.Client, encoding: str) -> None:
    bad = {"type": "x", "privacy": "x", "slug": "a b", "name": "Private course"}
    answer = creator.patch(course(OPEN), **ENCODINGS[encoding](bad))
    assert outcome(answer)[1][0] == ("name", "unique")


@pytest.mark.rule("ERR-03")
@pytest.mark.parametrize(
    ("token", "method", "path", "code", "word"),
    [
        (None, "PATCH", course(OPEN), 401, "not_authenticated"),
        ("nobody", "PATCH", course(OPEN), 401, "authentication_failed"),
        ("member", "PATCH", course(OPEN), 403, "permission_denied"),
        ("member", "PATCH", course(SECRET), 404, "not_found"),
        ("member", "GET", "/api/v2/nowhere/", 404, "not_found"),
        ("member", "POST", course(OPEN), 405, "method_not_allowed"),
    ],
)
def test_refusals_of_the_request_as_a_whole_have_no_field(
    mock: Mock, token: str | None, method: str, path: str, code: int, word: str
) -> None:
    caller = mock.client({"Authorization": f"Bearer {token}"} if token else None)
    assert outcome(caller.request(method, path)) == (code, [(None, word)])


BAD: dict[str, Any] = {
    "name": " ",
    "slug": "a b",
    "type": "x",
    "privacy": "x",
    "enforce_lessons_order": "maybe",
    "hide_member_count": "2",
    "sections_order": ["x"],
    "categories": ["x"],
}


@pytest.mark.rule("ERR-04")
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(("method", "path"), [("PATCH", course(1)), ("PUT", course(1)), ("POST", COURSES)])
def test_all_bad_fields_are_named_in_one_answer_and_nothing_is_saved(
    mock: Mock, method: str, path: str, encoding: str
) -> None:
    before = snapshot(mock)
    fields = {**BAD, "description": "A good field beside bad ones.", "meta_title": "Another."}
    answer = mock.as_("creator").request(method, path, **ENCODINGS[encoding](fields))
    assert answer.status_code == 400
    assert sorted(error["field"] for error in answer.json()["errors"]) == sorted(BAD)
    assert snapshot(mock) == before


@pytest.mark.rule("ERR-04")
def test_a_field_that_only_the_state_refuses_is_named_beside_those_that_the_schema_refuses(
    creator: httpx.Client,
) -> None:
    bad = {"privacy": "", "categories": [99], "name": "Private course", "sections_order": [], "type": "x"}
    answer = creator.patch(course(OPEN), json=bad)
    assert sorted(outcome(answer)[1]) == [
        ("categories", "does_not_exist"),
        ("name", "unique"),
        ("privacy", "invalid"),
        ("sections_order", "invalid"),
        ("type", "invalid_choice"),
    ]


REFUSED: list[tuple[str, str, str, dict[str, Any]]] = [
    ("anon", "PATCH", course(OPEN), {"json": {"description": "x"}}),
    ("member", "PATCH", course(OPEN), {"json": {"description": "x"}}),
    ("member", "PUT", course(PRIVATE), {"json": {"name": "x", "type": "self-paced"}}),
    ("joined", "DELETE", course(OPEN), {}),
    ("member", "DELETE", course(SECRET), {}),
    ("creator", "PATCH", course(OPEN), {"json": {"description": "x", "privacy": ""}}),
    ("creator", "PATCH", course(OPEN), {"json": {"description": "x", "image_original": "data:image/png;base64,AAAA"}}),
    ("creator", "PATCH", course(OPEN), {"json": {"image_original": "a picture", "name": "Private course"}}),
    ("creator", "PATCH", course(OPEN), form("text/plain", b'{"description": "x"}')),
    ("creator", "PATCH", course(OPEN), form("application/json", b'{"description": "x"} x')),
    ("creator", "PUT", course(OPEN), {"json": {"name": "x"}}),
    ("creator", "POST", COURSES, {"json": {"name": "Open course", "type": "self-paced"}}),
    ("creator", "POST", COURSES, {"json": {"name": "x", "type": "self-paced", "slug": "open-course"}}),
    ("creator", "POST", status(OPEN), {}),
]


@pytest.mark.parametrize(("person", "method", "path", "sent"), REFUSED)
def test_a_refused_request_changes_nothing(
    mock: Mock, person: str, method: str, path: str, sent: dict[str, Any]
) -> None:
    before = snapshot(mock)
    assert mock.as_(person).request(method, path, **sent).status_code >= 400
    assert snapshot(mock) == before


@pytest.mark.parametrize(("person", "method", "path", "sent"), REFUSED)
def test_what_was_refused_leaves_no_trace_in_what_comes_next(
    mock: Mock, person: str, method: str, path: str, sent: dict[str, Any]
) -> None:
    new = {"name": "Next", "type": "self-paced", "image_original": "x"}
    expected = mock.as_("member").post(COURSES, json=new).json()
    mock.reset()
    mock.as_(person).request(method, path, **sent)
    answer = mock.as_("member").post(COURSES, json=new)
    # Sequences of ids may have gaps, as those of databases have after a rollback.
    made = {**answer.json(), "id": expected["id"]}
    for name in ("image_bigger", "image_big", "image_medium", "image_small"):
        made[name] = made[name].replace(f"/{answer.json()['id']}-", f"/{expected['id']}-")
    assert made == expected

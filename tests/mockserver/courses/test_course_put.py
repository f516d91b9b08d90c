from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support import schema_keys
from tests.mockserver.support import DRAFT, ENCODINGS, EVERYBODY, OPEN, PRIVATE, SECRET, course, outcome

WHOLE = {"name": "Whole", "type": "scheduled"}
LEADS = ("creator", "manager")
STATES: dict[int, dict[str, int]] = {
    OPEN: {"anon": 401},
    PRIVATE: {"anon": 401},
    SECRET: {"anon": 401, "member": 404, "requested": 404, "staff": 404},
    DRAFT: {"anon": 401, "member": 404, "requested": 404, "staff": 404, "invited": 404, "joined": 404},
}
"""Who is answered what, unless it is 200 for those who lead the course and 403 for the rest."""

CELLS = [
    (key, person, codes.get(person, 200 if person in LEADS else 403))
    for key, codes in STATES.items()
    for person in EVERYBODY
]


@pytest.mark.rule("COURSE-PUT-01")
@pytest.mark.parametrize(("key", "person", "code"), CELLS)
def test_changing_a_course_as_a_whole_has_the_roles_of_changing_some_of_it(
    as_: As, key: int, person: str, code: int
) -> None:
    put = as_(person).put(course(key), json=WHOLE)
    assert put.status_code == code
    assert as_(person).patch(course(key), json=WHOLE).status_code == code
    if code in {403, 404}:
        assert put.headers["X-Mock-Rule"] == "COURSE-PUT-01"


@pytest.mark.rule("COURSE-PUT-01")
def test_a_course_that_never_was_cannot_be_changed_as_a_whole(creator: httpx.Client) -> None:
    assert outcome(creator.put(course(999_999), json=WHOLE)) == (404, [(None, "not_found")])


BAD: list[tuple[int, dict[str, Any], tuple[str, str]]] = [
    (OPEN, {"name": ""}, ("name", "blank")),
    (OPEN, {"name": None}, ("name", "null")),
    (OPEN, {"name": "Private course"}, ("name", "unique")),
    (OPEN, {"name": "n" * 256}, ("name", "max_length")),
    (OPEN, {"slug": "private-course"}, ("slug", "unique")),
    (OPEN, {"slug": "a b"}, ("slug", "invalid")),
    (OPEN, {"type": "x"}, ("type", "invalid_choice")),
    (OPEN, {"privacy": "x"}, ("privacy", "invalid_choice")),
    (OPEN, {"privacy": ""}, ("privacy", "invalid")),
    (SECRET, {"privacy": ""}, ("privacy", "invalid")),
    (OPEN, {"description": None}, ("description", "null")),
    (OPEN, {"enforce_lessons_order": "maybe"}, ("enforce_lessons_order", "invalid")),
    (OPEN, {"sections_order": []}, ("sections_order", "invalid")),
    (OPEN, {"categories": [99]}, ("categories", "does_not_exist")),
    (OPEN, {"categories": ["x"]}, ("categories", "incorrect_type")),
    (OPEN, {"image_original": {}}, ("image_original", "invalid")),
]


@pytest.mark.rule("COURSE-PUT-01")
@pytest.mark.parametrize(("key", "fields", "error"), BAD)
def test_changing_a_course_as_a_whole_has_the_checks_of_changing_some_of_it(
    creator: httpx.Client, key: int, fields: dict[str, Any], error: tuple[str, str]
) -> None:
    before = creator.get(course(key), params={"view": "edit"}).json()
    assert outcome(creator.put(course(key), json={**WHOLE, **fields})) == (400, [error])
    assert creator.get(course(key), params={"view": "edit"}).json() == before


@pytest.mark.rule("COURSE-PUT-02")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_name_and_type_must_be_there(creator: httpx.Client, encoding: str) -> None:
    encode = ENCODINGS[encoding]
    answer = creator.put(course(OPEN), **encode({"name": "x"}))
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("type", "required")]), "COURSE-PUT-02")
    assert outcome(creator.put(course(OPEN), **encode({"type": "scheduled"}))) == (400, [("name", "required")])
    assert outcome(creator.put(course(OPEN), **encode({}))) == (400, [("name", "required"), ("type", "required")])
    assert creator.get(course(OPEN)).json()["name"] == "Open course"


@pytest.mark.rule("COURSE-PUT-02")
def test_without_a_body_name_and_type_are_not_there(creator: httpx.Client) -> None:
    assert outcome(creator.put(course(OPEN))) == (400, [("name", "required"), ("type", "required")])


@pytest.mark.rule("COURSE-PUT-03")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_field_that_is_left_out_stays_as_it_is(creator: httpx.Client, encoding: str) -> None:
    order = creator.get(course(OPEN)).json()["sections_order"]
    full = {
        "slug": "kept",
        "description": "kept",
        "privacy": "private",
        "enforce_lessons_order": True,
        "new_comment_notification_enabled": False,
        "hide_member_count": True,
        "meta_title": "kept",
        "meta_description": "kept",
        "og_title": "kept",
        "og_description": "kept",
        "og_image": "kept",
        "sections_order": order[::-1],
        "categories": [1, 2],
        "image_original": "kept",
    }
    before = creator.patch(course(OPEN), json=full).json()
    answer = creator.put(course(OPEN), **ENCODINGS[encoding](WHOLE))
    assert answer.json() == {**before, **WHOLE}


@pytest.mark.rule("COURSE-PUT-04")
@pytest.mark.parametrize("person", LEADS)
def test_the_answer_is_the_whole_course(as_: As, person: str) -> None:
    answer = as_(person).put(course(OPEN), json={**WHOLE, "id": 9, "deleted": True, "foo": 1, "description": "x"})
    body = answer.json()
    assert (answer.status_code, list(body)) == (200, schema_keys.COURSE)
    assert (body["id"], body["deleted"], body["join_status"]) == (OPEN, False, person)
    assert (body["name"], body["type"], body["description"]) == ("Whole", "scheduled", "x")

"""What of a body counts in a change, and what it leaves alone."""

from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support import schema_keys
from tests.mockserver.courses.support.patching import FLAGS, TEXTS, category_ids, patched, read
from tests.mockserver.support import DRAFT, OPEN, PRIVATE, SECRET, Encode, course, form, multipart, outcome, status

JSON = "application/json"
READ_ONLY = ["id", "image_bigger", "image_big", "image_medium", "image_small", "deleted", "join_status"]
READ_ONLY += ["user_completion_rate", "created_at", "created_by"]


ONE_FIELD: dict[str, Any] = {
    "name": "Another name",
    "slug": "another-slug",
    "description": "Another description.",
    "type": "scheduled",
    "privacy": "secret",
    "enforce_lessons_order": True,
    "new_comment_notification_enabled": False,
    "hide_member_count": True,
    "meta_title": "m",
    "meta_description": "md",
    "og_title": "o",
    "og_description": "od",
    "og_image": "oi",
}


@pytest.mark.rule("COURSE-PATCH-06")
@pytest.mark.parametrize("field", ONE_FIELD)
def test_one_field_is_enough_and_all_others_keep_their_value(creator: httpx.Client, encode: Encode, field: str) -> None:
    full = {name: f"{name} before" for name in TEXTS} | dict.fromkeys(FLAGS, field not in FLAGS)
    before = patched(creator, **{**full, **({field: not ONE_FIELD[field]} if field in FLAGS else {})})
    answer = creator.patch(course(OPEN), **encode({field: ONE_FIELD[field]}))
    assert answer.json() == {**before, field: ONE_FIELD[field]}
    assert read(creator) == answer.json()


@pytest.mark.rule("COURSE-PATCH-06")
def test_a_changed_course_leaves_the_others_alone(creator: httpx.Client, encode: Encode) -> None:
    before = [read(creator, key) for key in (PRIVATE, SECRET, DRAFT)]
    creator.patch(course(OPEN), **encode(ONE_FIELD))
    assert [read(creator, key) for key in (PRIVATE, SECRET, DRAFT)] == before


@pytest.mark.rule("COURSE-PATCH-07")
@pytest.mark.parametrize("person", ["creator", "manager"])
def test_the_answer_is_the_whole_course_as_the_caller_sees_it(as_: As, person: str, encode: Encode) -> None:
    answer = as_(person).patch(course(OPEN), **encode({"og_title": "t"}))
    assert (answer.status_code, list(answer.json())) == (200, schema_keys.COURSE)
    assert (answer.json()["join_status"], answer.json()["og_title"]) == (person, "t")
    assert answer.json() == read(as_(person))


@pytest.mark.rule("COURSE-PATCH-11")
@pytest.mark.parametrize("field", READ_ONLY)
@pytest.mark.parametrize("value", [True, 9, "2001-01-01T00:00:00Z", None, {"id": 2}, []])
def test_fields_that_can_only_be_read_are_dropped(creator: httpx.Client, field: str, value: Any) -> None:
    before = read(creator)
    assert patched(creator, **{field: value, "name": "New"}) == {**before, "name": "New"}
    assert read(creator) == {**before, "name": "New"}
    assert creator.get(course(9)).status_code == 404


@pytest.mark.rule("COURSE-PATCH-11", "COURSE-PATCH-44")
def test_read_only_fields_are_dropped_in_every_encoding(creator: httpx.Client, encode: Encode) -> None:
    before = read(creator)
    answer = creator.patch(course(OPEN), **encode({**dict.fromkeys(READ_ONLY, "9"), "name": "New"}))
    assert answer.json() == {**before, "name": "New"}
    assert read(creator) == {**before, "name": "New"}


UNKNOWN: dict[str, Any] = {"foo": 1, "0": "[object Object]", "products": "[]", "NAME": "x", "name ": "x", "": "x"}
UNKNOWN |= {"__proto__": "x", "^": "x", "picture": "x", "sections": "[]", "name[0]": "x", "cover": "y" * 5000}


@pytest.mark.rule("COURSE-PATCH-12")
def test_fields_that_do_not_exist_are_dropped(creator: httpx.Client, encode: Encode) -> None:
    before = read(creator)
    answer = creator.patch(course(OPEN), **encode(UNKNOWN))
    assert (answer.status_code, answer.json()) == (200, before)
    assert read(creator) == before


@pytest.mark.rule("COURSE-PATCH-13")
@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"json": {}},
        form("application/json", b""),
        form("application/json", b" {} "),
        form("application/x-www-form-urlencoded", b""),
        form("application/x-www-form-urlencoded;charset=UTF-8", b""),
        form("multipart/form-data; boundary=x", b""),
        multipart([]),
    ],
)
def test_nothing_in_the_body_changes_nothing(creator: httpx.Client, sent: dict[str, Any]) -> None:
    before = read(creator)
    answer = creator.patch(course(OPEN), **sent)
    assert (answer.status_code, answer.json()) == (200, before)
    assert read(creator) == before


@pytest.mark.rule("COURSE-PATCH-14")
@pytest.mark.parametrize("content", [b"[]", b'[{"name": "x"}]', b'"name"', b"1", b"true", b"1e400", b"null"])
def test_json_that_is_no_object_is_refused(creator: httpx.Client, content: bytes) -> None:
    code, [(field, word)] = outcome(creator.patch(course(OPEN), **form(JSON, content)))
    assert (code, field) == (400, None)
    assert word in {"invalid", "null", "parse_error"}


@pytest.mark.rule("COURSE-PATCH-14")
def test_a_json_list_in_the_place_of_an_object_is_invalid(creator: httpx.Client) -> None:
    assert outcome(creator.patch(course(OPEN), json=[])) == (400, [(None, "invalid")])


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_of_doubled_names_in_json_the_last_one_counts(creator: httpx.Client, method: str) -> None:
    content = b'{"name": "a", "type": "x", "type": "self-paced", "name": "b"}'
    assert creator.request(method, course(OPEN), **form(JSON, content)).json()["name"] == "b"


@pytest.mark.rule("COURSE-PATCH-44")
@pytest.mark.parametrize("field", ["created_at", "created_by", "deleted", "join_status", "user_completion_rate"])
def test_what_only_the_server_writes_cannot_be_written(creator: httpx.Client, encode: Encode, field: str) -> None:
    before = read(creator)
    for value in ("true", "100", "manager", "2001-01-01T00:00:00Z", ["2"]):
        assert creator.patch(course(OPEN), **encode({field: value})).json() == before
    assert creator.get(status(OPEN)).json() == {"status": "creator"}


@pytest.mark.rule("COURSE-PATCH-45")
def test_the_same_request_twice_has_the_same_answer(creator: httpx.Client, encode: Encode) -> None:
    fields = {**ONE_FIELD, "categories": [2, 3], "image_original": "string"}
    first, second = (creator.patch(course(OPEN), **encode(fields)) for _ in range(2))
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert read(creator) == first.json()


@pytest.mark.rule("COURSE-PATCH-46")
@pytest.mark.parametrize("headers", [{}, {"If-Match": '"x"'}, {"If-Unmodified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}])
def test_field_by_field_the_last_change_wins(as_: As, headers: dict[str, str]) -> None:
    creator, manager = as_("creator"), as_("manager")
    creator.patch(course(OPEN), json={"description": "first", "og_title": "first"}, headers=headers)
    manager.patch(course(OPEN), json={"og_title": "second", "meta_title": "second"}, headers=headers)
    after = read(creator)
    assert (after["description"], after["og_title"], after["meta_title"]) == ("first", "second", "second")


@pytest.mark.rule("COURSE-PATCH-47")
@pytest.mark.parametrize(
    "query", ["view=edit", "view=x", "user=3", "user=999999", "user=x", "limit=0", "%ff=%", "name=x"]
)
def test_the_query_has_no_meaning_for_a_change(creator: httpx.Client, query: str) -> None:
    answer = creator.patch(f"{course(OPEN)}?{query}", json={"description": "x"})
    assert (answer.status_code, list(answer.json())) == (200, schema_keys.COURSE)
    assert (answer.json()["join_status"], answer.json()["name"]) == ("creator", "Open course")


def test_the_forms_and_switches_of_the_vendors_client_work(creator: httpx.Client) -> None:
    switches = {"enforce_lessons_order": True, "new_comment_notification_enabled": True, "hide_member_count": False}
    assert patched(creator, id=1, **switches) | switches == read(creator)
    as_json_of_texts = {"enforce_lessons_order": "false", "categories": ["1", "2"]}
    changed = patched(creator, **as_json_of_texts)
    assert (changed["enforce_lessons_order"], category_ids(changed)) == (False, [1, 2])
    fields = [("name", "Open course"), ("description", ""), ("type", "self-paced"), ("privacy", "open")]
    fields += [("categories[0]", "3"), ("products", "[]"), ("0", "[object Object]")]
    changed = creator.patch(course(OPEN), **multipart(fields)).json()
    assert (changed["description"], category_ids(changed)) == ("", [3])

"""Type and privacy in a change."""

from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support.patching import patched, read, refused
from tests.mockserver.support import COURSES, DRAFT, OPEN, PEOPLE, PRIVATE, SECRET, Encode, course, outcome, status


@pytest.mark.rule("COURSE-PATCH-22")
def test_a_course_is_self_paced_structured_or_scheduled(creator: httpx.Client, encode: Encode) -> None:
    for kind in ("structured", "scheduled", "self-paced"):
        assert creator.patch(course(OPEN), **encode({"type": kind})).json()["type"] == kind
    for kind in ("x", "", "Structured", "self_paced"):
        answer = creator.patch(course(OPEN), **encode({"type": kind}))
        assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (
            (400, [("type", "invalid_choice")]),
            "COURSE-PATCH-22",
        )


@pytest.mark.rule("COURSE-PATCH-22")
@pytest.mark.parametrize("field", ["type", "privacy"])
@pytest.mark.parametrize("value", [1, True, ["open"], {}, 10**400])
def test_a_choice_is_a_text(creator: httpx.Client, field: str, value: Any) -> None:
    assert refused(creator, **{field: value}) == [(field, "invalid_choice")]
    assert refused(creator, **{field: None}) == [(field, "null")]


@pytest.mark.rule("COURSE-PATCH-23")
def test_the_type_can_change_at_any_time_and_what_sections_say_is_kept(as_: As) -> None:
    creator, member = as_("creator"), as_("member")
    before = creator.get(course(OPEN), params={"view": "edit"}).json()["sections"]

    def locked() -> list[bool]:
        return [section["locked"] for section in member.get(course(OPEN)).json()["sections"]]

    assert locked() == [False, False]
    patched(creator, type="structured")
    assert locked() == [True, True]
    patched(creator, type="scheduled")
    assert locked() == [False, False]
    assert creator.get(course(OPEN), params={"view": "edit"}).json()["sections"] == before


@pytest.mark.rule("COURSE-PATCH-24")
@pytest.mark.parametrize("privacy", ["x", "Open", "public", "draft", " "])
def test_privacy_is_empty_open_private_or_secret(creator: httpx.Client, encode: Encode, privacy: str) -> None:
    answer = creator.patch(course(DRAFT), **encode({"privacy": privacy}))
    assert outcome(answer) == (400, [("privacy", "invalid_choice")])
    assert answer.headers["X-Mock-Rule"] == "COURSE-PATCH-24"


@pytest.mark.rule("COURSE-PATCH-25")
@pytest.mark.parametrize(("privacy", "seen"), [("open", 200), ("private", 200), ("secret", 404)])
def test_a_draft_is_published_by_giving_it_a_privacy(as_: As, encode: Encode, privacy: str, seen: int) -> None:
    assert as_("member").get(course(DRAFT)).status_code == 404
    answer = as_("creator").patch(course(DRAFT), **encode({"privacy": privacy}))
    assert (answer.status_code, answer.json()["privacy"]) == (200, privacy)
    assert as_("member").get(course(DRAFT)).status_code == seen
    assert as_("invited").get(course(DRAFT)).status_code == 200


@pytest.mark.rule("COURSE-PATCH-26")
@pytest.mark.parametrize("key", [OPEN, PRIVATE, SECRET])
@pytest.mark.parametrize("person", ["creator", "manager"])
def test_a_published_course_never_becomes_a_draft_again(as_: As, encode: Encode, key: int, person: str) -> None:
    before = read(as_("creator"), key)
    for fields in ({"privacy": ""}, {"privacy": "", "description": "x"}):
        answer = as_(person).patch(course(key), **encode(fields))
        assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("privacy", "invalid")]), "COURSE-PATCH-26")
    assert read(as_("creator"), key) == before


@pytest.mark.rule("COURSE-PATCH-26")
def test_a_course_published_a_moment_ago_is_published(creator: httpx.Client) -> None:
    made = creator.post(COURSES, json={"name": "New", "type": "self-paced"}).json()
    patched(creator, made["id"], privacy="open")
    assert refused(creator, made["id"], privacy="") == [("privacy", "invalid")]


@pytest.mark.rule("COURSE-PATCH-27")
def test_a_draft_may_be_told_again_that_it_is_one(creator: httpx.Client, encode: Encode) -> None:
    before = read(creator, DRAFT)
    answer = creator.patch(course(DRAFT), **encode({"privacy": ""}))
    assert (answer.status_code, answer.json()) == (200, before)


@pytest.mark.rule("COURSE-PATCH-27")
@pytest.mark.parametrize("key", [OPEN, DRAFT])
@pytest.mark.parametrize("field", ["privacy", "type"])
def test_null_is_no_choice(creator: httpx.Client, key: int, field: str) -> None:
    assert refused(creator, key, **{field: None}) == [(field, "null")]


@pytest.mark.rule("COURSE-PATCH-28")
@pytest.mark.parametrize("before", ["open", "private", "secret"])
@pytest.mark.parametrize("after", ["open", "private", "secret"])
def test_published_courses_may_go_from_each_privacy_to_each_other(
    creator: httpx.Client, encode: Encode, before: str, after: str
) -> None:
    patched(creator, privacy=before)
    answer = creator.patch(course(OPEN), **encode({"privacy": after}))
    assert (answer.status_code, answer.json()["privacy"]) == (200, after)


@pytest.mark.rule("COURSE-PATCH-29")
@pytest.mark.parametrize("privacy", ["open", "secret", "private"])
def test_another_privacy_leaves_everybodys_state_as_it_was(as_: As, privacy: str) -> None:
    patched(as_("creator"), PRIVATE, privacy=privacy)
    patched(as_("creator"), PRIVATE, privacy="open")
    for person in PEOPLE:
        expected = None if person in {"member", "staff"} else person
        assert as_(person).get(status(PRIVATE)).json() == {"status": expected}


@pytest.mark.rule("COURSE-PATCH-30")
def test_a_course_may_be_published_empty(creator: httpx.Client) -> None:
    made = creator.post(COURSES, json={"name": "Empty", "type": "self-paced"}).json()
    assert (made["description"], made["sections_order"]) == ("", [])
    assert patched(creator, made["id"], privacy="open")["privacy"] == "open"

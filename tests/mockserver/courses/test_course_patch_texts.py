"""Switches and texts in a change."""

from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support.patching import FLAGS, TEXTS, patched, read, refused
from tests.mockserver.support import OPEN, Encode, course, multipart, outcome, urlencoded


@pytest.mark.rule("COURSE-PATCH-31")
def test_hiding_the_number_of_members_is_seen_at_once(as_: As) -> None:
    for value in (True, False):
        patched(as_("creator"), hide_member_count=value)
        assert as_("anon").get(course(OPEN)).json()["hide_member_count"] is value


@pytest.mark.rule("COURSE-PATCH-32")
def test_enforcing_the_order_of_lessons_locks_all_but_the_first_at_once(as_: As) -> None:
    def locked(person: str) -> list[bool]:
        sections = as_(person).get(course(OPEN)).json()["sections"]
        return [lesson["locked"] for section in sections for lesson in section["lessons"]]

    lessons = len(locked("joined"))
    assert lessons >= 3
    assert locked("joined") == [False] * lessons
    patched(as_("creator"), enforce_lessons_order=True)
    assert locked("joined") == [False] + [True] * (lessons - 1)
    assert locked("creator") == locked("manager") == [False] * lessons
    patched(as_("creator"), enforce_lessons_order=False)
    assert locked("joined") == [False] * lessons


@pytest.mark.rule("COURSE-PATCH-33")
def test_the_switch_of_notices_about_comments_is_kept(creator: httpx.Client) -> None:
    for value in (False, True):
        patched(creator, new_comment_notification_enabled=value)
        assert read(creator)["new_comment_notification_enabled"] is value


YES = ["true", "True", "TRUE", "on", "1", "yes", "t", "y"]
NO = ["false", "False", "FALSE", "off", "0", "no", "f", "n"]


@pytest.mark.rule("COURSE-PATCH-34")
@pytest.mark.parametrize("field", FLAGS)
@pytest.mark.parametrize(("text", "value"), [*((text, True) for text in YES), *((text, False) for text in NO)])
def test_the_usual_words_are_read_as_switches(
    creator: httpx.Client, encode: Encode, field: str, text: str, value: bool
) -> None:
    patched(creator, **{field: not value})
    assert creator.patch(course(OPEN), **encode({field: text})).json()[field] is value


@pytest.mark.rule("COURSE-PATCH-34")
@pytest.mark.parametrize(("sent", "value"), [(True, True), (False, False), (1, True), (0, False)])
def test_json_has_switches_of_its_own(creator: httpx.Client, sent: Any, value: bool) -> None:
    patched(creator, hide_member_count=not value)
    assert patched(creator, hide_member_count=sent)["hide_member_count"] is value


@pytest.mark.rule("COURSE-PATCH-34")
@pytest.mark.parametrize("field", FLAGS)
@pytest.mark.parametrize("text", ["maybe", "undefined", "null", "2", "truthy", "-1"])
def test_no_other_word_is_a_switch(creator: httpx.Client, encode: Encode, field: str, text: str) -> None:
    assert outcome(creator.patch(course(OPEN), **encode({field: text}))) == (400, [(field, "invalid")])


@pytest.mark.rule("COURSE-PATCH-34")
@pytest.mark.parametrize("value", [2, -1, 0.5, [], [True], {}, 10**400])
def test_no_other_value_is_a_switch(creator: httpx.Client, value: Any) -> None:
    assert refused(creator, hide_member_count=value) == [("hide_member_count", "invalid")]
    assert refused(creator, hide_member_count=None) == [("hide_member_count", "null")]


@pytest.mark.rule("COURSE-PATCH-34")
@pytest.mark.parametrize("field", FLAGS)
def test_a_switch_that_is_empty_in_a_form_was_left_out(creator: httpx.Client, field: str) -> None:
    before = read(creator)[field]
    for encoded in (urlencoded, multipart):
        answer = creator.patch(course(OPEN), **encoded([(field, ""), ("og_title", "new")]))
        assert (answer.status_code, answer.json()[field], answer.json()["og_title"]) == (200, before, "new")
    assert refused(creator, **{field: ""}) == [(field, "invalid")]


@pytest.mark.rule("COURSE-PATCH-35")
@pytest.mark.parametrize("field", TEXTS)
def test_texts_may_be_empty_and_are_never_null(creator: httpx.Client, encode: Encode, field: str) -> None:
    patched(creator, **{field: "before"})
    assert refused(creator, **{field: None}) == [(field, "null")]
    assert creator.patch(course(OPEN), **encode({field: ""})).json()[field] == ""
    assert read(creator)[field] == ""


@pytest.mark.rule("COURSE-PATCH-36")
@pytest.mark.parametrize("text", ["http://example.com/a.png", "no address", "javascript:alert(1)", "data:image/png;,"])
def test_og_image_is_a_text_like_any_other(creator: httpx.Client, encode: Encode, text: str) -> None:
    answer = creator.patch(course(OPEN), **encode({"og_image": text}))
    assert (answer.json()["og_image"], read(creator)["og_image"]) == (text, text)


@pytest.mark.rule("COURSE-PATCH-35")
@pytest.mark.parametrize("field", TEXTS)
@pytest.mark.parametrize(
    "text",
    [
        *(
            "blanks  stay inside",
            "\t and at both  ends\n",
            " ",
            "<script>x</script>",
            "null",
            "[1]",
            '{"a": 1}',
            "a\r\nb",
        ),
        "%41+☕",
    ],
)
def test_a_text_comes_back_as_it_went(creator: httpx.Client, encode: Encode, field: str, text: str) -> None:
    assert creator.patch(course(OPEN), **encode({field: text})).json()[field] == text

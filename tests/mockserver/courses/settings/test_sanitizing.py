"""What a tenant may have cut out of texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.mockserver.courses.support.fixtures import teach
from tests.mockserver.courses.support.settings import community
from tests.mockserver.support import COURSES, ENCODINGS, OPEN, course, outcome

NEW = {"name": "New", "type": "self-paced"}


HOSTILE = '<p onclick="x()">Bread &amp; <b>butter</b></p><script>alert(1)</script><img src="a.png" onerror="x()">'
MARKUP = ("<", ">", "'", '"', "/", "=", "&", ";", "a", " ", "!", "--", "script", "img", "onerror", "<b>", "&lt;")
HARMLESS = '<p>Bread &amp; <b>butter</b></p><img src="a.png">'


@pytest.mark.rule("COURSE-PATCH-35")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_could_run_may_be_cut_out_of_the_texts_of_a_course(on: bool, encoding: str) -> None:
    creator = community(markup_is_sanitised=on).as_("creator")
    for field in ("description", "meta_title", "meta_description", "og_title", "og_description", "og_image"):
        shown = creator.patch(course(OPEN), **ENCODINGS[encoding]({field: HOSTILE})).json()[field]
        assert shown == (HARMLESS if on else HOSTILE)
    made = creator.post(COURSES, **ENCODINGS[encoding]({**NEW, "description": HOSTILE})).json()
    assert made["description"] == (HARMLESS if on else HOSTILE)
    assert creator.patch(course(OPEN), json={"name": HOSTILE}).json()["name"] == HOSTILE


@pytest.mark.rule("LESSON-04", "COMMENT-05")
def test_what_could_run_may_be_cut_out_of_lessons_and_comments(on: bool) -> None:
    creator = community(markup_is_sanitised=on).as_("creator")
    taught = teach(creator)
    lesson = taught.lessons[0]
    made = creator.post(f"{taught.section}lesson/", json={"name": "Marked", "type": "lesson", "text": HOSTILE})
    changed = creator.patch(lesson, json={"text": HOSTILE})
    said = creator.post(f"{lesson}comment/", json={"text": HOSTILE})
    shown = [answer.json()["html"] for answer in (made, changed, said)]
    assert shown == [HARMLESS if on else HOSTILE] * 3


@pytest.mark.rule("COMMENT-06")
def test_a_comment_of_which_nothing_is_left_says_nothing(on: bool) -> None:
    creator = community(markup_is_sanitised=on).as_("creator")
    answer = creator.post(f"{teach(creator).lessons[0]}comment/", json={"text": "<script>alert(1)</script>"})
    assert (outcome(answer) == (400, [("text", "blank")])) if on else (answer.status_code == 201)


@pytest.mark.rule("COURSE-PATCH-35")
@pytest.mark.parametrize("text", ["Fish & chips", "https://example.org/?a=1&b=2", " 1 > 0\r\n", "&lt;b&gt;", ""])
def test_a_text_without_markup_is_left_as_it_is(on: bool, text: str) -> None:
    creator = community(markup_is_sanitised=on).as_("creator")
    assert creator.patch(course(OPEN), json={"description": text}).json()["description"] == text


@pytest.mark.rule("COURSE-PATCH-35")
@given(text=st.text() | st.lists(st.sampled_from(MARKUP)).map("".join))
def test_what_was_sanitised_once_comes_back_as_it_went(text: str) -> None:
    creator = community(markup_is_sanitised=True).as_("creator")
    answer = creator.patch(course(OPEN), json={"description": text})
    if "\0" in text:
        assert outcome(answer) == (400, [("description", "null_characters_not_allowed")])
        return
    shown = answer.json()["description"]
    assert creator.patch(course(OPEN), json={"description": shown}).json()["description"] == shown

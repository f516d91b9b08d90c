from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support.fixtures import (
    Taught,
    add_lesson,
    attempt,
    examine,
    key,
    make,
    single,
    solve,
)
from tests.mockserver.support import OPEN, course, outcome

KEYS = ["id", "name", "type", "status", "comments_enabled", "completion_status", "course_id", "section_id", "html"]
KEYS += ["created_at", "created_by", "medias", "passing_grade", "questions", "last_attempt"]
MEDIA_KEYS = ["id", "added_at", "type", "title", "description", "url", "image", "image_width", "image_height"]
MEDIA_KEYS += ["order", "embed"]

LESSONS = f"{course(OPEN)}section/1/lesson/"
MEDIAS = "/api/v2/media/"

FORBIDDEN = [
    ("POST", "", "LESSON-01"),
    ("PATCH", "1/", "LESSON-06"),
    ("PUT", "1/", "LESSON-07"),
    ("GET", "", "LESSON-10"),
    ("DELETE", "1/", "LESSON-11"),
]


@pytest.mark.rule("LESSON-01", "LESSON-06", "LESSON-07", "LESSON-10", "LESSON-11")
@pytest.mark.parametrize(("method", "tail", "rule"), FORBIDDEN)
@pytest.mark.parametrize("person", ["joined", "invited", "member", "staff"])
def test_lessons_are_the_business_of_leads(as_: As, method: str, tail: str, rule: str, person: str) -> None:
    answer = as_(person).request(method, LESSONS + tail, json={"name": "L", "type": "lesson"})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((403, [(None, "permission_denied")]), rule)


@pytest.mark.rule("LESSON-01")
def test_a_lesson_needs_name_and_type(creator: httpx.Client) -> None:
    assert outcome(creator.post(LESSONS, json={})) == (400, [("name", "required"), ("type", "required")])
    answer = creator.post(LESSONS, json={"name": "L", "type": "lesson"})
    assert (answer.status_code, list(answer.json())) == (201, KEYS)
    assert (answer.json()["course_id"], answer.json()["section_id"]) == (OPEN, 1)


@pytest.mark.rule("LESSON-02")
@pytest.mark.parametrize("kind", ["lesson", "quiz"])
def test_a_quiz_is_made_as_a_lesson_is(creator: httpx.Client, kind: str) -> None:
    assert creator.post(LESSONS, json={"name": "L", "type": kind}).json()["type"] == kind


@pytest.mark.rule("LESSON-02")
def test_there_are_no_other_types(creator: httpx.Client) -> None:
    assert outcome(creator.post(LESSONS, json={"name": "L", "type": "x"})) == (400, [("type", "invalid_choice")])


@pytest.mark.rule("LESSON-03", "QUIZ-15")
def test_a_new_lesson_is_an_empty_draft_on_which_one_may_comment(creator: httpx.Client) -> None:
    made = creator.post(LESSONS, json={"name": "L", "type": "quiz"}).json()
    shown = {name: made[name] for name in ("status", "comments_enabled", "html", "passing_grade", "medias")}
    assert shown == {"status": "draft", "comments_enabled": True, "html": "", "passing_grade": 60, "medias": []}
    assert made["created_by"]["username"] == "creator"


@pytest.mark.rule("LESSON-04")
def test_text_goes_in_and_html_comes_out(creator: httpx.Client) -> None:
    sent = {"name": "L", "type": "lesson", "text": "<p>a</p>", "html": "<b>no</b>"}
    made = creator.post(LESSONS, json=sent)
    assert made.json()["html"] == "<p>a</p>"
    path = f"{LESSONS}{made.json()['id']}/"
    for method in ("PUT", "PATCH"):
        changed = creator.request(method, path, json={**sent, "text": f"<p>{method}</p>"})
        assert changed.json()["html"] == f"<p>{method}</p>"
        assert "text" not in changed.json()
    assert creator.patch(path, json={"html": "<b>no</b>"}).json()["html"] == "<p>PATCH</p>"
    assert "text" not in creator.get(path).json()


@pytest.mark.rule("LESSON-05")
def test_medias_go_in_as_ids_and_come_out_as_objects(creator: httpx.Client) -> None:
    first, second = (key(make(creator, MEDIAS, type="url", url=f"https://example.org/{n}")) for n in (1, 2))
    made = creator.post(LESSONS, json={"name": "L", "type": "lesson", "medias": [second, first, second]}).json()
    assert [media["id"] for media in made["medias"]] == [second, first]
    assert all(list(media) == MEDIA_KEYS for media in made["medias"])
    changed = creator.patch(f"{LESSONS}{made['id']}/", json={"medias": []})
    assert changed.json()["medias"] == []


@pytest.mark.rule("MEDIA-06")
@pytest.mark.parametrize(("medias", "code"), [([999_999], "does_not_exist"), (["x"], "incorrect_type")])
def test_medias_exist(creator: httpx.Client, taught: Taught, medias: list[Any], code: str) -> None:
    new = {"name": "L", "type": "lesson", "medias": medias}
    assert outcome(creator.post(LESSONS, json=new)) == (400, [("medias", code)])
    assert outcome(creator.patch(f"{LESSONS}1/", json={"medias": medias})) == (400, [("medias", code)])
    comment = {"text": "x", "medias": medias}
    assert outcome(creator.post(f"{taught.lessons[0]}comment/", json=comment)) == (400, [("medias", code)])


@pytest.mark.rule("LESSON-06")
@pytest.mark.parametrize("change", [{"status": "draft"}, {"name": "Other"}, {"comments_enabled": False}])
def test_one_field_is_enough_to_change_a_lesson(manager: httpx.Client, change: dict[str, Any]) -> None:
    before = manager.get(f"{LESSONS}1/").json()
    answer = manager.patch(f"{LESSONS}1/", json=change)
    assert (answer.status_code, answer.json()) == (200, {**before, **change})
    assert manager.get(f"{LESSONS}1/").json() == {**before, **change}


@pytest.mark.rule("LESSON-07")
def test_changing_a_lesson_as_a_whole_needs_name_and_type(creator: httpx.Client) -> None:
    refused = outcome(creator.put(f"{LESSONS}1/", json={"status": "draft"}))
    assert refused == (400, [("name", "required"), ("type", "required")])
    before = creator.get(f"{LESSONS}1/").json()
    answer = creator.put(f"{LESSONS}1/", json={"name": "Other", "type": "lesson"})
    assert (answer.status_code, answer.json()) == (200, {**before, "name": "Other"})


@pytest.mark.rule("LESSON-08")
@pytest.mark.parametrize(("before", "after"), [("quiz", "lesson"), ("lesson", "quiz")])
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_lesson_stays_what_it_was_made(creator: httpx.Client, before: str, after: str, method: str) -> None:
    path = make(creator, LESSONS, name="L", type=before)
    answer = creator.request(method, path, json={"name": "L", "type": after})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("type", "invalid")]), "LESSON-08")
    assert creator.patch(path, json={"type": before}).status_code == 200


@pytest.mark.rule("LESSON-09")
def test_a_new_lesson_stands_last(creator: httpx.Client) -> None:
    made = key(make(creator, LESSONS, name="L", type="lesson"))
    assert creator.get(f"{course(OPEN)}section/1/").json()["lessons_order"] == [1, 2, made]


@pytest.mark.rule("LESSON-10")
def test_lessons_are_listed_with_drafts(creator: httpx.Client) -> None:
    creator.patch(f"{LESSONS}2/", json={"status": "draft"})
    listed = creator.get(LESSONS).json()
    assert [(row["id"], row["status"]) for row in listed] == [(1, "published"), (2, "draft")]
    assert all(list(row) == KEYS for row in listed)


@pytest.mark.rule("LESSON-11")
def test_with_a_lesson_goes_all_that_belongs_to_it(creator: httpx.Client, joined: httpx.Client, taught: Taught) -> None:
    quiz = examine(creator, taught.section, single())
    question = f"{quiz}question/{creator.get(f'{quiz}question/').json()[0]['id']}/"
    tried = attempt(joined, quiz, solve(creator, quiz))
    comment = make(joined, f"{quiz}comment/", text="x")
    answer = creator.delete(quiz)
    assert (answer.status_code, answer.content) == (204, b"")
    for path in (quiz, question, comment, f"{quiz}attempt/{tried['id']}/"):
        assert creator.get(path).status_code == 404
    assert creator.get(taught.section).json()["lessons_order"] == [key(lesson) for lesson in taught.lessons]
    assert joined.get(taught.course).json()["num_lessons_completed"] == 0


@pytest.mark.rule("LESSON-12", "LESSON-13")
def test_what_belongs_to_quizzes_is_empty_in_a_lesson(joined: httpx.Client, taught: Taught) -> None:
    body = joined.get(taught.lessons[0]).json()
    assert list(body) == KEYS
    assert (body["passing_grade"], body["questions"], body["last_attempt"]) == (None, [], None)
    assert body["completion_status"] == "uncompleted"


@pytest.mark.rule("LESSON-05")
def test_a_medium_that_is_gone_from_the_list_still_exists(creator: httpx.Client, taught: Taught) -> None:
    medium = make(creator, MEDIAS, type="url", url="https://example.org/")
    lesson = add_lesson(creator, taught.section, medias=[key(medium)])
    creator.delete(lesson)
    assert creator.get(medium).status_code == 200


@pytest.mark.rule("TRANS-02")
def test_lists_in_forms_have_all_their_spellings(creator: httpx.Client, taught: Taught) -> None:
    turned = [key(lesson) for lesson in reversed(taught.lessons)]
    for form in (
        {"lessons_order": turned},
        {"lessons_order[]": turned},
        {f"lessons_order[{n}]": item for n, item in enumerate(turned)},
        {"lessons_order": str(turned)},
    ):
        creator.patch(taught.section, json={"lessons_order": turned[::-1]})
        assert creator.patch(taught.section, data=form).json()["lessons_order"] == turned

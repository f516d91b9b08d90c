"""The questions of a quiz."""

from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support.fixtures import Taught, asked, examine, first, multi, single
from tests.mockserver.support import outcome

QUESTION_KEYS = ["id", "type", "image", "text", "answers"]

WRITES = [
    ("POST", "question/"),
    ("POST", ""),
    ("PUT", "question/{}/"),
    ("PATCH", "question/{}/"),
    ("DELETE", "question/{}/"),
]


@pytest.mark.rule("QUIZ-01")
@pytest.mark.parametrize(("method", "tail"), WRITES)
@pytest.mark.parametrize("person", ["joined", "member", "staff"])
def test_questions_are_written_by_leads(
    as_: As, creator: httpx.Client, quiz: str, method: str, tail: str, person: str
) -> None:
    path = quiz + tail.format(asked(creator, quiz)[0]["id"])
    answer = as_(person).request(method, path, json=single())
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((403, [(None, "permission_denied")]), "QUIZ-01")


@pytest.mark.rule("QUIZ-02")
@pytest.mark.parametrize("tail", ["question/", ""])
def test_a_question_is_added_by_both_paths(manager: httpx.Client, quiz: str, tail: str) -> None:
    answer = manager.post(quiz + tail, json=single("New"))
    assert (answer.status_code, list(answer.json())) == (201, QUESTION_KEYS)
    assert [row["text"] for row in asked(manager, quiz)] == ["1", "2", "3", "New"]


@pytest.mark.rule("QUIZ-02", "QUIZ-07")
def test_a_question_needs_type_text_and_answers(creator: httpx.Client, quiz: str) -> None:
    expected = (400, [("type", "required"), ("text", "required"), ("answers", "required")])
    for method, path in (("POST", f"{quiz}question/"), ("POST", quiz), ("PUT", first(creator, quiz))):
        assert outcome(creator.request(method, path, json={})) == expected


@pytest.mark.rule("QUIZ-03")
@pytest.mark.parametrize("correct", [(False, False), (True, True)])
def test_a_single_choice_has_exactly_one_correct_answer(
    creator: httpx.Client, quiz: str, correct: tuple[bool, ...]
) -> None:
    body = single(answers=[{"text": "x", "correct": right} for right in correct])
    for method, path in (("POST", f"{quiz}question/"), ("PUT", first(creator, quiz)), ("PATCH", first(creator, quiz))):
        answer = creator.request(method, path, json=body)
        assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("answers", "invalid")]), "QUIZ-03")


@pytest.mark.rule("QUIZ-03")
def test_a_change_of_type_counts_the_correct_answers_again(creator: httpx.Client, quiz: str) -> None:
    second = f"{quiz}question/{asked(creator, quiz)[1]['id']}/"
    answer = creator.patch(second, json={"type": "single_choice"})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("answers", "invalid")]), "QUIZ-03")
    assert creator.patch(first(creator, quiz), json={"type": "multi_choice"}).status_code == 200


@pytest.mark.rule("QUIZ-04")
@pytest.mark.parametrize(("correct", "status"), [((False, False), 400), ((True, False), 201), ((True, True), 201)])
def test_a_multiple_choice_has_a_correct_answer(
    creator: httpx.Client, quiz: str, correct: tuple[bool, ...], status: int
) -> None:
    body = multi(answers=[{"text": "x", "correct": right} for right in correct])
    answer = creator.post(f"{quiz}question/", json=body)
    assert answer.status_code == status
    if status == 400:
        assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("answers", "invalid")]), "QUIZ-04")


@pytest.mark.rule("QUIZ-05")
@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([], "min_length"),
        ([{"text": "x", "correct": True}], "min_length"),
        ([{"correct": True}, {"text": "x"}], "required"),
        ([{"text": " ", "correct": True}, {"text": "x"}], "invalid"),
        (["x", "y"], "invalid"),
        ("x", "not_a_list"),
    ],
)
def test_a_question_has_two_answers_with_a_text(creator: httpx.Client, quiz: str, answers: Any, code: str) -> None:
    answer = creator.post(f"{quiz}question/", json=single(answers=answers))
    assert outcome(answer) == (400, [("answers", code)])


@pytest.mark.rule("QUIZ-05")
@pytest.mark.parametrize("spelled", [True, "true", "on", 1, "1"])
def test_an_answer_is_wrong_unless_said(creator: httpx.Client, quiz: str, spelled: object) -> None:
    body = single(answers=[{"text": "x", "correct": spelled, "unknown": 1}, {"text": 5}])
    made = creator.post(f"{quiz}question/", json=body).json()
    assert [(answer["text"], answer["correct"]) for answer in made["answers"]] == [("x", True), ("5", False)]


@pytest.mark.rule("QUIZ-06")
def test_one_field_is_enough_to_change_a_question(creator: httpx.Client, quiz: str) -> None:
    path = first(creator, quiz)
    before = creator.get(path).json()
    answer = creator.patch(path, json={"text": "x"})
    assert (answer.status_code, answer.json()) == (200, {**before, "text": "x"})
    assert creator.get(path).json() == {**before, "text": "x"}


@pytest.mark.rule("QUIZ-06")
def test_answers_replace_the_former_ones_and_keep_the_ids_that_they_come_with(creator: httpx.Client, quiz: str) -> None:
    path = first(creator, quiz)
    right, wrong = (answer["id"] for answer in creator.get(path).json()["answers"])
    new = [{"text": "new", "correct": True}, {"id": right, "text": "was right"}, {"id": 999_999, "text": "foreign"}]
    answers = creator.patch(path, json={"answers": new}).json()["answers"]
    assert [answer["text"] for answer in answers] == ["new", "was right", "foreign"]
    assert answers[1]["id"] == right
    assert not {right, wrong, 999_999} & {answers[0]["id"], answers[2]["id"]}


@pytest.mark.rule("QUIZ-06")
def test_two_answers_never_share_an_id(creator: httpx.Client, quiz: str) -> None:
    path = first(creator, quiz)
    kept = creator.get(path).json()["answers"][0]["id"]
    new = [{"id": kept, "text": "a", "correct": True}, {"id": kept, "text": "b"}, {"id": None, "text": "c"}]
    answers = creator.patch(path, json={"answers": new}).json()["answers"]
    assert len({answer["id"] for answer in answers}) == 3


@pytest.mark.rule("QUIZ-07")
def test_a_question_is_changed_as_a_whole(creator: httpx.Client, quiz: str) -> None:
    answer = creator.put(first(creator, quiz), json=multi("whole"))
    assert (answer.status_code, answer.json()["type"], answer.json()["text"]) == (200, "multi_choice", "whole")


@pytest.mark.rule("QUIZ-08")
def test_a_question_is_deleted(creator: httpx.Client, quiz: str) -> None:
    path = first(creator, quiz)
    answer = creator.delete(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert creator.get(path).status_code == 404
    assert [row["text"] for row in asked(creator, quiz)] == ["2", "3"]
    assert creator.post(f"{quiz}question/", json=single("4")).status_code == 201
    assert [row["text"] for row in asked(creator, quiz)] == ["2", "3", "4"]


@pytest.mark.rule("QUIZ-09", "ATTEMPT-01")
@pytest.mark.parametrize(
    ("method", "tail"),
    [("GET", "question/"), ("GET", "question/1/"), ("POST", "question/"), ("POST", ""), ("POST", "attempt/")],
)
def test_a_plain_lesson_has_no_questions(creator: httpx.Client, taught: Taught, method: str, tail: str) -> None:
    answer = creator.request(method, taught.lessons[0] + tail, json=single())
    assert outcome(answer) == (404, [(None, "not_found")])


@pytest.mark.rule("QUIZ-10", "QUIZ-11")
@pytest.mark.parametrize(("person", "told"), [("joined", False), ("manager", True), ("creator", True)])
def test_which_answers_are_correct_is_told_to_leads_alone(as_: As, quiz: str, person: str, told: bool) -> None:
    listed = asked(as_(person), quiz)
    assert [list(row) for row in listed] == [QUESTION_KEYS] * 3
    one = as_(person).get(first(as_(person), quiz)).json()
    inside = as_(person).get(quiz).json()["questions"]
    assert one == listed[0] == inside[0]
    assert {"correct" in answer for row in listed for answer in row["answers"]} == {told}
    assert not any("selected" in answer for row in listed for answer in row["answers"])


@pytest.mark.rule("QUIZ-12")
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_order_of_questions_deletes_those_that_it_leaves_out(creator: httpx.Client, quiz: str, method: str) -> None:
    one, two, three = (row["id"] for row in asked(creator, quiz))
    answer = creator.request(method, quiz, json={"name": "Q", "type": "quiz", "questions_order": [three, one]})
    assert answer.status_code == 200
    assert "questions_order" not in answer.json()
    assert [row["id"] for row in asked(creator, quiz)] == [three, one]
    assert creator.get(f"{quiz}question/{two}/").status_code == 404


@pytest.mark.rule("QUIZ-12")
def test_without_an_order_no_question_is_lost(creator: httpx.Client, quiz: str) -> None:
    creator.put(quiz, json={"name": "Q", "type": "quiz"})
    creator.patch(quiz, json={"name": "Q"})
    assert len(asked(creator, quiz)) == 3
    creator.patch(quiz, json={"questions_order": []})
    assert asked(creator, quiz) == []


@pytest.mark.rule("QUIZ-13")
def test_an_order_names_questions_of_this_quiz_once_each(creator: httpx.Client, taught: Taught, quiz: str) -> None:
    own = [row["id"] for row in asked(creator, quiz)]
    foreign = asked(creator, examine(creator, taught.section, single()))[0]["id"]
    for wrong in ([*own, foreign], [*own, own[0]], [999_999]):
        answer = creator.patch(quiz, json={"questions_order": wrong})
        assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("questions_order", "invalid")]), "QUIZ-13")
    assert [row["id"] for row in asked(creator, quiz)] == own


@pytest.mark.rule("QUIZ-14")
def test_on_a_plain_lesson_an_order_of_questions_means_nothing(creator: httpx.Client, taught: Taught) -> None:
    answer = creator.patch(taught.lessons[0], json={"questions_order": [999_999, 999_999]})
    assert (answer.status_code, answer.json()["questions"]) == (200, [])


@pytest.mark.rule("QUIZ-15")
@pytest.mark.parametrize(
    ("grade", "code"), [(101, "max_value"), (-1, "min_value"), ("x", "invalid"), (None, "null"), (50.5, "invalid")]
)
def test_a_passing_grade_is_a_percentage(creator: httpx.Client, quiz: str, grade: object, code: str) -> None:
    assert outcome(creator.patch(quiz, json={"passing_grade": grade})) == (400, [("passing_grade", code)])
    for good in (0, 100, "75"):
        assert creator.patch(quiz, json={"passing_grade": good}).json()["passing_grade"] == int(good)


@pytest.mark.rule("QUIZ-02")
def test_a_question_may_have_a_picture(creator: httpx.Client, quiz: str) -> None:
    made = creator.post(f"{quiz}question/", json=single(image="string")).json()
    picture = creator.get(made["image"])
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/png")
    refused = creator.post(f"{quiz}question/", json=single(image="data:image/png;base64,AAAA"))
    assert outcome(refused) == (400, [("image", "invalid_image")])

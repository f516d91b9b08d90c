"""Attempts at a quiz."""

from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support.fixtures import (
    Taught,
    add_lesson,
    asked,
    attempt,
    examine,
    key,
    make,
    progress,
    single,
    solve,
)
from tests.mockserver.support import Mock, outcome

ATTEMPT_KEYS = ["id", "created_at", "lesson_id", "user", "quiz_attempt"]
RESULT_KEYS = ["grade", "result", "questions", "num_attempts", "passing_grade", "correct_responses"]


@pytest.mark.rule("ATTEMPT-01")
def test_an_attempt_is_answered_with_its_result(creator: httpx.Client, joined: httpx.Client, quiz: str) -> None:
    made = attempt(joined, quiz, solve(creator, quiz))
    assert list(made) == ATTEMPT_KEYS
    assert list(made["quiz_attempt"]) == RESULT_KEYS
    assert (made["lesson_id"], made["user"]["username"]) == (key(quiz), "joined")
    assert joined.get(f"{quiz}attempt/{made['id']}/").json() == made


@pytest.mark.rule("ATTEMPT-02")
def test_every_question_is_answered(creator: httpx.Client, joined: httpx.Client, quiz: str) -> None:
    for responses in (solve(creator, quiz)[1:], []):
        answer = joined.post(f"{quiz}attempt/", json={"responses": responses})
        assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("responses", "invalid")]), "ATTEMPT-02")
    assert joined.get(quiz).json()["last_attempt"] is None


@pytest.mark.rule("ATTEMPT-03")
@pytest.mark.parametrize("left", [None, "question_id", "selected_options"])
def test_an_attempt_holds_responses_of_two_fields(
    creator: httpx.Client, joined: httpx.Client, quiz: str, left: str | None
) -> None:
    responses = [{k: v for k, v in response.items() if k != left} for response in solve(creator, quiz)]
    body = {} if left is None else {"responses": responses}
    assert outcome(joined.post(f"{quiz}attempt/", json=body)) == (400, [("responses", "required")])


def _foreign_question(responses: list[dict[str, Any]]) -> None:
    responses.append({"question_id": 999_999, "selected_options": [1]})


def _foreign_answer(responses: list[dict[str, Any]]) -> None:
    responses[0]["selected_options"] = [999_999]


def _answer_of_another_question(responses: list[dict[str, Any]]) -> None:
    responses[0]["selected_options"] = responses[2]["selected_options"]


def _twice(responses: list[dict[str, Any]]) -> None:
    responses.append(responses[0])


def _several(responses: list[dict[str, Any]]) -> None:
    responses[0]["selected_options"] = [responses[0]["selected_options"][0], responses[0]["selected_options"][0] + 1]


def _doubled(responses: list[dict[str, Any]]) -> None:
    responses[1]["selected_options"] *= 2


@pytest.mark.rule("ATTEMPT-04")
@pytest.mark.parametrize(
    "spoil", [_foreign_question, _foreign_answer, _answer_of_another_question, _twice, _several, _doubled]
)
def test_responses_speak_of_this_quiz(creator: httpx.Client, joined: httpx.Client, quiz: str, spoil: Any) -> None:
    responses = solve(creator, quiz)
    spoil(responses)
    answer = joined.post(f"{quiz}attempt/", json={"responses": responses})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("responses", "invalid")]), "ATTEMPT-04")


@pytest.mark.rule("ATTEMPT-04")
def test_something_is_selected(creator: httpx.Client, joined: httpx.Client, quiz: str) -> None:
    responses = solve(creator, quiz)
    responses[0]["selected_options"] = []
    assert outcome(joined.post(f"{quiz}attempt/", json={"responses": responses})) == (
        400,
        [("responses", "min_length")],
    )


@pytest.mark.rule("ATTEMPT-05")
def test_half_right_is_wrong(creator: httpx.Client, joined: httpx.Client, quiz: str) -> None:
    for change in (lambda options: options[:1], lambda options: [*options, options[-1] + 1]):
        responses = solve(creator, quiz)
        responses[1]["selected_options"] = change(responses[1]["selected_options"])
        result = attempt(joined, quiz, responses)["quiz_attempt"]
        assert (result["correct_responses"], [row["correct"] for row in result["questions"]]) == (
            2,
            [True, False, True],
        )


@pytest.mark.rule("ATTEMPT-06")
@pytest.mark.parametrize(
    ("right", "asked", "grade"), [(2, 3, 67), (1, 3, 33), (0, 3, 0), (3, 3, 100), (1, 8, 13), (1, 6, 17)]
)
def test_the_grade_is_a_percentage_rounded_half_up(
    creator: httpx.Client, joined: httpx.Client, taught: Taught, right: int, asked: int, grade: int
) -> None:
    quiz = examine(creator, taught.section, *(single(str(n)) for n in range(asked)))
    assert attempt(joined, quiz, solve(creator, quiz, right))["quiz_attempt"]["grade"] == grade


@pytest.mark.rule("ATTEMPT-07", "ATTEMPT-08")
@pytest.mark.parametrize(("passing", "result"), [(67, "completed"), (68, "failed"), (0, "completed"), (100, "failed")])
def test_from_the_passing_grade_on_a_quiz_is_passed(
    creator: httpx.Client, joined: httpx.Client, quiz: str, passing: int, result: str
) -> None:
    creator.patch(quiz, json={"passing_grade": passing})
    made = attempt(joined, quiz, solve(creator, quiz, 2))["quiz_attempt"]
    assert (made["grade"], made["passing_grade"], made["result"]) == (67, passing, result)
    assert joined.get(quiz).json()["completion_status"] == result


@pytest.mark.rule("ATTEMPT-09")
def test_a_pass_is_not_lost(creator: httpx.Client, joined: httpx.Client, quiz: str) -> None:
    attempt(joined, quiz, solve(creator, quiz))
    assert attempt(joined, quiz, solve(creator, quiz, 0))["quiz_attempt"]["result"] == "failed"
    assert joined.get(quiz).json()["completion_status"] == "completed"


@pytest.mark.rule("ATTEMPT-10")
def test_attempts_are_counted_for_each_person(as_: As, creator: httpx.Client, quiz: str) -> None:
    made = [attempt(as_("joined"), quiz, solve(creator, quiz, 0)) for _ in range(3)]
    made.append(attempt(as_("manager"), quiz, solve(creator, quiz)))
    assert [row["quiz_attempt"]["num_attempts"] for row in made] == [1, 2, 3, 1]


@pytest.mark.rule("ATTEMPT-11")
def test_an_attempt_keeps_the_questions_as_they_were(creator: httpx.Client, joined: httpx.Client, quiz: str) -> None:
    made = attempt(joined, quiz, solve(creator, quiz))
    one, two, _ = (row["id"] for row in asked(creator, quiz))
    creator.patch(
        f"{quiz}question/{one}/", json={"text": "edited", "answers": [{"text": "n"}, {"text": "y", "correct": 1}]}
    )
    creator.delete(f"{quiz}question/{two}/")
    assert joined.get(f"{quiz}attempt/{made['id']}/").json() == made
    assert joined.get(quiz).json()["last_attempt"] == made


@pytest.mark.rule("ATTEMPT-12", "QUIZ-11")
def test_an_attempt_tells_what_was_selected_and_whether_it_was_right(
    creator: httpx.Client, joined: httpx.Client, quiz: str
) -> None:
    responses = solve(creator, quiz, 1)
    made = attempt(joined, quiz, responses)
    questions = made["quiz_attempt"]["questions"]
    assert [row["correct"] for row in questions] == [True, False, False]
    selected = [[answer["id"] for answer in row["answers"] if answer["selected"]] for row in questions]
    assert selected == [response["selected_options"] for response in responses]
    assert not any("correct" in answer for row in questions for answer in row["answers"])
    seen = creator.get(f"{quiz}attempt/{made['id']}/").json()["quiz_attempt"]["questions"]
    assert all("correct" in answer for row in seen for answer in row["answers"])


@pytest.mark.rule("ATTEMPT-13")
def test_an_attempt_is_read_by_its_author_and_by_leads(
    as_: As, creator: httpx.Client, taught: Taught, quiz: str
) -> None:
    made = attempt(as_("joined"), quiz, solve(creator, quiz))
    path = f"{quiz}attempt/{made['id']}/"
    as_("member").post(f"{taught.course}join/")
    for person, status in (("joined", 200), ("manager", 200), ("creator", 200), ("member", 403), ("staff", 403)):
        assert as_(person).get(path).status_code == status, person
    assert as_("member").get(path).headers["X-Mock-Rule"] == "ATTEMPT-13"


@pytest.mark.rule("ATTEMPT-14")
def test_a_quiz_comes_with_ones_newest_attempt(as_: As, creator: httpx.Client, quiz: str) -> None:
    joined = as_("joined")
    assert joined.get(quiz).json()["last_attempt"] is None
    attempt(joined, quiz, solve(creator, quiz))
    newest = attempt(joined, quiz, solve(creator, quiz, 0))
    assert joined.get(quiz).json()["last_attempt"] == newest
    assert as_("manager").get(quiz).json()["last_attempt"] is None


@pytest.mark.rule("ATTEMPT-15")
def test_a_quiz_without_questions_cannot_be_tried(creator: httpx.Client, joined: httpx.Client, taught: Taught) -> None:
    quiz = examine(creator, taught.section)
    answer = joined.post(f"{quiz}attempt/", json={"responses": []})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("responses", "invalid")]), "ATTEMPT-15")


@pytest.mark.rule("ATTEMPT-16", "ATTEMPT-08")
def test_passing_is_completing_a_lesson_and_failing_is_not(
    mock: Mock, creator: httpx.Client, joined: httpx.Client, taught: Taught, quiz: str
) -> None:
    mock.clock.advance(minutes=5)
    attempt(joined, quiz, solve(creator, quiz, 0))
    line = progress(mock, taught.course, "joined")
    assert (line["user_completion_rate"], line["last_active_at"]) == (0, None)
    mock.clock.advance(minutes=5)
    attempt(joined, quiz, solve(creator, quiz))
    line = progress(mock, taught.course, "joined")
    assert (line["user_completion_rate"], line["last_active_at"]) == (33, "2025-03-03T12:10:00Z")


@pytest.mark.rule("DONE-02")
def test_a_quiz_may_be_marked_as_uncompleted_again(creator: httpx.Client, joined: httpx.Client, quiz: str) -> None:
    attempt(joined, quiz, solve(creator, quiz))
    assert joined.post(f"{quiz}incomplete/").status_code == 204
    assert joined.get(quiz).json()["completion_status"] == "uncompleted"


@pytest.mark.rule("ATTEMPT-03")
def test_ids_may_come_as_texts(creator: httpx.Client, joined: httpx.Client, quiz: str) -> None:
    responses = [
        {"question_id": str(row["question_id"]), "selected_options": [str(item) for item in row["selected_options"]]}
        for row in solve(creator, quiz)
    ]
    assert attempt(joined, quiz, responses)["quiz_attempt"]["grade"] == 100


def test_lessons_beside_a_quiz_are_no_quizzes(creator: httpx.Client, taught: Taught) -> None:
    plain = add_lesson(creator, taught.section, questions_order=[1])
    assert creator.get(plain).json()["questions"] == []
    assert make(creator, f"{examine(creator, taught.section)}question/", **single())

from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.school import (
    Taught,
    add_lesson,
    attempt,
    examine,
    key,
    make,
    multi,
    progress,
    single,
    solve,
)
from tests.mockserver.harness import Mock, outcome

QUESTION_KEYS = ["id", "type", "image", "text", "answers"]
ATTEMPT_KEYS = ["id", "created_at", "lesson_id", "user", "quiz_attempt"]
RESULT_KEYS = ["grade", "result", "questions", "num_attempts", "passing_grade", "correct_responses"]

WRITES = [
    ("POST", "question/"),
    ("POST", ""),
    ("PUT", "question/{}/"),
    ("PATCH", "question/{}/"),
    ("DELETE", "question/{}/"),
]


@pytest.fixture
def quiz(creator: httpx.Client, taught: Taught) -> str:
    """A quiz with three questions in the course that the person who joins has joined."""
    return examine(creator, taught.section, single("1"), multi("2"), single("3"))


def asked(caller: httpx.Client, quiz: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(f"{quiz}question/").json()
    return found


def first(caller: httpx.Client, quiz: str) -> str:
    """The path of the first question."""
    return f"{quiz}question/{asked(caller, quiz)[0]['id']}/"


# --- questions --------------------------------------------------------------------------------------------------------


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


# --- attempts ---------------------------------------------------------------------------------------------------------


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

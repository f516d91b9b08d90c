"""ATTEMPT-01 to 16: attempts at quizzes, and their grades."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.messages.exchange import Json
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import require_equal
from contracts.scenarios._fixtures import (
    add_lesson,
    add_question,
    add_quiz,
    add_section,
    answer_ids,
    assume_ok,
    attempt,
    course_with,
    dashboard_row,
    require_fields,
    require_just_now,
    response,
    send,
    try_quiz,
)

TRY, READ, LESSON = "make_course_quiz_attempt", "get_course_attempt", "get_course_lesson"


def _add_quiz(context: Context, number: int = 1, **fields: object) -> tuple[Item, Client, Item, list[Item]]:
    """Create a quiz, and return its course, a participant, the quiz and its questions."""
    course = course_with(context, manager="manager", joined="joined", member="joined")
    return course, context.person("joined"), *add_quiz(context, add_section(context, course), number, **fields)


def _result(context: Context, person: Client, test: Item, questions: list[Item], right: int) -> Json:
    answer = context.require_accepted(try_quiz(person, test, questions, right))
    result: Json = answer["quiz_attempt"]
    return result


@scenario("ATTEMPT-01", operation=TRY)
def quizzes_are_for_users_in_the_course(context: Context) -> None:
    """Users in the course may try a quiz that is open to them; a plain lesson cannot be tried."""
    course = course_with(context, "open", {"type": "structured"}, joined="joined", invited="invited")
    inside, joined = add_section(context, course), context.person("joined")
    (test, questions), plain = add_quiz(context, inside), add_lesson(context, inside)
    for person in (joined, context.owner):
        answer = context.require_accepted(try_quiz(person, test, questions, right=1))
        require_fields(context, answer.document, "CourseAttempt", "the response")
        require_equal((answer["lesson_id"], answer["user"]["id"]), (test.id, person.id), "quiz and user")
        context.require_rejected(try_quiz(person, plain, questions, right=1), 404)
    for name, status in (("member", 403), ("invited", 403), ("staff", 403), (ANONYMOUS, 401)):
        context.require_rejected(try_quiz(context.person(name), test, questions, right=1), status)
    closed, closed_questions = add_quiz(context, add_section(context, course, drip_delay=30))
    context.require_rejected(try_quiz(joined, closed, closed_questions, right=1), 403)


@scenario("ATTEMPT-02", operation=TRY)
def every_question_is_answered(context: Context) -> None:
    """An attempt that leaves a question out is rejected, and does not count."""
    _, joined, test, questions = _add_quiz(context, 3)
    for some in (questions[:2], questions[1:], []):
        responses = [response(question) for question in some]
        context.require_rejected(attempt(joined, test, responses), 400, "responses", "invalid")
    require_equal(test.state(joined)["last_attempt"], None, "last_attempt after rejections")


@scenario("ATTEMPT-03", operation=TRY)
def an_attempt_needs_responses(context: Context) -> None:
    """An attempt has responses, each with a question and the selected answers."""
    _, joined, test, (question,) = _add_quiz(context)
    context.require_rejected(send(joined, "POST", f"{test.path}attempt/", {}), 400, "responses", "required")
    for missing in ("question_id", "selected_options"):
        some = {key: value for key, value in response(question).items() if key != missing}
        context.require_rejected(attempt(joined, test, [some]), 400, "responses", "required")
    require_equal(test.state(joined)["last_attempt"], None, "last_attempt after rejections")


@scenario("ATTEMPT-04", operation=TRY)
def responses_name_questions_of_the_quiz(context: Context) -> None:
    """Responses name each question of this quiz once, with its own answers: exactly one for a single choice."""
    course, joined, test, (one, two) = _add_quiz(context, 2)
    _, (foreign,) = add_quiz(context, add_section(context, course))
    good = [response(one), response(two)]
    bad = {
        "a question of another quiz": [*good, response(foreign)],
        "an answer of another question": [response(one), {**response(two), "selected_options": answer_ids(one, True)}],
        "a question twice": [*good, response(two)],
        "no answer": [response(one), {**response(two), "selected_options": []}],
        "two answers to a single choice": [
            response(one),
            {**response(two), "selected_options": [*answer_ids(two, True), *answer_ids(two, False)]},
        ],
    }
    for responses in bad.values():
        context.require_rejected(attempt(joined, test, responses), 400, "responses")
    require_equal(test.state(joined)["last_attempt"], None, "last_attempt after rejections")
    context.require_accepted(attempt(joined, test, good))


@scenario("ATTEMPT-05", operation=TRY)
def a_half_correct_response_is_wrong(context: Context) -> None:
    """A response is correct if it selects all correct answers of the question, and no other."""
    _, joined, test, _ = _add_quiz(context, 0)
    several = add_question(context, test, right=2, wrong=1)
    right, wrong = answer_ids(several, correct=True), answer_ids(several, correct=False)
    for selected, correct in ((right, 1), (right[::-1], 1), (right[:1], 0), ([*right, *wrong], 0), (wrong, 0)):
        answer = attempt(joined, test, [{"question_id": several.id, "selected_options": selected}])
        result = context.require_accepted(answer)["quiz_attempt"]
        expected = (correct, 100 * correct, bool(correct))
        actual = (result["correct_responses"], result["grade"], result["questions"][0]["correct"])
        require_equal(actual, expected, f"correct_responses, grade and correct with {len(selected)} selected")


@scenario("ATTEMPT-06", operation=TRY)
def grades_are_rounded_half_up(context: Context) -> None:
    """The grade is the share of correct responses in whole percent, with halves rounded up."""
    _, joined, test, questions = _add_quiz(context, 8)
    for right, grade in ((0, 0), (1, 13), (3, 38), (5, 63), (8, 100)):
        require_equal(
            _result(context, joined, test, questions, right)["grade"], grade, f"the grade of {right} out of 8"
        )
    assume_ok(test.patch({"questions_order": [question.id for question in questions[:3]]}))
    for right, grade in ((1, 33), (2, 67)):
        require_equal(
            _result(context, joined, test, questions[:3], right)["grade"], grade, f"the grade of {right} out of 3"
        )


@scenario("ATTEMPT-07", operation=TRY)
def the_passing_grade_passes(context: Context) -> None:
    """An attempt passes if its grade is at least the passing grade."""
    _, joined, test, questions = _add_quiz(context, 2, passing_grade=50)
    for passing, right, expected in ((50, 1, "completed"), (51, 1, "failed"), (51, 2, "completed"), (50, 0, "failed")):
        assume_ok(test.patch({"passing_grade": passing}))
        result = _result(context, joined, test, questions, right)
        require_equal((result["result"], result["passing_grade"]), (expected, passing), f"result of {right} out of 2")


@scenario("ATTEMPT-08", operation=LESSON)
def the_result_is_the_completion_status(context: Context) -> None:
    """The result of an attempt becomes the completion status of the quiz for that user."""
    _, joined, test, questions = _add_quiz(context)
    for right, expected in ((0, "failed"), (1, "completed")):
        assume_ok(try_quiz(joined, test, questions, right))
        require_equal(test.state(joined)["completion_status"], expected, "completion_status")
    require_equal(
        test.state(context.person("member"))["completion_status"], "uncompleted", "completion_status of another user"
    )


@scenario("ATTEMPT-09", operation=LESSON)
def a_passed_quiz_stays_passed(context: Context) -> None:
    """A quiz that was passed stays completed, whatever later attempts result in."""
    _, joined, test, questions = _add_quiz(context)
    for right in (1, 0, 0):
        assume_ok(try_quiz(joined, test, questions, right))
    require_equal(test.state(joined)["completion_status"], "completed", "completion_status")


@scenario("ATTEMPT-10", operation=TRY)
def attempts_are_counted(context: Context) -> None:
    """A quiz may be tried any number of times, and the attempts of each user are counted."""
    _, joined, test, questions = _add_quiz(context)
    for number in (1, 2, 3):
        require_equal(_result(context, joined, test, questions, number % 2)["num_attempts"], number, "num_attempts")
    require_equal(
        _result(context, context.person("member"), test, questions, 1)["num_attempts"],
        1,
        "num_attempts of another user",
    )


@scenario("ATTEMPT-11", operation=READ)
def an_attempt_keeps_the_questions(context: Context) -> None:
    """An attempt keeps its questions as they were, even if they change later."""
    _, joined, test, questions = _add_quiz(context, 2)
    attempted = context.require_accepted(try_quiz(joined, test, questions, right=1))
    assume_ok(questions[0].patch({"text": "Changed?", "answers": [{"text": "a", "correct": True}, {"text": "b"}]}))
    assume_ok(questions[1].delete())
    later = context.require_accepted(joined.get(f"{test.path}attempt/{attempted['id']}/"))
    require_equal(later["quiz_attempt"], attempted["quiz_attempt"], "the attempt after its questions changed")
    last = test.state(joined)["last_attempt"]["quiz_attempt"]
    require_equal(last["questions"], attempted["quiz_attempt"]["questions"], "the questions of last_attempt")


@scenario("ATTEMPT-12", operation=TRY)
def an_attempt_shows_the_selected_answers(context: Context) -> None:
    """In an attempt, questions show whether the response was correct, and answers whether they were selected."""
    _, joined, test, questions = _add_quiz(context, 2)
    created = context.require_accepted(try_quiz(joined, test, questions, right=1))
    read = context.require_accepted(joined.get(f"{test.path}attempt/{created['id']}/"))
    for document in (created.document, read.document, test.state(joined)["last_attempt"]):
        shown_by_id = {question["id"]: question for question in document["quiz_attempt"]["questions"]}
        for question, right in zip(questions, (True, False), strict=True):
            in_attempt = shown_by_id[question.id]
            require_equal(in_attempt["correct"], right, "correct of a question in an attempt")
            selected = [answer["id"] for answer in in_attempt["answers"] if answer["selected"]]
            require_equal(selected, response(question, right)["selected_options"], "the selected answers")
    for plain in joined.get(f"{test.path}question/").body:
        keys = ("correct" in plain, any("selected" in answer for answer in plain["answers"]))
        require_equal(keys, (False, False), "whether a question outside of attempts has correct and selected")


@scenario("ATTEMPT-13", operation=READ)
def attempts_are_for_author_and_managers(context: Context) -> None:
    """An attempt can be read by the user who made it, and by the creator and managers."""
    _, joined, test, questions = _add_quiz(context)
    path = f"{test.path}attempt/{assume_ok(try_quiz(joined, test, questions, right=1))['id']}/"
    for name in ("joined", "manager", "creator"):
        require_equal(
            context.require_accepted(context.person(name).get(path))["user"]["id"], joined.id, "the user of the attempt"
        )
    for name, status in (("member", 403), ("staff", 403), (ANONYMOUS, 401)):
        context.require_rejected(context.person(name).get(path), status)


@scenario("ATTEMPT-14", operation=LESSON)
def a_quiz_shows_the_last_attempt(context: Context) -> None:
    """A quiz shows the caller's newest attempt, or null before the first."""
    _, joined, test, questions = _add_quiz(context)
    require_equal(test.state(joined)["last_attempt"], None, "last_attempt before the first")
    for right in (1, 0):
        attempted = assume_ok(try_quiz(joined, test, questions, right))
        require_equal(test.state(joined)["last_attempt"], attempted.document, "last_attempt")
    require_equal(test.state(context.person("member"))["last_attempt"], None, "last_attempt of a user without attempts")


@scenario("ATTEMPT-15", operation=TRY)
def a_quiz_without_questions_cannot_be_tried(context: Context) -> None:
    """A quiz without questions cannot be tried."""
    _, joined, test, _ = _add_quiz(context, 0)
    for person in (joined, context.owner):
        context.require_rejected(attempt(person, test, []), 400, code="invalid")
    require_equal(test.state(joined)["completion_status"], "uncompleted", "completion_status")


@scenario("ATTEMPT-16", operation=TRY)
def passing_completes_a_lesson(context: Context) -> None:
    """Passing a quiz completes a lesson and counts as activity; failing it does neither."""
    course, joined, test, questions = _add_quiz(context)
    assume_ok(try_quiz(joined, test, questions, right=0))
    row = dashboard_row(context, course, "joined")
    require_equal((row["user_completion_rate"], row["last_active_at"]), (0, None), "rate and activity after failing")
    assume_ok(try_quiz(joined, test, questions, right=1))
    row = dashboard_row(context, course, "joined")
    require_equal(row["user_completion_rate"], 100, "user_completion_rate after passing")
    require_just_now(row["last_active_at"], course, "last_active_at")
    require_equal(course.state(joined)["num_lessons_completed"], 1, "num_lessons_completed")

"""ATTEMPT-01 to 16: answering quizzes, and what that is worth."""

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
    """A course, somebody who has joined it, a quiz in it, and its questions."""
    course = course_with(context, manager="manager", joined="joined", member="joined")
    return course, context.person("joined"), *add_quiz(context, add_section(context, course), number, **fields)


def _result(context: Context, person: Client, test: Item, asked: list[Item], right: int) -> Json:
    answer = context.require_accepted(try_quiz(person, test, asked, right))
    result: Json = answer["quiz_attempt"]
    return result


@scenario("ATTEMPT-01", operation=TRY)
def quizzes_are_tried_by_who_is_inside(context: Context) -> None:
    """A quiz is tried by those who are in the course and to whom it is open; nothing else can be tried."""
    course = course_with(context, "open", {"type": "structured"}, joined="joined", invited="invited")
    inside, joined = add_section(context, course), context.person("joined")
    (test, asked), plain = add_quiz(context, inside), add_lesson(context, inside)
    for person in (joined, context.owner):
        answer = context.require_accepted(try_quiz(person, test, asked, right=1))
        require_fields(context, answer.document, "CourseAttempt", "the answer")
        require_equal((answer["lesson_id"], answer["user"]["id"]), (test.id, person.id), "whose attempt at which quiz")
        context.require_rejected(try_quiz(person, plain, asked, right=1), 404)
    for name, status in (("member", 403), ("invited", 403), ("staff", 403), (ANONYMOUS, 401)):
        context.require_rejected(try_quiz(context.person(name), test, asked, right=1), status)
    closed, unasked = add_quiz(context, add_section(context, course, drip_delay=30))
    context.require_rejected(try_quiz(joined, closed, unasked, right=1), 403)


@scenario("ATTEMPT-02", operation=TRY)
def every_question_is_answered(context: Context) -> None:
    """An attempt that leaves a question out is refused, and is none."""
    _, joined, test, asked = _add_quiz(context, 3)
    for some in (asked[:2], asked[1:], []):
        context.require_rejected(attempt(joined, test, [response(each) for each in some]), 400, "responses", "invalid")
    require_equal(test.state(joined)["last_attempt"], None, "last_attempt after refusals")


@scenario("ATTEMPT-03", operation=TRY)
def an_attempt_holds_responses(context: Context) -> None:
    """An attempt has responses, each with a question and the answers that are selected."""
    _, joined, test, (asked,) = _add_quiz(context)
    context.require_rejected(send(joined, "POST", f"{test.path}attempt/", {}), 400, "responses", "required")
    for missing in ("question_id", "selected_options"):
        some = {key: value for key, value in response(asked).items() if key != missing}
        context.require_rejected(attempt(joined, test, [some]), 400, "responses", "required")
    require_equal(test.state(joined)["last_attempt"], None, "last_attempt after refusals")


@scenario("ATTEMPT-04", operation=TRY)
def responses_speak_of_the_quiz(context: Context) -> None:
    """Responses speak of questions of this quiz, each once, and of their answers, of a single choice one."""
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
    require_equal(test.state(joined)["last_attempt"], None, "last_attempt after refusals")
    context.require_accepted(attempt(joined, test, good))


@scenario("ATTEMPT-05", operation=TRY)
def half_right_is_wrong(context: Context) -> None:
    """A question is answered rightly by selecting all its correct answers and no other."""
    _, joined, test, _ = _add_quiz(context, 0)
    several = add_question(context, test, right=2, wrong=1)
    right, wrong = answer_ids(several, correct=True), answer_ids(several, correct=False)
    for selected, correct in ((right, 1), (right[::-1], 1), (right[:1], 0), ([*right, *wrong], 0), (wrong, 0)):
        answer = attempt(joined, test, [{"question_id": several.id, "selected_options": selected}])
        result = context.require_accepted(answer)["quiz_attempt"]
        expected = (correct, 100 * correct, bool(correct))
        found = (result["correct_responses"], result["grade"], result["questions"][0]["correct"])
        require_equal(found, expected, f"correct_responses, grade and correct with {len(selected)} selected")


@scenario("ATTEMPT-06", operation=TRY)
def grades_are_rounded_half_up(context: Context) -> None:
    """The grade is the share of rightly answered questions in whole percent, halves upwards."""
    _, joined, test, asked = _add_quiz(context, 8)
    for right, grade in ((0, 0), (1, 13), (3, 38), (5, 63), (8, 100)):
        require_equal(_result(context, joined, test, asked, right)["grade"], grade, f"the grade of {right} out of 8")
    assume_ok(test.patch({"questions_order": [each.id for each in asked[:3]]}))
    for right, grade in ((1, 33), (2, 67)):
        require_equal(
            _result(context, joined, test, asked[:3], right)["grade"], grade, f"the grade of {right} out of 3"
        )


@scenario("ATTEMPT-07", operation=TRY)
def the_passing_grade_passes(context: Context) -> None:
    """An attempt has passed from the passing grade on, that grade included."""
    _, joined, test, asked = _add_quiz(context, 2, passing_grade=50)
    for passing, right, expected in ((50, 1, "completed"), (51, 1, "failed"), (51, 2, "completed"), (50, 0, "failed")):
        assume_ok(test.patch({"passing_grade": passing}))
        result = _result(context, joined, test, asked, right)
        require_equal((result["result"], result["passing_grade"]), (expected, passing), f"result of {right} out of 2")


@scenario("ATTEMPT-08", operation=LESSON)
def the_result_is_what_the_quiz_is(context: Context) -> None:
    """The result of an attempt is what the quiz is to the person afterwards."""
    _, joined, test, asked = _add_quiz(context)
    for right, expected in ((0, "failed"), (1, "completed")):
        assume_ok(try_quiz(joined, test, asked, right))
        require_equal(test.state(joined)["completion_status"], expected, "completion_status")
    require_equal(test.state(context.person("member"))["completion_status"], "uncompleted", "that of somebody else")


@scenario("ATTEMPT-09", operation=LESSON)
def a_pass_is_not_lost(context: Context) -> None:
    """Who has passed has passed, whatever later attempts bring."""
    _, joined, test, asked = _add_quiz(context)
    for right in (1, 0, 0):
        assume_ok(try_quiz(joined, test, asked, right))
    require_equal(test.state(joined)["completion_status"], "completed", "completion_status")


@scenario("ATTEMPT-10", operation=TRY)
def attempts_are_counted(context: Context) -> None:
    """A quiz may be tried as often as one likes, and each person's attempts are counted."""
    _, joined, test, asked = _add_quiz(context)
    for number in (1, 2, 3):
        require_equal(_result(context, joined, test, asked, number % 2)["num_attempts"], number, "num_attempts")
    require_equal(
        _result(context, context.person("member"), test, asked, 1)["num_attempts"], 1, "those of somebody else"
    )


@scenario("ATTEMPT-11", operation=READ)
def an_attempt_keeps_the_questions(context: Context) -> None:
    """An attempt keeps the questions as they were, whatever becomes of them later."""
    _, joined, test, asked = _add_quiz(context, 2)
    made = context.require_accepted(try_quiz(joined, test, asked, right=1))
    assume_ok(asked[0].patch({"text": "Changed?", "answers": [{"text": "a", "correct": True}, {"text": "b"}]}))
    assume_ok(asked[1].delete())
    later = context.require_accepted(joined.get(f"{test.path}attempt/{made['id']}/"))
    require_equal(later["quiz_attempt"], made["quiz_attempt"], "the attempt after its questions changed")
    last = test.state(joined)["last_attempt"]["quiz_attempt"]
    require_equal(last["questions"], made["quiz_attempt"]["questions"], "the questions of last_attempt")


@scenario("ATTEMPT-12", operation=TRY)
def an_attempt_tells_what_was_selected(context: Context) -> None:
    """Within an attempt questions tell whether they were answered rightly, and answers whether they were selected."""
    _, joined, test, asked = _add_quiz(context, 2)
    made = context.require_accepted(try_quiz(joined, test, asked, right=1))
    read = context.require_accepted(joined.get(f"{test.path}attempt/{made['id']}/"))
    for found in (made.document, read.document, test.state(joined)["last_attempt"]):
        questions = {each["id"]: each for each in found["quiz_attempt"]["questions"]}
        for each, right in zip(asked, (True, False), strict=True):
            require_equal(questions[each.id]["correct"], right, "correct of a question within an attempt")
            selected = [one["id"] for one in questions[each.id]["answers"] if one["selected"]]
            require_equal(selected, response(each, right)["selected_options"], "the answers that are selected")
    for one in joined.get(f"{test.path}question/").body:
        outside = ("correct" in one, any("selected" in each for each in one["answers"]))
        require_equal(outside, (False, False), "whether a question outside of attempts tells of them")


@scenario("ATTEMPT-13", operation=READ)
def attempts_are_ones_own(context: Context) -> None:
    """An attempt is read by whoever made it, and by creator and managers."""
    _, joined, test, asked = _add_quiz(context)
    path = f"{test.path}attempt/{assume_ok(try_quiz(joined, test, asked, right=1))['id']}/"
    for name in ("joined", "manager", "creator"):
        require_equal(
            context.require_accepted(context.person(name).get(path))["user"]["id"], joined.id, "whose attempt it is"
        )
    for name, status in (("member", 403), ("staff", 403), (ANONYMOUS, 401)):
        context.require_rejected(context.person(name).get(path), status)


@scenario("ATTEMPT-14", operation=LESSON)
def a_quiz_comes_with_the_last_attempt(context: Context) -> None:
    """A quiz comes with the caller's newest attempt at it, null before the first."""
    _, joined, test, asked = _add_quiz(context)
    require_equal(test.state(joined)["last_attempt"], None, "last_attempt before the first")
    for right in (1, 0):
        made = assume_ok(try_quiz(joined, test, asked, right))
        require_equal(test.state(joined)["last_attempt"], made.document, "last_attempt")
    require_equal(test.state(context.person("member"))["last_attempt"], None, "that of who has not tried")


@scenario("ATTEMPT-15", operation=TRY)
def a_quiz_without_questions_is_none(context: Context) -> None:
    """A quiz without questions cannot be tried."""
    _, joined, test, _ = _add_quiz(context, 0)
    for person in (joined, context.owner):
        context.require_rejected(attempt(person, test, []), 400, code="invalid")
    require_equal(test.state(joined)["completion_status"], "uncompleted", "completion_status")


@scenario("ATTEMPT-16", operation=TRY)
def passing_is_completing(context: Context) -> None:
    """Passing a quiz is completing a lesson, and being active; failing it is neither."""
    course, joined, test, asked = _add_quiz(context)
    assume_ok(try_quiz(joined, test, asked, right=0))
    row = dashboard_row(context, course, "joined")
    require_equal((row["user_completion_rate"], row["last_active_at"]), (0, None), "rate and activity after failing")
    assume_ok(try_quiz(joined, test, asked, right=1))
    row = dashboard_row(context, course, "joined")
    require_equal(row["user_completion_rate"], 100, "user_completion_rate after passing")
    require_just_now(row["last_active_at"], course, "last_active_at")
    require_equal(course.state(joined)["num_lessons_completed"], 1, "num_lessons_completed")

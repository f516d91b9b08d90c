"""QUIZ-01 to 15: questions, as their authors write them and as others read them."""

from collections.abc import Iterator

from contracts.checks.context import Context, errors_of
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.messages.exchange import Answer, Json
from contracts.openapi.identifiers import Identifier
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import require_equal, require_shown, require_untouched
from contracts.scenarios._fixtures import (
    add_lesson,
    add_question,
    add_quiz,
    add_section,
    assume_ok,
    attempt,
    course_with,
    mixed_course,
    question_body,
    require_fields,
    response,
    send,
)

CREATE, READ, LIST = "create_course_question", "get_course_question", "get_course_questions"
PATCH, PUT, DELETE = "patch_course_question", "update_course_question", "delete_course_question"
LESSON = "patch_course_lesson"
NOT_LEADS = ("joined", "invited", "member", "staff")
WHOLE = ["('answers', 'required')", "('text', 'required')", "('type', 'required')"]


def _add_quiz(context: Context, course: Item, number: int = 1) -> tuple[Item, list[Item]]:
    return add_quiz(context, add_section(context, course), number)


def _both(person: Client, test: Item, body: Json) -> Iterator[Answer]:
    """A question made by each of its two paths."""
    yield send(person, "POST", f"{test.path}question/", body)
    yield send(person, "POST", test.path, body)


def _list_ids(person: Client, test: Item) -> list[Identifier]:
    return [each["id"] for each in person.get(f"{test.path}question/").body]


@scenario("QUIZ-01", operation=CREATE)
def questions_are_written_by_leads(context: Context) -> None:
    """Questions are written by creator and managers alone."""
    test, (asked,) = _add_quiz(context, mixed_course(context))
    for name, status in (*((name, 403) for name in NOT_LEADS), (ANONYMOUS, 401)):
        person = context.person(name)
        with require_untouched(asked, "a denied request has no effect"):
            for answer in _both(person, test, question_body()):
                context.require_rejected(answer, status)
            context.require_rejected(asked.patch({"text": "x"}, by=person), status)
            context.require_rejected(asked.put(question_body(), by=person), status)
            context.require_rejected(asked.delete(by=person), status)
    require_equal(_list_ids(context.owner, test), [asked.id], "the questions afterwards")
    for answer in _both(context.person("manager"), test, question_body()):
        context.require_accepted(answer, 201)


@scenario("QUIZ-02", operation=CREATE)
def a_question_has_type_text_and_answers(context: Context) -> None:
    """A question needs a type, a text and answers, by the documented path and by that of its kind."""
    test, _ = _add_quiz(context, context.fresh(), 0)
    for answer in _both(context.owner, test, {}):
        context.require_rejected(answer, 400)
        require_equal(sorted(map(str, errors_of(answer))), WHOLE, "the errors of {}")
    made = []
    for answer in _both(context.owner, test, question_body()):
        require_fields(
            context, context.require_accepted(answer, 201).document, "CourseQuestion", "the answer", "correct"
        )
        require_equal((answer["text"], answer["type"]), ("What is right?", "single_choice"), "text and type")
        made.append(answer["id"])
    require_equal(_list_ids(context.owner, test), made, "the questions")


def _require_answers_rejected(context: Context, test: Item, asked: Item, bad: Json, code: str | None) -> None:
    with require_untouched(asked, "what is refused changes nothing"):
        for answer in _both(context.owner, test, bad):
            context.require_rejected(answer, 400, "answers", code)
        context.require_rejected(asked.patch(bad), 400, "answers", code)
        context.require_rejected(asked.put(bad), 400, "answers", code)


@scenario("QUIZ-03", operation=CREATE)
def a_single_choice_has_one_right_answer(context: Context) -> None:
    """A single choice has exactly one correct answer."""
    test, (asked,) = _add_quiz(context, context.fresh())
    for right in (0, 2):
        _require_answers_rejected(context, test, asked, question_body(right, 2) | {"type": "single_choice"}, "invalid")
        context.require_rejected(
            asked.patch({"answers": question_body(right, 2)["answers"]}), 400, "answers", "invalid"
        )
    several = add_question(context, test, right=2)
    context.require_rejected(several.patch({"type": "single_choice"}), 400, "answers", "invalid")
    for answer in _both(context.owner, test, question_body(1, 3)):
        context.require_accepted(answer, 201)


@scenario("QUIZ-04", operation=CREATE)
def a_multiple_choice_has_a_right_answer(context: Context) -> None:
    """A multiple choice has one correct answer at least."""
    test, _ = _add_quiz(context, context.fresh(), 0)
    asked = add_question(context, test, right=2)
    _require_answers_rejected(context, test, asked, question_body(0, 2) | {"type": "multi_choice"}, "invalid")
    context.require_rejected(asked.patch({"answers": question_body(0, 2)["answers"]}), 400, "answers", "invalid")
    for right, wrong in ((1, 1), (2, 0), (3, 1)):
        for answer in _both(context.owner, test, question_body(right, wrong) | {"type": "multi_choice"}):
            context.require_accepted(answer, 201)


@scenario("QUIZ-05", operation=CREATE)
def two_answers_with_a_text_each(context: Context) -> None:
    """A question has two answers at least; each has a text, and is wrong unless said."""
    test, (asked,) = _add_quiz(context, context.fresh())
    right = {"text": "right", "correct": True}
    for answers, code in (([right], "min_length"), ([right, {"correct": False}], None), ([right, {"text": " "}], None)):
        _require_answers_rejected(context, test, asked, question_body() | {"answers": answers}, code)
    for answer in _both(context.owner, test, question_body() | {"answers": [right, {"text": "unsaid"}]}):
        found = {each["text"]: each["correct"] for each in context.require_accepted(answer, 201)["answers"]}
        require_equal(found, {"right": True, "unsaid": False}, "text → correct of the answers")


@scenario("QUIZ-06", operation=PATCH)
def one_field_changes_a_question(context: Context) -> None:
    """One field is enough to change a question; answers replace the former ones, and keep the ids they come with."""
    _, (asked,) = _add_quiz(context, context.fresh())
    with require_untouched(asked, "only the text changes", "text"):
        context.require_accepted(asked.patch({"text": "Another?"}))
    require_shown(asked, {"text": "Another?"})
    kept, dropped = asked.state()["answers"]
    answers = [{"text": "new", "correct": False}, {**kept, "text": "kept"}]
    with require_untouched(asked, "only the answers change", "answers"):
        context.require_accepted(asked.patch({"answers": answers}))
    new, old = asked.state()["answers"]
    require_equal(
        (old["id"], old["text"], old["correct"]), (kept["id"], "kept", True), "the answer that came with its id"
    )
    require_equal(
        (new["text"], new["id"] in (kept["id"], dropped["id"])), ("new", False), "the one without, and its id"
    )


@scenario("QUIZ-07", operation=PUT)
def a_whole_question_has_all_three(context: Context) -> None:
    """Changing a question as a whole needs type, text and answers."""
    _, (asked,) = _add_quiz(context, context.fresh())
    with require_untouched(asked, "a refused PUT changes nothing"):
        answer = asked.put({})
        context.require_rejected(answer, 400)
        require_equal(sorted(map(str, errors_of(answer))), WHOLE, "the errors of {}")
        for name in ("type", "text", "answers"):
            body = {key: value for key, value in question_body().items() if key != name}
            context.require_rejected(asked.put(body), 400, name, "required")
    context.require_accepted(asked.put(question_body(2, 1) | {"text": "All new?"}))
    require_shown(asked, {"type": "multi_choice", "text": "All new?"})
    require_equal(len(asked.state()["answers"]), 3, "number of answers")


@scenario("QUIZ-08", operation=DELETE)
def a_question_is_deleted(context: Context) -> None:
    """A deleted question is gone, and the others stay."""
    test, (kept, gone) = _add_quiz(context, context.fresh(), 2)
    require_equal(context.require_accepted(gone.delete(), 204).content, b"", "the body of the answer")
    context.require_rejected(gone.read(), 404)
    context.require_rejected(gone.delete(), 404)
    require_equal(_list_ids(context.owner, test), [kept.id], "the questions")


@scenario("QUIZ-09", operation=LIST)
def only_quizzes_have_questions(context: Context) -> None:
    """A lesson that is no quiz has no questions, not even an empty list of them."""
    course = course_with(context, joined="joined")
    inside = add_section(context, course)
    plain, (_, (asked,)) = add_lesson(context, inside), add_quiz(context, inside)
    astray = Item(f"{plain.path}question/{asked.id}/", context.owner)
    for answer in _both(context.owner, plain, question_body()):
        context.require_rejected(answer, 404)
    for name in ("creator", "joined"):
        context.require_rejected(context.person(name).get(f"{plain.path}question/"), 404)
        context.require_rejected(astray.read(by=context.person(name)), 404)
    for answer in (astray.patch({"text": "x"}), astray.put(question_body()), astray.delete()):
        context.require_rejected(answer, 404)
    context.require_accepted(asked.read())


@scenario("QUIZ-10", operation=LIST)
def questions_are_read_by_who_is_inside(context: Context) -> None:
    """Questions are read by those who are in the course and to whom the quiz is open."""
    course = course_with(context, "open", {"type": "structured"}, manager="manager", joined="joined", invited="invited")
    test, asked = add_quiz(context, add_section(context, course), 2)
    closed, unasked = add_quiz(context, add_section(context, course, drip_delay=30))
    for name in ("joined", "manager", "creator"):
        person = context.person(name)
        require_equal(_list_ids(person, test), [each.id for each in asked], f"the questions as the {name} reads them")
        require_equal(context.require_accepted(asked[0].read(by=person))["text"], "What is right?", "text")
    for name in ("member", "invited", "staff"):
        context.require_rejected(context.person(name).get(f"{test.path}question/"), 403)
        context.require_rejected(asked[0].read(by=context.person(name)), 403)
    context.require_rejected(context.person("joined").get(f"{closed.path}question/"), 403)
    context.require_rejected(unasked[0].read(by=context.person("joined")), 403)


@scenario("QUIZ-11", operation=LIST)
def right_answers_are_hidden(context: Context) -> None:
    """Which answers are correct is told to creator and managers alone."""
    test, asked = _add_quiz(context, course_with(context, manager="manager", joined="joined"))
    for name, told in (("joined", False), ("manager", True), ("creator", True)):
        person = context.person(name)
        tried = assume_ok(attempt(person, test, [response(asked[0], right=False)]))
        questions = [
            *person.get(f"{test.path}question/").body,
            asked[0].state(person),
            *test.state(person)["questions"],
            *tried["quiz_attempt"]["questions"],
            *test.state(person)["last_attempt"]["quiz_attempt"]["questions"],
            *person.get(f"{test.path}attempt/{tried['id']}/")["quiz_attempt"]["questions"],
        ]
        for number, each in enumerate(questions):
            found = ["correct" in one for one in each["answers"]]
            require_equal(
                found, [told] * len(found), f"whether answers of question {number} tell the {name} what is right"
            )


def _orders(test: Item, order: list[Identifier]) -> Iterator[Answer]:
    yield test.patch({"questions_order": order})
    yield test.put({"name": "x", "type": test.state()["type"], "questions_order": order})


@scenario("QUIZ-12", operation=LESSON)
def what_the_order_leaves_out_is_deleted(context: Context) -> None:
    """questions_order puts the questions in order, and deletes those that it does not name."""
    course = context.fresh()
    for write in range(2):
        test, (one, two, three) = _add_quiz(context, course, 3)
        for order in ([three.id, one.id, two.id], [three.id, one.id]):
            answer = list(_orders(test, order))[write] if write else test.patch({"questions_order": order})
            require_equal(
                [each["id"] for each in context.require_accepted(answer)["questions"]],
                order,
                "the questions in the answer",
            )
            require_equal(_list_ids(context.owner, test), order, "the questions")
        context.require_rejected(two.read(), 404)
        context.require_accepted(one.read())


@scenario("QUIZ-13", operation=LESSON)
def the_order_names_questions_of_the_quiz(context: Context) -> None:
    """questions_order names questions of this very quiz, each once, and is never read."""
    course = context.fresh()
    (test, (one, two)), (_, (foreign,)) = _add_quiz(context, course, 2), _add_quiz(context, course)
    for bad in ([one.id, foreign.id], [one.id, one.id], [two.id, one.id, two.id], [one.id, two.id, foreign.id]):
        for answer in _orders(test, bad):
            context.require_rejected(answer, 400, "questions_order", "invalid")
            require_equal(_list_ids(context.owner, test), [one.id, two.id], "the questions after a refusal")
    for answer in (*_orders(test, [two.id, one.id]), test.read()):
        require_equal(
            "questions_order" in context.require_accepted(answer).document, False, "whether questions_order is answered"
        )


@scenario("QUIZ-14", operation=LESSON)
def on_a_plain_lesson_the_order_means_nothing(context: Context) -> None:
    """On a plain lesson questions_order has no meaning."""
    course = context.fresh()
    plain, (test, (asked,)) = add_lesson(context, add_section(context, course)), _add_quiz(context, course)
    for order in ([], [asked.id], [asked.id, asked.id]):
        for answer in _orders(plain, order):
            context.require_accepted(answer)
    require_equal(_list_ids(context.owner, test), [asked.id], "the questions of a quiz elsewhere")


@scenario("QUIZ-15", operation="create_course_lesson")
def grades_are_percentages(context: Context) -> None:
    """passing_grade is a percentage from 0 to 100, and 60 unless said."""
    inside = add_section(context, context.fresh())
    test, body = add_lesson(context, inside, type="quiz"), {"name": "x", "type": "quiz"}
    require_equal(test.state()["passing_grade"], 60, "passing_grade")
    for bad, code in ((101, "max_value"), (-1, "min_value")):
        with require_untouched(test, "what is refused changes nothing"):
            context.require_rejected(test.patch({"passing_grade": bad}), 400, "passing_grade", code)
            context.require_rejected(test.put({**body, "passing_grade": bad}), 400, "passing_grade", code)
            made = send(context.owner, "POST", f"{inside.path}lesson/", {**body, "passing_grade": bad})
            context.require_rejected(made, 400, "passing_grade", code)
    for good in (0, 100, 75):
        require_equal(
            context.require_accepted(test.patch({"passing_grade": good}))["passing_grade"], good, "passing_grade"
        )

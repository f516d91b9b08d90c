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
    """Create a question by each of its two paths."""
    yield send(person, "POST", f"{test.path}question/", body)
    yield send(person, "POST", test.path, body)


def _list_ids(person: Client, test: Item) -> list[Identifier]:
    return [question["id"] for question in person.get(f"{test.path}question/").body]


@scenario("QUIZ-01", operation=CREATE)
def questions_are_written_by_managers(context: Context) -> None:
    """Only the creator and managers may write questions."""
    test, (question,) = _add_quiz(context, mixed_course(context))
    for name, status in (*((name, 403) for name in NOT_LEADS), (ANONYMOUS, 401)):
        person = context.person(name)
        with require_untouched(question, "a denied request has no effect"):
            for answer in _both(person, test, question_body()):
                context.require_rejected(answer, status)
            context.require_rejected(question.patch({"text": "x"}, by=person), status)
            context.require_rejected(question.put(question_body(), by=person), status)
            context.require_rejected(question.delete(by=person), status)
    require_equal(_list_ids(context.owner, test), [question.id], "the questions afterwards")
    for answer in _both(context.person("manager"), test, question_body()):
        context.require_accepted(answer, 201)


@scenario("QUIZ-02", operation=CREATE)
def a_question_has_type_text_and_answers(context: Context) -> None:
    """A question needs a type, a text and answers, by either of its two paths."""
    test, _ = _add_quiz(context, context.fresh(), 0)
    for answer in _both(context.owner, test, {}):
        context.require_rejected(answer, 400)
        require_equal(sorted(map(str, errors_of(answer))), WHOLE, "the errors of {}")
    created = []
    for answer in _both(context.owner, test, question_body()):
        require_fields(
            context, context.require_accepted(answer, 201).document, "CourseQuestion", "the response", "correct"
        )
        require_equal((answer["text"], answer["type"]), ("What is right?", "single_choice"), "text and type")
        created.append(answer["id"])
    require_equal(_list_ids(context.owner, test), created, "the questions")


def _require_answers_rejected(context: Context, test: Item, question: Item, bad: Json, code: str | None) -> None:
    with require_untouched(question, "a rejected change changes nothing"):
        for answer in _both(context.owner, test, bad):
            context.require_rejected(answer, 400, "answers", code)
        context.require_rejected(question.patch(bad), 400, "answers", code)
        context.require_rejected(question.put(bad), 400, "answers", code)


@scenario("QUIZ-03", operation=CREATE)
def a_single_choice_has_one_right_answer(context: Context) -> None:
    """A single choice has exactly one correct answer."""
    test, (question,) = _add_quiz(context, context.fresh())
    for right in (0, 2):
        _require_answers_rejected(
            context, test, question, question_body(right, 2) | {"type": "single_choice"}, "invalid"
        )
        context.require_rejected(
            question.patch({"answers": question_body(right, 2)["answers"]}), 400, "answers", "invalid"
        )
    several = add_question(context, test, right=2)
    context.require_rejected(several.patch({"type": "single_choice"}), 400, "answers", "invalid")
    for answer in _both(context.owner, test, question_body(1, 3)):
        context.require_accepted(answer, 201)


@scenario("QUIZ-04", operation=CREATE)
def a_multiple_choice_has_a_right_answer(context: Context) -> None:
    """A multiple choice has at least one correct answer."""
    test, _ = _add_quiz(context, context.fresh(), 0)
    question = add_question(context, test, right=2)
    _require_answers_rejected(context, test, question, question_body(0, 2) | {"type": "multi_choice"}, "invalid")
    context.require_rejected(question.patch({"answers": question_body(0, 2)["answers"]}), 400, "answers", "invalid")
    for right, wrong in ((1, 1), (2, 0), (3, 1)):
        for answer in _both(context.owner, test, question_body(right, wrong) | {"type": "multi_choice"}):
            context.require_accepted(answer, 201)


@scenario("QUIZ-05", operation=CREATE)
def two_answers_with_a_text_each(context: Context) -> None:
    """A question has at least two answers, each with a text; by default, an answer is wrong."""
    test, (question,) = _add_quiz(context, context.fresh())
    right = {"text": "right", "correct": True}
    for answers, code in (([right], "min_length"), ([right, {"correct": False}], None), ([right, {"text": " "}], None)):
        _require_answers_rejected(context, test, question, question_body() | {"answers": answers}, code)
    for answer in _both(context.owner, test, question_body() | {"answers": [right, {"text": "unsaid"}]}):
        created = context.require_accepted(answer, 201)["answers"]
        actual = {choice["text"]: choice["correct"] for choice in created}
        require_equal(actual, {"right": True, "unsaid": False}, "text → correct of the answers")


@scenario("QUIZ-06", operation=PATCH)
def one_field_changes_a_question(context: Context) -> None:
    """One field is enough to change a question; new answers replace the former ones, but keep ids that are sent."""
    _, (question,) = _add_quiz(context, context.fresh())
    with require_untouched(question, "only the text changes", "text"):
        context.require_accepted(question.patch({"text": "Another?"}))
    require_shown(question, {"text": "Another?"})
    kept, dropped = question.state()["answers"]
    answers = [{"text": "new", "correct": False}, {**kept, "text": "kept"}]
    with require_untouched(question, "only the answers change", "answers"):
        context.require_accepted(question.patch({"answers": answers}))
    new, old = question.state()["answers"]
    require_equal(
        (old["id"], old["text"], old["correct"]), (kept["id"], "kept", True), "the answer that came with its id"
    )
    require_equal(
        (new["text"], new["id"] in (kept["id"], dropped["id"])), ("new", False), "the one without, and its id"
    )


@scenario("QUIZ-07", operation=PUT)
def a_whole_question_has_all_three(context: Context) -> None:
    """Replacing a question needs its type, text and answers."""
    _, (question,) = _add_quiz(context, context.fresh())
    with require_untouched(question, "a rejected PUT changes nothing"):
        answer = question.put({})
        context.require_rejected(answer, 400)
        require_equal(sorted(map(str, errors_of(answer))), WHOLE, "the errors of {}")
        for name in ("type", "text", "answers"):
            body = {key: value for key, value in question_body().items() if key != name}
            context.require_rejected(question.put(body), 400, name, "required")
    context.require_accepted(question.put(question_body(2, 1) | {"text": "All new?"}))
    require_shown(question, {"type": "multi_choice", "text": "All new?"})
    require_equal(len(question.state()["answers"]), 3, "number of answers")


@scenario("QUIZ-08", operation=DELETE)
def a_question_is_deleted(context: Context) -> None:
    """A deleted question is gone, and the others stay."""
    test, (kept, gone) = _add_quiz(context, context.fresh(), 2)
    require_equal(context.require_accepted(gone.delete(), 204).content, b"", "the body of the response")
    context.require_rejected(gone.read(), 404)
    context.require_rejected(gone.delete(), 404)
    require_equal(_list_ids(context.owner, test), [kept.id], "the questions")


@scenario("QUIZ-09", operation=LIST)
def only_quizzes_have_questions(context: Context) -> None:
    """A plain lesson has no questions, not even an empty list of them."""
    course = course_with(context, joined="joined")
    inside = add_section(context, course)
    plain, (_, (question,)) = add_lesson(context, inside), add_quiz(context, inside)
    misplaced = Item(f"{plain.path}question/{question.id}/", context.owner)
    for answer in _both(context.owner, plain, question_body()):
        context.require_rejected(answer, 404)
    for name in ("creator", "joined"):
        context.require_rejected(context.person(name).get(f"{plain.path}question/"), 404)
        context.require_rejected(misplaced.read(by=context.person(name)), 404)
    for answer in (misplaced.patch({"text": "x"}), misplaced.put(question_body()), misplaced.delete()):
        context.require_rejected(answer, 404)
    context.require_accepted(question.read())


@scenario("QUIZ-10", operation=LIST)
def questions_are_for_users_in_the_course(context: Context) -> None:
    """Users in the course may read the questions of a quiz that is open to them."""
    course = course_with(context, "open", {"type": "structured"}, manager="manager", joined="joined", invited="invited")
    test, questions = add_quiz(context, add_section(context, course), 2)
    closed, closed_questions = add_quiz(context, add_section(context, course, drip_delay=30))
    ids = [question.id for question in questions]
    for name in ("joined", "manager", "creator"):
        person = context.person(name)
        require_equal(_list_ids(person, test), ids, f"the questions as the {name} reads them")
        require_equal(context.require_accepted(questions[0].read(by=person))["text"], "What is right?", "text")
    for name in ("member", "invited", "staff"):
        context.require_rejected(context.person(name).get(f"{test.path}question/"), 403)
        context.require_rejected(questions[0].read(by=context.person(name)), 403)
    context.require_rejected(context.person("joined").get(f"{closed.path}question/"), 403)
    context.require_rejected(closed_questions[0].read(by=context.person("joined")), 403)


@scenario("QUIZ-11", operation=LIST)
def right_answers_are_hidden(context: Context) -> None:
    """Only the creator and managers see which answers are correct."""
    test, (question,) = _add_quiz(context, course_with(context, manager="manager", joined="joined"))
    for name, visible in (("joined", False), ("manager", True), ("creator", True)):
        person = context.person(name)
        tried = assume_ok(attempt(person, test, [response(question, right=False)]))
        questions = [
            *person.get(f"{test.path}question/").body,
            question.state(person),
            *test.state(person)["questions"],
            *tried["quiz_attempt"]["questions"],
            *test.state(person)["last_attempt"]["quiz_attempt"]["questions"],
            *person.get(f"{test.path}attempt/{tried['id']}/")["quiz_attempt"]["questions"],
        ]
        for number, shown_question in enumerate(questions):
            actual = ["correct" in choice for choice in shown_question["answers"]]
            expected = [visible] * len(actual)
            require_equal(actual, expected, f"whether the {name} sees which answers of question {number} are right")


def _orders(test: Item, order: list[Identifier]) -> Iterator[Answer]:
    """Send an order of questions by PATCH, then by PUT."""
    yield test.patch({"questions_order": order})
    yield test.put({"name": "x", "type": test.state()["type"], "questions_order": order})


@scenario("QUIZ-12", operation=LESSON)
def questions_left_out_of_the_order_are_deleted(context: Context) -> None:
    """questions_order puts the questions in order, and deletes those that it does not name."""
    course = context.fresh()
    for with_put in (False, True):
        test, (one, two, three) = _add_quiz(context, course, 3)
        for order in ([three.id, one.id, two.id], [three.id, one.id]):
            answers = list(_orders(test, order)) if with_put else [test.patch({"questions_order": order})]
            questions = context.require_accepted(answers[-1])["questions"]
            require_equal([question["id"] for question in questions], order, "the questions in the response")
            require_equal(_list_ids(context.owner, test), order, "the questions")
        context.require_rejected(two.read(), 404)
        context.require_accepted(one.read())


@scenario("QUIZ-13", operation=LESSON)
def the_order_names_questions_of_the_quiz(context: Context) -> None:
    """questions_order names questions of the same quiz, each once, and appears in no response."""
    course = context.fresh()
    (test, (one, two)), (_, (foreign,)) = _add_quiz(context, course, 2), _add_quiz(context, course)
    for bad in ([one.id, foreign.id], [one.id, one.id], [two.id, one.id, two.id], [one.id, two.id, foreign.id]):
        for answer in _orders(test, bad):
            context.require_rejected(answer, 400, "questions_order", "invalid")
            require_equal(_list_ids(context.owner, test), [one.id, two.id], "the questions after a rejection")
    for answer in (*_orders(test, [two.id, one.id]), test.read()):
        require_equal(
            "questions_order" in context.require_accepted(answer).document,
            False,
            "whether the response shows questions_order",
        )


@scenario("QUIZ-14", operation=LESSON)
def the_order_has_no_effect_on_a_plain_lesson(context: Context) -> None:
    """On a plain lesson, questions_order has no effect."""
    course = context.fresh()
    plain, (test, (question,)) = add_lesson(context, add_section(context, course)), _add_quiz(context, course)
    for order in ([], [question.id], [question.id, question.id]):
        for answer in _orders(plain, order):
            context.require_accepted(answer)
    require_equal(_list_ids(context.owner, test), [question.id], "the questions of a quiz elsewhere")


@scenario("QUIZ-15", operation="create_course_lesson")
def grades_are_percentages(context: Context) -> None:
    """passing_grade is a percentage from 0 to 100, and 60 by default."""
    inside = add_section(context, context.fresh())
    test, body = add_lesson(context, inside, type="quiz"), {"name": "x", "type": "quiz"}
    require_equal(test.state()["passing_grade"], 60, "passing_grade")
    for bad, code in ((101, "max_value"), (-1, "min_value")):
        with require_untouched(test, "a rejected change changes nothing"):
            context.require_rejected(test.patch({"passing_grade": bad}), 400, "passing_grade", code)
            context.require_rejected(test.put({**body, "passing_grade": bad}), 400, "passing_grade", code)
            answer = send(context.owner, "POST", f"{inside.path}lesson/", {**body, "passing_grade": bad})
            context.require_rejected(answer, 400, "passing_grade", code)
    for good in (0, 100, 75):
        require_equal(
            context.require_accepted(test.patch({"passing_grade": good}))["passing_grade"], good, "passing_grade"
        )

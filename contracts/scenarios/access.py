"""ACCESS-01 to 07: which users may open a lesson."""

from collections.abc import Sequence

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.openapi.identifiers import Identifier
from contracts.profile.models import ANONYMOUS
from contracts.results.verdict import Broken
from contracts.scenarios._assertions import require_equal
from contracts.scenarios._fixtures import (
    FUTURE,
    add_lesson,
    add_lessons,
    add_quiz,
    add_section,
    assume_ok,
    complete,
    course_with,
    learner_requests,
    mixed_course,
    overview,
    try_quiz,
)

READ, SHOW = "get_course_lesson", "get_course_info"
LEADS = ("creator", "manager")


def _require_closed(context: Context, person: Client, status: int, of: Item, questions: Sequence[Item] = ()) -> None:
    for answer in learner_requests(context, person, of, questions):
        context.require_rejected(answer, status)


def _require_open(context: Context, person: Client, of: Item, questions: Sequence[Item] = ()) -> None:
    for answer in learner_requests(context, person, of, questions):
        if not answer.ok:
            raise Broken(f"{answer.request.line} is allowed", answer.summary)


def _ordered_course(context: Context) -> tuple[Item, Client]:
    """Create a course that enforces the order of its lessons, and return it with a participant."""
    course = course_with(context, "open", {"enforce_lessons_order": True}, manager="manager", joined="joined")
    return course, context.person("joined")


@scenario("ACCESS-01", operation=READ)
def lessons_are_for_users_in_the_course(context: Context) -> None:
    """Only users in the course can open its lessons and do anything with them."""
    inside = add_section(context, mixed_course(context))
    plain, (test, questions) = add_lesson(context, inside), add_quiz(context, inside)
    for name, status in (("member", 403), ("staff", 403), ("invited", 403), (ANONYMOUS, 401)):
        _require_closed(context, context.person(name), status, plain)
        _require_closed(context, context.person(name), status, test, questions)
    for name in ("joined", *LEADS):
        _require_open(context, context.person(name), plain)
        _require_open(context, context.person(name), test, questions)


@scenario("ACCESS-02", operation=READ)
def drafts_are_for_their_authors(context: Context) -> None:
    """A draft of a lesson exists only for the creator and managers."""
    inside = add_section(context, mixed_course(context))
    plain, (test, questions) = add_lesson(context, inside, status="draft"), add_quiz(context, inside, status="draft")
    _require_closed(context, context.person("joined"), 404, plain)
    _require_closed(context, context.person("joined"), 404, test, questions)
    for name in LEADS:
        context.require_accepted(plain.read(by=context.person(name)))
        context.require_accepted(test.read(by=context.person(name)))
    assume_ok(plain.patch({"status": "published"}))
    _require_open(context, context.person("joined"), plain)


@scenario("ACCESS-03", operation=READ)
def lessons_of_a_later_section_are_closed(context: Context) -> None:
    """A lesson is closed to participants until its section opens."""
    for kind, drip in (("structured", {"drip_delay": 30}), ("scheduled", {"dripped_at": FUTURE})):
        course = course_with(context, "open", {"type": kind}, manager="manager", joined="joined")
        inside = add_section(context, course, **drip)
        plain, (test, questions) = add_lesson(context, inside), add_quiz(context, inside)
        _require_closed(context, context.person("joined"), 403, plain)
        _require_closed(context, context.person("joined"), 403, test, questions)
        for name in LEADS:
            context.require_accepted(plain.read(by=context.person(name)))


@scenario("ACCESS-04", operation=READ)
def earlier_lessons_come_first(context: Context) -> None:
    """If the order is enforced, a lesson is closed to participants until they have completed all lessons before it."""
    course, joined = _ordered_course(context)
    inside = add_section(context, course)
    first, second = add_lessons(context, inside, 2)
    test, questions = add_quiz(context, inside)
    context.require_accepted(first.read(by=joined))
    _require_closed(context, joined, 403, second)
    assume_ok(complete(joined, first))
    context.require_accepted(second.read(by=joined))
    _require_closed(context, joined, 403, test, questions)
    assume_ok(complete(joined, second))
    context.require_accepted(test.read(by=joined))
    for name in LEADS:
        context.require_accepted(test.read(by=context.person(name)))
    assume_ok(course.patch({"enforce_lessons_order": False}))
    assume_ok(joined.send("POST", f"{first.path}incomplete/"))
    context.require_accepted(test.read(by=joined))


@scenario("ACCESS-05", operation=READ)
def order_of_sections_and_lessons(context: Context) -> None:
    """The order of sections, then of lessons, decides which lessons come before another; drafts do not count."""
    course, joined = _ordered_course(context)
    one, two = add_section(context, course), add_section(context, course)
    add_lesson(context, one, status="draft")
    (first, second), (third,) = add_lessons(context, one, 2), add_lessons(context, two, 1)
    _require_openness(joined, {first: True, second: False, third: False}, "at first")
    assume_ok(course.patch({"sections_order": [two.id, one.id]}))
    _require_openness(joined, {third: True, first: False, second: False}, "after the sections were turned round")
    assume_ok(course.patch({"sections_order": [one.id, two.id]}))
    assume_ok(one.patch({"lessons_order": [second.id, first.id, *_others(one, first, second)]}))
    _require_openness(joined, {second: True, first: False, third: False}, "after the lessons were turned round")
    assume_ok(second.patch({"status": "draft"}))
    _require_openness(joined, {first: True, third: False}, "after the first of them became a draft")


def _others(inside: Item, *lessons: Item) -> list[Identifier]:
    """Return the ids of the other lessons of a section."""
    excluded = {lesson.id for lesson in lessons}
    return [lesson_id for lesson_id in inside.state()["lessons_order"] if lesson_id not in excluded]


def _require_openness(joined: Client, expected: dict[Item, bool], when: str) -> None:
    statuses = {lesson.id: lesson.read(by=joined).status for lesson in expected}
    actual = {lesson: {200: True, 403: False}.get(status) for lesson, status in statuses.items()}
    expected_by_id = {lesson.id: is_open for lesson, is_open in expected.items()}
    require_equal(actual, expected_by_id, f"lesson → whether it is open {when}")


@scenario("ACCESS-06", operation=READ)
def a_quiz_must_be_passed(context: Context) -> None:
    """A quiz that was failed or never tried blocks the lessons after it."""
    course, joined = _ordered_course(context)
    inside = add_section(context, course)
    (test, questions), after = add_quiz(context, inside), add_lesson(context, inside)
    context.require_rejected(after.read(by=joined), 403)
    assume_ok(try_quiz(joined, test, questions, right=0))
    context.require_rejected(after.read(by=joined), 403)
    assume_ok(try_quiz(joined, test, questions, right=1))
    context.require_accepted(after.read(by=joined))


@scenario("ACCESS-07", operation=SHOW)
def locked_shows_closed_lessons(context: Context) -> None:
    """A lesson is shown as locked exactly if it is closed."""
    ordered, joined = _ordered_course(context)
    first, *_ = lessons = add_lessons(context, add_section(context, ordered), 3)
    _require_locked(ordered, joined, lessons, [False, True, True])
    assume_ok(complete(joined, first))
    _require_locked(ordered, joined, lessons, [False, False, True])
    _require_locked(ordered, context.person("manager"), lessons, [False] * 3)
    dripped = course_with(context, "open", {"type": "structured"}, joined="joined")
    lessons = [add_lesson(context, add_section(context, dripped, drip_delay=days)) for days in (0, 30)]
    _require_locked(dripped, joined, lessons, [False, True])


def _require_locked(course: Item, person: Client, lessons: list[Item], expected: list[bool]) -> None:
    states = overview(course, person)
    require_equal([states[lesson.id]["locked"] for lesson in lessons], expected, "locked of each lesson")
    is_closed = [lesson.read(by=person).status == 403 for lesson in lessons]
    require_equal(is_closed, expected, "whether reading each lesson is 403")

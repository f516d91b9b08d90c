"""ACCESS-01 to 07: to whom a lesson is open."""

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


def _require_closed(context: Context, person: Client, status: int, of: Item, asked: list[Item] | None = None) -> None:
    for answer in learner_requests(context, person, of, asked or []):
        context.require_rejected(answer, status)


def _require_open(context: Context, person: Client, of: Item, asked: list[Item] | None = None) -> None:
    for answer in learner_requests(context, person, of, asked or []):
        if not answer.ok:
            raise Broken(f"{answer.request.line} is allowed", answer.summary)


def _ordered_course(context: Context) -> tuple[Item, Client]:
    """A course in which lessons are learned in their order, and somebody who does so."""
    course = course_with(context, "open", {"enforce_lessons_order": True}, manager="manager", joined="joined")
    return course, context.person("joined")


@scenario("ACCESS-01", operation=READ)
def lessons_are_for_who_is_inside(context: Context) -> None:
    """Lessons, and all that can be done with them, are for those who are in the course."""
    inside = add_section(context, mixed_course(context))
    plain, (test, asked) = add_lesson(context, inside), add_quiz(context, inside)
    for name, status in (("member", 403), ("staff", 403), ("invited", 403), (ANONYMOUS, 401)):
        _require_closed(context, context.person(name), status, plain)
        _require_closed(context, context.person(name), status, test, asked)
    for name in ("joined", *LEADS):
        _require_open(context, context.person(name), plain)
        _require_open(context, context.person(name), test, asked)


@scenario("ACCESS-02", operation=READ)
def drafts_are_for_their_authors(context: Context) -> None:
    """A draft of a lesson exists for creator and managers alone."""
    inside = add_section(context, mixed_course(context))
    plain, (test, asked) = add_lesson(context, inside, status="draft"), add_quiz(context, inside, status="draft")
    _require_closed(context, context.person("joined"), 404, plain)
    _require_closed(context, context.person("joined"), 404, test, asked)
    for name in LEADS:
        context.require_accepted(plain.read(by=context.person(name)))
        context.require_accepted(test.read(by=context.person(name)))
    assume_ok(plain.patch({"status": "published"}))
    _require_open(context, context.person("joined"), plain)


@scenario("ACCESS-03", operation=READ)
def a_section_that_waits_is_closed(context: Context) -> None:
    """A lesson is closed to participants until its section opens."""
    for kind, drip in (("structured", {"drip_delay": 30}), ("scheduled", {"dripped_at": FUTURE})):
        course = course_with(context, "open", {"type": kind}, manager="manager", joined="joined")
        inside = add_section(context, course, **drip)
        plain, (test, asked) = add_lesson(context, inside), add_quiz(context, inside)
        _require_closed(context, context.person("joined"), 403, plain)
        _require_closed(context, context.person("joined"), 403, test, asked)
        for name in LEADS:
            context.require_accepted(plain.read(by=context.person(name)))


@scenario("ACCESS-04", operation=READ)
def what_comes_before_is_done_first(context: Context) -> None:
    """Where the order is enforced, a lesson is closed to participants until all before it are completed."""
    course, joined = _ordered_course(context)
    inside = add_section(context, course)
    first, second = add_lessons(context, inside, 2)
    test, asked = add_quiz(context, inside)
    context.require_accepted(first.read(by=joined))
    _require_closed(context, joined, 403, second)
    assume_ok(complete(joined, first))
    context.require_accepted(second.read(by=joined))
    _require_closed(context, joined, 403, test, asked)
    assume_ok(complete(joined, second))
    context.require_accepted(test.read(by=joined))
    for name in LEADS:
        context.require_accepted(test.read(by=context.person(name)))
    assume_ok(course.patch({"enforce_lessons_order": False}))
    assume_ok(joined.send("POST", f"{first.path}incomplete/"))
    context.require_accepted(test.read(by=joined))


@scenario("ACCESS-05", operation=READ)
def sections_and_lessons_make_the_order(context: Context) -> None:
    """What is before a lesson follows from the order of sections, then of lessons; drafts do not count."""
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


def _others(inside: Item, *known: Item) -> list[Identifier]:
    return [each for each in inside.state()["lessons_order"] if each not in {one.id for one in known}]


def _require_openness(joined: Client, expected: dict[Item, bool], when: str) -> None:
    found = {each.id: {200: True, 403: False}.get(each.read(by=joined).status) for each in expected}
    require_equal(
        found, {each.id: is_open for each, is_open in expected.items()}, f"lesson → whether it is open {when}"
    )


@scenario("ACCESS-06", operation=READ)
def a_quiz_must_be_passed(context: Context) -> None:
    """A quiz that was failed or never tried blocks what comes after it."""
    course, joined = _ordered_course(context)
    inside = add_section(context, course)
    (test, asked), after = add_quiz(context, inside), add_lesson(context, inside)
    context.require_rejected(after.read(by=joined), 403)
    assume_ok(try_quiz(joined, test, asked, right=0))
    context.require_rejected(after.read(by=joined), 403)
    assume_ok(try_quiz(joined, test, asked, right=1))
    context.require_accepted(after.read(by=joined))


@scenario("ACCESS-07", operation=SHOW)
def locked_is_what_is_closed(context: Context) -> None:
    """A lesson is shown as locked exactly where it is closed."""
    ordered, joined = _ordered_course(context)
    first, *_ = made = add_lessons(context, add_section(context, ordered), 3)
    _require_locked(ordered, joined, made, [False, True, True])
    assume_ok(complete(joined, first))
    _require_locked(ordered, joined, made, [False, False, True])
    _require_locked(ordered, context.person("manager"), made, [False] * 3)
    dripped = course_with(context, "open", {"type": "structured"}, joined="joined")
    made = [add_lesson(context, add_section(context, dripped, drip_delay=days)) for days in (0, 30)]
    _require_locked(dripped, joined, made, [False, True])


def _require_locked(course: Item, person: Client, made: list[Item], expected: list[bool]) -> None:
    shown = overview(course, person)
    require_equal([shown[each.id]["locked"] for each in made], expected, "locked of each lesson")
    require_equal([each.read(by=person).status == 403 for each in made], expected, "whether reading each lesson is 403")

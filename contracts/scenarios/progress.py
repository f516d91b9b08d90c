"""DONE-01 to 06: completing lessons."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.scenarios._assertions import require_equal
from contracts.scenarios._fixtures import (
    add_lesson,
    add_lessons,
    add_quiz,
    add_section,
    assume_ok,
    complete,
    course_with,
    dashboard_row,
    incomplete,
    overview,
    require_just_now,
)

COMPLETE, INCOMPLETE = "mark_complete_course_lesson", "mark_incomplete_course_lesson"
INSIDERS = ("joined", "manager", "creator")


@scenario("DONE-01", operation=COMPLETE)
def a_lesson_is_completed(context: Context) -> None:
    """A lesson is completed for the user who marks it, and for no other."""
    subject = add_lesson(context, add_section(context, course_with(context, manager="manager", joined="joined")))
    for name in INSIDERS:
        person = context.person(name)
        require_equal(
            subject.state(person)["completion_status"], "uncompleted", f"completion_status of the {name} before"
        )
        require_equal(context.require_accepted(complete(person, subject), 204).content, b"", "the body of the response")
        require_equal(subject.state(person)["completion_status"], "completed", f"completion_status of the {name}")


@scenario("DONE-02", operation=INCOMPLETE)
def a_completion_can_be_undone(context: Context) -> None:
    """A lesson is uncompleted again for the user who unmarks it, and for no other."""
    course = course_with(context, manager="manager", joined="joined")
    subject, joined, manager = (
        add_lesson(context, add_section(context, course)),
        context.person("joined"),
        context.person("manager"),
    )
    for person in (joined, manager):
        assume_ok(complete(person, subject))
    require_equal(context.require_accepted(incomplete(joined, subject), 204).content, b"", "the body of the response")
    require_equal(subject.state(joined)["completion_status"], "uncompleted", "completion_status")
    require_equal(subject.state(manager)["completion_status"], "completed", "completion_status of another user")


@scenario("DONE-03", operation=COMPLETE)
def once_is_enough(context: Context) -> None:
    """Marking or unmarking a lesson twice has the same effect as once."""
    course, joined = course_with(context, joined="joined"), context.person("joined")
    subject, *_ = add_lessons(context, add_section(context, course), 2)
    for _ in range(2):
        context.require_accepted(complete(joined, subject), 204)
        require_equal(course.state(joined)["num_lessons_completed"], 1, "num_lessons_completed")
    for _ in range(2):
        context.require_accepted(incomplete(joined, subject), 204)
        require_equal(course.state(joined)["num_lessons_completed"], 0, "num_lessons_completed after unmarking")


@scenario("DONE-04", operation=COMPLETE)
def completing_counts_as_activity(context: Context) -> None:
    """The dashboard shows the moment at which a lesson was completed."""
    course, joined = course_with(context, joined="joined"), context.person("joined")
    subject = add_lesson(context, add_section(context, course))
    assume_ok(subject.read(by=joined))
    require_equal(dashboard_row(context, course, "joined")["last_active_at"], None, "last_active_at before")
    assume_ok(complete(joined, subject))
    require_just_now(dashboard_row(context, course, "joined")["last_active_at"], course, "last_active_at")


@scenario("DONE-05", operation=COMPLETE)
def a_quiz_cannot_be_marked_as_completed(context: Context) -> None:
    """A quiz cannot be marked as completed, not even by the creator."""
    test, _ = add_quiz(context, add_section(context, course_with(context, joined="joined")))
    for name in ("joined", "creator"):
        person = context.person(name)
        context.require_rejected(complete(person, test), 400, code="invalid")
        require_equal(test.state(person)["completion_status"], "uncompleted", "completion_status")


@scenario("DONE-06", operation=INCOMPLETE)
def undoing_a_completion_locks_later_lessons(context: Context) -> None:
    """If the order is enforced, unmarking a lesson locks those after it, but leaves them completed."""
    course = course_with(context, "open", {"enforce_lessons_order": True}, joined="joined")
    joined, (first, second, third) = context.person("joined"), add_lessons(context, add_section(context, course), 3)
    for lesson in (first, second, third):
        assume_ok(complete(joined, lesson))
    assume_ok(incomplete(joined, first))
    for lesson in (second, third):
        context.require_rejected(lesson.read(by=joined), 403)
    states = overview(course, joined)
    actual = [states[lesson.id]["completion_status"] for lesson in (first, second, third)]
    require_equal(actual, ["uncompleted", "completed", "completed"], "completion_status of all lessons")
    assume_ok(complete(joined, first))
    context.require_accepted(third.read(by=joined))

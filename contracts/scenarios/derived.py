"""DERIVED-01 to 10: counters and rates."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.messages.exchange import Json
from contracts.openapi.identifiers import Identifier
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import list_rows, require_equal
from contracts.scenarios._fixtures import (
    add_lesson,
    add_lessons,
    add_section,
    assume_ok,
    complete,
    course_of,
    course_with,
)

SHOW, MANY = "get_course_info", 200


def _course_with_progress(context: Context, number: int, done: int, **people: str) -> tuple[Item, list[Item]]:
    """Create a course with some lessons, complete the first ones as ``joined``, and return both."""
    course = course_of(context, "open", {"joined": "joined", **people})
    lessons = add_lessons(context, add_section(context, course), number)
    for lesson in lessons[:done]:
        assume_ok(complete(context.person("joined"), lesson))
    return course, lessons


def _rate(course: Item, by: Client | None = None) -> object:
    return course.state(by)["user_completion_rate"]


def _row(person: Client, path: str, course: Item, **query: object) -> Json:
    rows: dict[Identifier, Json] = {row["id"]: row for row in list_rows(person, path, limit=100, **query)}
    return rows[course.id]


@scenario("DERIVED-01", operation=SHOW)
def rates_count_published_lessons(context: Context) -> None:
    """user_completion_rate is the share of published lessons that the caller has completed, wherever it is shown."""
    word = context.unique("rate")
    course, _ = _course_with_progress(context, 4, 1, manager="manager")
    assume_ok(course.patch({"description": word}))
    add_lesson(context, add_section(context, course), status="draft")
    for name, expected in (("joined", 25), ("manager", 0), ("creator", 0), ("member", 0), (ANONYMOUS, 0)):
        person = context.person(name)
        require_equal(_rate(course, person), expected, f"user_completion_rate of {name}")
        actual = _row(person, "/api/v2/course/search/", course, search=word)["user_completion_rate"]
        require_equal(actual, expected, f"user_completion_rate of {name} in the search")
    joined = context.person("joined")
    for path in ("/api/v2/course/", f"/api/v2/user/{joined.id}/courses/"):
        require_equal(_row(joined, path, course)["user_completion_rate"], 25, f"user_completion_rate in {path}")
    empty = course_with(context, joined="joined")
    require_equal(_rate(empty, joined), 0, "user_completion_rate without lessons")


def _counts(state: Json, *names: str) -> Json:
    return {name: state[name] for name in names}


@scenario("DERIVED-02", operation=SHOW)
def participants_see_counts_of_published_lessons(context: Context) -> None:
    """The view user counts published lessons, sections that have one, and the lessons that the caller completed."""
    course, _ = _course_with_progress(context, 2, 1)
    add_lesson(context, add_section(context, course), status="draft")
    add_section(context, course)
    for name, done in (("joined", 1), ("creator", 0), ("member", 0), (ANONYMOUS, 0)):
        actual = _counts(course.state(context.person(name)), "num_lessons", "num_sections", "num_lessons_completed")
        expected = {"num_lessons": 2, "num_sections": 1, "num_lessons_completed": done}
        require_equal(actual, expected, f"the counts as {name} sees them")


@scenario("DERIVED-03", operation=SHOW)
def authors_see_counts_of_everything(context: Context) -> None:
    """The view edit counts all lessons and all sections."""
    course, _ = _course_with_progress(context, 2, 0)
    for number in (1, 2):
        add_lesson(context, add_section(context, course), status="draft")
        actual = _counts(course.read(view="edit").document, "num_lessons", "num_sections")
        require_equal(
            actual, {"num_lessons": 2 + number, "num_sections": 1 + number}, f"the counts after {number} drafts"
        )


@scenario("DERIVED-04", operation=SHOW)
def authors_see_counts_of_everything_in_a_section(context: Context) -> None:
    """The view edit counts all lessons of a section."""
    course = context.fresh()
    inside = add_section(context, course)
    for number, status in enumerate(("published", "draft", "draft"), 1):
        add_lesson(context, inside, status=status)
        require_equal(course.read(view="edit")["sections"][0]["num_lessons"], number, "num_lessons of the section")


@scenario("DERIVED-05", operation=SHOW)
def participants_see_published_counts_of_a_section(context: Context) -> None:
    """The view user counts the published lessons of a section, and those of them that the caller has completed."""
    course, (first, *_) = _course_with_progress(context, 3, 2)
    inside = Item(first.path.partition("lesson/")[0], context.owner)
    add_lesson(context, inside, status="draft")
    add_lesson(context, add_section(context, course))
    for name, done in (("joined", 2), ("creator", 0), ("member", 0)):
        sections = course.state(context.person(name))["sections"]
        actual = [(section["num_lessons"], section["num_lessons_completed"]) for section in sections]
        require_equal(actual, [(3, done), (1, 0)], f"the counts of the sections as {name} sees them")


@scenario("DERIVED-06", operation=SHOW)
def the_average_counts_participants_and_managers(context: Context) -> None:
    """avg_completion_rate is the mean of the rates of participants and managers, or 0 without any."""
    lonely = context.fresh(None, privacy="open")
    assume_ok(complete(context.owner, add_lesson(context, add_section(context, lonely))))
    require_equal(lonely.read(view="dashboard")["avg_completion_rate"], 0, "avg_completion_rate without participants")
    course, lessons = _course_with_progress(context, 2, 1, manager="manager", invited="invited")
    for lesson in lessons:
        assume_ok(complete(context.owner, lesson))
    require_equal(course.read(view="dashboard")["avg_completion_rate"], 25, "avg_completion_rate of 50 and 0")
    assume_ok(complete(context.person("manager"), lessons[0]))
    require_equal(course.read(view="dashboard")["avg_completion_rate"], 50, "avg_completion_rate of 50 and 50")


@scenario("DERIVED-07", operation=SHOW)
def rates_change_at_once(context: Context) -> None:
    """Rates change at once when a lesson is deleted or becomes a draft again."""
    joined = context.person("joined")
    for write in ("draft", "delete"):
        course, (_, open_one) = _course_with_progress(context, 2, 1)
        require_equal(_rate(course, joined), 50, "user_completion_rate")
        assume_ok(open_one.patch({"status": "draft"}) if write == "draft" else open_one.delete())
        require_equal(_rate(course, joined), 100, f"user_completion_rate after {write} of the other lesson")
    course, (done, _) = _course_with_progress(context, 2, 1)
    assume_ok(done.patch({"status": "draft"}))
    require_equal(_rate(course, joined), 0, "user_completion_rate after the completed lesson became a draft")
    assume_ok(done.patch({"status": "published"}))
    require_equal(_rate(course, joined), 50, "user_completion_rate once it is published again")


@scenario("DERIVED-08", operation="get_user_courses")
def members_are_counted(context: Context) -> None:
    """member_count counts creator, managers and participants."""
    path = f"/api/v2/user/{context.owner.id}/courses/"
    alone, full = (
        context.fresh(None, privacy="open"),
        course_with(context, "private", manager="manager", joined="joined", invited="invited", requested="requested"),
    )
    for course, expected in ((alone, 1), (full, 3)):
        actual = _row(context.owner, path, course, statuses="creator")["member_count"]
        require_equal(actual, expected, "member_count")


@scenario("DERIVED-09", operation=SHOW)
def sections_order_holds_every_section(context: Context) -> None:
    """sections_order holds the ids of all sections, also of those without a published lesson."""
    course, joined = course_with(context, joined="joined"), context.person("joined")
    sections = [add_section(context, course) for _ in range(3)]
    add_lesson(context, sections[0])
    add_lesson(context, sections[1], status="draft")
    expected = [section.id for section in sections]
    whole = [section["id"] for section in context.owner.get(f"{course.path}section/").body]
    require_equal(whole, expected, "the list of sections")
    for person in (context.owner, joined):
        require_equal(course.state(person)["sections_order"], expected, "sections_order")
    require_equal(_row(joined, "/api/v2/course/", course)["sections_order"], expected, "sections_order in a list")
    require_equal(course.read(view="edit")["sections_order"], expected, "sections_order in view=edit")


@scenario("DERIVED-10", operation=SHOW)
def rates_are_rounded(context: Context) -> None:
    """Rates are rounded, with halves rounded up, and are below 100 until every lesson is completed."""
    course, lessons = _course_with_progress(context, 8, 0)
    joined = context.person("joined")
    for number, expected in enumerate((13, 25, 38)):
        assume_ok(complete(joined, lessons[number]))
        require_equal(_rate(course, joined), expected, f"user_completion_rate of {number + 1} out of 8")
    course, lessons = _course_with_progress(context, MANY, MANY - 1)
    require_equal(_rate(course, joined), 99, f"user_completion_rate of {MANY - 1} out of {MANY}")
    assume_ok(complete(joined, lessons[-1]))
    require_equal(_rate(course, joined), 100, "user_completion_rate of all")

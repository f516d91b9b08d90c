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
    """A course with some lessons, of which ``joined`` has completed the first ones; and the lessons."""
    course = course_of(context, "open", {"joined": "joined", **people})
    made = add_lessons(context, add_section(context, course), number)
    for each in made[:done]:
        assume_ok(complete(context.person("joined"), each))
    return course, made


def _rate(course: Item, by: Client | None = None) -> object:
    return course.state(by)["user_completion_rate"]


def _row(person: Client, path: str, course: Item, **query: object) -> Json:
    rows: dict[Identifier, Json] = {each["id"]: each for each in list_rows(person, path, limit=100, **query)}
    return rows[course.id]


@scenario("DERIVED-01", operation=SHOW)
def rates_are_of_published_lessons(context: Context) -> None:
    """user_completion_rate is how much of the published lessons the caller has completed, wherever it is shown."""
    word = context.unique("rate")
    course, _ = _course_with_progress(context, 4, 1, manager="manager")
    assume_ok(course.patch({"description": word}))
    add_lesson(context, add_section(context, course), status="draft")
    for name, expected in (("joined", 25), ("manager", 0), ("creator", 0), ("member", 0), (ANONYMOUS, 0)):
        person = context.person(name)
        require_equal(_rate(course, person), expected, f"user_completion_rate of {name}")
        found = _row(person, "/api/v2/course/search/", course, search=word)["user_completion_rate"]
        require_equal(found, expected, f"user_completion_rate of {name} in the search")
    joined = context.person("joined")
    for path in ("/api/v2/course/", f"/api/v2/user/{joined.id}/courses/"):
        require_equal(_row(joined, path, course)["user_completion_rate"], 25, f"user_completion_rate in {path}")
    empty = course_with(context, joined="joined")
    require_equal(_rate(empty, joined), 0, "user_completion_rate without lessons")


def _counts(state: Json, *names: str) -> Json:
    return {name: state[name] for name in names}


@scenario("DERIVED-02", operation=SHOW)
def learners_count_what_is_published(context: Context) -> None:
    """In the view user published lessons count, and sections that have one; the completed ones are the caller's."""
    course, _ = _course_with_progress(context, 2, 1)
    add_lesson(context, add_section(context, course), status="draft")
    add_section(context, course)
    for name, done in (("joined", 1), ("creator", 0), ("member", 0), (ANONYMOUS, 0)):
        found = _counts(course.state(context.person(name)), "num_lessons", "num_sections", "num_lessons_completed")
        expected = {"num_lessons": 2, "num_sections": 1, "num_lessons_completed": done}
        require_equal(found, expected, f"the counts as {name} sees them")


@scenario("DERIVED-03", operation=SHOW)
def authors_count_everything(context: Context) -> None:
    """In the view edit all lessons and all sections count."""
    course, _ = _course_with_progress(context, 2, 0)
    for number in (1, 2):
        add_lesson(context, add_section(context, course), status="draft")
        found = _counts(course.read(view="edit").document, "num_lessons", "num_sections")
        require_equal(
            found, {"num_lessons": 2 + number, "num_sections": 1 + number}, f"the counts after {number} drafts"
        )


@scenario("DERIVED-04", operation=SHOW)
def authors_count_everything_in_a_section(context: Context) -> None:
    """In the view edit all lessons of a section count."""
    course = context.fresh()
    inside = add_section(context, course)
    for number, status in enumerate(("published", "draft", "draft"), 1):
        add_lesson(context, inside, status=status)
        require_equal(course.read(view="edit")["sections"][0]["num_lessons"], number, "num_lessons of the section")


@scenario("DERIVED-05", operation=SHOW)
def learners_count_what_is_published_in_a_section(context: Context) -> None:
    """In the view user the published lessons of a section count, and of them those that the caller has completed."""
    course, (first, *_) = _course_with_progress(context, 3, 2)
    inside = Item(first.path.partition("lesson/")[0], context.owner)
    add_lesson(context, inside, status="draft")
    add_lesson(context, add_section(context, course))
    for name, done in (("joined", 2), ("creator", 0), ("member", 0)):
        sections = course.state(context.person(name))["sections"]
        found = [(each["num_lessons"], each["num_lessons_completed"]) for each in sections]
        require_equal(found, [(3, done), (1, 0)], f"the counts of the sections as {name} sees them")


@scenario("DERIVED-06", operation=SHOW)
def the_average_is_of_who_learns(context: Context) -> None:
    """avg_completion_rate is the mean of the rates of participants and managers, 0 without any."""
    lonely = context.fresh(None, privacy="open")
    assume_ok(complete(context.owner, add_lesson(context, add_section(context, lonely))))
    require_equal(lonely.read(view="dashboard")["avg_completion_rate"], 0, "avg_completion_rate without anybody")
    course, made = _course_with_progress(context, 2, 1, manager="manager", invited="invited")
    for each in made:
        assume_ok(complete(context.owner, each))
    require_equal(course.read(view="dashboard")["avg_completion_rate"], 25, "avg_completion_rate of 50 and 0")
    assume_ok(complete(context.person("manager"), made[0]))
    require_equal(course.read(view="dashboard")["avg_completion_rate"], 50, "avg_completion_rate of 50 and 50")


@scenario("DERIVED-07", operation=SHOW)
def rates_follow_at_once(context: Context) -> None:
    """Rates follow at once when a lesson is deleted or becomes a draft again."""
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
        found = _row(context.owner, path, course, statuses="creator")["member_count"]
        require_equal(found, expected, "member_count")


@scenario("DERIVED-09", operation=SHOW)
def every_section_has_its_place(context: Context) -> None:
    """sections_order holds the id of every section, of those without a published lesson too."""
    course, joined = course_with(context, joined="joined"), context.person("joined")
    made = [add_section(context, course) for _ in range(3)]
    add_lesson(context, made[0])
    add_lesson(context, made[1], status="draft")
    expected = [each.id for each in made]
    whole = [each["id"] for each in context.owner.get(f"{course.path}section/").body]
    require_equal(whole, expected, "the list of sections")
    for person in (context.owner, joined):
        require_equal(course.state(person)["sections_order"], expected, "sections_order")
    require_equal(_row(joined, "/api/v2/course/", course)["sections_order"], expected, "sections_order in a list")
    require_equal(course.read(view="edit")["sections_order"], expected, "sections_order in view=edit")


@scenario("DERIVED-10", operation=SHOW)
def rates_are_rounded(context: Context) -> None:
    """Rates are rounded, halves upwards, and are not 100 before all is done."""
    course, made = _course_with_progress(context, 8, 0)
    joined = context.person("joined")
    for number, expected in enumerate((13, 25, 38)):
        assume_ok(complete(joined, made[number]))
        require_equal(_rate(course, joined), expected, f"user_completion_rate of {number + 1} out of 8")
    course, made = _course_with_progress(context, MANY, MANY - 1)
    require_equal(_rate(course, joined), 99, f"user_completion_rate of {MANY - 1} out of {MANY}")
    assume_ok(complete(joined, made[-1]))
    require_equal(_rate(course, joined), 100, "user_completion_rate of all")

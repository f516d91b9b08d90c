"""DERIVED-01 to 10: counters and rates."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.fixtures.item import Subject
from contracts.messages.exchange import Json
from contracts.openapi.identifiers import Identifier
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import insist, listed
from contracts.scenarios._fixtures import complete, course_of, course_with, lesson, lessons, section, settled

SHOW, MANY = "get_course_info", 200


def _learned(context: Context, number: int, done: int, **people: str) -> tuple[Subject, list[Subject]]:
    """A course with some lessons, of which ``joined`` has completed the first ones; and the lessons."""
    course = course_of(context, "open", {"joined": "joined", **people})
    made = lessons(context, section(context, course), number)
    for each in made[:done]:
        settled(complete(context.person("joined"), each))
    return course, made


def _rate(course: Subject, by: Client | None = None) -> object:
    return course.state(by)["user_completion_rate"]


def _row(person: Client, path: str, course: Subject, **query: object) -> Json:
    rows: dict[Identifier, Json] = {each["id"]: each for each in listed(person, path, limit=100, **query)}
    return rows[course.id]


@scenario("DERIVED-01", operation=SHOW)
def rates_are_of_published_lessons(context: Context) -> None:
    """user_completion_rate is how much of the published lessons the caller has completed, wherever it is shown."""
    word = context.unique("rate")
    course, _ = _learned(context, 4, 1, manager="manager")
    settled(course.patch({"description": word}))
    lesson(context, section(context, course), status="draft")
    for name, expected in (("joined", 25), ("manager", 0), ("creator", 0), ("member", 0), (ANONYMOUS, 0)):
        person = context.person(name)
        insist(_rate(course, person), expected, f"user_completion_rate of {name}")
        found = _row(person, "/api/v2/course/search/", course, search=word)["user_completion_rate"]
        insist(found, expected, f"user_completion_rate of {name} in the search")
    joined = context.person("joined")
    for path in ("/api/v2/course/", f"/api/v2/user/{joined.id}/courses/"):
        insist(_row(joined, path, course)["user_completion_rate"], 25, f"user_completion_rate in {path}")
    empty = course_with(context, joined="joined")
    insist(_rate(empty, joined), 0, "user_completion_rate without lessons")


def _counts(state: Json, *names: str) -> Json:
    return {name: state[name] for name in names}


@scenario("DERIVED-02", operation=SHOW)
def learners_count_what_is_published(context: Context) -> None:
    """In the view user published lessons count, and sections that have one; the completed ones are the caller's."""
    course, _ = _learned(context, 2, 1)
    lesson(context, section(context, course), status="draft")
    section(context, course)
    for name, done in (("joined", 1), ("creator", 0), ("member", 0), (ANONYMOUS, 0)):
        found = _counts(course.state(context.person(name)), "num_lessons", "num_sections", "num_lessons_completed")
        expected = {"num_lessons": 2, "num_sections": 1, "num_lessons_completed": done}
        insist(found, expected, f"the counts as {name} sees them")


@scenario("DERIVED-03", operation=SHOW)
def authors_count_everything(context: Context) -> None:
    """In the view edit all lessons and all sections count."""
    course, _ = _learned(context, 2, 0)
    for number in (1, 2):
        lesson(context, section(context, course), status="draft")
        found = _counts(course.read(view="edit").document, "num_lessons", "num_sections")
        insist(found, {"num_lessons": 2 + number, "num_sections": 1 + number}, f"the counts after {number} drafts")


@scenario("DERIVED-04", operation=SHOW)
def authors_count_everything_in_a_section(context: Context) -> None:
    """In the view edit all lessons of a section count."""
    course = context.fresh()
    inside = section(context, course)
    for number, status in enumerate(("published", "draft", "draft"), 1):
        lesson(context, inside, status=status)
        insist(course.read(view="edit")["sections"][0]["num_lessons"], number, "num_lessons of the section")


@scenario("DERIVED-05", operation=SHOW)
def learners_count_what_is_published_in_a_section(context: Context) -> None:
    """In the view user the published lessons of a section count, and of them those that the caller has completed."""
    course, (first, *_) = _learned(context, 3, 2)
    inside = Subject(first.path.partition("lesson/")[0], context.owner)
    lesson(context, inside, status="draft")
    lesson(context, section(context, course))
    for name, done in (("joined", 2), ("creator", 0), ("member", 0)):
        sections = course.state(context.person(name))["sections"]
        found = [(each["num_lessons"], each["num_lessons_completed"]) for each in sections]
        insist(found, [(3, done), (1, 0)], f"the counts of the sections as {name} sees them")


@scenario("DERIVED-06", operation=SHOW)
def the_average_is_of_who_learns(context: Context) -> None:
    """avg_completion_rate is the mean of the rates of participants and managers, 0 without any."""
    lonely = context.fresh(None, privacy="open")
    settled(complete(context.owner, lesson(context, section(context, lonely))))
    insist(lonely.read(view="dashboard")["avg_completion_rate"], 0, "avg_completion_rate without anybody")
    course, made = _learned(context, 2, 1, manager="manager", invited="invited")
    for each in made:
        settled(complete(context.owner, each))
    insist(course.read(view="dashboard")["avg_completion_rate"], 25, "avg_completion_rate of 50 and 0")
    settled(complete(context.person("manager"), made[0]))
    insist(course.read(view="dashboard")["avg_completion_rate"], 50, "avg_completion_rate of 50 and 50")


@scenario("DERIVED-07", operation=SHOW)
def rates_follow_at_once(context: Context) -> None:
    """Rates follow at once when a lesson is deleted or becomes a draft again."""
    joined = context.person("joined")
    for write in ("draft", "delete"):
        course, (_, open_one) = _learned(context, 2, 1)
        insist(_rate(course, joined), 50, "user_completion_rate")
        settled(open_one.patch({"status": "draft"}) if write == "draft" else open_one.delete())
        insist(_rate(course, joined), 100, f"user_completion_rate after {write} of the other lesson")
    course, (done, _) = _learned(context, 2, 1)
    settled(done.patch({"status": "draft"}))
    insist(_rate(course, joined), 0, "user_completion_rate after the completed lesson became a draft")
    settled(done.patch({"status": "published"}))
    insist(_rate(course, joined), 50, "user_completion_rate once it is published again")


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
        insist(found, expected, "member_count")


@scenario("DERIVED-09", operation=SHOW)
def every_section_has_its_place(context: Context) -> None:
    """sections_order holds the id of every section, of those without a published lesson too."""
    course, joined = course_with(context, joined="joined"), context.person("joined")
    made = [section(context, course) for _ in range(3)]
    lesson(context, made[0])
    lesson(context, made[1], status="draft")
    expected = [each.id for each in made]
    whole = [each["id"] for each in context.owner.get(f"{course.path}section/").body]
    insist(whole, expected, "the list of sections")
    for person in (context.owner, joined):
        insist(course.state(person)["sections_order"], expected, "sections_order")
    insist(_row(joined, "/api/v2/course/", course)["sections_order"], expected, "sections_order in a list")
    insist(course.read(view="edit")["sections_order"], expected, "sections_order in view=edit")


@scenario("DERIVED-10", operation=SHOW)
def rates_are_rounded(context: Context) -> None:
    """Rates are rounded, halves upwards, and are not 100 before all is done."""
    course, made = _learned(context, 8, 0)
    joined = context.person("joined")
    for number, expected in enumerate((13, 25, 38)):
        settled(complete(joined, made[number]))
        insist(_rate(course, joined), expected, f"user_completion_rate of {number + 1} out of 8")
    course, made = _learned(context, MANY, MANY - 1)
    insist(_rate(course, joined), 99, f"user_completion_rate of {MANY - 1} out of {MANY}")
    settled(complete(joined, made[-1]))
    insist(_rate(course, joined), 100, "user_completion_rate of all")

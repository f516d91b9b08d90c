"""DRIP-01 to 08: when sections open. The checks cannot wait, so they use moments far in the past or future."""

from datetime import timedelta

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.messages.exchange import Json
from contracts.profile.models import ANONYMOUS
from contracts.results.verdict import Broken
from contracts.scenarios._assertions import require_equal
from contracts.scenarios._fixtures import FUTURE, PAST, add_lesson, add_section, course_with, dashboard_row, moment

READ, SHOW = "get_course_lesson", "get_course_info"
LATE = 30
"""A delay in days that is not over by the end of a run."""

Row = tuple[Item, Json]


def _course(context: Context, kind: str, *drips: Json, **people: str) -> tuple[Item, list[Item]]:
    """Create an open course with a section for each of these settings, and return it with the lesson in each."""
    course = course_with(context, "open", {"type": kind}, **(people or {"joined": "joined"}))
    return course, [add_lesson(context, add_section(context, course, **drip)) for drip in drips]


def _section_states(course: Item, by: Client) -> list[Json]:
    sections = course.state(by)["sections"]
    return [{key: section[key] for key in ("available_date", "locked")} for section in sections]


def _require_open(context: Context, by: Client, subjects: list[Item], *expected: bool) -> None:
    for subject, is_open in zip(subjects, expected, strict=True):
        if is_open:
            context.require_accepted(subject.read(by=by))
        else:
            context.require_rejected(subject.read(by=by), 403)


@scenario("DRIP-01", operation=READ)
def self_paced_courses_are_open(context: Context) -> None:
    """In a self-paced course, every section is open from joining on."""
    course, inside = _course(context, "self-paced", {}, {"drip_delay": LATE}, {"dripped_at": FUTURE})
    joined = context.person("joined")
    _require_open(context, joined, inside, True, True, True)
    require_equal(_section_states(course, joined), [{"available_date": None, "locked": False}] * 3, "the sections")


@scenario("DRIP-02", operation=READ)
def structured_courses_open_after_joining(context: Context) -> None:
    """In a structured course, a section opens its number of days after joining."""
    _, inside = _course(context, "structured", {}, {"drip_delay": 1}, {"drip_delay": LATE})
    _require_open(context, context.person("joined"), inside, True, False, False)


@scenario("DRIP-03", operation=READ)
def scheduled_courses_open_on_a_date(context: Context) -> None:
    """In a scheduled course, a section opens on its date."""
    _, inside = _course(context, "scheduled", {"dripped_at": PAST}, {"dripped_at": FUTURE})
    _require_open(context, context.person("joined"), inside, True, False)


@scenario("DRIP-04", operation=READ)
def without_a_date_a_section_is_open(context: Context) -> None:
    """In a scheduled course, a section without a date is open."""
    course, inside = _course(context, "scheduled", {"dripped_at": None}, {"drip_delay": LATE})
    _require_open(context, context.person("joined"), inside, True, True)
    expected = [{"available_date": None, "locked": False}] * 2
    require_equal(_section_states(course, context.person("joined")), expected, "the sections")


@scenario("DRIP-05", operation=READ)
def managers_do_not_wait(context: Context) -> None:
    """For the creator and managers, every section is open."""
    for kind, drip in (("structured", {"drip_delay": LATE}), ("scheduled", {"dripped_at": FUTURE})):
        course, inside = _course(context, kind, drip, manager="manager")
        for name in ("creator", "manager"):
            _require_open(context, context.person(name), inside, True)
            require_equal(course.state(context.person(name))["sections"][0]["locked"], False, f"locked for the {name}")


@scenario("DRIP-06", operation=SHOW)
def a_section_shows_when_it_opens(context: Context) -> None:
    """available_date is the date in a scheduled course, joining plus the delay in a structured one, or else null."""
    joined = context.person("joined")
    course, _ = _course(context, "structured", {}, {"drip_delay": LATE})
    start = moment(dashboard_row(context, course, "joined")["joined_at"])
    for days, state in zip((0, LATE), _section_states(course, joined), strict=True):
        _require_moment(state["available_date"], start + timedelta(days=days), f"available_date after {days} days")
    course, _ = _course(context, "scheduled", {"dripped_at": PAST}, {"dripped_at": FUTURE}, {"drip_delay": LATE})
    for date, state in zip((PAST, FUTURE, None), _section_states(course, joined), strict=True):
        _require_moment(state["available_date"], moment(date) if date else None, f"available_date with {date}")
    course, _ = _course(context, "self-paced", {"dripped_at": FUTURE, "drip_delay": LATE})
    require_equal(_section_states(course, joined)[0]["available_date"], None, "available_date in a self-paced course")


def _require_moment(value: object, expected: object, of: str) -> None:
    if (None if value is None else moment(value)) != expected:
        raise Broken(f"{of}: {expected}", repr(value))


@scenario("DRIP-07", operation=SHOW)
def a_section_is_locked_until_it_opens(context: Context) -> None:
    """locked is true exactly while the present is before available_date."""
    for kind, drips, expected in (
        ("structured", ({}, {"drip_delay": 1}), [False, True]),
        ("scheduled", ({"dripped_at": PAST}, {"dripped_at": FUTURE}), [False, True]),
        ("self-paced", ({"drip_delay": LATE}, {"dripped_at": FUTURE}), [False, False]),
    ):
        course, _ = _course(context, kind, *drips)
        actual = [state["locked"] for state in _section_states(course, context.person("joined"))]
        require_equal(actual, expected, f"locked in a {kind} course")


@scenario("DRIP-08", operation=SHOW)
def sections_are_locked_for_outsiders(context: Context) -> None:
    """For users who have not joined, a section of a structured course has no date and is locked."""
    course, _ = _course(context, "structured", {}, {"drip_delay": 1}, invited="invited")
    for name in ("member", "invited", "staff", ANONYMOUS):
        expected = [{"available_date": None, "locked": True}] * 2
        require_equal(_section_states(course, context.person(name)), expected, f"the sections as {name} sees them")

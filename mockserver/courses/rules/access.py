"""When a section and a lesson are open: drip, order, completion."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.rules.roles import LEADS, caller, leads_course
from mockserver.policy import rule
from mockserver.store import Document, State


class Learner(NamedTuple):
    """The progress of one user in one course."""

    status: str | None
    joined_at: str | None
    completions: Mapping[int, str]


def learner(state: State, course: int, user: int | None) -> Learner:
    """Return the progress of a user in a course."""
    if user is None:
        return Learner(None, None, {})
    tie = entities.membership(state, course, user)
    completions = entities.completions(state, course, user)
    return Learner(None, None, completions) if tie is None else Learner(tie["status"], tie["joined_at"], completions)


def stamp(moment: datetime) -> str:
    """Write a moment as the API does: ISO 8601 in UTC (TRANS-09)."""
    return moment.isoformat().replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """Read a moment as the API writes it."""
    return datetime.fromisoformat(text)


def available_date(course: Document, section: Document, who: Learner) -> str | None:
    """Return when a section opens for a learner; None where it is not scheduled (DRIP-06)."""
    if course["type"] == "structured" and who.joined_at is not None:
        return stamp(_after(moment(who.joined_at), section["drip_delay"]))
    return section["dripped_at"] if course["type"] == "scheduled" else None


def _after(start: datetime, days: int) -> datetime:
    try:
        return start + timedelta(days=days)
    except OverflowError:  # past the end of the calendar
        return datetime.max.replace(tzinfo=UTC)


def drip_locked(course: Document, section: Document, who: Learner, now: datetime) -> bool:
    """Return whether a section is still locked for a learner (DRIP-01 to DRIP-08)."""
    if who.status in LEADS or course["type"] == "self-paced":
        return False
    opens = available_date(course, section, who)
    if opens is None:
        return bool(course["type"] == "structured")
    return now < moment(opens)


def read_moment(text: str) -> datetime | None:
    """Read an ISO 8601 date-time in UTC; None where it is invalid."""
    try:
        read = moment(text)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class Visible(NamedTuple):
    """A section with its published lessons, as a learner sees them."""

    section: Document
    locked: bool
    lessons: list[tuple[Document, bool]]
    """Each lesson, and whether it is locked (ACCESS-07)."""


def syllabus(state: State, course: Document, who: Learner, now: datetime) -> Iterator[Visible]:
    """Yield the sections that have published lessons (VIEW-02, VIEW-03), and which of them are locked for a learner."""
    blocked, in_order = False, _in_order(course, who)
    for section in entities.sections(state, course):
        lessons = published(entities.lessons(state, section))
        if not lessons:
            continue
        locked = drip_locked(course, section, who, now)
        rows: list[tuple[Document, bool]] = []
        for lesson in lessons:
            rows.append((lesson, locked or blocked))
            # Every published lesson before must be completed (ACCESS-04), except for leads (DRIP-05).
            blocked = blocked or (in_order and who.completions.get(lesson["id"]) != entities.COMPLETED)
        yield Visible(section, locked, rows)


def _in_order(course: Document, who: Learner) -> bool:
    return bool(course["enforce_lessons_order"]) and who.status not in LEADS


def published(lessons: Iterable[Document]) -> list[Document]:
    """Return the lessons that are published."""
    return [lesson for lesson in lessons if lesson["status"] == entities.PUBLISHED]


def rate(completed_count: int, total: int) -> int:
    """Return a share in whole percent, rounded half up, and 100 only when all is done (DERIVED-10)."""
    if completed_count >= total:
        return 100 if total else 0
    return min(99, (200 * completed_count + total) // (2 * total))


def completion_rate(state: State, course: Document, who: Learner) -> int:
    """Return how much of the published lessons a learner has completed, in percent (DERIVED-01)."""
    if who.status is None or not who.completions:
        return 0
    return rate_of(who, published_keys(state, course))


def published_keys(state: State, course: Document) -> list[int]:
    """Return the ids of the published lessons of a course, in the order in which they are learned (ACCESS-05)."""
    sections = (published(entities.lessons(state, section)) for section in entities.sections(state, course))
    return [lesson["id"] for lessons in sections for lesson in lessons]


def rate_of(who: Learner, lessons: list[int]) -> int:
    """Return how many of some lessons a learner has completed, in percent."""
    return rate(sum(who.completions.get(key) == entities.COMPLETED for key in lessons), len(lessons))


# --- may the caller open the lesson on the path? ----------------------------------------------------------------------


@rule
def lesson_is_published(call: Call) -> bool:
    """Hold where the lesson is published: a draft exists for leads only (ACCESS-02)."""
    return call.documents[2]["status"] == entities.PUBLISHED or leads_course(call)


@rule
def drip_is_over(call: Call) -> bool:
    """Hold where the section has opened for the caller; leads do not wait (ACCESS-03, DRIP-05)."""
    course, section = call.documents[:2]
    return not drip_locked(course, section, _learner(call), call.now) or leads_course(call)


@rule
def lessons_before_are_done(call: Call) -> bool:
    """Hold where every published lesson before this one is completed, if the course has an order (ACCESS-04)."""
    course, lesson, who = call.documents[0], call.documents[2], _learner(call)
    if not _in_order(course, who) or leads_course(call):
        return True
    order = published_keys(call.state, course)
    before = order[: order.index(lesson["id"])] if lesson["id"] in order else []
    return all(who.completions.get(key) == entities.COMPLETED for key in before)


def _learner(call: Call) -> Learner:
    return learner(call.state, call.documents[0]["id"], caller(call))

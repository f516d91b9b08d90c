"""When a section and a lesson are open: drip, order, completion."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from mockserver.courses import model
from mockserver.courses.rules.roles import LEADS
from mockserver.store import Document, State


class Learner(NamedTuple):
    """One person's way through one course."""

    status: str | None
    joined_at: str | None
    completions: Mapping[int, str]


def learner(state: State, course: int, user: int | None) -> Learner:
    """Return how far a user is in a course."""
    if user is None:
        return Learner(None, None, {})
    membership = state.get(model.MEMBERSHIPS, (course, user))
    if membership is None:
        return Learner(None, None, model.completions(state, course, user))
    return Learner(membership["status"], membership["joined_at"], model.completions(state, course, user))


def stamp(moment: datetime) -> str:
    """Write a moment as the API does: ISO 8601 in UTC (TRANS-09)."""
    return moment.isoformat().replace("+00:00", "Z")


def moment(text: str) -> datetime:
    """Read a moment as the API writes it."""
    return datetime.fromisoformat(text)


def available_date(course: Document, section: Document, who: Learner) -> str | None:
    """Return when a section opens for a learner; None where nothing is waited for (DRIP-06)."""
    if course["type"] == "structured" and who.joined_at is not None:
        return stamp(moment(who.joined_at) + timedelta(days=section["drip_delay"]))
    return section["dripped_at"] if course["type"] == "scheduled" else None


def drip_locked(course: Document, section: Document, who: Learner, now: datetime) -> bool:
    """Tell whether a section is still closed to a learner (DRIP-01 to DRIP-08)."""
    if who.status in LEADS or course["type"] == "self-paced":
        return False
    opens = available_date(course, section, who)
    if opens is None:
        return bool(course["type"] == "structured")
    return now < moment(opens)


class Visible(NamedTuple):
    """A section with its published lessons, as a learner sees them."""

    section: Document
    locked: bool
    lessons: list[tuple[Document, bool]]
    """Each lesson, and whether it is locked (ACCESS-07)."""


def syllabus(state: State, course: Document, who: Learner, now: datetime) -> Iterator[Visible]:
    """Yield the sections that have published lessons (VIEW-02, VIEW-03), with what is locked for a learner."""
    blocked = False
    for section in model.sections(state, course):
        lessons = published(model.lessons(state, section))
        if not lessons:
            continue
        locked = drip_locked(course, section, who, now)
        rows: list[tuple[Document, bool]] = []
        for lesson in lessons:
            rows.append((lesson, locked or blocked))
            # Every published lesson before must be completed (ACCESS-04); leads go where they like (DRIP-05).
            blocked = blocked or (_in_order(course, who) and who.completions.get(lesson["id"]) != "completed")
        yield Visible(section, locked, rows)


def _in_order(course: Document, who: Learner) -> bool:
    return bool(course["enforce_lessons_order"]) and who.status not in LEADS


def published(lessons: Iterable[Document]) -> list[Document]:
    """Return the lessons that are published."""
    return [lesson for lesson in lessons if lesson["status"] == model.PUBLISHED]


def rate(done: int, total: int) -> int:
    """Return a share in whole percent, rounded half up, and 100 only when all is done (DERIVED-10)."""
    if done >= total:
        return 100 if total else 0
    return min(99, (200 * done + total) // (2 * total))


def completion_rate(state: State, course: Document, who: Learner) -> int:
    """Return how much of the published lessons a learner has completed, in percent (DERIVED-01)."""
    if who.status is None or not who.completions:
        return 0
    keys = [
        lesson["id"] for section in model.sections(state, course) for lesson in published(model.lessons(state, section))
    ]
    return rate(sum(who.completions.get(key) == "completed" for key in keys), len(keys))

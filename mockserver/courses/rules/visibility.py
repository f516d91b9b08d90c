"""Who sees a course: one table, privacy against join status."""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from mockserver.call import Actor, Call
from mockserver.courses import entities
from mockserver.courses.rules.roles import leads_as_staff, leads_every_course, status_of
from mockserver.policy import rule
from mockserver.store import Document, Key, State


class View(Enum):
    """How much of a course a caller sees."""

    FULL = "full"
    LOCK_SCREEN = "lock screen"
    NOTHING = "nothing"


class Sight(NamedTuple):
    """A cell of the table: the view, and the rule behind it."""

    view: View
    rule: str


_FULL, _LOCK, _NOTHING = View.FULL, View.LOCK_SCREEN, View.NOTHING

SIGHT: dict[str, dict[str | None, Sight]] = {
    "": {
        None: Sight(_NOTHING, "VIS-01"),
        "requested": Sight(_NOTHING, "VIS-01"),
        "invited": Sight(_NOTHING, "VIS-01"),
        "joined": Sight(_NOTHING, "VIS-12"),
        "manager": Sight(_FULL, "VIS-01"),
        "creator": Sight(_FULL, "VIS-01"),
    },
    "open": dict.fromkeys((None, "requested", "invited", "joined", "manager", "creator"), Sight(_FULL, "VIS-02")),
    "private": {
        None: Sight(_LOCK, "VIS-03"),
        "requested": Sight(_LOCK, "VIS-03"),
        "invited": Sight(_FULL, "VIS-05"),
        "joined": Sight(_FULL, "VIS-03"),
        "manager": Sight(_FULL, "VIS-03"),
        "creator": Sight(_FULL, "VIS-03"),
    },
    "secret": {
        None: Sight(_NOTHING, "VIS-04"),
        "requested": Sight(_NOTHING, "VIS-04"),
        "invited": Sight(_FULL, "VIS-05"),
        "joined": Sight(_FULL, "VIS-04"),
        "manager": Sight(_FULL, "VIS-04"),
        "creator": Sight(_FULL, "VIS-04"),
    },
}
"""privacy → join status → view. Anonymous callers have the status None (VIS-08)."""


def sight(call: Call) -> Sight:
    """Return how much the caller sees of the course on the path."""
    cell = SIGHT[call.documents[0]["privacy"]][status_of(call)]
    # Staff is checked only where the table hides something: almost no caller is staff.
    return cell if cell.view is _FULL or not leads_as_staff(call) else Sight(_FULL, "VIS-10")


def visible_among(state: State, courses: Iterable[Document], actor: Actor | None) -> list[Document]:
    """Return the courses that exist for a caller; their memberships are looked up once, not course by course."""
    if leads_every_course(actor, state):
        return list(courses)
    user = actor.id if actor else None
    ties = {row["course"]: row["status"] for row in state.where(entities.MEMBERSHIPS, "user", user)}
    visible = {
        privacy: {tie for tie, cell in row.items() if cell.view is not _NOTHING} for privacy, row in SIGHT.items()
    }
    return [course for course in courses if ties.get(course["id"]) in visible[course["privacy"]]]


def was_deleted(collection: str, key: Key, actor: Actor | None, state: State) -> bool:
    """Return whether a deleted course was visible to the caller (VIS-11, where the settings reveal it)."""
    course = state.get(entities.DELETED_COURSES, key) if collection == entities.COURSES else None
    return course is not None and bool(visible_among(state, [course], actor))


@rule
def sees_course(call: Call) -> bool:
    """Hold where the course exists for the caller, if only as a lock screen (VIS-01 to VIS-12)."""
    return sight(call).view is not View.NOTHING


def hidden_by(call: Call) -> str:
    """Return the rule that hides the course from the caller."""
    return sight(call).rule


@rule
def never(call: Call) -> bool:
    """Hold for no caller."""
    return False

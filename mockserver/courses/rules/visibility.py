"""Who sees a course: one table, privacy against join status."""

from enum import Enum
from typing import NamedTuple

from mockserver.call import Call
from mockserver.courses import model
from mockserver.courses.rules.roles import leads_as_staff, status_of
from mockserver.policy import rule
from mockserver.store import Document, State


class View(Enum):
    """What a caller gets to see."""

    FULL = "full"
    LOCK_SCREEN = "lock screen"
    NOTHING = "nothing"


class Sight(NamedTuple):
    """A cell of the table: what is seen, and the rule that says so."""

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
"""privacy → join status → what is seen. Anonymous callers have the status None (VIS-08)."""


def sight(call: Call) -> Sight:
    """Return what the caller sees of the course on the path."""
    seen = SIGHT[call.documents[0]["privacy"]][status_of(call)]
    return seen if seen.view is _FULL or not leads_as_staff(call) else Sight(_FULL, "VIS-10")


def visible_to(state: State, course: Document, user: int | None) -> bool:
    """Tell whether a course exists for a user, if only as a lock screen."""
    return SIGHT[course["privacy"]][model.status(state, course["id"], user)].view is not View.NOTHING


def seen_by(state: State, user: int | None) -> list[Document]:
    """Return every course that exists for a user, without looking at those that could not.

    What everybody sees is found by its privacy, the rest by the user's own ties.
    """
    public = [privacy for privacy, row in SIGHT.items() if all(cell.view is not View.NOTHING for cell in row.values())]
    found = [course for privacy in public for course in state.where(model.COURSES, "privacy", privacy)]
    ties = state.where(model.MEMBERSHIPS, "user", user)
    own = state.many(model.COURSES, [tie["course"] for tie in ties])
    return found + [row for row in own if row["privacy"] not in public and visible_to(state, row, user)]


@rule
def sees_course(call: Call) -> bool:
    """The course exists for the caller, if only as a lock screen (VIS-01 to VIS-12)."""
    return sight(call).view is not View.NOTHING


def hidden_by(call: Call) -> str:
    """Return the rule that hides the course from the caller."""
    return sight(call).rule


@rule
def nobody(call: Call) -> bool:
    """What is switched off exists for nobody."""
    return False

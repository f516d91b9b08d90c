"""Membership as a state machine: one table says how an action changes a join status, or why it is rejected."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from mockserver.call import Call
from mockserver.courses.rules.roles import caller, leads_course
from mockserver.errors import ApiError, Forbidden, NotFound, Problem
from mockserver.operations.routing import integer
from mockserver.policy import check, rule
from mockserver.request import parameters


class Action(Enum):
    """An action that changes the membership of a user in a course."""

    JOIN = "joins"
    LEAVE = "leaves"
    REMOVE = "is removed"
    INVITE = "is invited"
    UNINVITE = "is no longer invited"
    MANAGE = "is made a manager"
    ENROL = "is made a participant"
    UNJOIN = "is put out"


@dataclass(frozen=True, slots=True)
class Rejection:
    """The membership does not change, and the action is rejected."""

    error: type[ApiError]
    rule: str
    message: str


Outcome = str | None | Rejection
"""The join status afterwards, or a rejection."""


class Row(NamedTuple):
    """One line of the table: it holds for each of its states and privacies."""

    before: tuple[str | None, ...]
    action: Action
    after: Outcome
    privacy: tuple[str, ...] = ("", "open", "private", "secret")


_HIDDEN = Rejection(NotFound, "VIS-09", "Not found.")
_CREATOR_STAYS = Rejection(Forbidden, "LEAVE-01", "The creator of a course cannot leave it.")
_CREATOR_IS_KEPT = Rejection(Forbidden, "MEMBER-17", "Nobody takes the creator out of a course.")
_NOTHING_TO_LEAVE = Rejection(NotFound, "MEMBER-14", "You are nothing in this course.")
_NOBODY_TO_REMOVE = Rejection(NotFound, "MEMBER-18", "This user is nothing in the course.")

# Aligned by hand: the table is read as a whole, and compared with the documentation line by line.
TABLE = (
    #   before                                  action           afterwards      in courses that are
    Row((None, "requested"),                    Action.JOIN,     "joined",       ("open",)),
    Row((None, "requested"),                    Action.JOIN,     "requested",    ("private",)),
    Row((None, "requested"),                    Action.JOIN,     _HIDDEN,        ("secret", "")),
    Row(("invited",),                           Action.JOIN,     "joined",       ("open", "private", "secret")),
    Row(("invited",),                           Action.JOIN,     _HIDDEN,        ("",)),
    Row(("joined",),                            Action.JOIN,     "joined"),
    Row(("manager",),                           Action.JOIN,     "manager"),
    Row(("creator",),                           Action.JOIN,     "creator"),

    Row(("requested", "invited"),               Action.LEAVE,    None),
    Row(("joined", "manager"),                  Action.LEAVE,    None),
    Row(("creator",),                           Action.LEAVE,    _CREATOR_STAYS),
    Row((None,),                                Action.LEAVE,    _NOTHING_TO_LEAVE),

    Row(("requested", "invited"),               Action.REMOVE,   None),
    Row(("joined", "manager"),                  Action.REMOVE,   None),
    Row(("creator",),                           Action.REMOVE,   _CREATOR_IS_KEPT),
    Row((None,),                                Action.REMOVE,   _NOBODY_TO_REMOVE),

    Row((None, "invited"),                      Action.INVITE,   "invited"),
    Row(("requested", "joined"),                Action.INVITE,   "joined"),
    Row(("manager",),                           Action.INVITE,   "manager"),
    Row(("creator",),                           Action.INVITE,   "creator"),

    Row((None, "invited"),                      Action.UNINVITE, None),
    Row(("requested",),                         Action.UNINVITE, "requested"),
    Row(("joined",),                            Action.UNINVITE, "joined"),
    Row(("manager",),                           Action.UNINVITE, "manager"),
    Row(("creator",),                           Action.UNINVITE, "creator"),

    # The creator never gets here: a list that names them is rejected as a whole (ROLE-02).
    Row((None, "requested", "invited"),         Action.MANAGE,   "manager"),
    Row(("joined", "manager"),                  Action.MANAGE,   "manager"),
    Row((None, "requested", "invited"),         Action.ENROL,    "joined"),
    Row(("joined", "manager"),                  Action.ENROL,    "joined"),
    Row((None, "requested", "invited"),         Action.UNJOIN,   None),
    Row(("joined", "manager"),                  Action.UNJOIN,   None),
)  # fmt: skip

TRANSITIONS: Mapping[tuple[str | None, Action, str], Outcome] = {
    (before, row.action, privacy): row.after for row in TABLE for before in row.before for privacy in row.privacy
}
"""The table by (join status, action, privacy)."""


ROLES: Mapping[str, Action] = {"managers": Action.MANAGE, "joined": Action.ENROL, "unjoined": Action.UNJOIN}
"""The lists of a change of roles → the action on the users in it."""


# --- who may, and with which body -------------------------------------------------------------------------------------


def leaver(call: Call) -> int | None:
    """Return the user whom a DELETE of join/ removes: the one in the query, or the caller (LEAVE-03)."""
    user = parameters.text(call.query, "user").strip()
    return integer(user) if user else caller(call)


@rule
def only_leads_remove_others(call: Call) -> bool:
    """Hold for leads, or where callers remove themselves."""
    return leaver(call) == caller(call) or leads_course(call)


@check("ROLE-01", None, "invalid", "Name at least one of managers, joined and unjoined.")
def some_role_is_changed(call: Call) -> bool:
    """A change of roles names at least one list."""
    return any(call.body.get(name) is not None for name in ROLES)


class _RoleChange:
    """A condition on the three lists of a change of roles."""

    field = None

    @staticmethod
    def lists(call: Call) -> dict[str, list[int]]:
        """Return the lists that the body has."""
        return {name: call.body[name] for name in ROLES if call.body.get(name) is not None}


class CreatorStays(_RoleChange):
    """No list names the creator of the course."""

    id = "ROLE-02"

    def problems(self, call: Call) -> Iterator[Problem]:
        """Yield each list that names the creator."""
        creator = call.documents[0]["created_by"]
        for name, users in self.lists(call).items():
            if creator in users:
                yield Problem(name, "invalid", "The creator of a course keeps their role.", self.id)


class OneRoleEach(_RoleChange):
    """No user is in two lists."""

    id = "ROLE-03"

    def problems(self, call: Call) -> Iterator[Problem]:
        """Yield each list that names a user of an earlier list."""
        others: set[int] = set()
        for name, users in self.lists(call).items():
            if not others.isdisjoint(users):
                yield Problem(name, "invalid", "A user can be given one role at a time.", self.id)
            others.update(users)


creator_stays = CreatorStays()
one_role_each = OneRoleEach()

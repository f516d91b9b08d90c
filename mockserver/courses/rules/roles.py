"""The role of a caller in a course."""

from mockserver.call import Actor, Call
from mockserver.courses import entities
from mockserver.policy import rule
from mockserver.store import State

LEADS = frozenset({"creator", "manager"})
INSIDERS = LEADS | {"joined"}


def caller(call: Call) -> int | None:
    """Return the id of the caller, None for an anonymous one."""
    return None if call.actor is None else call.actor.id


def logged_in(call: Call) -> int:
    """Return the id of the caller, in a handler whose policy requires a login."""
    # An assertion and no rejection: only a wrong policy can lead here.
    assert call.actor is not None, f"the policy of {call.operation.id} lets anonymous callers in"
    return call.actor.id


def status_of(call: Call) -> str | None:
    """Return the caller's join status in the course on the path."""
    actor = call.actor
    return None if actor is None else entities.status(call.state, call.documents[0]["id"], actor.id)


def leads_every_course(actor: Actor | None, state: State) -> bool:
    """Return whether a caller leads every course, as staff does only where the settings say so (VIS-10)."""
    return actor is not None and actor.staff and bool(entities.setting(state, "staff_leads_courses"))


def leads_as_staff(call: Call) -> bool:
    """Return whether the caller leads every course (VIS-10)."""
    return leads_every_course(call.actor, call.state)


@rule
def leads_course(call: Call) -> bool:
    """Hold for the creator and the managers of the course; staff does not lead by default (VIS-10)."""
    return status_of(call) in LEADS or leads_as_staff(call)


@rule
def inside_course(call: Call) -> bool:
    """Hold for callers who have joined the course or lead it (ACCESS-01)."""
    return status_of(call) in INSIDERS or leads_as_staff(call)


@rule
def wrote_it(call: Call) -> bool:
    """Hold for the author of the comment or the attempt on the path."""
    return call.actor is not None and call.documents[-1]["user"] == call.actor.id


@rule
def may_write(call: Call) -> bool:
    """Hold where the scope of the token has "write", or for reading (where scopes are checked)."""
    scope = None if call.actor is None else call.actor.scope
    return call.operation.method == "GET" or scope is None or "write" in scope.split()


@rule
def is_staff(call: Call) -> bool:
    """Hold for staff of the community."""
    return call.actor is not None and call.actor.staff

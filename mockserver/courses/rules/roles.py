"""What a caller is to a course."""

from mockserver.call import Actor, Call
from mockserver.courses import entities
from mockserver.policy import rule
from mockserver.store import State

LEADS = frozenset({"creator", "manager"})
INSIDERS = LEADS | {"joined"}


def caller(call: Call) -> int | None:
    """Return the id of whoever calls."""
    return None if call.actor is None else call.actor.id


def logged_in(call: Call) -> int:
    """Return the id of whoever calls, in a handler whose policy asks everybody to log in."""
    assert call.actor is not None, f"the policy of {call.operation.id} lets anonymous callers in"
    return call.actor.id


def status_of(call: Call) -> str | None:
    """Return the caller's join status in the course on the path."""
    actor = call.actor
    return None if actor is None else entities.status(call.state, call.documents[0]["id"], actor.id)


def leads_every_course(actor: Actor | None, state: State) -> bool:
    """Tell whether somebody leads every course, as staff does only where the community has set it so (VIS-10)."""
    return actor is not None and actor.staff and bool(entities.setting(state, "staff_leads_courses"))


def leads_as_staff(call: Call) -> bool:
    """Tell whether the caller leads every course (VIS-10)."""
    return leads_every_course(call.actor, call.state)


@rule
def leads_course(call: Call) -> bool:
    """The creator and the managers of a course lead it; community staff do not by themselves (VIS-10)."""
    return status_of(call) in LEADS or leads_as_staff(call)


@rule
def inside_course(call: Call) -> bool:
    """Whoever has joined a course or leads it is inside (ACCESS-01)."""
    return status_of(call) in INSIDERS or leads_as_staff(call)


@rule
def wrote_it(call: Call) -> bool:
    """The caller made what the path addresses, a comment or an attempt."""
    return call.actor is not None and call.documents[-1]["user"] == call.actor.id


@rule
def may_write(call: Call) -> bool:
    """Whatever has a scope needs "write" in it for all that is not reading (where the community heeds scopes)."""
    scope = None if call.actor is None else call.actor.scope
    return call.operation.method == "GET" or scope is None or "write" in scope.split()


@rule
def is_staff(call: Call) -> bool:
    """Staff of the community."""
    return call.actor is not None and call.actor.staff

"""What a caller is to a course."""

from mockserver.call import Call
from mockserver.courses import model
from mockserver.policy import rule

LEADS = frozenset({"creator", "manager"})
INSIDERS = LEADS | {"joined"}


def status_of(call: Call) -> str | None:
    """Return the caller's join status in the course on the path."""
    actor = call.actor
    return None if actor is None else model.status(call.state, call.documents[0]["id"], actor.id)


@rule
def leads_course(call: Call) -> bool:
    """The creator and the managers of a course lead it; community staff do not by themselves (VIS-10)."""
    return status_of(call) in LEADS


@rule
def is_staff(call: Call) -> bool:
    """Staff of the community."""
    return call.actor is not None and call.actor.staff

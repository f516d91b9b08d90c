"""Who may know who is in a course."""

from mockserver.call import Call
from mockserver.courses.rules.roles import caller, leads_course
from mockserver.courses.rules.visibility import View, sight
from mockserver.policy import rule


@rule
def members_are_shown(call: Call) -> bool:
    """A course may keep to its leads who is in it (MEMBERS-03)."""
    return not call.documents[0]["hide_member_count"] or leads_course(call)


@rule
def is_before_no_lock_screen(call: Call) -> bool:
    """The caller sees the course in full (MEMBERS-05, where the community keeps its people behind the lock screen)."""
    return sight(call).view is not View.LOCK_SCREEN


@rule
def is_oneself(call: Call) -> bool:
    """The user on the path is the caller."""
    return bool(call.documents[0]["id"] == caller(call))

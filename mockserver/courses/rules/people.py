"""Who may see the members of a course."""

from mockserver.call import Call
from mockserver.courses.rules.roles import caller, leads_course
from mockserver.courses.rules.visibility import View, sight
from mockserver.policy import rule


@rule
def members_are_shown(call: Call) -> bool:
    """Hold where the course shows its members to the caller (MEMBERS-03)."""
    return not call.documents[0]["hide_member_count"] or leads_course(call)


@rule
def is_before_no_lock_screen(call: Call) -> bool:
    """Hold where the caller sees more than the lock screen (MEMBERS-05, where the settings say so)."""
    return sight(call).view is not View.LOCK_SCREEN


@rule
def is_oneself(call: Call) -> bool:
    """Hold where the user on the path is the caller."""
    return bool(call.documents[0]["id"] == caller(call))

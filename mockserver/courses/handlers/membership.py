"""Join, leave, invite, and change roles, by the table of rules/membership.py."""

from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.handlers.listing import asked_number
from mockserver.courses.representations import course as represent
from mockserver.courses.rules.access import stamp
from mockserver.courses.rules.membership import ROLES, TRANSITIONS, Action, Rejection
from mockserver.courses.rules.roles import INSIDERS, logged_in
from mockserver.courses.rules.visibility import View, sight
from mockserver.store import Document


def move(call: Call, course: Document, user: int, action: Action) -> None:
    """Change a membership as the table says, or reject the action.

    A user who joins gets the present time as ``joined_at`` (JOIN-04); one who is inside keeps theirs (ROLE-06).
    """
    state, key = call.state, course["id"]
    tie = entities.membership(state, key, user)
    before = None if tie is None else tie["status"]
    after = TRANSITIONS[before, action, course["privacy"]]
    if isinstance(after, Rejection):
        raise after.error(after.message, rule=after.rule)
    if after is None:
        entities.expel(state, key, user)
    elif after != before:
        joined_at = tie["joined_at"] if tie is not None and before in INSIDERS else stamp(call.now)
        entities.enrol(state, key, user, after, joined_at if after in INSIDERS else None)


def join_or_accept_invite_to_course(call: Call) -> Any:
    """Join, request to join, or accept an invitation (JOIN-01 to JOIN-05)."""
    course = call.documents[0]
    move(call, course, logged_in(call), Action.JOIN)
    if sight(call).view is View.LOCK_SCREEN:
        return represent.course_behind_the_door(call, course)
    return represent.course_user_detail(call, course, logged_in(call))


def leave_course(call: Call) -> None:
    """Leave a course, or remove another user from it (LEAVE-01 to LEAVE-04)."""
    user = asked_number(call, "user")
    own = logged_in(call)
    if user is None or user == own:
        move(call, call.documents[0], own, Action.LEAVE)
    else:
        move(call, call.documents[0], user, Action.REMOVE)


def invite_users_to_course(call: Call) -> None:
    """Invite users, and accept those whose request is pending (INVITE-01 to INVITE-03)."""
    for user in call.body["users"]:
        move(call, call.documents[0], user, Action.INVITE)


def remove_invitation_to_course(call: Call) -> None:
    """Take invitations back (UNINVITE-01)."""
    for user in call.body["users"]:
        move(call, call.documents[0], user, Action.UNINVITE)


def change_user_role_course(call: Call) -> None:
    """Make users managers or participants, or remove them (ROLE-01 to ROLE-06)."""
    for name, action in ROLES.items():
        for user in call.body.get(name) or ():
            move(call, call.documents[0], user, action)

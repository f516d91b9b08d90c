"""People, in whole and in the cuts that the pages have."""

from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.representations._fields import picker
from mockserver.courses.rules.access import Learner, completion_rate, learner
from mockserver.store import Document, State

Json = dict[str, Any]

_MINIMAL = picker("id", "username", "real_name", "avatar", "community_badge", "deleted")
_CUT = picker("id", "username", "real_name", "avatar", "ext_id")
_PRIVATE = frozenset({"staff", "email", "settings"})
_PERMISSIONS = dict.fromkeys(
    (
        "create_contribute",
        "create_poll",
        "locate_post",
        "create_post",
        "create_group",
        "create_event",
        "create_course",
        "create_live_stream",
        "follow_user",
        "request_connection",
        "accept_connection",
    ),
    False,
)
"""There is nothing here but courses."""
_DASHBOARD = picker("id", "username", "real_name", "avatar")


def user_minimal(state: State, user: int) -> Json:
    """The schema UserMinimal."""
    return _MINIMAL(state.get(entities.USERS, user) or {})


def user_cut(state: State, user: int) -> Json:
    """The schema User, cut to the five attributes of the invited and the suggested (INVITED-01, SUGU-01)."""
    return _CUT(state.get(entities.USERS, user) or {})


def user(state: State, user: int) -> Json:
    """The schema User (REQ-01)."""
    document = state.get(entities.USERS, user) or {}
    return {name: value for name, value in document.items() if name not in _PRIVATE}


def me(call: Call, user_id: int) -> Json:
    """The schema Me: the caller, their role and their permissions."""
    document = call.state.get(entities.USERS, user_id) or {}
    return {
        **user(call.state, user_id),
        "email": document["email"],
        "email_isvalid": True,
        "permission": permission(call.state, document),
        "role": ["admin"] if document["staff"] else [],
        "unseen_interactions_counter": len(call.state.where(entities.NOTICES, "user", user_id)),
        "unseen_notification_banners_counter": 0,
        "status": "a",
    }


def permission(state: State, person: Document) -> Json:
    """The schema UserPermission: the permissions of a user (COURSE-CREATE-02)."""
    may_create = bool(person["staff"]) or not entities.setting(state, "courses_only_staff_enabled")
    return {**_PERMISSIONS, "create_course": may_create}


def user_dashboard(call: Call, tie: Document) -> Json:
    """The schema CourseUserDashboard: the progress of a user in the course on the path (DASHU-01)."""
    state, course = call.state, call.documents[0]
    who: Learner = learner(state, course["id"], tie["user"])
    return {
        **_DASHBOARD(state.get(entities.USERS, tie["user"]) or {}),
        "join_status": tie["status"],
        "user_completion_rate": completion_rate(state, course, who),
        "last_active_at": entities.last_active_at(state, course["id"], tie["user"]),
        "joined_at": tie["joined_at"],
    }

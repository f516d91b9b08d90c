"""operationId → Policy: who may do what with a course, the whole table on one screen."""

from collections.abc import Mapping
from dataclasses import replace

from mockserver.courses.rules.lifecycle import (
    picture_is_readable,
    privacy_is_not_reverted,
    sections_order_is_complete,
    text_for_a_picture,
)
from mockserver.courses.rules.roles import is_staff, leads_course
from mockserver.courses.rules.views import (
    dashboard_is_for_leads,
    edit_is_for_leads,
    emulation_is_for_leads,
    view_exists,
)
from mockserver.courses.rules.visibility import hidden_by, sees_course
from mockserver.courses.settings import Settings
from mockserver.policy import Gate, Policy

_TOLERATED = (text_for_a_picture,)
_BODY = (privacy_is_not_reverted, sections_order_is_complete, picture_is_readable)

POLICY: Mapping[str, Policy] = {
    "create_course": Policy(login="COURSE-CREATE-01", valid=_BODY, tolerated=_TOLERATED),
    "get_joined_courses": Policy(login="MINE-01"),
    "search_courses": Policy(),
    "get_course_info": Policy(
        missing="VIS-11",
        visible=(Gate(sees_course, hidden_by),),
        allowed=(
            Gate(edit_is_for_leads, "VIEW-04"),
            Gate(dashboard_is_for_leads, "VIEW-05"),
            Gate(emulation_is_for_leads, "VIEW-07"),
        ),
        valid=(view_exists,),
    ),
    "get_course_status": Policy(login="COURSE-GET-03", missing="VIS-11", visible=(Gate(sees_course, "VIS-06"),)),
    "patch_course": Policy(
        login="COURSE-PATCH-02",
        missing="COURSE-PATCH-05",
        visible=(Gate(sees_course, "COURSE-PATCH-04"),),
        allowed=(Gate(leads_course, "COURSE-PATCH-03"),),
        valid=_BODY,
        tolerated=_TOLERATED,
    ),
    "update_course": Policy(
        login="COURSE-PUT-01",
        missing="COURSE-PUT-01",
        visible=(Gate(sees_course, "COURSE-PUT-01"),),
        allowed=(Gate(leads_course, "COURSE-PUT-01"),),
        valid=_BODY,
        tolerated=_TOLERATED,
    ),
    "delete_course": Policy(
        login="COURSE-DEL-02",
        missing="COURSE-DEL-03",
        visible=(Gate(sees_course, "COURSE-DEL-02"),),
        allowed=(Gate(leads_course, "COURSE-DEL-02"),),
    ),
    "verify_token": Policy(),
    "issue_token": Policy(),
    "revoke_token": Policy(),
    "authorize": Policy(login="AUTH-OA-04"),
}


def policies(settings: Settings) -> dict[str, Policy]:
    """Return the table as a community has set it."""
    table = dict(POLICY)
    if settings.courses_only_staff_enabled:
        table["create_course"] = replace(table["create_course"], allowed=(Gate(is_staff, "COURSE-CREATE-02"),))
    if not settings.content_availability:
        for name in ("get_course_info", "search_courses"):
            table[name] = replace(table[name], login="AUTH-CA-01")
    return table

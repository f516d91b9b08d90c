"""INVITE-01 to 03, UNINVITE-01, ROLE-01 to 06: invitations and roles."""

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.fixtures.item import Item
from contracts.profile.models import ANONYMOUS
from contracts.scenarios._assertions import UNKNOWN_ID, require_equal
from contracts.scenarios._fixtures import (
    assume_ok,
    bind,
    course_with,
    dashboard_row,
    mixed_course,
    require_just_now,
    require_rejected_for,
    send,
    status_of,
)

INVITE, UNINVITE, ROLE = "invite_users_to_course", "remove_invitation_to_course", "change_user_role_course"
NOT_LEADS = ("joined", "invited", "member", "staff")


def _require_statuses(context: Context, course: Item, **expected: str | None) -> None:
    for name, status in expected.items():
        require_equal(status_of(context, course, name), status, f"status of {name} in the course")


@scenario("INVITE-01", operation=INVITE)
def managers_invite_users(context: Context) -> None:
    """Only the creator and managers may invite users, and the body names them."""
    course = mixed_course(context)
    path = f"{course.path}invite/"
    body = {"users": [context.person("member").id]}
    require_rejected_for(context, NOT_LEADS, 403, "POST", path, body)
    require_rejected_for(context, [ANONYMOUS], 401, "POST", path, body)
    context.require_rejected(send(context.owner, "POST", path, {}), 400, "users", "required")
    _require_statuses(context, course, member=None)
    for lead, name in (("creator", "member"), ("manager", "staff")):
        answer = send(context.person(lead), "POST", path, {"users": [context.person(name).id]})
        require_equal(context.require_accepted(answer, 204).content, b"", "the body of the response")
    _require_statuses(context, course, member="invited", staff="invited")


@scenario("INVITE-02", operation=INVITE)
def one_unknown_id_invites_no_user(context: Context) -> None:
    """If one of the ids is unknown, no user is invited."""
    course, member = context.fresh(None, privacy="open"), context.person("member").id
    for users in ([member, UNKNOWN_ID], [UNKNOWN_ID, member]):
        answer = send(context.owner, "POST", f"{course.path}invite/", {"users": users})
        context.require_rejected(answer, 400, "users", "does_not_exist")
    _require_statuses(context, course, member=None)


@scenario("INVITE-03", operation=INVITE)
def drafts_have_invitations(context: Context) -> None:
    """Users may be invited to a draft, and see it once it is published."""
    course, invited = context.fresh(None, privacy=""), context.person("invited")
    context.require_accepted(send(context.owner, "POST", f"{course.path}invite/", {"users": [invited.id]}), 204)
    context.require_rejected(course.read(by=invited), 404)
    assume_ok(course.patch({"privacy": "secret"}))
    require_equal(
        context.require_accepted(course.read(by=invited))["join_status"], "invited", "join_status once it is published"
    )


@scenario("UNINVITE-01", operation=UNINVITE)
def managers_withdraw_invitations(context: Context) -> None:
    """Only the creator and managers may withdraw invitations, and the body names the users."""
    course = course_with(context, manager="manager", joined="joined", invited="invited", member="invited")
    path, body = f"{course.path}invite/", {"users": [context.person("invited").id]}
    require_rejected_for(context, ("joined", "member", "staff"), 403, "DELETE", path, body)
    require_rejected_for(context, [ANONYMOUS], 401, "DELETE", path, body)
    context.require_rejected(send(context.owner, "DELETE", path, {}), 400, "users", "required")
    _require_statuses(context, course, invited="invited", member="invited")
    context.require_accepted(send(context.person("manager"), "DELETE", path, body), 204)
    _require_statuses(context, course, invited=None, member="invited")
    context.require_accepted(send(context.owner, "DELETE", path, {"users": [context.person("member").id]}), 204)
    _require_statuses(context, course, member=None)


@scenario("ROLE-01", operation=ROLE)
def one_list_at_least(context: Context) -> None:
    """A change of roles needs one of its three lists, and any one is enough."""
    course = mixed_course(context)
    path = f"{course.path}role/"
    for empty in ({}, {"users": [context.person("member").id]}):
        context.require_rejected(send(context.owner, "POST", path, empty), 400, code="invalid")
    for name, after in (("managers", "manager"), ("joined", "joined"), ("unjoined", None)):
        context.require_accepted(send(context.owner, "POST", path, {name: [context.person("invited").id]}), 204)
        _require_statuses(context, course, invited=after)


@scenario("ROLE-02", operation=ROLE)
def the_creator_keeps_the_role(context: Context) -> None:
    """A list that names the creator is rejected, and changes no role."""
    course, manager = mixed_course(context), context.person("manager")
    for name in ("managers", "joined", "unjoined"):
        for users in ([context.owner.id], [context.person("member").id, context.owner.id]):
            context.require_rejected(send(manager, "POST", f"{course.path}role/", {name: users}), 400, name, "invalid")
    _require_statuses(context, course, creator="creator", member=None)


@scenario("ROLE-03", operation=ROLE)
def one_role_each(context: Context) -> None:
    """A user may be in only one of the lists."""
    course, users = mixed_course(context), [context.person("joined").id]
    for lists in (("managers", "joined"), ("joined", "unjoined"), ("managers", "unjoined")):
        answer = send(context.owner, "POST", f"{course.path}role/", dict.fromkeys(lists, users))
        context.require_rejected(answer, 400, code="invalid")
    _require_statuses(context, course, joined="joined")


@scenario("ROLE-04", operation=ROLE)
def managers_make_and_unmake_managers(context: Context) -> None:
    """Managers may demote or remove other managers and themselves."""
    course = course_with(context, manager="manager", joined="manager", member="manager")
    manager, path = context.person("manager"), f"{course.path}role/"
    context.require_accepted(send(manager, "POST", path, {"joined": [context.person("joined").id]}), 204)
    context.require_accepted(send(manager, "POST", path, {"unjoined": [context.person("member").id]}), 204)
    _require_statuses(context, course, joined="joined", member=None)
    context.require_accepted(send(manager, "POST", path, {"unjoined": [manager.id]}), 204)
    context.require_rejected(send(manager, "POST", path, {"joined": [manager.id]}), 403)
    _require_statuses(context, course, manager=None)


@scenario("ROLE-05", operation=ROLE)
def managers_change_roles(context: Context) -> None:
    """Only the creator and managers may change roles, and get a response without a body."""
    course, body = mixed_course(context), {"managers": [context.person("member").id]}
    require_rejected_for(context, NOT_LEADS, 403, "POST", f"{course.path}role/", body)
    require_rejected_for(context, [ANONYMOUS], 401, "POST", f"{course.path}role/", body)
    _require_statuses(context, course, member=None)
    for name in ("creator", "manager"):
        answer = context.require_accepted(send(context.person(name), "POST", f"{course.path}role/", body), 204)
        require_equal(answer.content, b"", "the body of the response")


@scenario("ROLE-06", operation=ROLE)
def a_promotion_keeps_the_moment_of_joining(context: Context) -> None:
    """A new role does not change the moment of joining; users from outside join now."""
    course = course_with(context, joined="joined", invited="invited")
    before = dashboard_row(context, course, "joined")["joined_at"]
    for status in ("manager", "joined"):
        bind(context, course, joined=status)
        require_equal(
            dashboard_row(context, course, "joined")["joined_at"], before, f"joined_at after a change to {status}"
        )
    bind(context, course, member="manager", invited="manager")
    for name in ("member", "invited"):
        require_just_now(dashboard_row(context, course, name)["joined_at"], course, f"joined_at of {name}")

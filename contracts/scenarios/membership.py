"""MEMBER-01 to MEMBER-28: the states of membership as a table; each line is tried on fresh courses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.fixtures.item import Item
from contracts.messages.exchange import Answer
from contracts.scenarios._assertions import PUBLISHED, require_equal
from contracts.scenarios._fixtures import bind, course_of, send, status_of

NO_TIE: str | None = None
EVERYWHERE = ("", *PUBLISHED)
USER, MANAGER = "member", "manager"

Action = Callable[[Context, Item, str], Answer]
"""A request that may change the status of a user in a course."""


def _join(context: Context, course: Item, name: str) -> Answer:
    return send(context.person(name), "POST", f"{course.path}join/")


def _leave(context: Context, course: Item, name: str) -> Answer:
    return send(context.person(name), "DELETE", f"{course.path}join/")


def _remove(context: Context, course: Item, name: str) -> Answer:
    bind(context, course, **{MANAGER: "manager"})
    return send(context.person(MANAGER), "DELETE", f"{course.path}join/", user=context.person(name).id)


def _invite(context: Context, course: Item, name: str) -> Answer:
    return send(context.owner, "POST", f"{course.path}invite/", {"users": [context.person(name).id]})


def _uninvite(context: Context, course: Item, name: str) -> Answer:
    return send(context.owner, "DELETE", f"{course.path}invite/", {"users": [context.person(name).id]})


def _put_into(role: str) -> Action:
    """Return an action that names a user in one of the lists of a change of roles."""

    def act(context: Context, course: Item, name: str) -> Answer:
        return send(context.owner, "POST", f"{course.path}role/", {role: [context.person(name).id]})

    return act


@dataclass(frozen=True)
class Step:
    """A line of the table: an action, the courses to try it in, the expected response, and the changes of status."""

    rule: str
    promise: str
    operation: str
    act: Action
    changes: Mapping[str | None, str | None]
    """The status of the user before → the status afterwards."""
    response: int
    """The status code of the expected response."""
    privacies: tuple[str, ...]

    def __call__(self, context: Context) -> None:
        """Take the step from each of its states, in each of its kinds of courses."""
        for before, after in self.changes.items():
            for privacy in self.privacies:
                self._take(context, privacy, before, after)

    def _take(self, context: Context, privacy: str, before: str | None, after: str | None) -> None:
        name = context.owner.name if before == "creator" else USER
        people = {} if before is None or before == "creator" else {name: before}
        course = course_of(context, privacy, people)
        answer = self.act(context, course, name)
        if self.response < 400:
            context.require_accepted(answer, self.response)
        else:
            context.require_rejected(answer, self.response)
        actual = status_of(context, course, name)
        require_equal(actual, after, f"status after {before!r} in a course with privacy {privacy!r}")


_JOIN, _LEAVE = "join_or_accept_invite_to_course", "leave_course"
_INVITE, _UNINVITE, _ROLE = "invite_users_to_course", "remove_invitation_to_course", "change_user_role_course"
_INSIDE: Mapping[str | None, str | None] = {"joined": "joined", "manager": "manager", "creator": "creator"}
_MANAGE, _ENROL, _UNJOIN = _put_into("managers"), _put_into("joined"), _put_into("unjoined")

TABLE = (
    Step("MEMBER-01", "An outsider becomes a participant by joining an open course",
         _JOIN, _join, {NO_TIE: "joined"}, 200, ("open",)),
    Step("MEMBER-02", "An outsider requests access by joining a private course",
         _JOIN, _join, {NO_TIE: "requested"}, 200, ("private",)),
    Step("MEMBER-03", "An outsider cannot join a secret course, which is not found",
         _JOIN, _join, {NO_TIE: NO_TIE}, 404, ("secret",)),
    Step("MEMBER-04", "An outsider cannot join a draft, which is not found",
         _JOIN, _join, {NO_TIE: NO_TIE}, 404, ("",)),
    Step("MEMBER-05", "Invited users accept by joining a published course",
         _JOIN, _join, {"invited": "joined"}, 200, PUBLISHED),
    Step("MEMBER-06", "Invited users cannot accept an invitation to a draft",
         _JOIN, _join, {"invited": "invited"}, 404, ("",)),
    Step("MEMBER-07", "A second request to join a private course changes nothing",
         _JOIN, _join, {"requested": "requested"}, 200, ("private",)),
    Step("MEMBER-08", "Users who requested access become participants by joining once the course is open",
         _JOIN, _join, {"requested": "joined"}, 200, ("open",)),
    Step("MEMBER-09", "Joining changes nothing for users who are in the course",
         _JOIN, _join, _INSIDE, 200, ("open", "private")),
    Step("MEMBER-10", "Participants may leave a course",
         _LEAVE, _leave, {"joined": NO_TIE}, 204, PUBLISHED),
    Step("MEMBER-11", "Managers may leave a course",
         _LEAVE, _leave, {"manager": NO_TIE}, 204, EVERYWHERE),
    Step("MEMBER-12", "Users may withdraw a request to join by leaving",
         _LEAVE, _leave, {"requested": NO_TIE}, 204, ("private",)),
    Step("MEMBER-13", "Invited users decline by leaving",
         _LEAVE, _leave, {"invited": NO_TIE}, 204, PUBLISHED),
    Step("MEMBER-14", "Users without a status have nothing to leave",
         _LEAVE, _leave, {NO_TIE: NO_TIE}, 404, ("open", "private")),
    Step("MEMBER-15", "Managers may remove participants and other managers",
         _LEAVE, _remove, {"joined": NO_TIE, "manager": NO_TIE}, 204, ("open", "")),
    Step("MEMBER-16", "Managers decline requests and withdraw invitations by removing users",
         _LEAVE, _remove, {"requested": NO_TIE, "invited": NO_TIE}, 204, ("private",)),
    Step("MEMBER-17", "Managers cannot remove the creator",
         _LEAVE, _remove, {"creator": "creator"}, 403, ("open", "")),
    Step("MEMBER-18", "Users without a status cannot be removed",
         _LEAVE, _remove, {NO_TIE: NO_TIE}, 404, ("open", "")),
    Step("MEMBER-19", "The creator may invite outsiders",
         _INVITE, _invite, {NO_TIE: "invited"}, 204, EVERYWHERE),
    Step("MEMBER-20", "An invitation approves a request to join",
         _INVITE, _invite, {"requested": "joined"}, 204, ("private", "open")),
    Step("MEMBER-21", "An invitation changes nothing for users who are invited or in the course",
         _INVITE, _invite, {"invited": "invited", **_INSIDE}, 204, ("private",)),
    Step("MEMBER-22", "The creator may withdraw invitations",
         _UNINVITE, _uninvite, {"invited": NO_TIE}, 204, EVERYWHERE),
    Step("MEMBER-23", "Withdrawing an invitation changes nothing for users who are not just invited",
         _UNINVITE, _uninvite, {NO_TIE: NO_TIE, "requested": "requested", **_INSIDE}, 204, ("private",)),
    Step("MEMBER-24", "The creator may make any user a manager",
         _ROLE, _MANAGE, dict.fromkeys((NO_TIE, "requested", "invited", "joined"), "manager"), 204, ("private",)),
    Step("MEMBER-25", "The creator may add users who did not ask to join",
         _ROLE, _ENROL, dict.fromkeys((NO_TIE, "requested", "invited"), "joined"), 204, ("private",)),
    Step("MEMBER-26", "The creator may demote a manager to a participant",
         _ROLE, _ENROL, {"manager": "joined"}, 204, ("open", "")),
    Step("MEMBER-27", "The creator may remove any other user by a change of roles",
         _ROLE, _UNJOIN, dict.fromkeys(("requested", "invited", "joined", "manager"), NO_TIE), 204, ("private",)),
    Step("MEMBER-28", "Removing a user without a status by a change of roles changes nothing",
         _ROLE, _UNJOIN, {NO_TIE: NO_TIE}, 204, ("open",)),
)  # fmt: skip


def _register(step: Step) -> None:
    def story(context: Context) -> None:
        step(context)

    story.__name__, story.__doc__ = step.promise[0].lower() + step.promise[1:], step.promise
    scenario(step.rule, operation=step.operation)(story)


for _step in TABLE:
    _register(_step)

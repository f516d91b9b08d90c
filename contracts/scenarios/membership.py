"""MEMBER-01 to MEMBER-28: who becomes what in a course; the state machine as a table, each line on fresh courses."""

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
"""What is done about somebody in a course."""


def _joins(context: Context, course: Item, name: str) -> Answer:
    return send(context.person(name), "POST", f"{course.path}join/")


def _leaves(context: Context, course: Item, name: str) -> Answer:
    return send(context.person(name), "DELETE", f"{course.path}join/")


def _is_removed(context: Context, course: Item, name: str) -> Answer:
    bind(context, course, **{MANAGER: "manager"})
    return send(context.person(MANAGER), "DELETE", f"{course.path}join/", user=context.person(name).id)


def _is_invited(context: Context, course: Item, name: str) -> Answer:
    return send(context.owner, "POST", f"{course.path}invite/", {"users": [context.person(name).id]})


def _is_uninvited(context: Context, course: Item, name: str) -> Answer:
    return send(context.owner, "DELETE", f"{course.path}invite/", {"users": [context.person(name).id]})


def _is_put(role: str) -> Action:
    def act(context: Context, course: Item, name: str) -> Answer:
        return send(context.owner, "POST", f"{course.path}role/", {role: [context.person(name).id]})

    return act


@dataclass(frozen=True)
class Step:
    """A line of the table: what is done, in which courses, what it is answered, and who becomes what."""

    rule: str
    promise: str
    operation: str
    act: Action
    moves: Mapping[str | None, str | None]
    answer: int
    privacies: tuple[str, ...]

    def __call__(self, context: Context) -> None:
        """Take the step from each state that it speaks of, in each kind of course."""
        for before, after in self.moves.items():
            for privacy in self.privacies:
                self._take(context, privacy, before, after)

    def _take(self, context: Context, privacy: str, before: str | None, after: str | None) -> None:
        name = context.owner.name if before == "creator" else USER
        course = course_of(context, privacy, {name: before} if before not in (None, "creator") else {})
        answer = self.act(context, course, name)
        (context.require_accepted if self.answer < 400 else context.require_rejected)(answer, self.answer)
        require_equal(
            status_of(context, course, name), after, f"what becomes of {before} in a course that is {privacy!r}"
        )


_JOIN, _LEAVE = "join_or_accept_invite_to_course", "leave_course"
_INVITE, _UNINVITE, _ROLE = "invite_users_to_course", "remove_invitation_to_course", "change_user_role_course"
_INSIDE: Mapping[str | None, str | None] = {"joined": "joined", "manager": "manager", "creator": "creator"}
_MANAGE, _ENROL, _UNJOIN = _is_put("managers"), _is_put("joined"), _is_put("unjoined")

TABLE = (
    Step("MEMBER-01", "A stranger is in an open course by joining it",
         _JOIN, _joins, {NO_TIE: "joined"}, 200, ("open",)),
    Step("MEMBER-02", "A stranger waits to be let in by joining a private course",
         _JOIN, _joins, {NO_TIE: "requested"}, 200, ("private",)),
    Step("MEMBER-03", "For a stranger there is no secret course to join",
         _JOIN, _joins, {NO_TIE: NO_TIE}, 404, ("secret",)),
    Step("MEMBER-04", "For a stranger there is no draft to join",
         _JOIN, _joins, {NO_TIE: NO_TIE}, 404, ("",)),
    Step("MEMBER-05", "Who is invited accepts by joining a published course",
         _JOIN, _joins, {"invited": "joined"}, 200, PUBLISHED),
    Step("MEMBER-06", "Nobody accepts an invitation to a draft",
         _JOIN, _joins, {"invited": "invited"}, 404, ("",)),
    Step("MEMBER-07", "Who asks again to be let in goes on waiting",
         _JOIN, _joins, {"requested": "requested"}, 200, ("private",)),
    Step("MEMBER-08", "Who has asked to be let in is in the course by joining it once it is open",
         _JOIN, _joins, {"requested": "joined"}, 200, ("open",)),
    Step("MEMBER-09", "Joining changes nothing for who is in the course",
         _JOIN, _joins, _INSIDE, 200, ("open", "private")),
    Step("MEMBER-10", "Who has joined may leave",
         _LEAVE, _leaves, {"joined": NO_TIE}, 204, PUBLISHED),
    Step("MEMBER-11", "A manager of a course may leave it",
         _LEAVE, _leaves, {"manager": NO_TIE}, 204, EVERYWHERE),
    Step("MEMBER-12", "Who waits to be let in may take that back",
         _LEAVE, _leaves, {"requested": NO_TIE}, 204, ("private",)),
    Step("MEMBER-13", "Who is invited declines by leaving",
         _LEAVE, _leaves, {"invited": NO_TIE}, 204, PUBLISHED),
    Step("MEMBER-14", "Who is nothing in a course has nothing to leave",
         _LEAVE, _leaves, {NO_TIE: NO_TIE}, 404, ("open", "private")),
    Step("MEMBER-15", "Leads take participants and managers out",
         _LEAVE, _is_removed, {"joined": NO_TIE, "manager": NO_TIE}, 204, ("open", "")),
    Step("MEMBER-16", "Leads turn requests down, and take invitations back, by taking people out",
         _LEAVE, _is_removed, {"requested": NO_TIE, "invited": NO_TIE}, 204, ("private",)),
    Step("MEMBER-17", "No lead takes the creator out",
         _LEAVE, _is_removed, {"creator": "creator"}, 403, ("open", "")),
    Step("MEMBER-18", "Nobody is taken out who is nothing in the course",
         _LEAVE, _is_removed, {NO_TIE: NO_TIE}, 404, ("open", "")),
    Step("MEMBER-19", "Leads invite strangers",
         _INVITE, _is_invited, {NO_TIE: "invited"}, 204, EVERYWHERE),
    Step("MEMBER-20", "Leads let in who has asked, by an invitation",
         _INVITE, _is_invited, {"requested": "joined"}, 204, ("private", "open")),
    Step("MEMBER-21", "An invitation changes nothing for who is invited or in the course",
         _INVITE, _is_invited, {"invited": "invited", **_INSIDE}, 204, ("private",)),
    Step("MEMBER-22", "Leads take invitations back",
         _UNINVITE, _is_uninvited, {"invited": NO_TIE}, 204, EVERYWHERE),
    Step("MEMBER-23", "Taking an invitation back changes nothing for who is not merely invited",
         _UNINVITE, _is_uninvited, {NO_TIE: NO_TIE, "requested": "requested", **_INSIDE}, 204, ("private",)),
    Step("MEMBER-24", "Leads make a manager of whoever it is",
         _ROLE, _MANAGE, dict.fromkeys((NO_TIE, "requested", "invited", "joined"), "manager"), 204, ("private",)),
    Step("MEMBER-25", "Leads put people into a course unasked",
         _ROLE, _ENROL, dict.fromkeys((NO_TIE, "requested", "invited"), "joined"), 204, ("private",)),
    Step("MEMBER-26", "Leads make a participant of a manager",
         _ROLE, _ENROL, {"manager": "joined"}, 204, ("open", "")),
    Step("MEMBER-27", "Leads put anybody but the creator out",
         _ROLE, _UNJOIN, dict.fromkeys(("requested", "invited", "joined", "manager"), NO_TIE), 204, ("private",)),
    Step("MEMBER-28", "Who is nothing in a course stays so when put out",
         _ROLE, _UNJOIN, {NO_TIE: NO_TIE}, 204, ("open",)),
)  # fmt: skip


def _register(step: Step) -> None:
    def story(context: Context) -> None:
        step(context)

    story.__name__, story.__doc__ = step.promise[0].lower() + step.promise[1:], step.promise
    scenario(step.rule, operation=step.operation)(story)


for _step in TABLE:
    _register(_step)

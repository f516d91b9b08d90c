"""MEMBER, JOIN, LEAVE, INVITE, UNINVITE and ROLE: for each rule, a mock without it."""

from typing import Any

import msgspec

from mockserver.call import Call
from mockserver.courses import entities as model
from mockserver.courses.handlers import membership
from mockserver.courses.representations import course as represent
from mockserver.courses.rules.access import stamp
from mockserver.courses.rules.membership import Action, Rejection
from mockserver.courses.rules.roles import caller, status_of
from mockserver.courses.seed.defaults import START
from mockserver.errors import NotFound
from mockserver.request import parameters as queries
from mockserver.store import State
from tests.mutation.mutants.ways import (
    Json,
    Mutant,
    afterwards,
    answering,
    becomes,
    dropped,
    patched,
    rejecting,
    unhidden,
    without_keywords,
)

_JOIN, _LEAVE, _REMOVE, _INVITE = Action.JOIN, Action.LEAVE, Action.REMOVE, Action.INVITE
_UNINVITE, _MANAGE, _ENROL, _UNJOIN = Action.UNINVITE, Action.MANAGE, Action.ENROL, Action.UNJOIN
_NOT_FOUND = Rejection(NotFound, "mutant", "Not found.")
JOIN, LEAVE, ROLE = "join_or_accept_invite_to_course", "leave_course", "change_user_role_course"


def _opens(privacy: str, before: str | None) -> Mutant:
    return unhidden(JOIN, becomes(_JOIN, {before: "joined"}, [privacy]))


def _without_sections(call: Call, answer: Json) -> Json:
    return {name: value for name, value in answer.items() if name != "sections"}


def _shows_all(call: Call, course: Json) -> Json:
    return represent.course_user_detail(call, course, caller(call))


def _forgets_progress(state: State, course: int, user: int) -> None:
    for lesson in list(model.completions(state, course, user)):
        model.forget_completion(state, lesson, user)
    state.remove(model.MEMBERSHIPS, (course, user))


def _names_oneself(call: Call) -> bool:
    return queries.text(call.query, "user") == str(caller(call))


def _is_a_manager_against_managers(call: Call) -> bool:
    named = [user for users in call.body.values() if isinstance(users, list) for user in users]
    course = call.documents[0]["id"]
    return status_of(call) == "manager" and any(model.status(call.state, course, user) == "manager" for user in named)


def _joins_again(call: Call, answer: Any) -> None:
    for name in ("managers", "joined"):
        for user in call.body.get(name) or ():
            model.enrol(call.state, call.documents[0]["id"], user, _ROLES[name], stamp(call.now))


_ROLES = {"managers": "manager", "joined": "joined"}


def _has_a_body(call: Call) -> bool:
    return bool(msgspec.to_builtins(call.request.content))


MUTANTS: dict[str, Mutant] = {
    "MEMBER-01": becomes(_JOIN, {None: "requested"}, ["open"]),
    "MEMBER-02": becomes(_JOIN, {None: "joined"}, ["private"]),
    "MEMBER-03": _opens("secret", None),
    "MEMBER-04": _opens("", None),
    "MEMBER-05": becomes(_JOIN, {"invited": "requested"}),
    "MEMBER-06": _opens("", "invited"),
    "MEMBER-07": becomes(_JOIN, {"requested": "joined"}, ["private"]),
    "MEMBER-08": becomes(_JOIN, {"requested": "requested"}, ["open"]),
    "MEMBER-09": becomes(_JOIN, {"manager": "joined"}),
    "MEMBER-10": becomes(_LEAVE, {"joined": "joined"}),
    "MEMBER-11": becomes(_LEAVE, {"manager": "joined"}),
    "MEMBER-12": becomes(_LEAVE, {"requested": "requested"}),
    "MEMBER-13": becomes(_LEAVE, {"invited": "invited"}),
    "MEMBER-14": becomes(_LEAVE, {None: None}),
    "MEMBER-15": becomes(_REMOVE, {"manager": "joined"}),
    "MEMBER-16": becomes(_REMOVE, {"requested": "requested"}),
    "MEMBER-17": becomes(_REMOVE, {"creator": None}),
    "MEMBER-18": becomes(_REMOVE, {None: None}),
    "MEMBER-19": becomes(_INVITE, {None: "joined"}),
    "MEMBER-20": becomes(_INVITE, {"requested": "invited"}),
    "MEMBER-21": becomes(_INVITE, {"manager": "joined"}),
    "MEMBER-22": becomes(_UNINVITE, {"invited": "invited"}),
    "MEMBER-23": becomes(_UNINVITE, {"joined": None}),
    "MEMBER-24": becomes(_MANAGE, {"invited": "invited"}),
    "MEMBER-25": becomes(_ENROL, {"requested": "requested"}),
    "MEMBER-26": becomes(_ENROL, {"manager": "manager"}),
    "MEMBER-27": becomes(_UNJOIN, {"manager": "joined"}),
    "MEMBER-28": becomes(_UNJOIN, {None: _NOT_FOUND}),
    "JOIN-01": dropped("JOIN-01"),
    "JOIN-02": answering([JOIN], _without_sections),
    "JOIN-03": patched(represent, "course_behind_the_door", _shows_all),
    "JOIN-04": patched(membership, "stamp", lambda now: START),
    "JOIN-05": rejecting([JOIN], _has_a_body, 400),
    "LEAVE-01": becomes(_LEAVE, {"creator": None}),
    "LEAVE-02": dropped("LEAVE-02"),
    "LEAVE-03": rejecting([LEAVE], _names_oneself),
    "LEAVE-04": patched(model, "expel", _forgets_progress),
    "INVITE-01": dropped("INVITE-01"),
    "INVITE-02": without_keywords("UserIds", "x-references"),
    "INVITE-03": becomes(_INVITE, {None: _NOT_FOUND}, [""]),
    "UNINVITE-01": dropped("UNINVITE-01"),
    "ROLE-01": dropped("ROLE-01"),
    "ROLE-02": dropped("ROLE-02"),
    "ROLE-03": dropped("ROLE-03"),
    "ROLE-04": rejecting([ROLE], _is_a_manager_against_managers),
    "ROLE-05": dropped("ROLE-05"),
    "ROLE-06": afterwards([ROLE], _joins_again),
}
"""Rule id → the mock without it."""

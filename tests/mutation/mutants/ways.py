"""The ways to remove a rule from a mock.

A predicate is removed from the policy. A keyword of a schema is removed from the document that the mock is built from.
A behaviour is removed by replacing its function.
"""

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import msgspec
import pytest

from mockserver import courses
from mockserver.app import OptionsDict as Options
from mockserver.call import Answer, Call
from mockserver.courses.handlers import course
from mockserver.courses.rules import visibility
from mockserver.courses.rules.membership import TRANSITIONS, Action, Outcome
from mockserver.courses.rules.visibility import Sight, View
from mockserver.domain import Domain, Handler
from mockserver.policy import Check, Gate, Policy, Rule
from specdouble import OPENAPI
from specdouble.document import load

Json = dict[str, Any]
Patch = pytest.MonkeyPatch
Mutant = Callable[[Patch], tuple[Json, Options]]
"""Patches the mock, and returns the document and the options with which it lacks the rule."""

PRIVACIES = ("", "open", "private", "secret")


def healthy() -> Domain:
    """Return the course domain with all its rules."""
    return courses.domain(courses.Settings())


def document() -> Json:
    """Return a copy of the contract, which a mutant may change."""
    return copy.deepcopy(load(OPENAPI))


# --- ways to remove a rule ---


def dropped(name: str, settings: courses.Settings | None = None) -> Mutant:
    """Remove the rule from all policies."""
    domain = courses.domain(settings or courses.Settings())
    return lambda patch: (document(), {"domain": domain.without(name)})


def policies(change: Callable[[str, Policy], Policy]) -> Mutant:
    """Pass every policy through a function of the operation's id and the policy."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        domain = healthy()
        changed = {name: change(name, policy) for name, policy in domain.access.policies.items()}
        return document(), {"domain": replace(domain, access=replace(domain.access, policies=changed))}

    return mutate


def checked(name: str, field: str, rejects: Callable[[Call], bool]) -> Mutant:
    """Require a condition of courses that the contract does not have."""
    extra = Check(name, field, "invalid", "Rejected without a reason.", lambda call: not rejects(call))
    return policies(lambda operation, policy: replace(policy, valid=(*policy.valid, extra)) if policy.valid else policy)


def handled(operations: Iterable[str], wrap: Callable[[Handler], Handler]) -> Mutant:
    """Wrap the handlers of some operations."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        domain = healthy()
        wrapped = {name: wrap(domain.operations.handlers[name]) for name in operations}
        handlers = {**domain.operations.handlers, **wrapped}
        return document(), {"domain": replace(domain, operations=replace(domain.operations, handlers=handlers))}

    return mutate


def answered(change: Callable[[Call, Json], Json]) -> Mutant:
    """Pass the response to a PATCH through a function."""
    return answering(["patch_course"], change)


def answering(operations: Iterable[str], change: Callable[[Call, Any], Any]) -> Mutant:
    """Pass the responses of some operations through a function."""
    return handled(operations, lambda handler: lambda call: change(call, handler(call)))


def rows(operations: Iterable[str], change: Callable[[Call, Json], Json | None]) -> Mutant:
    """Pass every result of a page through a function, which returns None to leave it out."""

    def page(call: Call, answer: Json) -> Json:
        changed = (change(call, row) for row in answer["results"])
        return {**answer, "results": [row for row in changed if row is not None]}

    return answering(operations, page)


def reading(operations: Iterable[str], change: Callable[[Call], Json]) -> Mutant:
    """Pass the request bodies of some operations through a function."""
    return handled(operations, lambda handler: lambda call: handler(call.with_body(change(call))))


def unasked(operation: str, *parameters: str) -> Mutant:
    """Ignore some query parameters of an operation."""

    def handle(handler: Handler) -> Handler:
        def called(call: Call) -> Any:
            kept = {name: value for name, value in call.query.items() if name not in parameters}
            return handler(msgspec.structs.replace(call, query=kept))

        return called

    return handled([operation], handle)


def afterwards(operations: Iterable[str], then: Callable[[Call, Any], None]) -> Mutant:
    """Do something more after some operations."""

    def handle(handler: Handler) -> Handler:
        def called(call: Call) -> Any:
            answer = handler(call)
            then(call, answer)
            return answer

        return called

    return handled(operations, handle)


def idle(*operations: str) -> Mutant:
    """Let some operations do nothing, and respond as if they had."""
    return handled(operations, lambda handler: lambda call: None)


def let_in(operation: str) -> Mutant:
    """Allow an operation to every user, logged in or not."""
    return policies(lambda name, policy: Policy() if name == operation else policy)


def locked_out(operation: str, allowed: Rule | None = None) -> Mutant:
    """Require a login for an operation, or a rule about the caller."""
    gates = () if allowed is None else (Gate(allowed, "mutant"),)
    return policies(
        lambda name, policy: replace(policy, login="mutant", allowed=gates) if name == operation else policy
    )


def unhidden(operation: str, then: Mutant | None = None) -> Mutant:
    """Let an operation find courses that its caller may not see."""
    return both(policies(lambda name, policy: replace(policy, visible=()) if name == operation else policy), then)


def both(one: Mutant, other: "Mutant | None") -> Mutant:
    """Combine a mutant with the patches of another one."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        if other is not None:
            other(patch)
        return one(patch)

    return mutate


def becomes(action: Action, moves: Mapping[str | None, Outcome], privacies: Iterable[str] = PRIVACIES) -> Mutant:
    """Replace lines of the table of memberships: join status → the outcome of an action."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        for before, after in moves.items():
            for privacy in privacies:
                patch.setitem(TRANSITIONS, (before, action, privacy), after)
        return document(), {}

    return mutate


def rejecting(operations: Iterable[str], rejects: Callable[[Call], bool], status: int = 403) -> Mutant:
    """Reject some operations for a reason that the contract does not have."""
    rejection = Answer(status, {"errors": [{"code": "error", "message": "Rejected."}]})

    def handle(handler: Handler) -> Handler:
        def called(call: Call) -> Any:
            return rejection if rejects(call) else handler(call)

        return called

    return handled(operations, handle)


def without_keywords(*path: str) -> Mutant:
    """Remove keywords from a schema: its name, then the keywords."""
    return schema(without(*path))


def stored(change: Callable[[Call, Json], Json]) -> Mutant:
    """Pass the changes that a PATCH stores through a function of the call and the changes."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        original = course.changes

        def changes(call: Call, key: int) -> Json:
            return change(call, original(call, key)) if call.documents else original(call, key)

        patch.setattr(course, "changes", changes)
        return document(), {}

    return mutate


def forgets(field: str) -> Mutant:
    """Let PATCH not store one field."""
    return stored(lambda call, changes: {name: value for name, value in changes.items() if name != field})


def schema(change: Callable[[Json], None]) -> Mutant:
    """Build the mock from schemas that a function has changed."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        changed = document()
        change(changed["components"]["schemas"])
        return changed, {}

    return mutate


def patched(target: object, name: str, value: object) -> Mutant:
    """Replace a function of the mock."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        patch.setattr(target, name, value)
        return document(), {}

    return mutate


def sights(privacy: str, statuses: Iterable[str | None], view: View) -> Mutant:
    """Replace cells of the visibility table."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        for status in statuses:
            patch.setitem(visibility.SIGHT[privacy], status, Sight(view, "mutant"))
        return document(), {}

    return mutate


def without(*path: str) -> Callable[[Json], None]:
    """Return a function that removes keywords from a schema and from all its alternatives."""

    def change(schemas: Json) -> None:
        node = schemas[path[0]]
        for part in (node, *node.get("anyOf", ()), *node.get("allOf", ())):
            for keyword in path[1:]:
                part.pop(keyword, None)

    return change

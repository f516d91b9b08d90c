"""The ways to take a rule out of a mock.

A rule that is a predicate is dropped from the policy; one that is a word of the schema, from the document that the mock
is built from; one that is behaviour has its function replaced by one that does not keep it.
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
"""Breaks what it breaks by the patch, and returns the document and the options of the mock without the rule."""

PRIVACIES = ("", "open", "private", "secret")


def healthy() -> Domain:
    """The course domain with all its rules."""
    return courses.domain(courses.Settings())


def document() -> Json:
    """The contract, to be changed at will."""
    return copy.deepcopy(load(OPENAPI))


# --- ways to take a rule out ---


def dropped(name: str, settings: courses.Settings | None = None) -> Mutant:
    """The rule is no longer in any policy."""
    domain = courses.domain(settings or courses.Settings())
    return lambda patch: (document(), {"domain": domain.without(name)})


def policies(change: Callable[[str, Policy], Policy]) -> Mutant:
    """Every policy is passed through a function of the operation's id and the policy."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        domain = healthy()
        changed = {name: change(name, policy) for name, policy in domain.access.policies.items()}
        return document(), {"domain": replace(domain, access=replace(domain.access, policies=changed))}

    return mutate


def checked(name: str, field: str, refuses: Callable[[Call], bool]) -> Mutant:
    """Courses are held to a condition that the contract does not have."""
    extra = Check(name, field, "invalid", "Refused without a reason.", lambda call: not refuses(call))
    return policies(lambda operation, policy: replace(policy, valid=(*policy.valid, extra)) if policy.valid else policy)


def handled(operations: Iterable[str], wrap: Callable[[Handler], Handler]) -> Mutant:
    """The handlers of some operations are wrapped."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        domain = healthy()
        wrapped = {name: wrap(domain.operations.handlers[name]) for name in operations}
        handlers = {**domain.operations.handlers, **wrapped}
        return document(), {"domain": replace(domain, operations=replace(domain.operations, handlers=handlers))}

    return mutate


def answered(change: Callable[[Call, Json], Json]) -> Mutant:
    """The answer to a PATCH is passed through a function."""
    return answering(["patch_course"], change)


def answering(operations: Iterable[str], change: Callable[[Call, Any], Any]) -> Mutant:
    """What some operations answer is passed through a function."""
    return handled(operations, lambda handler: lambda call: change(call, handler(call)))


def rows(operations: Iterable[str], change: Callable[[Call, Json], Json | None]) -> Mutant:
    """Each result on a page is passed through a function; None leaves it out."""

    def page(call: Call, answer: Json) -> Json:
        kept = [row for row in (change(call, each) for each in answer["results"]) if row is not None]
        return {**answer, "results": kept}

    return answering(operations, page)


def reading(operations: Iterable[str], change: Callable[[Call], Json]) -> Mutant:
    """What comes in the body of some operations is passed through a function."""
    return handled(operations, lambda handler: lambda call: handler(call.with_body(change(call))))


def unasked(operation: str, *parameters: str) -> Mutant:
    """Some parameters in the query of an operation mean nothing."""

    def handle(handler: Handler) -> Handler:
        def called(call: Call) -> Any:
            kept = {name: said for name, said in call.query.items() if name not in parameters}
            return handler(msgspec.structs.replace(call, query=kept))

        return called

    return handled([operation], handle)


def afterwards(operations: Iterable[str], then: Callable[[Call, Any], None]) -> Mutant:
    """Something more happens after some operations."""

    def handle(handler: Handler) -> Handler:
        def called(call: Call) -> Any:
            answer = handler(call)
            then(call, answer)
            return answer

        return called

    return handled(operations, handle)


def idle(*operations: str) -> Mutant:
    """Some operations do nothing, and answer that they have."""
    return handled(operations, lambda handler: lambda call: None)


def let_in(operation: str) -> Mutant:
    """Nobody has to log in for an operation, and nobody is refused."""
    return policies(lambda name, policy: Policy() if name == operation else policy)


def locked_out(operation: str, allowed: Rule | None = None) -> Mutant:
    """An operation asks for a login, or for somebody of whom a rule holds."""
    gates = () if allowed is None else (Gate(allowed, "mutant"),)
    return policies(
        lambda name, policy: replace(policy, login="mutant", allowed=gates) if name == operation else policy
    )


def unhidden(operation: str, then: Mutant | None = None) -> Mutant:
    """A course that nobody may see is there for an operation."""
    return both(policies(lambda name, policy: replace(policy, visible=()) if name == operation else policy), then)


def both(one: Mutant, other: "Mutant | None") -> Mutant:
    """A mutant that has more to it than its domain or document: patches, made beside it."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        if other is not None:
            other(patch)
        return one(patch)

    return mutate


def becomes(action: Action, moves: Mapping[str | None, Outcome], privacies: Iterable[str] = PRIVACIES) -> Mutant:
    """Lines of the table of memberships are replaced: join status → what it becomes by an action."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        for before, after in moves.items():
            for privacy in privacies:
                patch.setitem(TRANSITIONS, (before, action, privacy), after)
        return document(), {}

    return mutate


def refusing(operations: Iterable[str], refuses: Callable[[Call], bool], status: int = 403) -> Mutant:
    """Some operations are refused for a reason that the contract does not have."""
    refusal = Answer(status, {"errors": [{"code": "error", "message": "Refused."}]})

    def handle(handler: Handler) -> Handler:
        def called(call: Call) -> Any:
            return refusal if refuses(call) else handler(call)

        return called

    return handled(operations, handle)


def without_words(*path: str) -> Mutant:
    """A schema has lost some of its words: its name, then the words."""
    return schema(without(*path))


def stored(change: Callable[[Call, Json], Json]) -> Mutant:
    """What a PATCH stores is passed through a function of the call and the changes."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        original = course.changes

        def changes(call: Call, key: int) -> Json:
            return change(call, original(call, key)) if call.documents else original(call, key)

        patch.setattr(course, "changes", changes)
        return document(), {}

    return mutate


def forgets(field: str) -> Mutant:
    """A PATCH does not store one field."""
    return stored(lambda call, changes: {name: value for name, value in changes.items() if name != field})


def schema(change: Callable[[Json], None]) -> Mutant:
    """The mock is built from schemas that a function has changed."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        changed = document()
        change(changed["components"]["schemas"])
        return changed, {}

    return mutate


def patched(target: object, name: str, value: object) -> Mutant:
    """A function of the mock is replaced."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        patch.setattr(target, name, value)
        return document(), {}

    return mutate


def sights(privacy: str, statuses: Iterable[str | None], view: View) -> Mutant:
    """Cells of the visibility table are replaced."""

    def mutate(patch: Patch) -> tuple[Json, Options]:
        for status in statuses:
            patch.setitem(visibility.SIGHT[privacy], status, Sight(view, "mutant"))
        return document(), {}

    return mutate


def without(*path: str) -> Callable[[Json], None]:
    """Take a word out of a schema, wherever among its alternatives it stands."""

    def change(schemas: Json) -> None:
        node = schemas[path[0]]
        for part in (node, *node.get("anyOf", ()), *node.get("allOf", ())):
            for word in path[1:]:
                part.pop(word, None)

    return change

"""CT304: a role takes effect, and loses it, at once."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from contracts.checks.assertions import assume
from contracts.checks.context import Context
from contracts.checks.registration import Trial, law
from contracts.client.target import Client
from contracts.fixtures.item import Item
from contracts.laws.permissions import address, call_operation
from contracts.messages.bodies import encode
from contracts.openapi.identifiers import Identifier, step
from contracts.openapi.resources import Operation
from contracts.profile.models import RoleCall
from contracts.results.verdict import Broken, NotApplicable

ROUNDS = 2
"""How often a role is given and taken; the second round shows what a backend cached in the first."""


@law("CT304", severity="critical", owasp="API1:2023", aka="stale authorisation")
def role_changes(context: Context) -> Iterator[Trial]:
    """A user may do what a role allows as soon as the role is given, and no longer once it is taken."""
    call = context.notes.role_call
    if call is None:
        raise NotApplicable(
            "the profile names no operation that gives and takes a role: add role_call: to the resource "
            "(operation, person, give, take, lets)"
        )
    operation = _find_operation(context, call.operation)
    yield Trial(call.person, operation.label, partial(_give_and_take, context, call, operation))


def _find_operation(context: Context, identifier: str) -> Operation:
    if identifier not in context.model.operations:
        raise NotApplicable(f"role_call: in the profile names {identifier}, which the spec or the target does not have")
    return context.model.operations[identifier]


def _give_and_take(context: Context, call: RoleCall, operation: Operation) -> None:
    subject, person = context.fresh(), context.person(call.person)
    allowed = [_find_operation(context, name) for name in call.lets]
    take_operation = _find_operation(context, call.take_operation) if call.take_operation else operation
    for protected in allowed:
        before = call_operation(context, subject, call.person, protected)
        assume(not before.ok, f"{call.person} may do it without the role: {before.summary}")
    for _ in range(ROUNDS):
        _change_role(context, subject, operation, person, call.give)
        _require_all_allowed(context, subject, call.person, allowed)
        _change_role(context, subject, take_operation, person, call.take)
        _require_all_rejected(context, subject, call.person, allowed)


def _change_role(context: Context, subject: Item, operation: Operation, person: Client, body: dict[str, Any]) -> None:
    steps = address(context, subject, operation).split("/")
    path = "/".join(step(person.id) if part.startswith("{") else part for part in steps)
    payload = encode(_insert_person(body, person.id), operation.encoding) if body else None
    answer = context.owner.send(operation.method, path, payload)
    assume(answer.ok, f"the role was not changed: {answer.summary}")


def _insert_person(body: Any, person: Identifier) -> Any:
    """Replace `{person}` by the person's id, wherever it stands in a body."""
    if isinstance(body, dict):
        return {name: _insert_person(value, person) for name, value in body.items()}
    if isinstance(body, list):
        return [_insert_person(value, person) for value in body]
    return person if body == "{person}" else body


def _require_all_allowed(context: Context, subject: Item, name: str, operations: list[Operation]) -> None:
    for operation in operations:
        answer = call_operation(context, subject, name, operation)
        if not answer.ok:
            raise Broken(f"{answer.request.line} is allowed as soon as the role is given", answer.summary)


def _require_all_rejected(context: Context, subject: Item, name: str, operations: list[Operation]) -> None:
    for operation in operations:
        answer = call_operation(context, subject, name, operation)
        if answer.ok:
            raise Broken(f"{answer.request.line} is rejected as soon as the role is taken", answer.summary)

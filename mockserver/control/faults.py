"""POST /__mock__/faults: check a requested fault against what the mock can do and what it serves."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Final, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType

from mockserver.errors import BadCredentials, Invalid, Problem
from mockserver.operations.dispatcher import Dispatcher
from mockserver.operations.faults import ANONYMOUS, Fault
from specdouble.suggest import did_you_mean

_LONGEST: Final = 80
"""How many characters of an unknown name a message repeats."""

_SEND_A_TOKEN: Final = f"Send the token of a person, or {ANONYMOUS}."


def _whole_number(least: int, most: int) -> Meta:
    return Meta(ge=least, le=most, description=f"Send a whole number from {least} to {most}.")


class FaultRequest(msgspec.Struct, kw_only=True):
    """The body of the request; each description says what to send where a value is of no use."""

    status: Annotated[int, _whole_number(400, 599)] | UnsetType = UNSET
    retry_after: Annotated[int, _whole_number(0, 1_000_000)] | UnsetType = UNSET
    body: Annotated[str, Meta(description="Send a text. It becomes the body of the response, as HTML.")] | UnsetType = (
        UNSET
    )
    # A minute is longer than the timeout of most clients.
    delay_ms: Annotated[int, _whole_number(1, 60_000)] | UnsetType = UNSET
    broken: Annotated[bool, Meta(description="Send true.")] | UnsetType = UNSET
    operation: Annotated[str, Meta(description="Send the operationId of an operation.")] | UnsetType = UNSET
    person: Annotated[str, Meta(description=_SEND_A_TOKEN)] | UnsetType = UNSET
    times: Annotated[int, _whole_number(1, 1_000_000)] | UnsetType = UNSET


_FIELDS: Final[Mapping[str, Any]] = {
    field.name: get_args(field.type)[0] for field in msgspec.structs.fields(FaultRequest)
}
"""Name → annotated type."""


def inject(dispatcher: Dispatcher, body: Mapping[str, Any]) -> Fault:
    """Inject the fault that a body describes; raises Invalid with everything that is wrong with it."""
    problems = [*_wrong_values(body), *_contradictions(body)]
    values = dict(body)
    if not problems:
        problems += _unknown_operation(dispatcher, values)
        problems += _resolve_person(dispatcher, values)
    if problems:
        raise Invalid(problems)
    return dispatcher.faults.add(**values)


def _wrong_values(body: Mapping[str, Any]) -> Iterator[Problem]:
    # Converted field by field: the whole struct would stop at the first wrong value.
    for name, value in body.items():
        if name not in _FIELDS:
            yield Problem(name[:_LONGEST], "unknown", f"A fault has {', '.join(_FIELDS)}.")
            continue
        try:
            valid = msgspec.convert(value, _FIELDS[name]) is not False
        except msgspec.ValidationError:
            valid = False
        if not valid:
            yield Problem(name, "invalid", get_args(_FIELDS[name])[1].description)


def _contradictions(body: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield what asks for no fault at all, or for two that exclude each other."""
    if not body.keys() & {"status", "delay_ms", "broken"}:
        text = "Say what goes wrong: send a status, a delay_ms, or broken."
        yield Problem(None, "required", text)
        return
    if "broken" in body and "status" in body:
        yield Problem("status", "invalid", "A broken connection has no status. Send one of the two.")
        return
    for name in ("retry_after", "body"):
        if name in body and "status" not in body:
            yield Problem(name, "invalid", "This belongs to a status. Send a status too.")


def _unknown_operation(dispatcher: Dispatcher, values: Mapping[str, Any]) -> Iterator[Problem]:
    operations = [endpoint.operation.id for endpoint in dispatcher.endpoints.values()]
    name = values.get("operation")
    if name is not None and name not in operations:
        hint = did_you_mean(name[:_LONGEST], operations, "/openapi.json lists the operations by operationId.")
        yield Problem("operation", "does_not_exist", f'There is no operation "{name[:_LONGEST]}". {hint}')


def _resolve_person(dispatcher: Dispatcher, values: dict[str, Any]) -> Iterator[Problem]:
    """Replace the token of a person by the name under which the mock knows them."""
    token = values.get("person")
    if token is None or token == ANONYMOUS:
        return
    try:
        actor = dispatcher.person_of(token)
    except BadCredentials as error:
        yield Problem("person", "does_not_exist", f"{error} {_SEND_A_TOKEN}")
        return
    if actor is None:
        yield Problem("person", "does_not_exist", _SEND_A_TOKEN)
    else:
        values["person"] = actor.name

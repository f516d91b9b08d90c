"""What somebody asks to go wrong: POST /__mock__/faults, read and held against what there is."""

from collections.abc import Callable, Collection, Mapping
from difflib import get_close_matches
from typing import Any, Final

from mockserver.errors import BadCredentials, Invalid, Problem
from mockserver.operations.dispatcher import Dispatcher
from mockserver.operations.faults import ANONYMOUS, Fault

Check = Callable[[Any], bool]

_LONGEST: Final = 80
_SOMEBODY: Final = f"Send the token of somebody, or {ANONYMOUS}."


def _whole(least: int, most: int) -> tuple[Check, str]:
    def holds(value: Any) -> bool:
        return type(value) is int and least <= value <= most

    return holds, f"Send a whole number from {least} to {most}."


_KINDS: Final[Mapping[str, tuple[Check, str]]] = {
    "status": _whole(400, 599),
    "retry_after": _whole(0, 1_000_000),
    "body": (lambda value: isinstance(value, str), "Send a text; it is answered as HTML."),
    "delay_ms": _whole(1, 60_000),
    "broken": (lambda value: value is True, "Send true."),
    "operation": (lambda value: isinstance(value, str), "Send the operationId of an operation."),
    "person": (lambda value: isinstance(value, str), _SOMEBODY),
    "times": _whole(1, 1_000_000),
}
"""Name → what its value has to be, and what to say where it is something else."""


def inject(api: Dispatcher, wanted: Mapping[str, Any]) -> Fault:
    """Let go wrong what is wanted; raises Invalid with everything that is wrong with it."""
    problems = [*_misread(wanted), *_at_odds(wanted)]
    asked = dict(wanted)
    if not problems:
        problems += _unknown_operation(api, asked)
        problems += _unknown_person(api, asked)
    if problems:
        raise Invalid(problems)
    return api.faults.add(**asked)


def _misread(wanted: Mapping[str, Any]) -> list[Problem]:
    problems: list[Problem] = []
    for name, value in wanted.items():
        if name not in _KINDS:
            problems.append(Problem(name[:_LONGEST], "unknown", f"A fault has {', '.join(_KINDS)}."))
        elif not _KINDS[name][0](value):
            problems.append(Problem(name, "invalid", _KINDS[name][1]))
    return problems


def _at_odds(wanted: Mapping[str, Any]) -> list[Problem]:
    """Tell what says nothing, or not together."""
    if not wanted.keys() & {"status", "delay_ms", "broken"}:
        return [
            Problem(None, "required", "Say what goes wrong: a status, a delay_ms, or that the connection is broken.")
        ]
    if "broken" in wanted and "status" in wanted:
        return [Problem("status", "invalid", "A connection that is broken brings no status; leave one of the two out.")]
    lost = [name for name in ("retry_after", "body") if name in wanted and "status" not in wanted]
    return [Problem(name, "invalid", "Send a status beside it, which it belongs to.") for name in lost]


def _unknown_operation(api: Dispatcher, asked: Mapping[str, Any]) -> list[Problem]:
    known = [endpoint.operation.id for endpoint in api.endpoints.values()]
    name = asked.get("operation")
    if name is None or name in known:
        return []
    said = f'There is no operation "{name[:_LONGEST]}"{_meant(name, known)}'
    return [Problem("operation", "does_not_exist", said)]


def _meant(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f", did you mean {near[0]}?" if near else "; /openapi.json has them all, by operationId."


def _unknown_person(api: Dispatcher, asked: dict[str, Any]) -> list[Problem]:
    """Put the name of a person in the place of the token, by which people are known to callers."""
    token = asked.get("person")
    if token is None or token == ANONYMOUS:
        return []
    try:
        actor = api.known(token)
    except BadCredentials as error:
        return [Problem("person", "does_not_exist", f"{error} {_SOMEBODY}")]
    if actor is None:
        return [Problem("person", "does_not_exist", _SOMEBODY)]
    asked["person"] = actor.name
    return []

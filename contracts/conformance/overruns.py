"""Responses to the engine that exceed a limit: one finding per operation, and no more requests after a while."""

from typing import Any, NoReturn

from hypothesis.errors import UnsatisfiedAssumption
from schemathesis.engine import events

from contracts.client.overruns import Overrun
from contracts.client.responses import IncompleteResponse, NotTried
from contracts.client.target import Target
from contracts.conformance.compat import BudgetExpired
from contracts.conformance.replay import Replay
from contracts.openapi.description import Model
from contracts.results.findings import Finding

CODE = "incomplete_response"


def skip_abandoned_operation(target: Target, case: Any) -> None:
    """Skip a case of an operation whose responses exceeded the limits too often."""
    overruns = target.gate.overruns
    if overruns.by_operation and overruns.rejection(case.method.upper(), case.path):
        _skip(case)


def _skip(case: Any) -> NoReturn:
    """Make the engine go on with the next step of a story, or with the next operation."""
    if case.meta is not None and case.meta.phase.name.value == "stateful":
        raise UnsatisfiedAssumption
    raise BudgetExpired


def is_of_a_limit(event: events.NonFatalError | events.FatalError) -> bool:
    """Whether the engine reports an incomplete response, which the transport has noted already."""
    return isinstance(event, events.NonFatalError) and isinstance(event.value, IncompleteResponse | NotTried)


def finding_of(overrun: Overrun, replay: Replay, model: Model, seed: int) -> Finding:
    """Return the finding for an operation whose responses exceed a limit."""
    again = overrun.times - 1
    pointers = (operation.pointer for operation in model.operations.values() if operation.label == overrun.operation)
    return Finding(
        code=CODE,
        title="Incomplete response",
        operation=overrun.operation,
        subject="limits",
        expected=overrun.expected,
        got=overrun.exceeded,
        severity="high",
        seed=seed,
        curl=replay.lines(overrun.example) if overrun.example is not None else (),
        came_back=again,
        tries=again + overrun.complete if again else 0,
        pointer=next(pointers, ""),
        promise="Every response comes to an end, within the limits of time, size and nesting",
        lane="A",
    )

"""What the engine meets of responses that exceed a limit: a finding for each operation, and an end of trying it."""

from typing import Any, NoReturn

from hypothesis.errors import UnsatisfiedAssumption
from schemathesis.engine import events
from schemathesis.engine.run.unit._case import BudgetExpired

from contracts.client.overruns import Overrun
from contracts.client.responses import IncompleteResponse, NotTried
from contracts.client.target import Target
from contracts.conformance.replay import Replay
from contracts.openapi.description import Model
from contracts.results.findings import Finding

CODE = "incomplete_response"


def leave_out_what_is_not_tried(target: Target, case: Any) -> None:
    """Send no case of an operation whose responses exceeded the limits too often."""
    overruns = target.gate.overruns
    if overruns.found and overruns.refusal(case.method.upper(), case.path):
        _leave_out(case)


def _leave_out(case: Any) -> NoReturn:
    """Let the engine go on with something else: the next step of a story, or the next operation."""
    if case.meta is not None and case.meta.phase.name.value == "stateful":
        raise UnsatisfiedAssumption
    # By this the engine itself ends an operation whose share of the time is spent, and keeps what it has found.
    raise BudgetExpired


def is_of_a_limit(event: events.NonFatalError | events.FatalError) -> bool:
    """Whether the engine tells of an incomplete response, which is known from where it was read."""
    return isinstance(event, events.NonFatalError) and isinstance(event.value, IncompleteResponse | NotTried)


def finding_of(overrun: Overrun, replay: Replay, model: Model, seed: int) -> Finding:
    """An operation whose responses exceed a limit, as a finding."""
    again = overrun.times - 1
    operations = model.operations.values()
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
        pointer=next((each.pointer for each in operations if each.label == overrun.operation), ""),
        promise="Every response comes to an end, within the limits of time, size and nesting",
        lane="A",
    )

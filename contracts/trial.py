"""Runs one trial: alone or with drawn values, cleans up after each, and confirms what broke."""

from dataclasses import dataclass
from typing import Any

from contracts.exchange import Tape
from contracts.findings import CONFIRMATIONS
from contracts.law import Context, Trial
from contracts.verdict import Broken, Inconclusive, NotApplicable, Verdict

UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)


@dataclass(frozen=True)
class Outcome:
    """How a trial ended."""

    trial: Trial
    verdict: Verdict
    why: str = ""
    broken: Broken | None = None
    tape: Tape | None = None
    came_back: int = 0


def run(context: Context, trial: Trial) -> Outcome:
    """Try it; a failure is tried again on fresh resources before it is told."""
    try:
        failure = _first_failure(context, trial)
    except NotApplicable as reason:
        return Outcome(trial, Verdict.NA, str(reason))
    except Inconclusive as reason:
        return Outcome(trial, Verdict.NEVER, str(reason))
    return _confirmed(context, trial, failure) if failure else Outcome(trial, Verdict.HELD)


@dataclass(frozen=True)
class _Failure:
    arguments: tuple[Any, ...]
    broken: Broken
    tape: Tape


def _first_failure(context: Context, trial: Trial) -> _Failure | None:
    if trial.values is None:
        return _attempt(context, trial, ())
    from contracts.drawing import smallest_failure

    return smallest_failure(lambda value: _attempt(context, trial, (value,)), trial.values(), context.effort)


def _attempt(context: Context, trial: Trial, arguments: tuple[Any, ...]) -> _Failure | None:
    tape = context.target.fresh_tape()
    try:
        trial.attempt(*arguments)
    except Broken as broken:
        return _Failure(arguments, broken, tape)
    except UNREADABLE as error:
        return _Failure(arguments, _unreadable(error, tape), tape)
    finally:
        context.factory.clean_up()
    return None


def _unreadable(error: Exception, tape: Tape) -> Broken:
    """An answer so odd that a check stumbled over it."""
    last = tape.answers[-1].summary if tape.answers else "nothing"
    return Broken(f"an answer in the documented shape ({type(error).__name__}: {error})", last)


def _confirmed(context: Context, trial: Trial, failure: _Failure) -> Outcome:
    came_back = 0
    for _ in range(CONFIRMATIONS):
        again = _again(context, trial, failure.arguments)
        came_back += again is not None
        failure = again or failure
    return Outcome(trial, Verdict.BROKEN, str(failure.broken), failure.broken, failure.tape, came_back)


def _again(context: Context, trial: Trial, arguments: tuple[Any, ...]) -> _Failure | None:
    try:
        return _attempt(context, trial, arguments)
    except (Inconclusive, NotApplicable):
        return None

"""Run one trial: try its values, clean up, minimize a failure, and confirm it."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from traceback import walk_tb
from typing import Any

from contracts.checks.context import Context
from contracts.checks.registration import Trial
from contracts.checks.rejected_fields import learn
from contracts.generation.minimize import Parts, fewest
from contracts.messages.bodies import File
from contracts.messages.curl import Tape
from contracts.messages.exchange import Json
from contracts.results.findings import CONFIRMATIONS
from contracts.results.verdict import Broken, Inconclusive, Lacking, NotApplicable, Verdict

UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)
"""The errors of a check that reads an answer of an unexpected shape."""
_FILE = "file in base64"
SPARING_BUDGET = 24
"""Attempts to spend on a smaller body; each one is several requests."""


@dataclass(frozen=True)
class Recipe:
    """How to repeat an attempt: the drawn values, and the parts to leave out of its bodies."""

    arguments: tuple[Any, ...] = ()
    left_out: frozenset[str] = frozenset()

    def to_dict(self) -> Json | None:
        """Return the recipe as JSON can hold it, or None if JSON cannot."""
        content = {"arguments": [_encode(value) for value in self.arguments], "left_out": sorted(self.left_out)}
        try:
            is_same = Recipe.from_dict(json.loads(json.dumps(content))) == self
        except (TypeError, ValueError):
            return None
        return content if is_same else None

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "Recipe":
        """Return the recipe that `to_dict` has written."""
        return cls(tuple(_decode(value) for value in content["arguments"]), frozenset(content["left_out"]))


def _encode(value: Any) -> Any:
    if not isinstance(value, File):
        return value
    return {_FILE: [value.filename, value.content_type, base64.b64encode(value.content).decode()]}


def _decode(value: Any) -> Any:
    if not isinstance(value, dict) or _FILE not in value:
        return value
    filename, content_type, content = value[_FILE]
    return File(filename, content_type, base64.b64decode(content))


@dataclass(frozen=True)
class Outcome:
    """The outcome of a trial."""

    trial: Trial
    verdict: Verdict
    why: str = ""
    broken: Broken | None = None
    tape: Tape | None = None
    came_back: int = 0
    recipe: Recipe = Recipe()
    lacking: bool = False
    """Whether it does not apply because the checker lacks something."""
    tries: int = CONFIRMATIONS


def run(context: Context, trial: Trial) -> Outcome:
    """Run a trial. A failure is minimized, and confirmed on fresh items before it is reported."""
    try:
        failure = _first_failure_of_accepted_fields(context, trial)
    except NotApplicable as reason:
        return Outcome(trial, Verdict.NA, str(reason), lacking=isinstance(reason, Lacking))
    except Inconclusive as reason:
        return Outcome(trial, Verdict.NEVER, str(reason))
    if failure:
        return _confirm(context, trial, _minimize(context, trial, failure))
    without = [f"without {name}, which is rejected ({why})" for name, why in context.left_out.items()]
    return Outcome(trial, Verdict.HELD, "; ".join(without))


def _first_failure_of_accepted_fields(context: Context, trial: Trial) -> "_Failure | None":
    """Try it. If it does not get far enough, try it once more without the fields that the target always rejects."""
    context.left_out = {}
    try:
        return _first_failure(context, trial)
    except Inconclusive:
        if context.effort.enough() or context.target.gate.closed or not learn(context):
            raise
    return _first_failure(context, trial)


def run_again(context: Context, trial: Trial, recipe: Recipe) -> Outcome:
    """Repeat a failure as often as findings are confirmed; the trial holds if it never comes back."""
    attempts = [_repeat(context, trial, recipe) for _ in range(CONFIRMATIONS)]
    failures = [failure for failure in attempts if failure is not None]
    return _broken(trial, failures[-1], len(failures)) if failures else Outcome(trial, Verdict.HELD)


@dataclass(frozen=True)
class _Failure:
    recipe: Recipe
    parts: Parts
    broken: Broken
    tape: Tape
    place: tuple[tuple[str, int], ...]
    """File and line of each call in the check that led to the failure."""

    @property
    def kind(self) -> tuple[object, ...]:
        """The same for failures of the same requirement, whatever values showed them."""
        last_status = self.tape.answers[-1].status if self.tape.answers else None
        return self.place, self.broken.rules, last_status


def _first_failure(context: Context, trial: Trial) -> _Failure | None:
    if trial.values is None:
        return _attempt_in_time(context, trial, Recipe())
    from contracts.generation.search import smallest_failure

    def judge(value: Any) -> _Failure | None:
        return _attempt_in_time(context, trial, Recipe((value,)))

    return smallest_failure(judge, trial.values(), context.effort)


def _attempt_in_time(context: Context, trial: Trial, recipe: Recipe) -> _Failure | None:
    if context.effort.enough():
        raise Inconclusive("the time was over before it could be tried")
    return _attempt(context, trial, recipe)


def _attempt(context: Context, trial: Trial, recipe: Recipe) -> _Failure | None:
    tape = context.target.fresh_tape()
    context.parts = Parts(recipe.left_out)
    try:
        trial.attempt(*recipe.arguments)
    except Broken as broken:
        return _Failure(recipe, context.parts, broken, tape, _place_of(broken))
    except UNREADABLE as error:
        return _Failure(recipe, context.parts, _unreadable(error, tape), tape, _place_of(error))
    finally:
        context.factory.clean_up()
    return None


def _place_of(error: Exception) -> tuple[tuple[str, int], ...]:
    return tuple((frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__))


def _unreadable(error: Exception, tape: Tape) -> Broken:
    """Describe an answer of a shape that the check could not read."""
    last = tape.answers[-1].summary if tape.answers else "nothing"
    return Broken(f"an answer in the documented shape ({type(error).__name__}: {error})", last)


def _minimize(context: Context, trial: Trial, failure: _Failure) -> _Failure:
    """Return the same failure with as few parts in its bodies as possible."""

    def without(left_out: frozenset[str]) -> _Failure | None:
        smaller = _repeat(context, trial, Recipe(failure.recipe.arguments, left_out))
        return smaller if smaller is not None and smaller.kind == failure.kind else None

    _, smallest = fewest(failure.parts.names, without, SPARING_BUDGET)
    return smallest or failure


def _confirm(context: Context, trial: Trial, failure: _Failure) -> Outcome:
    overruns = context.target.gate.overruns
    came_back = tries = 0
    for _ in range(CONFIRMATIONS):
        rejected = overruns.rejected
        again = _repeat(context, trial, failure.recipe)
        if again is None and (_may_be_unsent(context) or overruns.rejected > rejected):
            break
        tries += 1
        came_back += again is not None
        failure = again or failure
    return replace(_broken(trial, failure, came_back), tries=tries)


def _may_be_unsent(context: Context) -> bool:
    """Return whether a failure may not have come back because its requests were not sent."""
    return context.effort.enough() or bool(context.target.gate.closed)


def _broken(trial: Trial, failure: _Failure, came_back: int) -> Outcome:
    broken = failure.broken
    return Outcome(trial, Verdict.BROKEN, str(broken), broken, failure.tape, came_back, failure.recipe)


def _repeat(context: Context, trial: Trial, recipe: Recipe) -> _Failure | None:
    try:
        return _attempt(context, trial, recipe)
    except (Inconclusive, NotApplicable):
        return None

"""Runs one trial: alone or with drawn values, cleans up after each, makes what broke small, and confirms it."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from contracts.checks.context import Context
from contracts.checks.refused_fields import learn
from contracts.checks.registration import Trial
from contracts.generation.minimize import Parts, fewest
from contracts.messages.bodies import File
from contracts.messages.curl import Tape
from contracts.messages.exchange import Json
from contracts.results.findings import CONFIRMATIONS
from contracts.results.verdict import Broken, Inconclusive, Lacking, NotApplicable, Verdict

UNREADABLE = (LookupError, TypeError, ValueError, AttributeError)
_FILE = "file in base64"
SPARING_BUDGET = 24
"""Attempts that may be spent on a smaller body; each is several requests."""


@dataclass(frozen=True)
class Recipe:
    """What makes an attempt the same again: the values that were drawn, and the parts that were left out."""

    arguments: tuple[Any, ...] = ()
    left_out: frozenset[str] = frozenset()

    def to_dict(self) -> Json | None:
        """As JSON can hold it; None where it cannot."""
        told = {"arguments": [_told(each) for each in self.arguments], "left_out": sorted(self.left_out)}
        try:
            same = Recipe.from_dict(json.loads(json.dumps(told))) == self
        except (TypeError, ValueError):
            return None
        return told if same else None

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> "Recipe":
        """What `to_dict` gave."""
        return cls(tuple(_untold(each) for each in told["arguments"]), frozenset(told["left_out"]))


def _told(value: Any) -> Any:
    if not isinstance(value, File):
        return value
    return {_FILE: [value.filename, value.content_type, base64.b64encode(value.content).decode()]}


def _untold(value: Any) -> Any:
    if not isinstance(value, dict) or _FILE not in value:
        return value
    filename, content_type, content = value[_FILE]
    return File(filename, content_type, base64.b64decode(content))


@dataclass(frozen=True)
class Outcome:
    """How a trial ended."""

    trial: Trial
    verdict: Verdict
    why: str = ""
    broken: Broken | None = None
    tape: Tape | None = None
    came_back: int = 0
    recipe: Recipe = Recipe()
    lacking: bool = False
    """Whether it does not apply for something that the checker lacks."""
    tries: int = CONFIRMATIONS


def run(context: Context, trial: Trial) -> Outcome:
    """Try it; a failure is made small, and tried again on fresh resources before it is told."""
    try:
        failure = _failure_of_what_is_taken(context, trial)
    except NotApplicable as reason:
        return Outcome(trial, Verdict.NA, str(reason), lacking=isinstance(reason, Lacking))
    except Inconclusive as reason:
        return Outcome(trial, Verdict.NEVER, str(reason))
    if failure:
        return _confirmed(context, trial, _spared(context, trial, failure))
    without = [f"without {name}, which is refused ({why})" for name, why in context.left_out.items()]
    return Outcome(trial, Verdict.HELD, "; ".join(without))


def _failure_of_what_is_taken(context: Context, trial: Trial) -> "_Failure | None":
    """Try it; where it came to nothing, once more without the fields that the target refuses whatever is sent."""
    context.left_out = {}
    try:
        return _first_failure(context, trial)
    except Inconclusive:
        if context.effort.enough() or context.target.gate.closed or not learn(context):
            raise
    return _first_failure(context, trial)


def run_again(context: Context, trial: Trial, recipe: Recipe) -> Outcome:
    """Try what broke before, as often as findings are confirmed; it holds if it does not come back at all."""
    failures = [_again(context, trial, recipe) for _ in range(CONFIRMATIONS)]
    seen = [each for each in failures if each is not None]
    return _broken(trial, seen[-1], len(seen)) if seen else Outcome(trial, Verdict.HELD)


@dataclass(frozen=True)
class _Failure:
    recipe: Recipe
    parts: Parts
    broken: Broken
    tape: Tape

    @property
    def way(self) -> tuple[object, ...]:
        """In which way it broke, without the values that showed it."""
        promise = re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "", self.broken.expected.partition(":")[0])
        return promise, self.broken.rules, self.tape.answers[-1].status if self.tape.answers else None


def _first_failure(context: Context, trial: Trial) -> _Failure | None:
    if trial.values is None:
        return _in_time(context, trial, Recipe())
    from contracts.generation.search import smallest_failure

    def judge(value: Any) -> _Failure | None:
        return _in_time(context, trial, Recipe((value,)))

    return smallest_failure(judge, trial.values(), context.effort)


def _in_time(context: Context, trial: Trial, recipe: Recipe) -> _Failure | None:
    if context.effort.enough():
        raise Inconclusive("the time was over before it could be tried")
    return _attempt(context, trial, recipe)


def _attempt(context: Context, trial: Trial, recipe: Recipe) -> _Failure | None:
    tape = context.target.fresh_tape()
    context.parts = Parts(recipe.left_out)
    try:
        trial.attempt(*recipe.arguments)
    except Broken as broken:
        return _Failure(recipe, context.parts, broken, tape)
    except UNREADABLE as error:
        return _Failure(recipe, context.parts, _unreadable(error, tape), tape)
    finally:
        context.factory.clean_up()
    return None


def _unreadable(error: Exception, tape: Tape) -> Broken:
    """An answer so odd that a check stumbled over it."""
    last = tape.answers[-1].summary if tape.answers else "nothing"
    return Broken(f"an answer in the documented shape ({type(error).__name__}: {error})", last)


def _spared(context: Context, trial: Trial, failure: _Failure) -> _Failure:
    """The same failure with as few parts in its bodies as show it."""

    def without(left_out: frozenset[str]) -> _Failure | None:
        found = _again(context, trial, Recipe(failure.recipe.arguments, left_out))
        return found if found is not None and found.way == failure.way else None

    _, smallest = fewest(failure.parts.asked, without, SPARING_BUDGET)
    return smallest or failure


def _confirmed(context: Context, trial: Trial, failure: _Failure) -> Outcome:
    came_back = tries = 0
    for _ in range(CONFIRMATIONS):
        refused = context.target.gate.overruns.rejected
        again = _again(context, trial, failure.recipe)
        if again is None and (_is_over(context) or context.target.gate.overruns.rejected > refused):
            break
        tries += 1
        came_back += again is not None
        failure = again or failure
    return replace(_broken(trial, failure, came_back), tries=tries)


def _is_over(context: Context) -> bool:
    """Whether what did not come back may just not have been sent any more."""
    return context.effort.enough() or bool(context.target.gate.closed)


def _broken(trial: Trial, failure: _Failure, came_back: int) -> Outcome:
    broken = failure.broken
    return Outcome(trial, Verdict.BROKEN, str(broken), broken, failure.tape, came_back, failure.recipe)


def _again(context: Context, trial: Trial, recipe: Recipe) -> _Failure | None:
    try:
        return _attempt(context, trial, recipe)
    except (Inconclusive, NotApplicable):
        return None

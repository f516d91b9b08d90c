"""Draws values with Hypothesis until one fails, and makes that one small; the module that runs Hypothesis."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, given, reject, seed, settings
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.strategies import SearchStrategy

from contracts.generation.effort import Effort
from contracts.results.verdict import Inconclusive

SHRINK_BUDGET = 40
"""Runs after the first failure that may be spent on a smaller example; each is several requests."""

Failure = TypeVar("Failure")


class _Fails(Exception):
    """Tells Hypothesis that a value failed."""


def smallest_failure(
    judge: Callable[[Any], Failure | None], values: SearchStrategy[Any], effort: Effort
) -> Failure | None:
    """The failure of the smallest failing value, None if all pass; Inconclusive if no value could be judged."""
    search: _Search[Failure] = _Search(judge, patience=2 * effort.max_examples)
    test = settings(
        max_examples=effort.max_examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        verbosity=Verbosity.quiet,
    )(given(values)(search.try_value))
    try:
        seed(effort.seed)(test)()
    except (_Fails, Flaky):
        # Flaky: it failed and then passed. Confirmation, not Hypothesis, tells how often it comes back.
        return search.smallest
    except Unsatisfiable as error:
        raise Inconclusive(search.why or "no value could be judged") from error
    if not search.judged:
        raise Inconclusive(search.why or "no value could be judged")
    return None


class _Search(Generic[Failure]):
    """What is remembered while Hypothesis looks for a failure and shrinks it."""

    def __init__(self, judge: Callable[[Any], Failure | None], patience: int) -> None:
        self._judge = judge
        self._patience = patience
        self._left = SHRINK_BUDGET
        self.smallest: Failure | None = None
        self.judged = 0
        self.why = ""

    def try_value(self, value: Any) -> None:
        """Judge one value; a value that cannot be judged does not count."""
        if self.smallest is not None:
            self._left -= 1
        if self._left < 0 or self._patience < 0:
            return
        failure = self._judged(value)
        if failure is not None:
            self.smallest = failure
            raise _Fails

    def _judged(self, value: Any) -> Failure | None:
        try:
            failure = self._judge(value)
        except Inconclusive as reason:
            self.why = str(reason)
            self._patience -= 1
            reject()
        self.judged += 1
        return failure

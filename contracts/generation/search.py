"""The search for a small value that fails a trial; this module runs Hypothesis."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from hypothesis import HealthCheck, Phase, Verbosity, given, reject, seed, settings
from hypothesis.errors import Flaky, Unsatisfiable
from hypothesis.strategies import SearchStrategy

from contracts.generation.effort import Effort
from contracts.results.verdict import Inconclusive

SHRINK_BUDGET = 40
"""The number of runs after the first failure that search for a smaller example; each sends several requests."""

Failure = TypeVar("Failure")


class _Fails(Exception):
    """The signal to Hypothesis that a value failed."""


def smallest_failure(
    judge: Callable[[Any], Failure | None], values: SearchStrategy[Any], effort: Effort
) -> Failure | None:
    """Return the failure of the smallest failing value, or None if all values pass.

    Raise Inconclusive if no value could be judged.
    """
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
        # Flaky: it failed and then passed. The confirmation counts how often it fails again, not Hypothesis.
        return search.smallest
    except Unsatisfiable as error:
        raise Inconclusive(search.why or "no value could be judged") from error
    if not search.judged:
        raise Inconclusive(search.why or "no value could be judged")
    return None


class _Search(Generic[Failure]):
    """The state of a search, while Hypothesis draws values and shrinks the failing one."""

    def __init__(self, judge: Callable[[Any], Failure | None], patience: int) -> None:
        self._judge = judge
        self._patience = patience
        self._left = SHRINK_BUDGET
        self.smallest: Failure | None = None
        self.judged = 0
        self.why = ""

    def try_value(self, value: Any) -> None:
        """Judge a value; one that cannot be judged does not count."""
        if self.smallest is not None:
            self._left -= 1
        if self._left < 0 or self._patience < 0:
            return
        failure = self._judge_counted(value)
        if failure is not None:
            self.smallest = failure
            raise _Fails

    def _judge_counted(self, value: Any) -> Failure | None:
        try:
            failure = self._judge(value)
        except Inconclusive as reason:
            self.why = str(reason)
            self._patience -= 1
            reject()
        self.judged += 1
        return failure

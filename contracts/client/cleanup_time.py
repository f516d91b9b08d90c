"""Limits how long a cleanup may take: a few seconds once the run was stopped, and never without end."""

import time
from collections.abc import Callable

from contracts.client.limits import Halt
from contracts.errors import TargetDown

CLEANUP_SECONDS = 5.0
"""Default of --cleanup-timeout."""
RESPONSES_AWAITED = 10
"""A cleanup waits at most as long as this many responses may take, if the run was not stopped."""


class CleanupOver(TargetDown):
    """The time for cleaning up is over; the rest stays in the ledger."""


class CleanupTime:
    """The time that the cleanups of a run have."""

    def __init__(
        self, halt: Halt, after_a_stop: float, at_most: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._halt = halt
        self._after_a_stop = after_a_stop
        self._at_most = at_most
        self._clock = clock
        self._deadline: float | None = None
        self._waited = 0.0

    def begin(self) -> None:
        """Start a cleanup; all cleanups after a stop share one deadline."""
        self._waited = 0.0

    def spend(self, seconds: float) -> None:
        """Note how long a response took."""
        self._waited += seconds

    @property
    def left(self) -> float:
        """The seconds for the next response; raises CleanupOver if none are left."""
        if not self._halt.why:
            seconds = self._at_most - self._waited
            return _require_positive(seconds, f"it waited {self._at_most:g} s for responses of the target")
        if self._deadline is None:
            self._deadline = self._clock() + self._after_a_stop
        return _require_positive(self._deadline - self._clock(), f"it had {self._after_a_stop:g} s (--cleanup-timeout)")


def _require_positive(seconds: float, why: str) -> float:
    if seconds <= 0:
        raise CleanupOver(f"the cleanup did not finish: {why}.")
    return seconds

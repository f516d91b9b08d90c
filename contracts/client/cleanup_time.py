"""How long cleaning up may take: a moment once somebody has asked for the end, and never without an end."""

import time
from collections.abc import Callable

from contracts.client.limits import Halt
from contracts.errors import TargetDown

CLEANUP_SECONDS = 5.0
RESPONSES_AWAITED = 10
"""A clean-up waits for responses as long as this many that are just in time, if nobody has asked for the end."""


class CleanupOver(TargetDown):
    """The time for cleaning up is over; what is left stays in the ledger."""


class CleanupTime:
    """The time that clean-ups of a run have."""

    def __init__(
        self, halt: Halt, after_a_stop: float, at_most: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._halt = halt
        self._after_a_stop = after_a_stop
        self._at_most = at_most
        self._clock = clock
        self._over: float | None = None
        self._waited = 0.0

    def begin(self) -> None:
        """Note that a clean-up begins; all that come after a stop have its time together."""
        self._waited = 0.0

    def spend(self, seconds: float) -> None:
        """Note how long a response took."""
        self._waited += seconds

    @property
    def left(self) -> float:
        """Seconds for the next response; CleanupOver where there are none."""
        if not self._halt.why:
            return self._positive(self._at_most - self._waited, f"the target let it wait for {self._at_most:g} s")
        if self._over is None:
            self._over = self._clock() + self._after_a_stop
        return self._positive(self._over - self._clock(), f"it had {self._after_a_stop:g} s (--cleanup-timeout)")

    @staticmethod
    def _positive(seconds: float, why: str) -> float:
        if seconds <= 0:
            raise CleanupOver(f"the clean-up was not completed: {why}.")
        return seconds

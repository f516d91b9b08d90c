"""Limits the load on a target: a rate, a number of requests, and an end where it only fails."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from contracts.client.calls import Calls
from contracts.errors import TargetDown
from contracts.results.verdict import Inconclusive

BREAK_AFTER = 10
"""Failures in a row (5xx or no response) after which a probe checks whether the target works at all."""
LONGEST_WAIT = 120
"""Seconds that a Retry-After may ask for."""
SHORTEST_WAIT = 0.2
WAITS = 5
"""Waits in a row after which the run gives up."""
DEFAULT_WAIT = 1
"""Seconds to wait where no valid Retry-After says how long."""

STOPPED = "The run was stopped on request: run it again for the rest."


class Spent(Inconclusive):
    """The run has sent as many requests as it may."""


class Halted(Inconclusive):
    """The run was stopped on request."""


@dataclass
class Halt:
    """A switch that stops a run from outside; it interrupts the requests on their way, but not the cleanup."""

    why: str = ""
    """Why nothing more is sent, empty while the run goes on."""
    calls: Calls = field(default_factory=Calls, repr=False, compare=False)
    """The requests that are on their way."""
    _stopped: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

    def stop(self) -> None:
        """Stop the run."""
        self.why = self.why or STOPPED
        self._stopped.set()
        self.calls.end_all()

    def require_running(self, cleaning: bool) -> None:
        """Raise Halted if the run was stopped, except for requests that clean up."""
        if self.why and not cleaning:
            raise Halted(self.why)

    def wait(self, seconds: float) -> None:
        """Wait for some seconds, or until the run is stopped."""
        self._stopped.wait(seconds)


class Bucket:
    """A token bucket: some requests a second, and after a pause as many at once as one second holds."""

    def __init__(
        self, rate: float, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._rate = rate
        self._clock = clock
        self._sleep = sleep
        self._tokens = self._size = max(1.0, rate)
        self._filled = clock()
        self._lock = threading.Lock()

    def take(self, pause: Callable[[float], object] | None = None) -> None:
        """Wait until one more request may be sent; ``pause`` replaces the sleep, and may end earlier."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._size, self._tokens + (now - self._filled) * self._rate) - 1
            self._filled = now
            wait = -self._tokens / self._rate
        if wait > 0:
            (pause or self._sleep)(wait)


class Budget:
    """The number of requests that a run may send; requests that clean up always pass."""

    def __init__(self, most: int | None) -> None:
        self.most = most
        self.sent = 0
        self.rejected = 0
        """Requests that were not sent because the budget was spent."""
        self._lock = threading.Lock()

    def take(self, cleaning: bool) -> None:
        """Count one request; raise Spent if it may not be sent."""
        with self._lock:
            if self.most is not None and self.sent >= self.most and not cleaning:
                self.rejected += 1
                raise Spent(self.message)
            self.sent += 1

    @property
    def message(self) -> str:
        """Why nothing more is sent."""
        return f"the {self.most} requests of --max-requests are spent"


class Patience:
    """The waits that a target asks for with 429, limited in length and number."""

    def __init__(self) -> None:
        self._in_a_row = 0

    def reset(self) -> None:
        """Note a response that does not ask to wait."""
        self._in_a_row = 0

    def wait(self, retry_after: str | None, halt: Halt) -> str:
        """Wait as a Retry-After says, and return an empty string; or return why waiting is of no use."""
        seconds = _seconds_of(retry_after)
        self._in_a_row += 1
        if seconds > LONGEST_WAIT:
            return f"The target takes no more requests (429) for {seconds:.0f} s: run again then, with a lower --rate."
        if self._in_a_row > WAITS:
            return (
                f"The target takes no more requests (429), after {WAITS} waits in a row: run again with a lower --rate."
            )
        halt.wait(max(SHORTEST_WAIT, seconds))
        return ""


def _seconds_of(retry_after: str | None) -> float:
    """Return the seconds that a Retry-After asks for, as a number or as a date."""
    if retry_after:
        with suppress(InvalidHeader, ValueError, OverflowError):
            return Retry().parse_retry_after(retry_after)
    return DEFAULT_WAIT


class Breaker:
    """A circuit breaker: some failures in a row and a failed probe end the run."""

    def __init__(self, probe: Callable[[], bool], after: int = BREAK_AFTER) -> None:
        self._probe = probe
        self._after = after
        self._failures = 0
        self._lock = threading.Lock()
        self.why = ""
        """Why nothing more is sent, empty while the target works."""

    def require_working(self, cleaning: bool = False) -> None:
        """Raise TargetDown if the target was given up, except for requests that clean up."""
        if self.why and not cleaning:
            raise TargetDown(self.why)

    def give_up(self, why: str) -> None:
        """Send nothing more; the first reason stands."""
        self.why = self.why or why

    def note_success(self) -> None:
        """Note a response below 500."""
        self._failures = 0

    def note_failure(self, failure: str) -> None:
        """Note a 5xx or a missing response; raise TargetDown if the probe fails as well."""
        with self._lock:
            self._failures += 1
            if self._failures < self._after or self._probe():
                self._failures %= self._after
                return
            self.why = (
                f"The target answered {self._after} requests in a row with 5xx or not at all, at last {failure}. "
                f"A request that worked before fails too, or none ever worked: the run was stopped. Look at the log of "
                f"the target, and run again later."
            )
        raise TargetDown(self.why)

"""How much a target is asked to bear: a rate, a number of requests, and an end where it no longer answers."""

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
"""Requests in a row that may be answered with 5xx or not at all, before the target is asked whether it is well."""
LONGEST_WAIT = 120
"""Seconds for which a target may ask to wait."""
SHORTEST_WAIT = 0.2
WAITS = 5
"""How often in a row it may ask so."""

ASKED = "Somebody asked the run to stop: run it again for the rest."


class Spent(Inconclusive):
    """The run has sent as many requests as it may."""


class Halted(Inconclusive):
    """Somebody has asked the run to end."""


@dataclass
class Halt:
    """Ends a run from outside: what is on its way is broken off, and what was created is deleted."""

    why: str = ""
    """Why nothing more is sent, empty while nobody has asked for it."""
    calls: Calls = field(default_factory=Calls, repr=False, compare=False)
    """The requests that are on their way."""
    _stopped: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

    def stop(self) -> None:
        """Ask for the end."""
        self.why = self.why or ASKED
        self._stopped.set()
        self.calls.end_all()

    def insist(self, cleaning: bool) -> None:
        """Raise Halted where the run is to end, but for what cleans up."""
        if self.why and not cleaning:
            raise Halted(self.why)

    def wait(self, seconds: float) -> None:
        """Let time pass, until somebody asks for the end."""
        self._stopped.wait(seconds)


class Bucket:
    """A token bucket: so many requests a second, and after a pause as many at once as a second holds."""

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
        """Wait until one more request may be sent, in a way that may end sooner."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._size, self._tokens + (now - self._filled) * self._rate) - 1
            self._filled = now
            wait = -self._tokens / self._rate
        if wait > 0:
            (pause or self._sleep)(wait)


class Budget:
    """The number of requests that a run may send; what cleans up is not counted against it."""

    def __init__(self, most: int | None) -> None:
        self.most = most
        self.sent = 0
        self.refused = 0
        """Requests that were not sent any more."""
        self._lock = threading.Lock()

    def take(self, cleaning: bool) -> None:
        """Count one request; Spent if it may not be sent."""
        with self._lock:
            if self.most is not None and self.sent >= self.most and not cleaning:
                self.refused += 1
                raise Spent(self.told)
            self.sent += 1

    @property
    def told(self) -> str:
        """Why nothing more is sent."""
        return f"the {self.most} requests of --max-requests are spent"


class Patience:
    """Waits as long as a target asks that takes no more requests for now, as often as that helps."""

    def __init__(self) -> None:
        self._in_a_row = 0

    def rewarded(self) -> None:
        """Note an answer that does not ask to wait."""
        self._in_a_row = 0

    def wait(self, told: str | None, halt: Halt) -> str:
        """Wait for what a Retry-After says; why there is no use in it, empty where the request may go once more."""
        seconds = _asked(told)
        self._in_a_row += 1
        if seconds > LONGEST_WAIT:
            return f"The target takes no more requests (429) for {seconds:.0f} s: run again then, with a lower --rate."
        if self._in_a_row > WAITS:
            return (
                f"The target takes no more requests (429), after {WAITS} waits in a row: run again with a lower --rate."
            )
        halt.wait(max(SHORTEST_WAIT, seconds))
        return ""


def _asked(told: str | None) -> float:
    """The seconds that a Retry-After asks for, as a number or as a date; one where it says nothing of use."""
    with suppress(InvalidHeader, ValueError, OverflowError):
        return Retry().parse_retry_after(told) if told else 1
    return 1


class Breaker:
    """Ends a run against a target that only fails: after so many failures in a row a probe decides."""

    def __init__(self, probe: Callable[[], bool], after: int = BREAK_AFTER) -> None:
        self._probe = probe
        self._after = after
        self._failures = 0
        self._lock = threading.Lock()
        self.why = ""
        """Why nothing more is sent, empty while the target is well."""

    def insist(self, cleaning: bool = False) -> None:
        """Raise TargetDown where the run was stopped, but for what cleans up."""
        if self.why and not cleaning:
            raise TargetDown(self.why)

    def give_up(self, why: str) -> None:
        """Send nothing more; the first reason is the one that is told."""
        self.why = self.why or why

    def succeeded(self) -> None:
        """Note an answer below 500."""
        self._failures = 0

    def failed(self, what: str) -> None:
        """Note a 5xx, or no answer; TargetDown where what was answered well before fails now too."""
        with self._lock:
            self._failures += 1
            if self._failures < self._after or self._probe():
                self._failures %= self._after
                return
            self.why = (
                f"The target answered {self._after} requests in a row with 5xx or not at all, at last {what}, and "
                f"what it answered well before fails too, if there was anything: the run was stopped. Look at its log, "
                f"and run again later."
            )
        raise TargetDown(self.why)

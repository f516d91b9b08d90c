"""Limit how many requests a caller may send per minute."""

from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from mockserver.call import Actor, Request
from mockserver.errors import Reason, Throttled
from mockserver.store import State

Identify = Callable[[Request, State, datetime], Actor | None]
"""Returns who calls, None for an anonymous caller; raises Unauthenticated."""

_MINUTE: Final = timedelta(minutes=1)


class Throttle:
    """Counts the requests of each caller in the last minute of the mock's time; anonymous callers count as one."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._times: defaultdict[str | None, deque[datetime]] = defaultdict(deque)

    def guard(self, identify: Identify) -> Identify:
        """Count each request once its caller is known, as Django REST Framework does."""

        def identify_and_count(request: Request, state: State, now: datetime) -> Actor | None:
            actor = identify(request, state, now)
            self._count(None if actor is None else actor.name, now)
            return actor

        return identify_and_count

    def _count(self, caller: str | None, now: datetime) -> None:
        times = self._times[caller]
        if times and times[-1] > now:  # the clock was put back
            times.clear()
        while times and times[0] <= now - _MINUTE:
            times.popleft()
        # A rejected request does not count, so that a client that keeps asking gets through after a minute.
        if len(times) >= self._limit:
            raise Throttled(times[0] + _MINUTE - now, reason=Reason.RATE_LIMIT)
        times.append(now)

    def reset(self) -> None:
        """Forget all requests."""
        self._times.clear()

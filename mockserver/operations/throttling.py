"""How many requests somebody has a minute, where a domain sets a limit."""

from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta

from mockserver.call import Actor, Request
from mockserver.errors import Reason, Throttled
from mockserver.store import State

Identify = Callable[[Request, State, datetime], Actor | None]
"""Tells who calls, None for somebody anonymous; raises Unauthenticated."""

_MINUTE = timedelta(minutes=1)


class Throttle:
    """Counts what each person was let do in the last minute of the mock's time; anonymous callers count as one."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._times: defaultdict[str | None, deque[datetime]] = defaultdict(deque)

    def guarding(self, identify: Identify) -> Identify:
        """Refuse whoever has had enough, once it is clear who he is: as the framework does."""

        def identified(request: Request, state: State, now: datetime) -> Actor | None:
            actor = identify(request, state, now)
            self._count(None if actor is None else actor.name, now)
            return actor

        return identified

    def _count(self, caller: str | None, now: datetime) -> None:
        times = self._times[caller]
        if times and times[-1] > now:  # the clock was put back
            times.clear()
        while times and times[0] <= now - _MINUTE:
            times.popleft()
        if len(times) >= self._limit:
            raise Throttled(times[0] + _MINUTE - now, reason=Reason.RATE_LIMIT)
        times.append(now)

    def reset(self) -> None:
        """Begin to count anew."""
        self._times.clear()

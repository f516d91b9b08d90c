"""Injected faults: rejections without a reason, late answers, broken connections.

A fault strikes before anything is done, so that the state stays as it was. A request that is only delayed is then
answered as usual.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec

from mockserver.call import Answer
from mockserver.errors import ApiError, Failed, Forbidden, Gone, NotFound, Throttled, Unauthenticated, Unavailable

ANONYMOUS: Final = "anonymous"
"""The name of callers who are not logged in."""

_WITH_MESSAGE: Final[dict[int, type[ApiError]]] = {
    kind.status: kind for kind in (Unauthenticated, Forbidden, NotFound, Gone, Unavailable)
}


@dataclass
class Fault:
    """What goes wrong, and for whom; None means that it was not requested, or that it holds for everybody."""

    id: int
    status: int | None = None
    retry_after: int | None = None
    """Seconds, for the header Retry-After."""
    body: str | None = None
    """HTML that replaces the usual error body, as from a proxy."""
    delay_ms: int | None = None
    broken: bool | None = None
    """Whether the connection ends without an answer."""
    operation: str | None = None
    person: str | None = None
    times: int | None = None
    """How often it strikes; None: until it is cleared."""
    struck: int = 0

    def describe(self) -> dict[str, Any]:
        """Return what was requested, and how often it has struck, as a JSON-like object."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @property
    def only_delays(self) -> bool:
        """Whether the answer comes late and is otherwise the usual one."""
        return self.status is None and not self.broken

    def error(self) -> ApiError:
        """Return the rejection that has the status of the fault, or one that can be given it."""
        if self.status == Throttled.status:
            return Throttled(None if self.retry_after is None else timedelta(seconds=self.retry_after))
        if self.status == Failed.status:
            return Failed("A server error occurred.")
        return _WITH_MESSAGE.get(self.status or 0, ApiError)()

    def failure(self, rejection: Answer) -> Answer:
        """Return the requested answer; ``rejection`` provides everything that was not requested."""
        status, content, headers = self.status or rejection.status, rejection.content, dict(rejection.headers)
        if self.body is not None:
            content, headers["Content-Type"] = self.body.encode(), "text/html; charset=utf-8"
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return Answer(status, content, headers)

    def mark(self, answer: Answer | None) -> Answer | None:
        """Add the id of the fault to an answer."""
        return answer and msgspec.structs.replace(answer, headers={**answer.headers, "X-Mock-Fault": str(self.id)})


class Faults:
    """The injected faults that wait for a request, in the order in which they were injected."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self._number = 0
        self._cleared = asyncio.Event()

    def add(self, **values: Any) -> Fault:
        """Inject a fault."""
        self._number += 1
        fault = Fault(self._number, **values)
        self.waiting.append(fault)
        return fault

    def strike(self, operation: str, caller: Callable[[], str | None]) -> Fault | None:
        """Return the first fault that waits for an operation and its caller; callers are identified only if needed."""
        for fault in self.waiting:
            matches = fault.operation is None or fault.operation == operation
            if matches and (fault.person is None or fault.person == caller()):
                fault.struck += 1
                if fault.struck == fault.times:
                    self.waiting.remove(fault)
                return fault
        return None

    async def hold(self, fault: Fault) -> None:
        """Wait as long as a fault says, in real time, or until the faults are cleared."""
        if fault.delay_ms is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._cleared.wait(), fault.delay_ms / 1000)

    def clear(self) -> None:
        """Remove all faults, and release every request that is held."""
        self.waiting.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    def reset(self) -> None:
        """Remove all faults and count from 1 again, so that a reset leads to the same answers as a start."""
        self.clear()
        self._number = 0

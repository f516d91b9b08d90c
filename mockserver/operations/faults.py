"""Faults that somebody has asked for: refusals without a reason, late answers, connections that break.

A fault strikes before anything is done, so that the state is as it was; whom it only keeps waiting is then answered as
usual.
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
"""What somebody is called who is not logged in."""

_WITH_WORDS: Final[dict[int, type[ApiError]]] = {
    kind.status: kind for kind in (Unauthenticated, Forbidden, NotFound, Gone, Unavailable)
}


@dataclass
class Fault:
    """What goes wrong, and for whom; what is None is not asked for, or asked of everybody."""

    id: int
    status: int | None = None
    retry_after: int | None = None
    """Seconds, for the header Retry-After."""
    body: str | None = None
    """HTML in the place of the usual error body, as from a proxy that stands before it."""
    delay_ms: int | None = None
    broken: bool | None = None
    """Whether the connection ends without an answer."""
    operation: str | None = None
    person: str | None = None
    times: int | None = None
    """How often it strikes; until it is cleared for None."""
    struck: int = 0

    def told(self) -> dict[str, Any]:
        """Return what was asked for, and how often it has struck, as a JSON-like object."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @property
    def late(self) -> bool:
        """Whether nothing is wrong with the answer but that it comes late."""
        return self.status is None and not self.broken

    def error(self) -> ApiError:
        """Return the refusal that has the status of the fault, or else one that can be given it."""
        if self.status == Throttled.status:
            return Throttled(None if self.retry_after is None else timedelta(seconds=self.retry_after))
        if self.status == Failed.status:
            return Failed("A server error occurred.")
        return _WITH_WORDS.get(self.status or 0, ApiError)()

    def failure(self, refusal: Answer) -> Answer:
        """Return the answer that was asked for; ``refusal`` has what nobody has asked to be otherwise."""
        status, content, headers = self.status or refusal.status, refusal.content, dict(refusal.headers)
        if self.body is not None:
            content, headers["Content-Type"] = self.body.encode(), "text/html; charset=utf-8"
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        return Answer(status, content, headers)

    def mark(self, answer: Answer | None) -> Answer | None:
        """Let an answer tell which fault has befallen it."""
        return answer and msgspec.structs.replace(answer, headers={**answer.headers, "X-Mock-Fault": str(self.id)})


class Faults:
    """The faults that wait for a request, in the order in which they were asked for."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []
        self._number = 0
        self._cleared = asyncio.Event()

    def add(self, **asked: Any) -> Fault:
        """Let something go wrong from now on."""
        self._number += 1
        fault = Fault(self._number, **asked)
        self.waiting.append(fault)
        return fault

    def strike(self, operation: str, caller: Callable[[], str | None]) -> Fault | None:
        """Return the first fault that waits for an operation and its caller, who is only asked for where it matters."""
        for fault in self.waiting:
            meant = fault.operation is None or fault.operation == operation
            if meant and (fault.person is None or fault.person == caller()):
                fault.struck += 1
                if fault.struck == fault.times:
                    self.waiting.remove(fault)
                return fault
        return None

    async def hold(self, fault: Fault) -> None:
        """Wait as long as a fault asks for, in real time, or until the faults are cleared."""
        if fault.delay_ms is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._cleared.wait(), fault.delay_ms / 1000)

    def clear(self) -> None:
        """Let nothing go wrong any more, and nobody wait any longer."""
        self.waiting.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    def reset(self) -> None:
        """Begin anew: the next fault is the first again, so that a world after a reset answers as one at start."""
        self.clear()
        self._number = 0

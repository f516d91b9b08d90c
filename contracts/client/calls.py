"""The requests that are on their way: each ends at its deadline, and all of them end when the run is stopped.

A time-out of a socket bounds one read, so a server that sends a byte now and then is never too slow for it. Here one
thread looks at all requests and shuts down the socket of each that is overdue; the thread that reads it then wakes up.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

TICK_SECONDS = 0.05
"""How often deadlines are compared with the clock: by so much a request may last longer."""
IDLE_TICKS = 40
"""After so many ticks without a request the thread ends; the next request starts another."""


class End(StrEnum):
    """Why a request was ended before its response was complete."""

    TIME = "its time was over"
    STOP = "the run was stopped"


class Call:
    """One request, from its sending to the last byte of its response."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.deadline = clock() + seconds
        self.ended: End | None = None
        self._clock = clock
        self._socket: socket.socket | None = None

    def attach(self, sock: socket.socket) -> None:
        """Name the socket that the request uses from now on."""
        self._socket = sock
        if self.ended:
            self._shut_down()

    def shorten(self, seconds: float) -> None:
        """Give the rest of the response so many seconds, if it has no fewer."""
        self.deadline = min(self.deadline, self._clock() + seconds)

    def end(self, why: End) -> None:
        """Wake up whoever waits for the response."""
        self.ended = self.ended or why
        self._shut_down()

    def finish(self) -> None:
        """Let go of the socket: it may carry another request now."""
        self._socket = None

    def _shut_down(self) -> None:
        sock = self._socket
        if sock is not None:
            with suppress(OSError):
                # That of ssl.SSLSocket would drop the state of TLS below the feet of the thread that reads.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class Calls:
    """All requests of a run that are on their way, in whatever thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._calls: dict[int, Call] = {}
        # What ends a call must not meet a socket that is in use by the next one: both take the lock.
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._never = threading.Event()

    @contextmanager
    def watch(self, seconds: float) -> Iterator[Call]:
        """Watch over one request, which has so many seconds."""
        call = Call(seconds, self.clock)
        with self._lock:
            self._calls[id(call)] = call
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="deadlines", daemon=True)
                self._thread.start()
        try:
            yield call
        finally:
            with self._lock:
                del self._calls[id(call)]
                call.finish()

    def end_all(self) -> None:
        """End every request that is on its way."""
        with self._lock:
            for call in self._calls.values():
                call.end(End.STOP)

    def end_overdue(self) -> None:
        """End every request whose deadline is over."""
        with self._lock:
            now = self.clock()
            for call in self._calls.values():
                if now >= call.deadline:
                    call.end(End.TIME)

    def _run(self) -> None:
        idle = 0
        while True:
            self._never.wait(TICK_SECONDS)
            with self._lock:
                idle = 0 if self._calls else idle + 1
                if idle > IDLE_TICKS:
                    self._thread = None
                    return
                self.end_overdue()

"""Ends requests on their way: each at its deadline, and all of them when the run is stopped.

The timeout of a socket limits one read, so a server that sends a byte now and then never exceeds it. Here one thread
watches all requests and shuts down the socket of each overdue one. The thread that reads from the socket then wakes up.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum

TICK_SECONDS = 0.05
"""Seconds between two checks of the deadlines; a request may take this much longer."""
IDLE_TICKS = 40
"""Ticks without a request after which the thread ends; the next request starts another."""


class End(StrEnum):
    """The reason why a request ended before its response was complete."""

    TIME = "its time was over"
    STOP = "the run was stopped"


class Call:
    """A request, from its sending to the last byte of its response."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self.deadline = clock() + seconds
        self.ended: End | None = None
        self._clock = clock
        self._socket: socket.socket | None = None

    def attach(self, sock: socket.socket) -> None:
        """Set the socket that the request uses from now on."""
        self._socket = sock
        if self.ended:
            self._shut_down()

    def shorten(self, seconds: float) -> None:
        """Give the rest of the response at most so many seconds."""
        self.deadline = min(self.deadline, self._clock() + seconds)

    def end(self, why: End) -> None:
        """End the request, and wake up the thread that waits for its response."""
        self.ended = self.ended or why
        self._shut_down()

    def finish(self) -> None:
        """Release the socket, which may carry another request from now on."""
        self._socket = None

    def _shut_down(self) -> None:
        sock = self._socket
        if sock is not None:
            with suppress(OSError):
                # `SSLSocket.shutdown` would also drop the TLS state, which the reading thread still uses.
                socket.socket.shutdown(sock, socket.SHUT_RDWR)


class Calls:
    """The requests of a run that are on their way, in all threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._calls: dict[int, Call] = {}
        # Ending a call must not hit a socket that the next call uses already: both take the lock.
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._never = threading.Event()

    @contextmanager
    def watch(self, seconds: float) -> Iterator[Call]:
        """Watch one request, and end it after some seconds."""
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
        """End every request whose deadline has passed."""
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

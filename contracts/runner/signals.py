"""Ends a run when a person or the system asks for it: in good order at first, at once when asked again."""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

ENDED_BEFORE = 2
"""The exit status of what did not run to its end."""
SAME_SECONDS = 0.05
"""A signal that comes again so soon is the same one: to a process and to the group that it is in."""
SHOW_CURSOR = "\033[?25h"
"""What a terminal needs where a bar of progress is not taken away."""


@contextmanager
def heeding(stop: Callable[[], None], at_once: Callable[[], str] | None = None) -> Iterator[None]:
    """Let Ctrl-C or a kill call something that stops a run; a second one ends the process.

    A thread of its own looks out for signals, so that one works as well where the main thread is stuck in a call of the
    system. ``at_once`` may end what else has to end, and return a line to say.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    watch = _Watch(reader, stop, at_once)
    watch.start()
    # Their numbers go through the pair of sockets; that there is a handler keeps the system from ending the process.
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    former = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(former)
        writer.close()
        watch.join()
        reader.close()
        for number, handler in before.items():
            # Once asked to stop, a process ends at the next signal, also while it reports and while Python shuts down.
            signal.signal(number, _end_now if watch.has_stopped else handler)


@contextmanager
def killed_like_interrupted() -> Iterator[None]:
    """Let a kill end what sends nothing as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is signal.default_int_handler:
            signal.signal(signal.SIGTERM, before)


def _end_now(_number: int, _frame: FrameType | None) -> None:
    os._exit(ENDED_BEFORE)


class _Watch(threading.Thread):
    """Waits for the numbers of signals, until the other end is closed."""

    def __init__(self, reader: socket.socket, stop: Callable[[], None], at_once: Callable[[], str] | None) -> None:
        super().__init__(name="signals", daemon=True)
        self._reader = reader
        self._stop_run = stop
        self._at_once = at_once
        self.has_stopped = False

    def run(self) -> None:
        first: float | None = None
        while numbers := self._reader.recv(16):
            if not set(numbers) & {signal.SIGINT, signal.SIGTERM}:
                continue
            now = time.monotonic()
            if first is None:
                first, self.has_stopped = now, True
                self._stop_run()
            elif now - first > SAME_SECONDS:
                self._end()

    def _end(self) -> None:
        said = self._at_once() if self._at_once else ""
        cursor = SHOW_CURSOR if sys.stderr.isatty() else ""
        os.write(2, f"{cursor}\ncontracts: stopped at once. {said}\n".encode(errors="replace"))
        os._exit(ENDED_BEFORE)

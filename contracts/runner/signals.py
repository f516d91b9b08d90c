"""Stop a run on Ctrl-C or a kill: cleanly at the first signal, at once at the second."""

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
"""The exit status of a command that did not run to its end."""
SAME_SECONDS = 0.05
"""A second signal so soon is the same one: sent to the process, and to its process group."""
SHOW_CURSOR = "\033[?25h"
"""Restores the cursor of a terminal, which a progress bar has hidden."""


@contextmanager
def stop_on_signals(stop: Callable[[], None], at_once: Callable[[], str] | None = None) -> Iterator[None]:
    """Call ``stop`` on Ctrl-C or a kill. A second signal ends the process.

    A separate thread waits for signals, so that they also work while the main thread is blocked in a system call.
    ``at_once`` may end other processes before this one ends, and returns a line to print.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    reader, writer = socket.socketpair()
    writer.setblocking(False)
    watch = _Watch(reader, stop, at_once)
    watch.start()
    # The socket pair passes the numbers on. The handlers do nothing: they only keep the system from ending the process.
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
            # After a first signal, the next one ends the process, even while it reports or Python shuts down.
            signal.signal(number, _end_now if watch.has_stopped else handler)


@contextmanager
def interrupt_on_kill() -> Iterator[None]:
    """Treat a kill like Ctrl-C, in commands that send nothing."""
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
    """Waits for signal numbers, until the other end of the socket pair is closed."""

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
        line = self._at_once() if self._at_once else ""
        cursor = SHOW_CURSOR if sys.stderr.isatty() else ""
        os.write(2, f"{cursor}\ncontracts: stopped at once. {line}\n".encode(errors="replace"))
        os._exit(ENDED_BEFORE)

"""Ends a run in good order when a person or the system asks for it."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def heeding(stop: Callable[[], None]) -> Iterator[None]:
    """Let Ctrl-C or a kill call something that stops a run; a second one ends the process at once."""

    def heed(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.default_int_handler)
        stop()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.signal(each, heed) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)

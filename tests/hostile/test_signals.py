"""A run that is asked to end does so at once, whatever the backend is doing."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from tests.hostile.backend import SAFE, Backend, Record
from tests.hostile.command import Ended, Place, arguments, named, short, started
from tests.hostile.habits import HABITS
from tests.hostile.judge import Row, judge
from tests.hostile.wire import Response, serve

QUIET = 1.0
"""Seconds after which no check sends anything."""
CLEAN_UP = 2.0
"""Seconds that the clean-up has, where the command takes the option."""
SLACK = 2.0
"""Seconds that a loaded machine may take for the end of a process."""
LIMIT = 20.0
BETWEEN = 0.5
"""Seconds between two signals."""

HANGING = {
    "drips-body": ("B", "GET"),
    "drips-headers": ("B", "GET"),
    "drips-creation": ("B", "POST"),
    "event-stream": ("A", "GET"),
    "list-hangs": ("B", "GET"),
    "asks-to-wait": ("B", "GET"),
    "well-behaved": ("B", "PATCH"),
}
"""Habit → lane, and the method of the request with which it hangs."""


@dataclass(frozen=True)
class Stopped:
    """A run that was sent signals."""

    ended: Ended
    seconds: float
    """From the last signal to its end."""
    late: list[str]
    """What checks sent long after the first signal."""
    row: Row


def stop(backend: Backend, place: Place, lane: str, began: str, signals: list[signal.Signals]) -> Stopped:
    """Start a check, and send it signals, half a second apart, once a request has come."""
    came, pause = Event(), Event()

    def notice(record: Record, response: Response) -> None:
        hangs = response.stream is not None or response.status == 429 or backend.name() == "well-behaved"
        if hangs and record.request.method == began:
            came.set()

    backend.on_answer = notice
    options = short("check", ("--request-timeout", 30), ("--cleanup-timeout", CLEAN_UP))
    with serve(backend) as backend.url:
        line = arguments("check", backend, place, *named("run"), "--only", lane, "--max-examples", 1, *options)
        with started(line, place, "check") as running:
            assert came.wait(LIMIT), f"no {began} that hangs ever came"
            first = last = monotonic()
            os.kill(running.pid, signals[0])
            for number in signals[1:]:
                pause.wait(BETWEEN)
                last = monotonic()
                os.kill(running.pid, number)
            ended = running.wait(LIMIT)
            seconds = monotonic() - last
        row = Row(backend.name(), lane, commands=[ended])
        with backend.lock:
            judge(row, backend, ("run",), place)
            sent = [each for each in backend.records if each.at > first + QUIET]
    kept = (*SAFE, "DELETE")
    return Stopped(ended, seconds, [each.line for each in sent if each.request.method not in kept], row)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("habit", HANGING)
def test_a_signal_ends_a_run(habit: str, number: signal.Signals, tmp_path: Path) -> None:
    lane, began = HANGING[habit]
    stopped = stop(HABITS[habit](), Place(tmp_path), lane, began, [number])
    assert stopped.ended.ended, f"it still runs {LIMIT:g} s later"
    assert stopped.seconds <= QUIET + CLEAN_UP + SLACK
    assert stopped.late == []
    assert stopped.ended.code == 2, stopped.ended.output
    assert stopped.row.is_safe, str(stopped.row)


def test_a_second_signal_ends_the_clean_up(tmp_path: Path) -> None:
    twice = [signal.SIGINT, signal.SIGINT]
    stopped = stop(HABITS["deletes-forever"](), Place(tmp_path), "B", "DELETE", twice)
    assert stopped.ended.ended, f"it still runs {LIMIT:g} s later"
    assert stopped.seconds <= QUIET + SLACK
    assert stopped.ended.code == 2, stopped.ended.output
    assert stopped.row.is_safe, str(stopped.row)

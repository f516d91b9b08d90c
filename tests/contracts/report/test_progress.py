"""Runs without a terminal print whole lines, and where they are every few seconds."""

import threading
from io import StringIO

import pytest
from rich.console import Console
from rich.table import Table

from contracts.checks.registration import Check
from contracts.cli.output import NO_WRAP, make_console
from contracts.report.progress import QUIET_SECONDS, ConsoleProgress
from contracts.report.terminal import print_table
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult


class Waits:
    """Lets so many waits pass, and then ends."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.seconds: list[float] = []
        self.over = threading.Event()

    def __call__(self, seconds: float) -> bool:
        self.seconds.append(seconds)
        self.left -= 1
        if self.left < 0:
            self.over.set()
        return self.left < 0


def piped() -> tuple[Console, StringIO]:
    file = StringIO()
    return Console(file=file, width=NO_WRAP), file


def test_a_piped_run_prints_where_it_is_every_few_seconds() -> None:
    console, file = piped()
    waits = Waits(2)
    times = iter([0.0, 12.0, 17.0])
    progress = ConsoleProgress(console, waits, lambda: next(times))
    progress.phase("laws", 3)
    progress.checked(CheckResult(Check("CT101", "is kept", lambda _: ()), Verdict.HELD))
    with progress:
        assert waits.over.wait(30)
    assert file.getvalue().splitlines() == [
        "laws: 1 of 3 checks, 12 s",
        "laws: 1 of 3 checks, 17 s",
        "Laws         1 held",
    ]
    assert set(waits.seconds) == {QUIET_SECONDS}


def test_a_terminal_gets_no_extra_lines() -> None:
    console = Console(file=StringIO(), force_terminal=True, width=80)
    waits = Waits(0)
    with ConsoleProgress(console, waits):
        pass
    assert waits.seconds == []


def test_a_piped_table_has_whole_lines_without_padding() -> None:
    console, file = piped()
    table = Table("rule", "why", box=None, pad_edge=False)
    table.add_row("A", "word " * 100 + "end")
    table.add_row("B", "short [x]")
    print_table(table, console)
    assert [line.split(" ")[0] for line in file.getvalue().splitlines()] == ["rule", "A", "B"]
    assert file.getvalue().splitlines()[1].endswith("end")
    assert all(line == line.rstrip() for line in file.getvalue().splitlines())


def test_the_console_of_a_command_wraps_nothing_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    file = StringIO()
    monkeypatch.setattr("sys.stdout", file)
    console = make_console()
    console.print("word " * 100)
    assert len(file.getvalue().splitlines()) == 1

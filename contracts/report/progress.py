"""The progress of a run: a live bar on a terminal, a line every few seconds elsewhere."""

import threading
from collections.abc import Callable
from time import monotonic
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from contracts.report.terminal import COLOURS, plain, print_line
from contracts.results.findings import Finding
from contracts.results.text import pluralize
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult

QUIET_SECONDS = 5.0
"""How often a run without a terminal prints where it is."""

Wait = Callable[[float], bool]


class Pulse:
    """Prints a line every few seconds where there is no terminal. Use it as a context manager.

    ``wait`` blocks for so many seconds, and returns whether the end has come; by default, the end of the block.
    """

    def __init__(self, console: Console, describe: Callable[[], str], wait: Wait | None = None) -> None:
        self._console = console
        self._describe = describe
        self._ended = threading.Event()
        self._wait = wait or self._ended.wait
        self._thread = threading.Thread(target=self._beat, name="progress", daemon=True)

    def __enter__(self) -> "Pulse":
        if not self._console.is_terminal:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def _beat(self) -> None:
        while not self._wait(QUIET_SECONDS):
            print_line(self._console, f"[dim]{plain(self._describe())}[/]")


class ConsoleProgress:
    """Shows how far a run is, and each broken check as soon as it is found."""

    def __init__(self, console: Console, wait: Wait | None = None, clock: Callable[[], float] = monotonic) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._pulse = Pulse(console, self._describe, wait)
        self._clock = clock
        self._began = clock()
        self._task = self._progress.add_task("starting", total=None)
        self._done: dict[Verdict, int] = {}
        self._name = "starting"
        self._total = 0

    def __enter__(self) -> "ConsoleProgress":
        self._progress.start()
        self._pulse.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._pulse.__exit__(kind, error, traceback)
        self._end_phase()
        self._progress.stop()

    def phase(self, name: str, total: int) -> None:
        """Begin a new bar."""
        self._end_phase()
        self._name, self._total, self._done = name, total, {}
        self._progress.reset(self._task, total=total, description=name)

    def seen(self, finding: Finding, requests: int) -> None:
        """Announce a failure that is not confirmed yet."""
        text = f"{finding.code} {finding.title} at {finding.operation}"
        print_line(self._console, f"[yellow]seen[/]         {plain(text)}")

    def checked(self, result: CheckResult) -> None:
        """Advance the bar, and print a broken check at once."""
        self._done[result.verdict] = self._done.get(result.verdict, 0) + 1
        self._progress.update(self._task, advance=1, description=f"{self._name} {result.check.code}")
        if result.verdict is Verdict.BROKEN:
            text = f"{result.check.code} {result.check.title}: {pluralize(len(result.findings), 'finding')}"
            print_line(self._console, f"[bold red]broken[/]       {plain(text)}")

    def _describe(self) -> str:
        seconds = f"{self._clock() - self._began:.0f} s"
        if not self._total:
            return f"{self._name}, {seconds}"
        return f"{self._name}: {sum(self._done.values())} of {pluralize(self._total, 'check')}, {seconds}"

    def _end_phase(self) -> None:
        if self._done:
            counts = [
                f"[{COLOURS[verdict]}]{self._done[verdict]} {verdict}[/]"
                for verdict in Verdict
                if verdict in self._done
            ]
            print_line(self._console, f"{self._name.capitalize():<12} {', '.join(counts)}")
            self._done = {}

"""The progress of a long run: a live line on a terminal, a line every few seconds elsewhere, and every finding."""

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from contracts.fuzz.durations import spell
from contracts.fuzz.journal import Beat, Entry, Follower
from contracts.report.progress import QUIET_SECONDS
from contracts.report.terminal import plain
from contracts.results.findings import Finding
from contracts.results.text import pluralize


@dataclass
class Tally:
    """What the journals of all shards hold by now."""

    paths: list[Path]
    units: int = 0
    _ended: int = field(default=0, init=False)
    rounds: int = 0
    findings: dict[str, Finding] = field(default_factory=dict)
    seconds: dict[Path, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._running: dict[Path, int] = {}
        self._followers = {path: Follower(path) for path in self.paths}

    @property
    def requests(self) -> int:
        """How many requests the shards have noted."""
        return self._ended + sum(self._running.values())

    def read(self) -> list[Finding]:
        """Read the new lines of the journals, and return the new findings."""
        before = set(self.findings)
        for path, follower in self._followers.items():
            for note in follower.read():
                if isinstance(note, Beat):
                    self._running[path] = note.requests
                elif isinstance(note, Entry):
                    self._count(path, note)
                else:
                    self.findings.setdefault(note.finding.id, note.finding)
        return [finding for identifier, finding in self.findings.items() if identifier not in before]

    def _count(self, path: Path, entry: Entry) -> None:
        self.units += entry.done
        self._ended += entry.requests
        self._running[path] = 0
        self.rounds = max(self.rounds, entry.unit.round + 1)
        self.seconds[path] = entry.seconds


class Ticker:
    """Shows the progress of a run. Use it as a context manager."""

    def __init__(self, console: Console, tally: Tally, limit: float) -> None:
        self._console = console
        self._tally = tally
        self._limit = limit
        self._began = monotonic()
        tally.read()
        self._before = max(tally.seconds.values(), default=0.0)
        self._requests_before = tally.requests
        self._last_line = self._began
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(bar_width=24), console=console, transient=True, disable=False
        )
        self._task = self._progress.add_task("starting", total=limit)

    def __enter__(self) -> "Ticker":
        if self._tally.units:
            self.say(f"continued after {spell(self._before)}: {self._counts()}")
        if self._console.is_terminal:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._progress.stop()
        self.say(self._state())

    @property
    def spent(self) -> float:
        """Seconds that the run has lasted, over all its starts."""
        return self._before + monotonic() - self._began

    def tick(self) -> None:
        """Read the journals, and show what is new."""
        for finding in self._tally.read():
            self.say(f"found {finding.rule}  {finding.operation} · {finding.subject} ({_confidence(finding)})")
        line = f"{self._state()}, {spell(self._limit - self.spent)} left"
        if self._console.is_terminal:
            self._progress.update(self._task, completed=min(self.spent, self._limit), description=line)
        elif monotonic() - self._last_line >= QUIET_SECONDS:
            self.say(line)
            self._last_line = monotonic()

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self._console.print(plain(text), highlight=False, soft_wrap=True)

    def _state(self) -> str:
        rate = (self._tally.requests - self._requests_before) / max(monotonic() - self._began, 1e-9)
        return f"{self._counts()}, {rate:.0f} requests/s"

    def _counts(self) -> str:
        tally = self._tally
        return (
            f"round {max(tally.rounds, 1)}, {pluralize(tally.units, 'unit')}, {pluralize(tally.requests, 'request')}, "
            f"{pluralize(len(tally.findings), 'finding')}"
        )


def _confidence(finding: Finding) -> str:
    return f"{finding.severity}, {finding.confirmation}, id {finding.id}"

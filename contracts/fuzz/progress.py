"""How a long run is going: a line that lives on a terminal, a line now and then elsewhere; each finding at once."""

from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from contracts.fuzz.durations import told
from contracts.fuzz.journal import Beat, Entry, Follower
from contracts.report.console import plain
from contracts.results.findings import Finding
from contracts.results.text import pluralize

QUIET_SECONDS = 30.0
"""How often a run without a terminal says where it is."""


@dataclass
class Tally:
    """What the journals hold by now."""

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
        """How many were sent, as far as the shards have said."""
        return self._ended + sum(self._running.values())

    def read(self) -> list[Finding]:
        """Read what was written since the last time; the findings among it that are new."""
        before = set(self.findings)
        for path, follower in self._followers.items():
            for each in follower.read():
                if isinstance(each, Beat):
                    self._running[path] = each.requests
                elif isinstance(each, Entry):
                    self._count(path, each)
                else:
                    self.findings.setdefault(each.finding.id, each.finding)
        return [finding for identifier, finding in self.findings.items() if identifier not in before]

    def _count(self, path: Path, entry: Entry) -> None:
        self.units += entry.done
        self._ended += entry.requests
        self._running[path] = 0
        self.rounds = max(self.rounds, entry.unit.round + 1)
        self.seconds[path] = entry.seconds


class Ticker:
    """Shows where a run is; use it as a context manager."""

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
            self.say(f"taken up again after {told(self._before)}: {self._done()}")
        if self._console.is_terminal:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._console.is_terminal:
            self._progress.stop()
        self.say(self._where())

    @property
    def spent(self) -> float:
        """How long the run has gone on, over all its starts."""
        return self._before + monotonic() - self._began

    def tick(self) -> None:
        """Look into the journals, and tell what is new."""
        for finding in self._tally.read():
            self.say(f"found {finding.rule}  {finding.operation} · {finding.subject} ({_sure(finding)})")
        line = f"{self._where()}, {told(self._limit - self.spent)} left"
        if self._console.is_terminal:
            self._progress.update(self._task, completed=min(self.spent, self._limit), description=line)
        elif monotonic() - self._last_line >= QUIET_SECONDS:
            self.say(line)
            self._last_line = monotonic()

    def say(self, text: str) -> None:
        """Print a line that stays."""
        self._console.print(plain(text), highlight=False, soft_wrap=True)

    def _where(self) -> str:
        rate = (self._tally.requests - self._requests_before) / max(monotonic() - self._began, 1e-9)
        return f"{self._done()}, {rate:.0f} requests/s"

    def _done(self) -> str:
        tally = self._tally
        return (
            f"round {max(tally.rounds, 1)}, {pluralize(tally.units, 'unit')}, {pluralize(tally.requests, 'request')}, "
            f"{pluralize(len(tally.findings), 'finding')}"
        )


def _sure(finding: Finding) -> str:
    return f"{finding.severity}, {finding.confirmation}, id {finding.id}"

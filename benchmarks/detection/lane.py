"""One lane of the checker in a process of its own, ended at the first finding that is new or when its time is over.

``python -m benchmarks.detection.lane`` reads an order as JSON and prints what came of it as JSON.
"""

import os
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

import msgspec

import contracts
from benchmarks.detection.subjects import profile_for
from benchmarks.load.machine import cpu_seconds
from contracts.runner.results import CheckResult

TICK = 0.1  # seconds
LAWS = "laws"
"""Lane B without the rules of this very platform: what the document and the profile alone make it look for."""
CHOSEN = {LAWS: "CT"}
"""Lane → what chooses its checks, where that is not its name."""


class Order(msgspec.Struct, frozen=True):
    """What to run: which lane, with which seed, against whom, and for how long."""

    url: str
    spec: str
    process: int
    """Of the backend, whose processor time counts."""
    subject: str
    lane: str
    seed: int
    budget: float
    """Processor seconds of checker and backend together, after which the run ends."""
    patience: float
    """Seconds by the clock, after which it ends as well."""
    known: tuple[str, ...] = ()
    """Findings that do not count, because the healthy backend has them too."""
    until_found: bool = True


class Seen(msgspec.Struct, frozen=True):
    """A finding, as far as the score tells of it."""

    id: str
    code: str
    operation: str
    subject: str
    rules: tuple[str, ...]
    expected: str
    got: str
    confirmation: str


class Outcome(msgspec.Struct, frozen=True):
    """How a run ended: ``found``, ``finished``, ``out of time`` or ``could not run``; after how much."""

    ended: str
    requests: int
    seconds: float
    wall: float
    found: tuple[Seen, ...] = ()
    never: tuple[str, ...] = ()
    """Checks that were not exercised."""
    why: str = ""


class _EnoughError(Exception):
    """A new finding came, and more is not asked for."""


@dataclass
class Watch:
    """Listens to a run, and knows what it has cost."""

    order: Order
    requests: int = 0
    found: list[Seen] = field(default_factory=list)
    never: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._began = time.perf_counter()
        self._backend_before = cpu_seconds(self.order.process)

    def phase(self, name: str, total: int) -> None:
        """Note nothing: checks tell enough."""

    def seen(self, finding: contracts.Finding, requests: int) -> None:
        """Note a failure that is not confirmed yet; end the run where that is enough."""
        if self.order.until_found and finding.id not in self.order.known:
            self.requests += requests
            self.found.append(_seen(finding))
            raise _EnoughError

    def checked(self, result: CheckResult) -> None:
        """Note what a check found; end the run where that is enough."""
        self.requests += result.requests
        self.never += [result.check.code] if result.verdict is contracts.Verdict.NEVER else []
        self.found += [_seen(each) for each in result.findings if each.id not in self.order.known]
        if self.found and self.order.until_found:
            raise _EnoughError

    @property
    def wall(self) -> float:
        """Seconds since the run began."""
        return time.perf_counter() - self._began

    @property
    def backend_is_gone(self) -> bool:
        """Whether the backend has ended meanwhile: what was not found of it then says nothing."""
        return self._backend_before is not None and cpu_seconds(self.order.process) is None

    @property
    def spent(self) -> float:
        """Processor seconds of checker and backend, which is what they take where nothing else runs.

        Seconds by the clock where the platform does not tell.
        """
        now = cpu_seconds(self.order.process)
        if now is None or self._backend_before is None:
            return self.wall
        return time.process_time() + now - self._backend_before

    def outcome(self, ended: str, why: str = "") -> Outcome:
        """Sum up."""
        figures = self.requests, round(self.spent, 3), round(self.wall, 3)
        return Outcome(ended, *figures, tuple(self.found), tuple(self.never), why)


def _seen(finding: contracts.Finding) -> Seen:
    told = finding.expected[:300], finding.got[:300]
    place = finding.code, finding.operation, finding.subject
    return Seen(finding.id, *place, finding.rules, *told, finding.confirmation)


def run(order: Order, watch: Watch) -> Outcome:
    """Run the lane to its end, or to the first finding that is new."""
    try:
        contracts.check(
            order.url,
            spec=Path(order.spec),
            profile=profile_for(order.subject),
            only=[CHOSEN.get(order.lane, order.lane)],
            seed=order.seed,
            listener=watch,
        )
    except _EnoughError:
        return watch.outcome("found")
    except contracts.CannotRun as error:
        return watch.outcome("could not run", str(error))
    if watch.backend_is_gone:
        return watch.outcome("could not run", "the backend ended before the lane")
    return watch.outcome("found" if watch.found else "finished")


def _end_in_time(watch: Watch) -> None:
    while watch.spent < watch.order.budget and watch.wall < watch.order.patience:
        time.sleep(TICK)
    _tell(watch.outcome("out of time"))


def _tell(outcome: Outcome) -> NoReturn:
    """Print the outcome and end at once, whatever threads the engine still has."""
    sys.stdout.write(msgspec.json.encode(outcome).decode() + "\n")
    sys.stdout.flush()
    os._exit(0)


def main() -> None:
    """Read an order, carry it out, tell what came of it."""
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    watch = Watch(order)
    threading.Thread(target=_end_in_time, args=(watch,), daemon=True).start()
    _tell(run(order, watch))


if __name__ == "__main__":
    main()

"""The soak: rounds of requests, a reset after each, and what must have held at the end."""

import gc
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from benchmarks.soak.drawing import Drawing, Drawn
from benchmarks.soak.sides import RESET, Side

ROUNDS = 5
_SLACK = 8.0
"""MB by which the memory after a reset may differ from that after the first one: an allocator gives back in lumps."""
_KEPT = 20
"""How many failures are told."""

Say = Callable[[int], None]
"""Tells how many requests are done."""


@dataclass
class Round:
    """What came of one round; the memory is that before and after the reset at its end, in MB."""

    side: str
    statuses: Counter[int]
    seconds: float
    documents: int | None
    full: float | None
    reset: float | None
    left: int | None
    """The documents that the mock stores after the reset."""

    @property
    def requests(self) -> int:
        """How many requests were sent."""
        return self.statuses.total()


@dataclass
class Outcome:
    """What came of all rounds."""

    rounds: list[Round] = field(default_factory=list)
    succeeded: set[str] = field(default_factory=set)
    """The operations that succeeded at least once."""
    failures: list[str] = field(default_factory=list)
    """Promises that were broken, each in a line."""


def soak(name: str, side: Side, drawing: Drawing, requests: int, outcome: Outcome, say: Say) -> None:
    """Send requests to a mock in rounds, and note what came and what was broken."""
    side.send(RESET)
    start = side.documents()
    mine: list[Round] = []
    for number in range(ROUNDS):
        size = requests * (number + 1) // ROUNDS - requests * number // ROUNDS
        mine.append(_round(name, side, drawing, size, outcome, say))
    outcome.rounds += mine
    outcome.failures += _broken(name, side, mine, start)


def _round(name: str, side: Side, drawing: Drawing, size: int, outcome: Outcome, say: Say) -> Round:
    statuses: Counter[int] = Counter()
    begin = time.perf_counter()
    for drawn in _drawn(drawing, size):
        status, content = side.send(drawn)
        statuses[status] += 1
        drawing.learn(drawn, status, content)
        if status < 400:
            outcome.succeeded.add(drawn.operation)
        elif status >= 500 and len(outcome.failures) < _KEPT:
            outcome.failures.append(f"{name}: {drawn.method} {drawn.path} was answered {status}: {drawn!r:.600}")
        say(1)
    seconds = time.perf_counter() - begin
    documents, full = side.documents(), side.megabytes()
    drawing.forget()
    side.send(RESET)
    gc.collect()
    return Round(name, statuses, seconds, documents, full, side.megabytes(), side.documents())


def _drawn(drawing: Drawing, size: int) -> Iterator[Drawn]:
    for _ in range(size):
        yield drawing.draw()


def _broken(name: str, side: Side, rounds: list[Round], start: int | None) -> Iterator[str]:
    """Yield what was promised of a mock and did not hold, beside the answers."""
    for line in side.logged()[:_KEPT]:
        yield f"{name}: logged: {line}"
    if side.send(RESET)[0] != 204:
        yield f"{name}: the mock no longer answers"
    first, last = rounds[0].reset, rounds[-1].reset
    if first is not None and last is not None and last > first + _SLACK:
        yield f"{name}: after a reset {last:.0f} MB were held, and {first:.0f} MB after the first one"
    if any(each.left != start for each in rounds):
        yield f"{name}: a reset left other than the {start} documents of the start"

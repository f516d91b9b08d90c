"""The measurements: everything in shuffled rounds, medians, shares of the bare rate of the same round."""

import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.load import growth, machine
from benchmarks.load.exchanges import Exchange, exchanges
from benchmarks.load.generator import answer, load
from benchmarks.load.servers import MOCK, Launcher, Server

_WARM_UP = 0.2

Say = Callable[[str], None]
"""Tells the reader what is measured now."""


@dataclass(frozen=True)
class Plan:
    """How long to measure: rounds, and the seconds that each exchange has in a round."""

    rounds: int
    seconds: float


@dataclass(frozen=True)
class Rate:
    """What a server does of one exchange.

    ``cpu`` is its processor time in µs an answer, ``busy`` how much of its core it had. The shares are those of the
    bare answer: of the rate, and by processor time, which tells the same where nothing else runs on the machine.
    """

    name: str
    rate: float
    share: float
    target: float | None
    cpu: float | None
    cpu_share: float | None
    busy: float | None


@dataclass(frozen=True)
class Start:
    """Seconds from the command to healthy: with nothing in the cache, and with the contract bundled before."""

    first: float
    again: float


@dataclass(frozen=True)
class Memory:
    """MB that the mock holds when it is ready, and after all load."""

    ready: float | None
    loaded: float | None


@dataclass(frozen=True)
class Growth:
    """What a number of operations does to the last of them: processor time in µs an answer, and seconds to start."""

    operations: int
    cpu: float | None
    start: float


@dataclass(frozen=True)
class Results:
    """All that was measured in one run."""

    rates: tuple[Rate, ...]
    start: Start
    memory: Memory
    growth: tuple[Growth, ...]


def measure(plan: Plan, say: Say) -> Results:
    """Measure everything. Raises LoadError where a server does not do what it should."""
    cores = machine.cores()
    if cores is not None:
        machine.bind(cores[1])
    with tempfile.TemporaryDirectory() as folder:
        launcher = Launcher(cores[0] if cores else None, Path(folder) / "cache")
        say("start")
        start = _start(launcher, plan.rounds)
        rates, memory = _rates(launcher, plan, say)
        return Results(rates, start, memory, tuple(_growth(launcher, plan, Path(folder), say)))


def _start(launcher: Launcher, rounds: int) -> Start:
    first = launcher.start()
    return Start(first, median(launcher.start() for _ in range(rounds)))


@dataclass(frozen=True)
class _Turn:
    rate: float
    cpu: float | None

    @property
    def busy(self) -> float | None:
        return None if self.cpu is None else self.cpu * self.rate / 1e6


def _turn(server: Server, exchange: bytes, seconds: float) -> _Turn:
    before = machine.cpu_seconds(server.process)
    sample = load(server.address, exchange, seconds)
    after = machine.cpu_seconds(server.process)
    cpu = None if before is None or after is None else (after - before) / sample.answers * 1e6
    return _Turn(sample.rate, cpu)


def _rates(launcher: Launcher, plan: Plan, say: Say) -> tuple[tuple[Rate, ...], Memory]:
    cases = exchanges()
    with ExitStack() as stack:
        commands = {case.server for case in cases}
        servers = {command: stack.enter_context(launcher.serve(command)) for command in commands}
        ready = machine.megabytes(servers[MOCK].process)
        for case in cases:
            load(servers[case.server].address, case.request, _WARM_UP)
        turns = _rounds(cases, servers, plan, say)
        memory = Memory(ready, machine.megabytes(servers[MOCK].process))
    return tuple(_rate(case, turns[case.name], turns[cases[0].name]) for case in cases), memory


def _rounds(
    cases: Iterable[Exchange], servers: dict[tuple[str, ...], Server], plan: Plan, say: Say
) -> dict[str, list[_Turn]]:
    turns: defaultdict[str, list[_Turn]] = defaultdict(list)
    order = list(cases)
    for number in range(1, plan.rounds + 1):
        random.shuffle(order)
        for case in order:
            say(f"round {number} of {plan.rounds}: {case.name}")
            turns[case.name].append(_turn(servers[case.server], case.request, plan.seconds))
    return turns


def _rate(case: Exchange, turns: list[_Turn], bare: list[_Turn]) -> Rate:
    pairs = list(zip(turns, bare, strict=True))
    return Rate(
        name=case.name,
        rate=median(turn.rate for turn in turns),
        share=median(turn.rate / yardstick.rate for turn, yardstick in pairs),
        target=case.target,
        cpu=_median(turn.cpu for turn in turns),
        cpu_share=_median(yardstick.cpu / turn.cpu for turn, yardstick in pairs if turn.cpu and yardstick.cpu),
        busy=_median(turn.busy for turn in turns),
    )


def _median(values: Iterable[float | None]) -> float | None:
    """Return the median of what is known, None where nothing is."""
    known = [value for value in values if value is not None]
    return median(known) if known else None


def _growth(launcher: Launcher, plan: Plan, folder: Path, say: Say) -> Iterable[Growth]:
    for operations in growth.SIZES:
        say(f"a document of {operations} operations")
        command = (*MOCK, "--spec", str(growth.write(operations, folder)))
        create, change = growth.last(operations)
        with launcher.serve(command) as server:
            answer(server.address, create)
            load(server.address, change, _WARM_UP)
            turns = [_turn(server, change, plan.seconds) for _ in range(plan.rounds)]
        yield Growth(operations, _median(turn.cpu for turn in turns), launcher.start("--spec", command[-1]))

"""The measurements: everything in shuffled rounds, medians, shares of the bare rate of the same round."""

import random
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise, repeat
from pathlib import Path
from statistics import median

from benchmarks.load import growth, machine, operations, plain, sizes, starts
from benchmarks.load.exchanges import Exchange, exchanges
from benchmarks.load.generator import Address, Sample, answer, load, volley
from benchmarks.load.servers import BARE, MOCK, Launch, Launcher, Server
from benchmarks.load.turns import Rate, Turn, median_of, rate, turn

_WARM_UP = 0.2
_LEAST_SHARE = 0.1
"""No operation may have less of the bare rate."""

Say = Callable[[str], None]
"""Tells the reader what is measured now."""


@dataclass(frozen=True)
class Plan:
    """What to measure, and how long: rounds, and the seconds that each exchange has in a round."""

    rounds: int
    seconds: float
    operations: bool = False
    sizes: bool = False


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
class SizedStart:
    """What the start with a document of some bytes takes: with nothing in the cache, and with the document in it."""

    size: int
    first: Launch
    again: Launch


@dataclass(frozen=True)
class Results:
    """All that was measured in one run; ``sizes`` tells the processor time in µs of each request by size."""

    rates: tuple[Rate, ...]
    start: Start
    memory: Memory
    growth: tuple[Growth, ...]
    operations: tuple[Rate, ...] = ()
    sizes: Mapping[str, Mapping[int, float | None]] = field(default_factory=dict)
    starts: tuple[SizedStart, ...] = ()


def measure(plan: Plan, say: Say) -> Results:
    """Measure everything. Raises LoadError where a server does not do what it should."""
    cores = machine.cores()
    if cores is not None:
        machine.bind(cores[1])
    with tempfile.TemporaryDirectory() as folder:
        launcher = Launcher(cores[0] if cores else None, Path(folder) / "cache")
        say("start")
        start = _start(launcher, plan.rounds)
        rates, memory = _rates(launcher, plan, (*exchanges(), plain.exchange(Path(folder))), say)
        grown = tuple(_growth(launcher, plan, Path(folder), say))
        every = _operations(launcher, plan, say) if plan.operations else ()
        worlds = _sizes(launcher, plan, say) if plan.sizes else {}
        sized = tuple(_starts(launcher, plan, Path(folder), say)) if plan.sizes else ()
        return Results(rates, start, memory, grown, every, worlds, sized)


def _start(launcher: Launcher, rounds: int) -> Start:
    first = launcher.start()
    return Start(first, median(launcher.start() for _ in range(rounds)))


def _rates(launcher: Launcher, plan: Plan, cases: tuple[Exchange, ...], say: Say) -> tuple[tuple[Rate, ...], Memory]:
    with ExitStack() as stack:
        commands = {case.server for case in cases}
        servers = {command: stack.enter_context(launcher.serve(command)) for command in commands}
        ready = machine.megabytes(servers[MOCK].process)
        for case in cases:
            load(servers[case.server].address, case.request, _WARM_UP)
        turns = _rounds(cases, servers, plan, say)
        memory = Memory(ready, machine.megabytes(servers[MOCK].process))
    bare = turns[cases[0].name]
    return tuple(rate(case.name, case.target, turns[case.name], bare) for case in cases), memory


def _rounds(
    cases: Iterable[Exchange], servers: dict[tuple[str, ...], Server], plan: Plan, say: Say
) -> dict[str, list[Turn]]:
    turns: defaultdict[str, list[Turn]] = defaultdict(list)
    order = list(cases)
    for number in range(1, plan.rounds + 1):
        random.shuffle(order)
        for case in order:
            say(f"round {number} of {plan.rounds}: {case.name}")
            turns[case.name].append(turn(servers[case.server], _for(case.request, plan.seconds)))
    return turns


def _for(request: bytes, seconds: float) -> Callable[[Address], Sample]:
    return lambda address: load(address, request, seconds)


def _growth(launcher: Launcher, plan: Plan, folder: Path, say: Say) -> Iterable[Growth]:
    for number in growth.SIZES:
        say(f"a document of {number} operations")
        command = (*MOCK, "--spec", str(growth.write(number, folder)))
        create, change = growth.last(number)
        with launcher.serve(command) as server:
            answer(server.address, create)
            load(server.address, change, _WARM_UP)
            turns = [turn(server, _for(change, plan.seconds)) for _ in range(plan.rounds)]
        yield Growth(number, median_of(turn.cpu for turn in turns), launcher.start("--spec", command[-1]))


def _starts(launcher: Launcher, plan: Plan, folder: Path, say: Say) -> Iterable[SizedStart]:
    for size in starts.SIZES:
        say(f"a document of {size:,} bytes")
        options = ("--spec", str(starts.write(size, folder)))
        first, *again = (launcher.launch(*options) for _ in range(plan.rounds + 1))
        yield SizedStart(size, first, min(again, key=lambda launch: launch.cpu or launch.seconds))


def _operations(launcher: Launcher, plan: Plan, say: Say) -> tuple[Rate, ...]:
    cases, nothing = list(operations.cases().items()), exchanges()[0].request
    turns: defaultdict[str, list[Turn]] = defaultdict(list)
    bare: defaultdict[str, list[Turn]] = defaultdict(list)
    with launcher.serve(MOCK) as mock, launcher.serve(BARE) as yardstick:
        for number in range(1, plan.rounds + 1):
            random.shuffle(cases)
            for name, case in cases:
                say(f"every operation, round {number} of {plan.rounds}: {name}")
                _prepare(mock, case)
                turns[name].append(turn(mock, _all(case.request)))
                bare[name].append(turn(yardstick, _all(lambda _: nothing)))
    found = [rate(name, _LEAST_SHARE, turns[name], bare[name]) for name, _ in cases]
    return tuple(sorted(found, key=lambda one: one.share))


def _prepare(mock: Server, case: operations.Case) -> None:
    """Return to the world at start, and make what the requests of an operation use up."""
    answer(mock.address, operations.RESET)
    volley(mock.address, case.once)
    if case.before is not None:
        _all(case.before)(mock.address)


def _all(request: operations.Numbered) -> Callable[[Address], Sample]:
    numbers = range(1, operations.HOW_MANY + 1)
    return lambda address: volley(address, map(request, numbers))


def _times(request: bytes, times: int) -> Callable[[Address], Sample]:
    # Counted, not timed: whoever hangs up on a slow answer leaves the server with it, and the next turn pays.
    return lambda address: volley(address, repeat(request, times))


def _sizes(launcher: Launcher, plan: Plan, say: Say) -> dict[str, dict[int, float | None]]:
    found: defaultdict[str, dict[int, float | None]] = defaultdict(dict)
    with launcher.serve(MOCK) as mock:
        for before, size in pairwise((0, *sizes.SIZES)):
            say(f"a world of {size} courses")
            volley(mock.address, sizes.growing(before, size))
            for name, request in sizes.REQUESTS.items():
                say(f"{name} among {size} courses")
                turns = [turn(mock, _times(request, sizes.TIMES)) for _ in range(plan.rounds)]
                found[name][size] = median_of(each.cpu for each in turns)
    return found

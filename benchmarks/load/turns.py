"""One turn of load on one server, and what many of them say of an exchange beside the yardstick."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

from benchmarks.load import machine
from benchmarks.load.generator import Address, Sample
from benchmarks.load.servers import Server


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
class Turn:
    """Answers a second, and processor time in µs an answer."""

    rate: float
    cpu: float | None

    @property
    def busy(self) -> float | None:
        """How much of its core the server had."""
        return None if self.cpu is None else self.cpu * self.rate / 1e6


def turn(server: Server, send: Callable[[Address], Sample]) -> Turn:
    """Put a server under load, and measure what it does and uses."""
    before = machine.cpu_seconds(server.process)
    sample = send(server.address)
    after = machine.cpu_seconds(server.process)
    cpu = None if before is None or after is None else (after - before) / sample.answers * 1e6
    return Turn(sample.rate, cpu)


def rate(name: str, target: float | None, turns: list[Turn], bare: list[Turn]) -> Rate:
    """Return the medians of turns that were taken beside the bare answer, one of it a turn."""
    pairs = list(zip(turns, bare, strict=True))
    return Rate(
        name=name,
        rate=median(turn.rate for turn in turns),
        share=median(turn.rate / yardstick.rate for turn, yardstick in pairs),
        target=target,
        cpu=median_of(turn.cpu for turn in turns),
        cpu_share=median_of(yardstick.cpu / turn.cpu for turn, yardstick in pairs if turn.cpu and yardstick.cpu),
        busy=median_of(turn.busy for turn in turns),
    )


def median_of(values: Iterable[float | None]) -> float | None:
    """Return the median of what is known, None where nothing is."""
    known = [value for value in values if value is not None]
    return median(known) if known else None

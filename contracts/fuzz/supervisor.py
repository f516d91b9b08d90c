"""Runs the shards of a long run, a process each: tells how it is going, and starts again what dies."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import IO

from contracts.client import private_files
from contracts.client.limits import Halt
from contracts.fuzz.durations import told
from contracts.fuzz.journal import path_of, read
from contracts.fuzz.progress import Ticker
from contracts.fuzz.shard import DEATHS

TICK_SECONDS = 0.25
FIRST_PAUSE_SECONDS = 1.0
PAUSE_GROWS = 6
"""A target that is started again is given a minute or so."""
PATIENCE = 10.0
"""Seconds that shards have to end in good order once they were asked to, beside those for cleaning up."""


@dataclass
class Shard:
    """One process, and what stands in its journal."""

    command: Sequence[str]
    journal: Path
    deaths: int = 0
    """Since it last finished a unit."""
    units: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    given_up: bool = False
    resting_until: float | None = None

    @property
    def name(self) -> str:
        """How it is told."""
        return self.journal.stem.replace("-", " ")

    @property
    def log(self) -> Path:
        """What the process says of itself."""
        return self.journal.with_suffix(".log")

    def start(self) -> None:
        """Start, or start again."""
        self.units = len(read(self.journal).entries)
        self.resting_until = None
        with private_files.open_private(self.log, "wb") as log:
            # The shard stops when this pipe ends, which it does however this process ends.
            self.process = subprocess.Popen(  # noqa: S603  # our own command
                self.command, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def last_words(self) -> str:
        """The last line that the process said."""
        said = self.log.read_text(errors="replace").strip().splitlines()
        return said[-1] if said else "it said nothing"

    def kill(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.kill()

    def let_go(self) -> None:
        """Ask it to stop: what is on its way is broken off, and what was created is cleaned up."""
        if self.process is not None:
            _close(self.process.stdin)


def commands(base: Sequence[str], folder: Path, of: int) -> list[Shard]:
    """The shards of a run, by the command that runs one of them."""
    return [
        Shard([*base, "--shard", f"{number}/{of}", "--lifeline"], path_of(folder, number, of))
        for number in range(1, of + 1)
    ]


def supervise(shards: Sequence[Shard], ticker: Ticker, halt: Halt | None = None, patience: float = PATIENCE) -> bool:
    """Run all shards to their end, or until somebody asks for it; False if one of them could not be kept alive."""
    halt = halt or Halt()
    try:
        for shard in shards:
            shard.start()
        # Each is looked after, not only the first that runs.
        while not halt.why and sum(_runs(shard, ticker) for shard in shards):
            ticker.tick()
            halt.wait(TICK_SECONDS)
    finally:
        _end(shards, patience)
        ticker.tick()
    return not any(shard.given_up for shard in shards)


def _runs(shard: Shard, ticker: Ticker) -> bool:
    """Whether a shard is still at work; one that died is started again, at the unit in which it died."""
    assert shard.process is not None
    status = shard.process.poll()
    if status is None:
        return True
    if status == 0 or shard.given_up:
        return False
    if shard.resting_until is None:
        _lay_out(shard, status, ticker)
    elif monotonic() >= shard.resting_until:
        shard.start()
    return not shard.given_up


def _lay_out(shard: Shard, status: int, ticker: Ticker) -> None:
    """Tell of a death, and choose when to start again."""
    shard.let_go()
    shard.deaths = 1 if len(read(shard.journal).entries) > shard.units else shard.deaths + 1
    shard.given_up = shard.deaths > DEATHS
    pause = FIRST_PAUSE_SECONDS * PAUSE_GROWS ** (shard.deaths - 1)
    shard.resting_until = monotonic() + pause
    next_step = "given up" if shard.given_up else f"its unit is taken up again in {told(pause)}"
    ticker.say(f"{shard.name} died ({_how(status)}; {shard.last_words}): {next_step}")


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"


def _end(shards: Sequence[Shard], patience: float) -> None:
    for shard in shards:
        shard.let_go()
    for shard in shards:
        if shard.process is None:
            continue
        try:
            shard.process.wait(patience)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            shard.process.kill()
            shard.process.wait()


def _close(pipe: IO[bytes] | None) -> None:
    if pipe is not None:
        pipe.close()

"""Run the shards of a long run, each in a process of its own; show the progress, and restart shards that die."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import IO

from contracts.client import private_files
from contracts.client.limits import Halt
from contracts.fuzz.durations import spell
from contracts.fuzz.journal import path_of, read
from contracts.fuzz.progress import Ticker
from contracts.fuzz.shard import DEATHS

TICK_SECONDS = 0.25
FIRST_PAUSE_SECONDS = 1.0
PAUSE_GROWS = 6
"""The pauses add up to a minute or so, in which a target can restart."""
PATIENCE = 10.0
"""Seconds that shards have to end by themselves, in addition to the time for cleaning up."""


@dataclass
class Shard:
    """One process and its journal."""

    command: Sequence[str]
    journal: Path
    deaths: int = 0
    """Since it last completed a unit."""
    units: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)
    given_up: bool = False
    resting_until: float | None = None

    @property
    def name(self) -> str:
        """Its name in messages."""
        return self.journal.stem.replace("-", " ")

    @property
    def log(self) -> Path:
        """The file with the output of the process."""
        return self.journal.with_suffix(".log")

    def start(self) -> None:
        """Start or restart it."""
        self.units = len(read(self.journal).entries)
        self.resting_until = None
        with private_files.open_private(self.log, "wb") as log:
            # The shard stops when this pipe closes, which it does however this process ends.
            self.process = subprocess.Popen(  # noqa: S603  # our own command
                self.command, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def last_line(self) -> str:
        """The last line that the process printed."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it printed nothing"

    def kill(self) -> None:
        """End it at once."""
        if self.process is not None:
            self.process.kill()

    def stop(self) -> None:
        """Let it abort the current request, clean up, and end."""
        if self.process is not None:
            _close(self.process.stdin)


def commands(base: Sequence[str], folder: Path, of: int) -> list[Shard]:
    """Return the shards of a run, by the command that runs one of them."""
    return [
        Shard([*base, "--shard", f"{number}/{of}", "--lifeline"], path_of(folder, number, of))
        for number in range(1, of + 1)
    ]


def supervise(shards: Sequence[Shard], ticker: Ticker, halt: Halt | None = None, patience: float = PATIENCE) -> bool:
    """Run all shards until they end or the user stops them; return False if one of them kept dying."""
    halt = halt or Halt()
    try:
        for shard in shards:
            shard.start()
        # Not any(): every shard needs a look, even after one that runs.
        while not halt.why and sum(_runs(shard, ticker) for shard in shards):
            ticker.tick()
            halt.wait(TICK_SECONDS)
    finally:
        _end(shards, patience)
        ticker.tick()
    return not any(shard.given_up for shard in shards)


def _runs(shard: Shard, ticker: Ticker) -> bool:
    """Return whether a shard still runs, or will; one that died restarts at the unit in which it died."""
    assert shard.process is not None
    status = shard.process.poll()
    if status is None:
        return True
    if status == 0 or shard.given_up:
        return False
    if shard.resting_until is None:
        _plan_restart(shard, status, ticker)
    elif monotonic() >= shard.resting_until:
        shard.start()
    return not shard.given_up


def _plan_restart(shard: Shard, status: int, ticker: Ticker) -> None:
    """Report a death, and choose when to restart."""
    shard.stop()
    shard.deaths = 1 if len(read(shard.journal).entries) > shard.units else shard.deaths + 1
    shard.given_up = shard.deaths > DEATHS
    pause = FIRST_PAUSE_SECONDS * PAUSE_GROWS ** (shard.deaths - 1)
    shard.resting_until = monotonic() + pause
    next_step = "given up" if shard.given_up else f"it repeats its unit in {spell(pause)}"
    ticker.say(f"{shard.name} died ({_how(status)}; {shard.last_line}): {next_step}")


def _how(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"exit status {status}"


def _end(shards: Sequence[Shard], patience: float) -> None:
    for shard in shards:
        shard.stop()
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

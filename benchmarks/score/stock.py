"""The stock engine as it comes: ``schemathesis run`` with its own defaults, beside the lanes of the checker."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copy
from tempfile import TemporaryDirectory

from benchmarks.score.backend import BenchError, serving
from benchmarks.score.lane import Outcome, Seen
from benchmarks.score.subjects import HEALTHY, Subject

LANE = "stock"
_HELD, _BROKEN = 0, 1
_SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))


@dataclass(frozen=True)
class Engine:
    """The engine with what it may find, because it finds it on the healthy backend too."""

    folder: Path
    spec: Path

    def learn(self, seed: int) -> None:
        """Accept what a run with this seed finds on the healthy backend."""
        with serving(HEALTHY.options) as backend:
            self._run(backend.url, seed, self._accepted, "--baseline-update")

    def judge(self, subject: Subject, seed: int, patience: float) -> Outcome:
        """Run against a subject to the end, or for so many seconds; what counts is the exit status."""
        began = time.perf_counter()
        with TemporaryDirectory(dir=self.folder) as folder, serving(subject.options) as backend:
            accepted = Path(folder) / "baseline.json"
            copy(self._accepted, accepted)
            try:
                status, said = self._run(backend.url, seed, accepted, timeout=patience)
            except subprocess.TimeoutExpired:
                return Outcome("out of time", 0, patience, patience)
        wall = round(time.perf_counter() - began, 3)
        found = tuple(failures(said)) if status == _BROKEN else ()
        return Outcome("found" if found else "finished", 0, wall, wall, found)

    @property
    def _accepted(self) -> Path:
        return self.folder / "baseline.json"

    def _run(
        self, url: str, seed: int, baseline: Path, *options: str, timeout: float | None = None
    ) -> tuple[int, list[str]]:
        # In a folder of its own, so that it meets no configuration; the token is all that it is told.
        done = subprocess.run(
            [
                *(_SCHEMATHESIS, "run", str(self.spec), "--url", url, "--seed", str(seed), "--no-color"),
                *("-H", "Authorization: Bearer creator", "--generation-database", "none"),
                *("--baseline", str(baseline), *options),
            ],
            cwd=baseline.parent,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        if done.returncode not in (_HELD, _BROKEN):
            raise BenchError(f"schemathesis run ended with status {done.returncode}: {done.stdout[-300:]}")
        return done.returncode, done.stdout.splitlines()


@contextmanager
def engine(spec: Path) -> Iterator[Engine]:
    """Give an engine that accepts nothing yet."""
    with TemporaryDirectory(prefix="course-score-") as folder:
        yield Engine(Path(folder), spec)


def failures(lines: list[str]) -> Iterator[Seen]:
    """Read the failures from the summary of a run: ``❌ ST103 Undocumented status code: 3``."""
    for line in lines:
        mark, _, told = line.strip().partition(" ")
        code, _, title = told.partition(" ")
        if mark == "❌" and code.startswith("ST"):
            yield Seen(told, code, "", "", (), f"no failure of the kind: {title.rpartition(':')[0]}", told, "seen once")

"""The stock engine as it comes: ``schemathesis run`` with its own defaults, beside the lanes of the checker."""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from benchmarks.detection.backend import BenchError, serving
from benchmarks.detection.lane import Outcome, Seen
from benchmarks.detection.subjects import Subject

LANE = "stock"
LEARNING = 5
"""With how many seeds the healthy backend is run first: the engine reports of it what it happens to draw."""

_HELD, _BROKEN = 0, 1
_SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))
_FAILED = b'"failure_info"'
_PLACES = "Invalid component:", "Schema at "
"""How lines begin that say which part of a request or an answer a failure is about."""


@dataclass(frozen=True)
class Engine:
    """The engine with the document that it is given, and a folder for what it writes."""

    folder: Path
    spec: Path

    def judge(self, subject: Subject, seed: int, patience: float, known: Iterable[str] = ()) -> Outcome:
        """Run against a subject to the end, or for so many seconds; what is known already does not count."""
        began = time.perf_counter()
        with TemporaryDirectory(dir=self.folder) as folder, serving(subject.options) as backend:
            report = Path(folder) / "report.ndjson"
            try:
                self._run(backend.url, seed, report, patience)
            except subprocess.TimeoutExpired:
                return Outcome("out of time", 0, patience, patience)
            with report.open("rb") as lines:
                seen = {each.id: each for each in failures(lines)}
        wall = round(time.perf_counter() - began, 3)
        found = tuple(seen[name] for name in seen.keys() - set(known))
        return Outcome("found" if found else "finished", 0, wall, wall, tuple(sorted(found, key=lambda one: one.code)))

    def _run(self, url: str, seed: int, report: Path, patience: float) -> None:
        # In a folder of its own, so that it meets no configuration; the token is all that it is told.
        done = subprocess.run(
            [
                *(_SCHEMATHESIS, "run", str(self.spec), "--url", url, "--seed", str(seed), "--no-color"),
                *("-H", "Authorization: Bearer creator", "--generation-database", "none"),
                *("--report", "ndjson", "--report-ndjson-path", str(report)),
            ],
            cwd=report.parent,
            capture_output=True,
            text=True,
            timeout=patience,
        )
        if done.returncode not in (_HELD, _BROKEN):
            raise BenchError(f"schemathesis run ended with status {done.returncode}: {done.stdout[-300:]}")


@contextmanager
def engine(spec: Path) -> Iterator[Engine]:
    """Give an engine with a folder of its own."""
    with TemporaryDirectory(prefix="course-score-") as folder:
        yield Engine(Path(folder), spec)


def failures(lines: Iterable[bytes]) -> Iterator[Seen]:
    """Read the failures from the NDJSON report of a run.

    Two are the same when kind, operation and the part of the request or answer that they are about are the same.
    """
    for line in lines:
        if _FAILED in line:
            yield from map(_seen, _failed(msgspec.json.decode(line)))


def _failed(node: object) -> Iterator[dict[str, str]]:
    """Every failure in an event, however deep."""
    if isinstance(node, dict):
        told = node.get("failure_info")
        if told:
            yield told["failure"]
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from _failed(each)


def _seen(failure: dict[str, str]) -> Seen:
    code, operation, told = failure["code"], failure["operation"], failure["message"]
    place = "; ".join(line for line in told.splitlines() if line.startswith(_PLACES))
    name = sha256("\0".join((code, operation, place)).encode()).hexdigest()[:12]
    return Seen(name, code, operation, place, (), failure["title"], told[:300], "seen once")

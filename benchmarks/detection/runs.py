"""The runs of a measurement, kept in a file as they end, so that hours of work survive a stop."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import msgspec

from benchmarks.detection.backend import BenchError
from benchmarks.detection.lane import Outcome
from benchmarks.detection.subjects import Subject

Job: TypeAlias = tuple[Subject, str, int]
"""A subject, a lane, a seed."""


class Run(msgspec.Struct, frozen=True):
    """One lane, one seed, one subject, and what came of it."""

    subject: str
    number: int | None
    lane: str
    seed: int
    outcome: Outcome


@dataclass
class Journal:
    """What has been run: a line of JSON for each run in the file, if there is one."""

    path: Path | None = None
    _runs: dict[tuple[str, str, int], Run] = field(default_factory=dict)

    @classmethod
    def at(cls, path: Path) -> "Journal":
        """Go on with the journal at a path; BenchError where a line of it is none of a journal."""
        journal = cls(path)
        for number, line in enumerate(path.read_bytes().splitlines() if path.exists() else (), start=1):
            try:
                run = msgspec.json.decode(line, type=Run)
            except msgspec.DecodeError as error:
                raise BenchError(f"{path}:{number}: not a run ({error}); remove it, or name a new file") from error
            journal._runs[run.subject, run.lane, run.seed] = run
        return journal

    def missing(self, jobs: Iterable[Job]) -> list[Job]:
        """The jobs that are still to be done."""
        return [job for job in jobs if _key(job) not in self._runs]

    def of(self, jobs: Sequence[Job]) -> list[Run]:
        """What came of some jobs, in their order."""
        return [self._runs[_key(job)] for job in jobs]

    def add(self, job: Job, outcome: Outcome) -> None:
        """Keep what came of a job."""
        subject, lane, seed = job
        run = self._runs[_key(job)] = Run(subject.name, subject.number, lane, seed, outcome)
        if self.path is not None:
            with self.path.open("ab") as file:
                file.write(msgspec.json.encode(run) + b"\n")


def _key(job: Job) -> tuple[str, str, int]:
    return job[0].name, job[1], job[2]

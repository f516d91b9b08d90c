"""The measurement: the healthy backend first, whose findings count for nobody, then every subject lane by lane."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from benchmarks.detection import contract, stock
from benchmarks.detection.backend import BenchError, serving
from benchmarks.detection.lane import Order, Outcome, Seen
from benchmarks.detection.runs import Job, Journal, Run
from benchmarks.detection.subjects import HEALTHY, Subject
from contracts.runner.preparation import DEFAULT_SEED

LANES = ("A", "B")
PATIENCE = 6
"""How many times its budget a run may take by the clock, where other processes have the machine too."""
TO_THE_END = 10
"""How many times the budget of a fault a backend without one has: a false alarm is looked for to the end."""

Say = Callable[[str], None]
"""Told after every run what was run."""


@dataclass(frozen=True)
class Plan:
    """How to measure: seeds, processor seconds for a run, runs at the same time, faults for the stock engine."""

    seeds: int = 3
    budget: float = 60.0
    jobs: int = 2
    stock: frozenset[int] = frozenset()
    lanes: tuple[str, ...] = LANES
    stock_seeds: int | None = None
    """How many of the seeds the stock engine runs with: it takes hours; None for all of them."""

    def seeds_of(self, lane: str) -> Sequence[int]:
        """The seeds of a lane, the checker's default first."""
        fewer = self.stock_seeds if lane == stock.LANE else None
        return range(DEFAULT_SEED, DEFAULT_SEED + min(self.seeds, fewer or self.seeds))

    @property
    def learning(self) -> list[Job]:
        """The runs that show what the stock engine finds where nothing is wrong."""
        return [(HEALTHY, stock.LANE, DEFAULT_SEED + each) for each in range(stock.LEARNING if self.stock else 0)]

    def jobs_of(self, subjects: Iterable[Subject], lanes: Iterable[str]) -> list[Job]:
        """Every lane with each of its seeds against some subjects."""
        return [(subject, lane, seed) for subject, lane in product(subjects, lanes) for seed in self.seeds_of(lane)]


class Results(msgspec.Struct, frozen=True):
    """All runs of a measurement."""

    seeds: int
    budget: float
    healthy: tuple[Run, ...]
    runs: tuple[Run, ...]

    def of(self, subject: Subject, lane: str) -> list[Run]:
        """The runs of one lane against one subject, one for each seed."""
        return [run for run in self.runs if run.subject == subject.name and run.lane == lane]

    def alarms(self) -> Iterator[tuple[str, Seen]]:
        """What was found where nothing is wrong, once for each subject."""
        innocent = [run for run in (*self.healthy, *self.runs) if run.number is None]
        for name in dict.fromkeys(run.subject for run in innocent):
            yield from ((name, seen) for seen in _found(run for run in innocent if run.subject == name).values())


def measure(subjects: Sequence[Subject], plan: Plan, say: Say, journal: Journal) -> Results:
    """Run the lanes with every seed against the healthy backend and every subject, but for what the journal has."""
    with TemporaryDirectory(prefix="course-score-") as folder:
        bench = _Bench(plan, contract.whole(Path(folder)), say, journal)
        healthy = bench.lanes([HEALTHY], dict.fromkeys(plan.lanes, ()))
        known = {lane: tuple(_found(run for run in healthy if run.lane == lane)) for lane in plan.lanes}
        runs = bench.lanes([subject for subject in subjects if not subject.plain], known)
        beside = bench.stock([subject for subject in subjects if subject.number in plan.stock])
        return Results(plan.seeds, plan.budget, tuple(healthy), (*runs, *beside))


def how_many(subjects: Sequence[Subject], plan: Plan) -> int:
    """How many runs a measurement has."""
    run = [HEALTHY, *(subject for subject in subjects if not subject.plain)]
    beside = [subject for subject in subjects if subject.number in plan.stock]
    return len(plan.jobs_of(run, plan.lanes)) + len(plan.learning) + len(plan.jobs_of(beside, [stock.LANE]))


def _found(runs: Iterable[Run]) -> dict[str, Seen]:
    return {seen.id: seen for run in runs for seen in run.outcome.found}


@dataclass(frozen=True)
class _Bench:
    """Runs what is to be run, a few at the same time."""

    plan: Plan
    spec: Path
    say: Say
    journal: Journal

    def lanes(self, subjects: Sequence[Subject], known: dict[str, tuple[str, ...]]) -> list[Run]:
        """Run the lanes with every seed against some subjects."""
        return self._all(self.plan.jobs_of(subjects, self.plan.lanes), lambda job: self._checked(*job, known[job[1]]))

    def stock(self, subjects: Sequence[Subject]) -> list[Run]:
        """Run the stock engine with every seed against some subjects."""
        jobs = self.plan.jobs_of(subjects, [stock.LANE])
        if not jobs:
            return []
        patience = self.plan.budget * PATIENCE
        with stock.engine(contract.served(self.spec.parent)) as engine:
            learned = self._all(self.plan.learning, lambda job: engine.judge(job[0], job[2], patience))
            known = _found(learned)
            return self._all(jobs, lambda job: engine.judge(job[0], job[2], patience, known))

    def _all(self, jobs: Sequence[Job], work: Callable[[Job], Outcome]) -> list[Run]:
        """Do the jobs that are not done, and return what came of each in their order."""
        with ThreadPoolExecutor(self.plan.jobs) as pool:
            futures = {pool.submit(work, job): job for job in self.journal.missing(jobs)}
            for future in as_completed(futures):
                self.journal.add(futures[future], future.result())
                self.say(_told(*futures[future], future.result()))
        return self.journal.of(jobs)

    def _checked(self, subject: Subject, lane: str, seed: int, known: tuple[str, ...]) -> Outcome:
        is_fault = subject.number is not None
        budget = self.plan.budget * (1 if is_fault else TO_THE_END)
        with serving(subject.options) as backend:
            return carry_out(
                Order(
                    backend.url,
                    str(self.spec),
                    backend.process,
                    subject.name,
                    lane,
                    seed,
                    budget,
                    patience=self.plan.budget * PATIENCE * (1 if is_fault else 2),
                    known=known,
                    until_found=is_fault,
                )
            )


def _told(subject: Subject, lane: str, seed: int, outcome: Outcome) -> str:
    """A run in one line."""
    name = f"{subject.number or ''} {subject.name}".strip()
    cost = f"{outcome.requests} requests, {outcome.seconds:.0f} s"
    found = ", ".join(f"{seen.code} {seen.subject}" for seen in outcome.found[:2])
    return f"{name}, lane {lane}, seed {seed}: {outcome.ended} after {cost} {found}".strip()


def carry_out(order: Order) -> Outcome:
    """Run a lane in a process of its own, which ends by itself when its time is over."""
    command = [sys.executable, "-m", "benchmarks.detection.lane"]
    done = subprocess.run(command, input=msgspec.json.encode(order), capture_output=True)
    if done.returncode or not done.stdout:
        raise BenchError(f"a run of lane {order.lane} against {order.subject} broke off: {_last_line(done.stderr)}")
    return msgspec.json.decode(done.stdout.splitlines()[-1], type=Outcome)


def _last_line(text: bytes) -> str:
    return next(reversed(text.decode(errors="replace").splitlines()), "without a word")

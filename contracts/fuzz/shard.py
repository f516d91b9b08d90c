"""Run one shard of a long run in this process: unit after unit, round after round, until its time is over."""

import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from time import monotonic

from contracts.checks.context import Context
from contracts.checks.contexts import contexts_of
from contracts.checks.registration import Check, Trial
from contracts.client.limits import Halt
from contracts.client.target import Target
from contracts.fuzz.journal import Beat, Done, Entry, FindingNote, Journal, Record, path_of, read
from contracts.fuzz.units import Unit, of_shard, part_of, units
from contracts.generation.effort import Effort
from contracts.results.findings import finding_id
from contracts.results.verdict import NotApplicable, Verdict
from contracts.runner.preparation import Prepared, RunOptions
from contracts.runner.results import CheckResult, Silence
from contracts.runner.run import new_tag, run_check
from contracts.runner.session import open_target
from contracts.runner.signals import stop_on_signals

DEATHS = 3
"""How often a unit may end the process before it is skipped."""
BEAT_SECONDS = 5.0
IDLE_UNITS = 1000
"""After so many units that sent nothing, nothing is left to try: everything is broken, or does not apply."""


@dataclass(frozen=True)
class Order:
    """The work of one shard."""

    url: str
    prepared: Prepared
    options: RunOptions
    """The options of this shard, with its part of the rate and of the requests."""
    folder: Path
    seed: int
    """The seed of the run; each unit derives its own."""
    number: int
    """The number of the shard, counted from 1."""
    of: int
    limit: float
    """Seconds, over all starts."""


class Clock:
    """The time that is left; it ends early when the user stops the run."""

    def __init__(self, spent: float, limit: float, halt: Halt | None = None) -> None:
        self._began = monotonic() - spent
        self._limit = limit
        self.stopped = False
        self._halt = halt or Halt()

    @property
    def seconds(self) -> float:
        """How long the shard has run, over all its starts."""
        return monotonic() - self._began

    def over(self) -> bool:
        """Return whether nothing more may begin."""
        return self.stopped or self.seconds >= self._limit

    def stop(self) -> None:
        """End now: abort the current request, and clean up what was created."""
        self.stopped = True
        self._halt.stop()


def run(order: Order, lifeline: bool = False) -> bool:
    """Continue where the journal ends, until the time is over; return False if the user stopped it before."""
    path = path_of(order.folder, order.number, order.of)
    record = read(path)
    clock = Clock(record.seconds, order.limit, order.options.conduct.halt)
    if clock.over():
        return True
    if lifeline:
        watch_lifeline(clock)
    with stop_on_signals(clock.stop), open_target(order.url, order.prepared, order.options) as target:
        worker = _Worker(order, target, clock, set(record.findings))
        journal = Journal(path)
        idle = 0
        with _noting_the_end(target, journal):
            for unit in _remaining(order, target, record):
                if clock.over() or idle >= IDLE_UNITS or target.gate.closed:
                    break
                entry = worker.do(unit, journal, given_up=record.begun.count(unit.name) >= DEATHS)
                idle = 0 if entry.requests else idle + 1
    return not clock.stopped


@contextmanager
def _noting_the_end(target: Target, journal: Journal) -> Iterator[None]:
    """Note why nothing more is sent, unless the time is over or the user stopped the run."""
    try:
        yield
    finally:
        if target.gate.closed and not target.gate.halt.why:
            journal.stop(target.stopped)


def watch_lifeline(clock: Clock) -> None:
    """Stop when the standard input ends, which means that the supervisor is gone."""

    def wait() -> None:
        # Not by sys.stdin: a waiting thread would hold its lock when the interpreter ends.
        while os.read(0, 1):
            pass
        clock.stop()

    threading.Thread(target=wait, daemon=True).start()


def _remaining(order: Order, target: Target, record: Record) -> Iterator[Unit]:
    """Yield the unfinished units of this shard, round after round without end."""
    contexts = list(contexts_of(target, order.prepared.model, Effort()))
    finished = record.finished
    for number in count():
        everything = units(order.prepared, contexts, number)
        if not everything:
            return
        mine = of_shard(everything, order.number, order.of, number)
        yield from (unit for unit in mine if unit not in finished)


@dataclass
class _Worker:
    """Runs units against a target."""

    order: Order
    target: Target
    clock: Clock
    reported: set[str]
    """Ids of the findings that the journal has."""

    def do(self, unit: Unit, journal: Journal, given_up: bool) -> Entry:
        """Run one unit, and note its results."""
        if given_up:
            return self._note(unit, journal, _given_up(unit), done=True)
        journal.begin(unit, round(self.clock.seconds, 3))
        # Each unit marks its items with a new tag, so that items another unit could not delete do no harm.
        self.target.tag = new_tag()
        sent, left = self.target.sent, len(self.target.left_behind)
        with _beating(journal, lambda: Beat(self.target.sent - sent, round(self.clock.seconds, 3))):
            results = self._results(unit)
            self.target.clean_up()
        for result in results:
            self._keep(unit, result, journal)
        # If this raises, the unit is not noted, and is repeated once the target works again.
        self.target.gate.breaker.require_working()
        done = [Done.of(result) for result in results]
        left_behind = dict.fromkeys(self.target.remains[left:])
        cut_off = self.clock.over() or bool(self.target.gate.closed)
        return self._note(unit, journal, done, not cut_off, self.target.sent - sent, left_behind)

    def _note(
        self, unit: Unit, journal: Journal, results: list[Done], done: bool, requests: int = 0, left: Iterable[str] = ()
    ) -> Entry:
        entry = Entry(unit, done, tuple(results), round(self.clock.seconds, 3), requests, tuple(left))
        journal.end(entry)
        return entry

    def _keep(self, unit: Unit, result: CheckResult, journal: Journal) -> None:
        for finding in (*result.findings, *result.unconfirmed):
            if finding.id not in self.reported:
                self.reported.add(finding.id)
                journal.find(FindingNote(result.check.code, unit.number, finding))

    def _results(self, unit: Unit) -> list[CheckResult]:
        prepared, seed = self.order.prepared, unit.seed(self.order.seed)
        effort = Effort(seed, unit.examples(self.order.options.max_examples), self.clock.over)
        if unit.lane == "A":
            from contracts.conformance.engine import conform

            part = part_of(unit, prepared.model, self.reported)
            return conform(self.target, prepared.document, effort, Silence(), part)
        contexts = contexts_of(self.target, prepared.model, effort)
        context = next(context for context in contexts if context.resource.item == unit.where)
        check = _without_reported(check_of(prepared, unit), self.reported)
        return [run_check(check, context, prepared.texts)]


@contextmanager
def _beating(journal: Journal, beat: Callable[[], Beat]) -> Iterator[None]:
    """Note signs of life while a unit runs."""
    done = threading.Event()

    def repeat() -> None:
        while not done.wait(BEAT_SECONDS):
            journal.beat(beat())

    thread = threading.Thread(target=repeat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _given_up(unit: Unit) -> list[Done]:
    why = f"the process died {DEATHS} times in {unit.name}"
    return [Done(code, Verdict.NEVER, why, trials=0, requests=0, seconds=0.0, failed=True) for code in unit.codes]


def check_of(prepared: Prepared, unit: Unit) -> Check:
    """Return the law or scenario of a unit."""
    return [check for check in prepared.checks if check.code == unit.check][unit.number]


def _without_reported(check: Check, reported: Collection[str]) -> Check:
    """Return the check without the trials of reported findings."""

    def trials(context: Context) -> Iterator[Trial]:
        every_trial = list(check.trials(context))
        rest = [
            trial for trial in every_trial if finding_id(check.code, trial.operation, trial.subject) not in reported
        ]
        if every_trial and not rest:
            raise NotApplicable("everything that it tries is reported as broken")
        yield from rest

    return replace(check, trials=trials)

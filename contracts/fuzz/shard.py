"""One shard of a long run, in this process: unit after unit, round after round, until its time is over."""

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
from contracts.client.target import Conduct, Target
from contracts.fuzz.journal import Beat, Done, Entry, Found, Journal, Record, path_of, read
from contracts.fuzz.units import Unit, of_shard, part_of, units
from contracts.generation.effort import Effort
from contracts.results.findings import finding_id
from contracts.results.verdict import NotApplicable, Verdict
from contracts.runner.results import CheckResult, Silence
from contracts.runner.run import new_tag, run_check
from contracts.runner.session import Terms, opened
from contracts.runner.signals import heeding

DEATHS = 3
"""How often a unit may end the process before it is left out."""
BEAT_SECONDS = 5.0
IDLE_UNITS = 1000
"""After so many units that sent nothing there is nothing left to try: all is broken, or does not apply."""


@dataclass(frozen=True)
class Order:
    """What a shard is to do."""

    url: str
    held: Terms
    folder: Path
    seed: int
    shard: int
    """Counted from 1."""
    of: int
    max_time: float
    """Seconds, over all starts."""
    max_examples: int
    conduct: Conduct
    """How the target is treated by this shard."""


class Clock:
    """The time that is left; it is over as well once somebody asks to stop."""

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
        """Whether nothing more shall be begun."""
        return self.stopped or self.seconds >= self._limit

    def stop(self) -> None:
        """End now: what is on its way is broken off, and what was created is cleaned up."""
        self.stopped = True
        self._halt.stop()


def run(order: Order, lifeline: bool = False) -> bool:
    """Go on where the journal ends, until the time is over; False if somebody asked to stop before."""
    path = path_of(order.folder, order.shard, order.of)
    record = read(path)
    clock = Clock(record.seconds, order.max_time, order.conduct.halt)
    if clock.over():
        return True
    if lifeline:
        heed_lifeline(clock)
    with heeding(clock.stop), opened(order.url, order.held, order.conduct) as target:
        worker = _Worker(order, target, clock, set(record.found))
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
    """Note why nothing more is sent, if the time is not over yet and nobody has asked for it."""
    try:
        yield
    finally:
        if target.gate.closed and not target.gate.halt.why:
            journal.stop(target.stopped)


def heed_lifeline(clock: Clock) -> None:
    """Stop when the standard input ends: whoever started this process is gone."""

    def wait() -> None:
        # Not by sys.stdin, whose lock a waiting thread would hold when the interpreter ends.
        while os.read(0, 1):
            pass
        clock.stop()

    threading.Thread(target=wait, daemon=True).start()


def _remaining(order: Order, target: Target, record: Record) -> Iterator[Unit]:
    """The units of this shard that were not finished, round after round without end."""
    contexts = list(contexts_of(target, order.held.model, Effort()))
    finished = record.finished
    for number in count():
        everything = units(order.held, contexts, number)
        if not everything:
            return
        mine = of_shard(everything, order.shard, order.of, number)
        yield from (unit for unit in mine if unit not in finished)


@dataclass
class _Worker:
    """Does units at a target."""

    order: Order
    target: Target
    clock: Clock
    known: set[str]

    def do(self, unit: Unit, journal: Journal, given_up: bool) -> Entry:
        """Do one unit and note what came of it."""
        if given_up:
            return self._note(unit, journal, _given_up(unit), done=True)
        journal.begin(unit, round(self.clock.seconds, 3))
        # What a unit creates has names of its own, so that what another could not delete is in nobody's way.
        self.target.tag = new_tag()
        sent, left = self.target.sent, len(self.target.left_behind)
        with _beating(journal, lambda: Beat(self.target.sent - sent, round(self.clock.seconds, 3))):
            results = self._results(unit)
            self.target.clean_up()
        for result in results:
            self._keep(unit, result, journal)
        # The unit is not noted: it is taken up again once the target is well.
        self.target.gate.breaker.require_working()
        told = [Done.of(each) for each in results]
        left_behind = dict.fromkeys(self.target.remains[left:])
        cut_off = self.clock.over() or bool(self.target.gate.closed)
        return self._note(unit, journal, told, not cut_off, self.target.sent - sent, left_behind)

    def _note(
        self, unit: Unit, journal: Journal, results: list[Done], done: bool, requests: int = 0, left: Iterable[str] = ()
    ) -> Entry:
        entry = Entry(unit, done, tuple(results), round(self.clock.seconds, 3), requests, tuple(left))
        journal.end(entry)
        return entry

    def _keep(self, unit: Unit, result: CheckResult, journal: Journal) -> None:
        for finding in (*result.findings, *result.unconfirmed):
            if finding.id not in self.known:
                self.known.add(finding.id)
                journal.find(Found(result.check.code, unit.number, finding))

    def _results(self, unit: Unit) -> list[CheckResult]:
        held, seed = self.order.held, unit.seed(self.order.seed)
        effort = Effort(seed, unit.examples(self.order.max_examples), self.clock.over)
        if unit.lane == "A":
            from contracts.conformance.engine import conform

            return conform(self.target, held.document, effort, Silence(), part_of(unit, held.model, self.known))
        contexts = contexts_of(self.target, held.model, effort)
        context = next(each for each in contexts if each.resource.item == unit.where)
        return [run_check(_unknown(check_of(held, unit), self.known), context, held.texts)]


@contextmanager
def _beating(journal: Journal, beat: Callable[[], Beat]) -> Iterator[None]:
    """Give signs of life while a unit lasts."""
    done = threading.Event()

    def go_on() -> None:
        while not done.wait(BEAT_SECONDS):
            journal.beat(beat())

    thread = threading.Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _given_up(unit: Unit) -> list[Done]:
    why = f"the process died {DEATHS} times in {unit.name}"
    return [Done(code, Verdict.NEVER, why, trials=0, requests=0, seconds=0.0, failed=True) for code in unit.codes]


def check_of(held: Terms, unit: Unit) -> Check:
    """The law or scenario of a unit."""
    same = [each for each in (*held.selection.laws, *held.selection.scenarios) if each.code == unit.check]
    return same[unit.number]


def _unknown(check: Check, known: Collection[str]) -> Check:
    """The check without the trials that are known to fail."""

    def trials(context: Context) -> Iterator[Trial]:
        found = list(check.trials(context))
        left = [each for each in found if finding_id(check.code, each.operation, each.subject) not in known]
        if found and not left:
            raise NotApplicable("all that it tries is known to be broken")
        yield from left

    return replace(check, trials=trials)

"""A long run from its start to its report."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs
from rich.console import Console

from contracts.checks.contexts import contexts_of
from contracts.client.target import Conduct, Safety, Target
from contracts.errors import CannotRun, TargetDown
from contracts.fuzz import shard
from contracts.fuzz import store as states
from contracts.fuzz.confirmation import confirmed
from contracts.fuzz.journal import path_of, read
from contracts.fuzz.merge import Merged, report
from contracts.fuzz.progress import Tally, Ticker
from contracts.fuzz.store import Run
from contracts.fuzz.supervisor import PATIENCE, commands, supervise
from contracts.fuzz.units import Unit, of_shard, units
from contracts.generation.effort import Effort
from contracts.generation.storage import hypothesis_in_cache
from contracts.report import Report
from contracts.report.console import plain
from contracts.runner.session import DEFAULT_EXAMPLES, Terms, opened, terms
from contracts.runner.signals import heeding

STOPPED = "stopped; the same command goes on from here."


@dataclass(frozen=True)
class Campaign:
    """What is fuzzed, for how long, and where its journals are."""

    run: Run
    held: Terms
    folder: Path
    limit: float
    """Seconds that each shard has."""
    conduct: Conduct
    """How the target is treated, by all shards together."""

    @property
    def every(self) -> range:
        """The numbers of its shards."""
        return range(1, self.run.shards + 1)

    @property
    def safety(self) -> Safety:
        """How far it goes."""
        return self.conduct.safety_for(self.run.url)


def enter(
    *,
    url: str,
    spec: Path | None,
    profile: Path | None,
    only: tuple[str, ...],
    shards: int,
    limit: float,
    state: Path | None,
    seed: int | None,
    max_examples: int | None,
    conduct: Conduct,
) -> Campaign:
    """Begin, or take up what the folder holds; CannotRun says what stands in the way."""
    held = terms(spec=spec, profile=profile, only=only)
    wanted = Run(
        url=url,
        spec=str(spec) if spec else None,
        profile=str(profile) if profile else None,
        only=only,
        shards=shards,
        max_examples=max_examples or DEFAULT_EXAMPLES,
        seed=states.new_seed() if seed is None else seed,
    )
    folder = state or states.default_folder(url, spec, profile, only)
    return Campaign(states.enter(folder, wanted, any_seed=seed is None), held, folder, limit, conduct)


def run_shard(campaign: Campaign, number: int, *, lifeline: bool = False) -> str:
    """Run one shard in this process until its time is over; the reason if it ended before."""
    run = campaign.run
    order = shard.Order(
        url=run.url,
        held=campaign.held,
        folder=campaign.folder,
        seed=run.seed,
        shard=number,
        of=run.shards,
        max_time=campaign.limit,
        max_examples=run.max_examples,
        conduct=campaign.conduct.part(number, run.shards),
    )
    try:
        return "" if shard.run(order, lifeline=lifeline) else STOPPED
    except TargetDown:
        record = read(path_of(order.folder, number, run.shards))
        if lifeline or not record.stopped:
            raise  # Whoever started this process takes it up again; or nothing was tried yet.
        return record.stopped


def run_all(campaign: Campaign, command: Sequence[str], console: Console) -> str:
    """Run every shard in a process of its own, by the command that runs one; the reason if it ended too early."""
    shards, conduct = commands(command, campaign.folder, campaign.run.shards), campaign.conduct

    def end_at_once() -> str:
        for each in shards:
            each.kill()
        return "The same command goes on from here, and deletes what was created."

    with heeding(conduct.halt.stop, end_at_once):
        with opened(campaign.run.url, campaign.held, conduct):
            pass  # A target that is not there, or refuses a token, is told before any process is started.
        with Ticker(console, Tally([each.journal for each in shards]), campaign.limit) as ticker:
            alive = supervise(shards, ticker, conduct.halt, PATIENCE + conduct.cleanup_timeout)
    if conduct.halt.why:
        return STOPPED
    return "" if alive else "a shard could not be kept alive; mend what it said, and the same command goes on."


def report_on_shard(campaign: Campaign, number: int) -> Report:
    """The report on what one shard has done; what is left to others is not in it."""
    return _report(campaign, _merged([campaign.folder], [number], campaign.run.shards), [number])


def report_on_all(campaign: Campaign, console: Console, *, confirm: bool) -> Report:
    """The one report on all shards, each finding tried again alone where that is asked for."""
    told = _merged([campaign.folder], campaign.every, campaign.run.shards)
    if confirm:
        # Whoever does not want to wait has the confirmations that the shards made.
        try:
            with heeding(campaign.conduct.halt.stop):
                _confirm(campaign, told, console)
        except CannotRun:
            if not campaign.conduct.halt.why:
                raise
    return _report(campaign, told, campaign.every)


def merge(
    folders: Sequence[Path],
    url: str | None,
    console: Console,
    *,
    spec: Path | None,
    profile: Path | None,
    conduct: Conduct,
) -> Report:
    """The one report on shards that ran anywhere; each finding is tried again alone at a URL, if one is given."""
    run = together(folders)
    held = terms(spec=spec, profile=profile, only=run.only)
    campaign = Campaign(structs.replace(run, url=url or run.url), held, folders[0], 0, conduct)
    told = _merged(folders, campaign.every, run.shards)
    if url:
        _confirm(campaign, told, console)
    return _report(campaign, told, campaign.every)


def forget(campaign: Campaign) -> None:
    """Remove the journals of a run that has been told."""
    shutil.rmtree(campaign.folder, ignore_errors=True)


def _merged(folders: Sequence[Path], numbers: Iterable[int], of: int) -> Merged:
    paths = [path_of(folder, number, of) for number in numbers for folder in folders]
    return Merged([read(path) for path in paths if path.exists()])


def _report(campaign: Campaign, told: Merged, numbers: Iterable[int]) -> Report:
    run = campaign.run
    return report(told, campaign.held, _first_round(campaign, numbers), run.url, run.seed, campaign.safety)


def _first_round(campaign: Campaign, numbers: Iterable[int]) -> list[Unit]:
    held = campaign.held
    # Nothing is sent: the contexts only say which resources there are.
    with (
        hypothesis_in_cache(),
        Target(campaign.run.url, held.profile, Safety.OBSERVE, "merge", held.absent) as target,
    ):
        everything = units(held, list(contexts_of(target, held.model, Effort())), 0)
    return [unit for number in numbers for unit in of_shard(everything, number, campaign.run.shards, 0)]


def _confirm(campaign: Campaign, told: Merged, console: Console) -> None:
    if not told.findings:
        return
    with (
        opened(campaign.run.url, campaign.held, campaign.conduct) as target,
        console.status("confirming") as status,
    ):
        for number, (identifier, finding) in enumerate(told.findings.items(), 1):
            status.update(f"confirming, each alone: {number} of {len(told.findings)}")
            again = confirmed(finding, target, campaign.held)
            if target.gate.closed:
                return  # What did not come back may just not have been sent.
            told.findings[identifier] = again
    _tell_of_confirmation(campaign, told, console)


def _tell_of_confirmation(campaign: Campaign, told: Merged, console: Console) -> None:
    sure = sum(each.came_back == each.tries for each in told.findings.values())
    console.print(f"{sure} of {len(told.findings)} findings confirmed, each alone", highlight=False)
    if campaign.run.shards == 1:
        return
    gone = told.leave_out_what_did_not_come_back()
    if gone:
        console.print("Shards that share a target see each other's items: what only they saw is no finding.")
    for each in gone:
        line = f"left out: {each.rule}  {each.operation} · {each.subject} (id {each.id})"
        console.print(plain(line), highlight=False, soft_wrap=True)


def together(folders: Sequence[Path]) -> Run:
    """The run that several folders are parts of; CannotRun if they are not of one."""
    first, *others = (states.read(folder) for folder in folders)
    for folder, other in zip(folders[1:], others, strict=True):
        # The same files may have other paths, and the target another address, on another machine.
        for name in ("only", "shards", "max_examples"):
            if getattr(first, name) != getattr(other, name):
                raise CannotRun(
                    f"{folder}: has {name} {getattr(other, name)!r}, and {folders[0]} has {getattr(first, name)!r}; "
                    "merge only shards of one run."
                )
    return first

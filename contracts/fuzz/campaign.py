"""A long run from its start to its report."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from msgspec import structs
from rich.console import Console

from contracts.checks.contexts import contexts_of
from contracts.client.target import Conduct, Safety, Target
from contracts.errors import CannotRun, TargetDown
from contracts.fuzz import shard
from contracts.fuzz import store as states
from contracts.fuzz.confirmation import confirm
from contracts.fuzz.journal import path_of, read
from contracts.fuzz.merge import Merged, report
from contracts.fuzz.progress import Tally, Ticker
from contracts.fuzz.store import Run
from contracts.fuzz.supervisor import PATIENCE, commands, supervise
from contracts.fuzz.units import Unit, of_shard, units
from contracts.generation.effort import Effort
from contracts.generation.storage import hypothesis_in_cache
from contracts.profile.models import Profile
from contracts.report import Report
from contracts.report.progress import Pulse
from contracts.report.terminal import plain
from contracts.results.text import pluralize
from contracts.runner.preparation import Prepared, RunOptions, prepare
from contracts.runner.session import open_target
from contracts.runner.signals import stop_on_signals

STOPPED = "stopped. Run the same command again to continue."


@dataclass(frozen=True)
class Campaign:
    """A long run: what it checks, for how long, and where its journals are."""

    run: Run
    prepared: Prepared
    options: RunOptions
    """The options of all shards together."""
    folder: Path
    limit: float
    """Seconds that each shard runs."""

    @property
    def numbers(self) -> range:
        """The numbers of its shards."""
        return range(1, self.run.shards + 1)

    @property
    def conduct(self) -> Conduct:
        """How the target is treated, by all shards together."""
        return self.options.conduct

    @property
    def safety(self) -> Safety:
        """How far it may go."""
        return self.options.safety_for(self.run.url)


def enter(url: str, options: RunOptions, *, shards: int, limit: float, state: Path | None) -> Campaign:
    """Begin a run, or continue the one in the folder; CannotRun says why that is impossible."""
    profile = options.profile
    if isinstance(profile, Profile):
        raise TypeError("a long run reads its profile from a file: each of its shards is a process of its own")
    only = tuple(options.only)
    requested = Run(
        url=url,
        spec=str(options.spec) if options.spec else None,
        profile=str(profile) if profile else None,
        only=only,
        shards=shards,
        max_examples=options.max_examples,
        seed=states.new_seed() if options.seed is None else options.seed,
    )
    prepared = prepare(options)
    folder = state or states.default_folder(url, options.spec, profile, only)
    run = states.enter(folder, requested, any_seed=options.seed is None)
    return Campaign(run, prepared, replace(options, seed=run.seed), folder, limit)


def run_shard(campaign: Campaign, number: int, *, lifeline: bool = False) -> str:
    """Run one shard in this process until its time is over; return the reason if it ended before."""
    order = order_of(campaign, number)
    try:
        return "" if shard.run(order, lifeline=lifeline) else STOPPED
    except TargetDown:
        record = read(path_of(order.folder, number, order.of))
        # The supervisor starts a shard with a lifeline again. Without a reason in the journal, nothing was tried yet.
        if lifeline or not record.stopped:
            raise
        return record.stopped


def order_of(campaign: Campaign, number: int) -> shard.Order:
    """Return the work of one shard, with its part of the rate and of the requests."""
    run = campaign.run
    return shard.Order(
        url=run.url,
        prepared=campaign.prepared,
        options=replace(campaign.options, conduct=campaign.conduct.part(number, run.shards)),
        folder=campaign.folder,
        seed=run.seed,
        number=number,
        of=run.shards,
        limit=campaign.limit,
    )


def run_all(campaign: Campaign, command: Sequence[str], console: Console) -> str:
    """Run every shard in a process of its own, by the command that runs one; return the reason if it ended early."""
    shards, conduct = commands(command, campaign.folder, campaign.run.shards), campaign.conduct

    def end_at_once() -> str:
        for process in shards:
            process.kill()
        return "Run the same command again to continue. It then deletes what was created."

    with stop_on_signals(conduct.halt.stop, end_at_once):
        with open_target(campaign.run.url, campaign.prepared, campaign.options):
            pass  # Report a target that is absent, or rejects a token, before any process starts.
        with Ticker(console, Tally([process.journal for process in shards]), campaign.limit) as ticker:
            alive = supervise(shards, ticker, conduct.halt, PATIENCE + conduct.cleanup_timeout)
    if conduct.halt.why:
        return STOPPED
    return "" if alive else "a shard kept dying. Fix the error that it printed, and run the same command again."


def report_on_shard(campaign: Campaign, number: int) -> Report:
    """Return the report on one shard, without the work of the others."""
    return _report(campaign, _merged([campaign.folder], [number], campaign.run.shards), [number])


def report_on_all(campaign: Campaign, console: Console, *, confirm: bool) -> Report:
    """Return the report on all shards, after trying each finding again alone if ``confirm`` is set."""
    merged = _merged([campaign.folder], campaign.numbers, campaign.run.shards)
    if confirm:
        # A user who stops the confirmation gets the report with those that the shards made.
        try:
            with stop_on_signals(campaign.conduct.halt.stop):
                _confirm(campaign, merged, console)
        except CannotRun:
            if not campaign.conduct.halt.why:
                raise
    return _report(campaign, merged, campaign.numbers)


def merge(folders: Sequence[Path], url: str | None, options: RunOptions, console: Console) -> Report:
    """Return the report on shards that ran anywhere, after trying each finding again at the URL, if there is one."""
    run = run_of(folders)
    options = replace(options, only=run.only)
    campaign = Campaign(structs.replace(run, url=url or run.url), prepare(options), options, folders[0], 0)
    merged = _merged(folders, campaign.numbers, run.shards)
    if url:
        _confirm(campaign, merged, console)
    return _report(campaign, merged, campaign.numbers)


def forget(campaign: Campaign) -> None:
    """Remove the journals of a run."""
    shutil.rmtree(campaign.folder, ignore_errors=True)


def _merged(folders: Sequence[Path], numbers: Iterable[int], of: int) -> Merged:
    paths = [path_of(folder, number, of) for number in numbers for folder in folders]
    return Merged([read(path) for path in paths if path.exists()])


def _report(campaign: Campaign, merged: Merged, numbers: Iterable[int]) -> Report:
    run = campaign.run
    return report(merged, campaign.prepared, _first_round(campaign, numbers), run.url, run.seed, campaign.safety)


def _first_round(campaign: Campaign, numbers: Iterable[int]) -> list[Unit]:
    prepared = campaign.prepared
    # Sends nothing: the contexts are only needed for their resources.
    with (
        hypothesis_in_cache(),
        Target(campaign.run.url, prepared.profile, Safety.OBSERVE, "merge", prepared.absent) as target,
    ):
        first = units(prepared, list(contexts_of(target, prepared.model, Effort())), 0)
    return [unit for number in numbers for unit in of_shard(first, number, campaign.run.shards, 0)]


def _confirm(campaign: Campaign, merged: Merged, console: Console) -> None:
    if not merged.findings:
        return
    done = 0

    def describe() -> str:
        return f"confirming one at a time: {done} of {pluralize(len(merged.findings), 'finding')}"

    with (
        open_target(campaign.run.url, campaign.prepared, campaign.options) as target,
        console.status("confirming") as status,
        Pulse(console, describe),
    ):
        for identifier, finding in merged.findings.items():
            status.update(describe())
            confirmed = confirm(finding, target, campaign.prepared)
            if target.gate.closed:
                return  # The finding may be missing because its requests were not sent.
            merged.findings[identifier] = confirmed
            done += 1
    _show_confirmation(campaign, merged, console)


def _show_confirmation(campaign: Campaign, merged: Merged, console: Console) -> None:
    confirmed = sum(finding.came_back == finding.tries for finding in merged.findings.values())
    line = f"{confirmed} of {len(merged.findings)} findings confirmed, one at a time"
    console.print(line, highlight=False, soft_wrap=True)
    if campaign.run.shards == 1:
        return
    unconfirmed = merged.remove_unconfirmed()
    if unconfirmed:
        console.print(
            "Shards that share a target see each other's items. Findings that only they saw are left out:",
            soft_wrap=True,
        )
    for finding in unconfirmed:
        line = f"left out: {finding.rule}  {finding.operation} · {finding.subject} (id {finding.id})"
        console.print(plain(line), highlight=False, soft_wrap=True)


def run_of(folders: Sequence[Path]) -> Run:
    """Return the run that the folders are parts of; CannotRun if they are parts of several."""
    first, *others = (states.read(folder) for folder in folders)
    for folder, other in zip(folders[1:], others, strict=True):
        # On another machine, the same files may have other paths, and the target another address.
        for name in ("only", "shards", "max_examples"):
            if getattr(first, name) != getattr(other, name):
                raise CannotRun(
                    f"{folder}: the run has {name} {getattr(other, name)!r}, but that of {folders[0]} has "
                    f"{getattr(first, name)!r}. Merge only shards of one run."
                )
    return first

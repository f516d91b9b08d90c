"""`contracts`: exit status 0 held, 1 broken or never reached, 2 could not run to its end."""

import sys
from collections.abc import Callable
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from contracts.cli.ending import clean_command, remind, status_of
from contracts.cli.options import (
    of_conduct,
    of_the_choice,
    of_the_contract,
    of_the_report,
    of_the_target,
    of_the_wire,
    taken,
)
from contracts.errors import CannotRun
from contracts.runner.signals import heeding

if TYPE_CHECKING:
    from contracts.cli.output import Telling
    from contracts.fuzz.campaign import Campaign


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="specdouble", prog_name="contracts")
def main() -> None:
    """Find out of any backend which parts of its contract hold."""


@main.command()
@of_the_target
@click.option("--seed", type=int, default=None, help="Seed of everything that is drawn.")
@of_the_choice
@of_the_report
@click.option("--brief", is_flag=True, help="Print only what is broken or was never reached, and each promise once.")
@of_conduct
def check(**options: Any) -> None:
    """Check a target: lane A is shape and crashes, lane B laws and documented rules."""
    sys.exit(_reported(lambda: _check(**options)))


@main.command()
@click.option("--profile", type=click.Path(path_type=Path), help="The profile whose laws speak for rules.")
def rules(profile: Path | None) -> None:
    """List the documented rules and what checks each of them."""
    sys.exit(_reported(lambda: _rules(profile)))


@main.command()
@of_the_target
@of_the_choice
@of_conduct
def plan(url: str, **options: Any) -> None:
    """Show what `check` would do with the same options, and what it would not send. Sends nothing."""
    sys.exit(_reported(lambda: _plan(url, options)))


@main.command()
@of_the_target
@of_the_wire
def clean(url: str, **options: Any) -> None:
    """Delete the items that killed runs have left, by their ledgers.

    Each item is read first. One that is not as the run left it is named, and not touched. Exit status: 0 nothing is
    left, 1 something is left, 2 not done.
    """
    sys.exit(_reported(lambda: _clean(url, options)))


@main.command()
@click.option("--url", required=True, help="Where the target answers; nothing is sent there.")
@click.option(
    "--spec", type=click.Path(path_type=Path), help="OpenAPI 3.0 or 3.1 document; the SelfCommunity one if absent."
)
@click.option(
    "--output", type=click.Path(path_type=Path), default="contracts.yaml", show_default=True, help="File to write."
)
def init(url: str, spec: Path | None, output: Path) -> None:
    """Write a first profile for a target, with comments that say what to complete."""
    sys.exit(_reported(lambda: _init(url, spec, output)))


@main.command()
@of_the_target
@click.option("--max-time", default="10m", show_default=True, metavar="DURATION", help="90s, 10m, 1h30m …")
@click.option(
    "--shards", type=click.IntRange(1), default=1, show_default=True, help="Processes, each with its own part."
)
@click.option("--shard", metavar="I/N", help="Run shard I of N alone, here; `contracts merge` makes the one report.")
@click.option("--state", type=click.Path(path_type=Path), help="Folder of the journals, to go on after a kill.")
@click.option("--seed", type=int, default=None, help="Seed of the first round; a new one for each run if absent.")
@of_the_choice
@of_the_report
@of_conduct
@click.option("--lifeline", is_flag=True, hidden=True, help="Stop when the standard input ends.")
@click.pass_context
def fuzz(context: click.Context, /, **options: Any) -> None:
    """Check for as long as you like: round after round, with new seeds and growing effort.

    What is done is kept on disk: after Ctrl-C, a kill or a crash, the same command goes on.
    """
    sys.exit(_reported(lambda: _fuzz(context, **options)))


@main.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--url", help="Where to try each finding again, alone; nothing is sent without.")
@of_the_contract
@of_the_report
@of_conduct
def merge(**options: Any) -> None:
    """Make one report of the shards that `contracts fuzz --shard` ran, from the folders of their journals."""
    sys.exit(_reported(lambda: _merge(**options)))


def _reported(work: Callable[[], int]) -> int:
    for stream in (sys.stdout, sys.stderr):
        # What a terminal or a log of CI cannot spell is replaced; nothing breaks off for it.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    return status_of(work)


def _check(url: str, reports: tuple[str, ...], baseline: Path | None, brief: bool, **options: Any) -> int:
    from contracts import api
    from contracts.cli.output import Telling, is_streamed, stream
    from contracts.report.console import ConsoleProgress
    from contracts.runner.results import Several

    _insist_on_url(url)
    at_the_end = [each for each in reports if not is_streamed(each)]
    telling_of = {"reports": at_the_end, "baseline": baseline, "update_baseline": options.pop("update_baseline")}
    command = clean_command(url, options)
    conduct = taken(options)
    # What was not given has its default in the function.
    given = {name: value for name, value in options.items() if value is not None}
    streams = [stream(each, url, baseline, given, conduct) for each in reports if is_streamed(each)]
    telling = Telling.of(telling_of, complete=not options["only"])
    with ConsoleProgress(telling.console) as progress, heeding(conduct.halt.stop, lambda: _stays(command)):
        report = api.check(url, **given, conduct=conduct, listener=Several(progress, *streams))
        unfinished = report.stopped if report.cut_off else ""
    try:
        return telling.also(each.end for each in streams).tell(report, unfinished, brief=brief)
    finally:
        remind(url, conduct.ledger, command)


def _stays(command: str) -> str:
    return f"What was created and is not deleted yet stays in the ledger; delete it with: {command}"


def _fuzz(context: click.Context, shard: str | None, shards: int, lifeline: bool, **options: Any) -> int:
    from contracts.cli.output import Telling
    from contracts.fuzz import campaign as fuzzing

    _insist_on_url(options["url"])
    number, of = _shard(shard, shards)
    telling = Telling.of(options, complete=not options["only"] and not number)
    command = clean_command(options["url"], options)
    conduct = taken(options)
    campaign = fuzzing.enter(shards=of, limit=_seconds(options.pop("max_time")), conduct=conduct, **options)
    if lifeline:
        fuzzing.run_shard(campaign, number, lifeline=True)
        return 0
    try:
        return _fuzzed(campaign, number, _again(context, campaign.folder), telling, keep=options["state"] is not None)
    finally:
        remind(options["url"], conduct.ledger, command)


def _fuzzed(campaign: "Campaign", number: int, command: list[str], telling: "Telling", *, keep: bool) -> int:
    """Run one shard or all of them, and tell what came of it."""
    from contracts.fuzz import campaign as fuzzing

    if number:
        ended = fuzzing.run_shard(campaign, number)
        return telling.tell(fuzzing.report_on_shard(campaign, number), ended)
    ended = fuzzing.run_all(campaign, command, telling.console)
    report = fuzzing.report_on_all(campaign, telling.console, confirm=not ended)
    ended = ended or (fuzzing.STOPPED if campaign.conduct.halt.why else "")
    code = telling.tell(report, ended)
    if not ended and not keep:
        fuzzing.forget(campaign)
    return code


def _merge(folders: tuple[Path, ...], url: str | None, **options: Any) -> int:
    from contracts.cli.output import Telling
    from contracts.fuzz import campaign as fuzzing

    if url:
        _insist_on_url(url)
    telling = Telling.of(options, complete=not fuzzing.together(folders).only)
    command = clean_command(url, options) if url else ""
    conduct = taken(options)
    with heeding(conduct.halt.stop, lambda: _stays(command)):
        report = fuzzing.merge(folders, url, telling.console, conduct=conduct, **options)
    try:
        return telling.tell(report, conduct.halt.why)
    finally:
        if url:
            remind(url, conduct.ledger, command)


def _again(context: click.Context, folder: Path) -> list[str]:
    """The command of this process without what concerns all shards together: each shard adds its number."""
    command = [sys.executable, "-m", "contracts", "fuzz", "--state", str(folder)]
    for option in context.command.params:
        name = option.name or ""
        given = context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
        if given and name not in ("state", "shards", "reports", "baseline", "update_baseline"):
            command += _spelled(option.opts[0], context.params[name])
    return command


def _spelled(option: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [option] if value else []
    values = value if isinstance(value, tuple) else (value,)
    return [word for each in values for word in (option, str(each))]


def _seconds(duration: str) -> int:
    from contracts.fuzz.durations import seconds

    try:
        return seconds(duration)
    except ValueError as error:
        raise CannotRun(f"--max-time {duration}: {error}.") from error


def _shard(told: str | None, shards: int) -> tuple[int, int]:
    """Number and count of `I/N`; 0 for all shards."""
    if told is None:
        return 0, shards
    number, slash, of = told.partition("/")
    if not (slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise CannotRun(f"--shard {told}: give I/N, from 1/N to N/N.")
    return int(number), int(of)


def _insist_on_url(url: str) -> None:
    from contracts.client.options import require_plain_address

    require_plain_address(url)
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise CannotRun(f"--url {url}: not an address; give one like http://127.0.0.1:8000.")


def _rules(profile: Path | None) -> int:
    from rich.console import Console
    from rich.table import Table

    from contracts.checks.registration import UNOBSERVABLE
    from contracts.profile.models import BUILT_IN, load
    from contracts.report.rules import checks_by_rule
    from contracts.runner.session import rule_texts

    checks = checks_by_rule(load(profile or BUILT_IN))
    texts = rule_texts()
    table = Table("rule", "checked by", "text", box=None, pad_edge=False)
    for rule in sorted({*texts, *checks}):
        told = "; ".join(checks.get(rule, [])) or f"not observable: {UNOBSERVABLE.get(rule, 'no check')}"
        table.add_row(rule, told, texts.get(rule, ""))
    Console().print(table)
    return 0


def _plan(url: str, options: dict[str, Any]) -> int:
    from rich.console import Console

    from contracts.report.plan import show
    from contracts.runner import plan

    _insist_on_url(url)
    conduct = taken(options)
    told = plan.plan(url, conduct=conduct, **{name: value for name, value in options.items() if value is not None})
    show(told, Console())
    return 0


def _clean(url: str, options: dict[str, Any]) -> int:
    from contracts import api
    from contracts.results.text import legal

    _insist_on_url(url)
    command = clean_command(url, options)
    # Whoever stops this one does not want it to go on.
    conduct = replace(taken(options), cleanup_timeout=0.0)
    with heeding(conduct.halt.stop, lambda: _stays(command)):
        cleaned = api.clean(url, conduct=conduct, **options)
    for each in cleaned.left:
        click.echo(f"left  {legal(each)}")
    click.echo(f"{cleaned.deleted} deleted, {len(cleaned.left)} left, of {cleaned.runs} runs that did not end.")
    if conduct.halt.why:
        remind(url, conduct.ledger, command)
        return 2
    return 1 if cleaned.left else 0


def _init(url: str, spec: Path | None, output: Path) -> int:
    from contracts.cli.init import init

    _insist_on_url(url)
    variables = init(url, spec, output)
    with_spec = f" --spec {quote(str(spec))}" if spec else ""
    profile = quote(str(output))
    click.echo(f"Wrote {output}. Complete it, export its secrets, see what would be tried, and try it:")
    click.echo("".join(f"  export {name}=…\n" for name in variables), nl=False)
    for command in ("plan", "check"):
        click.echo(f"  contracts {command} --url {quote(url)}{with_spec} --profile {profile}")
    return 0

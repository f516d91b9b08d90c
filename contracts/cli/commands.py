"""`contracts`: exit status 0 held, 1 broken or never reached, 2 the run could not finish."""

import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.cli.ending import clean_command, remind
from contracts.cli.options import (
    FILE,
    FuzzOptions,
    InitOptions,
    MergeOptions,
    Options,
    conduct_options,
    connection_options,
    contract_options,
    document_options,
    report_options,
    selection_options,
    takes,
    target_options,
)
from contracts.errors import CannotRun
from contracts.runner.signals import stop_on_signals

if TYPE_CHECKING:
    from contracts.cli.output import Output
    from contracts.fuzz.campaign import Campaign


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 the contract holds, 1 it is broken or not fully checked, 2 the run could not finish.",
)
@click.version_option(package_name="specdouble", prog_name="contracts")
def main() -> None:
    """Check a backend against its OpenAPI contract."""


@main.command()
@target_options
@click.option("--seed", type=int, metavar="N", help="Draw all values from this seed.  [default: 20260701]")
@selection_options
@report_options
@click.option("--brief", is_flag=True, help="Print one finding per promise, and only the rules that did not hold.")
@conduct_options
@takes(Options)
def check(options: Options) -> int:
    """Check a target.

    Run the conformance checks (Schemathesis: schemas, statuses, crashes) and the laws and scenarios (behavior that the
    contract documents). Select some of them with --only.
    """
    from contracts import api
    from contracts.cli.output import STREAMED, Output, start_streams
    from contracts.report.progress import ConsoleProgress
    from contracts.runner.results import Listeners

    _require_url(options.url)
    command = clean_command(options)
    run_options = options.run_options()
    streams = start_streams(options, run_options)
    output = Output.of(options, complete=not options.only, streamed=STREAMED)
    halt = run_options.conduct.halt
    with ConsoleProgress(output.console) as progress, stop_on_signals(halt.stop, lambda: _ledger_hint(command)):
        report = api.check_with(options.url, run_options, Listeners(progress, *streams))
        unfinished = report.stopped if report.cut_off else ""
    try:
        return output.also(stream.end for stream in streams).write(report, unfinished, brief=options.brief)
    finally:
        remind(options.url, options.ledger, command)


@main.command()
@contract_options
@takes(Options)
def rules(options: Options) -> int:
    """List the documented rules, and the checks of each."""
    from rich.table import Table

    from contracts.checks.registration import UNOBSERVABLE
    from contracts.cli.output import make_console
    from contracts.report.rules import checks_by_rule
    from contracts.report.terminal import print_table
    from contracts.runner.preparation import prepare, rule_texts

    checks = checks_by_rule(prepare(options.run_options()).profile)
    texts = rule_texts()
    table = Table("rule", "checked by", "text", box=None, pad_edge=False)
    for rule in sorted({*texts, *checks}):
        checked_by = "; ".join(checks.get(rule, [])) or f"not observable: {UNOBSERVABLE.get(rule, 'no check')}"
        table.add_row(rule, checked_by, texts.get(rule, ""))
    print_table(table, make_console())
    return 0


@main.command()
@target_options
@selection_options
@conduct_options
@takes(Options)
def plan(options: Options) -> int:
    """Show what `check` would do. Sends nothing."""
    from contracts.cli.output import make_console
    from contracts.report.plan import show
    from contracts.runner.plan import plan as make_plan

    _require_url(options.url)
    show(make_plan(options.url, options.run_options()), make_console())
    return 0


@main.command()
@target_options
@connection_options
@takes(Options)
def clean(options: Options) -> int:
    """Delete the items that interrupted runs left on a target.

    Read each item of their ledgers, and delete it if it is as the run left it. List the others. Exit status: 0 nothing
    is left, 1 something is left, 2 the command could not finish.
    """
    from contracts import api
    from contracts.results.text import legal

    _require_url(options.url)
    command = clean_command(options)
    # A user who stops this command wants it to end, not to continue cleaning up.
    conduct = replace(options.run_options().conduct, cleanup_timeout=0.0)
    with stop_on_signals(conduct.halt.stop, lambda: _ledger_hint(command)):
        cleaned = api.clean(options.url, spec=options.spec, profile=options.profile, conduct=conduct)
    for item in cleaned.left:
        click.echo(f"left  {legal(item)}")
    click.echo(f"{cleaned.deleted} deleted, {len(cleaned.left)} left, of {cleaned.runs} runs that did not end.")
    if conduct.halt.why:
        remind(options.url, options.ledger, command)
        return 2
    return 1 if cleaned.left else 0


@main.command()
@click.option("--url", required=True, help="Base URL of the API. Sends nothing to it.")
@document_options
@click.option(
    "--output",
    type=FILE,
    metavar="FILE",
    default="contracts.yaml",
    show_default=True,
    help="Write the profile to this file.",
)
@takes(InitOptions)
def init(options: InitOptions) -> int:
    """Write a first profile for a target, with comments on what to complete."""
    from contracts.cli.init import write_profile

    _require_url(options.url)
    variables = write_profile(options.url, options.spec, options.output, options.ref_root)
    spec = ["--spec", str(options.spec)] if options.spec else []
    spec += ["--ref-root", str(options.ref_root)] if options.ref_root else []
    arguments = ["--url", options.url, *spec, "--profile", str(options.output)]
    click.echo(f"Wrote {options.output}. Complete it, export its secrets, see what would be tried, and try it:")
    for name in variables:
        click.echo(f"  export {name}=…")
    for command in ("plan", "check"):
        click.echo(f"  {shlex.join(['contracts', command, *arguments])}")
    return 0


@main.command()
@target_options
@click.option(
    "--max-time", default="10m", show_default=True, metavar="DURATION", help="Run for so long: 90s, 10m, 1h30m."
)
@click.option(
    "--shards",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Split the work into N processes.",
)
@click.option("--shard", metavar="I/N", help="Run only shard I of N. Combine the shards with `contracts merge`.")
@click.option(
    "--state",
    type=FILE,
    metavar="FOLDER",
    help="Keep the journals here. Repeat the command to continue after an interruption.",
)
@click.option("--seed", type=int, metavar="N", help="Start from this seed.  [default: a new one for each run]")
@selection_options
@report_options
@conduct_options
@click.option("--lifeline", is_flag=True, hidden=True, help="Stop when the standard input ends.")
@takes(FuzzOptions)
def fuzz(options: FuzzOptions) -> int:
    """Check a target for a long time.

    Repeat all checks with new seeds and growing effort. Journals on disk record the progress: after Ctrl-C, a kill or a
    crash, run the same command again to continue.
    """
    from contracts.cli.output import Output
    from contracts.fuzz import campaign as campaigns

    _require_url(options.url)
    number, of = _shard(options)
    output = Output.of(options, complete=not options.only and not number)
    command = clean_command(options)
    limit = _seconds(options.max_time)
    campaign = campaigns.enter(options.url, options.run_options(), shards=of, limit=limit, state=options.state)
    if options.lifeline:
        campaigns.run_shard(campaign, number, lifeline=True)
        return 0
    try:
        if number:
            return _run_shard(campaign, number, output)
        return _run_all_shards(campaign, _shard_command(campaign.folder), output, keep=options.state is not None)
    finally:
        remind(options.url, options.ledger, command)


def _run_shard(campaign: "Campaign", number: int, output: "Output") -> int:
    from contracts.fuzz import campaign as campaigns

    stopped = campaigns.run_shard(campaign, number)
    return output.write(campaigns.report_on_shard(campaign, number), stopped)


def _run_all_shards(campaign: "Campaign", command: list[str], output: "Output", *, keep: bool) -> int:
    from contracts.fuzz import campaign as campaigns

    stopped = campaigns.run_all(campaign, command, output.console)
    report = campaigns.report_on_all(campaign, output.console, confirm=not stopped)
    stopped = stopped or (campaigns.STOPPED if campaign.conduct.halt.why else "")
    status = output.write(report, stopped)
    if not stopped and not keep:
        campaigns.forget(campaign)
    return status


@main.command()
@click.argument("folders", nargs=-1, required=True, type=FILE)
@click.option("--url", default="", help="Confirm each finding at this base URL. By default, sends nothing.")
@contract_options
@report_options
@conduct_options
@takes(MergeOptions)
def merge(options: MergeOptions) -> int:
    """Combine shards into one report.

    FOLDERS are the --state folders of `contracts fuzz --shard`.
    """
    from contracts.cli.output import Output
    from contracts.fuzz import campaign as campaigns

    if options.url:
        _require_url(options.url)
    output = Output.of(options, complete=not campaigns.run_of(options.folders).only)
    command = clean_command(options) if options.url else ""
    run_options = options.run_options()
    halt = run_options.conduct.halt
    with stop_on_signals(halt.stop, lambda: _ledger_hint(command)):
        report = campaigns.merge(options.folders, options.url or None, run_options, output.console)
    try:
        return output.write(report, halt.why)
    finally:
        if options.url:
            remind(options.url, options.ledger, command)


def _ledger_hint(command: str) -> str:
    return f"The ledger lists the items that are left. Delete them with: {command}" if command else ""


NOT_FOR_SHARDS = ("state", "shards", "reports", "baseline", "update_baseline")
"""The options of a whole run; the supervisor gives each shard its folder and number."""


def _shard_command(folder: Path) -> list[str]:
    """Return the command of this process as its shards need it; each of them adds its number."""
    context = click.get_current_context()
    command = [sys.executable, "-m", "contracts", "fuzz", "--state", str(folder)]
    for option in context.command.params:
        name = option.name or ""
        is_default = context.get_parameter_source(name) is click.core.ParameterSource.DEFAULT
        if not is_default and name not in NOT_FOR_SHARDS:
            command += _tokens(option.opts[0], context.params[name])
    return command


def _tokens(option: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [option] if value else []
    values = value if isinstance(value, tuple) else (value,)
    return [token for item in values for token in (option, str(item))]


def _seconds(duration: str) -> int:
    from contracts.fuzz.durations import seconds

    try:
        return seconds(duration)
    except ValueError as error:
        raise CannotRun(f"--max-time {duration}: {error}.") from error


def _shard(options: FuzzOptions) -> tuple[int, int]:
    """Return the number of the shard, 0 for all of them, and how many there are."""
    if options.shard is None:
        return 0, options.shards
    number, slash, of = options.shard.partition("/")
    if not (slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise CannotRun(f"--shard {options.shard}: not a shard. Write it as I/N, from 1/N to N/N.")
    return int(number), int(of)


def _require_url(url: str) -> None:
    from contracts.client.options import require_base_url

    require_base_url(url)

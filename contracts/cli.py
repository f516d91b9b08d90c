"""`contracts`: exit status 0 held, 1 broken or never reached, 2 could not run."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from importlib import import_module
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from contracts.errors import CannotRun
from contracts.options import of_conduct, of_the_wire, taken

if TYPE_CHECKING:
    from contracts.report import Report

REPORTS = ("junit", "sarif", "github", "ndjson", "html")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="specdouble", prog_name="contracts")
def main() -> None:
    """Find out of any backend which parts of its contract hold."""


@main.command()
@click.option("--url", required=True, help="Where the target answers, e.g. http://127.0.0.1:8000.")
@click.option("--spec", type=click.Path(path_type=Path), help="OpenAPI 3.0 document; the SelfCommunity one if absent.")
@click.option("--profile", type=click.Path(path_type=Path), help="People, known resources, quirks; built-in if absent.")
@click.option("--seed", type=int, default=None, help="Seed of everything that is drawn.")
@click.option("--max-examples", type=click.IntRange(1), default=None, help="Values drawn per field and media type.")
@click.option(
    "--only", multiple=True, metavar="LANE|CODE|RULE", help="A, B, CT101, COURSE-PATCH-26, VIS … (repeatable)."
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORM=FILE",
    help=f"Write a report: {', '.join(REPORTS)} (repeatable).",
)
@click.option("--baseline", type=click.Path(path_type=Path), help="File of findings that are accepted for a time.")
@click.option("--update-baseline", is_flag=True, help="Accept what this run finds: write it into the baseline.")
@click.option("--brief", is_flag=True, help="Print only what is broken or was never reached, and each promise once.")
@of_conduct
def check(
    url: str,
    reports: tuple[str, ...],
    brief: bool,
    baseline: Path | None,
    update_baseline: bool,
    **options: Any,
) -> None:
    """Check a target: lane A is shape and crashes, lane B laws and documented rules."""
    sys.exit(_reported(lambda: _check(url, options, reports, baseline, update_baseline, brief)))


@main.command()
@click.option("--profile", type=click.Path(path_type=Path), help="The profile whose laws speak for rules.")
def rules(profile: Path | None) -> None:
    """List the documented rules and what checks each of them."""
    sys.exit(_reported(lambda: _rules(profile)))


@main.command()
@click.option("--url", required=True, help="Where the target answers.")
@click.option("--spec", type=click.Path(path_type=Path), help="OpenAPI 3.0 document; the SelfCommunity one if absent.")
@click.option("--profile", type=click.Path(path_type=Path), help="People, known resources, quirks; built-in if absent.")
@click.option("--max-examples", type=click.IntRange(1), default=None, help="Values drawn per field and media type.")
@click.option(
    "--only", multiple=True, metavar="LANE|CODE|RULE", help="A, B, CT101, COURSE-PATCH-26, VIS … (repeatable)."
)
@of_conduct
def plan(url: str, **options: Any) -> None:
    """Tell what `check` would do with the same options; nothing is sent."""
    sys.exit(_reported(lambda: _plan(url, options)))


@main.command()
@click.option("--url", required=True, help="Where the target answers.")
@click.option("--spec", type=click.Path(path_type=Path), help="OpenAPI 3.0 document; the SelfCommunity one if absent.")
@click.option("--profile", type=click.Path(path_type=Path), help="People, by whom it is deleted; built-in if absent.")
@of_the_wire
def clean(url: str, **options: Any) -> None:
    """Delete what runs have left that were cut off, by their ledgers; nothing else is touched."""
    sys.exit(_reported(lambda: _clean(url, options)))


@main.command()
@click.option("--url", required=True, help="Where the target answers; nothing is sent there.")
@click.option("--spec", type=click.Path(path_type=Path), help="OpenAPI 3.0 document; the SelfCommunity one if absent.")
@click.option(
    "--output", type=click.Path(path_type=Path), default="contracts.yaml", show_default=True, help="File to write."
)
def init(url: str, spec: Path | None, output: Path) -> None:
    """Write a first profile for a target, with comments that say what to complete."""
    sys.exit(_reported(lambda: _init(url, spec, output)))


def _reported(work: Callable[[], int]) -> int:
    try:
        return work()
    except CannotRun as error:
        click.echo(f"contracts: {error}", err=True)
        return 2
    except KeyboardInterrupt:
        click.echo("contracts: stopped.", err=True)
        return 2


def _check(
    url: str,
    options: dict[str, Any],
    reports: tuple[str, ...],
    baseline: Path | None,
    update_baseline: bool,
    brief: bool,
) -> int:
    from rich.console import Console

    from contracts import api
    from contracts.report.console import ConsoleProgress, show

    _insist_on_url(url)
    outputs = [_output(each) for each in reports]
    compared = _compared_with(baseline, update_baseline, complete=not options["only"])
    conduct = taken(options)
    console = Console()
    with ConsoleProgress(console) as progress:
        # What was not given has its default in the function.
        given = {name: value for name, value in options.items() if value is not None}
        report = compared(api.check(url, **given, conduct=conduct, listener=progress))
    for write in outputs:
        write(report)
    show(report, console, brief)
    return report.exit_code


def _compared_with(path: Path | None, update: bool, complete: bool) -> Callable[["Report"], "Report"]:
    """Holds a report against a baseline; the file is read at once, so that a bad one is told before the run."""
    if path is None and update:
        raise CannotRun("--update-baseline: name the file with --baseline FILE.")
    if path is None:
        return lambda report: report
    return _against(path, update, complete)


def _against(path: Path, update: bool, complete: bool) -> Callable[["Report"], "Report"]:
    from contracts import baseline

    entries = baseline.read(path) if path.exists() or not update else ()
    if update:
        _insist_on_writable(path, f"--baseline {path}")
    today = date.today()

    def compared(report: "Report") -> "Report":
        accepted = entries
        if update:
            accepted = baseline.updated(entries, report.findings, today, complete=complete)
            baseline.write(path, accepted)
        return replace(report, baseline=baseline.compare(accepted, report.findings, today, complete=complete))

    return compared


def _insist_on_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise CannotRun(f"--url {url}: not an address; give one like http://127.0.0.1:8000.")


def _output(option: str) -> Callable[..., None]:
    """The writer that `FORM=FILE` asks for; its path is tried at once, so that a bad one is told before the run."""
    form, _, name = option.partition("=")
    if form not in REPORTS or not name:
        raise CannotRun(f"--report {option}: give FORM=FILE with FORM one of {', '.join(REPORTS)}.")
    path = Path(name)
    _insist_on_writable(path, f"--report {option}")
    writer = import_module(f"contracts.report.{form}")
    return lambda report: writer.write(report, path)


def _insist_on_writable(path: Path, option: str) -> None:
    there = path.exists()
    try:
        path.open("a").close()
    except OSError as error:
        raise CannotRun(f"{option}: {error.strerror or error}; give a path that can be written.") from error
    if not there:
        path.unlink()


def _rules(profile: Path | None) -> int:
    from rich.console import Console
    from rich.table import Table

    from contracts import api
    from contracts.law import UNOBSERVABLE
    from contracts.profile import BUILT_IN, load

    checks = api.checks_by_rule(load(profile or BUILT_IN))
    texts = api.rule_texts()
    table = Table("rule", "checked by", "text", box=None, pad_edge=False)
    for rule in sorted({*texts, *checks}):
        told = "; ".join(checks.get(rule, [])) or f"not observable: {UNOBSERVABLE.get(rule, 'no check')}"
        table.add_row(rule, told, texts.get(rule, ""))
    Console().print(table)
    return 0


def _plan(url: str, options: dict[str, Any]) -> int:
    from rich.console import Console

    from contracts import plan

    _insist_on_url(url)
    conduct = taken(options)
    told = plan.plan(url, conduct=conduct, **{name: value for name, value in options.items() if value is not None})
    plan.show(told, Console())
    return 0


def _clean(url: str, options: dict[str, Any]) -> int:
    from contracts import api

    _insist_on_url(url)
    conduct = taken(options)
    cleaned = api.clean(url, conduct=conduct, **options)
    for each in cleaned.left:
        click.echo(f"left  {each}")
    click.echo(f"{cleaned.deleted} deleted, {len(cleaned.left)} left, of {cleaned.runs} runs that did not end.")
    return 1 if cleaned.left else 0


def _init(url: str, spec: Path | None, output: Path) -> int:
    from contracts.init import init

    _insist_on_url(url)
    variables = init(url, spec, output)
    with_spec = f" --spec {quote(str(spec))}" if spec else ""
    profile = quote(str(output))
    click.echo(f"Wrote {output}. Complete it, export its secrets, see what would be tried, and try it:")
    click.echo("".join(f"  export {name}=…\n" for name in variables), nl=False)
    for command in ("plan", "check"):
        click.echo(f"  contracts {command} --url {quote(url)}{with_spec} --profile {profile}")
    return 0

"""The run as a person at a terminal reads it: phases, findings with curl lines, the table of rules, the seed.

What matters most stands last, next to the prompt. Where no terminal reads, there are no control codes.
"""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from contracts.report import Report, RuleResult
from contracts.report.grouping import groups
from contracts.results.findings import Finding
from contracts.results.text import legal, pluralize
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult

COLOURS = {Verdict.NA: "dim", Verdict.HELD: "green", Verdict.NEVER: "yellow", Verdict.BROKEN: "bold red"}
"""Each verdict with its colour, the one that matters most last."""
MATTERS = (Verdict.NEVER, Verdict.BROKEN)
NARROW = 70
"""Columns below which a table has no room for all that is known."""
MOST_STAY = 20
"""Of so many things that are left behind each has a line."""


class ConsoleProgress:
    """Shows how far the run is, and each broken check as it is found."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("starting", total=None)
        self._done: dict[Verdict, int] = {}
        self._name = ""

    def __enter__(self) -> "ConsoleProgress":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end_phase()
        self._progress.stop()

    def phase(self, name: str, total: int) -> None:
        """Begin a new line of progress."""
        self._end_phase()
        self._name, self._done = name, {}
        self._progress.reset(self._task, total=total, description=name)

    def seen(self, finding: Finding, requests: int) -> None:
        """Tell that there will be something to tell."""
        told = f"{finding.code} {finding.title} at {finding.operation}"
        self._console.print(f"[yellow]seen[/]         {plain(told)}", highlight=False)

    def checked(self, result: CheckResult) -> None:
        """Move on; tell at once what is broken."""
        self._done[result.verdict] = self._done.get(result.verdict, 0) + 1
        self._progress.update(self._task, advance=1, description=f"{self._name} {result.check.code}")
        if result.verdict is Verdict.BROKEN:
            told = f"{result.check.code} {result.check.title}: {pluralize(len(result.findings), 'finding')}"
            self._console.print(f"[bold red]broken[/]       {plain(told)}", highlight=False)

    def _end_phase(self) -> None:
        if self._done:
            counts = [f"[{COLOURS[each]}]{self._done[each]} {each}[/]" for each in Verdict if each in self._done]
            self._console.print(f"{self._name.capitalize():<12} {', '.join(counts)}")
            self._done = {}


def show(report: Report, console: Console, brief: bool = False) -> None:
    """Print findings, what was never reached, the table of rules and a closing line.

    In brief, of the findings that break one promise the gravest is told and the others are counted, and of the rules
    only what is broken or was never reached.
    """
    for number, group in enumerate(groups(report.fresh), 1):
        told = group.findings[:1] if brief else group.findings
        for finding in told:
            _show_finding(number, finding, console)
        if len(told) < len(group.findings):
            more = pluralize(len(group.findings) - len(told), "more finding")
            console.print(f"   [dim]and {more} of {plain(group.rule)}[/]", highlight=False)
    _show_rules([each for each in report.rules if not brief or each.verdict in MATTERS], console)
    _show_unreached(report, console)
    for word, text in report.cautions:
        console.print(f"[yellow]{word:<13}[/] {plain(text)}", highlight=False, soft_wrap=True)
    _show_baseline(report, console)
    _show_closing(report, console)


def _show_finding(number: int, finding: Finding, console: Console) -> None:
    console.print()
    names = " ".join((*dict.fromkeys((finding.code, *finding.rules)),))
    where = f"{plain(finding.operation)} · {plain(finding.subject)}"
    console.print(f"[bold red]{number}. {plain(names)}[/]  {where}", highlight=False)
    for word, text in _lines(finding).items():
        console.print(f"   [dim]{word:<9}[/] {plain(_indented(text))}", highlight=False, soft_wrap=True)
    if finding.curl:
        console.print("   [dim]again from nothing:[/]")
        for line in finding.curl:
            console.print(f"     {legal(line)}", soft_wrap=True, markup=False, highlight=False)


def _lines(finding: Finding) -> dict[str, str]:
    known_as = [f"{catalogue.upper()} {name}" for catalogue, name in finding.names.items()]
    sure = (finding.severity, finding.confirmation, f"id {finding.id}", f"seed {finding.seed}", *known_as)
    seen_by = {"seen by": f"{finding.code} {finding.title}"} if finding.promise not in ("", finding.title) else {}
    return {
        "promised": finding.promise or finding.title,
        **seen_by,
        "expected": finding.expected,
        "got": finding.got,
        "how sure": ", ".join(sure),
    }


def _indented(text: str) -> str:
    return "\n             ".join(line for line in text.splitlines() if line.strip())


def _show_rules(rules: Iterable[RuleResult], console: Console) -> None:
    told = sorted(rules, key=lambda each: (list(COLOURS).index(each.verdict), each.rule))
    if not told:
        return
    wide = console.width >= NARROW
    table = Table(box=None, pad_edge=False)
    table.add_column("rule", no_wrap=True)
    table.add_column("verdict", no_wrap=wide)
    for name in ("checked by", "why") if wide else ("why",):
        table.add_column(name, overflow="fold")
    for each in told:
        checks = [" ".join(dict.fromkeys(each.checks))] if wide else []
        table.add_row(each.rule, f"[{COLOURS[each.verdict]}]{each.verdict}[/]", *checks, plain(each.why))
    console.print()
    console.print(table)


def _show_unreached(report: Report, console: Console) -> None:
    """The checks that were not exercised, but for those that the table of rules tells already."""
    told = {code for each in report.rules if each.verdict is Verdict.NEVER for code in each.checks}
    for each in report.results:
        if each.verdict is Verdict.NEVER and each.check.code not in told:
            why = f"{each.check.code} {each.check.title}: {each.why}"
            console.print(f"[yellow]never reached[/] {plain(why)}", highlight=False)


def _show_baseline(report: Report, console: Console) -> None:
    for finding in report.findings:
        if finding.id in report.baseline.known:
            entry = report.baseline.known[finding.id]
            told = f"{finding.id} {finding.rule} {finding.operation} · {finding.subject}"
            why = f"{entry.reason} (until {entry.expires})"
            console.print(f"[cyan]known[/] {plain(told)}: {plain(why)}", highlight=False, soft_wrap=True)
    for each in report.baseline.remarks:
        console.print(f"[yellow]baseline[/] {plain(each)}", highlight=False, soft_wrap=True)


def _show_closing(report: Report, console: Console) -> None:
    stay = list(dict.fromkeys(report.left_behind))
    for each in stay[:MOST_STAY]:
        console.print(f"[yellow]left behind[/] {plain(each)}", highlight=False)
    if len(stay) > MOST_STAY:
        console.print(f"[yellow]left behind[/] and {len(stay) - MOST_STAY} more", highlight=False)
    if any("could not be deleted" in each for each in stay):
        console.print(f"            contracts clean --url {report.url} tries again", style="dim", highlight=False)
    if report.stopped:
        console.print(f"[yellow]stopped[/] {plain(report.stopped)}", highlight=False)
    counts = {verdict: sum(each.verdict is verdict for each in report.rules) for verdict in Verdict}
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count) or "no documented rules"
    known = f", {len(report.baseline.known)} known" if report.baseline.known else ""
    findings = f"{pluralize(len(report.fresh), 'finding')}{known}"
    console.print()
    console.print(f"[{COLOURS[report.word]}]{report.word.upper()}[/]  {findings} · rules: {told}", highlight=False)
    console.print(
        f"{report.url} · {report.safety} · {report.requests} requests in {report.seconds:.1f} s · seed {report.seed}",
        highlight=False,
        style="dim",
    )


def plain(text: str) -> str:
    """What somebody else said, so that neither the markup nor the terminal obeys it."""
    return escape(legal(text))

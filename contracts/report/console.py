"""The run as a person at a terminal reads it: phases, findings with curl lines, the table of rules, the seed."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from contracts.findings import Finding
from contracts.report import Report, RuleResult
from contracts.run import CheckResult
from contracts.verdict import Verdict

COLOURS = {Verdict.HELD: "green", Verdict.BROKEN: "bold red", Verdict.NEVER: "yellow", Verdict.NA: "dim"}


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

    def checked(self, result: CheckResult) -> None:
        """Move on; tell at once what is broken."""
        self._done[result.verdict] = self._done.get(result.verdict, 0) + 1
        self._progress.update(self._task, advance=1, description=f"{self._name} {result.check.code}")

    def _end_phase(self) -> None:
        if self._done:
            counts = [f"[{COLOURS[each]}]{self._done[each]} {each}[/]" for each in Verdict if each in self._done]
            self._console.print(f"{self._name.capitalize():<12} {', '.join(counts)}")
            self._done = {}


def show(report: Report, console: Console) -> None:
    """Print findings, what was never reached, the table of rules and a closing line."""
    for number, finding in enumerate(report.fresh, 1):
        _show_finding(number, finding, console)
    _show_rules(report, console)
    _show_unreached(report.results, console)
    _show_baseline(report, console)
    _show_closing(report, console)


def _show_finding(number: int, finding: Finding, console: Console) -> None:
    console.print()
    names = " ".join((*dict.fromkeys((finding.code, *finding.rules)),))
    console.print(f"[bold red]{number}. {escape(names)}[/]  {escape(finding.operation)} · {escape(finding.subject)}")
    for word, text in _lines(finding).items():
        console.print(f"   [dim]{word:<9}[/] {escape(_indented(text))}", highlight=False, soft_wrap=True)
    if finding.curl:
        console.print("   [dim]again from nothing:[/]")
        for line in finding.curl:
            console.print(f"     {line}", soft_wrap=True, markup=False, highlight=False)


def _lines(finding: Finding) -> dict[str, str]:
    known_as = [f"{catalogue.upper()} {name}" for catalogue, name in finding.names.items()]
    sure = (finding.severity, finding.confirmation, f"id {finding.id}", f"seed {finding.seed}", *known_as)
    return {
        "promised": finding.promise or finding.title,
        "expected": finding.expected,
        "got": finding.got,
        "how sure": ", ".join(sure),
    }


def _indented(text: str) -> str:
    return "\n             ".join(line for line in text.splitlines() if line.strip())


def _show_rules(report: Report, console: Console) -> None:
    if not report.rules:
        return
    table = Table("rule", "verdict", "checked by", "why", box=None, pad_edge=False, title_justify="left")
    for each in _worth_telling(report.rules):
        verdict = f"[{COLOURS[each.verdict]}]{each.verdict}[/]"
        table.add_row(each.rule, verdict, " ".join(dict.fromkeys(each.checks)), escape(each.why))
    console.print()
    console.print(table)


def _worth_telling(rules: Iterable[RuleResult]) -> list[RuleResult]:
    order = list(COLOURS)
    return sorted(rules, key=lambda each: (order.index(each.verdict), each.rule))


def _show_unreached(results: Iterable[CheckResult], console: Console) -> None:
    for each in results:
        if each.verdict is Verdict.NEVER:
            console.print(f"[yellow]never reached[/] {each.check.code} {escape(each.check.title)}: {escape(each.why)}")


def _show_baseline(report: Report, console: Console) -> None:
    for finding in report.findings:
        if finding.id in report.baseline.known:
            entry = report.baseline.known[finding.id]
            told = f"{finding.id} {finding.rule} {finding.operation} · {finding.subject}"
            why = f"{entry.reason} (until {entry.expires})"
            console.print(f"[cyan]known[/] {escape(told)}: {escape(why)}", highlight=False, soft_wrap=True)
    for each in report.baseline.remarks:
        console.print(f"[yellow]baseline[/] {escape(each)}", highlight=False, soft_wrap=True)


def _show_closing(report: Report, console: Console) -> None:
    for each in dict.fromkeys(report.left_behind):
        console.print(f"[yellow]left behind[/] {escape(each)}", highlight=False)
    if report.stopped:
        console.print(f"[yellow]stopped[/] {escape(report.stopped)}", highlight=False)
    counts = {verdict: sum(each.verdict is verdict for each in report.rules) for verdict in Verdict}
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count) or "no documented rules"
    known = f", {len(report.baseline.known)} known" if report.baseline.known else ""
    findings = f"{len(report.fresh)} findings{known}"
    console.print()
    console.print(f"[{COLOURS[report.word]}]{report.word.upper()}[/]  {findings} · rules: {told}", highlight=False)
    console.print(
        f"{report.url} · {report.safety} · {report.requests} requests in {report.seconds:.1f} s · seed {report.seed}",
        highlight=False,
        style="dim",
    )

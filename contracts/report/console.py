"""Print a report for people: findings with curl lines, the table of rules, and the verdict.

The most important lines come last, next to the prompt. Where there is no terminal, there are no control codes.
"""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table

from contracts.report import Report, RuleResult
from contracts.report.grouping import groups
from contracts.report.terminal import COLOURS, plain, print_line, print_table
from contracts.results.findings import Finding
from contracts.results.text import legal, pluralize
from contracts.results.verdict import Verdict

MATTERS = (Verdict.NEVER, Verdict.BROKEN)
NARROW = 70
"""A terminal with fewer columns has no room for all columns of the table."""
MAX_LEFT_BEHIND = 20
"""How many left-behind items are listed one by one."""


def show(report: Report, console: Console, brief: bool = False) -> None:
    """Print findings, checks that were never reached, the table of rules and the verdict.

    In brief, print only the gravest finding of each broken promise, and only the rules that are broken or were never
    reached.
    """
    for number, group in enumerate(groups(report.fresh), 1):
        findings = group.findings[:1] if brief else group.findings
        for finding in findings:
            _show_finding(number, finding, console)
        if len(findings) < len(group.findings):
            more = pluralize(len(group.findings) - len(findings), "more finding")
            print_line(console, f"   [dim]and {more} of {plain(group.rule)}[/]")
    _show_rules([result for result in report.rules if not brief or result.verdict in MATTERS], console)
    _show_unreached(report, console)
    for word, text in report.cautions:
        print_line(console, f"[yellow]{word:<13}[/] {plain(text)}")
    _show_baseline(report, console)
    _show_left_behind(report, console)
    _show_verdict(report, console)


def _show_finding(number: int, finding: Finding, console: Console) -> None:
    console.print()
    names = " ".join(dict.fromkeys((finding.code, *finding.rules)))
    place = f"{plain(finding.operation)} · {plain(finding.subject)}"
    print_line(console, f"[bold red]{number}. {plain(names)}[/]  {place}")
    for word, text in _details(finding):
        print_line(console, f"   [dim]{word:<9}[/] {plain(_indented(text))}")
    if finding.curl:
        print_line(console, "   [dim]reproduce from scratch:[/]")
        for line in finding.curl:
            console.print(f"     {legal(line)}", soft_wrap=True, markup=False, highlight=False)


def _details(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "promised", finding.promise or finding.title
    if finding.promise not in ("", finding.title):
        yield "found by", f"{finding.code} {finding.title}"
    yield "expected", finding.expected
    yield "got", finding.got
    names = (f"{catalogue.upper()} {name}" for catalogue, name in finding.names.items())
    sure = (finding.severity, finding.confirmation, f"id {finding.id}", f"seed {finding.seed}", *names)
    yield "how sure", ", ".join(sure)


def _indented(text: str) -> str:
    return "\n             ".join(line for line in text.splitlines() if line.strip())


def _show_rules(rules: Iterable[RuleResult], console: Console) -> None:
    order = list(COLOURS)
    rules = sorted(rules, key=lambda result: (order.index(result.verdict), result.rule))
    if not rules:
        return
    is_wide = console.width >= NARROW
    table = Table(box=None, pad_edge=False)
    table.add_column("rule", no_wrap=True)
    table.add_column("verdict", no_wrap=is_wide)
    for name in ("checked by", "why") if is_wide else ("why",):
        table.add_column(name, overflow="fold")
    for result in rules:
        checks = [" ".join(dict.fromkeys(result.checks))] if is_wide else []
        verdict = f"[{COLOURS[result.verdict]}]{result.verdict}[/]"
        table.add_row(result.rule, verdict, *checks, plain(result.why))
    console.print()
    print_table(table, console)


def _show_unreached(report: Report, console: Console) -> None:
    """Print the checks that were never reached, except those that the table of rules shows."""
    shown_codes = {code for rule in report.rules if rule.verdict is Verdict.NEVER for code in rule.checks}
    for result in report.results:
        if result.verdict is Verdict.NEVER and result.check.code not in shown_codes:
            text = f"{result.check.code} {result.check.title}: {result.why}"
            print_line(console, f"[yellow]never reached[/] {plain(text)}")


def _show_baseline(report: Report, console: Console) -> None:
    for finding in report.findings:
        entry = report.baseline.accepted.get(finding.id)
        if entry is not None:
            text = f"{finding.id} {finding.rule} {finding.operation} · {finding.subject}"
            reason = f"{entry.reason} (until {entry.expires})"
            print_line(console, f"[cyan]known[/] {plain(text)}: {plain(reason)}")
    for remark in report.baseline.remarks:
        print_line(console, f"[yellow]baseline[/] {plain(remark)}")


def _show_left_behind(report: Report, console: Console) -> None:
    items = list(dict.fromkeys(report.left_behind))
    for item in items[:MAX_LEFT_BEHIND]:
        print_line(console, f"[yellow]left behind[/] {plain(item)}")
    if len(items) > MAX_LEFT_BEHIND:
        print_line(console, f"[yellow]left behind[/] and {len(items) - MAX_LEFT_BEHIND} more")


def _show_verdict(report: Report, console: Console) -> None:
    if report.stopped:
        print_line(console, f"[yellow]stopped[/] {plain(report.stopped)}")
    counts = {verdict: sum(result.verdict is verdict for result in report.rules) for verdict in Verdict}
    rules = ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count) or "no documented rules"
    accepted = len(report.baseline.accepted)
    findings = pluralize(len(report.fresh), "finding") + (f", {accepted} known" if accepted else "")
    console.print()
    print_line(console, f"[{COLOURS[report.word]}]{report.word.upper()}[/]  {findings} · rules: {rules}")
    cost = f"{report.requests} requests in {report.seconds:.1f} s"
    print_line(console, f"[dim]{plain(report.url)} · {report.safety} · {cost} · seed {report.seed}[/]")

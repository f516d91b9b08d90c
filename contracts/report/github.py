"""Workflow commands of GitHub Actions: each finding is an annotation at the line of the spec that it breaks.

GitHub reads them from what a step prints, so the file to write to is `/dev/stdout`, or one that the step prints later.
"""

from collections.abc import Iterator
from pathlib import Path

from contracts.report import Report
from contracts.report.locations import Places
from contracts.results.findings import Finding
from contracts.results.text import legal

LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "notice"}


def write(report: Report, path: Path) -> None:
    """Write the report to a file."""
    path.write_text("".join(f"{line}\n" for line in commands(report)), encoding="utf-8")


def commands(report: Report) -> Iterator[str]:
    """The report as workflow commands, one a line."""
    places = Places(report.spec)
    if report.stopped:
        yield _command("error", report.stopped, title="stopped before everything was tried")
    for finding in report.findings:
        yield _annotation(finding, report, places)
    for each in dict.fromkeys(report.never_reached):
        yield _command("error", f"{each} applies and was never exercised", title="never reached")
    for each in report.baseline.remarks:
        yield _command("warning", each, title="baseline")


def _annotation(finding: Finding, report: Report, places: Places) -> str:
    known = report.baseline.known.get(finding.id)
    level = "notice" if known else LEVELS.get(finding.severity, "warning")
    place = places.of(finding)
    where = {"file": place.name, "line": str(place.line)} if place else {}
    title = f"{finding.rule} {finding.operation}"
    return _command(level, _message(finding, known.reason if known else ""), **where, title=title)


def _message(finding: Finding, accepted: str) -> str:
    lines = (
        f"{finding.subject}: {finding.promise or finding.title}",
        f"expected: {finding.expected}",
        f"got: {finding.got}",
        f"{finding.severity}, {finding.confirmation}, id {finding.id}, seed {finding.seed}",
        *([f"known: {accepted}"] if accepted else []),
        *finding.curl,
    )
    return "\n".join(lines)


def _command(level: str, message: str, **properties: str) -> str:
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {told}::{_data(message)}"


def _data(text: str) -> str:
    """A text that cannot end its line, and so cannot begin a command of its own."""
    return legal(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

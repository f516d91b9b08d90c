"""Workflow commands of GitHub Actions: each finding annotates the line of the OpenAPI document that it breaks.

GitHub reads them from the output of a step, so write to `/dev/stdout`, or to a file that the step prints later.
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
    """Yield the report as workflow commands, one for each line."""
    places = Places(report.spec)
    if report.stopped:
        yield _command("error", report.stopped, title="stopped before everything was tried")
    for finding in report.findings:
        yield _annotation(finding, report, places)
    for name in dict.fromkeys(report.never_reached):
        yield _command("error", f"{name} applies, but was never checked", title="never reached")
    for remark in report.baseline.remarks:
        yield _command("warning", remark, title="baseline")


def _annotation(finding: Finding, report: Report, places: Places) -> str:
    entry = report.baseline.accepted.get(finding.id)
    level = "notice" if entry else LEVELS.get(finding.severity, "warning")
    place = places.of(finding)
    properties = {"file": place.name, "line": str(place.line)} if place else {}
    title = f"{finding.rule} {finding.operation}"
    return _command(level, _message(finding, entry.reason if entry else ""), **properties, title=title)


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
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {listed}::{_data(message)}"


def _data(text: str) -> str:
    """Escape a text, so that it cannot end its line and begin another command."""
    return legal(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

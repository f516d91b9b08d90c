"""One JSON object a line, for programs: the run, its checks, findings, rules and permissions, and the verdict.

Each line says by `kind` what it is. Keys keep their names and order within version 1.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contracts.findings import Finding
from contracts.report import Report
from contracts.report.places import Places
from contracts.run import CheckResult

VERSION = 1

Json = dict[str, Any]


def write(report: Report, path: Path) -> None:
    """Write the report to a file."""
    path.write_text("".join(f"{json.dumps(each)}\n" for each in events(report)), encoding="ascii")


def events(report: Report) -> Iterator[Json]:
    """The report as objects; lone surrogates, which JSON can spell, stay as they came."""
    yield {"kind": "run", "version": VERSION, "url": report.url, "seed": report.seed, "safety": report.safety}
    yield from (_check(each) for each in report.results)
    places = Places(report.spec)
    yield from (_finding(each, report, places) for each in report.findings)
    for rule in report.rules:
        checks = list(rule.checks)
        yield {"kind": "rule", "rule": rule.rule, "verdict": rule.verdict, "checks": checks, "why": rule.why}
    for cell in report.permissions:
        who = {"operation": cell.operation, "person": cell.person, "item": cell.state}
        yield {"kind": "permission", **who, "allowed": cell.allowed, "verdict": cell.verdict}
    yield _verdict(report)


def _check(result: CheckResult) -> Json:
    return {
        "kind": "check",
        "code": result.check.code,
        "family": result.check.family,
        "title": result.check.title,
        "verdict": result.verdict,
        "why": result.why,
        "trials": result.trials,
        "requests": result.requests,
        "seconds": round(result.seconds, 3),
        "findings": [each.id for each in result.findings],
    }


def _finding(finding: Finding, report: Report, places: Places) -> Json:
    place = places.of(finding)
    return {
        "kind": "finding",
        "id": finding.id,
        "code": finding.code,
        "rules": list(finding.rules),
        "lane": finding.lane,
        "severity": finding.severity,
        "operation": finding.operation,
        "subject": finding.subject,
        "promise": finding.promise or finding.title,
        "expected": finding.expected,
        "got": finding.got,
        "came_back": finding.came_back,
        "tries": finding.tries,
        "names": dict(finding.names),
        "known": finding.id in report.baseline.known,
        "file": place.name if place else None,
        "line": place.line if place else None,
        "curl": list(finding.curl),
        "seed": finding.seed,
    }


def _verdict(report: Report) -> Json:
    return {
        "kind": "verdict",
        "verdict": report.word,
        "exit_code": report.exit_code,
        "findings": len(report.findings),
        "known": len(report.baseline.known),
        "never_reached": list(dict.fromkeys(report.never_reached)),
        "left_behind": list(report.left_behind),
        "baseline": report.baseline.remarks,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "finished": report.finished.isoformat(timespec="seconds"),
    }

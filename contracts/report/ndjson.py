"""One JSON object a line, for programs: the run, its checks, each with its findings, rules, permissions, the verdict.

Each line says by `kind` what it is, and is written as soon as it is known: what a kill leaves is whole lines, and the
verdict is missing. Keys keep their names and order within version 1.
"""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from contracts.client.target import Safety
from contracts.errors import CannotRun
from contracts.report import Report
from contracts.report.locations import Places
from contracts.results.findings import Finding
from contracts.runner.results import CheckResult

VERSION = 1

Json = dict[str, Any]


class Stream:
    """Writes a run while it goes on: a listener that is told of each check, and at the end of the report."""

    def __init__(
        self, path: Path, url: str, seed: int, safety: Safety, spec: Path, known: Collection[str] = ()
    ) -> None:
        self._path = path
        self._run = _run(url, seed, safety)
        self._places = Places(spec)
        self._known = known
        self._told: set[str] = set()

    def phase(self, name: str, total: int) -> None:
        """Begin the file with the first phase: no file is left by a run that could not begin."""
        if self._run:
            self._path.write_bytes(b"")
            self._write(self._run)
            self._run = {}

    def seen(self, finding: Finding, requests: int) -> None:
        """Wait until it is confirmed."""

    def checked(self, result: CheckResult) -> None:
        """Write a check, and the findings that are new with it."""
        self._write(_check(result))
        for each in result.findings:
            if each.id not in self._told:
                self._told.add(each.id)
                self._write(_finding(each, each.id in self._known, self._places))

    def end(self, report: Report) -> None:
        """Write what the whole run says."""
        for each in _conclusions(report):
            self._write(each)

    def _write(self, told: Json) -> None:
        try:
            with self._path.open("a", encoding="ascii") as file:
                file.write(json.dumps(told) + "\n")
        except OSError as error:
            raise CannotRun(f"{self._path}: {error.strerror or error}; give another file with --report.") from error


def write(report: Report, path: Path) -> None:
    """Write the report to a file."""
    path.write_text("".join(f"{json.dumps(each)}\n" for each in events(report)), encoding="ascii")


def events(report: Report) -> Iterator[Json]:
    """The report as objects; lone surrogates, which JSON can spell, stay as they came."""
    yield _run(report.url, report.seed, report.safety)
    places, told = Places(report.spec), set[str]()
    for result in report.results:
        yield _check(result)
        for each in result.findings:
            if each.id not in told:
                told.add(each.id)
                yield _finding(each, each.id in report.baseline.known, places)
    yield from _conclusions(report)


def _run(url: str, seed: int, safety: Safety) -> Json:
    return {"kind": "run", "version": VERSION, "url": url, "seed": seed, "safety": safety}


def _conclusions(report: Report) -> Iterator[Json]:
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


def _finding(finding: Finding, known: bool, places: Places) -> Json:
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
        "known": known,
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
        "stopped": report.stopped,
        "cautions": [{"word": word, "text": text} for word, text in report.cautions],
    }

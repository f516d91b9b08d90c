"""A JSON object on each line, for programs: the run, its checks with their findings, rules, permissions, the verdict.

The `kind` of each line says what it is. Lines are written during the run: after a kill they are complete, but the
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
    """Writes a run while it lasts: a listener that follows each check, and gets the report at the end."""

    def __init__(
        self, path: Path, url: str, seed: int, safety: Safety, spec: Path, accepted: Collection[str] = ()
    ) -> None:
        self._path = path
        self._run = _run(url, seed, safety)
        self._places = Places(spec)
        self._accepted = accepted
        self._written: set[str] = set()

    def phase(self, name: str, total: int) -> None:
        """Begin the file with the first phase, so that a run that cannot start leaves no file."""
        if self._run:
            self._path.write_bytes(b"")
            self._write(self._run)
            self._run = {}

    def seen(self, finding: Finding, requests: int) -> None:
        """Ignore it: findings are written when they are confirmed."""

    def checked(self, result: CheckResult) -> None:
        """Write a check and its new findings."""
        self._write(_check(result))
        for finding in result.findings:
            if finding.id not in self._written:
                self._written.add(finding.id)
                self._write(_finding(finding, finding.id in self._accepted, self._places))

    def end(self, report: Report) -> None:
        """Write the results of the whole run."""
        for line in _conclusions(report):
            self._write(line)

    def _write(self, line: Json) -> None:
        try:
            with self._path.open("a", encoding="ascii") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as error:
            raise CannotRun(f"{self._path}: {error.strerror or error}. Give another file with --report.") from error


def write(report: Report, path: Path) -> None:
    """Write the report to a file."""
    path.write_text("".join(f"{json.dumps(line)}\n" for line in events(report)), encoding="ascii")


def events(report: Report) -> Iterator[Json]:
    """Yield the report as objects. Lone surrogates, which JSON can spell, stay unchanged."""
    yield _run(report.url, report.seed, report.safety)
    places, written = Places(report.spec), set[str]()
    for result in report.results:
        yield _check(result)
        for finding in result.findings:
            if finding.id not in written:
                written.add(finding.id)
                yield _finding(finding, finding.id in report.baseline.accepted, places)
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
        "findings": [finding.id for finding in result.findings],
    }


def _finding(finding: Finding, is_accepted: bool, places: Places) -> Json:
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
        "known": is_accepted,
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
        "known": len(report.baseline.accepted),
        "never_reached": list(dict.fromkeys(report.never_reached)),
        "left_behind": list(report.left_behind),
        "baseline": report.baseline.remarks,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "finished": report.finished.isoformat(timespec="seconds"),
        "stopped": report.stopped,
        "cautions": [{"word": word, "text": text} for word, text in report.cautions],
    }

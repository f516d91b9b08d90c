"""SARIF 2.1.0 for code scanning: each finding at the line of the OpenAPI document that it breaks.

The report stays within the limits beyond which GitHub rejects or cuts it:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

import json
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from contracts.checks.registration import Check
from contracts.report import Report
from contracts.report.locations import Places
from contracts.results.findings import Finding
from contracts.results.text import cut, legal

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"critical": "error", "high": "error", "medium": "warning", "low": "note"}
SCORES = {"critical": "9.0", "high": "7.0", "medium": "5.0", "low": "3.0"}
"""The severity on the scale from 0 to 10 by which code scanning sorts."""

MAX_RESULTS = 25_000
MAX_TAGS = 10
MAX_NAME = 255
MAX_TEXT = 1024

Json = dict[str, Any]


def write(report: Report, path: Path) -> None:
    """Write the report to a file."""
    path.write_text(json.dumps(to_sarif(report), indent=2) + "\n", encoding="utf-8")


def to_sarif(report: Report) -> Json:
    """Return the report as a SARIF log with one run."""
    rules = {rule["id"]: rule for rule in _rules(report)}
    places = Places(report.spec)
    run = {
        "tool": {"driver": {"name": "contracts", **_version(), "rules": list(rules.values())}},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, report, places, list(rules)) for finding in report.findings[:MAX_RESULTS]],
        "properties": {"url": legal(report.url), "seed": report.seed, "safety": report.safety},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _version() -> Json:
    try:
        return {"semanticVersion": version("specdouble")}
    except PackageNotFoundError:
        return {}


def _rules(report: Report) -> Iterator[Json]:
    """Yield every promise of the run: documented rules, laws, and the names of conformance findings."""
    texts = {result.rule: result.text for result in report.rules}
    for result in report.results:
        for name in (result.check.code, *result.check.rules):
            yield _rule(name, texts.get(name) or result.check.title, result.check)
    for finding in report.findings:
        yield _rule(finding.rule, finding.promise or finding.title, finding)


def _rule(name: str, sentence: str, source: Check | Finding) -> Json:
    text = cut(sentence.rstrip("."), MAX_TEXT)
    names = [legal(f"{catalogue}-{name}") for catalogue, names in source.names.items() for name in names.split(", ")]
    again = "Each result has curl lines that reproduce it from scratch."
    return {
        "id": _rule_id(name),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {
            "text": f"{text}. Run `contracts rules` to see its checks, and `contracts check --only {legal(name)}` to "
            f"check it alone. {again}"
        },
        "defaultConfiguration": {"level": LEVELS.get(source.severity, "warning")},
        "properties": {
            "tags": ["contract", *names][:MAX_TAGS],
            "security-severity": SCORES.get(source.severity, "5.0"),
        },
    }


def _invocation(report: Report) -> Json:
    errors = [f"stopped before everything was tried: {report.stopped}"] if report.stopped else []
    beyond = len(report.findings) - MAX_RESULTS
    warnings = [f"{beyond} findings are left out, the gravest are here"] if beyond > 0 else []
    warnings += [f"never reached: {name}" for name in dict.fromkeys(report.never_reached)]
    warnings += [f"{word}: {text}" for word, text in report.cautions]
    warnings += [f"left behind: {item}" for item in report.left_behind]
    warnings += report.baseline.remarks
    return {
        "executionSuccessful": not report.stopped,
        "exitCode": report.exit_code,
        "endTimeUtc": report.finished.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "toolExecutionNotifications": [
            *(_notification("error", text) for text in errors),
            *(_notification("warning", text) for text in warnings),
        ],
    }


def _notification(level: str, text: str) -> Json:
    return {"level": level, "message": {"text": legal(text)}}


def _result(finding: Finding, report: Report, places: Places, rules: list[str]) -> Json:
    name = _rule_id(finding.rule)
    return {
        "ruleId": name,
        "ruleIndex": rules.index(name),
        "level": LEVELS.get(finding.severity, "warning"),
        "message": {"text": _plain(_message(finding))},
        "locations": [_location(finding, places)],
        # GitHub reads the first one only. Without it, all findings at one line of the document would be one alert.
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.id}:1", "contractsFinding/v1": finding.id},
        **_acceptance(finding, report),
        "properties": {
            "confirmation": finding.confirmation,
            "curl": [legal(line) for line in finding.curl],
            "law": finding.code,
            "seed": finding.seed,
            "severity": finding.severity,
        },
    }


def _message(finding: Finding) -> str:
    head = f"{finding.operation}, {finding.subject}: {finding.promise or finding.title}."
    return f"{head}\nExpected: {finding.expected}\nGot: {finding.got}\n{finding.confirmation}"


def _plain(text: str) -> str:
    """Escape links, which a target could put into its responses."""
    return legal(text).replace("](", "\\](")


def _rule_id(name: str) -> str:
    return cut(name, MAX_NAME)


def _location(finding: Finding, places: Places) -> Json:
    logical = {"logicalLocations": [{"name": legal(finding.operation), "kind": "function"}]}
    place = places.of(finding)
    if place is None:
        return logical
    physical = {"artifactLocation": {"uri": place.uri}, "region": {"startLine": place.line}}
    return {"physicalLocation": physical, **logical}


def _acceptance(finding: Finding, report: Report) -> Json:
    entry = report.baseline.accepted.get(finding.id)
    if entry is None:
        return {"suppressions": []}
    until = f"{entry.reason} (until {entry.expires})"
    return {"suppressions": [{"kind": "external", "status": "accepted", "justification": legal(until)}]}

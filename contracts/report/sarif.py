"""SARIF 2.1.0, as code scanning reads it: each finding at the line of the spec that it breaks.

GitHub refuses or cuts what is over its limits, so nothing here is:
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
"""How grave, on the scale from 0 to 10 by which code scanning sorts."""

MOST_RESULTS = 25_000
MOST_TAGS = 10
LONGEST_NAME = 255
LONGEST_TEXT = 1024

Json = dict[str, Any]


def write(report: Report, path: Path) -> None:
    """Write the report to a file."""
    path.write_text(json.dumps(to_sarif(report), indent=2) + "\n", encoding="utf-8")


def to_sarif(report: Report) -> Json:
    """The report as a SARIF log with one run."""
    rules = {each["id"]: each for each in _rules(report)}
    places = Places(report.spec)
    run = {
        "tool": {"driver": {"name": "contracts", **_version(), "rules": list(rules.values())}},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, report, places, list(rules)) for each in report.findings[:MOST_RESULTS]],
        "properties": {"url": legal(report.url), "seed": report.seed, "safety": report.safety},
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _version() -> Json:
    try:
        return {"semanticVersion": version("specdouble")}
    except PackageNotFoundError:
        return {}


def _rules(report: Report) -> Iterator[Json]:
    """Every promise of the run: documented rules, laws, and what the findings of lane A are called."""
    texts = {each.rule: each.text for each in report.rules}
    for result in report.results:
        for name in (result.check.code, *result.check.rules):
            yield _rule(name, texts.get(name) or result.check.title, result.check)
    for finding in report.findings:
        yield _rule(finding.rule, finding.promise or finding.title, finding)


def _rule(name: str, sentence: str, told: Check | Finding) -> Json:
    text = cut(sentence.rstrip("."), LONGEST_TEXT)
    names = [legal(f"{catalogue}-{each}") for catalogue, listed in told.names.items() for each in listed.split(", ")]
    again = "Each result tells the curl lines that show it from nothing."
    return {
        "id": _rule_id(name),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {
            "text": f"{text}. What checks it: `contracts rules`; this promise alone: "
            f"`contracts check --only {legal(name)}`. {again}"
        },
        "defaultConfiguration": {"level": LEVELS.get(told.severity, "warning")},
        "properties": {"tags": ["contract", *names][:MOST_TAGS], "security-severity": SCORES.get(told.severity, "5.0")},
    }


def _invocation(report: Report) -> Json:
    unreached = [f"never reached: {each}" for each in dict.fromkeys(report.never_reached)]
    beyond = len(report.findings) - MOST_RESULTS
    stopped = (
        [_notification("error", f"stopped before everything was tried: {report.stopped}")] if report.stopped else []
    )
    told = [f"{beyond} findings are left out, the gravest are here"] if beyond > 0 else []
    told += [*unreached, *(f"{word}: {text}" for word, text in report.cautions)]
    told += [*(f"left behind: {each}" for each in report.left_behind), *report.baseline.remarks]
    return {
        "executionSuccessful": not report.stopped,
        "exitCode": report.exit_code,
        "endTimeUtc": report.finished.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "toolExecutionNotifications": [*stopped, *(_notification("warning", each) for each in told)],
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
        # GitHub looks at the first alone: without it, findings at one line of the spec would be one alert.
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
    """A message in which nothing of what a target answered is a link."""
    return legal(text).replace("](", "\\](")


def _rule_id(name: str) -> str:
    return cut(name, LONGEST_NAME)


def _location(finding: Finding, places: Places) -> Json:
    logical = {"logicalLocations": [{"name": legal(finding.operation), "kind": "function"}]}
    place = places.of(finding)
    if place is None:
        return logical
    physical = {"artifactLocation": {"uri": place.uri}, "region": {"startLine": place.line}}
    return {"physicalLocation": physical, **logical}


def _acceptance(finding: Finding, report: Report) -> Json:
    entry = report.baseline.known.get(finding.id)
    if entry is None:
        return {"suppressions": []}
    until = f"{entry.reason} (until {entry.expires})"
    return {"suppressions": [{"kind": "external", "status": "accepted", "justification": legal(until)}]}

"""JUnit XML for CI systems: one test case for each check, one suite for each family."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree as ET

from contracts.report import Report
from contracts.results.findings import Finding
from contracts.results.text import legal
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult


def write(report: Report, path: Path) -> None:
    """Write the report to a file."""
    ET.indent(tree := ET.ElementTree(to_xml(report)))
    tree.write(path, encoding="utf-8", xml_declaration=True)


def to_xml(report: Report) -> ET.Element:
    """Return the report as a `testsuites` element."""
    whole = {**_counts(report.results, report), "time": f"{report.seconds:.3f}"}
    root = ET.Element("testsuites", {"name": "contracts", **whole})
    for family, results in groupby(report.results, key=lambda result: result.check.family):
        _add_suite(root, family, list(results), report)
    if report.stopped:
        _add_error(root, report)
    return root


def _add_error(root: ET.Element, report: Report) -> None:
    """Add a case for the run itself, which ended early."""
    counts = {"tests": "1", "failures": "0", "errors": "1", "skipped": "0", "time": "0.000"}
    suite = ET.SubElement(root, "testsuite", {"name": "run", "timestamp": _finished(report), **counts})
    case = ET.SubElement(suite, "testcase", classname="contracts.run", name="everything is tried", time="0.000")
    ET.SubElement(case, "error", type="stopped", message=legal(report.stopped))
    for name in ("tests", "errors"):
        root.set(name, str(int(root.get(name, "0")) + 1))


def _finished(report: Report) -> str:
    return report.finished.isoformat(timespec="seconds")


def _add_suite(root: ET.Element, family: str, results: list[CheckResult], report: Report) -> None:
    attributes = {"name": family, "timestamp": _finished(report), **_counts(results, report)}
    suite = ET.SubElement(root, "testsuite", attributes)
    properties = ET.SubElement(suite, "properties")
    for name, value in (("seed", report.seed), ("url", report.url), ("safety", report.safety)):
        ET.SubElement(properties, "property", name=name, value=str(value))
    for result in results:
        _add_case(suite, result, report)


def _counts(results: Sequence[CheckResult], report: Report) -> dict[str, str]:
    accepted = [result for result in results if _is_accepted(result, report)]

    def count(*verdicts: Verdict) -> int:
        return sum(result.verdict in verdicts for result in results)

    time = sum(result.seconds for result in results)
    return {
        "tests": str(len(results)),
        "failures": str(count(Verdict.BROKEN, Verdict.NEVER) - len(accepted)),
        "errors": "0",
        "skipped": str(count(Verdict.NA) + len(accepted)),
        "time": f"{time:.3f}",
    }


def _is_accepted(result: CheckResult, report: Report) -> bool:
    """Return whether the baseline accepts all findings of a check."""
    accepted = report.baseline.accepted
    return bool(result.findings) and all(finding.id in accepted for finding in result.findings)


def _add_case(suite: ET.Element, result: CheckResult, report: Report) -> None:
    name = legal(f"{result.check.code} {result.check.title}")
    case = ET.SubElement(suite, "testcase", classname=f"contracts.{result.check.family}", name=name)
    case.set("time", f"{result.seconds:.3f}")
    if result.verdict is Verdict.NA:
        ET.SubElement(case, "skipped", message=legal(result.why))
    elif result.verdict is Verdict.NEVER:
        ET.SubElement(case, "failure", type="never reached", message=legal(result.why))
    elif result.verdict is Verdict.HELD and (result.why or result.lacking):
        ET.SubElement(case, "system-out").text = legal("; ".join(filter(None, (result.why, *result.lacking))))
    accepted = report.baseline.accepted
    if _is_accepted(result, report):
        reasons = (f"known: {accepted[finding.id].reason}" for finding in result.findings)
        ET.SubElement(case, "skipped", message=legal("; ".join(reasons)))
    fresh = [finding for finding in result.findings if finding.id not in accepted]
    if fresh:
        _add_failure(case, fresh)


def _add_failure(case: ET.Element, findings: Sequence[Finding]) -> None:
    """Add all findings as one element, because most readers of JUnit show only the first one."""
    first, others = findings[0], len(findings) - 1
    message = f"{first.expected} (and {others} more)" if others else first.expected
    failure = ET.SubElement(case, "failure", type=legal(first.rule), message=legal(message))
    failure.text = legal("\n\n".join(map(_describe, findings)))


def _describe(finding: Finding) -> str:
    return "\n".join(
        (
            f"{finding.operation} · {finding.subject} ({finding.confirmation}, id {finding.id}, seed {finding.seed})",
            f"promised: {finding.promise or finding.title}",
            f"expected: {finding.expected}",
            f"got: {finding.got}",
            *finding.curl,
        )
    )

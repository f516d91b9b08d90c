"""JUnit XML, as CI systems read it: one test case per check, one suite per family."""

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
    """The report as a `testsuites` element."""
    whole = {**_counts(report.results, report), "time": f"{report.seconds:.3f}"}
    root = ET.Element("testsuites", {"name": "contracts", **whole})
    for family, results in groupby(report.results, key=lambda each: each.check.family):
        _add_suite(root, family, list(results), report)
    if report.stopped:
        _add_error(root, report)
    return root


def _add_error(root: ET.Element, report: Report) -> None:
    """A case of its own for the run, where it did not come to its end."""
    one = {"tests": "1", "failures": "0", "errors": "1", "skipped": "0", "time": "0.000"}
    suite = ET.SubElement(root, "testsuite", {"name": "run", "timestamp": _finished(report), **one})
    case = ET.SubElement(suite, "testcase", classname="contracts.run", name="everything is tried", time="0.000")
    ET.SubElement(case, "error", type="stopped", message=legal(report.stopped))
    for name in ("tests", "errors"):
        root.set(name, str(int(root.get(name, "0")) + 1))


def _finished(report: Report) -> str:
    return report.finished.isoformat(timespec="seconds")


def _add_suite(root: ET.Element, family: str, results: list[CheckResult], report: Report) -> None:
    told = {"name": family, "timestamp": _finished(report), **_counts(results, report)}
    suite = ET.SubElement(root, "testsuite", told)
    properties = ET.SubElement(suite, "properties")
    for name, value in (("seed", report.seed), ("url", report.url), ("safety", report.safety)):
        ET.SubElement(properties, "property", name=name, value=str(value))
    for result in results:
        _add_case(suite, result, report)


def _counts(results: Sequence[CheckResult], report: Report) -> dict[str, str]:
    accepted = [each for each in results if _only_known(each, report)]

    def count(*verdicts: Verdict) -> int:
        return sum(each.verdict in verdicts for each in results)

    time = sum(each.seconds for each in results)
    return {
        "tests": str(len(results)),
        "failures": str(count(Verdict.BROKEN, Verdict.NEVER) - len(accepted)),
        "errors": "0",
        "skipped": str(count(Verdict.NA) + len(accepted)),
        "time": f"{time:.3f}",
    }


def _only_known(result: CheckResult, report: Report) -> bool:
    """Whether all that broke is accepted by the baseline."""
    return bool(result.findings) and all(each.id in report.baseline.known for each in result.findings)


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
    if _only_known(result, report):
        reasons = (f"known: {report.baseline.known[each.id].reason}" for each in result.findings)
        ET.SubElement(case, "skipped", message=legal("; ".join(reasons)))
    fresh = [each for each in result.findings if each.id not in report.baseline.known]
    if fresh:
        _add_failure(case, fresh)


def _add_failure(case: ET.Element, findings: Sequence[Finding]) -> None:
    """All findings in one element, because most readers of JUnit take the first of several."""
    first, more = findings[0], len(findings) - 1
    message = f"{first.expected}{f' (and {more} more)' if more else ''}"
    failure = ET.SubElement(case, "failure", type=legal(first.rule), message=legal(message))
    failure.text = legal("\n\n".join(map(_told, findings)))


def _told(finding: Finding) -> str:
    return "\n".join(
        (
            f"{finding.operation} · {finding.subject} ({finding.confirmation}, id {finding.id}, seed {finding.seed})",
            f"promised: {finding.promise or finding.title}",
            f"expected: {finding.expected}",
            f"got: {finding.got}",
            *finding.curl,
        )
    )

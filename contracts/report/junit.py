"""JUnit XML, as CI systems read it: one test case per check, one suite per family."""

import re
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree as ET

from contracts.findings import Finding
from contracts.report import Report
from contracts.run import CheckResult
from contracts.verdict import Verdict

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write(report: Report, path: Path) -> None:
    """Write the report to a file."""
    ET.indent(tree := ET.ElementTree(to_xml(report)))
    tree.write(path, encoding="utf-8", xml_declaration=True)


def to_xml(report: Report) -> ET.Element:
    """The report as a `testsuites` element."""
    root = ET.Element("testsuites", name="contracts", time=f"{report.seconds:.3f}")
    for family, results in groupby(report.results, key=lambda each: each.check.family):
        _add_suite(root, family, list(results), report)
    return root


def _add_suite(root: ET.Element, family: str, results: list[CheckResult], report: Report) -> None:
    suite = ET.SubElement(root, "testsuite", {"name": family, "tests": str(len(results)), **_counts(results)})
    properties = ET.SubElement(suite, "properties")
    for name, value in (("seed", report.seed), ("url", report.url), ("safety", report.safety)):
        ET.SubElement(properties, "property", name=name, value=str(value))
    for result in results:
        _add_case(suite, result)


def _counts(results: list[CheckResult]) -> dict[str, str]:
    def count(*verdicts: Verdict) -> str:
        return str(sum(each.verdict in verdicts for each in results))

    time = sum(each.seconds for each in results)
    return {
        "failures": count(Verdict.BROKEN, Verdict.NEVER),
        "errors": "0",
        "skipped": count(Verdict.NA),
        "time": f"{time:.3f}",
    }


def _add_case(suite: ET.Element, result: CheckResult) -> None:
    name = _legal(f"{result.check.code} {result.check.title}")
    case = ET.SubElement(suite, "testcase", classname=f"contracts.{result.check.family}", name=name)
    case.set("time", f"{result.seconds:.3f}")
    if result.verdict is Verdict.NA:
        ET.SubElement(case, "skipped", message=_legal(result.why))
    elif result.verdict is Verdict.NEVER:
        ET.SubElement(case, "failure", type="never reached", message=_legal(result.why))
    for finding in result.findings:
        failure = ET.SubElement(case, "failure", type=finding.rule, message=_legal(finding.expected))
        failure.text = _legal(_told(finding))


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


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)

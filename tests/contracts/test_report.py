from io import StringIO
from xml.etree import ElementTree as ET

from rich.console import Console

from contracts.findings import Finding
from contracts.law import Check
from contracts.report import Report, RuleResult, junit
from contracts.report.console import show
from contracts.run import CheckResult
from contracts.target import Safety
from contracts.verdict import Verdict

FINDING = Finding(
    code="CT101",
    title="What was accepted is shown",
    operation="PATCH /x/{id}",
    subject="text \x00 in [bold]JSON[/bold]",
    expected="a & b < c",
    got="\ud800 \x01",
    severity="high",
    seed=3,
    rules=("RULE-1",),
    curl=("curl -sS 'http://127.0.0.1/x'" + "y" * 300,),
    came_back=3,
)


def result(code: str, verdict: Verdict, *findings: Finding, family: str = "law") -> CheckResult:
    return CheckResult(Check(code, f"{code} holds", lambda _: (), family=family), verdict, "because", list(findings))


def report(*results: CheckResult, rules: tuple[RuleResult, ...] = ()) -> Report:
    return Report("http://127.0.0.1", 3, Safety.SANDBOX, results, rules, 1.0, 9)


def shown(told: Report) -> str:
    output = StringIO()
    show(told, Console(file=output, width=80))
    return output.getvalue()


def test_junit_is_well_formed_whatever_a_target_answers() -> None:
    results = [result("CT101", Verdict.BROKEN, FINDING), result("CT102", Verdict.NEVER), result("CT103", Verdict.NA)]
    root = ET.fromstring(ET.tostring(junit.to_xml(report(*results, result("VIS-01", Verdict.HELD, family="scenario")))))
    law, scenario = root.findall("testsuite")
    assert [law.attrib[key] for key in ("tests", "failures", "skipped")] == ["3", "2", "1"]
    assert scenario.attrib["failures"] == "0"


def test_what_a_target_answers_is_not_read_as_markup() -> None:
    assert "[bold]JSON[/bold]" in shown(report(result("CT101", Verdict.BROKEN, FINDING)))


def test_curl_lines_are_not_broken() -> None:
    assert FINDING.curl[0] in shown(report(result("CT101", Verdict.BROKEN, FINDING)))


def test_each_rule_is_told_with_its_verdict() -> None:
    rules = (RuleResult("RULE-1", Verdict.BROKEN, ("CT101",)), RuleResult("RULE-2", Verdict.NEVER, (), "no check"))
    told = shown(report(result("CT101", Verdict.BROKEN, FINDING), rules=rules))
    assert "1 broken, 1 never reached" in told


def test_a_rule_that_nobody_exercised_is_not_green() -> None:
    unreached = report(result("CT101", Verdict.HELD), rules=(RuleResult("RULE-2", Verdict.NEVER),))
    assert unreached.exit_code == 1
    assert "NEVER REACHED" in shown(unreached)


def test_the_gravest_findings_come_first() -> None:
    from dataclasses import replace

    findings = [replace(FINDING, severity=each, subject=each) for each in ("low", "critical", "medium")]
    ordered = report(result("CT101", Verdict.BROKEN, *findings)).findings
    assert [each.severity for each in ordered] == ["critical", "medium", "low"]


def test_the_same_finding_is_told_once() -> None:
    twice = report(result("A-coverage", Verdict.BROKEN, FINDING), result("A-fuzzing", Verdict.BROKEN, FINDING))
    assert len(twice.findings) == 1

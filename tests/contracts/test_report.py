"""The run as a terminal and as readers of JUnit see it."""

from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path

from junitparser import JUnitXml
from rich.console import Console

from contracts.baseline import Comparison, Entry
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


def read(told: Report, path: Path) -> JUnitXml:
    """The report as a reader of JUnit sees it."""
    junit.write(told, path)
    xml = JUnitXml.fromfile(str(path))
    assert isinstance(xml, JUnitXml)
    return xml


def test_junit_counts_what_it_holds_whatever_a_target_answers(tmp_path: Path) -> None:
    results = [result("CT101", Verdict.BROKEN, FINDING), result("CT102", Verdict.NEVER), result("CT103", Verdict.NA)]
    told = report(*results, result("VIS-01", Verdict.HELD, family="scenario"))
    xml = read(told, tmp_path / "run.xml")
    law, scenario = xml
    assert [(each.name, each.tests, each.failures, each.skipped) for each in (law, scenario)] == [
        ("law", 3, 2, 1),
        ("scenario", 1, 0, 0),
    ]
    assert (xml.tests, xml.failures, xml.skipped, xml.errors) == (4, 2, 1, 0)
    counted = (law.failures, law.skipped)
    law.update_statistics()  # type: ignore[no-untyped-call] # junitparser leaves it untyped
    assert (law.failures, law.skipped) == counted


def test_a_check_that_found_several_things_fails_once_and_tells_them_all(tmp_path: Path) -> None:
    findings = [replace(FINDING, subject=each) for each in ("in JSON", "in multipart")]
    ((case,),) = read(report(result("CT101", Verdict.BROKEN, *findings)), tmp_path / "run.xml")
    (failure,) = case.result
    assert failure.message == "a & b < c (and 1 more)"
    assert failure.type == "RULE-1"
    assert "in JSON" in failure.text
    assert "in multipart" in failure.text


def test_what_the_baseline_accepts_is_skipped_with_its_reason(tmp_path: Path) -> None:
    known = Comparison({FINDING.id: Entry(id=FINDING.id, reason="an old client", expires=date(2026, 8, 1))})
    told = replace(report(result("CT101", Verdict.BROKEN, FINDING)), baseline=known)
    ((case,),) = read(told, tmp_path / "run.xml")
    assert [each.message for each in case.result] == ["known: an old client"]


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
    findings = [replace(FINDING, severity=each, subject=each) for each in ("low", "critical", "medium")]
    ordered = report(result("CT101", Verdict.BROKEN, *findings)).findings
    assert [each.severity for each in ordered] == ["critical", "medium", "low"]


def test_the_same_finding_is_told_once() -> None:
    twice = report(result("A-coverage", Verdict.BROKEN, FINDING), result("A-fuzzing", Verdict.BROKEN, FINDING))
    assert len(twice.findings) == 1

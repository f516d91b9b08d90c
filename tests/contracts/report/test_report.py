"""The run as a terminal and as readers of JUnit see it."""

import re
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml
from rich.console import Console

from contracts.checks.registration import Check
from contracts.client.target import Safety
from contracts.report import Report, RuleResult, html, junit, ndjson, sarif
from contracts.report.baseline import Comparison, Entry
from contracts.report.console import show
from contracts.report.progress import ConsoleProgress
from contracts.results.findings import Finding
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult
from tests.contracts.support import sample_reports

FINDING = replace(
    sample_reports.FINDING,
    operation="PATCH /x/{id}",
    subject="text \x00 in [bold]JSON[/bold]",
    expected="a & b < c",
    got="\ud800 \x01",
    rules=("RULE-1",),
    curl=("curl -sS 'http://127.0.0.1/x'" + "y" * 300,),
)


def result(code: str, verdict: Verdict, *findings: Finding, family: str = "law") -> CheckResult:
    return CheckResult(Check(code, f"{code} holds", lambda _: (), family=family), verdict, "because", list(findings))


def report(*results: CheckResult, rules: tuple[RuleResult, ...] = ()) -> Report:
    return Report("http://127.0.0.1", 3, Safety.SANDBOX, results, rules, 1.0, 9)


def shown(told: Report, width: int = 80, brief: bool = False, **terminal: Any) -> str:
    output = StringIO()
    show(told, Console(file=output, width=width, **terminal), brief)
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


@pytest.mark.parametrize("turn", [1, -1])
def test_what_two_phases_found_is_told_as_it_is_surest(turn: int) -> None:
    doubtful = replace(FINDING, came_back=0)
    found = [result("A-coverage", Verdict.BROKEN, FINDING), result("A-stateful", Verdict.BROKEN, doubtful)]
    assert report(*found[::turn]).findings == [FINDING]


def test_a_run_that_was_stopped_is_an_error_in_junit_beside_what_it_found(tmp_path: Path) -> None:
    told = replace(report(result("CT101", Verdict.BROKEN, FINDING)), stopped="the requests are spent")
    xml = read(told, tmp_path / "run.xml")
    assert (xml.tests, xml.failures, xml.errors) == (2, 1, 1)
    _, run = xml
    (case,) = run
    assert [(each.type, each.message) for each in case.result] == [("stopped", "the requests are spent")]


def test_a_run_that_was_stopped_says_so_beside_the_verdict() -> None:
    told = shown(replace(report(), stopped="the requests are spent", cut_off=True)).splitlines()
    assert [each for each in told[-4:] if each] == [
        "stopped the requests are spent",
        "NEVER REACHED  0 findings · rules: no documented rules",
        "http://127.0.0.1 · sandbox · 9 requests in 1.0 s · seed 3",
    ]


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


def test_the_terminal_obeys_nothing_that_a_target_answers() -> None:
    told = replace(FINDING, got="\x1b[2J\x9b2J\x07gone", operation="\x1b]0;owned\x07", curl=("curl \x1b[8m",))
    output = shown(report(result("CT101", Verdict.BROKEN, told)))
    assert not {"\x1b", "\x9b", "\x07"} & set(output)
    assert "gone" in output


@pytest.mark.parametrize(("terminal", "coloured"), [({"force_terminal": True}, True), ({}, False)])
def test_colours_are_for_terminals(terminal: dict[str, Any], coloured: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert ("\x1b[" in shown(report(result("CT101", Verdict.BROKEN, FINDING)), **terminal)) is coloured


def test_no_colour_is_shown_to_who_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    output = shown(report(result("CT101", Verdict.BROKEN, FINDING)), force_terminal=True)
    assert not re.search(r"\x1b\[[\d;]*3\dm", output)


def test_what_is_broken_is_told_as_soon_as_it_is_found_also_where_nobody_watches() -> None:
    output = StringIO()
    with ConsoleProgress(Console(file=output, width=80)) as progress:
        progress.phase("laws", 2)
        progress.checked(result("CT101", Verdict.BROKEN, FINDING))
        assert "CT101 CT101 holds: 1 finding\n" in output.getvalue()
        progress.checked(result("CT102", Verdict.HELD))
    assert output.getvalue().rstrip().endswith("\nLaws         1 held, 1 broken")
    assert "\x1b" not in output.getvalue()


def test_in_brief_each_promise_is_told_once_and_what_held_is_only_counted() -> None:
    findings = [replace(FINDING, subject=each) for each in ("in JSON", "in forms", "in multipart")]
    rules = (RuleResult("RULE-1", Verdict.BROKEN, ("CT101",)), RuleResult("RULE-2", Verdict.HELD, ("CT102",)))
    told = report(result("CT101", Verdict.BROKEN, *findings), rules=rules)
    assert shown(told).count("expected") == 3
    brief = shown(told, brief=True)
    assert brief.count("expected") == 1
    assert "and 2 more findings of RULE-1" in brief
    assert "RULE-2" not in brief
    assert "3 findings · rules: 1 held, 1 broken" in brief


def test_what_was_never_reached_is_told_once() -> None:
    rules = (RuleResult("RULE-2", Verdict.NEVER, ("VIS-01",), "nobody joined"),)
    told = shown(report(result("VIS-01", Verdict.NEVER), result("CT102", Verdict.NEVER), rules=rules), width=120)
    assert [line for line in told.splitlines() if line.startswith("never reached")] == [
        "never reached CT102 CT102 holds: because"
    ]


def test_what_matters_most_stands_last() -> None:
    rules = [RuleResult(f"RULE-{number}", verdict) for number, verdict in enumerate(Verdict)]
    lines = shown(report(rules=tuple(rules))).split("rule ")[1].splitlines()[1:5]
    assert [line.split("  ")[1] for line in lines] == ["not applicable", "held", "never reached", "broken"]


def test_a_narrow_terminal_keeps_rule_verdict_and_reason() -> None:
    why = "the profile knows nobody called carol, and so nobody can be invited"
    told = shown(report(rules=(RuleResult("COURSE-PATCH-26", Verdict.NEVER, ("CT401", "CT402"), why),)), width=40)
    table = told.split("NEVER REACHED")[0]
    assert max(map(len, table.splitlines())) <= 40
    assert "CT401" not in table
    assert "COURSE-PATCH-26" in table
    assert "never" in table


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


CAUTIOUS = report(
    replace(result("CT101", Verdict.HELD), gaps=("PATCH /x/{id} · name: without size, which is rejected",)),
    replace(result("CT102", Verdict.HELD), why="", lacking=("nothing says what owns /y/{id}",)),
    replace(result("CT103", Verdict.HELD), why="", lacking=("nothing says what owns /y/{id}",)),
    replace(result("A-fuzzing", Verdict.HELD), unconfirmed=[replace(FINDING, code="ST202", came_back=0)]),
)
WORDS = ("without size, which is rejected", "nothing says what owns /y/{id}", "confirmed", "0/3")


def test_what_a_reader_of_a_green_report_should_know_is_told_in_every_form(tmp_path: Path) -> None:
    assert (CAUTIOUS.held, CAUTIOUS.findings) == (True, [])
    terminal = shown(CAUTIOUS, width=200)
    assert "in part       CT101 PATCH /x/{id}" in terminal
    assert "not tried     nothing says what owns /y/{id} (CT102, CT103)" in terminal
    assert "not confirmed ST202" in terminal
    for form in (ndjson, sarif, html):
        form.write(CAUTIOUS, tmp_path / "report")
        told = (tmp_path / "report").read_text()
        assert all(word in told for word in WORDS[:2])
        assert "0/3" in told
    assert [case.system_out for case in next(iter(read(CAUTIOUS, tmp_path / "xml")))][1] == WORDS[1]


@pytest.mark.parametrize(
    ("left", "lines"),
    [
        (["3 in /x/: the spec has no way to delete them"], 1),
        (["/x/1 could not be deleted"], 1),
        ([f"/x/{number} could not be deleted" for number in range(100)], 21),
    ],
    ids=["cannot", "one", "hundred"],
)
def test_what_is_left_behind_takes_a_few_lines(left: list[str], lines: int) -> None:
    shown_lines = shown(replace(report(), left_behind=left)).splitlines()
    assert sum("left behind" in line for line in shown_lines) == lines

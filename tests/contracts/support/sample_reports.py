"""Reports made by hand, for the tests of how they are told."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from contracts.checks.registration import Check
from contracts.client.target import Safety
from contracts.report import Report, RuleResult
from contracts.report.permissions import Cell
from contracts.results.findings import Finding
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult

HOSTILE = (
    "</pre></dd><script>document.title='owned'</script><img src=x onerror=alert(1)>\"'&{{7*7}}\x00\ud800\r\n::error::x"
)
"""A text that tries to be markup, an attribute, a template, a workflow command, and no text at all."""

FINDING = Finding(
    code="CT101",
    title="The next GET shows the values that a PATCH accepted",
    operation="PATCH /notes/{noteId}",
    subject="text in JSON",
    expected="GET shows 'a'",
    got="'b'",
    severity="high",
    seed=3,
    rules=("NOTE-1",),
    curl=("curl -sS -X PATCH 'http://127.0.0.1/notes/1'",),
    came_back=3,
    names={"wfc": "204, 205", "owasp": "API3:2023"},
    pointer="#/paths/~1notes~1{noteId}/patch",
    promise="The text of a note is kept.",
)


def hostile() -> Finding:
    """A finding in which everything that a target or a spec can say is hostile."""
    return Finding(
        code="CT102",
        title=HOSTILE,
        operation=HOSTILE,
        subject=HOSTILE,
        expected=HOSTILE,
        got=HOSTILE,
        severity="low",
        seed=3,
        rules=(HOSTILE,),
        curl=(HOSTILE,),
        names={"wfc": HOSTILE},
        promise=HOSTILE,
    )


def report(*findings: Finding, **options: Any) -> Report:
    """A run with one check for each finding, one that held, one that was never reached, one that does not apply."""
    results = [
        *(_result(each.code, Verdict.BROKEN, each) for each in findings),
        _result("CT103", Verdict.HELD),
        _result("CT104", Verdict.NA),
    ]
    rules = [RuleResult(each.rule, Verdict.BROKEN, (each.code,), text=each.promise) for each in findings]
    rules += [RuleResult("NOTE-2", Verdict.HELD, ("CT103",), text="Titles are unique.")]
    finished = datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    told = Report("http://127.0.0.1:8000", 3, Safety.SANDBOX, results, rules, 1.5, 42, finished=finished)
    return replace(told, **options)


def cells() -> tuple[Cell, ...]:
    """Somebody who may everything, and somebody who may a part, of which one is broken."""
    operation = "PATCH /notes/{noteId}"
    return (
        Cell(operation, "alice", "shared", True, Verdict.HELD),
        Cell(operation, "alice", "hidden", True, Verdict.HELD),
        Cell(operation, "bob", "shared", True, Verdict.HELD),
        Cell(operation, "bob", "hidden", False, Verdict.BROKEN),
        Cell(operation, "anonymous", "shared", False, Verdict.HELD),
    )


def _result(code: str, verdict: Verdict, *findings: Finding) -> CheckResult:
    return CheckResult(Check(code, f"{code} holds", lambda _: ()), verdict, "because", list(findings))

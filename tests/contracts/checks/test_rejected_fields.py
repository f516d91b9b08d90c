"""Fields that a backend rejects although the document allows them: they are reported, and laws leave them out."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from msgspec import structs

from contracts.checks.context import Context
from contracts.checks.registration import Trial
from contracts.report import Report
from contracts.results.verdict import Verdict
from contracts.runner.results import verdict_of
from contracts.runner.trial import Outcome
from tests.contracts.support.notes_contract import PROFILE


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        ("resets what is absent", "CT102"),
        ("writes the sibling", "CT103"),
        pytest.param("half applied", "CT105", marks=pytest.mark.proof),
        ("counts", "CT106"),
        pytest.param("forms trim", "CT501", marks=pytest.mark.proof),
        pytest.param("text yields to title", "CT502", marks=pytest.mark.proof),
    ],
)
def test_a_rejected_field_hides_no_fault_in_the_others(check: Callable[..., Report], fault: str, law: str) -> None:
    report = check("rejects size", fault, only=[law], max_examples=2)
    assert {(finding.code, finding.confirmation) for finding in report.findings} == {(law, "confirmed 3/3")}


def test_a_law_that_held_without_a_field_names_the_field_and_its_rejection_once(
    check: Callable[..., Report],
) -> None:
    report = check("rejects size", only=["B"], max_examples=2)
    assert (report.findings, report.exit_code) == ([], 0)
    why = report.result("CT102").why
    assert why.startswith("in part: PATCH /notes/{noteId} · ")
    without_size = re.escape('(400 {"error": "size may not be changed"})')
    assert len(re.findall(rf"without size, which is \w+ {without_size}", why)) == 1
    assert why.count("the change was rejected: 400") == 1
    assert report.result("CT301").why == ""


def test_a_field_with_transitions_alone_starts_where_a_fresh_item_shows_it(check: Callable[..., Report]) -> None:
    note = PROFILE.resources["note"]
    steps = {"state": {"new": ["new", "open"], "open": ["open", "done"], "done": ["done", "open"]}}
    stepping = structs.replace(PROFILE, resources={"note": structs.replace(note, transitions=steps)})
    laws = ["CT101", "CT102", "CT104", "CT401", "CT402", "CT502", "CT601"]
    report = check("goes step by step", only=laws, profile=stepping, max_examples=2)
    assert report.findings == []
    verdicts = {result.check.code: (result.verdict, result.why) for result in report.results}
    assert verdicts == dict.fromkeys(laws, (Verdict.HELD, ""))


def test_a_law_that_cannot_be_tried_on_one_of_two_resources_is_not_held(context: Context) -> None:
    other = replace(context, resource=replace(context.resource, item="/others/{id}"))
    trial = Trial("something", "PATCH /others/{id}", lambda: None)
    success, failure = Outcome(trial, Verdict.HELD), Outcome(trial, Verdict.NEVER, "no user may create it")
    assert verdict_of([(context, success), (other, failure)]) == (Verdict.NEVER, "/others/{id}: no user may create it")
    assert verdict_of([(context, success), (context, failure)]) == (
        Verdict.HELD,
        "in part: PATCH /others/{id} · something: no user may create it",
    )


def test_reasons_that_differ_only_in_unique_words_and_ids_are_reported_once(context: Context) -> None:
    outcomes = [
        (context, Outcome(Trial(f"field {number}", "*", lambda: None), Verdict.NEVER, f"/notes/{number} is gone"))
        for number in range(3)
    ]
    assert verdict_of(outcomes) == (Verdict.NEVER, "/notes/0 is gone")

"""What a backend refuses although the document takes it: it is told, and the laws go on without it."""

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
def test_a_field_that_is_refused_blinds_no_law_for_the_others(
    check: Callable[..., Report], fault: str, law: str
) -> None:
    report = check("refuses size", fault, only=[law], max_examples=2)
    assert {(finding.code, finding.confirmation) for finding in report.findings} == {(law, "confirmed 3/3")}


def test_a_law_that_held_without_a_field_says_which_and_how_it_was_refused_and_says_it_once(
    check: Callable[..., Report],
) -> None:
    report = check("refuses size", only=["B"], max_examples=2)
    assert (report.findings, report.exit_code) == ([], 0)
    why = report.result("CT102").why
    assert why.startswith("in part: PATCH /notes/{noteId} · ")
    assert why.count('without size, which is refused (400 {"error": "size may not be changed"})') == 1
    assert why.count("the change was refused: 400") == 1
    assert report.result("CT301").why == ""


def test_a_field_of_which_only_the_transitions_are_known_goes_where_it_may(check: Callable[..., Report]) -> None:
    note = PROFILE.resources["note"]
    steps = {"state": {"new": ["new", "open"], "open": ["open", "done"], "done": ["done", "open"]}}
    stepping = structs.replace(PROFILE, resources={"note": structs.replace(note, transitions=steps)})
    laws = ["CT101", "CT102", "CT104", "CT401", "CT402", "CT502", "CT601"]
    report = check("goes step by step", only=laws, profile=stepping, max_examples=2)
    assert report.findings == []
    assert {each.check.code: (each.verdict, each.why) for each in report.results} == dict.fromkeys(
        laws, (Verdict.HELD, "")
    )


def test_a_law_that_no_resource_but_another_let_be_tried_is_not_held(context: Context) -> None:
    other = replace(context, resource=replace(context.resource, item="/others/{id}"))
    trial = Trial("something", "PATCH /others/{id}", lambda: None)
    held, never = Outcome(trial, Verdict.HELD), Outcome(trial, Verdict.NEVER, "nobody may create it")
    assert verdict_of([(context, held), (other, never)]) == (Verdict.NEVER, "/others/{id}: nobody may create it")
    assert verdict_of([(context, held), (context, never)]) == (
        Verdict.HELD,
        "in part: PATCH /others/{id} · something: nobody may create it",
    )


def test_a_reason_is_told_once_whatever_words_and_ids_are_in_it(context: Context) -> None:
    outcomes = [
        (context, Outcome(Trial(f"field {number}", "*", lambda: None), Verdict.NEVER, f"/notes/{number} is gone"))
        for number in range(3)
    ]
    assert verdict_of(outcomes) == (Verdict.NEVER, "/notes/0 is gone")

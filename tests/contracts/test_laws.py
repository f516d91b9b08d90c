from collections.abc import Callable

import pytest

from contracts.law import LAWS
from contracts.laws import persistence
from contracts.registry import load as load_checks
from contracts.report import Report
from contracts.verdict import Verdict

KILLED_BY = {
    "forgets": "CT101",
    "saves the first field": "CT101",
    "truncates": "CT101",
    "stale reads": "CT101",
    "resets what is absent": "CT102",
    "forms switch off": "CT102",
    "moves created": "CT102",
    "writes the sibling": "CT103",
    "answers the old state": "CT104",
    "half applied": "CT105",
    "refuses empty": "CT106",
    "counts": "CT106",
    "writes read-only": "CT201",
    "shows the secret": "CT202",
    "lists the secret": "CT202",
    "secret in errors": "CT202",
    "anyone patches": "CT301",
    "anonymous writes": "CT301",
    "shows hidden": "CT302",
    "tells hidden": "CT302",
    "denied but written": "CT303",
    "no challenge": "CT303",
    "goes back": "CT401",
    "goes back in forms": "CT401",
    "stuck": "CT402",
    "forms trim": "CT501",
    "ending stands still": "CT101",
    "shows remarks": "CT203",
    "lists remarks": "CT203",
    "editors for ever": "CT304",
    "text yields to title": "CT502",
    "loses updates": "CT601",
    "mixes updates": "CT602",
    "lists old texts": "CT701",
    "finds nothing": "CT701",
    "lists the dropped": "CT701",
    "drops nothing": "CT701",
    "takes titles twice": "CT701",
}


@pytest.mark.parametrize(("fault", "law"), KILLED_BY.items())
def test_each_law_finds_the_faults_of_its_kind(check: Callable[..., Report], fault: str, law: str) -> None:
    report = check(fault, only=[law])
    assert report.exit_code == 1
    assert {finding.code for finding in report.findings} == {law}
    assert {finding.confirmation for finding in report.findings} == {"confirmed 3/3"}


def test_all_laws_are_silent_on_a_healthy_backend(check: Callable[..., Report]) -> None:
    report = check(only=["B"])
    assert report.findings == []
    assert {result.check.code: result.verdict for result in report.results} == dict.fromkeys(LAWS, Verdict.HELD)
    assert report.exit_code == 0


def test_every_law_has_a_fault_that_it_kills() -> None:
    load_checks()
    assert set(KILLED_BY.values()) == set(LAWS)


def test_what_is_lost_after_a_while_is_found_by_looking_again(
    check: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(persistence, "LATER_SECONDS", 0.2)
    report = check("forgets later", only=["CT101"], max_examples=1)
    later = {finding.subject: finding for finding in report.findings}["all fields, seen again later"]
    assert "sleep 0.2" in later.curl


def test_a_declared_difference_is_not_expected(check: Callable[..., Report]) -> None:
    from msgspec.structs import replace

    from tests.contracts.notes import PROFILE

    profile = replace(PROFILE, differences={"CT101": "this backend forgets, and says so"})
    report = check("forgets", only=["CT101"], profile=profile)
    assert report.findings == []
    assert report.results[0].why == "declared in the profile: this backend forgets, and says so"

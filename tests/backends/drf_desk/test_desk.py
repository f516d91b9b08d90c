from collections.abc import Callable

import pytest
from msgspec.structs import replace

import contracts
from contracts.errors import CannotRun
from contracts.generation import search as drawing
from contracts.profile.models import load
from contracts.profile.people import Person
from contracts.report import Report
from contracts.results.verdict import Verdict
from contracts.runner import trial
from tests.backends.drf_desk.conftest import HERE, Desk
from tests.backends.drf_desk.faults import BY_THE_ENGINE, KILLED_BY


@pytest.mark.proof
def test_the_laws_are_silent_on_a_healthy_desk(check: Callable[..., Report]) -> None:
    report = check(only=["B"])
    assert report.findings == []
    inapplicable = {result.check.code: result.why for result in report.results if result.verdict is Verdict.NA}
    assert set(inapplicable) == {"CT304", "CT603"}
    assert "role_call:" in inapplicable["CT304"]
    assert "in If-Match" in inapplicable["CT603"]
    held_laws = [result for result in report.results if result.verdict is Verdict.HELD]
    assert {result.check.code: result.why for result in held_laws if result.why} == {}
    assert list(report.never_reached) == []
    assert report.left_behind == []
    assert report.exit_code == 0


@pytest.mark.proof
def test_the_engine_is_silent_on_a_healthy_desk(check: Callable[..., Report]) -> None:
    report = check(only=["A"])
    assert (report.findings, report.exit_code) == ([], 0)


QUICK_FAULTS = 3
TICKETS = ["create_ticket", "list_tickets", "read_ticket", "replace_ticket", "change_ticket", "delete_ticket"]
PROJECTS = ["create_project", "list_projects", "read_project", "delete_project"]


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        # The tests of each law have faults of their own: in `make test`, a few of this backend are enough.
        pytest.param(fault, law, marks=() if number < QUICK_FAULTS else pytest.mark.proof)
        for number, (fault, law) in enumerate(KILLED_BY.items())
    ],
)
def test_the_laws_find_each_fault(
    check: Callable[..., Report], fault: str, law: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "SHRINK_BUDGET", 2)
    monkeypatch.setattr(trial, "SPARING_BUDGET", 2)
    serves = None if fault == "takes keys twice" else [*TICKETS, *PROJECTS]
    report = check(fault, only=[law], serves=serves)
    assert {finding.code for finding in report.findings} == {law}
    assert {finding.confirmation for finding in report.findings} == {"confirmed 3/3"}
    assert report.exit_code == 1


@pytest.mark.proof
def test_the_engine_finds_a_fault_of_shape_in_items_that_refer_to_others(check: Callable[..., Report]) -> None:
    report = check(*BY_THE_ENGINE, only=["A"])
    assert {finding.operation.rpartition(" ")[2] for finding in report.findings} <= {
        "/api/tickets",
        "/api/tickets/{id}",
    }
    assert "ST201" in {finding.code for finding in report.findings if finding.came_back == 3}


def test_an_expired_session_is_reported_before_the_run(desk: Desk) -> None:
    """Cover a desk that gives an expired session the same response as an anonymous user."""
    profile = load(HERE / "profile.yaml")
    people = {**profile.people, "rob": Person(cookies={"sessionid": "worn out"})}
    with pytest.raises(CannotRun, match=r"rob with 403. rob authenticates with the cookie sessionid in the profile"):
        contracts.check(desk.url, spec=HERE / "openapi.yaml", profile=replace(profile, people=people), only=["CT104"])

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
    spared = {each.check.code: each.why for each in report.results if each.verdict is Verdict.NA}
    assert set(spared) == {"CT304", "CT603"}
    assert "role_call:" in spared["CT304"]
    assert "in If-Match" in spared["CT603"]
    assert {each.check.code: each.why for each in report.results if each.verdict is Verdict.HELD and each.why} == {}
    assert list(report.never_reached) == []
    assert report.left_behind == []
    assert report.exit_code == 0


@pytest.mark.proof
def test_the_engine_is_silent_on_a_healthy_desk(check: Callable[..., Report]) -> None:
    report = check(only=["A"])
    assert (report.findings, report.exit_code) == ([], 0)


TICKETS = ["create_ticket", "list_tickets", "read_ticket", "replace_ticket", "change_ticket", "delete_ticket"]
PROJECTS = ["create_project", "list_projects", "read_project", "delete_project"]


@pytest.mark.parametrize(("fault", "law"), KILLED_BY.items())
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
def test_the_engine_finds_a_fault_of_shape_in_what_refers_to_other_items(check: Callable[..., Report]) -> None:
    report = check(*BY_THE_ENGINE, only=["A"])
    assert {each.operation.rpartition(" ")[2] for each in report.findings} <= {"/api/tickets", "/api/tickets/{id}"}
    assert "ST201" in {each.code for each in report.findings if each.came_back == 3}


def test_a_session_that_is_none_is_told_before_the_run_though_the_desk_answers_it_as_it_does_strangers(
    desk: Desk,
) -> None:
    known = load(HERE / "profile.yaml")
    people = {**known.people, "rob": Person(cookies={"sessionid": "worn out"})}
    with pytest.raises(CannotRun, match=r"refused rob, who comes with the cookie sessionid in the profile \(403\)"):
        contracts.check(desk.url, spec=HERE / "openapi.yaml", profile=replace(known, people=people), only=["CT104"])

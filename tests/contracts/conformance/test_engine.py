"""Lane A: the engine, kept from what the profile only lends."""

import gc
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from rich.console import Console

import contracts
from contracts.client.target import Safety, Target
from contracts.conformance.config import ACCEPTED, engine_config
from contracts.conformance.engine import COLLECTION_THRESHOLD
from contracts.generation.effort import Effort
from contracts.report import Report
from contracts.report.console import show
from contracts.results.findings import Finding
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult, Silence
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import DOCUMENT, PROFILE


@pytest.fixture(scope="module")
def crashing(served: Notes, document: Path) -> tuple[Report, list[tuple[str, str]]]:
    """A run of lane A against a backend that crashes on malformed JSON, and what that backend has seen."""
    served.reset("crashes")
    report = contracts.check(served.url, spec=document, profile=PROFILE, only=["A"], max_examples=3)
    return report, list(served.seen)


Run = tuple[Report, list[tuple[str, str]]]


def test_the_engine_finds_what_has_not_the_promised_shape(crashing: Run) -> None:
    report, _ = crashing
    assert report.exit_code == 1
    finding = next(each for each in report.findings if each.title == "Server error")
    assert finding.lane == "A"
    assert finding.code.startswith("ST")
    assert "curl" in finding.curl[-1]
    assert '500 {"error": "oops"}' in finding.got


def test_what_the_engine_finds_is_sent_again_before_it_is_told(crashing: Run) -> None:
    report, _ = crashing
    finding = next(each for each in report.findings if each.title == "Server error")
    assert finding.confirmation == "confirmed 3/3"


def test_a_crash_is_told_once_and_not_as_an_odd_status_as_well(crashing: Run) -> None:
    report, _ = crashing
    crashes = [each for each in report.findings if "500" in each.got]
    assert {each.code for each in crashes} == {"ST101"}
    assert len({each.operation for each in crashes}) == len(crashes)


def test_findings_of_the_engine_have_a_place_in_the_spec_and_names_in_catalogues(crashing: Run) -> None:
    report, _ = crashing
    finding = next(each for each in report.findings if each.title == "Server error")
    assert finding.pointer == "#/paths/~1notes/post"
    assert finding.names == {"wfc": "100"}


@pytest.mark.proof
def test_another_seed_gives_the_same_failure_the_same_id(crashing: Run, served: Notes, document: Path) -> None:
    report, _ = crashing
    served.reset("crashes")
    other = contracts.check(served.url, spec=document, profile=PROFILE, only=["A"], max_examples=3, seed=2)
    assert other.seed != report.seed
    # How far a seed leads is its own affair; the crash is found by every one.
    crashes = [{each.id for each in run.findings if each.operation == "POST /notes"} for run in (report, other)]
    assert len(crashes[0]) == 1
    assert crashes[0] <= crashes[1]
    assert {each.seed for each in other.findings} == {2}


@pytest.mark.proof
def test_a_sequence_is_sent_again_as_a_whole_and_told_from_nothing(served: Notes, document: Path) -> None:
    served.reset("drops nothing")
    report = contracts.check(served.url, spec=document, profile=PROFILE, only=["A"], max_examples=3)
    finding = next(each for each in report.findings if each.subject == "UseAfterFree")
    assert finding.confirmation == "confirmed 3/3"
    *_, delete, read = finding.curl
    assert "-X DELETE" in delete
    assert "-X GET" in read
    assert "X-Schemathesis" not in "".join(finding.curl)


def test_the_engine_does_not_write_to_what_is_lent(crashing: Run) -> None:
    _, seen = crashing
    written = {path for method, path in seen if method in ("PATCH", "DELETE")}
    assert written
    assert not written & {"/notes/1", "/notes/2"}


def test_the_engine_goes_to_this_machine_without_the_proxy_of_the_environment(
    served: Notes, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.reset()
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    report = contracts.check(served.url, spec=document, profile=PROFILE, only=["A"], max_examples=1)
    assert report.result("A-coverage").verdict is not Verdict.NEVER


@pytest.mark.proof
def test_a_run_of_the_engine_leaves_the_collector_of_garbage_as_it_was(served: Notes, document: Path) -> None:
    class Looking(Silence):
        def checked(self, result: CheckResult) -> None:
            during.append(gc.get_threshold()[0])

    served.reset()
    during: list[int] = []
    before = gc.get_threshold(), gc.get_freeze_count()
    contracts.check(served.url, spec=document, profile=PROFILE, only=["A"], max_examples=1, listener=Looking())
    assert set(during) == {COLLECTION_THRESHOLD}
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_a_failure_is_told_as_it_is_seen_and_not_twice(served: Notes, document: Path) -> None:
    class Hearing(Silence):
        def seen(self, finding: Finding, requests: int) -> None:
            heard.append((finding.id, requests))

        def checked(self, result: CheckResult) -> None:
            told.extend(finding.id for finding in result.findings)

    heard: list[tuple[str, int]] = []
    told: list[str] = []
    served.reset("crashes")
    contracts.check(served.url, spec=document, profile=PROFILE, only=["A"], max_examples=1, listener=Hearing())
    assert [each for each, _ in heard] == list(dict.fromkeys(told))
    assert all(requests > 0 for _, requests in heard)


@pytest.mark.proof
def test_what_the_engine_saw_once_and_never_again_is_told_and_fails_no_run(
    served: Notes, document: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.reset("rejects once", "takes titles twice", "goes back")
    without_reasons = replace(PROFILE.resources["note"], fields={}, transitions={})
    profile = replace(PROFILE, refusals={}, resources={"note": without_reasons})
    report = contracts.check(served.url, spec=document, profile=profile, only=["A"], max_examples=1)
    assert (report.findings, report.exit_code) == ([], 0)
    assert [each.confirmation for each in report.unconfirmed] == ["flaky 0/3"]
    assert report.result("A-coverage").why == "1 kinds of failure did not come back, and are not counted"
    show(report, Console(width=200))
    assert "not confirmed ST202 PATCH /notes/{noteId}" in capsys.readouterr().out


def test_an_answer_that_is_wrong_whatever_was_sent_is_a_finding_though_it_came_once(
    served: Notes, document: Path
) -> None:
    served.reset("crashes once")
    report = contracts.check(served.url, spec=document, profile=PROFILE, only=["A"], max_examples=1)
    assert [(each.code, each.confirmation) for each in report.findings] == [("ST101", "flaky 0/3")]
    assert (report.unconfirmed, report.exit_code) == ([], 1)


def test_each_phase_is_a_check_of_the_report(crashing: Run) -> None:
    report, _ = crashing
    assert [result.check.code for result in report.results] == ["A-examples", "A-coverage", "A-fuzzing", "A-stateful"]
    assert report.result("A-fuzzing").verdict is Verdict.BROKEN
    assert sum(result.requests for result in report.results) > 0


def test_what_may_be_refused_for_its_state_comes_from_the_profile(notes: Notes) -> None:
    profile = replace(PROFILE, refusals={"change_note": "done does not become new", "not_an_operation": "x"})
    with Target(notes.url, profile, Safety.SANDBOX, "t") as target:
        config = engine_config(target, DOCUMENT, Effort())
    assert _refusing(config) == {"change_note": ["400", "412"], "drop_note": ["412"]}
    assert "5xx" not in config["checks"]["negative_data_rejection"]["expected-statuses"]


def test_a_value_that_refers_to_nothing_is_refused_with_any_status_that_the_spec_names(notes: Notes) -> None:
    document = deepcopy(DOCUMENT)
    document["paths"]["/notes/{noteId}"]["patch"]["responses"]["422"] = {"description": ""}
    profile = replace(PROFILE, refusals={"change_note": "the book is not there", "add_note": "so it is here"})
    with Target(notes.url, profile, Safety.SANDBOX, "t") as target:
        config = engine_config(target, document, Effort())
    assert _refusing(config) == {"change_note": ["400", "422", "412"], "add_note": ["400"], "drop_note": ["412"]}


@pytest.mark.parametrize("status", ["default", "4XX"])
def test_a_refusal_is_documented_by_what_stands_for_all_as_well(notes: Notes, status: str) -> None:
    document = deepcopy(DOCUMENT)
    answers = document["paths"]["/notes"]["post"]["responses"]
    answers[status] = answers.pop("400")
    with Target(notes.url, PROFILE, Safety.SANDBOX, "t") as target:
        config = engine_config(target, document, Effort())
    assert _refusing(config)["add_note"] == ["400", "409", "422"]


def test_what_was_deleted_may_be_gone(notes: Notes) -> None:
    with Target(notes.url, PROFILE, Safety.SANDBOX, "t") as target:
        config = engine_config(target, DOCUMENT, Effort())
    assert "410" in config["checks"]["positive_data_acceptance"]["expected-statuses"]


def _refusing(config: dict[str, Any]) -> dict[str, list[str]]:
    """The statuses, beyond those of all operations, with which one may refuse what fits the spec."""
    return {
        name: entry["checks"]["positive_data_acceptance"]["expected-statuses"][len(ACCEPTED) :]
        for entry in config["operations"]
        for name in entry.get("include-operation-id", ())
    }


@pytest.mark.proof
def test_a_status_that_the_profile_knows_is_not_undocumented(notes: Notes, tmp_path: Path) -> None:
    document = deepcopy(DOCUMENT)
    for item in document["paths"].values():
        for method in ("get", "post", "patch", "delete"):
            item.get(method, {}).get("responses", {}).pop("404", None)
    spec = tmp_path / "notes.json"
    spec.write_text(json.dumps(document))
    found = []
    for statuses in ([], [404]):
        profile = replace(PROFILE, undocumented=statuses)
        report = contracts.check(notes.url, spec=spec, profile=profile, only=["A"], max_examples=1)
        found.append({each.title for each in report.findings})
    assert found == [{"Undocumented status code"}, set()]


@pytest.mark.proof
def test_a_status_that_means_the_same_as_a_documented_one_is_not_undocumented(notes: Notes, tmp_path: Path) -> None:
    document = deepcopy(DOCUMENT)
    for item in document["paths"].values():
        for method in ("post", "patch"):
            responses = item.get(method, {}).get("responses", {})
            responses |= {"422": responses.pop("400")} if responses else {}
    spec = tmp_path / "notes.json"
    spec.write_text(json.dumps(document))
    found = []
    for same in ({}, {422: [422, 400]}):
        profile = replace(PROFILE, same_status=same)
        report = contracts.check(notes.url, spec=spec, profile=profile, only=["A"], max_examples=1)
        found.append({each.title for each in report.findings})
    assert found == [{"Undocumented status code"}, set()]


@pytest.mark.proof
@pytest.mark.parametrize(
    ("documented", "same"),
    [("400", {}), ("422", {422: [422, 400]})],
    ids=["documented", "the same as a documented one"],
)
def test_a_status_that_is_declared_as_well_is_held_to_what_the_document_says_of_it(
    notes: Notes, tmp_path: Path, documented: str, same: dict[int, list[int]]
) -> None:
    document = deepcopy(DOCUMENT)
    promised = {"schema": {"type": "object", "required": ["no_refusal_has_this"]}}
    for item in document["paths"].values():
        for method in ("post", "patch"):
            responses = item.get(method, {}).get("responses", {})
            if responses.pop("400", None):
                responses[documented] = {"description": "Refused", "content": {"application/json": promised}}
    spec = tmp_path / "notes.json"
    spec.write_text(json.dumps(document))
    profile = replace(PROFILE, same_status=same, undocumented=[400])
    report = contracts.check(notes.url, spec=spec, profile=profile, only=["A"], max_examples=1)
    assert {each.title for each in report.findings} == {"Response violates schema"}

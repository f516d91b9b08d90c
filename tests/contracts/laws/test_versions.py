"""Backends whose items are changed with their version in If-Match, and not without it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

import contracts
from contracts.checks.registration import LAWS
from contracts.report import Report
from contracts.results.verdict import Verdict
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import PROFILE, document_of_versions
from tests.contracts.support.shell import needs_curl, ran

ASKS = "asks for versions"
AT_START = 2
"""How many notes there are."""

Check = Callable[..., Report]


@pytest.fixture
def check_versions(notes: Notes, tmp_path: Path) -> Check:
    """Check notes that ask for versions, as their document says, with some faults switched on."""
    spec = tmp_path / "versions.json"
    spec.write_text(json.dumps(document_of_versions()))

    def run(*faults: str, only: list[str]) -> Report:
        notes.reset(*faults)
        return contracts.check(notes.url, spec=spec, profile=PROFILE, only=only, max_examples=4)

    return run


def test_all_laws_hold_where_a_change_comes_with_its_version(check_versions: Check, notes: Notes) -> None:
    report = check_versions(ASKS, only=["B"])
    assert report.findings == []
    assert {each.check.code for each in report.results if each.verdict is Verdict.HELD} == set(LAWS) - {"CT702"}
    assert len(notes.notes) == AT_START


@pytest.mark.proof
def test_the_engine_changes_the_present_version(check_versions: Check, notes: Notes) -> None:
    _insist_held(check_versions(ASKS, only=["A"]))
    assert len(notes.notes) == AT_START


@pytest.mark.proof
def test_what_the_engine_finds_in_a_change_is_found_again(check_versions: Check) -> None:
    (finding,) = check_versions(ASKS, "always fails", only=["A"]).findings
    assert (finding.operation, finding.confirmation) == ("PATCH /notes/{noteId}", "confirmed 3/3")
    assert any("${ETAG1}" in line for line in finding.curl)


def test_a_change_without_a_version_has_to_be_refused_where_the_spec_asks_for_one(check_versions: Check) -> None:
    found = check_versions(only=["CT603"]).findings
    assert {(each.operation.split()[0], each.subject) for each in found} == {
        ("PATCH", "no version"),
        ("DELETE", "no version"),
    }


@pytest.mark.proof
def test_a_profile_says_that_changes_come_with_a_version_where_the_spec_does_not(notes: Notes, document: Path) -> None:
    silent = json.loads(document.read_text())
    for method in ("patch", "delete"):
        del silent["paths"]["/notes/{noteId}"][method]["parameters"]
    document.with_name("silent.json").write_text(json.dumps(silent))
    asking = replace(PROFILE, resources={"note": replace(PROFILE.resources["note"], if_match=True)})
    notes.reset(ASKS)
    report = contracts.check(
        notes.url, spec=document.with_name("silent.json"), profile=asking, only=["A", "CT1", "CT603"], max_examples=4
    )
    _insist_held(report)
    assert len(notes.notes) == AT_START


def _insist_held(report: Report) -> None:
    assert report.findings == []
    # The document has no examples.
    verdicts = {result.check.code: result.verdict for result in report.results if result.check.code != "A-examples"}
    assert verdicts == dict.fromkeys(verdicts, Verdict.HELD)
    assert verdicts


@needs_curl
def test_curl_lines_read_the_version_with_which_they_change(check_versions: Check, notes: Notes) -> None:
    finding = check_versions(ASKS, "patches what is old", only=["CT603"]).findings[0]
    changes = [line for line in finding.curl if "-X PATCH" in line]
    assert [line.partition("If-Match: ${")[2].partition("}")[0] for line in changes] == ["ETAG1", "ETAG1"]
    notes.reset(ASKS)
    told = ran(finding.curl)
    assert "of which version?" not in told
    assert told.count("another by now") == 1, "the second of the changes is of the version before the first"

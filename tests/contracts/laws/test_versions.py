"""Backends whose changes need the version of the item in If-Match."""

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
"""The number of notes in the initial state."""

Check = Callable[..., Report]


@pytest.fixture
def check_versions(notes: Notes, tmp_path: Path) -> Check:
    """Return a function that checks notes with versions, as their document says, with some faults switched on."""
    spec = tmp_path / "versions.json"
    spec.write_text(json.dumps(document_of_versions()))

    def run(*faults: str, only: list[str]) -> Report:
        notes.reset(*faults)
        return contracts.check(notes.url, spec=spec, profile=PROFILE, only=only, max_examples=4)

    return run


def test_all_laws_hold_if_changes_need_a_version(check_versions: Check, notes: Notes) -> None:
    report = check_versions(ASKS, only=["B"])
    assert report.findings == []
    held_laws = {result.check.code for result in report.results if result.verdict is Verdict.HELD}
    assert held_laws == set(LAWS) - {"CT702"}
    assert len(notes.notes) == AT_START


@pytest.mark.proof
def test_the_engine_changes_the_present_version(check_versions: Check, notes: Notes) -> None:
    _require_held(check_versions(ASKS, only=["A"]))
    assert len(notes.notes) == AT_START


@pytest.mark.proof
def test_a_finding_of_the_engine_in_a_change_is_confirmed(check_versions: Check) -> None:
    (finding,) = check_versions(ASKS, "always fails", only=["A"]).findings
    assert (finding.operation, finding.confirmation) == ("PATCH /notes/{noteId}", "confirmed 3/3")
    assert any("${ETAG1}" in line for line in finding.curl)


def test_a_change_without_the_required_version_must_be_rejected(check_versions: Check) -> None:
    findings = check_versions(only=["CT603"]).findings
    assert {(finding.operation.split()[0], finding.subject) for finding in findings} == {
        ("PATCH", "no version"),
        ("DELETE", "no version"),
    }


@pytest.mark.proof
def test_a_profile_can_say_that_changes_need_a_version(notes: Notes, document: Path) -> None:
    silent = json.loads(document.read_text())
    for method in ("patch", "delete"):
        del silent["paths"]["/notes/{noteId}"][method]["parameters"]
    document.with_name("silent.json").write_text(json.dumps(silent))
    asking = replace(PROFILE, resources={"note": replace(PROFILE.resources["note"], if_match=True)})
    notes.reset(ASKS)
    report = contracts.check(
        notes.url, spec=document.with_name("silent.json"), profile=asking, only=["A", "CT1", "CT603"], max_examples=4
    )
    _require_held(report)
    assert len(notes.notes) == AT_START


def _require_held(report: Report) -> None:
    assert report.findings == []
    # The document has no examples.
    verdicts = {result.check.code: result.verdict for result in report.results if result.check.code != "A-examples"}
    assert verdicts == dict.fromkeys(verdicts, Verdict.HELD)
    assert verdicts


@needs_curl
def test_curl_lines_read_the_version_that_they_send(check_versions: Check, notes: Notes) -> None:
    finding = check_versions(ASKS, "patches what is old", only=["CT603"]).findings[0]
    changes = [line for line in finding.curl if "-X PATCH" in line]
    assert [line.partition("If-Match: '\"${")[2].partition("}")[0] for line in changes] == ["ETAG1", "ETAG1"]
    notes.reset(ASKS)
    output = ran(finding.curl)
    assert "of which version?" not in output
    assert output.count("another by now") == 1, "the second change sends the version before the first one"

"""Whole runs, by the Python API."""

import json
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import contracts
from contracts.checks.context import Context
from contracts.checks.registration import Check, scenario
from contracts.client.target import Target
from contracts.report import Report
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult, Silence
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import DOCUMENT, PROFILE


def test_the_same_seed_finds_the_same_things(check: Callable[..., Report]) -> None:
    first, second = (check("truncates", only=["CT101"], seed=5).findings for _ in range(2))
    assert [finding.id for finding in first] == [finding.id for finding in second]
    assert first


def test_a_finding_names_the_rules_that_its_law_speaks_for(check: Callable[..., Report]) -> None:
    report = check("forgets", only=["NOTE-1"])
    assert {finding.rules for finding in report.findings} == {("NOTE-1",)}
    assert report.rule("NOTE-1").verdict is Verdict.BROKEN


def test_one_rule_runs_only_what_speaks_for_it(check: Callable[..., Report]) -> None:
    assert [result.check.code for result in check(only=["NOTE-1"]).results] == ["CT101"]


def test_a_family_of_laws_is_named_by_its_beginning(check: Callable[..., Report]) -> None:
    assert [result.check.code for result in check(only=["CT4"]).results] == ["CT401", "CT402"]


class Phases(Silence):
    """Notes which checks were made, phase by phase."""

    def __init__(self) -> None:
        self.codes: dict[str, list[str]] = {}
        self.totals: dict[str, int] = {}
        self._now = ""

    def phase(self, name: str, total: int) -> None:
        self._now = name
        self.codes[name], self.totals[name] = [], total

    def checked(self, result: CheckResult) -> None:
        self.codes[self._now].append(result.check.code)


def test_laws_with_few_trials_go_first_and_are_told_where_they_belong(check: Callable[..., Report]) -> None:
    listener = Phases()
    report = check(only=["CT1", "CT6"], listener=listener)
    assert listener.codes["quick laws"] == ["CT103", "CT106", "CT107", "CT602", "CT603"]
    assert listener.codes["laws"] == ["CT101", "CT102", "CT104", "CT105", "CT601"]
    assert {name: len(codes) for name, codes in listener.codes.items()} == listener.totals
    assert [result.check.code for result in report.results] == [
        *("CT101", "CT102", "CT103", "CT104", "CT105", "CT106", "CT107", "CT601", "CT602", "CT603")
    ]


def test_scenarios_that_fill_a_list_go_last_and_are_told_where_they_belong(
    check: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    stories: list[Check] = []
    monkeypatch.setattr("contracts.checks.registration.SCENARIOS", stories)
    monkeypatch.setattr("contracts.checks.selection.SCENARIOS", stories)

    @scenario("NOTE-1", resource="note", fills=True)
    def many(context: Context) -> None:
        """Many notes can be made."""
        _make_notes(context, 5)

    @scenario("NOTE-2", resource="note")
    def one(context: Context) -> None:
        """One note can be made."""
        _make_notes(context, 1)

    listener = Phases()
    report = check(only=["NOTE-1", "NOTE-2"], profile=replace(PROFILE, scenarios=True), listener=listener)
    assert listener.codes["scenarios"] == ["NOTE-2", "NOTE-1"]
    assert [(each.check.code, each.verdict) for each in report.results if each.check.family == "scenario"] == [
        ("NOTE-1", Verdict.HELD),
        ("NOTE-2", Verdict.HELD),
    ]


def _make_notes(context: Context, number: int) -> None:
    assert len({context.factory.fresh().id for _ in range(number)}) == number


def test_a_resource_without_a_law_holds_it_up_for_no_other(notes: Notes, tmp_path: Path) -> None:
    document, listener = deepcopy(DOCUMENT), Phases()
    answer = {"201": {"description": "A tag"}}
    tag = {"name": "tag", "in": "path", "required": True, "schema": {"type": "integer"}}
    document["paths"]["/tags"] = {"post": {"responses": answer}}
    document["paths"]["/tags/{tag}"] = {"parameters": [tag], "get": {"responses": answer}}
    spec = tmp_path / "notes.json"
    spec.write_text(json.dumps(document))
    profile = replace(PROFILE, resources={"note": replace(PROFILE.resources["note"], role_call=None)})
    contracts.check(notes.url, spec=spec, profile=profile, only=["CT103", "CT304"], listener=listener)
    assert listener.codes == {"quick laws": ["CT103"], "scenarios": [], "laws": ["CT304"]}


def test_only_reads_are_sent_to_a_host_elsewhere(
    check: Callable[..., Report], notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contracts.client.options.is_loopback", lambda url: False)
    report = check(only=["B"])
    assert {method for method, _ in notes.seen} == {"GET"}
    assert report.result("CT101").why == "needs writes, and only reads are allowed here (--safety sandbox)"
    assert report.exit_code == 0


def test_writes_elsewhere_are_sent_when_they_are_allowed(
    check: Callable[..., Report], notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contracts.client.options.is_loopback", lambda url: False)
    assert check(only=["CT106"], allow_writes=True).result("CT106").verdict is Verdict.HELD
    assert "PATCH" in {method for method, _ in notes.seen}


def test_a_law_that_applied_and_was_never_exercised_fails_the_run(check: Callable[..., Report]) -> None:
    report = check("rejects all", only=["CT101"])
    assert report.findings == []
    assert report.result("CT101").verdict is Verdict.NEVER
    assert list(report.never_reached) == ["CT101", "NOTE-1"]
    assert report.exit_code == 1


def test_a_law_that_was_never_exercised_at_one_of_two_resources_is_not_held(notes: Notes, tmp_path: Path) -> None:
    spec = tmp_path / "two.json"
    spec.write_text(json.dumps(with_drafts()))
    report = contracts.check(notes.url, spec=spec, profile=PROFILE, only=["CT101"], max_examples=1)
    assert report.result("CT101").verdict is Verdict.NEVER
    assert report.result("CT101").why.startswith("/drafts/{noteId}: POST /drafts as alice was rejected: 404")


def with_drafts() -> dict[str, Any]:
    """The document of notes, and with it that of drafts, which the backend does not have."""
    document = deepcopy(DOCUMENT)
    for path in ("/notes", "/notes/{noteId}"):
        twin = deepcopy(document["paths"][path])
        for operation in (each for each in twin.values() if "operationId" in each):
            operation["operationId"] += "_draft"
        document["paths"][path.replace("notes", "drafts")] = twin
    return document


def test_a_law_without_anything_to_say_tells_why(check: Callable[..., Report]) -> None:
    without_table = replace(PROFILE.resources["note"], transitions={})
    report = check(only=["CT401"], profile=replace(PROFILE, resources={"note": without_table}))
    assert report.result("CT401").verdict is Verdict.NA
    assert report.result("CT401").why == (
        "nothing says how a field may change: add transitions: to the resource in the profile, or x-transitions "
        "in the spec"
    )
    assert report.exit_code == 0


def test_a_dropped_connection_is_a_finding_and_the_run_goes_on(check: Callable[..., Report]) -> None:
    report = check("hangs up", only=["CT106"])
    assert "an answer" in report.findings[0].expected
    assert "none" in report.findings[0].got


def test_everybody_has_one_connection_of_his_own(notes: Notes) -> None:
    from contracts.client.target import Safety

    with Target(notes.url, PROFILE, Safety.SANDBOX, "t") as target:
        assert target.sessions.of("alice") is target.sessions.of("alice")
        assert target.sessions.of("alice") is not target.sessions.of("bob")


def test_importing_the_checker_is_cheap() -> None:
    heavy = "[name for name in ('schemathesis', 'hypothesis', 'requests', 'rich') if name in sys.modules]"
    code = f"import sys, contracts; print({heavy})"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_what_is_exported_exists() -> None:
    assert all(hasattr(contracts, name) for name in contracts.__all__)
    assert not hasattr(contracts, "something_else")

"""The one report on all shards says what entry of them found, and no more."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from msgspec.structs import replace as changed

from contracts.client.target import Safety
from contracts.fuzz.journal import Done, Entry, FindingNote, Record
from contracts.fuzz.merge import Merged, report
from contracts.fuzz.units import Unit
from contracts.report import Report
from contracts.results.findings import Finding
from contracts.results.verdict import Verdict
from contracts.runner.preparation import Prepared
from contracts.runner.results import Tried
from tests.contracts.support.sample_reports import FINDING

WHERE = "/notes/{noteId}"
ONE, TWO = (Unit("B", code, WHERE, 0) for code in ("CT101", "CT103"))
OTHER = replace(FINDING, code="CT103", subject="siblings, JSON")


def entry(unit: Unit, verdict: Verdict, **changes: object) -> Entry:
    outcome = Entry(unit, True, (Done(unit.check, verdict, "because", 2, 5, 0.5),), 9.0, 5)
    return changed(outcome, **changes)


def record(*entries: Entry, findings: Sequence[Finding] = ()) -> Record:
    return Record(list(entries), {entry.id: FindingNote(entry.code, 0, entry) for entry in findings}, seconds=9.0)


@pytest.fixture
def reported(prepared: Callable[..., Prepared]) -> Callable[..., Report]:
    def run(*records: Record, wanted: Sequence[Unit] = (ONE, TWO)) -> Report:
        return report(Merged(records), prepared("CT101", "CT103"), wanted, "http://127.0.0.1:1", 7, Safety.SANDBOX)

    return run


def test_the_findings_are_those_of_all_shards_each_once(reported: Callable[..., Report]) -> None:
    outcome = reported(
        record(entry(ONE, Verdict.BROKEN), findings=[FINDING]),
        record(entry(TWO, Verdict.BROKEN), findings=[OTHER, replace(FINDING, got="something else")]),
    )
    assert {entry.id for entry in outcome.findings} == {FINDING.id, OTHER.id}
    assert outcome.result("CT101").findings == [FINDING]
    assert outcome.exit_code == 1


def test_it_held_where_every_shard_says_so(reported: Callable[..., Report]) -> None:
    outcome = reported(record(entry(ONE, Verdict.HELD)), record(entry(TWO, Verdict.HELD)))
    assert outcome.held
    assert (outcome.requests, outcome.seconds) == (10, 9.0)


def test_what_no_shard_has_finished_of_the_first_round_was_never_reached(reported: Callable[..., Report]) -> None:
    outcome = reported(record(entry(ONE, Verdict.HELD), entry(TWO, Verdict.NEVER, done=False)))
    assert outcome.result("CT101").verdict is Verdict.HELD
    assert outcome.result("CT103").verdict is Verdict.NEVER
    assert "CT103 at /notes/{noteId}, round 1" in outcome.result("CT103").why
    assert outcome.exit_code == 1


def test_a_later_round_that_was_cut_does_not_hurt(reported: Callable[..., Report]) -> None:
    later = entry(replace(ONE, round=1), Verdict.NEVER, done=False)
    assert reported(record(entry(ONE, Verdict.HELD), later, entry(TWO, Verdict.HELD))).held


def test_it_did_not_hold_where_one_resource_was_never_reached(reported: Callable[..., Report]) -> None:
    elsewhere = entry(replace(ONE, where="/drafts/{noteId}"), Verdict.NEVER)
    outcome = reported(record(entry(ONE, Verdict.HELD), elsewhere, entry(TWO, Verdict.HELD)))
    assert (outcome.result("CT101").verdict, outcome.result("CT101").why) == (
        Verdict.NEVER,
        "/drafts/{noteId}: because",
    )


def test_what_several_resources_hold_in_part_is_told_as_one_part(reported: Callable[..., Report]) -> None:
    def held(unit: Unit, why: str) -> Entry:
        return entry(
            unit, Verdict.HELD, results=(Done(unit.check, Verdict.HELD, f"in part: {why}", 2, 5, 0.5, gaps=(why,)),)
        )

    elsewhere = replace(ONE, where="/drafts/{noteId}")
    outcome = reported(record(held(ONE, "no title"), held(elsewhere, "no text"), entry(TWO, Verdict.HELD)))
    assert outcome.result("CT101").why == "in part: no title; no text"
    assert outcome.result("CT101").gaps == ("no title", "no text")


def test_one_round_that_reached_a_resource_is_enough(reported: Callable[..., Report]) -> None:
    later = entry(replace(ONE, round=1), Verdict.NEVER)
    assert reported(record(entry(ONE, Verdict.HELD), later, entry(TWO, Verdict.HELD))).held


def test_one_broken_round_outweighs_all_others(reported: Callable[..., Report]) -> None:
    later = entry(replace(ONE, round=1), Verdict.BROKEN)
    outcome = reported(record(entry(ONE, Verdict.HELD), later, entry(TWO, Verdict.HELD), findings=[FINDING]))
    assert outcome.result("CT101").verdict is Verdict.BROKEN
    assert outcome.rule("NOTE-1").verdict is Verdict.BROKEN


def test_a_shard_without_a_journal_is_a_shard_that_never_ran(reported: Callable[..., Report]) -> None:
    assert reported(record(entry(ONE, Verdict.HELD))).result("CT103").verdict is Verdict.NEVER


def test_what_was_left_behind_is_told_once(reported: Callable[..., Report]) -> None:
    left = ("/notes/9 could not be deleted",)
    outcome = reported(record(entry(ONE, Verdict.HELD, left_behind=left), entry(TWO, Verdict.HELD, left_behind=left)))
    assert list(outcome.left_behind) == ["/notes/9 could not be deleted"]


def test_what_does_not_come_back_alone_is_left_out(
    reported: Callable[..., Report], prepared: Callable[..., Prepared]
) -> None:
    merged = Merged([record(entry(ONE, Verdict.BROKEN), entry(TWO, Verdict.HELD), findings=[FINDING])])
    merged.findings[FINDING.id] = replace(FINDING, came_back=0)
    assert [entry.id for entry in merged.remove_unconfirmed()] == [FINDING.id]
    outcome = report(merged, prepared("CT101", "CT103"), [ONE, TWO], "http://127.0.0.1:1", 7, Safety.SANDBOX)
    assert outcome.held


def test_permissions_are_the_worst_that_was_seen(prepared: Callable[..., Prepared]) -> None:
    unit = Unit("B", "CT301", WHERE, 0)
    trial = Tried("bob on shared", "PATCH /notes/{noteId}", Verdict.HELD, person="bob", state="shared")
    verdicts = (Verdict.HELD, Verdict.BROKEN, Verdict.HELD)
    done = [Done("CT301", Verdict.HELD, "", 1, 1, 0.1, (replace(trial, verdict=verdict),)) for verdict in verdicts]
    entries = [Entry(replace(unit, round=number), True, (entry,), 1.0) for number, entry in enumerate(done)]
    outcome = report(Merged([Record(entries)]), prepared("CT301"), [unit], "http://127.0.0.1:1", 7, Safety.SANDBOX)
    (seen,) = outcome.permissions
    assert (seen.person, seen.allowed, seen.verdict) == ("bob", False, Verdict.BROKEN)

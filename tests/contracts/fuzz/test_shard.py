"""One shard goes on where its journal ends, keeps what it finds, and stops in good order."""

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contracts.client.target import Conduct, Safety
from contracts.errors import CannotRun
from contracts.fuzz import campaign as campaigns
from contracts.fuzz import shard
from contracts.fuzz.campaign import Campaign
from contracts.fuzz.journal import Beat, Follower, Journal, Record, path_of, read
from contracts.fuzz.shard import Clock, Order
from contracts.fuzz.units import Unit
from contracts.results.verdict import Verdict
from tests.contracts.support.notes import Notes

Enter = Callable[..., Campaign]


class UnitsOnly(Clock):
    """A clock by which so many questions whether it is over are answered with no."""

    def __init__(self, units: int) -> None:
        super().__init__(0.0, 1e9)
        self.left = units

    def count(self) -> None:
        self.left -= 1
        self.stopped = self.left <= 0


def order(campaign: Campaign, number: int = 1) -> Order:
    return campaigns.order_of(campaign, number)


@pytest.fixture
def do(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Record]:
    """Let a shard do some units."""

    def run(campaign: Campaign, units: int, number: int = 1) -> Record:
        clock = UnitsOnly(units)
        end = Journal.end

        def count_end(self: Journal, entry: Any) -> None:
            end(self, entry)
            clock.count()

        with monkeypatch.context() as patched:
            patched.setattr(shard, "Clock", lambda spent, limit, halt: clock)
            patched.setattr(Journal, "end", count_end)
            shard.run(order(campaign, number))
        return read(path_of(campaign.folder, number, campaign.run.shards))

    return run


def test_units_are_done_in_their_order_and_noted(enter: Enter, do: Callable[..., Record]) -> None:
    record = do(enter("CT1"), 3)
    assert [each.unit.check for each in record.entries] == ["CT101", "CT102", "CT103"]
    assert all(each.results[0].verdict is Verdict.HELD for each in record.entries)
    assert all(each.requests for each in record.entries)


def test_a_long_unit_gives_signs_of_life(
    enter: Enter, do: Callable[..., Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shard, "BEAT_SECONDS", 0.001)
    campaign = enter("CT101")
    do(campaign, 1)
    told = list(Follower(path_of(campaign.folder, 1, 1)).read())
    beats = [each.requests for each in told if isinstance(each, Beat)]
    assert beats
    assert beats == sorted(beats)


def test_a_later_start_goes_on_where_the_journal_ends(enter: Enter, do: Callable[..., Record]) -> None:
    do(enter("CT1"), 2)
    record = do(enter("CT1"), 2)
    assert [each.unit.check for each in record.entries] == ["CT101", "CT102", "CT103", "CT104"]
    assert record.finished == {each.unit for each in record.entries}


def test_rounds_go_on_when_all_was_tried(enter: Enter, do: Callable[..., Record]) -> None:
    record = do(enter("CT103"), 3)
    assert [each.unit.round for each in record.entries] == [0, 1, 2]


def test_what_is_known_to_be_broken_is_not_tried_again(enter: Enter, do: Callable[..., Record], notes: Notes) -> None:
    notes.reset("hangs up")
    record = do(enter("CT106"), 2)
    first, second = record.entries
    assert len(record.findings) == first.results[0].trials
    assert (second.results[0].verdict, second.requests) == (Verdict.NA, 0)


def test_a_finding_tells_how_it_is_tried_again(enter: Enter, do: Callable[..., Record], notes: Notes) -> None:
    notes.reset("truncates")
    found = do(enter("CT101"), 1).findings
    assert found
    assert all(each.finding.again["tag"] and each.finding.confirmation == "confirmed 3/3" for each in found.values())


def test_a_shard_whose_time_was_spent_before_does_nothing(enter: Enter, do: Callable[..., Record]) -> None:
    before = do(enter("CT1"), 1)
    assert before.seconds > 0
    assert shard.run(order(replace(enter("CT1"), limit=before.seconds / 2)))
    assert read(path_of(enter("CT1").folder, 1, 1)).entries == before.entries


def test_a_unit_in_which_the_process_died_too_often_is_left_out_and_told(
    enter: Enter, do: Callable[..., Record]
) -> None:
    campaign = enter("CT1")
    unit = Unit("B", "CT101", "/notes/{noteId}", 0)
    for _ in range(shard.DEATHS):
        Journal(path_of(campaign.folder, 1, 1)).begin(unit)
    record = do(campaign, 2)
    given_up, next_one = record.entries
    assert (given_up.results[0].verdict, given_up.requests) == (Verdict.NEVER, 0)
    assert "died 3 times" in given_up.results[0].why
    assert next_one.unit.check == "CT102"


def test_nothing_that_was_created_is_left_when_it_is_stopped(
    enter: Enter, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(notes.notes)
    clock = Clock(0.0, 1e9)
    monkeypatch.setattr(shard, "Clock", lambda spent, limit, halt: clock)
    monkeypatch.setattr(notes, "_read", stopping(clock, notes._read))  # noqa: SLF001  # in the middle of a trial
    assert not shard.run(order(enter("CT1")))
    assert set(notes.notes) == before
    (entry,) = read(path_of(enter("CT1").folder, 1, 1)).entries
    assert not entry.done


def stopping(clock: Clock, answer: Callable[..., Any]) -> Callable[..., Any]:
    def stopped(*given: Any, **named: Any) -> Any:
        clock.stop()
        return answer(*given, **named)

    return stopped


def test_a_shard_ends_when_whoever_started_it_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, ended = Clock(0.0, 1e9), threading.Event()
    ours, theirs = os.pipe()
    monkeypatch.setattr(os, "read", lambda _number, size, read=os.read: read(ours, size))
    monkeypatch.setattr(clock, "stop", ended.set)
    shard.watch_lifeline(clock)
    assert not ended.is_set()
    os.close(theirs)
    assert ended.wait(30)
    os.close(ours)


def test_a_target_that_is_not_there_is_said(enter: Enter) -> None:
    campaign = enter("CT1")
    away = replace(order(campaign), url="http://127.0.0.1:9")
    with pytest.raises(CannotRun, match="Nothing answers"):
        shard.run(away)


def test_why_a_shard_ended_before_its_time_is_noted_until_it_goes_on(enter: Enter, do: Callable[..., Record]) -> None:
    record = do(enter("CT1", conduct=Conduct(Safety.SANDBOX, max_requests=40)), 9)
    assert record.stopped == "the 40 requests of --max-requests are spent"
    assert not record.entries[-1].done
    assert do(enter("CT1"), 1).stopped == ""


def test_the_report_says_why_a_run_ended_before_its_time(enter: Enter, do: Callable[..., Record]) -> None:
    campaign = enter("CT1", conduct=Conduct(Safety.SANDBOX, max_requests=40))
    do(campaign, 9)
    report = campaigns.report_on_shard(campaign, 1)
    spent = "the 40 requests of --max-requests are spent before"
    assert report.stopped.startswith(spent)
    assert report.stopped.endswith(" of 7 parts of the first round were tried")
    assert report.result("CT106").why == f"{spent} CT106 at /notes/{{noteId}}, round 1"
    assert report.exit_code == 1

"""What a shard has done survives a kill."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from contracts.errors import CannotRun
from contracts.fuzz import store as states
from contracts.fuzz.journal import Done, Entry, FindingNote, Follower, Journal, path_of, read
from contracts.fuzz.store import Run
from contracts.fuzz.units import Unit
from contracts.results.verdict import Verdict
from tests.contracts.support.sample_reports import FINDING, hostile

UNIT = Unit("B", "CT101", "/notes/{noteId}", 0)
ENTRY = Entry(
    UNIT, True, (Done("CT101", Verdict.BROKEN, "so", 3, 4, 0.5),), 12.5, 4, ("/notes/1 could not be deleted",)
)
FOUND = FindingNote("CT101", 0, replace(FINDING, again={"arguments": ["\ud800"], "left_out": []}))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return path_of(tmp_path, 1, 2)


def test_what_was_written_is_read_again(path: Path) -> None:
    journal = Journal(path)
    journal.begin(UNIT)
    journal.find(FOUND)
    journal.end(ENTRY)
    record = read(path)
    assert record.entries == [ENTRY]
    assert record.findings == {FINDING.id: FOUND}
    assert (record.seconds, record.finished, record.begun) == (12.5, {UNIT}, [])


def test_a_finding_survives_whatever_a_target_said(path: Path) -> None:
    journal = Journal(path)
    journal.find(FindingNote("CT102", 0, hostile()))
    assert read(path).findings[hostile().id].finding == hostile()


@pytest.mark.parametrize("torn", [1, 10, 40])
def test_a_line_that_a_kill_has_torn_does_not_hurt(path: Path, torn: int) -> None:
    Journal(path).end(ENTRY)
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:torn])
    Journal(path).find(FOUND)
    record = read(path)
    assert record.entries == [ENTRY]
    assert set(record.findings) == {FINDING.id}


def test_each_line_is_on_disk_before_the_next_begins(path: Path) -> None:
    journal = Journal(path)
    for number in range(1, 4):
        journal.end(ENTRY)
        assert len(read(path).entries) == number


def test_the_time_of_a_unit_that_was_not_ended_counts_from_its_beginning(path: Path) -> None:
    Journal(path).end(ENTRY)
    Journal(path).begin(UNIT, 20.5)
    assert read(path).seconds == 20.5


def test_units_in_which_the_process_died_are_counted(path: Path) -> None:
    for _ in range(2):
        Journal(path).begin(UNIT)
    assert read(path).begun == [UNIT.name, UNIT.name]
    Journal(path).end(ENTRY)
    assert read(path).begun == []


def test_a_unit_that_was_cut_is_not_finished(path: Path) -> None:
    from msgspec.structs import replace as changed

    Journal(path).end(changed(ENTRY, done=False))
    assert read(path).finished == set()


def test_a_journal_that_is_not_there_is_empty(path: Path) -> None:
    assert read(path).entries == []
    assert list(Follower(path).read()) == []


def test_a_follower_reads_what_has_come_since_and_waits_for_whole_lines(path: Path) -> None:
    journal, follower = Journal(path), Follower(path)
    journal.find(FOUND)
    assert list(follower.read()) == [FOUND]
    with path.open("ab") as file:
        file.write(b'{"version": 1, "ki')
    assert list(follower.read()) == []
    journal.begin(UNIT)
    journal.end(ENTRY)
    assert list(follower.read()) == [ENTRY]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"version": 3, "kind": "unit"}', "another version of contracts"),
        (
            '{"version": 2, "kind": "unit"}',
            r":1: this is not a line of a journal: Object .* Remove this journal",
        ),
        ('{"version": 2, "kind": "begin"}', ":1: this is not a line of a journal: the key 'unit' is missing"),
        ('{"version": 2}', ":1: this is not a line of a journal: the key 'kind' is missing"),
        ('{"version": 2, "kind": "finding", "code": "x", "number": 0, "finding": {}}', "missing required field"),
    ],
)
def test_a_journal_of_something_else_is_said_in_one_line(path: Path, line: str, message: str) -> None:
    path.write_text(line + "\n")
    with pytest.raises(CannotRun, match=message) as error:
        read(path)
    assert "\n" not in str(error.value)


def test_nobody_else_may_read_what_a_shard_has_seen(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        run = Run(url="", spec=None, profile=None, only=(), shards=1, max_examples=1, seed=1)
        states.enter(tmp_path / "runs" / "one", run, any_seed=True)
        Journal(path_of(tmp_path / "runs" / "one", 1, 1)).stop("enough")
    finally:
        os.umask(before)
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert modes == {"runs": 0o700, "one": 0o700, "run.json": 0o600, "shard-1-of-1.ndjson": 0o600}

"""The safety levels, limits and cleanups of runs."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from msgspec import structs

import contracts
from contracts.checks.context import Context
from contracts.checks.registration import Trial
from contracts.cli.commands import main
from contracts.client import ledger as ledgers
from contracts.client.limits import Bucket, Halt
from contracts.client.target import Conduct, Safety, Target
from contracts.errors import CannotRun
from contracts.messages.bodies import Encoding, encode
from contracts.openapi.description import Model
from contracts.profile.models import Person
from contracts.report import Report
from contracts.results.verdict import NotApplicable, Verdict
from contracts.runner import trial as trials
from contracts.runner.trial import Outcome
from tests.contracts.support.doors import Doors, Holding
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import DOCUMENT, PROFILE, Note, document_of_versions
from tests.contracts.support.wsgi import served

WRITES = ("POST", "PUT", "PATCH", "DELETE")


def foreign(notes: Notes) -> Note:
    """Add a note of alice that no run may touch."""
    notes.last += 1
    note: Note = {**notes.notes[1], "id": notes.last, "title": "Precious"}
    notes.notes[notes.last] = note
    return note


@pytest.mark.parametrize("only", ["A", "B"])
def test_observe_sends_only_reads(check: Callable[..., Report], notes: Notes, only: str) -> None:
    check(only=[only], max_examples=1, conduct=Conduct(Safety.OBSERVE))
    assert notes.seen
    assert not [request for request in notes.seen if request[0] in WRITES]


def test_in_a_sandbox_conformance_checks_write_only_to_their_items(notes: Notes, document: Path) -> None:
    foreigners = {foreign(notes)["id"] for _ in range(9)}
    before = deepcopy(notes.notes)
    contracts.check(notes.url, spec=document, profile=PROFILE, only=["A"], max_examples=2)
    written = {path for method, path in notes.seen if method in WRITES}
    numbers = {int(path.split("/")[2]) for path in written - {"/notes", "/notes/search"}}
    assert any(number in range(12, notes.last + 1) for number in numbers)
    assert not numbers & (foreigners | {1, 2})
    assert notes.notes == before


@pytest.mark.proof
def test_destructive_writes_anywhere(check: Callable[..., Report], notes: Notes) -> None:
    check(only=["A"], max_examples=2, conduct=Conduct(Safety.DESTRUCTIVE))
    written = {path for method, path in notes.seen if method in WRITES and path.startswith("/notes/")}
    assert {path for path in written if path.removeprefix("/notes/") in ("0", "1", "2")}


def test_a_write_to_a_foreign_item_is_not_sent(notes: Notes) -> None:
    precious = foreign(notes)
    with Target(notes.url, PROFILE, Safety.SANDBOX, "t") as target, pytest.raises(NotApplicable, match="was not sent"):
        target.person("alice").send("DELETE", f"/notes/{precious['id']}")
    assert notes.seen == []


def test_a_complete_run_leaves_neither_items_nor_a_ledger(
    check: Callable[..., Report], notes: Notes, tmp_path: Path
) -> None:
    path = tmp_path / "ledger"
    report = check(only=["CT103", "A"], max_examples=1, conduct=Conduct(ledger=path))
    assert (set(notes.notes), report.left_behind) == ({1, 2}, [])
    assert list(tmp_path.iterdir()) == []


def test_items_that_cannot_be_deleted_stay_in_the_ledger_and_are_reported(
    check: Callable[..., Report], notes: Notes, tmp_path: Path
) -> None:
    path = tmp_path / "ledger"
    report = check("keeps everything", only=["CT104"], max_examples=1, conduct=Conduct(ledger=path))
    assert f"/notes/{notes.last} could not be deleted: DELETE answered 403" in report.left_behind
    assert f'"/notes/{notes.last}"' in path.read_text()


@pytest.fixture
def killed(notes: Notes, document: Path, profile: Path, tmp_path: Path) -> Path:
    """The ledger of a run that was killed after it created three notes, before the response to the third."""
    ledger = tmp_path / "ledger"
    door = Holding(notes, after=3)
    with served(door) as url:
        arguments = ["--url", url, "--spec", document, "--profile", profile, "--ledger", ledger, "--only", "CT103"]
        command = [
            sys.executable,
            "-c",
            "from contracts.cli.commands import main; main()",
            "check",
            *map(str, arguments),
        ]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert door.holding.wait(60)
        process.kill()
        process.wait()
        door.released.set()
    return ledger


def test_the_ledger_of_a_killed_run_has_all_of_its_items(killed: Path, notes: Notes) -> None:
    left = next(iter(ledgers.left(notes.url, killed))).left
    there = set(notes.notes) - {1, 2}
    assert there
    paths = {entry.path for entry in left if entry.path}
    assert paths == {f"/notes/{number}" for number in there if number != notes.last}
    (unknown,) = (entry for entry in left if entry.path is None)
    assert unknown.mark.shows_tag(notes.notes[notes.last])


def test_the_next_run_deletes_the_items_of_a_killed_run(
    killed: Path, notes: Notes, document: Path, profile: Path
) -> None:
    precious = foreign(notes)["id"]
    report = contracts.check(
        notes.url, spec=document, profile=profile, only=["CT106"], max_examples=1, conduct=Conduct(ledger=killed)
    )
    assert report.left_behind == []
    assert set(notes.notes) == {1, 2, precious}
    assert not [path.name for path in killed.parent.iterdir() if path.name.startswith("ledger")]


def clean(notes: Notes, document: Path, profile: Path, ledger: Path) -> Result:
    options = ["--url", notes.url, "--spec", document, "--profile", profile, "--ledger", ledger]
    return CliRunner().invoke(main, ["clean", *map(str, options)], catch_exceptions=False)


def test_clean_deletes_the_items_of_a_killed_run(killed: Path, notes: Notes, document: Path, profile: Path) -> None:
    left = len(notes.notes) - 2
    result = clean(notes, document, profile, killed)
    assert (result.exit_code, result.output) == (0, f"{left} deleted, 0 left, of 1 runs that did not end.\n")
    assert set(notes.notes) == {1, 2}
    assert clean(notes, document, profile, killed).output == "0 deleted, 0 left, of 0 runs that did not end.\n"


def test_clean_sends_the_present_version_where_the_target_requires_one(
    killed: Path, notes: Notes, profile: Path, tmp_path: Path
) -> None:
    spec = tmp_path / "versions.json"
    spec.write_text(json.dumps(document_of_versions()))
    notes.faults.add("asks for versions")
    result = clean(notes, spec, profile, killed)
    assert (result.exit_code, set(notes.notes)) == (0, {1, 2}), result.output


def test_clean_reports_the_items_that_it_could_not_delete(
    killed: Path, notes: Notes, document: Path, profile: Path
) -> None:
    notes.faults.add("keeps everything")
    result = clean(notes, document, profile, killed)
    assert result.exit_code == 1
    assert "could not be deleted: DELETE answered 403" in result.output
    assert killed.exists()


def test_items_of_people_who_are_not_in_the_profile_stay_and_are_reported(
    killed: Path, notes: Notes, document: Path, profile: Path
) -> None:
    original = profile.read_text()
    profile.write_text(original.replace("alice", "anna"))
    there = set(notes.notes)
    result = clean(notes, document, profile, killed)
    assert result.exit_code == 1
    assert "left  /notes/3 stays: the profile has no person called alice" in result.output
    assert "left  may be left: 1 in /notes: the profile has no person called alice" in result.output
    assert set(notes.notes) == there
    profile.write_text(original)
    assert clean(notes, document, profile, killed).exit_code == 0
    assert set(notes.notes) == {1, 2}


def test_a_plan_reports_the_items_that_are_left_and_sends_nothing(
    killed: Path, notes: Notes, document: Path, profile: Path
) -> None:
    notes.seen.clear()
    options = ["--url", notes.url, "--spec", document, "--profile", profile, "--ledger", killed]
    limits = ["--rate", 5, "--max-requests", 900, "--safety", "sandbox"]
    result = CliRunner().invoke(main, ["plan", *map(str, [*options, *limits])], catch_exceptions=False)
    assert result.exit_code == 0
    for words in (
        "5 requests per second; 900 requests;",
        "items of interrupted runs",
        "writes to items that it creates",
    ):
        assert words in result.output
    assert notes.seen == []


def test_two_runs_cannot_write_the_same_ledger(killed: Path, notes: Notes) -> None:
    with (
        Target(notes.url, PROFILE, Safety.SANDBOX, "a", conduct=Conduct(ledger=killed)) as first,
        Target(notes.url, PROFILE, Safety.SANDBOX, "b", conduct=Conduct(ledger=killed)) as second,
    ):
        for target in (first, second):
            target.learn(Model(DOCUMENT))
        first.person("alice").send("POST", "/notes", encode({"title": "Mine"}, Encoding.JSON))
        assert list(ledgers.left(notes.url, killed)) == []
        with pytest.raises(CannotRun, match="another run writes this ledger"):
            second.person("alice").send("POST", "/notes", encode({"title": "Mine"}, Encoding.JSON))


def test_a_run_cleans_up_when_its_requests_are_spent(check: Callable[..., Report], notes: Notes) -> None:
    report = check(only=["B"], max_examples=1, conduct=Conduct(max_requests=30))
    assert report.exit_code == 1
    assert report.stopped == "the 30 requests of --max-requests are spent"
    assert any(report.never_reached)
    assert set(notes.notes) == {1, 2}
    assert report.requests > 30  # The cleanup is not counted.
    assert len([request for request in notes.seen if request[0] in ("POST", "PATCH")]) <= 30


def test_nothing_more_is_tried_when_the_requests_are_spent(
    check: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = []

    def tried(context: Context, trial: Trial) -> Outcome:
        closed.append(context.target.gate.closed)
        return trials.run(context, trial)

    monkeypatch.setattr("contracts.runner.run.run_trial", tried)
    report = check(only=["CT101"], max_examples=1, conduct=Conduct(max_requests=30))
    assert report.result("CT101").trials > len(closed)
    assert not any(closed)


def test_conformance_checks_end_when_the_requests_are_spent(check: Callable[..., Report], notes: Notes) -> None:
    report = check(only=["A"], max_examples=2, conduct=Conduct(max_requests=60))
    assert report.result("A-coverage").verdict is Verdict.NEVER
    assert report.result("A-coverage").why == report.stopped == "the 60 requests of --max-requests are spent"
    assert report.exit_code == 1
    assert set(notes.notes) == {1, 2}
    assert len([request for request in notes.seen if request[0] in ("POST", "PATCH")]) <= 60
    assert len(notes.seen) <= 60 + 4 * notes.last


def test_checks_before_the_requests_were_spent_are_reported(check: Callable[..., Report]) -> None:
    whole = check(only=["CT103", "CT104"], max_examples=1)
    first = whole.result("CT103").requests
    cut = check(only=["CT103", "CT104"], max_examples=1, conduct=Conduct(max_requests=first + 8))
    assert cut.result("CT103").verdict is Verdict.HELD
    assert cut.result("CT104").verdict is Verdict.NEVER


def failing(
    notes: Notes, document: Path, only: str, ledger: Path, well_until: int = 10**9, well_below: int = 10**9
) -> tuple[Doors, Report]:
    """Check a target that fails from some request on, or once it has some number of items."""
    doors = Doors(notes)
    doors.uses |= {"token-of-alice-0": 0, "token-of-bob-0": 0}
    doors.failing_from, doors.failing_with = well_until, well_below
    people = {name: Person(token=f"token-of-{name}-0") for name in ("alice", "bob")}
    profile = structs.replace(PROFILE, people=people)
    conduct = Conduct(ledger=ledger)
    with served(doors) as doors.url:
        return doors, contracts.check(
            doors.url, spec=document, profile=profile, only=[only], max_examples=3, conduct=conduct
        )


@pytest.mark.parametrize(("only", "well_until"), [("A", 20), ("B", 40)])
def test_a_target_that_only_fails_ends_the_run(
    notes: Notes, document: Path, only: str, well_until: int, tmp_path: Path
) -> None:
    doors, report = failing(notes, document, only, tmp_path / "ledger", well_until)
    assert doors.seen < well_until + 110
    assert "10 requests in a row with 5xx or not at all" in report.stopped
    assert (report.cut_off, report.exit_code) == (True, 2)


def test_findings_before_a_target_failed_are_reported(notes: Notes, document: Path, tmp_path: Path) -> None:
    notes.reset("forgets")
    _, report = failing(notes, document, "B", tmp_path / "ledger", 300)
    assert "CT107" in {finding.code for finding in report.findings}
    assert report.result("CT402").why == f"cut off: {report.stopped}"


def test_a_target_that_goes_away_ends_the_run(notes: Notes, document: Path, tmp_path: Path) -> None:
    doors = Doors(notes)
    doors.uses |= {"token-of-alice-0": 0, "token-of-bob-0": 0}
    doors.gone_from = 60
    profile = structs.replace(PROFILE, people={name: Person(token=f"token-of-{name}-0") for name in ("alice", "bob")})
    with served(doors) as url:
        report = contracts.check(
            url, spec=document, profile=profile, only=["B"], max_examples=1, conduct=Conduct(ledger=tmp_path / "ledger")
        )
    assert report.exit_code == 2
    assert report.stopped.endswith("start the target or correct --url. The run was stopped.")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_cleans_up_and_reports_its_findings(
    number: signal.Signals, notes: Notes, document: Path, profile: Path, tmp_path: Path
) -> None:
    notes.reset("forgets")
    door = Holding(notes, after=20)
    report = tmp_path / "r"
    with served(door) as url:
        arguments = ["--url", url, "--spec", document, "--profile", profile, "--report", f"ndjson={report}"]
        command = [sys.executable, "-m", "contracts", "check", *map(str, arguments)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
            assert door.holding.wait(60)
            process.send_signal(number)
            door.released.set()
            _, output = process.communicate(timeout=60)
    assert (process.returncode, output) == (
        2,
        "contracts: The run was stopped on request: run it again for the rest.\n",
    )
    verdict = json.loads(report.read_text().splitlines()[-1])
    assert verdict["findings"] > 0
    assert verdict["stopped"].startswith("The run was stopped on request")
    assert set(notes.notes) == {1, 2}


def test_items_that_a_failing_target_does_not_delete_stay_in_the_ledger(
    notes: Notes, document: Path, tmp_path: Path
) -> None:
    doors, _ = failing(notes, document, "B", tmp_path / "ledger", well_below=4)
    left = {entry.path for entry in next(iter(ledgers.left(doors.url, tmp_path / "ledger"))).left}
    assert left >= {f"/notes/{number}" for number in notes.notes if number > 2}
    assert len(notes.notes) > 2


@pytest.mark.proof
def test_one_operation_that_always_fails_does_not_end_the_run(check: Callable[..., Report]) -> None:
    report = check("always fails", only=["A"], max_examples=3)
    assert "Server error" in {finding.title for finding in report.findings}


@pytest.mark.proof
def test_all_checks_keep_to_the_rate(notes: Notes, document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("contracts.client.target.Bucket", partial(Bucket, clock=lambda: 0.0))
    monkeypatch.setattr(Halt, "wait", lambda _, seconds: waits.append(seconds))
    report = contracts.check(
        notes.url, spec=document, profile=PROFILE, only=["A", "CT106"], max_examples=1, conduct=Conduct(rate=50)
    )
    assert len(waits) == len(notes.seen) - 50
    assert report.requests == len(notes.seen)

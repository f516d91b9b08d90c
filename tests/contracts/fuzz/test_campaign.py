"""Whole runs as a QA engineer starts them: in processes, killed and taken up, in parts and merged."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

import contracts
from benchmarks.detection.backend import serving
from contracts.cli.commands import main
from contracts.fuzz import store as states
from contracts.fuzz import supervisor
from contracts.fuzz.journal import path_of, read
from contracts.fuzz.progress import Tally, Ticker
from contracts.fuzz.supervisor import Shard, commands, supervise
from contracts.profile.models import load as load_profile
from mockserver.pytest_plugin import RunningMock
from tests.contracts.fuzz.conftest import Asked
from tests.contracts.support.doors import Doors
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import PROFILE
from tests.contracts.support.wsgi import served

REFERENCE = Path(contracts.__file__).parent / "profile" / "builtin" / "reference.yaml"
LONG = 60
"""Seconds after which a test gives up waiting; nothing takes that long."""


@pytest.fixture
def command(asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `contracts fuzz` at the notes, in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*options: object) -> Result:
        given = ["fuzz", *asked.options, "--max-examples", "1", *map(str, options)]
        return CliRunner().invoke(main, given, catch_exceptions=False)

    return run


def told(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def ids(path: Path) -> set[object]:
    return {each["id"] for each in told(path) if each["kind"] == "finding"}


def test_what_shards_find_is_what_a_check_finds_each_confirmed_alone(
    command: Callable[..., Result], notes: Notes, document: Path, tmp_path: Path
) -> None:
    notes.reset("truncates")
    result = command("--only", "CT101", "--only", "CT103", "--max-time", "4s", "--shards", 2, "--report", "ndjson=r")
    assert result.exit_code == 1
    assert "findings confirmed, one at a time" in result.output
    assert "round " in result.output
    notes.reset("truncates")
    checked = contracts.check(notes.url, spec=document, profile=PROFILE, only=["CT101", "CT103"], max_examples=1)
    assert ids(Path("r")) & {each.id for each in checked.findings}
    assert all(each["came_back"] == 3 for each in told(Path("r")) if each["kind"] == "finding")
    assert list(notes.notes) == [1, 2]


def test_a_run_that_was_told_leaves_no_folder_that_nobody_asked_for(
    command: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert command("--only", "CT103", "--max-time", "1s").exit_code in (0, 1)
    assert list(states.root().iterdir()) == []


@pytest.fixture
def shards(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Shard]]:
    """The processes of a run of an hour, which end with the test."""
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_SECONDS", 0)
    asked.state.mkdir()
    base = [sys.executable, "-m", "contracts", "fuzz", *asked.options, "--max-time", "1h", "--only", "CT1"]
    made = commands([*base, "--max-examples", "1", "--seed", "7", "--state", str(asked.state)], asked.state, 2)
    yield made
    for shard in made:
        if shard.process is not None:
            shard.stop()
            shard.process.wait(LONG)


def until(condition: Callable[[], bool]) -> None:
    """Wait for what must come."""
    for _ in range(LONG * 20):
        if condition():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it did not come")


@pytest.mark.proof
def test_a_shard_that_is_killed_is_told_and_its_unit_is_taken_up_again(
    shards: list[Shard], notes: Notes, asked: Asked
) -> None:
    notes.reset("truncates")
    ended: list[bool] = []
    with (
        Path(os.devnull).open("w") as silent,
        Ticker(
            console := Console(record=True, width=200, file=silent), Tally([each.journal for each in shards]), 3600
        ) as ticker,
    ):
        thread = threading.Thread(target=lambda: ended.append(supervise(shards, ticker)))
        thread.start()
        until(lambda: len(read(shards[1].journal).entries) >= 2)
        before = read(shards[1].journal)
        assert shards[1].process is not None
        os.kill(shards[1].process.pid, signal.SIGKILL)
        until(lambda: len(read(shards[1].journal).entries) > len(before.entries) + 1)
        for shard in shards:
            shard.stop()
        thread.join(LONG)
    after = read(shards[1].journal)
    assert ended == [True]
    assert "shard 2 of 2 died (signal 9; it printed nothing): it repeats its unit" in console.export_text()
    assert after.entries[: len(before.entries)] == before.entries
    assert set(before.findings) <= set(after.findings)
    units = [each.unit for each in after.entries if each.done]
    assert len(set(units)) == len(units)


def test_a_shard_that_does_not_stay_alive_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE_SECONDS", 0)
    shard = Shard([sys.executable, "-c", "raise SystemExit('no luck')"], tmp_path / "shard-1-of-1.ndjson")
    with Path(os.devnull).open("w") as silent:
        console = Console(record=True, width=200, file=silent)
        with Ticker(console, Tally([shard.journal]), 3600) as ticker:
            assert not supervise([shard], ticker)
    assert "shard 1 of 1 died (exit status 1; no luck): given up" in console.export_text()


@pytest.mark.proof
def test_an_interrupted_run_cleans_up_keeps_what_it_found_and_goes_on(
    asked: Asked, notes: Notes, tmp_path: Path
) -> None:
    notes.reset("truncates")
    base = [sys.executable, "-m", "contracts", "fuzz", *asked.options, "--only", "CT1", "--max-examples", "1"]
    kept = ["--state", str(asked.state), "--shards", "2", "--report", f"ndjson={tmp_path / 'r'}"]
    journal = path_of(asked.state, 1, 2)
    with subprocess.Popen(
        [*base, *kept, "--max-time", "1h"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        until(lambda: bool(read(journal).findings))
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=LONG)
    assert process.returncode == 2
    assert "stopped. Run the same command again to continue." in said
    assert list(notes.notes) == [1, 2]
    found = ids(tmp_path / "r")
    assert found
    units = len(read(journal).entries)
    again = subprocess.run(
        [*base, *kept, "--max-time", "1s"], capture_output=True, text=True, timeout=LONG, check=False
    )
    assert again.returncode == 1, again.stderr
    assert len(read(journal).entries) >= units
    assert ids(tmp_path / "r") >= found


def test_parts_that_were_run_by_hand_are_merged_to_their_union(
    command: Callable[..., Result], notes: Notes, tmp_path: Path, asked: Asked
) -> None:
    notes.reset("truncates", "writes the sibling")
    for number in (1, 2):
        report = f"ndjson=part{number}"
        options = ("--shard", f"{number}/2", "--state", f"state{number}", "--report", report)
        assert command("--only", "CT101", "--only", "CT103", "--max-time", "3s", "--seed", 7, *options).exit_code == 1
    given = ["--spec", str(asked.spec), "--profile", str(asked.profile), "--report", "ndjson=whole"]
    merged = CliRunner().invoke(main, ["merge", "state1", "state2", *given], catch_exceptions=False)
    assert merged.exit_code == 1
    assert ids(Path("part1")) | ids(Path("part2")) == ids(Path("whole"))
    assert ids(Path("whole"))


def test_a_part_tells_of_itself_alone_though_it_shares_a_folder(command: Callable[..., Result], notes: Notes) -> None:
    given = ("--only", "CT101", "--only", "CT103", "--max-time", "3s", "--state", "s", "--report", "ndjson=r")
    notes.reset("truncates")
    assert command(*given, "--shard", "1/2").exit_code == 1
    assert ids(Path("r"))
    notes.reset()
    command(*given, "--shard", "2/2")
    assert ids(Path("r")) == set()


def test_a_part_that_is_missing_was_never_reached(command: Callable[..., Result], asked: Asked) -> None:
    given = ("--only", "CT102", "--only", "CT103", "--max-time", "3s", "--shard", "1/2", "--state", "s")
    assert command(*given).exit_code == 0
    files = ["--spec", str(asked.spec), "--profile", str(asked.profile)]
    merged = CliRunner().invoke(main, ["merge", "s", *files], catch_exceptions=False)
    assert merged.exit_code == 1
    assert "never reached CT103" in " ".join(merged.output.split())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--max-time", "soon"], "Write it like 90s, 10m, 1h"),
        (["--shard", "3/2"], "Write it as I/N, from 1/N to N/N"),
        (["--shard", "one"], "Write it as I/N, from 1/N to N/N"),
        (["--state", "/proc/nowhere"], "Give a folder that can be written"),
        (["--url", "http://127.0.0.1:9"], "Nothing answers at http://127.0.0.1:9"),
    ],
)
def test_what_keeps_it_from_running_is_said_in_one_line(
    command: Callable[..., Result], options: list[str], message: str
) -> None:
    result = command("--only", "CT103", "--max-time", "1s", *options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_folder_of_another_run_is_not_mixed_with_this_one(command: Callable[..., Result]) -> None:
    command("--only", "CT103", "--max-time", "1s", "--state", "s")
    other = command("--only", "CT104", "--max-time", "1s", "--state", "s")
    assert other.exit_code == 2
    assert "holds a run with only ('CT103',), not ('CT104',)" in other.stderr


@pytest.mark.proof
def test_folders_of_different_runs_are_not_merged(command: Callable[..., Result], asked: Asked) -> None:
    for name, code in (("a", "CT103"), ("b", "CT104")):
        command("--only", code, "--max-time", "1s", "--state", name)
    result = CliRunner().invoke(main, ["merge", "a", "b", "--spec", str(asked.spec)], catch_exceptions=False)
    assert result.exit_code == 2
    assert "Merge only shards of one run" in result.stderr
    missing = CliRunner().invoke(main, ["merge", "nowhere"], catch_exceptions=False)
    assert missing.exit_code == 2
    assert "Name a folder that `contracts fuzz --state` has written" in missing.stderr


@pytest.mark.proof
def test_nothing_is_found_at_the_mock(
    specdouble_mock: RunningMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    options = ["--only", "COURSE-PATCH-26", "--only", "VIS", "--max-time", "4s", "--shards", "2", "--max-examples", "1"]
    given = ["fuzz", "--url", specdouble_mock.url, *options, "--report", "ndjson=r"]
    assert CliRunner().invoke(main, given, catch_exceptions=False).exit_code in (0, 1)
    assert ids(Path("r")) == set()
    assert "held" in {each["verdict"] for each in told(Path("r")) if each["kind"] == "check"}


@pytest.mark.proof
def test_a_faulty_implementation_has_the_same_findings_whatever_the_seed_and_however_long_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    only = ["CT402", "COURSE-PATCH-27"]
    with serving(["--fault", "61", "--variant", "assumed-rules"]) as backend:
        checked = [
            contracts.check(backend.url, profile=load_profile(REFERENCE), only=only, seed=seed, max_examples=1)
            for seed in (1, 2)
        ]
        options = ["--profile", str(REFERENCE), "--max-time", "9s", "--max-examples", "1", "--report", "ndjson=r"]
        chosen = [word for each in only for word in ("--only", each)]
        given = ["fuzz", "--url", backend.url, *options, *chosen]
        assert CliRunner().invoke(main, given, catch_exceptions=False).exit_code == 1
    first, second = ({each.id for each in report.findings} for report in checked)
    assert first == second
    assert set() < ids(Path("r")) <= first


def test_a_shard_that_is_run_by_hand_tells_what_it_found_before_its_target_failed(
    notes: Notes, asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    notes.reset("forgets")
    doors = Doors(notes)
    doors.uses |= {"alice": 0, "bob": 0, "token-of-alice-0": 0, "token-of-bob-0": 0}
    doors.failing_from = 400
    profile = asked.profile.read_text().replace("token: alice", "token: token-of-alice-0")
    asked.profile.write_text(profile.replace("token: bob", "token: token-of-bob-0"))
    with served(doors) as url:
        options = ["--spec", asked.spec, "--profile", asked.profile, "--only", "CT1", "--shard", "1/1"]
        given = ["fuzz", "--url", url, *options, "--report", "ndjson=r", "--max-examples", 1]
        result = CliRunner().invoke(main, list(map(str, given)), catch_exceptions=False)
    assert result.exit_code == 2
    assert "10 requests in a row with 5xx or not at all" in result.stderr
    assert ids(Path("r"))
    assert "10 requests in a row" in str(told(Path("r"))[-1]["stopped"])

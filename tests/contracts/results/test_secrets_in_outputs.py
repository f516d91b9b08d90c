"""Whole runs against a backend that repeats every secret: none is in any output, file or folder afterwards."""

import base64
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.contracts.support.echoing import Echoing
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import PROFILE_OF_FILE
from tests.contracts.support.spelled import decoded_base64, readings
from tests.contracts.support.wsgi import served

TOKEN = 'q7/K+w"<&>Z9xM~tR4v%J2'
PASSWORD = "p&Ww/8+z'K3\\nQ5=Lc"
BASIC = base64.b64encode(f"bob:{PASSWORD}".encode()).decode()
FORMS = ("junit", "sarif", "github", "ndjson", "html")
LENGTH = 8
"""How many characters of a secret count as a part of it."""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def parts(secret: str) -> set[str]:
    return {secret[place : place + LENGTH] for place in range(len(secret) - LENGTH + 1)}


PARTS = parts(TOKEN) | parts(PASSWORD) | parts(BASIC)


def leaked(text: str) -> set[str]:
    """Return the parts of secrets that a text contains, however they are spelled there."""
    read = readings(text)
    read |= {decoded for one in tuple(read) for decoded in decoded_base64(one)}
    return {part for part in PARTS if any(part in spelling for spelling in read)}


def files(folder: Path) -> Iterator[Path]:
    yield from (path for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def url(notes: Notes) -> Iterator[str]:
    notes.reset("forgets", "crashes")
    with served(Echoing(notes, {TOKEN: "alice", BASIC: "bob"})) as address:
        yield address


@pytest.fixture
def run(url: str, document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run the command in a folder that is empty, by people whose secrets are in the environment."""
    people: dict[str, Any] = {
        "alice": {"token": {"env": "ALICE_TOKEN"}, "id": 1},
        "bob": {"headers": {"Authorization": {"env": "BOB_HEADER"}}, "id": 2},
    }
    profile = tmp_path / "profile.yaml"
    profile.write_text(yaml.safe_dump({**PROFILE_OF_FILE, "people": people}))
    (tmp_path / "empty").mkdir()
    environment = {
        **os.environ,
        "ALICE_TOKEN": TOKEN,
        "BOB_HEADER": f"Basic {BASIC}",
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    environment.pop("HYPOTHESIS_STORAGE_DIRECTORY", None)

    def start(command: str, *options: str) -> "subprocess.CompletedProcess[str]":
        contract = ["--url", url, "--spec", str(document), "--profile", str(profile)]
        return subprocess.run(
            [sys.executable, "-m", "contracts", command, *contract, *options],
            cwd=tmp_path / "empty", env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    return start


def test_no_output_of_a_check_has_a_secret(run: Run, tmp_path: Path) -> None:
    reports = [word for form in FORMS for word in ("--report", f"{form}={tmp_path / form}")]
    only = ("--only", "A", "--only", "CT101", "--only", "CT301", "--only", "CT104")
    done = run("check", *only, "--max-examples", "1", *reports)
    assert done.returncode == 1, done.stderr
    assert leaked(done.stdout + done.stderr) == set()
    assert {path.name: leaked(path.read_text()) for path in files(tmp_path)} == {
        path.name: set() for path in files(tmp_path)
    }
    assert "'Authorization: Bearer '\"${ALICE_TOKEN}\"" in done.stdout
    assert "...${ALICE_TOKEN}" in (tmp_path / "ndjson").read_text()
    assert list((tmp_path / "empty").iterdir()) == []


@pytest.mark.proof
def test_no_baseline_has_a_secret(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "baseline"
    done = run("check", "--only", "A", "--max-examples", "1", "--baseline", str(path), "--update-baseline")
    assert "known" in done.stdout
    assert leaked(done.stdout + done.stderr + path.read_text()) == set()


@pytest.mark.proof
@pytest.mark.parametrize(("faults", "only"), [(("forgets", "crashes"), "A"), (("takes no notes",), "CT101")])
def test_nothing_that_a_long_run_keeps_has_a_secret(
    faults: tuple[str, ...], only: str, run: Run, notes: Notes, tmp_path: Path
) -> None:
    notes.reset(*faults)
    state = tmp_path / "kept"
    done = run("fuzz", "--only", only, "--max-examples", "1", "--max-time", "8s", "--state", str(state))
    assert done.returncode == 1, done.stderr
    assert leaked(done.stdout + done.stderr) == set()
    assert "${ALICE_TOKEN}" in (state / "shard-1-of-1.ndjson").read_text()
    assert {path.name: leaked(path.read_text()) for path in files(tmp_path)} == {
        path.name: set() for path in files(tmp_path)
    }
    modes = {path.name: path.stat().st_mode & 0o777 for path in (state, *files(state))}
    assert modes == {path.name: 0o700 if path.is_dir() else 0o600 for path in (state, *files(state))}
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_message_that_ends_a_run_has_no_secret(run: Run, notes: Notes) -> None:
    notes.reset("takes no notes")
    done = run("check", "--only", "CT101")
    assert leaked(done.stdout + done.stderr) == set()
    assert "${ALICE_TOKEN}" in done.stdout


@pytest.mark.parametrize("command", ["plan", "clean"])
def test_other_commands_leave_the_working_folder_as_it_is(command: str, run: Run, tmp_path: Path) -> None:
    assert run(command).returncode == 0
    assert list((tmp_path / "empty").iterdir()) == []


@pytest.mark.proof
def test_the_plugin_leaves_the_working_folder_as_it_is(
    run: Run, url: str, document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALICE_TOKEN", TOKEN)
    monkeypatch.setenv("BOB_HEADER", f"Basic {BASIC}")
    monkeypatch.delenv("HYPOTHESIS_STORAGE_DIRECTORY", raising=False)
    contract = ["--contracts-url", url, "--contracts-spec", document, "--contracts-profile", tmp_path / "profile.yaml"]
    chosen = ["--contracts-only", "CT101", "--contracts-max-examples", "3", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *map(str, contract), *chosen],
        cwd=tmp_path / "empty", capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stdout
    assert leaked(done.stdout + done.stderr) == set()
    assert list((tmp_path / "empty").iterdir()) == []

"""Every command ends when it is asked to, with a status that says what came of it, and without a traceback."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from contracts.cli import ending
from contracts.cli.commands import main
from contracts.cli.options import Options
from contracts.errors import CannotRun
from contracts.runner.internal_errors import DEBUG
from tests.contracts.support.hostile import Hostile, document, hostile

LONG = 60.0
"""Seconds in which a process starts, also on a busy machine."""
SOON = 15.0
"""Seconds in which one ends that was asked to: far fewer than the time-out of a request."""
PATIENT = ("--request-timeout", "600")


@pytest.fixture
def server() -> Iterator[Hostile]:
    with hostile() as served:
        yield served


class Run:
    """A command of the checker in a process of its own."""

    def __init__(self, server: Hostile, folder: Path, *arguments: str) -> None:
        self.server = server
        path, profile = folder / "document.json", folder / "profile.yaml"
        path.write_text(json.dumps(document("/hangs")))
        profile.write_text("name: hostile\n")
        given = ("--url", server.url, "--spec", str(path), "--profile", str(profile), *PATIENT)
        command = [sys.executable, "-m", "contracts", *arguments, *given]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder)

    def until(self, path: str) -> None:
        """Wait until a request to a path is on its way."""
        deadline = time.monotonic() + LONG
        while path not in self.server.paths():
            assert time.monotonic() < deadline, self.process.stderr
            assert self.process.poll() is None
            time.sleep(0.05)

    def ended(self) -> tuple[int, str, float]:
        """Status, what it said to the standard error, and the seconds until then."""
        started = time.monotonic()
        _, said = self.process.communicate(timeout=LONG)
        return self.process.returncode, said, time.monotonic() - started


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.proof)])
@pytest.mark.parametrize(
    "arguments", [("check", "--only", "A"), ("fuzz", "--only", "A", "--state", "state"), ("fuzz", "--shard", "1/1")]
)
def test_a_command_breaks_off_what_is_on_its_way(
    arguments: tuple[str, ...], number: signal.Signals, server: Hostile, tmp_path: Path
) -> None:
    run = Run(server, tmp_path, *arguments)
    run.until("/hangs")
    asked = len(server.seen)
    run.process.send_signal(number)
    status, said, seconds = run.ended()
    assert (status, "Traceback" in said) == (2, False)
    assert seconds < SOON
    assert len(server.seen) == asked
    assert "The run was stopped on request" in said or "Run the same command again to continue" in said


def test_a_second_signal_ends_the_process_at_once(server: Hostile, tmp_path: Path) -> None:
    program = (
        "import time; from contracts.runner.signals import stop_on_signals\n"
        "with stop_on_signals(lambda: print('asked', flush=True), lambda: 'What stays: all.'):\n"
        "    print('ready', flush=True)\n"
        "    for _ in range(600): time.sleep(0.1)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "asked\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        started = time.monotonic()
        _, said = process.communicate(timeout=LONG)
    assert (process.returncode, said) == (2, "\ncontracts: stopped at once. What stays: all.\n")
    assert time.monotonic() - started < SOON


def test_a_wait_for_the_target_ends_when_it_is_asked_to(
    server: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.contracts.support import hostile as module

    monkeypatch.setitem(module.HABITS, "/", module.asks_to_wait)
    run = Run(server, tmp_path, "check")
    run.until("/")
    run.process.send_signal(signal.SIGINT)
    status, said, seconds = run.ended()
    assert (status, said) == (2, "contracts: The run was stopped on request: run it again for the rest.\n")
    assert seconds < SOON


def test_an_error_of_the_checker_is_one_line_and_no_verdict(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv(DEBUG, raising=False)

    def fails() -> int:
        raise RecursionError("too deep\nby far")

    assert ending.status_of(fails) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("contracts: internal error: RecursionError: too deep; please report it with ")
    written = Path(line.rpartition(" ")[2])
    assert "in fails" in written.read_text()
    assert written.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("error", [CannotRun("no way"), KeyboardInterrupt(), BrokenPipeError(), OSError("disk")])
def test_what_keeps_a_command_from_its_end_is_never_a_verdict(
    error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", sys.stdout)

    def fails() -> int:
        raise error

    assert ending.status_of(fails) == 2


def test_the_command_that_cleans_up_reaches_the_target_as_the_run_did() -> None:
    options = Options(
        url="http://a.example", spec=Path("my api.json"), headers=("X-Key: $KEY",), insecure=True, rate=5.0
    )
    outcome = "contracts clean --url http://a.example --spec 'my api.json' --header 'X-Key: $KEY' --insecure"
    assert ending.clean_command(options) == outcome


def test_a_first_list_that_closes_the_connection_is_a_finding_and_no_error(tmp_path: Path) -> None:
    body = {"type": "object", "properties": {"id": {"type": "integer"}, "title": {"type": "string"}}}
    content = {"content": {"application/json": {"schema": body}}}
    outcome = document("/closes", "/closes/{id}")
    paths = outcome["paths"]
    assert isinstance(paths, dict)
    paths["/closes"]["post"] = {"requestBody": content, "responses": {"201": {"description": "", **content}}}
    paths["/closes/{id}"]["patch"] = {"requestBody": content, "responses": {"200": {"description": "", **content}}}
    item = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    paths["/closes/{id}"]["parameters"] = [item]
    (tmp_path / "document.json").write_text(json.dumps(outcome))
    (tmp_path / "profile.yaml").write_text("name: hostile\n")
    with hostile() as server:
        given = ["--url", server.url, "--spec", str(tmp_path / "document.json")]
        given += ["--profile", str(tmp_path / "profile.yaml"), "--ledger", str(tmp_path / "ledger"), "--only", "CT1"]
        result = CliRunner().invoke(main, ["check", *given], catch_exceptions=False)
    assert result.exit_code in {1, 2}, result.output
    assert "POST /closes" in result.output

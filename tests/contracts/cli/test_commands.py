"""The command: exit statuses, and one clear line for everything that keeps it from running."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from click.testing import CliRunner, Result

from contracts.cli.commands import main
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import PROFILE_OF_FILE

Command = Callable[..., Result]


@pytest.fixture
def command(notes: Notes, document: Path, profile: Path) -> Command:
    """Run `contracts check` against the notes; later options override."""

    def run(*options: object) -> Result:
        given = ("check", "--url", notes.url, "--spec", document, "--profile", profile, *options)
        return CliRunner().invoke(main, [str(each) for each in given], catch_exceptions=False)

    return run


def test_a_healthy_backend_holds(command: Command) -> None:
    result = command("--only", "CT101", "--max-examples", 3)
    assert result.exit_code == 0
    assert "HELD" in result.output
    assert "seed 20260701" in result.output


def test_a_broken_promise_is_told_with_curl_lines(command: Command, notes: Notes) -> None:
    notes.reset("forgets")
    result = command("--only", "CT101", "--seed", 7)
    assert result.exit_code == 1
    for word in ("CT101", "promised", "expected", "confirmed 3/3", "seed 7", "ID1=$(curl -sS -X POST", "BROKEN"):
        assert word in result.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--only", "CT1O1"], '--only CT1O1: not a part, law or rule. Did you mean "CT101"?'),
        (["--only", "zzz"], "Run `contracts rules` to list the rules."),
        (
            ["--url", "http://127.0.0.1:9"],
            "Nothing answers at http://127.0.0.1:9 (Connection refused): start the target",
        ),
        (["--url", "127.0.0.1:8000"], "not an HTTP URL"),
        (["--url", "ftp://127.0.0.1"], "not an HTTP URL"),
        (["--url", "http://[::1"], "not an HTTP URL"),
        (["--url", "http://127.0.0.1:70000"], "the port is not a number from 1 to 65535"),
        (["--url", "http://two words"], '"two words" is not the name of a host'),
        (["--url", f"http://{'a' * 64}.test"], "is not the name of a host"),
        (["--url", "http://127.0.0.1/?page=2"], "a base URL has no query and no fragment"),
        (["--url", "http://somebody:open-sesame@127.0.0.1"], "has a name or a password in it"),
        (["--url", "http://somebody:open-sesame@[::1"], "has a name or a password in it"),
        (["--spec", "missing.yaml"], "missing.yaml"),
        (["--profile", "missing.yaml"], "missing.yaml: there is no such file. Check the path."),
        (["--spec", "http://127.0.0.1:9/c.yaml"], "http://127.0.0.1:9/c.yaml: the document cannot be loaded"),
        (["--report", "pdf=x"], "Write it as FORM=FILE; forms are junit, sarif, github, ndjson, html"),
        (["--report", "junit"], "Write it as FORM=FILE"),
        (["--report", "junit=/nowhere/at/all.xml"], "Give a path that can be written"),
        (["--report", "junit=/"], "Give a path that can be written"),
    ],
)
def test_what_keeps_it_from_running_is_said_in_one_line(command: Command, options: list[str], message: str) -> None:
    result = command(*options)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stderr.startswith("contracts: ")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name: [", "notes.yaml:1: this is not YAML"),
        ("just text", "notes.yaml:1: the file must be a mapping, not a text."),
        ("name: x\npeple: {}", 'notes.yaml:2: unknown key `peple`. Did you mean "people"?'),
        ("name: x\npeople: {a: {token: 5}}", "notes.yaml:2: `people.a.token` must be a text or a mapping"),
        ("name: x\nfoo: 1", "notes.yaml:2: unknown key `foo`. Choose from: actions, differences,"),
        ("name: x\npeople: {a: {token: {env: NOT_SET_ANYWHERE}}}", "reads $NOT_SET_ANYWHERE, which is not set"),
        (b"\xff\xfe\x00", "notes.yaml:1: the file is not UTF-8. Save it as UTF-8."),
    ],
)
def test_a_profile_that_cannot_be_used_is_said_in_one_line(
    command: Command, profile: Path, content: str | bytes, message: str
) -> None:
    profile.write_bytes(content if isinstance(content, bytes) else content.encode())
    result = command("--only", "CT101")
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def lock(monkeypatch: pytest.MonkeyPatch, locked: Path) -> None:
    """Make a file unreadable, for the superuser too."""

    def read_bytes(path: Path) -> bytes:
        if path == locked:
            raise PermissionError(13, "Permission denied", str(path))
        return read(path)

    def access(path: object, mode: int, **options: object) -> bool:
        return str(path) != str(locked)

    read = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    monkeypatch.setattr(os, "access", access)


@pytest.mark.parametrize("option", ["--spec", "--profile", "--baseline"])
def test_a_file_that_may_not_be_read_is_said_in_one_line(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    locked = tmp_path / "locked.yaml"
    locked.write_text("[]")
    lock(monkeypatch, locked)
    result = command(option, locked)
    assert result.exit_code == 2
    [line] = result.stderr.splitlines()
    assert f"{locked}: the file cannot be read (Permission denied). Check its permissions." in line


@pytest.mark.parametrize("subcommand", ["check", "plan", "clean", "fuzz"])
def test_a_ledger_that_is_another_file_is_rejected_and_kept(notes: Notes, profile: Path, subcommand: str) -> None:
    before = profile.read_text()
    result = CliRunner().invoke(main, [subcommand, "--url", notes.url, "--ledger", str(profile)])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"contracts: {profile}:1: this is not a line of a ledger. Name another file")
    assert len(result.stderr.splitlines()) == 1
    assert profile.read_text() == before
    assert notes.seen == []


@pytest.mark.parametrize("option", ["--rate", "--request-timeout", "--cleanup-timeout"])
@pytest.mark.parametrize("value", ["inf", "nan", "many"])
def test_only_a_finite_number_is_a_number(command: Command, option: str, value: str) -> None:
    result = command(option, value)
    assert result.exit_code == 2
    assert f"Invalid value for '{option}': '{value}' is not a valid number." in result.stderr


def test_a_ledger_without_a_folder_is_reported_before_anything_is_checked(command: Command, tmp_path: Path) -> None:
    result = command("--ledger", tmp_path / "absent" / "ledger")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "no such folder; give a path that can be written with --ledger" in result.stderr


def test_a_refused_token_is_said_before_anything_is_tried(command: Command, profile: Path, notes: Notes) -> None:
    profile.write_text(yaml.safe_dump({**PROFILE_OF_FILE, "people": {"alice": {"token": "expired"}}}))
    result = command()
    assert result.exit_code == 2
    assert (
        "rejected the credentials of alice with 401. alice authenticates with the token in the profile."
        in result.stderr
    )
    assert {method for method, _ in notes.seen} == {"GET"}


@pytest.mark.parametrize("subcommand", ["check", "plan", "fuzz"])
def test_a_document_without_operations_holds_nothing(tmp_path: Path, notes: Notes, subcommand: str) -> None:
    empty = tmp_path / "empty.yaml"
    empty.write_text("openapi: 3.0.3\ninfo: {title: x, version: '1'}\npaths: {}\n")
    result = CliRunner().invoke(main, [subcommand, "--url", notes.url, "--spec", str(empty)])
    assert result.exit_code == 2
    assert f"{empty}: the document has no operations. Add its paths, or name another document." in result.stderr
    assert notes.seen == []


def test_a_broken_document_names_its_place(command: Command, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("openapi: 3.0.3\ninfo: {title: x\n")
    result = command("--spec", broken)
    assert result.exit_code == 2
    assert "broken.yaml" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_junit_is_written_with_what_was_found(command: Command, notes: Notes, tmp_path: Path) -> None:
    notes.reset("forgets")
    path = tmp_path / "junit.xml"
    assert command("--only", "CT101", "--only", "CT301", "--report", f"junit={path}").exit_code == 1
    root = ET.parse(path).getroot()
    (suite,) = root.findall("testsuite")
    cases = {case.attrib["name"].split()[0]: case for case in suite.findall("testcase")}
    assert (suite.attrib["tests"], suite.attrib["failures"], suite.attrib["skipped"]) == ("2", "1", "1")
    assert "confirmed 3/3" in str(cases["CT101"].findall("failure")[0].text)
    assert cases["CT301"].find("skipped") is not None


def test_a_report_that_cannot_be_written_at_the_end_keeps_nothing_from_being_told(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("contracts.report.junit.write", full)
    other = tmp_path / "r.sarif"
    result = command("--only", "CT106", "--report", "junit=x.xml", "--report", f"sarif={other}")
    assert (result.exit_code, other.exists()) == (2, True)
    assert "HELD" in result.output
    assert result.stderr == "contracts: --report junit=x.xml: No space left on device. Give another file.\n"


def test_what_an_encoding_cannot_spell_is_replaced(notes: Notes, document: Path, profile: Path) -> None:
    command = ("check", "--url", notes.url, "--spec", document, "--profile", profile, "--only", "CT106")
    told = subprocess.run(
        [sys.executable, "-m", "contracts", *map(str, command)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, b"")
    assert b"HELD  0 findings ? rules" in told.stdout


def test_no_report_is_left_when_nothing_could_run(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    assert command("--url", "http://127.0.0.1:9", "--report", f"junit={path}").exit_code == 2
    assert not path.exists()


def test_ndjson_is_there_though_the_run_was_killed(
    notes: Notes, document: Path, profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.ndjson"
    monkeypatch.setattr("contracts.report.ndjson.Stream.end", killed)
    notes.reset("forgets")
    given = ("check", "--url", notes.url, "--spec", document, "--profile", profile, "--only", "CT101")
    with pytest.raises(Killed):
        CliRunner().invoke(main, [*map(str, given), "--report", f"ndjson={path}"])
    kinds = [json.loads(line)["kind"] for line in path.read_text().splitlines()]
    assert kinds[:3] == ["run", "check", "finding"]
    assert "verdict" not in kinds


class Killed(BaseException):
    """The end of a process."""


def killed(*_: object) -> None:
    raise Killed


def test_rules_are_listed_with_what_checks_them() -> None:
    result = CliRunner().invoke(main, ["rules"], env={"COLUMNS": "300"})
    assert result.exit_code == 0
    assert "COURSE-PATCH-26" in result.output
    assert "not observable: nothing that a client can send" in result.output

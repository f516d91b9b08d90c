"""Findings that are accepted for a time: they do not fail a run, they are reported, and they come to an end."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import yaml
from click.testing import CliRunner, Result

from contracts.cli.commands import main
from contracts.errors import CannotRun
from contracts.report import junit
from contracts.report.baseline import UNEXPLAINED, Entry, compare, read, updated, write
from tests.contracts.support.notes import Notes
from tests.contracts.support.sample_reports import FINDING, hostile, report

TODAY = date(2026, 7, 1)
OTHER = replace(FINDING, subject="title in JSON")
ENTRY = Entry(id=FINDING.id, reason="an old client", expires=TODAY)

Command = Callable[..., Result]


@pytest.fixture
def command(notes: Notes, document: Path, tmp_path: Path) -> Command:
    """Run the first law against the notes, with a baseline."""
    profile = tmp_path / "notes.yaml"
    profile.write_text(
        yaml.safe_dump(
            {
                "name": "Notes",
                "people": {"alice": {"token": "alice"}},
                "resources": {"note": {"item": "/notes/{noteId}", "fields": {"title": {"normalise": "trim"}}}},
            }
        )
    )

    def run(*options: object) -> Result:
        fixed = ("--url", notes.url, "--spec", document, "--profile", profile, "--only", "CT101", "--max-examples", 1)
        return CliRunner().invoke(main, ["check", *map(str, (*fixed, *options))], catch_exceptions=False)

    return run


def test_an_accepted_finding_does_not_fail_the_run_and_is_told() -> None:
    outcome = report(FINDING, baseline=compare([ENTRY], [FINDING], TODAY), rules=())
    assert (outcome.held, outcome.exit_code, outcome.fresh) == (True, 0, [])
    assert outcome.findings == [FINDING]


def test_a_finding_that_is_not_accepted_fails_the_run_as_before() -> None:
    outcome = report(FINDING, OTHER, baseline=compare([ENTRY], [FINDING, OTHER], TODAY))
    assert outcome.fresh == [OTHER]
    assert outcome.exit_code == 1


def test_an_entry_ends_after_its_last_day() -> None:
    found = compare([ENTRY], [FINDING], date(2026, 7, 2))
    assert found.accepted == {}
    assert found.remarks == [f"{FINDING.id} was accepted until 2026-07-01: fix it, or renew the entry"]


def test_an_entry_whose_finding_is_gone_is_told_by_a_complete_run_only() -> None:
    assert compare([ENTRY], [], TODAY).remarks == [f"{FINDING.id} was not found any more: remove it from the baseline"]
    assert compare([ENTRY], [], TODAY, complete=False).remarks == []


def test_an_update_keeps_reasons_renews_what_expired_and_drops_what_is_gone() -> None:
    gone = Entry(id="0" * 10, reason="x", expires=TODAY)
    later = date(2026, 8, 15)
    entries = {each.id: each for each in updated([ENTRY, gone], [FINDING, OTHER], later)}
    assert set(entries) == {FINDING.id, OTHER.id}
    assert (entries[FINDING.id].reason, entries[FINDING.id].expires) == ("an old client", date(2026, 9, 14))
    assert entries[OTHER.id].reason == UNEXPLAINED


def test_an_update_by_a_part_of_the_checks_keeps_what_the_others_found() -> None:
    assert ENTRY in updated([ENTRY], [OTHER], TODAY, complete=False)


def test_what_was_written_is_read_again_whatever_a_finding_says(tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    entries = updated([], [FINDING, hostile()], TODAY)
    write(path, entries)
    assert read(path) == entries


def test_junit_skips_what_is_accepted() -> None:
    outcome = report(FINDING, baseline=compare([ENTRY], [FINDING], TODAY))
    suite = junit.to_xml(outcome).find("testsuite")
    assert suite is not None
    assert (suite.attrib["failures"], suite.attrib["skipped"]) == ("0", "2")
    assert "known: an old client" in ET.tostring(suite, encoding="unicode")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("- {id: [", "known.yaml:1: this is not YAML"),
        ("just text", "known.yaml:1: the file must be a list, not a text. Fix it,"),
        ("- {id: 3e2d5aaa7a, reason: x}", "known.yaml:1: `[0]` lacks the key `expires`. Add"),
        ("- {id: 3e2d5aaa7a, reason: ' ', expires: 2026-07-01}", "needs a reason"),
        ("- {id: CT101, reason: x, expires: 2026-07-01}", "is not the id of a finding"),
        ("- {id: 3e2d5aaa7a, reason: x, expires: soon}", "`[0].expires` must be a date, such as 2025-01-31. Fix it,"),
        (
            "- {id: 3e2d5aaa7a, reason: x, expires: 2026-07-01, untill: 3}",
            "known.yaml:1: unknown key `[0].untill`",
        ),
        (2 * "- {id: 3e2d5aaa7a, reason: x, expires: 2026-07-01}\n", ":2: the entry 3e2d5aaa7a is repeated"),
        (
            "- id: 3e2d5aaa7a\n  reason: x\n  reason: y\n  expires: 2026-07-01",
            'known.yaml:3: the key "reason" is repeated',
        ),
        (
            "- {id: 3e2d5aaa7a, reason: x, expires: 2026-07-01}\n- id: 3e2d5aaa7b\n  reason: y\n  expires: soon",
            "known.yaml:4: `[1].expires` must be a date",
        ),
        ("\x00", "unacceptable character"),
        ("- {id: 3e2d5aaa7a, reason: x, expires: 2026-02-30}", "`[0].expires` must be a date"),
    ],
)
def test_a_baseline_that_cannot_be_read_is_said_in_one_line(
    command: Command, tmp_path: Path, content: str, message: str
) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(content)
    result = command("--baseline", path)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--baseline", "missing.yaml"], "Use --update-baseline to write a new one"),
        (["--update-baseline"], "Name one with --baseline FILE"),
        (["--update-baseline", "--baseline", "/nowhere/known.yaml"], "Give a path that can be written"),
    ],
)
def test_a_baseline_that_is_not_there_is_said_with_the_next_step(
    command: Command, options: list[str], message: str
) -> None:
    result = command(*options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_baseline_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="Give a path that can be written"):
        write(tmp_path, [ENTRY])


@pytest.mark.proof
def test_what_an_update_accepted_does_not_fail_the_next_run(command: Command, notes: Notes, tmp_path: Path) -> None:
    path = tmp_path / "known.yaml"
    notes.reset("truncates")
    assert command().exit_code == 1
    assert command("--baseline", path, "--update-baseline").exit_code == 0
    again = command("--baseline", path)
    assert again.exit_code == 0
    assert "known" in again.output
    assert UNEXPLAINED in again.output
    notes.reset("forgets")
    assert command("--baseline", path).exit_code == 1

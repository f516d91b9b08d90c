"""No report passes on characters that turn a text around, or that a terminal or a log executes."""

import json
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from contracts.fuzz.progress import Tally, Ticker
from contracts.report import Report, console, github, html, junit, ndjson, sarif
from contracts.results.text import legal
from tests.contracts.support.sample_reports import FINDING, report

BIDIRECTIONAL = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
ANSI = "\x1b[31mred\x1b]0;title\x07\x9b2J\x08\rover"
HOSTILE = f"before {BIDIRECTIONAL}{ANSI} behind"
CONTROLS = (*BIDIRECTIONAL, "\x1b", "\x07", "\x9b", "\x08", "\r")


def text_of(screen: Console) -> str:
    assert isinstance(screen.file, StringIO)
    return screen.file.getvalue()


def shown_by_console(run: Report) -> str:
    screen = Console(width=200, force_terminal=False, file=StringIO())
    console.show(run, screen)
    return text_of(screen)


def written(write: Callable[[Report, Path], None]) -> Callable[[Report, Path], str]:
    def text(run: Report, path: Path) -> str:
        write(run, path)
        return path.read_text()

    return text


FORMS: dict[str, Callable[[Report, Path], str]] = {
    "console": lambda run, _: shown_by_console(run),
    "html": written(html.write),
    "junit": written(junit.write),
    "sarif": written(sarif.write),
    "github": written(github.write),
    "ndjson": written(ndjson.write),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_report_has_a_control_character(form: str, tmp_path: Path) -> None:
    finding = replace(
        FINDING, got=HOSTILE, expected=HOSTILE, subject=HOSTILE, operation=HOSTILE, curl=(HOSTILE,), promise=HOSTILE
    )
    text = FORMS[form](report(finding, left_behind=(HOSTILE,), stopped=HOSTILE), tmp_path / "report")
    assert [control for control in CONTROLS if control in text] == []
    assert "\\u202e" in text


def test_what_is_escaped_in_xml_is_not_the_character_either(tmp_path: Path) -> None:
    junit.write(report(replace(FINDING, got=HOSTILE)), tmp_path / "junit")
    texts = "".join(ET.parse(tmp_path / "junit").getroot().itertext())
    assert [control for control in CONTROLS if control in unescape(texts)] == []


def test_what_is_escaped_in_json_can_be_read_again(tmp_path: Path) -> None:
    ndjson.write(report(replace(FINDING, got=HOSTILE)), tmp_path / "ndjson")
    events = [json.loads(line) for line in (tmp_path / "ndjson").read_text().splitlines()]
    assert next(event["got"] for event in events if event["kind"] == "finding") == HOSTILE


def test_the_last_line_of_a_shard_is_escaped() -> None:
    screen = Console(width=200, force_terminal=False, file=StringIO())
    Ticker(screen, Tally([]), 1).say(f"shard 1 died ({HOSTILE})")
    assert "\\u202e" in text_of(screen)
    assert [control for control in CONTROLS if control in text_of(screen)] == []


def test_texts_of_people_stay_as_they_are() -> None:
    text = "a tab\t, a line\r\n, a \N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET}, \N{HEBREW LETTER ALEF}"
    assert legal(text) == text

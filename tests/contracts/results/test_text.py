"""Nothing that a target says turns a text around, or is obeyed by a terminal or a log, in any form of a report."""

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
SAID = f"before {BIDIRECTIONAL}{ANSI} behind"
OBEYED = (*BIDIRECTIONAL, "\x1b", "\x07", "\x9b", "\x08", "\r")


def text_of(screen: Console) -> str:
    assert isinstance(screen.file, StringIO)
    return screen.file.getvalue()


def shown(said: Report) -> str:
    screen = Console(width=200, force_terminal=False, file=StringIO())
    console.show(said, screen)
    return text_of(screen)


def written(write: Callable[[Report, Path], None]) -> Callable[[Report, Path], str]:
    def text(said: Report, path: Path) -> str:
        write(said, path)
        return path.read_text()

    return text


FORMS: dict[str, Callable[[Report, Path], str]] = {
    "console": lambda said, _: shown(said),
    "html": written(html.write),
    "junit": written(junit.write),
    "sarif": written(sarif.write),
    "github": written(github.write),
    "ndjson": written(ndjson.write),
}


@pytest.mark.parametrize("form", FORMS)
def test_no_form_of_a_report_has_a_character_that_is_obeyed(form: str, tmp_path: Path) -> None:
    finding = replace(FINDING, got=SAID, expected=SAID, subject=SAID, operation=SAID, curl=(SAID,), promise=SAID)
    text = FORMS[form](report(finding, left_behind=(SAID,), stopped=SAID), tmp_path / "report")
    assert [each for each in OBEYED if each in text] == []
    assert "\\u202e" in text


def test_what_is_escaped_in_xml_is_not_the_character_either(tmp_path: Path) -> None:
    junit.write(report(replace(FINDING, got=SAID)), tmp_path / "junit")
    texts = "".join(ET.parse(tmp_path / "junit").getroot().itertext())
    assert [each for each in OBEYED if each in unescape(texts)] == []


def test_what_is_escaped_in_json_can_be_read_again(tmp_path: Path) -> None:
    ndjson.write(report(replace(FINDING, got=SAID)), tmp_path / "ndjson")
    told = [json.loads(line) for line in (tmp_path / "ndjson").read_text().splitlines()]
    assert next(each["got"] for each in told if each["kind"] == "finding") == SAID


def test_what_a_shard_said_last_is_not_obeyed() -> None:
    screen = Console(width=200, force_terminal=False, file=StringIO())
    Ticker(screen, Tally([]), 1).say(f"shard 1 died ({SAID})")
    assert "\\u202e" in text_of(screen)
    assert [each for each in OBEYED if each in text_of(screen)] == []


def test_texts_of_people_stay_as_they_are() -> None:
    text = "a tab\t, a line\r\n, a \N{WOMAN}\N{ZERO WIDTH JOINER}\N{ROCKET}, \N{HEBREW LETTER ALEF}"
    assert legal(text) == text

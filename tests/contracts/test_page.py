"""The page that people read: complete, of itself alone, and safe whatever a target answers."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from contracts.baseline import Comparison, Entry
from contracts.report import Report, html
from contracts.report.html import Square, matrix
from contracts.verdict import Verdict
from tests.contracts.told import FINDING, HOSTILE, cells, hostile, report

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
VOID = {"meta", "input", "link", "br", "img"}


class Page(HTMLParser):
    """A page as a browser reads it: its elements with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.text += data


def everything() -> Report:
    accepted = replace(FINDING, subject="known")
    entry = Entry(id=accepted.id, reason="until the old client is gone", expires=date(2026, 8, 1))
    baseline = Comparison({accepted.id: entry}, expired=(Entry(id="0" * 10, reason="x", expires=date(2026, 1, 1)),))
    return report(FINDING, hostile(), accepted, permissions=cells(), baseline=baseline, left_behind=(HOSTILE,))


def test_the_page_is_well_formed_and_says_all_that_was_found() -> None:
    page = Page(html.to_html(everything()))
    assert page.open == []
    for text in (
        "Broken",
        "GET shows 'a'",
        FINDING.curl[0],
        "until the old client is gone",
        "Titles are unique.",
        "42",
    ):
        assert text.lower() in page.text.lower()


def test_the_page_holds_no_script_and_loads_nothing() -> None:
    page = Page(html.to_html(everything()))
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "img", "link", "iframe", "object", "form"})
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "src"]
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in html.to_html(report())


def test_no_text_of_a_target_becomes_markup() -> None:
    page = Page(html.to_html(everything()))
    inert = re.sub(r"\s+", " ", HOSTILE.replace("\x00", "\ufffd").replace("\ud800", "\ufffd"))
    assert inert in re.sub(r"\s+", " ", page.text)
    assert "49" not in html.to_html(report(hostile()))


@pytest.mark.parametrize(
    ("told", "word"), [(report(), "Every promise"), (report(FINDING), "1 finding:"), (everything(), "2 findings:")]
)
def test_the_verdict_comes_first(told: Report, word: str) -> None:
    assert word in Page(html.to_html(told)).text[:7000]


def test_the_matrix_says_who_may_and_where_that_was_not_kept() -> None:
    (row,) = matrix(cells()).values()
    assert row["alice"] == Square("yes", Verdict.HELD, "shared: may, held; hidden: may, held")
    assert (row["bob"].may, row["bob"].verdict) == ("shared", Verdict.BROKEN)
    assert (row["anonymous"].may, row["anonymous"].verdict) == ("no", Verdict.HELD)


def test_every_table_names_its_columns_and_rows_and_every_link_leads_somewhere() -> None:
    elements = Page(html.to_html(everything())).elements
    assert all(attributes.get("scope") in {"row", "col"} for tag, attributes in elements if tag == "th")
    names = {attributes["id"] for _, attributes in elements if "id" in attributes}
    assert {str(attributes["href"])[1:] for tag, attributes in elements if tag == "a"} <= names
    assert {attributes["aria-labelledby"] for _, attributes in elements if "aria-labelledby" in attributes} <= names
    assert ("html", {"lang": "en"}) in elements


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine to open the page in")
def test_a_browser_shows_the_page_and_runs_nothing_of_it(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    html.write(everything(), path)
    quiet = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage")
    command = [str(CHROMIUM), "--headless", *quiet, f"--user-data-dir={tmp_path / 'user'}", "--dump-dom", path.as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    page = Page(shown)
    assert "<title>broken · contract of http://127.0.0.1:8000</title>" in shown
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "img"})
    assert "document.title='owned'" in page.text

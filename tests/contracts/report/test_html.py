"""The page that people read: complete, of itself alone, and safe whatever a target answers."""

import re
from base64 import b64encode
from dataclasses import replace
from datetime import date
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from contracts.report import Report, RuleResult, html
from contracts.report.baseline import Comparison, Entry
from contracts.report.grouping import groups
from contracts.report.html import Square, matrix
from contracts.results.verdict import Verdict
from tests.contracts.support.sample_reports import FINDING, HOSTILE, cells, hostile, report

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


def test_the_page_loads_nothing_and_runs_its_own_script_alone() -> None:
    text = html.to_html(everything())
    page = Page(text)
    assert {tag for tag, _ in page.elements}.isdisjoint({"img", "link", "iframe", "object", "form"})
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on") or name in {"src", "style"}]
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in text
    (policy,) = (each["content"] for tag, each in page.elements if tag == "meta" and "http-equiv" in each)
    assert policy is not None
    for part in ("style", "script"):
        (content,) = re.findall(f"<{part}>(.*?)</{part}>", text, re.DOTALL)
        digest = b64encode(sha256(content.encode()).digest()).decode()
        assert f"{part}-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")


def test_no_text_of_a_target_becomes_markup() -> None:
    page = Page(html.to_html(everything()))
    inert = re.sub(r"\s+", " ", HOSTILE.replace("\x00", "\\x00").replace("\ud800", "\\ud800"))
    assert inert in re.sub(r"\s+", " ", page.text)
    assert "49" not in html.to_html(report(hostile()))


@pytest.mark.parametrize(
    ("told", "word"),
    [(report(), "Every promise"), (report(FINDING), "1 promise is broken"), (everything(), "2 promises are")],
)
def test_the_verdict_comes_first(told: Report, word: str) -> None:
    first = " ".join(Page(html.to_html(told)).text.partition("keep its contract?")[2].split())
    assert word in first[:60]


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


def test_findings_that_break_one_promise_stand_together() -> None:
    again = replace(FINDING, subject="text in multipart", severity="critical")
    (group,) = groups(report(FINDING, again).findings)
    assert (group.rule, group.severity, [each.subject for each in group.findings]) == (
        "NOTE-1",
        "critical",
        ["text in multipart", "text in JSON"],
    )


def test_each_rule_leads_to_what_breaks_it() -> None:
    elements = Page(html.to_html(report(FINDING))).elements
    assert ("a", {"href": f"#finding-{FINDING.id}"}) in elements


def test_what_was_never_reached_is_told_with_its_reason() -> None:
    rules = [RuleResult("NOTE-3", Verdict.NEVER, why="no note could be created")]
    page = Page(html.to_html(report(rules=rules)))
    assert "1 promise could not be exercised" in page.text
    assert "NOTE-3 no note could be created" in " ".join(page.text.split())

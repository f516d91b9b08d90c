"""The figures on the pages are those of the code and of the benchmarks."""

import re
from collections import Counter

import pytest

from contracts.checks.registration import LAWS
from contracts.checks.selection import load as load_checks
from mockserver.openapi import reader
from specdouble import OPENAPI, document
from specdouble.rules import load_rules

PROJECT = OPENAPI.parents[1]
README, CHANGELOG, TRUST = "README.md", "CHANGELOG.md", "docs/explanation/trust.md"
COMPARISON = "docs/explanation/comparison.md"


def text(page: str) -> str:
    """The words of a page, on one line."""
    return " ".join((PROJECT / page).read_text(encoding="utf-8").split())


def test_the_number_of_operations() -> None:
    count = len(reader.read(document.load(OPENAPI)).operations)
    assert f"{count} operations" in text(README)
    assert f"{count} operations" in text(CHANGELOG)


def test_the_number_of_rules_and_their_certainty() -> None:
    rules = load_rules()
    assert f"{len(rules)} documented rules" in text(README)
    assert f"{len(rules)} documented rules" in text(CHANGELOG)
    counts = Counter(rule.certainty for rule in rules.values())
    stated, implied, assumed = (counts[certainty] for certainty in ("STATED", "IMPLIED", "ASSUMED"))
    page = text(TRUST)
    assert f"Of the {len(rules)} rules, {stated} are stated by the documentation, {implied} follow from it" in page
    assert f"and {assumed} are our reading where it is silent" in page


def test_the_number_of_laws() -> None:
    load_checks()
    assert f"{len(LAWS)} general laws" in text(CHANGELOG)


@pytest.mark.parametrize("page", [README, TRUST])
def test_the_likeness_of_the_mock(page: str) -> None:
    figure = re.search(r"\d+ of (\d)(\d{3}) requests alike \(([\d.]+)%\)", text("benchmarks/fidelity/README.md"))
    assert figure is not None
    thousands, rest, share = figure.groups()
    assert f"{thousands},{rest}" in text(page)
    assert f"{share} %" in text(page)


@pytest.mark.parametrize("page", [README, TRUST, COMPARISON])
def test_the_faults_that_the_checker_finds(page: str) -> None:
    table = text("benchmarks/reference_backend/README.md")
    score = re.search(r"\| all \| (\d+) \| \d+ \| \d+ \| (\d+) \| (\d+) \| (\d+) \|", table)
    assert score is not None
    planted, found, laws, stock = score.groups()
    assert all(f"{count} of {planted}" in text(page) for count in (found, laws, stock))

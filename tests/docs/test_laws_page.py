"""The pages on laws and words say what is so: docs/laws.py writes one, and the other names every word."""

from contracts.checks.registration import LAWS
from contracts.checks.selection import load as load_checks
from docs import laws
from specdouble.extensions import EXTENSIONS, STANDING

VOCABULARY = laws.PAGE.with_name("vocabulary.md").read_text(encoding="utf-8")


def test_the_page_of_laws_is_as_it_would_be_written_now() -> None:
    assert laws.PAGE.read_text(encoding="utf-8") == laws.page(), "run: python docs/laws.py"


def test_the_page_says_of_every_law_what_it_goes_by() -> None:
    load_checks()
    assert set(laws.NEEDS) == set(LAWS)


def test_every_word_and_role_is_explained() -> None:
    assert {word for word in EXTENSIONS if f"| `{word}` |" not in VOCABULARY} == set()
    assert {role for role in STANDING if f"`{role}`" not in VOCABULARY} == set()


def test_every_word_that_is_used_names_laws_that_there_are() -> None:
    load_checks()
    rows = [line.split("|") for line in VOCABULARY.splitlines() if line.startswith("| `x-")]
    named = {law for row in rows for law in row[5].replace(" ", "").split(",") if law.startswith("CT")}
    assert named <= set(LAWS)
    assert len(named) >= 7

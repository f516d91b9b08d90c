"""The page on laws covers every law, and the page on extensions names laws that exist."""

from contracts.checks.registration import LAWS
from contracts.checks.selection import load as load_checks
from docs.generators import extensions, laws


def test_the_page_says_of_every_law_what_it_needs() -> None:
    load_checks()
    assert set(laws.NEEDS) == set(LAWS)


def test_every_extension_names_laws_that_exist() -> None:
    load_checks()
    named = {law for meaning in extensions.MEANINGS.values() for law in meaning.laws}
    assert named <= set(LAWS)
    assert len(named) >= 7

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.courses.slugs import free, slugify


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Getting Started", "getting-started"),
        ("  Caffè & Straße, 2.0!  ", "caffe-strasse-2-0"),
        ("ÉCLAIR Ångström", "eclair-angstrom"),
        ("a_b", "a_b"),
        ("--a--b--", "a-b"),
        ("ﬁne ½", "fine-1-2"),
        ("İstanbul", "istanbul"),
        ("日本語", ""),
        ("日本 101", "101"),
        ("...", ""),
        ("", ""),
    ],
)
def test_a_slug_is_what_urls_can_hold_of_the_name(name: str, slug: str) -> None:
    assert slugify(name) == slug


def test_a_slug_has_255_characters_at_most() -> None:
    assert slugify("x" * 300) == "x" * 255
    assert slugify("x" * 254 + " y") == "x" * 254


def test_a_free_slug_stays() -> None:
    assert free("course", {"other"}.__contains__) == "course"


def test_a_taken_slug_gets_the_first_free_number() -> None:
    assert free("course", {"course"}.__contains__) == "course-2"
    assert free("course", {"course", "course-2", "course-3"}.__contains__) == "course-4"


def test_a_long_slug_makes_room_for_its_number() -> None:
    long = "x" * 252 + "-yz"
    assert free(long, {long}.__contains__) == "x" * 252 + "-2"
    many = {long, *("x" * 252 + f"-{n}" for n in range(2, 10))}
    assert free(long, many.__contains__) == "x" * 252 + "-10"


@given(st.text(max_size=600))
def test_every_name_gives_a_valid_slug_that_is_its_own(name: str) -> None:
    slug = slugify(name)
    assert re.fullmatch(r"([a-z0-9_][-a-z0-9_]*)?", slug)
    assert len(slug) <= 255
    assert slugify(slug) == slug


@given(st.text(alphabet="ab-", min_size=250, max_size=255), st.integers(0, 120))
def test_a_numbered_slug_is_free_and_no_longer_than_slugs_are(slug: str, names: int) -> None:
    taken: set[str] = set()
    for _ in range(names):
        taken.add(free(slug, taken.__contains__))
    assert len(taken) == names
    assert all(len(name) <= 255 for name in taken)

from datetime import date
from typing import Annotated, Any, Literal

import msgspec
import pytest

from contracts.errors import CannotRun
from contracts.profile.yaml_files import read


class Owner(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a part."""

    name: str


class Shelf(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a file."""

    books: list[dict[str, int]] = []
    color: Literal["red", "green"] | None = None
    owner: Owner | str | None = None
    since: date | None = None
    weight: Annotated[int, msgspec.Meta(le=20)] = 0
    by_size: dict[int, str] = {}


REMEDY = "See the handbook."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a:\n  books:\n  - {one: 1}\n  - two: 2\n    three: III\n",
            f"5: `a.books[1].three` must be a whole number, not a text. {REMEDY}",
        ),
        ("a: {weight: 1.5}", f"1: `a.weight` must be a whole number, not a number with a fraction. {REMEDY}"),
        ("a: {books: []}\nb: {bucks: []}\n", '2: unknown key `b.bucks`. Did you mean "books"?'),
        ("a: {owner: {}}", "1: `a.owner` lacks the key `name`. Add `name: …`."),
        ("a: {owner: {name: Ann, zip: 1}}", "1: unknown key `a.owner.zip`. Choose from: name"),
        ("a: {owner: 5}", f"1: `a.owner` must be a text or a mapping, not a whole number. {REMEDY}"),
        ("a: {color: rad}", "1: `a.color` cannot be 'rad'. Did you mean \"red\"?"),
        ("a: {since: soon}", f"1: `a.since` must be a date, such as 2025-01-31. {REMEDY}"),
        ("a: {weight: 21}", f"1: `a.weight` must be a whole number <= 20. {REMEDY}"),
        ("a: {by_size: {big: x}}", f"1: a key of `a.by_size` must be a whole number, not a text. {REMEDY}"),
        ("a: {}\nb:\n- 1\n", f"2: `b` must be a mapping, not a list. {REMEDY}"),
        ("- a\n", f"1: the file must be a mapping, not a list. {REMEDY}"),
        ("# nothing\n", f"1: the file must be a mapping, and it is empty. {REMEDY}"),
    ],
)
def test_an_error_has_its_line_the_keys_that_lead_there_and_the_next_step(text: str, message: str) -> None:
    with pytest.raises(CannotRun) as caught:
        read("shelves.yaml", text.encode(), dict[str, Shelf], REMEDY)
    assert str(caught.value) == f"shelves.yaml:{message}"


def test_an_empty_file_has_the_content_that_the_caller_names() -> None:
    assert read("shelves.yaml", b"# nothing yet\n", dict[str, Shelf], REMEDY, {}) == {}


def test_values_mean_what_they_mean_in_json() -> None:
    text = b"answer: yes\nday: 2026-02-30\nnumber: 007\n200: {on: off}\n"
    expected = {"answer": "yes", "day": "2026-02-30", "number": "007", "200": {"on": "off"}}
    assert read("values.yaml", text, dict[str, Any], REMEDY) == expected


def test_keys_that_are_numbers_are_read_where_the_type_has_numbers() -> None:
    assert read("statuses.yaml", b"400: [409]\n", dict[int, list[int]], REMEDY) == {400: [409]}

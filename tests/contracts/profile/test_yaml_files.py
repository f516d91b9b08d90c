from typing import Any

import msgspec
import pytest

from contracts.errors import CannotRun
from contracts.profile.yaml_files import read


class Shelf(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a file."""

    books: list[dict[str, int]] = []


def remedy(what: str) -> str:
    return f"Fix that ({len(what)} letters)"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a:\n  books:\n  - {one: 1}\n  - two: 2\n    three: III\n",
            "5: `a.books.1.three`: Expected `int`, got `str`",
        ),
        ("a: {books: []}\nb: {bucks: []}\n", "2: unknown key `b.bucks`"),
        ("a: {}\nb:\n- 1\n", "2: `b`: Expected `object`, got `array`"),
        ("- a\n", "1: Expected `object`, got `array`"),
    ],
    ids=["in a list", "a key", "a part", "the whole"],
)
def test_an_error_has_its_line_and_the_keys_that_lead_there(text: str, message: str) -> None:
    with pytest.raises(CannotRun, match=rf"^shelves.yaml:{message}. Fix that"):
        read("shelves.yaml", text.encode(), dict[str, Shelf], remedy)


def test_an_empty_file_has_the_content_that_the_caller_names() -> None:
    assert read("shelves.yaml", b"# nothing yet\n", dict[str, Shelf], remedy, {}) == {}


def test_values_mean_what_they_mean_in_json() -> None:
    text = b"answer: yes\nday: 2026-02-30\nnumber: 007\n200: {on: off}\n"
    expected = {"answer": "yes", "day": "2026-02-30", "number": "007", "200": {"on": "off"}}
    assert read("values.yaml", text, dict[str, Any], remedy) == expected


def test_keys_that_are_numbers_are_read_where_the_type_has_numbers() -> None:
    assert read("statuses.yaml", b"400: [409]\n", dict[int, list[int]], remedy) == {400: [409]}

import msgspec
import pytest

from contracts.errors import CannotRun
from contracts.profile.yaml_files import Remedies, read


class Shelf(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a file."""

    books: list[dict[str, int]] = []


REMEDIES = Remedies("write YAML", "keep one", lambda what: f"mend that ({len(what)} letters)")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "a:\n  books:\n  - {one: 1}\n  - two: 2\n    three: III\n",
            r"line 5 \(a.books.1.three\): Expected `int`, got `str`",
        ),
        ("a: {books: []}\nb: {bucks: []}\n", r"line 2 \(b.bucks\): Object contains unknown field `bucks`"),
        ("a: {}\nb:\n- 1\n", r"line 2 \(b\): Expected `object`, got `array`"),
        ("- a\n", "line 1: Expected `object`, got `array`"),
    ],
    ids=["in a list", "a key", "a part", "the whole"],
)
def test_what_is_wrong_is_told_with_its_line_and_what_leads_there(text: str, told: str) -> None:
    with pytest.raises(CannotRun, match=rf"^shelves.yaml, {told}; mend that"):
        read("shelves.yaml", text.encode(), dict[str, Shelf], REMEDIES)


def test_an_empty_file_stands_for_what_is_said() -> None:
    assert read("shelves.yaml", b"# nothing yet\n", dict[str, Shelf], REMEDIES, {}) == {}

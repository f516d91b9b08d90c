import msgspec
import pytest

from contracts.errors import CannotRun
from contracts.profile.yaml_files import Remedies, read


class Shelf(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a file."""

    books: list[dict[str, int]] = []


REMEDIES = Remedies("write YAML", "keep one", lambda what: f"Fix that ({len(what)} letters)")


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
        read("shelves.yaml", text.encode(), dict[str, Shelf], REMEDIES)


def test_an_empty_file_has_the_content_that_the_caller_names() -> None:
    assert read("shelves.yaml", b"# nothing yet\n", dict[str, Shelf], REMEDIES, {}) == {}

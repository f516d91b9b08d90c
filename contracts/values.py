"""Values to send: distinct from what stands there, hard where it hurts, legal by the schema."""

import re
import string
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from hypothesis import strategies as st

from contracts.model import Field, Schema
from contracts.payload import File
from contracts.profile import FieldNotes
from contracts.verdict import Inconclusive

HARD_TEXTS = (
    "  blanks at both ends  ",
    "Ünïcödé – 日本語 – 🎓",
    "line one\nline two",
    "quotes ' \" and <b>markup</b> & more",
    "0",
    "null",
    "false",
)
LONGEST_FREE_TEXT = 2000
EARLIEST, LATEST = datetime(1000, 1, 1), datetime(2999, 12, 31)
"""Between which moments are drawn; beyond, calendars and backends differ."""
_ALPHABET = st.characters(exclude_categories=("Cs", "Cc"))


def values(field: Field, notes: FieldNotes, unique: Callable[[], str]) -> st.SearchStrategy[Any]:
    """Legal values of a field, as they are sent in JSON."""
    if notes.upload:
        return st.just(picture())
    if notes.values is not None:
        return st.sampled_from(notes.values)
    if notes.references is not None:
        return st.lists(st.sampled_from(notes.references), min_size=1, unique=True).map(_in_order)
    strategy = _by_schema(field, notes, unique)
    return strategy.filter(lambda value: value not in notes.avoid) if notes.avoid else strategy


def _in_order(identifiers: list[Any]) -> list[Any]:
    return sorted(identifiers, key=str)


def _by_schema(field: Field, notes: FieldNotes, unique: Callable[[], str]) -> st.SearchStrategy[Any]:
    limits = field.constraints
    if "enum" in limits:
        return st.sampled_from(limits["enum"])
    strategies: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
        "boolean": st.booleans,
        "integer": lambda: _whole(limits),
        "number": lambda: _whole(limits),
        "array": lambda: st.lists(st.integers(1, 9), max_size=3),
        "string": lambda: _text(limits, notes, unique),
    }
    if field.kind not in strategies:
        raise Inconclusive(f"no values are known for {field.name}, which is of type {field.kind}")
    return strategies[field.kind]()


def _whole(limits: Schema) -> st.SearchStrategy[int]:
    return st.integers(int(limits.get("minimum", -1000)), int(limits.get("maximum", 1000)))


def _text(limits: Schema, notes: FieldNotes, unique: Callable[[], str]) -> st.SearchStrategy[str]:
    longest = limits.get("maxLength", LONGEST_FREE_TEXT)
    # A pattern may let blanks stand at the ends, where they would no longer be behind what makes the text unique.
    drawn = _patterned(limits).map(str.lstrip) if _strict(limits) else _free(longest)
    if notes.unique:
        return drawn.map(lambda text: _cut(f"{unique()}{text}", longest))
    return drawn


def _free(longest: int) -> st.SearchStrategy[str]:
    hard = [*(text for text in HARD_TEXTS if len(text) <= longest), "ß" * min(longest, LONGEST_FREE_TEXT)]
    return st.one_of(st.sampled_from(hard), st.text(_ALPHABET, min_size=1, max_size=min(longest, 40)))


def _patterned(limits: Schema) -> st.SearchStrategy[str]:
    longest = min(limits.get("maxLength", 60), 60)
    if limits.get("format") == "date-time":
        moments = st.datetimes(EARLIEST, LATEST).map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z")
        return moments.filter(_pattern(limits["pattern"]).search) if "pattern" in limits else moments
    return st.from_regex(_pattern(limits["pattern"]), fullmatch=True).filter(
        lambda text: limits.get("minLength", 1) <= len(text) <= longest
    )


def _cut(text: str, longest: int) -> str:
    return text[:longest]


def _strict(limits: Schema) -> bool:
    """Whether a pattern bars ordinary text."""
    if limits.get("format") == "date-time":
        return True
    pattern = limits.get("pattern")
    return bool(pattern) and not all(_pattern(pattern).search(text) for text in HARD_TEXTS)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    # ECMA's \d and \w are ASCII.
    return re.compile(pattern, re.ASCII)


def distinct(field: Field, notes: FieldNotes, unique: Callable[[], str]) -> Any:
    """One legal value that differs from what a fresh item holds by default."""
    if notes.upload:
        return picture()
    if notes.values is not None:
        return notes.values[-1]
    if notes.references is not None:
        return notes.references[:2]
    return _distinct(field, unique)


def _distinct(field: Field, unique: Callable[[], str]) -> Any:
    limits = field.constraints
    if "enum" in limits:
        return limits["enum"][-1]
    if field.kind == "boolean":
        return not limits.get("default", field.default or False)
    if field.kind in ("integer", "number"):
        return int(limits.get("minimum", 0)) + 7
    return [] if field.kind == "array" else _fitting(limits, unique())


SPICES = {
    "blanks before": ("  ", ""),
    "letters beyond ASCII": ("", " – ünï"),
    "a line break": ("", "\n"),
    "signs of forms": ("", "&+%"),
    "a blank after": ("", " "),
}
"""What is hard to carry in a text: its name, and what is put before and after."""


def spiced(field: Field, value: Any, wanted: Callable[[str], bool] = lambda spice: True) -> Any:
    """The value, with blanks at both ends and other letters where the field is a free text."""
    limits = field.constraints
    if field.kind != "string" or "enum" in limits or _strict(limits):
        return value
    chosen = [around for name, around in SPICES.items() if wanted(name)]
    spiced_value = "".join((*(before for before, _ in chosen), str(value), *(after for _, after in chosen)))
    return spiced_value if len(spiced_value) < limits.get("maxLength", LONGEST_FREE_TEXT) - 10 else value


def _fitting(limits: Schema, text: str) -> str:
    if limits.get("format") == "date-time":
        return "2031-05-06T07:08:09Z"
    return text if not limits.get("pattern") or _pattern(limits["pattern"]).search(text) else slug(text)


def slug(text: str) -> str:
    """A text with nothing but letters, digits and hyphens."""
    return "".join(c if c in string.ascii_letters + string.digits else "-" for c in text)


def other(value: object, schema: Schema) -> Any:
    """Another legal value for what an answer shows."""
    if "enum" in schema:
        return next((each for each in schema["enum"] if each not in (value, None)), "other")
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, list):
        return [*value, 1] if not value else []
    if isinstance(value, dict):
        return value.get("id", 0) + 1 if isinstance(value.get("id"), int) else {}
    return "2001-02-03T04:05:06Z" if schema.get("format") == "date-time" else "something else"


@cache
def picture(kind: str = "png", width: int = 96, height: int = 60, shade: int = 90) -> File:
    """A small picture that is not square."""
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (width, height), (shade, 120, 200)).save(buffer, kind.upper())
    return File(f"picture.{kind}", f"image/{kind}", buffer.getvalue())

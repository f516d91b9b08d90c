"""Values to send: legal by the schema, different from the present ones, and hard to process."""

import re
from collections.abc import Callable
from functools import cache
from math import ceil, floor
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from contracts.generation.formats import FORMATS, in_letters, number, slug
from contracts.messages.bodies import File
from contracts.openapi.resources import Field
from contracts.openapi.schemas import Schema, kind_of, limits_of
from contracts.profile.models import FieldNotes
from contracts.results.verdict import Inconclusive

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
LONGEST_PATTERNED_TEXT = 60
LONG_TEXT = 300
"""The number of characters that a field without `maxLength` can be expected to keep."""
_ALPHABET = st.characters(exclude_categories=("Cs", "Cc"))

Unique = Callable[[], str]
"""Returns a text that was not used before."""


def values(field: Field, notes: FieldNotes, unique: Unique) -> st.SearchStrategy[Any]:
    """Return a strategy for legal values of a field, as they are sent in JSON."""
    if notes.upload:
        return st.just(picture())
    if notes.values is not None:
        return st.sampled_from(notes.values)
    if isinstance(notes.references, list):
        reference = st.sampled_from(notes.references)
        if field.kind != "array":
            return reference
        # In one order, since many backends keep references as a set.
        return st.lists(reference, min_size=1, unique=True).map(lambda identifiers: sorted(identifiers, key=str))
    strategy = _strategy(field.constraints)
    if notes.unique and field.kind == "string":
        strategy = _make_unique(strategy, field.constraints, unique)
    return strategy.filter(lambda value: value not in notes.avoid) if notes.avoid else strategy


def _strategy(schema: Schema) -> st.SearchStrategy[Any]:
    """Return a strategy for the values of a schema."""
    kind = kind_of(schema)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if kind == "boolean":
        return st.booleans()
    if kind in ("integer", "number"):
        return _whole_numbers(schema)
    if kind == "array":
        return _lists(schema)
    return _texts(schema) if kind == "string" else _objects(schema)


def _whole_numbers(schema: Schema) -> st.SearchStrategy[int]:
    step, (least, most) = int(schema.get("multipleOf", 1)) or 1, _bounds(schema)
    return st.integers(ceil(least / step), max(ceil(least / step), floor(most / step))).map(lambda times: times * step)


def _bounds(schema: Schema) -> tuple[int, int]:
    """Return the least and the greatest whole number that a schema allows."""
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None:
        least = floor(least) + 1 if schema.get("exclusiveMinimum") else ceil(least)
    if most is not None:
        most = ceil(most) - 1 if schema.get("exclusiveMaximum") else floor(most)
    if least is None:
        least = -1000 if most is None else min(-1000, most - 1000)
    if most is None:
        most = max(1000, least + 1000)
    return least, most


def _lists(schema: Schema) -> st.SearchStrategy[list[Any]]:
    least = int(schema.get("minItems", 0))
    most = int(schema.get("maxItems", max(3, least)))
    items = limits_of(schema.get("items", {}))
    # Numbers without limits are usually ids, and small ids are the most likely to exist.
    is_id = not set(items) - {"type"} and kind_of(items) != "string"
    elements = st.integers(1, 9) if is_id else _strategy(items)
    return st.lists(elements, min_size=least, max_size=most, unique_by=repr if schema.get("uniqueItems") else None)


def _properties(schema: Schema) -> dict[str, Schema]:
    """Return the properties of an object that requests may have."""
    properties = schema.get("properties", {}).items()
    return {name: limits_of(part) for name, part in properties if not part.get("readOnly")}


def _objects(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for objects with all their properties, or with a note if the schema names none."""
    fields = _properties(schema)
    if not fields:
        return st.dictionaries(st.just("note"), _free_texts(1, 40), min_size=1, max_size=1)
    return st.fixed_dictionaries({name: _strategy(part) for name, part in fields.items()})


def _texts(schema: Schema) -> st.SearchStrategy[str]:
    least, longest = _lengths(schema)
    if not is_strict(schema):
        return _free_texts(least, longest)
    fits = _fits(schema)
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]].drawn().filter(fits)
    # A pattern may allow blanks in front. They would end up inside the text, behind the word that makes it unique.
    return (
        st.from_regex(_pattern(schema["pattern"]), fullmatch=True)
        .map(str.lstrip)
        .filter(lambda text: max(least, 1) <= len(text) <= min(longest, LONGEST_PATTERNED_TEXT) and fits(text))
    )


def _lengths(schema: Schema) -> tuple[int, int]:
    """Return the least and the greatest length of a text to draw, which is never empty."""
    longest = int(schema.get("maxLength", LONGEST_FREE_TEXT))
    return min(max(1, int(schema.get("minLength", 1))), longest), longest


def _free_texts(least: int, longest: int) -> st.SearchStrategy[str]:
    hard = [*(text for text in HARD_TEXTS if least <= len(text) <= longest), "ß" * min(longest, LONGEST_FREE_TEXT)]
    most = max(least, min(longest, 40))
    return st.one_of(st.sampled_from(hard), st.text(_ALPHABET, min_size=least, max_size=most))


def _make_unique(drawn: st.SearchStrategy[str], schema: Schema, unique: Unique) -> st.SearchStrategy[str]:
    """Let texts begin with a unique word, or make them of that word if the schema leaves no room for more."""
    _, longest = _lengths(schema)
    if schema.get("format") in FORMATS or longest < len(unique()) + 1 or not _fits(schema)(unique()):
        return st.builds(lambda: _text(schema, unique()))
    return drawn.map(lambda text: f"{unique()}{text}"[:longest])


def is_strict(schema: Schema) -> bool:
    """Return whether a format or a pattern excludes ordinary text."""
    if schema.get("format") in FORMATS:
        return True
    pattern = schema.get("pattern")
    return bool(pattern) and not all(_pattern(pattern).search(text) for text in HARD_TEXTS)


def permits(schema: Schema, text: str) -> bool:
    """Return whether a schema allows a text, as far as the checker can decide."""
    if "enum" in schema:
        return text in schema["enum"]
    if not text and schema.get("format") in FORMATS:
        return False
    return _fits(schema)(text)


def _fits(schema: Schema) -> Callable[[str], bool]:
    pattern = _pattern(schema.get("pattern", ""))
    least, longest = int(schema.get("minLength", 0)), int(schema.get("maxLength", LONGEST_FREE_TEXT))
    return lambda text: least <= len(text) <= longest and bool(pattern.search(text))


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """Compile a pattern; one that only ECMAScript can read excludes nothing."""
    try:
        # In ECMAScript, \d and \w are ASCII.
        return re.compile(pattern, re.ASCII)
    except re.error:
        return re.compile("")


def distinct(field: Field, notes: FieldNotes, unique: Unique) -> Any:
    """Return a legal value that differs from the default."""
    if notes.upload:
        return picture()
    if notes.values is not None:
        return notes.values[-1]
    if isinstance(notes.references, list):
        return notes.references[:2] if field.kind == "array" else notes.references[-1]
    return _distinct(field.constraints, unique, field.constraints.get("default", field.default))


def _distinct(schema: Schema, unique: Unique, default: Any = None) -> Any:
    if "enum" in schema:
        return next((member for member in reversed(schema["enum"]) if member != default), schema["enum"][-1])
    kind = kind_of(schema)
    if kind == "boolean":
        return not default
    if kind in ("integer", "number"):
        return _another_number(schema, default)
    if kind == "array":
        return _another_list(schema, unique)
    return _text(schema, unique()) if kind == "string" else _another_object(schema, unique)


def _another_number(schema: Schema, default: Any) -> int:
    step, (least, most) = int(schema.get("multipleOf", 1)) or 1, _bounds(schema)
    candidates = [ceil(start / step) * step for start in (max(least, 0) + 7, most, least)]
    return next((value for value in candidates if least <= value <= most and value != default), least)


def _another_list(schema: Schema, unique: Unique) -> list[Any]:
    """Return a list of two texts, since a form may take one for no list; an empty list if its elements may be ids."""
    items = limits_of(schema.get("items", {}))
    length = 2 if kind_of(items) == "string" else 0
    if "enum" in items:
        length = 1
    length = max(int(schema.get("minItems", 0)), min(schema.get("maxItems", 2), length))
    return [_distinct(items, unique) for _ in range(length)]


def _another_object(schema: Schema, unique: Unique) -> dict[str, Any]:
    return {name: _distinct(part, unique) for name, part in _properties(schema).items()} or {"note": unique()}


def _text(schema: Schema, word: str) -> str:
    """Return a legal text that is made of a word, or one that is drawn if none fits."""
    least, longest = _lengths(schema)
    fits, short = _fits(schema), str(number(word))[-longest:]
    spell = FORMATS[schema["format"]].of if schema.get("format") in FORMATS else str
    plain, letters = slug(word), in_letters(number(word))[-longest:]
    unique = (spell(word), spell(short), plain, plain.upper(), f"X{short}"[-longest:], letters, letters.upper(), short)
    candidates = (*unique, word.ljust(least, "x"), word[-longest:], "7", "7.50")
    return next((text for text in candidates if fits(text)), None) or _from_pattern(schema, word)


def _from_pattern(schema: Schema, word: str) -> str:
    """Draw a text that matches the pattern; the same word gives the same text."""
    texts: list[str] = []

    def keep(text: str) -> None:
        texts.append(text)

    quick = settings(
        max_examples=20,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    try:
        seed(number(word))(quick(given(_texts(schema))(keep)))()
    except Unsatisfiable as error:
        raise Inconclusive(
            f"the checker cannot make a text for the pattern {schema.get('pattern')!r}: list some under values: in "
            f"the profile"
        ) from error
    return max(reversed(texts), key=len)  # a longer text is less likely to come from another word, too


SPICES = {
    "blanks before": ("  ", ""),
    "letters beyond ASCII": ("", " – ünï"),
    "a line break": ("", "\n"),
    "signs of forms": ("", "&+%"),
    "a blank after": ("", " "),
}
"""Names of texts that are hard to transmit → the characters to put before and after a value."""


def add_spice(field: Field, value: Any, wanted: Callable[[str], bool] = lambda spice: True) -> Any:
    """Surround a free text with characters that are hard to transmit; return other values as they are."""
    schema = field.constraints
    if field.kind != "string" or "enum" in schema or is_strict(schema):
        return value
    chosen = [around for name, around in SPICES.items() if wanted(name)]
    spiced_value = "".join((*(before for before, _ in chosen), str(value), *(after for _, after in chosen)))
    return spiced_value if len(spiced_value) < schema.get("maxLength", LONGEST_FREE_TEXT) - 10 else value


def longest(field: Field, notes: FieldNotes, word: str) -> str | None:
    """Return the longest text that a field takes and that begins with a word.

    Return None if the field is not a free text, or if the word is too long for it.
    """
    schema = field.constraints
    bound = notes.upload or notes.values is not None or isinstance(notes.references, list)
    if bound or field.kind != "string" or "enum" in schema or is_strict(schema):
        return None
    text = word.ljust(min(int(schema.get("maxLength", LONG_TEXT)), LONGEST_FREE_TEXT), "x")
    return text if len(text) > len(word) and permits(schema, text) else None


def other(value: object, schema: Schema) -> Any:
    """Return another legal value than the one that a response shows."""
    if "enum" in schema:
        return next((member for member in schema["enum"] if member not in (value, None)), "other")
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, list):
        return [*value, 1] if not value else []
    if isinstance(value, dict):
        return value.get("id", 0) + 1 if isinstance(value.get("id"), int) else {}
    is_text = isinstance(value, str) or kind_of(schema) in ("string", "object")
    return _text(schema, "something else") if is_text else _distinct(schema, lambda: "something else")


@cache
def picture(kind: str = "png", width: int = 96, height: int = 60, shade: int = 90) -> File:
    """Return a small picture that is not square."""
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (width, height), (shade, 120, 200)).save(buffer, kind.upper())
    return File(f"picture.{kind}", f"image/{kind}", buffer.getvalue())

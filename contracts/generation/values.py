"""Values to send: distinct from what stands there, hard where it hurts, legal by the schema."""

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
"""Characters of a text that every field can be expected to keep whose schema has no greatest length."""
_ALPHABET = st.characters(exclude_categories=("Cs", "Cc"))

Unique = Callable[[], str]
"""Gives a text that nobody used before."""


def values(field: Field, notes: FieldNotes, unique: Unique) -> st.SearchStrategy[Any]:
    """Legal values of a field, as they are sent in JSON."""
    if notes.upload:
        return st.just(picture())
    if notes.values is not None:
        return st.sampled_from(notes.values)
    if isinstance(notes.references, list):
        one = st.sampled_from(notes.references)
        return st.lists(one, min_size=1, unique=True).map(_in_order) if field.kind == "array" else one
    strategy = _drawn(field.constraints)
    if notes.unique and field.kind == "string":
        strategy = _make_unique(strategy, field.constraints, unique)
    return strategy.filter(lambda value: value not in notes.avoid) if notes.avoid else strategy


def _in_order(identifiers: list[Any]) -> list[Any]:
    return sorted(identifiers, key=str)


def _drawn(schema: Schema) -> st.SearchStrategy[Any]:
    kind = kind_of(schema)
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if kind == "boolean":
        return st.booleans()
    if kind in ("integer", "number"):
        return _whole(schema)
    if kind == "array":
        return _lists(schema)
    return _texts(schema) if kind == "string" else _objects(schema)


def _whole(schema: Schema) -> st.SearchStrategy[int]:
    step, (least, most) = int(schema.get("multipleOf", 1)) or 1, _bounds(schema)
    return st.integers(ceil(least / step), max(ceil(least / step), floor(most / step))).map(lambda times: times * step)


def _bounds(schema: Schema) -> tuple[int, int]:
    """The least and the greatest whole number that may stand there."""
    least, most = schema.get("minimum"), schema.get("maximum")
    least = least if least is None else floor(least) + 1 if schema.get("exclusiveMinimum") else ceil(least)
    most = most if most is None else ceil(most) - 1 if schema.get("exclusiveMaximum") else floor(most)
    if least is None:
        least = -1000 if most is None else min(-1000, most - 1000)
    return least, max(1000, least + 1000) if most is None else most


def _lists(schema: Schema) -> st.SearchStrategy[list[Any]]:
    least = int(schema.get("minItems", 0))
    most = int(schema.get("maxItems", max(3, least)))
    items = limits_of(schema.get("items", {}))
    # Numbers without limits are ids as a rule, of which small ones are there rather than others.
    one = _drawn(items) if set(items) - {"type"} or kind_of(items) == "string" else st.integers(1, 9)
    return st.lists(one, min_size=least, max_size=most, unique_by=repr if schema.get("uniqueItems") else None)


def _objects(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with all their properties; of those that may have any, with one that does no harm."""
    fields = {name: limits_of(each) for name, each in schema.get("properties", {}).items() if not each.get("readOnly")}
    if not fields:
        return st.dictionaries(st.just("note"), _free(1, 40), min_size=1, max_size=1)
    return st.fixed_dictionaries({name: _drawn(each) for name, each in fields.items()})


def _texts(schema: Schema) -> st.SearchStrategy[str]:
    least, longest = _lengths(schema)
    if not is_strict(schema):
        return _free(least, longest)
    fits = _fits(schema)
    if schema.get("format") in FORMATS:
        return FORMATS[schema["format"]].drawn().filter(fits)
    # A pattern may let blanks stand at the ends, where they would no longer be behind what makes the text unique.
    return (
        st.from_regex(_pattern(schema["pattern"]), fullmatch=True)
        .map(str.lstrip)
        .filter(lambda text: max(least, 1) <= len(text) <= min(longest, LONGEST_PATTERNED_TEXT) and fits(text))
    )


def _lengths(schema: Schema) -> tuple[int, int]:
    """The least and the greatest length of a text; one that may be empty is drawn with a letter at least."""
    longest = int(schema.get("maxLength", LONGEST_FREE_TEXT))
    return min(max(1, int(schema.get("minLength", 1))), longest), longest


def _free(least: int, longest: int) -> st.SearchStrategy[str]:
    hard = [*(text for text in HARD_TEXTS if least <= len(text) <= longest), "ß" * min(longest, LONGEST_FREE_TEXT)]
    most = max(least, min(longest, 40))
    return st.one_of(st.sampled_from(hard), st.text(_ALPHABET, min_size=least, max_size=most))


def _make_unique(drawn: st.SearchStrategy[str], schema: Schema, unique: Unique) -> st.SearchStrategy[str]:
    """Texts that begin with a word that nobody else has; where the schema leaves no room, one made of that word."""
    _, longest = _lengths(schema)
    if schema.get("format") in FORMATS or longest < len(unique()) + 1 or not _fits(schema)(unique()):
        return st.builds(lambda: _text(schema, unique()))
    return drawn.map(lambda text: f"{unique()}{text}"[:longest])


def is_strict(schema: Schema) -> bool:
    """Whether a format or a pattern bars ordinary text."""
    if schema.get("format") in FORMATS:
        return True
    pattern = schema.get("pattern")
    return bool(pattern) and not all(_pattern(pattern).search(text) for text in HARD_TEXTS)


def permits(schema: Schema, text: str) -> bool:
    """Whether a text is legal by a schema, as far as that can be told; no format that is known has an empty one."""
    if "enum" in schema:
        return text in schema["enum"]
    return bool(text or schema.get("format") not in FORMATS) and _fits(schema)(text)


def _fits(schema: Schema) -> Callable[[str], bool]:
    pattern = _pattern(schema.get("pattern", ""))
    least, longest = int(schema.get("minLength", 0)), int(schema.get("maxLength", LONGEST_FREE_TEXT))
    return lambda text: least <= len(text) <= longest and bool(pattern.search(text))


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """A pattern as Python reads it; what only ECMA can read bars nothing."""
    try:
        # ECMA's \d and \w are ASCII.
        return re.compile(pattern, re.ASCII)
    except re.error:
        return re.compile("")


def distinct(field: Field, notes: FieldNotes, unique: Unique) -> Any:
    """One legal value that differs from what a fresh item holds by default."""
    if notes.upload:
        return picture()
    if notes.values is not None:
        return notes.values[-1]
    if isinstance(notes.references, list):
        return notes.references[:2] if field.kind == "array" else notes.references[-1]
    return _distinct(field.constraints, unique, field.constraints.get("default", field.default))


def _distinct(schema: Schema, unique: Unique, default: Any = None) -> Any:
    if "enum" in schema:
        return next((each for each in reversed(schema["enum"]) if each != default), schema["enum"][-1])
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
    wanted = (max(least, 0) + 7, most, least)
    legal = (ceil(each / step) * step for each in wanted)
    return next((each for each in legal if least <= each <= most and each != default), least)


def _another_list(schema: Schema, unique: Unique) -> list[Any]:
    """A list of two texts, which forms may take for one; an empty one of what the schema does not tell, say of ids."""
    items = limits_of(schema.get("items", {}))
    texts = kind_of(items) == "string" or "enum" in items
    least = int(schema.get("minItems", 0))
    many = max(least, min(schema.get("maxItems", 2), (1 if "enum" in items else 2) if texts else 0))
    return [_distinct(items, unique) for _ in range(many)]


def _another_object(schema: Schema, unique: Unique) -> dict[str, Any]:
    fields = {name: limits_of(each) for name, each in schema.get("properties", {}).items() if not each.get("readOnly")}
    return {name: _distinct(each, unique) for name, each in fields.items()} or {"note": unique()}


def _text(schema: Schema, word: str) -> str:
    """A text that a schema lets be, made of a word; drawn where nothing that is made fits."""
    least, longest = _lengths(schema)
    fits, short = _fits(schema), str(number(word))[-longest:]
    made = FORMATS[schema["format"]].of if schema.get("format") in FORMATS else str
    plain, letters = slug(word), in_letters(number(word))[-longest:]
    own = (made(word), made(short), plain, plain.upper(), f"X{short}"[-longest:], letters, letters.upper(), short)
    candidates = (*own, word.ljust(least, "x"), word[-longest:], "7", "7.50")
    return next((each for each in candidates if fits(each)), None) or _from_pattern(schema, word)


def _from_pattern(schema: Schema, word: str) -> str:
    """A text that a pattern lets be; the same for the same word."""
    made: list[str] = []

    def keep(text: str) -> None:
        made.append(text)

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
        raise Inconclusive(f"no text is known for the pattern {schema.get('pattern')!r}: say values:") from error
    return max(reversed(made), key=len)  # the longer, the less likely that another word gives the same


SPICES = {
    "blanks before": ("  ", ""),
    "letters beyond ASCII": ("", " – ünï"),
    "a line break": ("", "\n"),
    "signs of forms": ("", "&+%"),
    "a blank after": ("", " "),
}
"""What is hard to carry in a text: its name, and what is put before and after."""


def add_spice(field: Field, value: Any, wanted: Callable[[str], bool] = lambda spice: True) -> Any:
    """The value, with blanks at both ends and other letters where the field is a free text."""
    schema = field.constraints
    if field.kind != "string" or "enum" in schema or is_strict(schema):
        return value
    chosen = [around for name, around in SPICES.items() if wanted(name)]
    spiced_value = "".join((*(before for before, _ in chosen), str(value), *(after for _, after in chosen)))
    return spiced_value if len(spiced_value) < schema.get("maxLength", LONGEST_FREE_TEXT) - 10 else value


def longest(field: Field, notes: FieldNotes, word: str) -> str | None:
    """The longest text that a field takes, made of a word; None where it is no free text, or the word has no room."""
    schema = field.constraints
    bound = notes.upload or notes.values is not None or isinstance(notes.references, list)
    if bound or field.kind != "string" or "enum" in schema or is_strict(schema):
        return None
    text = word.ljust(min(int(schema.get("maxLength", LONG_TEXT)), LONGEST_FREE_TEXT), "x")
    return text if len(text) > len(word) and permits(schema, text) else None


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
    is_text = isinstance(value, str) or kind_of(schema) in ("string", "object")
    return _text(schema, "something else") if is_text else _distinct(schema, lambda: "something else")


@cache
def picture(kind: str = "png", width: int = 96, height: int = 60, shade: int = 90) -> File:
    """A small picture that is not square."""
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (width, height), (shade, 120, 200)).save(buffer, kind.upper())
    return File(f"picture.{kind}", f"image/{kind}", buffer.getvalue())

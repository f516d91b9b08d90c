"""Values drawn from a schema, and values that no schema has asked for."""

from random import Random
from typing import Any

from mockserver.specification import Resolve, Schema, properties, required


def _deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


JUNK: tuple[Any, ...] = (
    None,
    "",
    "   ",
    "x" * 5_000,
    "nul \0",
    "half a pair \ud800",
    "[1, 2",
    -1,
    0,
    2**63,
    10**400,
    1.5,
    1e308,
    True,
    "on",
    [],
    [None, {}],
    {},
    {"a": {"b": [1]}},
    _deep(60),
    _deep(300),
)

_WORDS = ("Bread", "Übung", "日本", "rye & wheat", "<b>crust</b>", "a/b?c=d", "😀", "O'Neill", "-", "course")
_MOMENTS = ("2025-01-31T09:00:00Z", "2030-12-31T23:59:59+02:00", "9999-12-31T23:59:59Z", "yesterday")
_DEEPEST = 3
_JUNK_SHARE = 0.02
_LEFT_OUT = 0.3
_LARGEST = 30
"""Ids are small numbers at the beginning of a world, so most integers are."""


def value(random: Random, schema: Schema, resolve: Resolve, depth: int = 0) -> Any:
    """Draw a value: mostly one that the schema describes, sometimes one that it cannot mean."""
    schema = resolve(schema)
    if random.random() < _JUNK_SHARE:
        return random.choice(JUNK)
    for word in ("anyOf", "oneOf"):
        if schema.get(word):
            return value(random, random.choice(schema[word]), resolve, depth)
    if schema.get("enum"):
        return random.choice(schema["enum"])
    if "properties" in schema or "allOf" in schema:
        known = properties(schema, resolve)
        return fields(random, schema, resolve, depth) if known else value(random, schema["allOf"][0], resolve, depth)
    return _plain(random, schema, resolve, depth)


def fields(random: Random, schema: Schema, resolve: Resolve, depth: int = 0) -> dict[str, Any]:
    """Draw the fields of an object: those that are required, and most of the others."""
    wanted = required(schema, resolve)
    return {
        name: value(random, part, resolve, depth + 1)
        for name, part in properties(schema, resolve).items()
        if random.random() > (_JUNK_SHARE if name in wanted else _LEFT_OUT) and depth < _DEEPEST
    }


def _plain(random: Random, schema: Schema, resolve: Resolve, depth: int) -> Any:
    kind = schema.get("type")
    if kind == "array":
        return [value(random, schema.get("items", {}), resolve, depth + 1) for _ in range(random.randrange(4))]
    if kind == "integer":
        return random.randint(schema.get("minimum", 1), max(schema.get("minimum", 1), _LARGEST))
    if kind == "number":
        return random.uniform(0, 100)
    if kind == "boolean":
        return random.random() < 0.5
    if kind == "string":
        return _text(random, schema)
    return random.choice(JUNK)


def _text(random: Random, schema: Schema) -> str:
    if schema.get("format") == "date-time":
        return random.choice(_MOMENTS)
    if schema.get("format") == "uri":
        return "https://example.org/"
    text = " ".join(random.choices(_WORDS, k=random.randint(1, 3)))
    return f"{text} {random.randrange(10_000)}"[: schema.get("maxLength", 200)]

"""Values drawn from a schema, and values that no schema has asked for."""

from dataclasses import dataclass
from random import Random
from typing import Any

from mockserver.openapi.schemas import Resolve, Schema, properties, required


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
_IDS = (1, 1, 1, 2, 2, 3, 7, 30)
"""Most integers are ids, and those of the world at start are small."""


@dataclass(frozen=True)
class Manner:
    """How well values are meant: the share of junk among them, and of optional fields that are left out."""

    junk: float
    left_out: float


TAME = Manner(junk=0.0, left_out=0.7)
WILD = Manner(junk=0.06, left_out=0.3)


class Values:
    """Draws values of the schemas of one document."""

    def __init__(self, random: Random, resolve: Resolve) -> None:
        self._random = random
        self._resolve = resolve

    def value(self, schema: Schema, manner: Manner, depth: int = 0) -> Any:
        """Draw a value: one that the schema describes, or junk."""
        schema = self._resolve(schema)
        if self._random.random() < manner.junk:
            return self._random.choice(JUNK)
        for word in ("anyOf", "oneOf"):
            if schema.get(word):
                # What stands first is meant; the others are spellings of it.
                return self.value(schema[word][0 if manner is TAME else -1], manner, depth)
        if schema.get("enum"):
            return self._random.choice(schema["enum"])
        if properties(schema, self._resolve):
            return self.fields(schema, manner, depth)
        if schema.get("allOf"):
            return self.value(schema["allOf"][0], manner, depth)
        return self._plain(schema, manner, depth)

    def fields(self, schema: Schema, manner: Manner, depth: int = 0) -> dict[str, Any]:
        """Draw the fields of an object: those that are required, and some of the others."""
        wanted = required(schema, self._resolve)
        return {
            name: self.value(part, manner, depth + 1)
            for name, part in properties(schema, self._resolve).items()
            if self._random.random() >= (manner.junk if name in wanted else manner.left_out) and depth < _DEEPEST
        }

    def _plain(self, schema: Schema, manner: Manner, depth: int) -> Any:
        random = self._random
        kind = schema.get("type")
        if kind == "array":
            count = random.randint(schema.get("minItems", 0), schema.get("maxItems", 3))
            return [self.value(schema.get("items", {}), manner, depth + 1) for _ in range(count)]
        if kind == "integer":
            return schema.get("minimum", 0) + random.choice(_IDS)
        if kind == "number":
            return random.uniform(0, 100)
        if kind == "boolean":
            return random.random() < 0.5
        return self._text(schema) if kind == "string" else random.choice(JUNK)

    def _text(self, schema: Schema) -> str:
        random = self._random
        if schema.get("format") == "date-time":
            return random.choice(_MOMENTS)
        if schema.get("format") == "uri":
            return "https://example.org/"
        if "pattern" in schema:
            return f"text-{random.randrange(10_000)}"
        text = " ".join(random.choices(_WORDS, k=random.randint(1, 3)))
        return f"{text} {random.randrange(10_000)}"[: schema.get("maxLength", 200)]

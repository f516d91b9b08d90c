"""Generate values that are valid by a schema: the same ones at every start, since they come from a fixed seed."""

import random
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from math import ceil, floor
from typing import Any, Final

from rstr import Rstr

from mockserver.openapi.schemas import Schema
from mockserver.openapi.specification import Specification
from mockserver.openapi.validators import compile_validator

SEED: Final = 20_260_101
_DEEPEST: Final = 12
"""Levels at which a value is cut off."""
_MOST_ALTERNATIVES: Final = 6
"""Alternatives inside of alternatives that are followed."""
_OPTIONAL_LEVELS: Final = 3
"""Levels at which optional properties are filled in."""
_ATTEMPTS: Final = ((True, _OPTIONAL_LEVELS), (False, _OPTIONAL_LEVELS), (True, 0), (False, 0))
"""Whether examples are used, and how many levels of optional properties are filled in; until the value is valid."""
_TRIES: Final = 40
"""Values that are tried for a pattern before it is given up."""
_STEP: Final = 1e-6

_FORMATS: Final[Mapping[str, str]] = {
    "date-time": "2026-01-01T12:00:00Z",
    "date": "2026-01-01",
    "time": "12:00:00Z",
    "duration": "P1D",
    "email": "someone@example.com",
    "idn-email": "someone@example.com",
    "hostname": "www.example.com",
    "idn-hostname": "www.example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uri-reference": "/example",
    "iri": "https://example.com/",
    "iri-reference": "/example",
    "uri-template": "/example/{id}",
    "uuid": "0190a5b8-4a5e-7c3d-9f21-3c5d7e9fa1b2",
    "json-pointer": "/example",
    "relative-json-pointer": "0/example",
    "regex": "^example$",
    "byte": "ZXhhbXBsZQ==",
    "password": "example-password",
}
_WORD: Final = "example"


class Generator:
    """Generates values for the schemas of one document."""

    def __init__(self, specification: Specification, seed: int = SEED) -> None:
        self._specification = specification
        self._resolve = specification.resolve
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311  # values to look at, no secrets
        self._uses_examples = True
        self._above: list[int] = []

    def value(self, schema: Schema) -> Any:
        """Return a value of a schema: with its optional properties if that is valid, else without them.

        The value is held against the schema. Where no valid one is found, it is the nearest that was generated.
        """
        validator = compile_validator(schema, self._specification)
        candidate = None
        for uses_examples, optional in _ATTEMPTS:
            self._random.seed(self._seed)
            self._uses_examples = uses_examples
            candidate = self._of(schema, 0, optional)
            if validator.is_valid(candidate):
                break
        return candidate

    def _of(self, schema: Schema, depth: int, optional: int) -> Any:
        here = id(self._resolve(schema))
        # A schema may contain itself, where no value of it can end.
        if depth > _DEEPEST or here in self._above:
            return None
        self._above.append(here)
        try:
            return self._below(self._merged(schema), depth, optional)
        finally:
            self._above.pop()

    def _below(self, schema: Schema, depth: int, optional: int) -> Any:
        for value in _examples(schema) if self._uses_examples else _constants(schema):
            return value
        return self._of_kind(_kinds(schema)[0], schema, depth, optional)

    def _of_kind(self, kind: str, schema: Schema, depth: int, optional: int) -> Any:
        if kind == "object":
            return self._object(schema, depth, optional)
        if kind == "array":
            return self._array(schema, depth, optional)
        if kind == "string":
            return self._string(schema)
        if kind in ("integer", "number"):
            return _number(schema, whole=kind == "integer")
        return True if kind == "boolean" else None

    def _merged(self, schema: Schema) -> Schema:
        """Return a schema without alternatives: ``allOf`` is merged, of ``oneOf`` and ``anyOf`` the first is taken."""
        levels = 0
        schema = self._resolve(schema)
        while any(word in schema for word in ("allOf", "oneOf", "anyOf")) and levels < _MOST_ALTERNATIVES:
            levels += 1
            own = {key: value for key, value in schema.items() if key not in ("allOf", "oneOf", "anyOf")}
            for part in schema.get("allOf", ()):
                own = _merge(own, self._resolve(part))
            for word in ("oneOf", "anyOf"):
                if schema.get(word):
                    own = _merge(own, self._alternative(schema, word))
            schema = own
        return schema

    def _alternative(self, schema: Schema, word: str) -> Schema:
        """Return the first alternative that is not null, with the value by which a discriminator names it."""
        parts = [(part, self._resolve(part)) for part in schema[word]]
        part, chosen = next(((raw, part) for raw, part in parts if part.get("type") != "null"), parts[0])
        discriminator = schema.get("discriminator")
        if not isinstance(discriminator, Mapping) or "$ref" not in part:
            return chosen  # type: ignore[no-any-return]  # a schema of the document
        mapping = discriminator.get("mapping", {})
        name = next((key for key, target in mapping.items() if target == part["$ref"]), part["$ref"].rpartition("/")[2])
        property_name = discriminator["propertyName"]
        tag = {"type": "object", "properties": {property_name: {"enum": [name]}}, "required": [property_name]}
        return _merge(chosen, tag)

    def _object(self, schema: Schema, depth: int, optional: int) -> dict[str, Any]:
        fields: Mapping[str, Schema] = schema.get("properties", {})
        required = schema.get("required", ())
        value: dict[str, Any] = {}
        for name in dict.fromkeys((*fields, *required)):
            field = self._resolve(fields.get(name, {}))
            is_omitted = name not in required and (depth >= optional or id(field) in self._above)
            if field.get("writeOnly") or is_omitted:
                continue
            value[name] = self._of(field, depth + 1, optional)
        self._fill_up(value, schema, depth, optional)
        return value

    def _fill_up(self, value: dict[str, Any], schema: Schema, depth: int, optional: int) -> None:
        """Add properties of any name until an object has as many as it needs."""
        others = schema.get("additionalProperties", True)
        wanted = schema.get("minProperties", 0)
        if isinstance(others, Mapping) and not schema.get("properties") and depth < optional:
            wanted = max(wanted, 1)
        for number in range(1, wanted + 1):
            if len(value) >= wanted or others is False:
                return
            value[f"{_WORD}{number}"] = self._of(others if isinstance(others, Mapping) else {}, depth + 1, optional)

    def _array(self, schema: Schema, depth: int, optional: int) -> list[Any]:
        length = schema.get("minItems", 0)
        if not length and depth < optional and schema.get("maxItems", 1):
            length = 1
        items = schema.get("items", {})
        values = [self._of(items, depth + 1, optional) for _ in range(min(length, 1_000))]
        return _made_unique(values) if schema.get("uniqueItems") else values

    def _string(self, schema: Schema) -> str:
        text = _FORMATS.get(schema.get("format", ""))
        if text is not None:
            return text
        least, most = schema.get("minLength", 0), schema.get("maxLength", 10_000)
        if "pattern" in schema:
            return self._matching(schema["pattern"], least, most)
        return _WORD[:most].ljust(least, "x")

    def _matching(self, pattern: str, least: int, most: int) -> str:
        """Return the shortest of some texts that match a pattern and have a length."""
        texts = [text for text in islice(self._tries(pattern), _TRIES) if least <= len(text) <= most]
        return min(texts, key=len, default=_WORD[:most].ljust(least, "x"))

    def _tries(self, pattern: str) -> Iterator[str]:
        # The patterns of a schema need not match at the start, and may be written for another dialect.
        try:
            re.compile(pattern)
        except re.error:
            return
        generator = Rstr(self._random)
        while True:
            yield generator.xeger(pattern)


def _examples(schema: Schema) -> Iterator[Any]:
    """Yield the values that a schema names itself, the one to show first."""
    if "example" in schema:
        yield schema["example"]
    examples = schema.get("examples")
    yield from examples if isinstance(examples, list) else ()
    if "default" in schema:
        yield schema["default"]
    yield from _constants(schema)


def _constants(schema: Schema) -> Iterator[Any]:
    """Yield the only values that a schema allows, if it lists them."""
    if "const" in schema:
        yield schema["const"]
    yield from schema.get("enum", ())


def _kinds(schema: Schema) -> list[str]:
    """Return the types of a schema, the one to generate first; guessed from its keywords where it has none."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return [kind for kind in kinds if kind != "null"] + [kind for kind in kinds if kind == "null"]
    if kinds:
        return [kinds]
    for kind, keywords in _KEYWORDS.items():
        if any(word in schema for word in keywords):
            return [kind]
    return ["string"] if schema else ["object"]


_KEYWORDS: Final = {
    "object": ("properties", "additionalProperties", "required", "minProperties"),
    "array": ("items", "minItems", "maxItems", "uniqueItems"),
    "number": ("minimum", "maximum", "multipleOf"),
}


def _merge(first: Schema, second: Schema) -> dict[str, Any]:
    """Return a schema with the keywords of two, those of the second first, and the properties of both."""
    merged = {**first, **second}
    if "properties" in first and "properties" in second:
        merged["properties"] = {**first["properties"], **second["properties"]}
    if "required" in first and "required" in second:
        merged["required"] = list(dict.fromkeys((*first["required"], *second["required"])))
    for word in ("allOf", "oneOf", "anyOf"):
        if word in first and word in second:
            merged[word] = [*first[word], *second[word]] if word == "allOf" else second[word]
    return merged


def _number(schema: Schema, *, whole: bool) -> float:
    """Return the number nearest to zero that a schema allows, 1 where it allows any."""
    low, high = _bound(schema, "minimum", "exclusiveMinimum", 1), _bound(schema, "maximum", "exclusiveMaximum", -1)
    step = schema.get("multipleOf")
    if whole or step:
        unit = step or 1
        least = ceil(low / unit) * unit if low is not None else None
        most = floor(high / unit) * unit if high is not None else None
        number = unit if least is None or least <= unit else least
        if most is not None and number > most:
            number = most
        return int(number) if whole else number
    number = 1.0 if low is None or low <= 1 else low
    return high if high is not None and number > high else number


def _bound(schema: Schema, inclusive: str, exclusive: str, direction: int) -> float | None:
    """Return the outermost number on one side; ``exclusive`` is a flag in OpenAPI 3.0 and a number since 3.1."""
    bound, beyond = schema.get(inclusive), schema.get(exclusive)
    if beyond is None or beyond is False:
        return bound
    edge = bound if beyond is True else beyond
    if edge is None:
        return None
    is_whole = "integer" in _kinds(schema)
    return float(edge) + direction * (1 if is_whole or schema.get("multipleOf") else _STEP * max(1.0, abs(edge)))


def _made_unique(values: list[Any]) -> list[Any]:
    """Return values of which no two are equal, as far as that is possible by counting."""
    unique: list[Any] = []
    for number, value in enumerate(values):
        if value in unique and isinstance(value, str):
            value = f"{value}{number}"
        elif value in unique and isinstance(value, int | float) and not isinstance(value, bool):
            value = value + number
        unique.append(value)
    return unique

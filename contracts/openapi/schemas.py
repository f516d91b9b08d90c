"""Read schemas: the constraints on a value, the properties of an object, and where an item or its rows are."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from contracts.openapi.envelopes import Steps
from contracts.openapi.identifiers import COMMON
from specdouble.pointers import resolved

Schema: TypeAlias = Mapping[str, Any]

DEEPEST = 2
"""How many objects may wrap an answer."""

_LIMITS = frozenset(
    {
        "type", "enum", "format", "default", "pattern", "minLength", "maxLength", "minimum", "maximum", "multipleOf",
        "exclusiveMinimum", "exclusiveMaximum", "items", "minItems", "maxItems", "uniqueItems", "properties",
    }
)  # fmt: skip


def limits_of(schema: Schema) -> Schema:
    """Return the constraints on a value, by the first alternative of a schema that allows more than empty or null."""
    alternatives = [variant for variant in variants(schema) if variant.get("type") != "null"]
    of_substance = (
        [alternative for alternative in alternatives if not _is_empty(alternative)] or alternatives or [schema]
    )
    first = of_substance[0]
    limits = {key: value for key, value in first.items() if key in _LIMITS}
    if "enum" in first:
        choices = (value for alternative in of_substance for value in alternative.get("enum", ()) if value is not None)
        limits["enum"] = list(dict.fromkeys(choices))
    return limits


def _is_empty(schema: Schema) -> bool:
    """Return whether a schema allows nothing but an empty text or null."""
    return schema.get("maxLength") == 0 or not any(schema.get("enum", ["something"]))


def kind_of(schema: Schema) -> str:
    """Return the JSON type of a schema; without `type`, that of its first `enum` value."""
    if "type" in schema:
        return str(schema["type"])
    first: object = next(iter(schema.get("enum", ())), None)
    return {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}.get(type(first), "object")


def variants(schema: Schema) -> Iterator[Schema]:
    """Yield the alternatives of a schema, or the schema itself where it lists none."""
    alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if not alternatives:
        kinds = schema.get("type")
        yield from ({**schema, "type": kind} for kind in kinds) if isinstance(kinds, list) else (schema,)
    for alternative in alternatives:
        yield from variants({**{k: v for k, v in schema.items() if k not in ("anyOf", "oneOf")}, **alternative})


def may_be(kind: str, schema: Schema) -> bool:
    """Return whether a schema allows a JSON type; without `type`, it describes objects."""
    named = schema.get("type", "object")
    return kind in named if isinstance(named, list) else bool(named == kind)


class Schemas:
    """The schemas of a bundled document."""

    def __init__(self, document: Schema) -> None:
        self.document = document

    def resolve(self, schema: Schema) -> Schema:
        """Follow a reference inside the document."""
        target: Schema = resolved(self.document, schema)
        return target

    def flatten(self, schema: Schema) -> dict[str, Any]:
        """Merge the references and `allOf` parts of a schema into one level."""
        schema = self.resolve(schema)
        merged: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema.get("allOf", ()):
            flat = self.flatten(part)
            properties = {**flat.get("properties", {}), **merged.get("properties", {})}
            required = [*flat.get("required", ()), *merged.get("required", ())]
            merged = flat | merged | {"properties": properties, "required": required}
        for key in ("anyOf", "oneOf"):
            if key in merged:
                merged[key] = [self.flatten(part) for part in merged[key]]
        if isinstance(merged.get("items"), Mapping):
            merged["items"] = self.flatten(merged["items"]) if "$ref" not in merged["items"] else merged["items"]
        return merged

    def expand(self, schema: Schema, depth: int = 4) -> dict[str, Any]:
        """Follow the references inside a schema, to a depth."""
        flat = self.flatten(schema)
        if depth and "properties" in flat:
            flat["properties"] = {name: self.expand(part, depth - 1) for name, part in flat["properties"].items()}
        if depth and isinstance(flat.get("items"), Mapping):
            flat["items"] = self.expand(flat["items"], depth - 1)
        for key in ("anyOf", "oneOf"):
            if depth and key in flat:
                flat[key] = [self.expand(part, depth - 1) for part in flat[key]]
        return flat

    def properties(self, schema: Schema) -> dict[str, dict[str, Any]]:
        """Return the properties of a schema, flattened, by their names."""
        return {name: self.flatten(part) for name, part in self.flatten(schema).get("properties", {}).items()}

    def keys(self, component: str) -> set[str]:
        """Return the properties that answers of a named schema may hold."""
        schema = self.document.get("components", {}).get("schemas", {}).get(component, {})
        return {name for name, part in self.properties(schema).items() if not part.get("writeOnly")}

    def required(self, component: str) -> set[str]:
        """Return the properties that answers of a named schema always hold."""
        schema = self.document.get("components", {}).get("schemas", {}).get(component, {})
        return set(self.flatten(schema).get("required", ()))

    def item_at(self, schema: Schema, fields: Iterable[str], ids: Iterable[str]) -> Steps:
        """Return the keys that lead to the item in an answer: to the outermost object with most of its fields."""
        names, identifiers = set(fields), set(ids)
        best: Steps = ()
        most = 0
        for steps, part in self._objects(schema):
            properties = set(self.properties(part))
            alike = len(properties & names) + bool(properties & identifiers)
            best, most = (steps, alike) if alike > most else (best, most)
        return best

    def wrapper(self, schema: Schema, answer: Schema) -> str | None:
        """Return the one key that wraps the fields of a body, or None where they are at the top, as in the answer."""
        (key, inner), *others = self.properties(schema).items() or [("", {})]
        fields = self.properties(inner)
        if others or not fields or not may_be("object", inner):
            return None
        objects = [set(self.properties(part)) for _, part in self._objects(answer)]
        is_field = any(key in names and names & set(COMMON) for names in objects)
        readable = set(self.properties(self.part(answer, self.item_at(answer, fields, COMMON))))
        return key if not is_field and key not in readable and set(fields) & readable else None

    def rows_at(self, schema: Schema, fields: Iterable[str]) -> Steps | None:
        """Return the keys that lead to the rows of a list, which have most of the fields; None without an array."""
        names = set(fields)
        arrays = [(steps, part) for steps, part in self._parts(schema) if may_be("array", part)]
        alike = [len(names & set(self.properties(part.get("items", {})))) for _, part in arrays]
        return arrays[alike.index(max(alike))][0] if arrays else None

    def part(self, schema: Schema, steps: Steps) -> Schema:
        """Return the schema of the part of a document to which keys lead."""
        return next((part for place, part in self._parts(schema) if place == steps), {})

    def _objects(self, schema: Schema) -> Iterator[tuple[Steps, Schema]]:
        return ((steps, part) for steps, part in self._parts(schema) if may_be("object", part))

    def _parts(self, schema: Schema, depth: int = DEEPEST) -> Iterator[tuple[Steps, Schema]]:
        """Yield a schema and those of its properties to a depth, those nearest to the top first."""
        level: list[tuple[Steps, Schema]] = [((), self.flatten(schema))]
        for _ in range(depth + 1):
            yield from level
            level = [((*steps, name), part) for steps, part in level for name, part in self.properties(part).items()]

"""What schemas say: of a value, of an object and its properties, and where in one an item or its rows are."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from contracts.openapi.envelopes import Steps
from contracts.openapi.identifiers import COMMON
from specdouble.pointers import resolved

Schema: TypeAlias = Mapping[str, Any]

DEEPEST = 2
"""How many objects an answer may be wrapped in."""

_LIMITS = frozenset(
    {
        "type", "enum", "format", "default", "pattern", "minLength", "maxLength", "minimum", "maximum", "multipleOf",
        "exclusiveMinimum", "exclusiveMaximum", "items", "minItems", "maxItems", "uniqueItems", "properties",
    }
)  # fmt: skip


def limits_of(schema: Schema) -> Schema:
    """What a schema says of a value, in the first of its alternatives that has more to it than being empty or null."""
    alternatives = [each for each in variants(schema) if each.get("type") != "null"]
    of_substance = [each for each in alternatives if not _is_empty(each)] or alternatives or [schema]
    first = of_substance[0]
    found = {key: value for key, value in first.items() if key in _LIMITS}
    if "enum" in first:
        choices = (value for each in of_substance for value in each.get("enum", ()) if value is not None)
        found["enum"] = list(dict.fromkeys(choices))
    return found


def _is_empty(schema: Schema) -> bool:
    """Whether nothing but an empty text or null is legal by it."""
    return schema.get("maxLength") == 0 or not any(schema.get("enum", ["something"]))


def kind_of(schema: Schema) -> str:
    """The JSON type of what a schema describes, by its choices where it names none."""
    if "type" in schema:
        return str(schema["type"])
    first: object = next(iter(schema.get("enum", ())), None)
    return {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}.get(type(first), "object")


def variants(schema: Schema) -> Iterator[Schema]:
    """A schema itself, or the alternatives that it lists."""
    alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if not alternatives:
        kinds = schema.get("type")
        yield from ({**schema, "type": kind} for kind in kinds) if isinstance(kinds, list) else (schema,)
    for each in alternatives:
        yield from variants({**{k: v for k, v in schema.items() if k not in ("anyOf", "oneOf")}, **each})


def may_be(kind: str, schema: Schema) -> bool:
    """Whether a schema lets be what is of a JSON type; one that names none speaks of objects."""
    named = schema.get("type", "object")
    return kind in named if isinstance(named, list) else bool(named == kind)


class Schemas:
    """The schemas of a bundled document."""

    def __init__(self, document: Schema) -> None:
        self.document = document

    def resolve(self, schema: Schema) -> Schema:
        """Follow a reference inside the document."""
        found: Schema = resolved(self.document, schema)
        return found

    def flatten(self, schema: Schema) -> dict[str, Any]:
        """A schema with its references and `allOf` parts merged into one level."""
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

    def expanded(self, schema: Schema, depth: int = 4) -> dict[str, Any]:
        """A schema with the references inside of it followed, so deep."""
        flat = self.flatten(schema)
        if depth and "properties" in flat:
            flat["properties"] = {name: self.expanded(each, depth - 1) for name, each in flat["properties"].items()}
        if depth and isinstance(flat.get("items"), Mapping):
            flat["items"] = self.expanded(flat["items"], depth - 1)
        for key in ("anyOf", "oneOf"):
            if depth and key in flat:
                flat[key] = [self.expanded(each, depth - 1) for each in flat[key]]
        return flat

    def properties(self, schema: Schema) -> dict[str, dict[str, Any]]:
        """Name → flattened schema of every property."""
        return {name: self.flatten(part) for name, part in self.flatten(schema).get("properties", {}).items()}

    def keys(self, component: str) -> set[str]:
        """The properties that answers of a named schema hold."""
        schema = self.document.get("components", {}).get("schemas", {}).get(component, {})
        return {name for name, part in self.properties(schema).items() if not part.get("writeOnly")}

    def required(self, component: str) -> set[str]:
        """The properties that answers of a named schema always hold."""
        schema = self.document.get("components", {}).get("schemas", {}).get(component, {})
        return set(self.flatten(schema).get("required", ()))

    def item_at(self, schema: Schema, fields: Iterable[str], ids: Iterable[str]) -> Steps:
        """Where an answer has the item: the object that has most of its fields, the outermost of them."""
        names, known = set(fields), set(ids)
        found: Steps = ()
        most = 0
        for steps, part in self._objects(schema):
            held = set(self.properties(part))
            alike = len(held & names) + bool(held & known)
            found, most = (steps, alike) if alike > most else (found, most)
        return found

    def wrapper(self, schema: Schema, answer: Schema) -> str | None:
        """The one key under which a body has its fields, None where it has them at its top, as the answer does."""
        (key, inner), *others = self.properties(schema).items() or [("", {})]
        fields = self.properties(inner)
        if others or not fields or not may_be("object", inner):
            return None
        told = [set(self.properties(part)) for _, part in self._objects(answer)]
        is_field = any(key in each and each & set(COMMON) for each in told)
        shown = set(self.properties(self.part(answer, self.item_at(answer, fields, COMMON))))
        return key if not is_field and key not in shown and set(fields) & shown else None

    def rows_at(self, schema: Schema, fields: Iterable[str]) -> Steps | None:
        """Where a list has its rows: the array whose objects have most of the fields, None where there is none."""
        names = set(fields)
        found = [(steps, part) for steps, part in self._parts(schema) if may_be("array", part)]
        alike = [len(names & set(self.properties(part.get("items", {})))) for _, part in found]
        return found[alike.index(max(alike))][0] if found else None

    def part(self, schema: Schema, steps: Steps) -> Schema:
        """What a schema says of the part of a document to which keys lead."""
        return next((part for place, part in self._parts(schema) if place == steps), {})

    def _objects(self, schema: Schema) -> Iterator[tuple[Steps, Schema]]:
        return ((steps, part) for steps, part in self._parts(schema) if may_be("object", part))

    def _parts(self, schema: Schema, depth: int = DEEPEST) -> Iterator[tuple[Steps, Schema]]:
        """A schema and those of its properties, so deep, what is nearest to the top first."""
        level: list[tuple[Steps, Schema]] = [((), self.flatten(schema))]
        for _ in range(depth + 1):
            yield from level
            level = [((*steps, name), each) for steps, part in level for name, each in self.properties(part).items()]

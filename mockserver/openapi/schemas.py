"""Read the schemas of a document: their properties, what they require, and the types that they allow."""

from collections.abc import Callable, Mapping
from typing import Any, Final

Schema = Mapping[str, Any]
Resolve = Callable[[Any], Any]
"""Follows references; see Specification.resolve."""


_OPENING: Final = (
    *("additionalProperties", "patternProperties", "unevaluatedProperties"),
    *("oneOf", "anyOf", "not", "if"),
)
"""The keywords by which an object may have properties beside those that are listed by name."""


_COMBINING: Final = frozenset({"allOf", "anyOf", "oneOf"})
"""The keywords by which a schema has parts or alternatives."""


def properties(schema: Schema, resolve: Resolve) -> dict[str, Schema]:
    """Return the properties of an object schema, those of its ``allOf`` parts included."""
    fields: dict[str, Schema] = {}
    for part in _parts(schema, resolve):
        for name, value in part.get("properties", {}).items():
            # Asked here too: a start reads millions of properties, and nearly none of them is a reference.
            fields[name] = value if type(value) is dict and "$ref" not in value else resolve(value)
    return fields


def possible_properties(schema: Schema, resolve: Resolve) -> dict[str, Schema]:
    """Return the properties of an object schema, those of its alternatives included."""
    fields: dict[str, list[Schema]] = {}
    visited: set[int] = set()
    waiting = [schema]
    while waiting:
        for part in _parts(waiting.pop(0), resolve):
            if id(part) in visited:
                continue
            visited.add(id(part))
            for name, value in part.get("properties", {}).items():
                fields.setdefault(name, []).append(resolve(value))
            waiting += [other for word in ("oneOf", "anyOf") for other in part.get(word, ())]
    return {name: values[0] if len(values) == 1 else _any_of(values) for name, values in fields.items()}


def _any_of(schemas: list[Schema]) -> Schema:
    """Return a schema that allows what any of some allow; it is read-only if they all are."""
    is_read_only = all(schema.get("readOnly") for schema in schemas)
    return {"anyOf": schemas, **({"readOnly": True} if is_read_only else {})}


def required(schema: Schema, resolve: Resolve) -> tuple[str, ...]:
    """Return the names of the required properties, those of ``allOf`` parts included."""
    names = [name for part in _parts(schema, resolve) for name in part.get("required", ())]
    return tuple(dict.fromkeys(names))


def partial(schema: Schema, resolve: Resolve) -> Schema:
    """Return a schema that requires none of its properties."""
    parts = [
        {key: value for key, value in part.items() if key not in ("required", "allOf")}
        for part in _parts(schema, resolve)
    ]
    return parts[0] if len(parts) == 1 else {"allOf": parts}


def is_open(schema: Schema, resolve: Resolve) -> bool:
    """Return whether objects of a schema have properties beside those that it lists by name."""
    parts = _parts(schema, resolve)
    has_names = any(part.get("properties") for part in parts)
    return not has_names or any(part.get(keyword) for part in parts for keyword in _OPENING)


def _parts(schema: Schema, resolve: Resolve) -> list[Schema]:
    """Return the parts of a schema by ``allOf``, at any depth and each once, and then the schema itself."""
    parts: list[Schema] = []
    visited: set[int] = set()
    waiting: list[tuple[Schema, bool]] = [(schema, False)]
    while waiting:
        node, is_complete = waiting.pop()
        node = resolve(node)
        if is_complete:
            parts.append(node)
        elif id(node) not in visited:
            visited.add(id(node))
            waiting.append((node, True))
            waiting += [(part, False) for part in reversed(node.get("allOf", ()))]
    return parts


def canonical(schema: Schema, resolve: Resolve) -> Schema:
    """Return the alternative in which a value is stored: the first one, which may be null where any may be."""
    node: Schema = resolve(schema)
    # Most schemas have one alternative, and a document has very many of them.
    if _COMBINING.isdisjoint(node) and not isinstance(node.get("type"), list):
        return node
    return _first_alternative(node, resolve, ())


def _first_alternative(schema: Schema, resolve: Resolve, above: tuple[int, ...]) -> Schema:
    node = resolve(schema)
    schema = _with_one_type(_without_single_parts(node, resolve))
    # The first alternative is the one that is stored; the others are spellings that clients may send.
    for word in ("anyOf", "oneOf"):
        if schema.get(word):
            above = (*above, id(node))
            rest = {key: value for key, value in schema.items() if key != word}
            # A schema may be an alternative of itself, which adds nothing.
            parts = [part for part in schema[word] if id(resolve(part)) not in above]
            alternatives = [_first_alternative(part, resolve, above) for part in parts]
            null = {"nullable": True} if any(map(_may_be_null, alternatives)) else {}
            stored = next((part for part in alternatives if part.get("type") != "null"), next(iter(alternatives), {}))
            return canonical({**rest, **stored, **null}, resolve)
    return schema


def _may_be_null(schema: Schema) -> bool:
    return bool(schema.get("nullable")) or schema.get("type") == "null"


def _with_one_type(schema: Schema) -> Schema:
    """Return a schema with the first of its types, and with a flag where null is one of them."""
    types = schema.get("type")
    if not isinstance(types, list):
        return schema
    null = {"nullable": True} if "null" in types else {}
    return {**schema, **null, "type": next((name for name in types if name != "null"), "null")}


def _without_single_parts(schema: Schema, resolve: Resolve) -> Schema:
    """Return a schema merged with the only part of its ``allOf``, as long as there is a single one."""
    visited: set[int] = set()
    while len(schema.get("allOf", ())) == 1 and not {"properties", "anyOf", "oneOf"} & schema.keys():
        part = resolve(schema["allOf"][0])
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        if id(part) in visited:
            return rest
        visited.add(id(part))
        schema = {**part, **rest}
    return schema

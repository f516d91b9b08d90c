"""Ways in which a value does not satisfy a schema, each as a schema of its own."""

from collections.abc import Iterator
from typing import Any, Final

from mockserver.openapi.schemas import Resolve, Schema

_TYPES: Final = ("object", "array", "string", "number", "boolean", "null")
_OPPOSITES: Final = (
    *(("minimum", "exclusiveMaximum", 0), ("maximum", "exclusiveMinimum", 0)),
    *(("minLength", "maxLength", -1), ("maxLength", "minLength", 1)),
    *(("minItems", "maxItems", -1), ("maxItems", "minItems", 1)),
    *(("minProperties", "maxProperties", -1), ("maxProperties", "minProperties", 1)),
)
"""Limit, the limit beyond it, and how far beyond it is."""


def negations(schema: Any, resolve: Resolve) -> Iterator[Schema]:
    """Yield schemas of values that a schema does not allow; not all of such values, and not for all keywords."""
    if isinstance(schema, bool):
        return
    node = resolve(schema)
    if "type" in node:
        names = node["type"] if isinstance(node["type"], list) else [node["type"]]
        yield {"type": [name for name in _TYPES if name not in names]}
    yield from _of_limits(node)
    yield from _of_object(node)
    if "items" in node:
        yield {"type": "array", "contains": {"not": node["items"]}}
    for part in node.get("allOf", ()):
        yield {"not": part}
    for word in ("anyOf", "oneOf"):
        if word in node:
            yield {"allOf": [{"not": part} for part in node[word]]}


def _of_limits(node: Schema) -> Iterator[Schema]:
    for limit, opposite, step in _OPPOSITES:
        if limit in node:
            yield {opposite: node[limit] + step}


def _of_object(node: Schema) -> Iterator[Schema]:
    for name in node.get("required", ()):
        yield {"type": "object", "properties": {name: {"not": {}}}}
    for name, field in node.get("properties", {}).items():
        yield {"type": "object", "required": [name], "properties": {name: {"not": field}}}
    for word in ("additionalProperties", "unevaluatedProperties"):
        if word in node:
            yield {"type": "object", "minProperties": len(node.get("properties", ())) + 1}

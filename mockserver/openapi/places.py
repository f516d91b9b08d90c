"""The schemas that several schemas have for one property of an object, or for one item of a list."""

from collections.abc import Iterator
from typing import Any

from mockserver.openapi.combinations import Parts
from mockserver.openapi.schemas import Schema
from mockserver.openapi.texts import matches


def fields_of(parts: Parts, name: str) -> list[Any]:
    """Return the schemas of a property by its name; one that several objects describe has one of each."""
    fields = [field for part in parts for field in _fields(part, name)]
    if fields:
        return fields
    return [part["unevaluatedProperties"] for part in parts if "unevaluatedProperties" in part]


def _fields(part: Schema, name: str) -> Iterator[Any]:
    is_named = False
    if name in part.get("properties", {}):
        is_named = True
        yield part["properties"][name]
    for pattern, field in part.get("patternProperties", {}).items():
        if matches(pattern, name):
            is_named = True
            yield field
    if not is_named and "additionalProperties" in part:
        yield part["additionalProperties"]


def items_of(parts: Parts, place: int) -> list[Any]:
    """Return the schemas of the item of a list at a place."""
    items = [item for part in parts for item in _items(part, place)]
    if items:
        return items
    return [part["unevaluatedItems"] for part in parts if "unevaluatedItems" in part]


def _items(part: Schema, place: int) -> Iterator[Any]:
    first = part.get("prefixItems", ())
    if place < len(first):
        yield first[place]
    elif "items" in part:
        yield part["items"]


def needed(parts: Parts) -> dict[str, None]:
    """Return the names of the properties that an object must have, and of those that these need in turn."""
    names = dict.fromkeys(name for part in parts for name in part.get("required", ()))
    return with_dependent(parts, names)


def with_dependent(parts: Parts, names: dict[str, None]) -> dict[str, None]:
    """Return names of properties, with those that they need beside them."""
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        others = [other for part in parts for other in part.get("dependentRequired", {}).get(name, ())]
        waiting += [other for other in others if other not in names]
        names |= dict.fromkeys(others)
    return names

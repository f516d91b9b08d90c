"""Where the answers and bodies of a document have an item or rows, which other objects may wrap."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

from mockserver.openapi.schemas import Resolve, Schema, canonical, properties

Steps: TypeAlias = tuple[str, ...]
"""The keys that lead to a part of a JSON document."""

_DEEPEST: Final = 2
"""How many objects may wrap an item or the rows of a list."""
_USUAL: Final = ("results", "items", "data")
"""The names that the rows of a page usually have; the first one goes before all others."""
_WRAPPERS: Final = ("data", "result", "item", "payload", "response", "object")
"""The names that the property with an item usually has."""


@dataclass(frozen=True)
class Item:
    """The items of one collection, as far as the document describes them."""

    schema: Schema
    fields: Mapping[str, Schema]
    """The properties of an item with their schemas; empty if nothing describes them."""
    key: str = "id"
    """The property that has the id; one that answers don't show if there is none."""

    def resembles(self, fields: Mapping[str, Schema]) -> bool:
        """Return whether an object with these properties may be an item: it has the id, or half of the properties."""
        shared = self.fields.keys() & fields.keys()
        return not fields or not self.fields or self.key in shared or 2 * len(shared) >= len(fields)

    def equals(self, fields: Mapping[str, Schema]) -> bool:
        """Return whether an object with these properties is an item: it has just the same ones."""
        return bool(self.fields) and fields.keys() == self.fields.keys()

    def spellings(self, names: Iterable[str]) -> dict[str, str]:
        """Return those of some names that an item has a property for, each with its name in the item."""
        own = {plain_name(name): name for name in self.fields}
        spellings = {name: name if name in self.fields else own.get(plain_name(name)) for name in names}
        return {name: spelling for name, spelling in spellings.items() if spelling is not None}


UNKNOWN: Final = Item({}, {})
"""The items of a collection that nothing describes."""


@dataclass(frozen=True)
class Hints:
    """What hints at the item in an answer."""

    row: Schema
    """The schema of the rows of the list; empty if there is no list."""
    written: frozenset[str]
    """The properties that requests send."""
    parameter: str
    """The name of the path parameter."""
    noun: str
    """The name of the collection, in the singular."""

    def has_id(self, names: Collection[str]) -> bool:
        """Return whether one of some properties has the name of the id."""
        return not {"id", plain_name(self.parameter)}.isdisjoint(map(plain_name, names))

    def is_wrapper(self, name: str) -> bool:
        """Return whether a property may wrap the item: it has a usual name, or is named like the item."""
        return plain_name(name) in (*_WRAPPERS, plain_name(self.noun))


def is_array(schema: Schema) -> bool:
    """Return whether a schema allows arrays."""
    return "array" in types_of(schema) or ("items" in schema and "type" not in schema)


def is_object(schema: Schema, resolve: Resolve) -> bool:
    """Return whether a schema describes an object with properties."""
    return not is_array(schema) and bool(properties(schema, resolve))


def row_of(schema: Schema, resolve: Resolve) -> Schema:
    """Return the schema of the rows of an array."""
    return canonical(schema.get("items", {}), resolve)


def types_of(schema: Schema) -> list[str]:
    """Return the types that a schema names."""
    kinds = schema.get("type", [])
    return kinds if isinstance(kinds, list) else [kinds]


def _levels(schema: Schema, resolve: Resolve) -> Iterator[list[tuple[Steps, Schema]]]:
    """Yield a schema, then the schemas of its properties, and then those of theirs, each with the keys to it."""
    # Most callers find what they look for at the top: each level is read only when it is asked for.
    level: list[tuple[Steps, Schema]] = [((), canonical(schema, resolve))]
    for _ in range(_DEEPEST):
        yield level
        level = [
            ((*steps, name), canonical(value, resolve))
            for steps, part in level
            if not is_array(part)
            for name, value in properties(part, resolve).items()
        ]
    yield level


def part(schema: Schema, steps: Steps, resolve: Resolve) -> Schema:
    """Return the schema of the part of a document to which keys lead."""
    schema = canonical(schema, resolve)
    for step in steps:
        schema = canonical(properties(schema, resolve)[step], resolve)
    return schema


# --- rows -------------------------------------------------------------------------------------------------------------


def rows_at(schema: Schema, item: Item, resolve: Resolve) -> Steps | None:
    """Return the keys that lead to the rows of a list; None where an answer has no array of items."""
    top = canonical(schema, resolve)
    if is_array(top):
        return () if _may_hold(top, item, resolve) else None
    if is_array(canonical(properties(top, resolve).get(_USUAL[0], {}), resolve)):
        return _USUAL[:1]
    for level in _levels(schema, resolve):
        arrays = [(steps, properties(row_of(value, resolve), resolve)) for steps, value in level if is_array(value)]
        rows = [(steps, fields) for steps, fields in arrays if fields and item.resembles(fields)]
        if len(rows) > 1:
            rows = [(steps, fields) for steps, fields in rows if steps[-1] in _USUAL or item.equals(fields)]
        if rows:
            return rows[0][0] if len(rows) == 1 else None
    return None


def _may_hold(array: Schema, item: Item, resolve: Resolve) -> bool:
    """Return whether an array may hold items: objects, or anything."""
    row = row_of(array, resolve)
    if not is_object(row, resolve):
        return not {"type", "enum", "const", "format"} & row.keys() or "object" in types_of(row)
    return item.resembles(properties(row, resolve))


# --- items ------------------------------------------------------------------------------------------------------------


def item_at(schema: Schema, hints: Hints, resolve: Resolve, depth: int = _DEEPEST) -> Steps:
    """Return the keys that lead to the item in an answer: none, unless other objects wrap it."""
    fields = properties(canonical(schema, resolve), resolve)
    if not depth or hints.has_id(fields) or fields.keys() & hints.written:
        return ()
    parts = {name: canonical(value, resolve) for name, value in fields.items()}
    wrapped = {name: part for name, part in parts.items() if hints.is_wrapper(name) and is_object(part, resolve)}
    same = (name for name, part in parts.items() if hints.row and part is hints.row)
    with_id = (name for name, part in wrapped.items() if hints.has_id(properties(part, resolve)))
    alike = (name for name, part in wrapped.items() if properties(part, resolve).keys() & hints.written)
    for name in (*same, *with_id, *alike):
        return (name,)
    deeper = ((name, item_at(part, hints, resolve, depth - 1)) for name, part in wrapped.items())
    below = ((name, *steps) for name, steps in deeper if steps)
    return next(below, None) or only_object(schema, resolve)


def only_object(schema: Schema, resolve: Resolve) -> Steps:
    """Return the key of the only property if that is an object, as in ``{pet: {…}}``; else none."""
    pairs = list(properties(canonical(schema, resolve), resolve).items())
    if len(pairs) != 1 or not is_object(canonical(pairs[0][1], resolve), resolve):
        return ()
    return (pairs[0][0],)


def fields_at(schema: Schema, item: Item, resolve: Resolve) -> Steps:
    """Return the keys that lead to the fields of an item in a body: none, unless its only property wraps them."""
    steps = only_object(schema, resolve)
    if not steps or steps[0] in item.fields:
        return ()
    inner = properties(part(schema, steps, resolve), resolve)
    return steps if not item.fields or inner.keys() & item.fields.keys() else ()


@lru_cache(maxsize=4_096)
def plain_name(name: str) -> str:
    """Return a name without what differs between spellings: ``petId`` and ``pet_id`` are the same."""
    return re.sub(r"[^a-z0-9]", "", name.lower())

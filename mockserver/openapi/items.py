"""The items of each collection: their schema, and which of their properties is the id."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from mockserver.openapi.operation import Operation, Parameter
from mockserver.openapi.resources import Kind
from mockserver.openapi.schemas import Resolve, Schema, canonical, properties
from mockserver.openapi.specification import Specification
from mockserver.openapi.wrappers import (
    UNKNOWN,
    Hints,
    Item,
    is_object,
    item_at,
    only_object,
    part,
    plain_name,
    row_of,
    rows_at,
    types_of,
)

_COMMON: Final = ("id", "_id", "uuid", "guid", "key", "slug", "code", "name")
"""The usual names of ids, where no property is named like the path parameter."""

_WITH_LISTS: Final = (Kind.COLLECTION, Kind.DETAIL)
_CHANGING: Final = ("PATCH", "PUT", "POST")


def items_of(specification: Specification) -> dict[str, Item]:
    """Return the items of every collection of a document."""
    collections: dict[str, list[Operation]] = {}
    for operation in specification.operations.values():
        of_collection = collections.setdefault(operation.address.collection, [])
        if operation.address.kind is not Kind.VIEW:
            of_collection.append(operation)
        for step in operation.address.steps:
            collections.setdefault(step.collection, [])
    return {name: _item(name, operations, specification) for name, operations in collections.items()}


def _item(name: str, operations: list[Operation], specification: Specification) -> Item:
    """Return what the operations of a collection show of an item, and else what they store of it."""
    resolve, parameter = specification.resolve, specification.key(name)
    noun = singular(name.rpartition("/")[2])
    written = _written(operations, specification)
    row = _row(operations, written, specification)
    hints = Hints(row, written, parameter.name, noun)
    schema = next(_item_schemas(operations, hints, specification), {})
    fields = {field: canonical(value, resolve) for field, value in properties(schema, resolve).items()}
    declared = next((operation.declared.id for operation in operations if operation.declared.id), None)
    return Item(schema, fields, declared or key_of(fields, parameter, noun))


def _item_schemas(operations: list[Operation], hints: Hints, specification: Specification) -> Iterator[Schema]:
    """Yield the schemas that may be that of an item: what is read and listed, and then what changes answer and send."""
    resolve = specification.resolve
    reading = [
        operation for operation in operations if (operation.method, operation.address.kind) == ("GET", Kind.ITEM)
    ]
    best = specification.reading.get(reading[0].address.collection) if reading else None
    reading.sort(key=lambda operation: operation is not best)
    changing = [operation for operation in operations if operation.method in _CHANGING]
    answers = [operation.response for operation in changing if operation.response]
    bodies = [schema for operation in changing for schema in operation.bodies.values()]
    for answer in [*(operation.response for operation in reading), hints.row]:
        candidate = _item_in(answer or {}, hints, resolve)
        if is_object(candidate, resolve):
            yield candidate
    for schema in (*answers, *bodies):
        candidate = _item_in(schema, hints, resolve)
        if not hints.written or hints.written & properties(candidate, resolve).keys():
            yield candidate


def _item_in(schema: Schema, hints: Hints, resolve: Resolve) -> Schema:
    return part(schema, item_at(schema, hints, resolve), resolve)


def _row(operations: list[Operation], written: frozenset[str], specification: Specification) -> Schema:
    """Return the schema of the rows of the list, an empty one if there is no list of objects."""
    resolve = specification.resolve
    for operation in operations:
        if operation.method != "GET" or operation.address.kind not in _WITH_LISTS or not operation.response:
            continue
        own = properties(canonical(operation.response, resolve), resolve).keys()
        if operation.address.kind is Kind.DETAIL and own & written:
            continue  # an object that has an array among its properties
        steps = rows_at(operation.response, UNKNOWN, resolve)
        row = {} if steps is None else row_of(part(operation.response, steps, resolve), resolve)
        if is_object(row, resolve):
            return row
    return {}


def _written(operations: list[Operation], specification: Specification) -> frozenset[str]:
    """Return the properties that requests send, those in the only property of a body if that is an object."""
    resolve = specification.resolve
    bodies = [schema for operation in operations for schema in list(operation.bodies.values())[:1]]
    parts = (part(schema, only_object(schema, resolve), resolve) for schema in bodies)
    return frozenset(name for schema in parts for name in properties(schema, resolve))


def key_of(fields: Mapping[str, Schema], parameter: Parameter, collection: str) -> str:
    """Return the property of an item that has its id, by the name and the type of the path parameter; else ``id``."""
    scalar = {name: value for name, value in fields.items() if not {"array", "object"} & set(types_of(value))}
    pieces = _pieces(parameter.name)
    noun = singular(collection.rpartition("/")[2])
    names = [parameter.name, "".join(pieces[-1:]) if len(pieces) > 1 else "", "id", f"{noun}{''.join(pieces[-1:])}"]
    by_plain_name = {plain_name(name): name for name in reversed(scalar)}
    for name in map(plain_name, names):
        if name in by_plain_name:
            return by_plain_name[name]
    kind = _kind(parameter.schema)
    common = [name for name in _COMMON if name in scalar and _kind(scalar[name]) == kind]
    return next(iter(common), None) or _only_uuid(scalar, parameter) or "id"


def _only_uuid(fields: Mapping[str, Schema], parameter: Parameter) -> str | None:
    names = [name for name, value in fields.items() if value.get("format") == "uuid"]
    return names[0] if len(names) == 1 and parameter.schema.get("format") == "uuid" else None


def _kind(schema: Schema) -> tuple[str, bool]:
    """Return the type of a schema, and whether its values are UUIDs."""
    return next((kind for kind in types_of(schema) if kind != "null"), "string"), schema.get("format") == "uuid"


def _pieces(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)]


def singular(name: str) -> str:
    """Return a noun without the ending of its plural."""
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")

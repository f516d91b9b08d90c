"""How a list is written: as a bare array, or as a page with the properties that its schema has."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from mockserver.call import Call
from mockserver.openapi.generation import Generator
from mockserver.openapi.schemas import Schema, canonical, properties, required
from mockserver.openapi.specification import Operation, Specification
from mockserver.request.pagination import DEFAULT_LIMIT, MAX_LIMIT, Limits, page
from mockserver.store import Document

_USUAL: Final = ("results", "items", "data")
"""The names that the rows of a page usually have; the first one goes before the others."""
_COUNTS: Final = frozenset({"count", "total", "totalcount", "totalitems", "totalresults", "totalrecords"})
_LINKS: Final = {
    "next": "next",
    "nexturl": "next",
    "previous": "previous",
    "prev": "previous",
    "previousurl": "previous",
}


class ListForm:
    """The form of the list that one operation answers with; ``is_list`` is false where the answer is no list."""

    def __init__(self, operation: Operation, specification: Specification) -> None:
        resolve = specification.resolve
        schema = resolve(operation.response or {})
        fields = properties(schema, resolve)
        self._fields = {name: canonical(value, resolve) for name, value in fields.items()}
        self._required = required(schema, resolve)
        self.array = self._rows_of(operation, specification)
        """The property that has the rows; None for a bare array."""
        self.is_list = schema.get("type") == "array" or self.array is not None
        self.row = _row_schema(schema if self.array is None else self._fields[self.array], resolve)
        """The schema of one row, or of the answer that is no list."""
        self._limits = _limits(operation)
        self._generator = Generator(specification)
        self._generated: dict[str, Any] = {}

    def _rows_of(self, operation: Operation, specification: Specification) -> str | None:
        """Return the property with the rows: the usual name, or the only array of items of the collection."""
        resolve = specification.resolve
        arrays = [name for name, value in self._fields.items() if value.get("type") == "array"]
        usual = [name for name in _USUAL if name in arrays]
        if usual:
            return usual[0] if usual[0] == "results" or len(arrays) == 1 else None
        reading = specification.reading.get(operation.address.collection)
        if operation.method != "GET" or len(arrays) != 1 or reading is None:
            return None
        rows = properties(_row_schema(self._fields[arrays[0]], resolve), resolve)
        items = properties(reading.response or {}, resolve)
        return arrays[0] if rows.keys() & items.keys() or not items else None

    def write(self, call: Call, rows: Sequence[Document], represent: Callable[[Document], Any]) -> Any:
        """Return rows in the form of the list."""
        if self.array is None:
            return [represent(row) for row in rows]
        content = page(rows, call.query, call.request.url, represent, self._limits)
        if self.array == "results" and not self._fields.keys() - content.keys():
            return content
        others = {name: self._other(name, content) for name in self._fields if name != self.array}
        return {self.array: content["results"], **{name: value for name, value in others.items() if value is not ...}}

    def _other(self, name: str, content: Mapping[str, Any]) -> Any:
        """Return a property beside the rows: a count, a link, or a generated value if it is required; else ``...``."""
        plain = re.sub(r"[^a-z]", "", name.lower())
        if plain in _COUNTS:
            return content["count"]
        if plain in _LINKS:
            return content[_LINKS[plain]]
        if name not in self._required:
            return ...
        if name not in self._generated:
            self._generated[name] = self._generator.value(self._fields[name])
        return self._generated[name]


def _row_schema(schema: Schema, resolve: Callable[[Any], Any]) -> Schema:
    return resolve(schema.get("items", {})) if schema.get("type") == "array" else schema


def _limits(operation: Operation) -> Limits:
    """Return the default and the maximum of the parameter ``limit``, as far as the document has them."""
    schema = next((p.schema for p in operation.parameters if p.location == "query" and p.name == "limit"), {})
    default, most = schema.get("default"), schema.get("maximum")
    most = most if isinstance(most, int) else max(MAX_LIMIT, default if isinstance(default, int) else 0)
    return Limits(default if isinstance(default, int) else min(DEFAULT_LIMIT, most), most)

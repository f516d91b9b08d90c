"""How a list is written: as a bare array, or as a page with the properties that its schema has."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from mockserver.call import Call
from mockserver.openapi.generation import Generator
from mockserver.openapi.items import singular
from mockserver.openapi.schemas import Schema, canonical, properties, required
from mockserver.openapi.specification import Operation, Specification
from mockserver.openapi.wrappers import Steps, part, plain_name, types_of
from mockserver.request.pagination import DEFAULT_LIMIT, MAX_LIMIT, Limits, page
from mockserver.store import Document
from specdouble.pointers import found_at

_COUNTS: Final = frozenset({"count", "total", "totalcount", "totalitems", "totalresults", "totalrecords"})
_LINKS: Final = {
    "next": "next",
    "nexturl": "next",
    "previous": "previous",
    "prev": "previous",
    "previousurl": "previous",
}


class ListForm:
    """The form of the list that one operation answers with."""

    def __init__(self, operation: Operation, steps: Steps, specification: Specification) -> None:
        self._steps = steps
        """The keys that lead to the rows; none for a bare array."""
        around = (part(operation.response or {}, steps[:depth], specification.resolve) for depth in range(len(steps)))
        example = _example_of(operation)
        self._levels = [
            _Level(schema, steps[-1], found_at(example, steps[:depth]), specification)
            for depth, schema in enumerate(around)
        ]
        self._limits = _limits(operation)

    def write(self, call: Call, rows: Sequence[Document], represent: Callable[[Document], Any]) -> Any:
        """Return rows in the form of the list."""
        if not self._steps:
            return [represent(row) for row in rows]
        pages = page(rows, call.query, call.request.url, represent, self._limits)
        content: Any = pages["results"]
        for name, level in zip(reversed(self._steps), reversed(self._levels), strict=True):
            content = level.write(name, content, pages)
        return content


class _Level:
    """An object around the rows of a list: what is written beside them."""

    def __init__(self, schema: Schema, rows: str, example: Any, specification: Specification) -> None:
        rows = plain_name(rows)
        self._example: Mapping[str, Any] = example if isinstance(example, Mapping) else {}
        self._counts = _COUNTS | {f"{rows}count", f"{singular(rows)}count", f"total{rows}", f"num{rows}"}
        resolve = specification.resolve
        self._fields = {name: canonical(value, resolve) for name, value in properties(schema, resolve).items()}
        self._required = required(schema, resolve)
        self._generator = Generator(specification)
        self._generated: dict[str, Any] = {}

    def write(self, inner: str, content: Any, pages: Mapping[str, Any]) -> dict[str, Any]:
        """Return the object with its content under the name ``inner``."""
        values = ((name, content if name == inner else self._other(name, pages)) for name in self._fields)
        return {name: value for name, value in values if value is not ...}

    def _other(self, name: str, pages: Mapping[str, Any]) -> Any:
        """Return a property beside the rows: a count, a link, what the example has, or a generated value; else ``...``.

        Values are generated for what is required.
        """
        plain = plain_name(name)
        if plain in self._counts:
            return pages["count"]
        if plain in _LINKS:
            link = pages[_LINKS[plain]]
            if link is not None or _may_be_null(self._fields[name]):
                return link
        if name in self._example:
            return self._example[name]
        if name not in self._required:
            return ...
        if name not in self._generated:
            self._generated[name] = self._generator.value(self._fields[name])
        return self._generated[name]


def _example_of(operation: Operation) -> Any:
    """Return the first example of the JSON answer of success, None without one."""
    response = operation.documented.get(str(operation.status))
    contents = () if response is None else response.content.items()
    examples = (value for name, media in contents if "json" in name for value in media.examples.values())
    return next(examples, None)


def _may_be_null(schema: Schema) -> bool:
    return "type" not in schema or bool(schema.get("nullable")) or "null" in types_of(schema)


def _limits(operation: Operation) -> Limits:
    """Return the default and the maximum of the parameter ``limit``, as far as the document has them."""
    schema = next((p.schema for p in operation.parameters if p.location == "query" and p.name == "limit"), {})
    default, most = schema.get("default"), schema.get("maximum")
    most = most if isinstance(most, int) else max(MAX_LIMIT, default if isinstance(default, int) else 0)
    return Limits(default if isinstance(default, int) else min(DEFAULT_LIMIT, most), most)

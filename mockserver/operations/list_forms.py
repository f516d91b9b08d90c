"""How a list is written: as a bare array, or as a page with the properties that its schema has."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from mockserver.call import Answer, Call
from mockserver.openapi.generation import Generator
from mockserver.openapi.operation import Operation
from mockserver.openapi.schemas import Schema, canonical, properties, required
from mockserver.openapi.specification import Specification
from mockserver.openapi.wrappers import Steps, part, plain_name, row_of, types_of
from mockserver.operations.page_window import Window, meaning
from mockserver.operations.paging import Paging
from mockserver.store import Document
from specdouble.pointers import found_at

_DEEPEST: Final = 2
"""Objects inside of objects beside the rows that may describe the page."""
_TOTAL_HEADERS: Final = frozenset({"xtotalcount", "xtotal", "totalcount", "xpaginationtotalcount"})


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
        self._status = operation.status
        response = operation.documented.get(str(operation.status))
        self._totals = [name for name in (response.headers if response else ()) if plain_name(name) in _TOTAL_HEADERS]
        rows = part(operation.response or {}, steps, specification.resolve)
        self._paging = Paging(operation, properties(row_of(rows, specification.resolve), specification.resolve))

    def write(self, call: Call, rows: Sequence[Document], represent: Callable[[Document], Any]) -> Answer:
        """Answer with rows in the form of the list: those of the page, and in the order, that a caller asks for."""
        rows = self._paging.sorted(call, rows)
        window = self._paging.window(call, rows)
        content: Any = [represent(row) for row in rows[window.offset : window.end]]
        for name, level in zip(reversed(self._steps), reversed(self._levels), strict=True):
            content = level.write(name, content, window)
        return Answer(self._status, content, self._headers(window))

    def _headers(self, window: Window) -> dict[str, str]:
        """Return the headers that describe the page: links where nothing stands beside the rows, a documented total."""
        headers = {name: str(window.total) for name in self._totals}
        if window.links and not self._steps:
            headers["Link"] = window.links
        return headers


class _Level:
    """An object around the rows of a list, or beside them: what is written in it about the page."""

    def __init__(self, schema: Schema, rows: str, example: Any, specification: Specification, depth: int = 0) -> None:
        self._example: Mapping[str, Any] = example if isinstance(example, Mapping) else {}
        resolve = specification.resolve
        self._fields = {name: canonical(value, resolve) for name, value in properties(schema, resolve).items()}
        self._required = required(schema, resolve)
        meanings = {name: meaning(plain_name(name), plain_name(rows)) for name in self._fields}
        self._meanings = {name: attribute for name, attribute in meanings.items() if attribute is not None}
        """Property → what it says of the page, as an attribute of Window."""
        self._generator = Generator(specification)
        self._generated: dict[str, Any] = {}
        self._inner = {
            name: _Level(value, rows, self._example.get(name), specification, depth + 1)
            for name, value in self._fields.items()
            if depth < _DEEPEST and properties(value, resolve)
        }
        """The objects in this one, which may describe the page as well."""

    def write(self, inner: str, content: Any, window: Window) -> dict[str, Any]:
        """Return the object with its content under the name ``inner``."""
        values = ((name, content if name == inner else self._other(name, window)) for name in self._fields)
        return {name: value for name, value in values if value is not ...}

    @property
    def describes_page(self) -> bool:
        """Whether some property of the object describes the page."""
        return bool(self._meanings)

    def _other(self, name: str, window: Window) -> Any:
        """Return a property beside the rows: what it says of the page, what the example has, or a generated value.

        Values are generated for what is required; ``...`` stands for nothing.
        """
        inner = self._inner.get(name)
        if inner is not None and inner.describes_page:
            return inner.write("", None, window)
        value = getattr(window, self._meanings[name]) if inner is None and name in self._meanings else ...
        if value is not ... and (value is not None or _may_be_null(self._fields[name])):
            return value
        if value is None and name not in self._required:
            return ...
        if name in self._example:
            return self._example[name]
        return self._generated_value(name) if name in self._required else ...

    def _generated_value(self, name: str) -> Any:
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

"""Sort the rows of a list and choose a page of them, by the query parameters that the document has for it."""

import base64
import binascii
from collections.abc import Container, Mapping, Sequence
from functools import partial
from typing import Any, Final

from mockserver.call import Call
from mockserver.openapi.operation import Operation, Parameter
from mockserver.openapi.schemas import Schema
from mockserver.openapi.wrappers import plain_name
from mockserver.operations.page_window import OFFSETS, PAGES, SIZES, Window, cursor_at
from mockserver.request.pagination import DEFAULT_LIMIT, MAX_LIMIT, with_query
from mockserver.store import Document

_CURSORS: Final = frozenset(
    {
        *("cursor", "after", "pagetoken", "nexttoken", "startingafter", "continuationtoken", "marker", "aftercursor"),
        *("pagecursor", "iterator", "nextpagetoken"),
    }
)
_SORTS: Final = frozenset({"sort", "sortby", "orderby", "ordering", "sortfield", "sortkey"})
_DIRECTIONS: Final = frozenset({"order", "sortorder", "direction", "sortdirection", "sortdir", "dir", "orderdirection"})
_DESCENDING: Final = frozenset({"desc", "descending", "-1"})


class Paging:
    """The parameters by which one list is sorted and divided into pages."""

    def __init__(self, operation: Operation, fields: Container[str]) -> None:
        # A parameter that is named like a field of the rows filters by it.
        own = [p for p in operation.parameters if p.location == "query" and p.name not in fields]
        query = {plain_name(p.name): p for p in own}
        self._size = _first(query, SIZES) or (query.get("count") if _first(query, _CURSORS | OFFSETS) else None)
        self._offset = _first(query, OFFSETS)
        self._page = _first(query, PAGES)
        self._cursor = _first(query, _CURSORS)
        self._sort = _first(query, _SORTS)
        self._direction = _first(query, _DIRECTIONS)
        self._default, self._most = _limits(self._size)
        self._first_page = _first_page(self._page)

    @property
    def divides(self) -> bool:
        """Whether the document has a parameter for pages."""
        return any((self._size, self._offset, self._page, self._cursor))

    def sorted(self, call: Call, rows: Sequence[Document]) -> Sequence[Document]:
        """Return rows in the order that a caller asks for."""
        wanted = _value(call, self._sort)
        if wanted in (None, "", []):
            return rows
        is_descending = str(_value(call, self._direction)).lower() in _DESCENDING
        for name, descends in reversed(_sort_keys(wanted)):
            rows = sorted(rows, key=partial(_rank, name), reverse=descends ^ is_descending)
        return rows

    def window(self, call: Call, rows: Sequence[Document]) -> Window:
        """Return the page of rows that a caller asks for."""
        total = len(rows)
        if not self.divides:
            return Window(0, total, total, 1, None, None)
        limit = min(_whole(_value(call, self._size), self._default), self._most)
        offset = self._start(call, rows, limit)
        following = self._link(call, offset + limit, limit) if offset + limit < total else None
        previous = self._link(call, max(offset - limit, 0), limit) if offset > 0 else None
        return Window(offset, limit, total, self._first_page, following, previous)

    def _start(self, call: Call, rows: Sequence[Document], limit: int) -> int:
        cursor = _value(call, self._cursor)
        if cursor not in (None, ""):
            return _after(str(cursor), rows)
        page = _value(call, self._page)
        if page is not None:
            return max(_whole(page, self._first_page) - self._first_page, 0) * limit
        return _whole(_value(call, self._offset), 0)

    def _link(self, call: Call, offset: int, limit: int) -> str:
        """Return the address of another page, in the parameters of the document."""
        changed: dict[str, str] = {}
        if self._size is not None:
            changed[self._size.name] = str(limit)
        if self._page is not None and limit:
            changed[self._page.name] = str(offset // limit + self._first_page)
        elif self._offset is not None:
            changed[self._offset.name] = str(offset)
        elif self._cursor is not None:
            changed[self._cursor.name] = cursor_at(offset)
        return with_query(call.request.url, changed)


def _sort_keys(wanted: Any) -> list[tuple[str, bool]]:
    """Return the fields to sort by, and whether each descends: ``-price,name``, ``price:desc`` and ``price desc``."""
    texts = wanted if isinstance(wanted, list) else str(wanted).split(",")
    keys: list[tuple[str, bool]] = []
    for text in map(str, texts):
        name, _, direction = text.strip().replace(":", " ").partition(" ")
        keys.append((name.lstrip("+-"), name.startswith("-") or direction.strip().lower() in _DESCENDING))
    return keys


def _rank(name: str, row: Document) -> tuple[int, Any]:
    """Return what a row is sorted by: numbers come before texts, and what is absent comes last."""
    value = row.get(name)
    if isinstance(value, int | float):
        return 0, value
    return (2, "") if value is None else (1, str(value))


def _first(query: Mapping[str, Parameter], names: frozenset[str]) -> Parameter | None:
    return next((parameter for name, parameter in query.items() if name in names), None)


def _value(call: Call, parameter: Parameter | None) -> Any:
    return None if parameter is None else call.parameters.get(parameter.name, parameter.schema.get("default"))


def _whole(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else otherwise


def _limits(size: Parameter | None) -> tuple[int, int]:
    """Return the size of a page without being asked, and the largest one."""
    schema: Schema = {} if size is None else size.schema
    default, most = schema.get("default"), schema.get("maximum")
    most = most if isinstance(most, int) else max(MAX_LIMIT, default if isinstance(default, int) else 0)
    return (default if isinstance(default, int) else min(DEFAULT_LIMIT, most)), most


def _first_page(page: Parameter | None) -> int:
    """Return the number of the first page: 0 where the document says so."""
    schema: Schema = {} if page is None else page.schema
    return 0 if 0 in (schema.get("default"), schema.get("minimum")) and schema.get("default", 0) == 0 else 1


def _after(cursor: str, rows: Sequence[Document]) -> int:
    """Return where the page of a cursor begins: one that the mock gave, or the id of the row before."""
    try:
        text = base64.urlsafe_b64decode(cursor).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    if text.startswith("row:") and text[4:].isdecimal():
        return int(text[4:])
    return next((place for place, row in enumerate(rows, 1) if str(row.get("id")) == cursor), 0)

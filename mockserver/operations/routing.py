"""Route a path to its operations, in a time that does not grow with their number."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeVar

from mockserver.openapi.resources import parameter
from mockserver.openapi.schemas import Schema

T = TypeVar("T")
Convert = Callable[[str], Any]

_LARGEST_ID: Final = 2**63 - 1
"""The largest id that a key column of 64 bits holds."""
_LONGEST_ID: Final = len(str(_LARGEST_ID))


def integer(text: str) -> int | None:
    """Read an integer id; None where the text holds none."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID):
        return None
    number = int(text)
    return number if number <= _LARGEST_ID else None


def string(text: str) -> str | None:
    """Read a string id; None where it is empty."""
    return text or None


def converter(schema: Schema) -> Convert:
    """Choose how a path parameter of a schema is read."""
    return integer if schema.get("type") == "integer" else string


class Route(Generic[T]):
    """One path template: a value for each method, and how its parameters are read."""

    def __init__(self, path: str, parameters: tuple[tuple[str, Convert], ...]) -> None:
        self.path = path
        self.parameters = parameters
        self.methods: dict[str, T] = {}

    def allow(self) -> list[str]:
        """Return the methods that the path offers, with HEAD and OPTIONS."""
        implied = ["HEAD"] if "GET" in self.methods else []
        return [*self.methods, *implied, "OPTIONS"]


class _Node(Generic[T]):
    __slots__ = ("children", "parameter", "route")

    def __init__(self) -> None:
        self.children: dict[str, _Node[T]] = {}
        self.parameter: _Node[T] | None = None
        self.route: Route[T] | None = None


Match = tuple[Route[T], Mapping[str, Any]]
"""The route of a path, and the values of its parameters."""

_CACHE_SIZE = 4_096


class Router(Generic[T]):
    """A tree of path segments: fixed segments are looked up, a parameter matches any other."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()
        self._cache: dict[str, Match[T]] = {}

    def add(self, path: str, method: str, value: T, schemas: Mapping[str, Schema]) -> None:
        """Put ``value`` under a method of a path template; ``schemas`` are those of the path parameters."""
        node = self._root
        names: list[str] = []
        for segment in path.split("/")[1:]:
            name = parameter(segment)
            if name is None:
                node = node.children.setdefault(segment, _Node())
            else:
                names.append(name)
                node.parameter = node.parameter or _Node()
                node = node.parameter
        if node.route is None:
            node.route = Route(path, tuple((name, converter(schemas.get(name, {}))) for name in names))
        node.route.methods[method] = value

    def find(self, path: str) -> Match[T] | None:
        """Return the route of a path and the values of its parameters, or None.

        Matches are cached, but only so many: callers can invent any number of paths.
        """
        match = self._cache.get(path)
        if match is None:
            match = self._search(path)
            if match is not None and len(self._cache) < _CACHE_SIZE:
                self._cache[path] = match
        return match

    def _search(self, path: str) -> Match[T] | None:
        match = self._walk(self._root, path.split("/"), 1, [])
        if match is None:
            return None
        route, texts = match
        values: dict[str, Any] = {}
        for (name, convert), text in zip(route.parameters, texts, strict=True):
            value = convert(text)
            # A text that is no id names no document: 404, as for an unknown path.
            if value is None:
                return None
            values[name] = value
        return route, values

    def _walk(
        self, node: _Node[T], segments: list[str], at: int, texts: list[str]
    ) -> tuple[Route[T], list[str]] | None:
        while at < len(segments):
            segment = segments[at]
            at += 1
            child = node.children.get(segment)
            # A fixed segment may lead to a dead end where a parameter leads on: /books/new/x, /books/{id}/pages.
            if child is not None and node.parameter is not None:
                match = self._walk(child, segments, at, texts)
                if match is not None:
                    return match
                child = None
            if child is None:
                child = node.parameter
                if child is None or not segment:
                    return None
                texts = [*texts, segment]
            node = child
        return (node.route, texts) if node.route is not None else None

"""From a path to what it addresses, in a time that does not grow with the number of operations."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from mockserver.openapi.resources import parameter
from mockserver.openapi.specification import Schema

T = TypeVar("T")
Convert = Callable[[str], Any]

_LONGEST_ID = 18  # digits: what a signed 64-bit key column holds


def integer(text: str) -> int | None:
    """Read an integer id; None where the text is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID else None


def string(text: str) -> str | None:
    """Read a string id; None where it is empty."""
    return text or None


def converter(schema: Schema) -> Convert:
    """Choose how a path parameter of a schema is read."""
    return integer if schema.get("type") == "integer" else string


class Route(Generic[T]):
    """What stands on one path: a value for each method, and how its parameters are read."""

    def __init__(self, path: str, parameters: tuple[tuple[str, Convert], ...]) -> None:
        self.path = path
        self.parameters = parameters
        self.methods: dict[str, T] = {}

    def allow(self) -> list[str]:
        """Return the methods that the path offers, those that every path has included."""
        implied = ["HEAD"] if "GET" in self.methods else []
        return [*self.methods, *implied, "OPTIONS"]


class _Node(Generic[T]):
    __slots__ = ("children", "parameter", "route")

    def __init__(self) -> None:
        self.children: dict[str, _Node[T]] = {}
        self.parameter: _Node[T] | None = None
        self.route: Route[T] | None = None


Found = tuple[Route[T], Mapping[str, Any]]
"""What a path leads to: its route, and the values of its parameters."""

_REMEMBERED = 4_096


class Router(Generic[T]):
    """A tree of path segments: fixed segments are looked up, a parameter takes what is left."""

    def __init__(self) -> None:
        self._root: _Node[T] = _Node()
        self._known: dict[str, Found[T]] = {}

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

    def find(self, path: str) -> Found[T] | None:
        """Return the route of a path and the values of its parameters, or None.

        What was found is remembered for the paths that come again; anybody can make up others, so not for all.
        """
        found = self._known.get(path)
        if found is None:
            found = self._search(path)
            if found is not None and len(self._known) < _REMEMBERED:
                self._known[path] = found
        return found

    def _search(self, path: str) -> Found[T] | None:
        found = self._walk(self._root, path.split("/"), 1, [])
        if found is None:
            return None
        route, texts = found
        values: dict[str, Any] = {}
        for (name, convert), text in zip(route.parameters, texts, strict=True):
            value = convert(text)
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
            if child is not None and node.parameter is not None:
                found = self._walk(child, segments, at, texts)
                if found is not None:
                    return found
                child = None
            if child is None:
                child = node.parameter
                if child is None or not segment:
                    return None
                texts = [*texts, segment]
            node = child
        return (node.route, texts) if node.route is not None else None

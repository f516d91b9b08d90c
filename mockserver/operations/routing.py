"""Route a path to its operations, in a time that does not grow with their number."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Generic, TypeVar
from urllib.parse import unquote

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


def signed_integer(text: str) -> int | None:
    """Read an integer id that may be negative; None where the text holds none."""
    number = integer(text.removeprefix("-"))
    return -number if number is not None and text.startswith("-") else number


def string(text: str) -> str | None:
    """Read a string id; None where it is empty."""
    return text or None


def converter(schema: Schema) -> Convert:
    """Choose how a path parameter of a schema is read."""
    return signed_integer if schema.get("type") == "integer" else string


def after(prefix: str, convert: Convert) -> Convert:
    """Return what reads a text after a prefix; a text without it is no value."""
    return lambda text: convert(text.removeprefix(prefix)) if text.startswith(prefix) else None


def counting(schema: Schema) -> Convert:
    """Choose how a path parameter of a schema is read where ids are counted, so that none is negative."""
    return integer if schema.get("type") == "integer" else string


_EXPRESSION: Final = re.compile(r"\{([^{}]+)\}")


def encoded_segments(raw_path: bytes) -> tuple[str, ...] | None:
    """Return the segments of a path in which a slash is encoded, decoded one by one; None for any other path.

    An encoded slash is data of its segment and no delimiter (RFC 3986, section 2.2).
    """
    if b"%2F" not in raw_path and b"%2f" not in raw_path:
        return None
    return tuple(map(unquote, raw_path.decode("latin-1").split("/")))


def _names(segment: str) -> list[str]:
    """Return the names of the texts that are read from a segment of a template."""
    names: list[str] = _EXPRESSION.findall(segment)
    is_pattern = bool(names) and segment != f"{{{names[0]}}}"
    # The whole text has a name too: to the address of a path, some patterns are one parameter.
    return [parameter(segment) or segment, *names] if is_pattern else names


class Route(Generic[T]):
    """One path template: a value for each method, and how its parameters are read.

    ``parameters`` are the place of each parameter, its name, and how it is read. Operations may have names of their own
    for one place.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.parameters: dict[tuple[int, str], Convert] = {}
        self.methods: dict[str, T] = {}

    def allow(self) -> list[str]:
        """Return the methods that the path offers, with HEAD and OPTIONS."""
        implied = ["HEAD", "OPTIONS"] if "GET" in self.methods else ["OPTIONS"]
        return list(dict.fromkeys([*self.methods, *implied]))


class _Pattern:
    """A segment with parameters and fixed texts, such as ``report-{id}.pdf``."""

    def __init__(self, segment: str) -> None:
        texts = _EXPRESSION.split(segment)[::2]
        self._start, *self._between, self._end = texts
        self.fixed = sum(map(len, texts))
        """The number of characters that are fixed."""

    def read(self, segment: str) -> list[str] | None:
        """Return the texts of the parameters, the first ones as long as possible; None where the segment differs."""
        start, end = len(self._start), len(segment) - len(self._end)
        if end <= start or not (segment.startswith(self._start) and segment.endswith(self._end)):
            return None
        rest = segment[start:end]
        texts: list[str] = []
        for separator in reversed(self._between):
            at = rest.rfind(separator, 0, len(rest) - 1)
            if at < 1:
                return None
            texts.append(rest[at + len(separator) :])
            rest = rest[:at]
        return [rest, *reversed(texts)]


class _Node(Generic[T]):
    __slots__ = ("children", "parameter", "patterns", "route")

    def __init__(self) -> None:
        self.children: dict[str, _Node[T]] = {}
        self.patterns: dict[str, tuple[_Pattern, _Node[T]]] = {}
        """Segments without the names of their parameters, the longest fixed texts first."""
        self.parameter: _Node[T] | None = None
        self.route: Route[T] | None = None

    def below(self, segment: str) -> "_Node[T]":
        """Return the node for a segment of a template, a new one if there is none."""
        key = _EXPRESSION.sub("{}", segment)
        if key == segment:
            return self.children.setdefault(unquote(segment), _Node())
        if key == "{}":
            self.parameter = self.parameter or _Node()
            return self.parameter
        if key not in self.patterns:
            patterns = {**self.patterns, key: (_Pattern(segment), _Node[T]())}
            self.patterns = dict(sorted(patterns.items(), key=lambda item: -item[1][0].fixed))
        return self.patterns[key][1]

    def matches(self, segment: str) -> Iterator[tuple["_Node[T]", list[str]]]:
        """Yield the nodes that a segment may lead to, with the texts of its parameters; the most exact one first."""
        child = self.children.get(segment)
        if child is not None:
            yield child, []
        for pattern, node in self.patterns.values():
            texts = pattern.read(segment)
            if texts is not None:
                yield node, [segment, *texts]
        if self.parameter is not None and segment:
            yield self.parameter, [segment]


Match = tuple[Route[T], Mapping[str, Any]]
"""The route of a path, and the values of its parameters."""

_CACHE_SIZE = 4_096


class Router(Generic[T]):
    """A tree of path segments: fixed segments are looked up, patterns tried, and a parameter matches any other."""

    def __init__(self, convert: Callable[[Schema], Convert] = converter) -> None:
        self._convert = convert
        self._root: _Node[T] = _Node()
        self._cache: dict[str, Match[T]] = {}

    def add(
        self, path: str, method: str, value: T, schemas: Mapping[str, Schema], prefixes: Mapping[str, str] = {}
    ) -> None:
        """Put ``value`` under a method of a path template.

        ``schemas`` are those of the path parameters, and ``prefixes`` what stands before the values of some of them.
        """
        node = self._root
        names: list[str] = []
        for segment in path.split("/")[1:]:
            names += _names(segment)
            node = node.below(segment)
        node.route = node.route or Route(path)
        for place, name in enumerate(names):
            convert = self._convert(schemas.get(name, {}))
            node.route.parameters[place, name] = after(prefixes[name], convert) if name in prefixes else convert
        node.route.methods[method] = value

    def find(self, path: str, segments: tuple[str, ...] | None = None) -> Match[T] | None:
        """Return the route of a path and the values of its parameters, or None.

        ``segments`` are those of a path with encoded slashes. Matches of other paths are cached, but only so many:
        callers can invent any number of paths.
        """
        if segments is not None:
            return self._search(segments)
        match = self._cache.get(path)
        if match is None:
            match = self._search(path.split("/"))
            if match is not None and len(self._cache) < _CACHE_SIZE:
                self._cache[path] = match
        return match

    def route(self, path: str) -> Route[T] | None:
        """Return the route whose form a path has, whatever the texts in the places of its parameters."""
        match = _walk(self._root, path.split("/"), 1, [])
        return None if match is None else match[0]

    def _search(self, segments: Sequence[str]) -> Match[T] | None:
        match = _walk(self._root, segments, 1, [])
        if match is None:
            return None
        route, texts = match
        values = {name: convert(texts[place]) for (place, name), convert in route.parameters.items()}
        # A text that is no id names no document: 404, as for an unknown path.
        return None if None in values.values() else (route, values)


def _walk(node: _Node[T], segments: Sequence[str], at: int, texts: list[str]) -> tuple[Route[T], list[str]] | None:
    """Follow segments from a node to a route; return the route, and the texts of its parameters."""
    while at < len(segments):
        segment = segments[at]
        at += 1
        child = node.children.get(segment)
        # A fixed segment may lead to a dead end where a parameter leads on: /books/new/x, /books/{id}/pages.
        if node.patterns or (child is not None and node.parameter is not None):
            matches = (_walk(below, segments, at, [*texts, *own]) for below, own in node.matches(segment))
            return next((match for match in matches if match is not None), None)
        if child is None:
            child = node.parameter
            if child is None or not segment:
                return None
            texts = [*texts, segment]
        node = child
    return (node.route, texts) if node.route is not None else None

"""Finds the path of the document that a request belongs to, and the ids in it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

from contracts.openapi.paths import addresses_of

Steps: TypeAlias = tuple[str, ...]
"""The decoded steps of a path."""

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})


@dataclass(frozen=True)
class Route:
    """A path as the document writes it."""

    path: str
    steps: Steps
    methods: frozenset[str] = frozenset()

    @property
    def ids(self) -> list[int]:
        """The positions of its parameters."""
        return [place for place, step in enumerate(self.steps) if "{" in step]

    @property
    def parameter(self) -> str:
        """The name of its last step, if that is a parameter."""
        return self.steps[-1].strip("{}")


@dataclass
class _Node:
    fixed: dict[str, "_Node"] = field(default_factory=dict)
    mixed: dict[str, tuple[re.Pattern[str], "_Node"]] = field(default_factory=dict)
    """Steps of which a part is a parameter, such as `{id}:archive`."""
    parameter: "_Node | None" = None
    route: Route | None = None

    def enter(self, step: str) -> "_Node":
        """Return the node of a step as the document writes it, creating it if necessary."""
        if "{" not in step:
            return self.fixed.setdefault(step, _Node())
        if step.startswith("{") and step.find("}") == len(step) - 1:
            self.parameter = self.parameter or _Node()
            return self.parameter
        return self.mixed.setdefault(step, (addresses_of(step), _Node()))[1]

    def following(self, step: str) -> Iterator["_Node"]:
        """Yield the nodes that a step of a request matches, the most exact first."""
        if step in self.fixed:
            yield self.fixed[step]
        yield from (node for pattern, node in self.mixed.values() if pattern.fullmatch(step))
        if self.parameter is not None:
            yield self.parameter


class Routes:
    """The paths of a document as a tree. A word is preferred to a parameter, as servers do."""

    def __init__(self) -> None:
        self._root = _Node()

    def learn(self, paths: Mapping[str, Any] | Iterable[str]) -> None:
        """Add paths, with their methods if it is a mapping."""
        for path in paths:
            item = paths[path] if isinstance(paths, Mapping) else {}
            methods = frozenset(method.upper() for method in item if method in METHODS)
            node = self._root
            for step in split(path):
                node = node.enter(step)
            methods_before = node.route.methods if node.route else frozenset()
            # The profile names items without methods. The spelling of the document replaces that of the profile.
            if node.route is None or methods:
                node.route = Route(path, split(path), methods_before | methods)

    def exact(self, steps: Steps) -> Route | None:
        """Return the path that matches all steps, None if there is none."""
        route = self.nearest(steps)
        return route if route is not None and len(route.steps) == len(steps) else None

    def nearest(self, steps: Steps) -> Route | None:
        """Return the longest path that matches all steps, or the first of them."""
        return self._match(self._root, steps, 0)

    def below(self, steps: Steps) -> Route | None:
        """Return the path of the items of a collection, None if the document has no items there."""
        node = self._walk(self._root, steps, 0)
        return node.parameter.route if node is not None and node.parameter is not None else None

    def _match(self, node: _Node, steps: Steps, place: int) -> Route | None:
        best = node.route
        for following in node.following(steps[place]) if place < len(steps) else ():
            route = self._match(following, steps, place + 1)
            if route is not None and (best is None or len(route.steps) > len(best.steps)):
                best = route
        return best

    def _walk(self, node: _Node, steps: Steps, place: int) -> _Node | None:
        """Return the node of a collection, by words where they match and by parameters otherwise."""
        if place == len(steps):
            return node if node.parameter is not None and node.parameter.route is not None else None
        nodes = (self._walk(following, steps, place + 1) for following in node.following(steps[place]))
        return next((node for node in nodes if node is not None), None)


def split(path: str) -> Steps:
    """Return the decoded steps of a path, without its query and one slash at its end."""
    plain = path.partition("?")[0].removeprefix("/").removesuffix("/")
    return tuple(unquote(step) for step in plain.split("/"))


def is_misleading(step: str) -> bool:
    """Whether a client, a proxy or the server could read a step as something else than an id."""
    return step == "" or "\\" in step or unquote(step) in (".", "..") or any(ord(letter) < 32 for letter in step)


def is_below(url: str, base: str) -> bool:
    """Whether a URL equals a base URL, or lies below it."""
    here, above = urlsplit(url), urlsplit(base)
    root = above.path.rstrip("/")
    return here[:2] == above[:2] and (here.path == root or here.path.startswith(f"{root}/"))

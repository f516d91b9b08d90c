"""The address of a path: the chain of resources that its segments name.

/shelves/{id}/books/{book_id}   →   shelves[id] / books[book_id]   an item
/shelves/{id}/books             →   shelves[id] / books            a collection
/shelves/search                 →   shelves                        a view on a collection
/shelves/{id}/status            →   shelves[id] / status           a detail of an item
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final


class _Internal(str):
    """The name of a field that the mock adds to a document; no name in a request is equal to it."""

    __slots__ = ()
    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other

    def __ne__(self, other: object) -> bool:
        return self is not other


PARENT: Final = _Internal("parent")
"""The field in which a nested document keeps the keys of the documents above it. It never leaves the mock."""

OWNER: Final = _Internal("owner")
"""The field in which a document keeps the name of its creator. It never leaves the mock either."""

KEY: Final = _Internal("key")
"""The field in which a document keeps its key in paths, where that is not its ``id``. It never leaves the mock."""

_PARAMETER = re.compile(r"^\{(.+)\}$")


class Kind(Enum):
    """The kind of resource at the end of a path."""

    ITEM = "item"
    COLLECTION = "collection"
    VIEW = "view"
    DETAIL = "detail"


@dataclass(frozen=True, slots=True)
class Step:
    """One document on a path: the collection it is in, and the path parameter that is its key."""

    collection: str
    parameter: str


@dataclass(frozen=True, slots=True)
class Address:
    """The resources that a path addresses.

    ``steps`` are the documents on the path, outermost first. ``collection`` is the name of what stands at its end:
    names of nested collections contain those above them, as in ``shelves/books``.
    """

    kind: Kind
    steps: tuple[Step, ...]
    collection: str


def split(path: str) -> list[str]:
    """Cut a path into its segments, without the empty ones at its ends."""
    return [segment for segment in path.strip("/").split("/") if segment]


def parameter(segment: str) -> str | None:
    """Return the name of the path parameter that a segment is, or None for a fixed one."""
    match = _PARAMETER.match(segment)
    return match[1] if match else None


def addresses(paths: Iterable[str]) -> Mapping[str, Address]:
    """Return the address of every path template of a document."""
    paths = list(paths)
    items = {_shape(split(path)[:-1]) for path in paths if split(path) and parameter(split(path)[-1])}
    return {path: _address(split(path), items) for path in paths}


def _address(segments: list[str], items: set[str]) -> Address:
    steps = _steps(segments)
    if not segments:
        return Address(Kind.VIEW, (), "")
    if parameter(segments[-1]):
        return Address(Kind.ITEM, steps, steps[-1].collection)
    above = "/".join([step.collection.rpartition("/")[2] for step in steps])
    own = f"{above}/{segments[-1]}" if above else segments[-1]
    if _shape(segments) in items:
        return Address(Kind.COLLECTION, steps, own)
    if len(segments) > 1 and _shape(segments[:-1]) in items:
        return Address(Kind.VIEW, steps, f"{above}/{segments[-2]}" if above else segments[-2])
    return Address(Kind.DETAIL, steps, own)


def _shape(segments: list[str]) -> str:
    """A path without the names of its parameters, which differ between the paths of one resource."""
    return "/".join("{}" if parameter(segment) else segment for segment in segments)


def _steps(segments: list[str]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for before, segment in zip(["", *segments], segments, strict=False):
        name = parameter(segment)
        if name:
            collection = before if not parameter(before) else ""
            steps.append(Step("/".join([*(step.collection.rpartition("/")[2] for step in steps), collection]), name))
    return tuple(steps)

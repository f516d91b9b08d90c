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

from specdouble.resource_extension import ITEM_ROLES, WHOLE_ROLES, Declaration


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

VALUE: Final = _Internal("value")
"""The field in which a document keeps a body that is no object: a text, a list or a file. It never leaves the mock."""

FILES: Final = _Internal("files")
"""The field in which a document keeps its uploads by their fields. It never leaves the mock."""

INTERNAL: Final = frozenset((PARENT, OWNER, KEY, VALUE, FILES))

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


def addresses(paths: Iterable[str], names: Mapping[str, str] | None = None) -> Mapping[str, Address]:
    """Return the address of every path template of a document.

    ``names`` are the collections of the paths that end in a parameter, where the document names them otherwise.
    """
    paths = list(paths)
    items = {shape(split(path)[:-1]) for path in paths if split(path) and parameter(split(path)[-1])}
    named = {shape(split(path)): name for path, name in (names or {}).items()}
    return {path: _address(split(path), items, named) for path in paths}


def _address(segments: list[str], items: set[str], named: Mapping[str, str]) -> Address:
    steps = _steps(segments, named)
    if not segments:
        return Address(Kind.VIEW, (), "")
    if parameter(segments[-1]):
        return Address(Kind.ITEM, steps, steps[-1].collection)
    if shape(segments) in items:
        return Address(Kind.COLLECTION, steps, _name(segments, steps, named))
    if len(segments) > 1 and shape(segments[:-1]) in items:
        return Address(Kind.VIEW, steps, _name(segments[:-1], steps, named))
    return Address(Kind.DETAIL, steps, _below(steps, segments[-1]))


def _name(segments: list[str], steps: tuple[Step, ...], named: Mapping[str, str]) -> str:
    """Return the name of the collection at a path."""
    return named.get(f"{shape(segments)}/{{}}") or _below(steps, segments[-1])


def _below(steps: Iterable[Step], name: str) -> str:
    return "/".join([*(step.collection.rpartition("/")[2] for step in steps), name])


def shape(segments: list[str]) -> str:
    """Return a path without the names of its parameters, which differ between the paths of one resource."""
    return "/".join("{}" if parameter(segment) else segment for segment in segments)


def _steps(segments: list[str], named: Mapping[str, str]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for index, segment in enumerate(segments):
        key = parameter(segment)
        if key:
            before = segments[index - 1] if index and not parameter(segments[index - 1]) else ""
            name = named.get(shape(segments[: index + 1])) if named else None
            steps.append(Step(name or _below(steps, before), key))
    return tuple(steps)


def list_address(address: Address) -> Address:
    """Return the address of a path whose last parameter names no item, because the answer is a list or an example."""
    return Address(Kind.VIEW, address.steps[:-1], address.collection) if address.kind is Kind.ITEM else address


def declared_address(address: Address, declared: Declaration) -> Address:
    """Return the address of an operation for which the document says what it does, and to what."""
    name = declared.collection or address.collection
    if declared.is_example:
        return list_address(address)
    if declared.role in WHOLE_ROLES:
        return Address(Kind.COLLECTION, list_address(address).steps, name)
    if declared.role in (*ITEM_ROLES, "action") or (declared.role is None and address.kind is Kind.ITEM):
        *above, last = address.steps
        name = declared.collection or last.collection
        kind = Kind.DETAIL if declared.role == "action" else Kind.ITEM
        return Address(kind, (*above, Step(name, last.parameter)), name)
    return Address(Kind.DETAIL if declared.role else address.kind, address.steps, name)

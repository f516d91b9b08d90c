"""JSON pointers (RFC 6901), which name a place in a document, such as ``/paths/~1cats~1/get``."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from typing import Any


def written(steps: Iterable[str]) -> str:
    """Write keys as a pointer; the whole document is the empty one."""
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)


def steps_of(pointer: str) -> tuple[str, ...]:
    """Read the keys of a pointer, with or without ``#`` before it."""
    _, *steps = pointer.removeprefix("#").split("/")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in steps)


@lru_cache(maxsize=4_096)
def _steps_of_reference(reference: str) -> tuple[str, ...]:
    return steps_of(reference)


def node_at(document: Any, steps: Iterable[str]) -> Any:
    """Return the node at a place; LookupError or TypeError where there is none."""
    for step in steps:
        document = document[int(step) if isinstance(document, list) and step.isdecimal() else step]
    return document


def found_at(document: Any, steps: Iterable[str]) -> Any:
    """Return the node at a place, or None."""
    with suppress(LookupError, TypeError):
        return node_at(document, steps)
    return None


def resolved(document: Any, node: Any) -> Any:
    """Follow references within a document to their end; LookupError or TypeError where one leads nowhere."""
    while isinstance(node, Mapping) and "$ref" in node:
        node = node_at(document, _steps_of_reference(str(node["$ref"])))
    return node

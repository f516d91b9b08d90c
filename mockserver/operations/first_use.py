"""Bring an item into being on its first use, where no operation of the document could create it."""

from typing import Any

from mockserver.openapi.generation import Generator
from mockserver.openapi.resources import PARENT
from mockserver.openapi.specification import Specification
from mockserver.operations.documented import DocumentedResponses
from mockserver.store import Document, Key, State


def first_use(
    specification: Specification, state: State, collection: str, key: Key, above: tuple[Any, ...]
) -> Document | None:
    """Return a new item under a key, made of the documented example; None where some operation creates such items."""
    if collection in specification.creatable:
        return None
    document = {**_example(specification, collection), "id": key}
    name = specification.key(collection).name
    if name in document:
        document[name] = key
    if above:
        document[PARENT] = above
    state.put(collection, key, document)
    return document


def _example(specification: Specification, collection: str) -> dict[str, Any]:
    operation = specification.reading.get(collection)
    if operation is None:
        return {}
    _, response = DocumentedResponses(operation, specification).success()
    for media in response.content.values() if response is not None else ():
        for value in (*media.examples.values(), Generator(specification).value(media.schema or {})):
            if isinstance(value, dict):
                return value
    return {}

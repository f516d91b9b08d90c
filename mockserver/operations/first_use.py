"""Bring items into being on their first use, where no operation of the document could create them."""

from typing import Any, Final

from mockserver.openapi.resources import PARENT
from mockserver.openapi.specification import Specification
from mockserver.operations.documented import DocumentedResponses
from mockserver.store import Document, Key, State

_DELETED: Final = "^deleted/"
"""Begins the name of the collection that remembers which items of another one were deleted."""


class FirstUse:
    """The collections whose items nothing creates: an item is taken as given, and made of the documented example."""

    def __init__(self, specification: Specification) -> None:
        self._specification = specification
        self._examples: dict[str, dict[str, Any]] = {}

    def applies_to(self, collection: str) -> bool:
        """Return whether no operation creates the items of a collection."""
        return collection not in self._specification.creatable

    def item(self, state: State, collection: str, key: Key, above: tuple[Any, ...]) -> Document | None:
        """Store a new item under a key and return it; None where items are created, or where this one was deleted."""
        if not self.applies_to(collection) or state.get(_DELETED + collection, key) is not None:
            return None
        document = {**self._example(collection), "id": key}
        name = self._specification.key(collection).name
        if name in document:
            document[name] = key
        if above:
            document[PARENT] = above
        state.put(collection, key, document)
        return document

    def rows(self, state: State, collection: str, above: tuple[Any, ...]) -> list[Document]:
        """Store the item that the document shows as an example and return it, as the rows of a list that is empty."""
        example = self._example(collection)
        key = example.get(self._specification.key(collection).name, example.get("id"))
        if not isinstance(key, int | str) or key == "":
            return []
        item = self.item(state, collection, key, above)
        return [] if item is None else [item]

    def note_deletion(self, state: State, collection: str, key: Key) -> None:
        """Remember that an item was deleted, so that it does not come into being again."""
        if self.applies_to(collection):
            state.put(_DELETED + collection, key, {"id": key})

    def _example(self, collection: str) -> dict[str, Any]:
        if collection not in self._examples:
            reading = self._specification.reading.get(collection)
            example = {} if reading is None else DocumentedResponses(reading, self._specification).example()
            self._examples[collection] = example
        return self._examples[collection]

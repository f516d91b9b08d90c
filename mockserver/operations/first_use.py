"""Bring items into being on their first use, where no operation of the document could create them."""

from typing import Any, Final

from mockserver.openapi.bindings import Bindings
from mockserver.openapi.operation import Operation
from mockserver.openapi.resources import KEY, PARENT
from mockserver.openapi.specification import Specification
from mockserver.openapi.wrappers import types_of
from mockserver.operations.documented import DocumentedResponses
from mockserver.operations.nesting import stored_key
from mockserver.store import Document, Key, State
from specdouble.pointers import found_at

_DELETED: Final = "^deleted/"
"""Begins the name of the collection that remembers which items of another one were deleted."""


class FirstUse:
    """The collections whose items nothing creates: an item is taken as given, and made of the documented example."""

    def __init__(self, specification: Specification, bindings: Bindings) -> None:
        self._specification = specification
        self._bindings = bindings
        self._examples: dict[str, dict[str, Any]] = {}

    def applies_to(self, collection: str) -> bool:
        """Return whether no operation creates the items of a collection."""
        return collection not in self._bindings.creatable

    def item(self, state: State, collection: str, key: Key, above: tuple[Any, ...]) -> Document | None:
        """Store a new item under a key and return it; None where items are created, or where this one was deleted."""
        if not self.applies_to(collection) or state.get(_DELETED + collection, (*above, key)) is not None:
            return None
        document = self._identified(collection, key)
        if above:
            document = {**document, PARENT: above}
        state.put(collection, stored_key(state, collection, key, above), document)
        return document

    def _identified(self, collection: str, key: Key) -> Document:
        """Return the example of an item with a key: in the property that has its id, if that may hold it."""
        example = self._example(collection)
        item = self._bindings.items[collection]
        holds_numbers = "integer" in types_of(item.fields.get(item.key, {}))
        value = int(key) if holds_numbers and isinstance(key, str) and key.isdecimal() else key
        if item.key in example and not (holds_numbers and isinstance(value, str)):
            example = {**example, item.key: value}
        return example if example.get("id") == key else {"id": key, **example, KEY: key}

    def rows(self, state: State, collection: str, above: tuple[Any, ...]) -> list[Document]:
        """Store the item that the document shows as an example and return it, as the rows of a list that is empty."""
        example = self._example(collection)
        key = example.get(self._bindings.items[collection].key, example.get("id"))
        if not isinstance(key, int | str) or key == "":
            return []
        item = self.item(state, collection, key, above)
        return [] if item is None else [item]

    def note_deletion(self, state: State, collection: str, path: tuple[Any, ...]) -> None:
        """Remember that the item with the keys on a path was deleted, so that it does not come into being again."""
        if self.applies_to(collection):
            state.put(_DELETED + collection, path, {"id": path[-1]})

    def _example(self, collection: str) -> dict[str, Any]:
        if collection not in self._examples:
            reading = self._specification.reading.get(collection)
            example = {} if reading is None else self._example_of(reading)
            self._examples[collection] = example
        return self._examples[collection]

    def _example_of(self, reading: Operation) -> dict[str, Any]:
        content = DocumentedResponses(reading, self._specification).example()
        example = found_at(content, self._bindings.operations[reading.id].answer)
        return example if isinstance(example, dict) else {}

"""The interface of a store: documents in collections, looked up by key or by an indexed field, changed atomically."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

Document = Mapping[str, Any]
"""A stored value. It is never changed in place: a change is a new document under the same key."""

Key = Hashable
Indexes = Mapping[str, tuple[str, ...]]
"""For each collection, the fields by which its documents are looked up."""


class State(Protocol):
    """The state as one transaction sees and changes it."""

    def get(self, collection: str, key: Key) -> Document | None:
        """Return the document under ``key``, or None."""

    def many(self, collection: str, keys: Iterable[Key]) -> list[Document]:
        """Return the documents under ``keys`` in that order, without the missing ones."""

    def all(self, collection: str) -> Iterator[Document]:
        """Yield every document of a collection in the order of creation."""

    def where(self, collection: str, field: str, value: Hashable) -> list[Document]:
        """Return the documents whose indexed ``field`` has ``value``, in the order of creation."""

    def collections(self) -> list[str]:
        """Return the names of the collections that hold or held documents."""

    def count(self, collection: str) -> int:
        """Return how many documents a collection holds."""

    def put(self, collection: str, key: Key, document: Document) -> None:
        """Store ``document`` under ``key``; it replaces the one that was there, in its place in the order."""

    def remove(self, collection: str, key: Key) -> None:
        """Remove the document under ``key``."""

    def next_id(self, collection: str) -> int:
        """Return an integer that no document of the collection has had as its id, counted from 1."""


class Store(Protocol):
    """Where the state lives."""

    def transaction(self) -> AbstractContextManager[State]:
        """Open a transaction; an exception inside leaves the state as it was, but for the sequences of ``next_id``."""

    def seed(self, plant: Callable[[State], None]) -> None:
        """Fill the store by ``plant`` and remember the result as the initial state."""

    def reset(self) -> None:
        """Return to the initial state."""

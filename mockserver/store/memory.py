"""The store that lives in this process."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from types import TracebackType
from typing import Final

import msgspec
from immutables import Map

from mockserver.store.state import Document, Indexes, Key, State
from mockserver.store.tables import Table

Tables = Map[str, Table]

_EMPTY: Final = Table()


class Snapshot(msgspec.Struct, frozen=True):
    """The whole state at one moment; taking it and returning to it cost the same whatever the size."""

    tables: Tables
    sequences: Map[str, int]
    """Collection → the last number that ``next_id`` returned."""


class MemoryStore:
    """Keeps the state as one immutable value; a transaction that succeeds replaces it by the next.

    The server runs one request at a time in one thread, and no handler awaits, so transactions never interleave.
    """

    def __init__(self, indexes: Indexes) -> None:
        self.tables: Tables = Map(
            {collection: Table(indexes={field: Map() for field in fields}) for collection, fields in indexes.items()}
        )
        # Beside the tables: a rejected request leaves the next value of a sequence, but no other trace.
        self.sequences: Map[str, int] = Map()
        self._initial = self.snapshot()

    def transaction(self) -> "_Transaction":
        """Open a transaction on the present state."""
        return _Transaction(self)

    def seed(self, plant: Callable[[State], None]) -> None:
        """Fill the store, and remember the result."""
        with self.transaction() as state:
            plant(state)
        self._initial = self.snapshot()

    def reset(self) -> None:
        """Return to the state that ``seed`` remembered."""
        self.restore(self._initial)

    def snapshot(self) -> Snapshot:
        """Return the present state."""
        return Snapshot(self.tables, self.sequences)

    def restore(self, snapshot: Snapshot) -> None:
        """Return to the state of a snapshot."""
        self.tables, self.sequences = snapshot.tables, snapshot.sequences


class _Transaction:
    """A state that becomes that of the store once its block ends without an exception."""

    __slots__ = ("_store", "_tables")

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._tables = store.tables

    def __enter__(self) -> "_Transaction":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._store.tables = self._tables

    def get(self, collection: str, key: Key) -> Document | None:
        """Return the document under ``key``, or None."""
        try:
            return self._tables[collection].documents[key]
        except KeyError:
            return None

    def many(self, collection: str, keys: Iterable[Key]) -> list[Document]:
        """Return the documents under ``keys`` in that order, without the missing ones."""
        documents = self._tables.get(collection, _EMPTY).documents
        return [documents[key] for key in keys if key in documents]

    def all(self, collection: str) -> Iterator[Document]:
        """Yield every document of a collection in the order of creation."""
        return self._tables.get(collection, _EMPTY).all()

    def where(self, collection: str, field: str, value: Hashable) -> list[Document]:
        """Return the documents whose indexed ``field`` has ``value``, in the order of creation."""
        return self._tables[collection].where(field, value)

    def collections(self) -> list[str]:
        """Return the names of the collections that hold or held documents."""
        return list(self._tables)

    def count(self, collection: str) -> int:
        """Return how many documents a collection holds."""
        return len(self._tables.get(collection, _EMPTY).documents)

    def put(self, collection: str, key: Key, document: Document) -> None:
        """Store ``document`` under ``key``; it replaces the one that was there."""
        self._tables = self._tables.set(collection, self._tables.get(collection, _EMPTY).put(key, document))

    def remove(self, collection: str, key: Key) -> None:
        """Remove the document under ``key``."""
        self._tables = self._tables.set(collection, self._tables.get(collection, _EMPTY).remove(key))

    def next_id(self, collection: str) -> int:
        """Return the next integer of a sequence, which is never rolled back, as that of a database is not."""
        number = self._store.sequences.get(collection, 0) + 1
        self._store.sequences = self._store.sequences.set(collection, number)
        return number

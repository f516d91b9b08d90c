"""The store that lives in this process."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from types import TracebackType
from typing import Final

from mockserver.store.state import Document, Indexes, Key, State

_UNHASHABLE: Final = (list, dict)


def _indexed(value: object) -> Hashable:
    """Return a value as a key of an index: lists and objects as their text."""
    return repr(value) if isinstance(value, _UNHASHABLE) else value


class _Table:
    """The documents of one collection and the indexes on them."""

    __slots__ = ("documents", "indexes", "last_id")

    def __init__(self, fields: tuple[str, ...]) -> None:
        self.documents: dict[Key, Document] = {}
        # A dictionary of keys instead of a set: rows come back in the order of creation.
        self.indexes: dict[str, dict[Hashable, dict[Key, None]]] = {field: {} for field in fields}
        self.last_id = 0

    def put(self, key: Key, document: Document) -> Document | None:
        before = self.documents.get(key)
        self.documents[key] = document
        for field, index in self.indexes.items():
            value = document.get(field)
            if before is not None:
                # Most changes leave the indexed fields alone.
                if before.get(field) == value:
                    continue
                self._unindex(index, _indexed(before.get(field)), key)
            index.setdefault(_indexed(value), {})[key] = None
        return before

    def remove(self, key: Key) -> Document | None:
        before = self.documents.pop(key, None)
        if before is not None:
            for field, index in self.indexes.items():
                self._unindex(index, _indexed(before.get(field)), key)
        return before

    @staticmethod
    def _unindex(index: dict[Hashable, dict[Key, None]], value: Hashable, key: Key) -> None:
        keys = index[value]
        del keys[key]
        if not keys:
            del index[value]

    def copy(self) -> "_Table":
        table = _Table(())
        table.documents = dict(self.documents)
        table.indexes = {
            field: {value: dict(keys) for value, keys in index.items()} for field, index in self.indexes.items()
        }
        table.last_id = self.last_id
        return table


class MemoryStore:
    """Keeps documents in dictionaries; a transaction is an undo list.

    The server runs one request at a time in one thread, and no handler awaits, so transactions never interleave.
    """

    def __init__(self, indexes: Indexes) -> None:
        self._indexes = indexes
        self._tables = self._empty()
        self._start = self._empty()

    def _empty(self) -> defaultdict[str, _Table]:
        tables: defaultdict[str, _Table] = defaultdict(lambda: _Table(()))
        for collection, fields in self._indexes.items():
            tables[collection] = _Table(fields)
        return tables

    def transaction(self) -> "_Transaction":
        """Open a transaction on the tables."""
        return _Transaction(self._tables)

    def seed(self, plant: Callable[[State], None]) -> None:
        """Fill the store, and keep a copy of the result."""
        with self.transaction() as state:
            plant(state)
        self._start = self._copy(self._tables)

    def reset(self) -> None:
        """Return to the copy that ``seed`` kept."""
        self._tables = self._copy(self._start)

    def _copy(self, tables: defaultdict[str, _Table]) -> defaultdict[str, _Table]:
        copy = self._empty()
        copy.update((name, table.copy()) for name, table in tables.items())
        return copy


class _Transaction:
    """A state that can roll back the changes made through it."""

    __slots__ = ("_tables", "_undo")

    def __init__(self, tables: defaultdict[str, _Table]) -> None:
        self._tables = tables
        self._undo: list[tuple[_Table, Key, Document | None]] = []

    def __enter__(self) -> "_Transaction":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            return
        # In reverse: the oldest value of a document that was changed twice is the one to restore.
        for table, key, before in reversed(self._undo):
            if before is None:
                table.remove(key)
            else:
                table.put(key, before)

    def get(self, collection: str, key: Key) -> Document | None:
        """Return the document under ``key``, or None."""
        return self._tables[collection].documents.get(key)

    def many(self, collection: str, keys: Iterable[Key]) -> list[Document]:
        """Return the documents under ``keys`` in that order, without the missing ones."""
        documents = self._tables[collection].documents
        return [documents[key] for key in keys if key in documents]

    def all(self, collection: str) -> Iterator[Document]:
        """Yield every document of a collection in the order of creation."""
        return iter(self._tables[collection].documents.values())

    def where(self, collection: str, field: str, value: Hashable) -> list[Document]:
        """Return the documents whose indexed ``field`` has ``value``, in the order of creation."""
        table = self._tables[collection]
        documents = table.documents
        return [documents[key] for key in table.indexes[field].get(_indexed(value), ())]

    def collections(self) -> list[str]:
        """Return the names of the collections that hold or held documents."""
        return list(self._tables)

    def count(self, collection: str) -> int:
        """Return how many documents a collection holds."""
        return len(self._tables[collection].documents)

    def put(self, collection: str, key: Key, document: Document) -> None:
        """Store ``document`` under ``key``; it replaces the one that was there."""
        table = self._tables[collection]
        self._undo.append((table, key, table.put(key, document)))

    def remove(self, collection: str, key: Key) -> None:
        """Remove the document under ``key``."""
        table = self._tables[collection]
        before = table.remove(key)
        if before is not None:
            self._undo.append((table, key, before))

    def next_id(self, collection: str) -> int:
        """Return the next integer of a sequence, which is never rolled back, as that of a database is not."""
        table = self._tables[collection]
        table.last_id += 1
        return table.last_id

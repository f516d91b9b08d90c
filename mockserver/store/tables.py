"""One collection as an immutable value: a change produces the next table, which shares what it did not change."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Final

import msgspec
from immutables import Map

from mockserver.store.state import Document, Key

Order = Map[int, Key]
"""Keys by their places in the order of creation, since a map has no order of its own."""
Index = Map[Hashable, Order]
"""The keys of the documents that have a value, by that value."""

_NO_KEYS: Final[Order] = Map()
_PLAIN: Final = frozenset((str, int, bool, float, tuple, type(None)))


class Table(msgspec.Struct, frozen=True):
    """The documents of one collection, the order of their creation, and the indexes on them."""

    documents: Map[Key, Document] = Map()
    places: Map[Key, int] = Map()
    """The place of each key in the order of creation. A document keeps its place when it is replaced."""
    order: Order = Map()
    last_place: int = 0
    indexes: Mapping[str, Index] = {}

    def all(self) -> Iterator[Document]:
        """Return every document in the order of creation."""
        return iter(self._at(self.order))

    def where(self, field: str, value: object) -> list[Document]:
        """Return the documents whose indexed field has a value, in the order of creation."""
        keys = self.indexes[field].get(_indexed(value))
        return [] if keys is None else self._at(keys)

    def _at(self, keys: Order) -> list[Document]:
        documents = self.documents
        # Most look-ups find one document, and a comprehension takes three times as long.
        if len(keys) == 1:
            (place,) = keys
            return [documents[keys[place]]]
        return [documents[keys[place]] for place in sorted(keys)]

    def put(self, key: Key, document: Document) -> "Table":
        """Return the table with a document under a key; it replaces the one that was there."""
        before = self.documents.get(key)
        documents = self.documents.set(key, document)
        indexes = self.indexes
        if before is None:
            place = self.last_place + 1
            indexes = {field: _with(index, document.get(field), place, key) for field, index in indexes.items()}
            return Table(documents, self.places.set(key, place), self.order.set(place, key), place, indexes)
        for field in indexes:
            # Most changes leave the indexed fields alone.
            if before.get(field) != document.get(field):
                indexes = self._moved(key, before, document)
                break
        return Table(documents, self.places, self.order, self.last_place, indexes)

    def _moved(self, key: Key, before: Document, document: Document) -> Mapping[str, Index]:
        """Return the indexes after a document was replaced by one with other values in their fields."""
        place = self.places[key]
        return {
            field: _with(_without(index, before.get(field), place), document.get(field), place, key)
            for field, index in self.indexes.items()
        }

    def remove(self, key: Key) -> "Table":
        """Return the table without the document under a key."""
        before = self.documents.get(key)
        if before is None:
            return self
        place = self.places[key]
        return Table(
            self.documents.delete(key),
            self.places.delete(key),
            self.order.delete(place),
            self.last_place,
            {field: _without(index, before.get(field), place) for field, index in self.indexes.items()},
        )


def _with(index: Index, value: object, place: int, key: Key) -> Index:
    indexed = _indexed(value)
    return index.set(indexed, index.get(indexed, _NO_KEYS).set(place, key))


def _without(index: Index, value: object, place: int) -> Index:
    indexed = _indexed(value)
    keys = index[indexed].delete(place)
    return index.set(indexed, keys) if keys else index.delete(indexed)


def _indexed(value: object) -> Hashable:
    """Return a value as a key of an index, equal to that of every equal value."""
    # Most values are texts and numbers: one look at their class for those.
    if value.__class__ in _PLAIN:
        return value
    if isinstance(value, list):
        return tuple(map(_indexed, value))
    if isinstance(value, dict):
        return frozenset((name, _indexed(part)) for name, part in value.items())
    return value

"""The ids of new documents: the one that the body names, else the next that is free, in the types of the document."""

from typing import Any
from uuid import UUID

from mockserver.call import Call
from mockserver.errors import Invalid, Problem
from mockserver.openapi.resources import KEY
from mockserver.openapi.specification import Schema
from mockserver.store import Document, Key


class Ids:
    """The ids in one collection.

    ``identity`` is the field that has the id, ``in_bodies`` its schema, and ``in_paths`` that of the path parameter.
    ``beside`` is the schema of another field ``id``, None where there is none.
    """

    def __init__(self, identity: str, in_bodies: Schema, in_paths: Schema, beside: Schema | None) -> None:
        self.identity = identity
        self._in_bodies = in_bodies or in_paths
        self._in_paths = in_paths or in_bodies
        self._beside = beside

    def assign(self, call: Call, collection: str, fields: Document) -> dict[str, Key]:
        """Return the id fields of a new document with some other fields.

        Raises:
            Invalid: The id that the body names is empty or taken.
        """
        value = fields.get(self.identity)
        if value is None:
            number = self._free_number(call, collection)
            value, key = _typed(number, self._in_bodies), _typed(number, self._in_paths)
        else:
            number, key = call.state.next_id(collection), self.key(value)
            self._require_free(call, collection, key)
        ids: dict[str, Key] = {self.identity: value}
        if self._beside is not None:
            ids["id"] = _typed(number, self._beside)
        elif "id" not in ids:
            ids["id"] = value
        return ids if ids["id"] == key else {**ids, KEY: key}

    def key(self, value: Any) -> Key:
        """Return the key in paths of a document whose id has a value."""
        if self._in_paths.get("type") == "integer" and str(value).isdecimal():
            return int(value)
        if self._in_paths.get("type") == "string" and isinstance(value, int):
            return str(value)
        return value  # type: ignore[no-any-return]  # the body was read by its schema, ids are int or str

    def _free_number(self, call: Call, collection: str) -> int:
        """Return the next number whose id no document has: callers may have chosen ids ahead of it."""
        number = call.state.next_id(collection)
        while call.state.get(collection, _typed(number, self._in_paths)) is not None:
            number = call.state.next_id(collection)
        return number

    def _require_free(self, call: Call, collection: str, key: Key) -> None:
        if key == "":
            raise Invalid([Problem(self.identity, "blank", "This field may not be blank.")])
        if call.state.get(collection, key) is not None:
            raise Invalid([Problem(self.identity, "unique", "This id is taken.")])


def key_in(document: Document) -> Key:
    """Return the key of a document in paths."""
    return document.get(KEY, document["id"])  # type: ignore[no-any-return]  # ids are int or str


def _typed(number: int, schema: Schema) -> Key:
    """Return the number of a document as an id of its schema."""
    if schema.get("type", "integer") == "integer":
        return number
    return str(UUID(int=number)) if schema.get("format") == "uuid" else str(number)

"""The ids of new documents: the one that the body names, else the next that is free, in the types of the document."""

import json
import re
from functools import cached_property
from itertools import count
from random import Random
from typing import Any, Final, Self
from uuid import UUID

from rstr import Rstr

from mockserver.errors import DuplicateId, Invalid, Problem
from mockserver.openapi.resources import KEY
from mockserver.openapi.schemas import Schema
from mockserver.openapi.wrappers import Item, types_of
from mockserver.operations.nesting import find
from mockserver.store import Document, Key, State

_TRIES: Final = 20
"""Texts that are tried for the pattern of one id."""
_DIGITS: Final = re.compile("[0-9a-f]+|[0-9A-F]+")
_MOST_TEXTS: Final = 500
"""Ids that are tried until one is free, where they have to match a pattern."""


class Ids:
    """The ids in one collection.

    ``identity`` is the field that has the id, ``in_bodies`` its schema, and ``in_paths`` that of the path parameter.
    ``beside`` is the schema of another field ``id``, None where there is none. Where no path has the id, the field is
    one like any other: its values may be empty, and come twice.
    """

    def __init__(
        self, identity: str, in_bodies: Schema, in_paths: Schema, beside: Schema | None, *, is_addressed: bool = True
    ) -> None:
        self._is_addressed = is_addressed
        self.identity = identity
        self._in_bodies = in_bodies or in_paths
        self._in_paths = in_paths or in_bodies
        # An id has to fit both schemas, and the body is where it is read.
        is_alike = types_of(in_paths) == types_of(in_bodies)
        self._numbering = _Numbering({**in_paths, **in_bodies} if is_alike or not in_bodies else in_bodies)
        self._beside = None if beside is None else _Numbering(beside)

    @classmethod
    def of(cls, item: Item, in_paths: Schema, *, is_addressed: bool = True) -> Self:
        """Return the ids of the items of a collection; ``in_paths`` is the schema of the path parameter."""
        beside = item.fields.get("id") if item.key != "id" else None
        return cls(item.key, item.fields.get(item.key, {}), in_paths, beside, is_addressed=is_addressed)

    def assign(self, state: State, collection: str, fields: Document, above: tuple[Any, ...]) -> dict[str, Key]:
        """Return the id fields of a new document with some other fields, below the documents with the keys ``above``.

        Raises:
            Invalid: No id is free.
            DuplicateId: Another document has the id.
        """
        value = fields.get(self.identity)
        # An empty id can stand in no path.
        if value is None or (self._is_addressed and self.key(value) == ""):
            number, value = self._free_id(state, collection, above)
            key = self.key(value)
        else:
            number, key = self._chosen(state, collection, value, above)
        ids: dict[str, Key] = {self.identity: value}
        if self._beside is not None:
            ids["id"] = self._beside.id(number)
        elif "id" not in ids:
            ids["id"] = value
        return ids if ids["id"] == key else {**ids, KEY: key}

    def _chosen(self, state: State, collection: str, value: Any, above: tuple[Any, ...]) -> tuple[int, Key]:
        """Return the next number, and the key of a document whose id the body has."""
        number, key = state.next_id(collection), self.key(value)
        owner = find(state, collection, key, above)
        if self._is_addressed:
            self._require_free(owner)
        elif owner is not None or key == "":
            number, free = self._free_id(state, collection, above)
            return number, self.key(free)
        return number, key

    def key(self, value: Any) -> Key:
        """Return the key in paths of a document whose id has a value; a list is written as in paths."""
        if isinstance(value, list):
            return ",".join(map(str, value))
        return json.dumps(value) if isinstance(value, dict) else _as(self._in_paths, value)

    def of_example(
        self, state: State, collection: str, example: Document, above: tuple[Any, ...]
    ) -> dict[str, Key] | None:
        """Return the id fields of an example; None if its id is taken, or is none that a path can have.

        Raises:
            Invalid: The example has no id, and none is free.
        """
        value = example.get(self.identity)
        if value is None:
            _, value = self._free_id(state, collection, above)
        value, key = _as(self._in_bodies, value), self.key(value)
        if not isinstance(key, int | str) or key == "" or find(state, collection, key, above) is not None:
            return None
        ids: dict[str, Key] = {"id": example.get("id", value), self.identity: value}
        if self._beside is not None and "id" not in example:
            ids["id"] = self._beside.id(state.next_id(collection))
        return ids if ids["id"] == key else {**ids, KEY: key}

    def _free_id(self, state: State, collection: str, above: tuple[Any, ...]) -> tuple[int, Key]:
        """Return the next number whose id no document has, and that id: callers may have chosen ids ahead of it."""
        # A pattern may allow only some texts, numbers never end.
        for _ in range(_MOST_TEXTS) if self._numbering.has_pattern else count():
            number = state.next_id(collection)
            value = self._numbering.id(number)
            if find(state, collection, self.key(value), above) is None:
                return number, value
        raise Invalid([Problem(self.identity, "unique", "Every id that fits the schema is taken.")])

    def _require_free(self, owner: Document | None) -> None:
        if owner is not None:
            raise DuplicateId([Problem(self.identity, "unique", "This id is taken.")])


def key_in(document: Document) -> Key:
    """Return the key of a document in paths."""
    return document.get(KEY, document["id"])  # type: ignore[no-any-return]  # ids are int or str


def _as(schema: Schema, value: Any) -> Key:
    """Return an id in the type of a schema, if it can have it."""
    if schema.get("type") == "integer" and str(value).removeprefix("-").isdecimal():
        return int(value)
    if schema.get("type") == "string" and isinstance(value, int | float):
        return str(value)
    return value  # type: ignore[no-any-return]  # the body was read by its schema, ids are int or str


class _Numbering:
    """Writes numbers as ids that fit a schema."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        is_number = "integer" in types_of(schema) or not {"type", "pattern", "format"} & schema.keys()
        self._least = max(1, int(schema.get("minimum", 1))) if is_number else None
        self.has_pattern = "pattern" in schema
        self._is_uuid = schema.get("format") == "uuid"
        self._shortest = schema.get("minLength", 0)

    def id(self, number: int) -> Key:
        """Return the id with a number."""
        if self._least is not None:
            return self._least - 1 + number
        if self._is_uuid:
            return str(UUID(int=number))
        text = str(number).rjust(self._shortest, "0")
        return text if self._fits(text) else self._by_example(number) or self._by_pattern(number) or text

    def _fits(self, text: str) -> bool:
        is_long_enough = self._shortest <= len(text) <= self._schema.get("maxLength", len(text))
        return is_long_enough and (self._pattern is None or bool(self._pattern.search(text)))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        try:
            return re.compile(self._schema["pattern"]) if "pattern" in self._schema else None
        except re.error:
            return None  # written for another dialect

    def _by_example(self, number: int) -> str | None:
        """Return a text that matches the pattern, with the number in the place of its last digits."""
        example = self._example or ""
        for digits in reversed(list(_DIGITS.finditer(example))):
            for text in (str(number), str(number).rjust(len(digits[0]), "0")):
                candidate = example[: digits.start()] + text + example[digits.end() :]
                if self._fits(candidate):
                    return candidate
        return None

    @cached_property
    def _example(self) -> str | None:
        return self._by_pattern(0)

    def _by_pattern(self, number: int) -> str | None:
        """Return the shortest of some texts that match the pattern, other ones for each number."""
        if self._pattern is None:
            return None
        generator = Rstr(Random(number))  # noqa: S311  # ids to look at, no secrets
        texts = (generator.xeger(self._pattern.pattern) for _ in range(_TRIES))
        return min(filter(self._fits, texts), key=len, default=None)

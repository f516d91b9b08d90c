"""A resource as a document describes it: its paths, its operations, its fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contracts.messages.bodies import Encoding
from contracts.openapi.envelopes import Listing, Steps
from contracts.openapi.identifiers import names_of
from contracts.openapi.paths import parameters_of, shape
from contracts.openapi.schemas import Schema, kind_of, limits_of, variants


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    statuses: frozenset[str]
    encodings: tuple[Encoding, ...]
    body: Mapping[Encoding, Schema]
    answer: Schema | None
    pointer: str
    callers: tuple[str, ...] | None = None
    """The roles whose people may call it, None where the document does not say."""
    unwritten: tuple[str, ...] = ()
    """The media types of its body in which fields have no spelling."""
    queries: tuple[str, ...] = ()
    """Its query parameters."""
    heeds_version: bool = False
    """Whether it may come with the version of the item in If-Match."""
    needs_version: bool = False
    """Whether it has to."""
    wrapped_in: Mapping[Encoding, str] = field(default_factory=dict)
    """Encoding → the one key under which a body has its fields, where there is one."""

    @property
    def label(self) -> str:
        """The operation as reports name it."""
        return f"{self.method} {self.path}"

    @property
    def encoding(self) -> Encoding:
        """The media type in which it is sent where nothing depends on that: one of JSON, if there is any."""
        return next((each for each in self.encodings if each.is_json), next(iter(self.encodings), Encoding.JSON))

    def wrapped(self, fields: Mapping[str, object], encoding: Encoding | None = None) -> Mapping[str, object]:
        """Fields as a body has them: as they are, or under the one key in which the document wraps them."""
        key = self.wrapped_in.get(encoding or self.encoding)
        return fields if key is None else {key: fields}


@dataclass(frozen=True)
class Field:
    """A field of a resource: how it is written by PATCH and POST, how it is read."""

    name: str
    write: Schema | None
    read: Schema | None
    encodings: tuple[Encoding, ...] = ()
    required: bool = False
    default: Any = None
    """What a fresh item holds where nobody says otherwise, as far as the spec tells."""

    @property
    def writable(self) -> bool:
        """Whether PATCH may change it."""
        return self.write is not None and not (self.read or {}).get("readOnly", False)

    @property
    def read_only(self) -> bool:
        """Whether an answer shows it and no request may set it."""
        return self.read is not None and not self.writable

    @property
    def write_only(self) -> bool:
        """Whether a request may set it and no answer may show it."""
        return self.writable and (self.read is None or bool(self.read.get("writeOnly")))

    @property
    def is_shown_as_written(self) -> bool:
        """Whether what answers show of it can be sent as it is."""
        return self.write is not None and self.read is not None and kind_of(self.write) == kind_of(self.read)

    @cached_property
    def kind(self) -> str:
        """The JSON type in which it is read (written, if it never is)."""
        return kind_of(self.constraints)

    @cached_property
    def constraints(self) -> Schema:
        """What a value may be, from the request schema first."""
        written, read = (limits_of(each) if each is not None else None for each in (self.write, self.read))
        if written is None or read is None:
            return written or read or {}
        return {**read, **written} if kind_of(written) == kind_of(read) else written

    @property
    def nullable(self) -> bool:
        """Whether null is a legal value of it."""
        return any(
            each.get("nullable") or each.get("type") == "null" or None in each.get("enum", ())
            for each in variants(self.write or {})
        )


@dataclass(frozen=True)
class Resource:
    """A collection and its items, as the paths and schemas describe them."""

    name: str
    collection: str
    item: str
    operations: Mapping[str, Operation]
    """Verb (create, list, read, replace, patch, delete) → operation; where there is no PATCH, PUT is what patches."""
    fields: tuple[Field, ...] = ()
    create_required: frozenset[str] = frozenset()
    create_fields: Mapping[str, Field] = field(default_factory=dict)
    parent: "Resource | None" = None
    identifiers: Mapping[str, Schema] = field(default_factory=dict)
    """Path parameter of its items → what it may be."""
    items: Mapping[str, Steps] = field(default_factory=dict)
    """Method → where its answer has the item, which may be wrapped in something."""
    listing: Listing = field(default_factory=Listing)
    """How its list is read."""

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The names of the field that has the id of an item: the one that answers have, else all that it could be."""
        shown = {each.name for each in self.fields if each.read is not None}
        names = names_of(self.parameter, self.name)
        return next(((name,) for name in names if name in shown), names)

    @property
    def within(self) -> str:
        """What its collection adds to the path of an item of the resource above."""
        above = self.parent.item.strip("/").count("/") + 1 if self.parent else 0
        return "/".join(self.collection.strip("/").split("/")[above:])

    def has(self, operation: Operation) -> bool:
        """Whether an operation is one of an item, or stands below it."""
        return f"{shape(operation.path)}/".startswith(f"{shape(self.item)}/")

    def rest(self, operation: Operation) -> str:
        """What the path of an operation adds to that of an item without its last slash."""
        return "".join(f"/{each}" for each in operation.path.split("/")[self.item.rstrip("/").count("/") + 1 :])

    @property
    def unmade(self) -> list[str]:
        """The parameters of its collection that stand for what no resource creates."""
        return parameters_of(self.within if self.parent else self.collection)

    @property
    def parameter(self) -> str:
        """The path parameter that identifies an item."""
        return self.item.rstrip("/").rpartition("/")[2].strip("{}")

    @property
    def changes(self) -> list[Operation]:
        """What changes an item or deletes it."""
        return [each for verb, each in self.operations.items() if verb in ("replace", "patch", "delete")]

    @property
    def is_replaced(self) -> bool:
        """Whether a change of it takes a PUT of the whole, for want of a PATCH."""
        return "patch" in self.operations and self.operations["patch"].method == "PUT"

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """The media types in which PATCH is read."""
        return self.operations["patch"].encodings if "patch" in self.operations else ()

    def encoding(self, verb: str) -> Encoding:
        """The media type in which an operation is sent where nothing depends on that."""
        return self.operations[verb].encoding if verb in self.operations else Encoding.JSON

    def wrapped(
        self, verb: str, fields: Mapping[str, object], encoding: Encoding | None = None
    ) -> Mapping[str, object]:
        """Fields as the body of an operation has them."""
        return self.operations[verb].wrapped(fields, encoding) if verb in self.operations else fields

    @property
    def writable(self) -> list[Field]:
        """Fields that PATCH changes and GET shows."""
        return [each for each in self.fields if each.writable and not each.write_only]

    @property
    def read_only(self) -> list[Field]:
        """Fields that only answers hold."""
        return [each for each in self.fields if each.read_only]

    @property
    def write_only(self) -> list[Field]:
        """Fields that only requests hold."""
        return [each for each in self.fields if each.write_only]

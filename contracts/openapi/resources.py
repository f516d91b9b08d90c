"""A resource of a document: its paths, its operations, its fields."""

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
    """The roles that may call it; None where the document does not say."""
    unwritten: tuple[str, ...] = ()
    """The media types of its body that cannot hold fields."""
    queries: tuple[str, ...] = ()
    """Its query parameters."""
    accepts_if_match: bool = False
    """Whether a request may send the version of the item in If-Match."""
    requires_if_match: bool = False
    """Whether a request must send it."""
    wrapped_in: Mapping[Encoding, str] = field(default_factory=dict)
    """Encoding → the one key that wraps the fields of a body, where there is one."""

    @property
    def label(self) -> str:
        """The name of the operation in reports."""
        return f"{self.method} {self.path}"

    @property
    def encoding(self) -> Encoding:
        """The media type to send by default: one of JSON, if there is any."""
        return next((media for media in self.encodings if media.is_json), next(iter(self.encodings), Encoding.JSON))

    def wrapped(self, fields: Mapping[str, object], encoding: Encoding | None = None) -> Mapping[str, object]:
        """Return the fields as a body holds them: unchanged, or under the one key in which the document wraps them."""
        key = self.wrapped_in.get(encoding or self.encoding)
        return fields if key is None else {key: fields}


@dataclass(frozen=True)
class Field:
    """A field of a resource, with the schemas by which it is written and read."""

    name: str
    write: Schema | None
    read: Schema | None
    encodings: tuple[Encoding, ...] = ()
    required: bool = False
    default: Any = None
    """The default of a fresh item, as far as the spec names it."""

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
        """Whether a value from an answer can be sent as it is."""
        return self.write is not None and self.read is not None and kind_of(self.write) == kind_of(self.read)

    @cached_property
    def kind(self) -> str:
        """The JSON type in which it is read, or written if it is never read."""
        return kind_of(self.constraints)

    @cached_property
    def constraints(self) -> Schema:
        """The constraints on a value, from the request schema first."""
        written, read = (limits_of(schema) if schema is not None else None for schema in (self.write, self.read))
        if written is None or read is None:
            return written or read or {}
        return {**read, **written} if kind_of(written) == kind_of(read) else written

    @property
    def nullable(self) -> bool:
        """Whether null is a legal value of it."""
        return any(
            variant.get("nullable") or variant.get("type") == "null" or None in variant.get("enum", ())
            for variant in variants(self.write or {})
        )


@dataclass(frozen=True)
class Resource:
    """A collection and its items, as the document describes them."""

    name: str
    collection: str
    item: str
    operations: Mapping[str, Operation]
    """Verb (create, list, read, replace, patch, delete) → operation; without a PATCH, PUT is the one that patches."""
    fields: tuple[Field, ...] = ()
    create_required: frozenset[str] = frozenset()
    create_fields: Mapping[str, Field] = field(default_factory=dict)
    parent: "Resource | None" = None
    identifiers: Mapping[str, Schema] = field(default_factory=dict)
    """Path parameter of its items → its schema."""
    items: Mapping[str, Steps] = field(default_factory=dict)
    """Method → the keys that lead to the item in its answer."""
    listing: Listing = field(default_factory=Listing)
    """How to read its list."""
    declared_key: str | None = None
    """The field with the id of an item, where the document names it."""

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """The names of the field with the id of an item: the one in the answers, else every possible one."""
        if self.declared_key is not None:
            return (self.declared_key,)
        readable = {field.name for field in self.fields if field.read is not None}
        names = names_of(self.parameter, self.name)
        return next(((name,) for name in names if name in readable), names)

    @property
    def within(self) -> str:
        """The part of the path of its collection below an item of the parent."""
        above = self.parent.item.strip("/").count("/") + 1 if self.parent else 0
        return "/".join(self.collection.strip("/").split("/")[above:])

    def has(self, operation: Operation) -> bool:
        """Return whether an operation addresses an item, or a path below it."""
        return f"{shape(operation.path)}/".startswith(f"{shape(self.item)}/")

    def rest(self, operation: Operation) -> str:
        """Return the part of the path of an operation below an item, without the last slash of the item's path."""
        return "".join(f"/{segment}" for segment in operation.path.split("/")[self.item.rstrip("/").count("/") + 1 :])

    @property
    def unmade(self) -> list[str]:
        """The parameters of its collection for which no resource creates a value."""
        return parameters_of(self.within if self.parent else self.collection)

    @property
    def parameter(self) -> str:
        """The path parameter that identifies an item."""
        return self.item.rstrip("/").rpartition("/")[2].strip("{}")

    @property
    def changes(self) -> list[Operation]:
        """The operations that change or delete an item."""
        return [operation for verb, operation in self.operations.items() if verb in ("replace", "patch", "delete")]

    @property
    def is_replaced(self) -> bool:
        """Whether a change is a PUT of the whole item, because there is no PATCH."""
        return "patch" in self.operations and self.operations["patch"].method == "PUT"

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """The media types that PATCH accepts."""
        return self.operations["patch"].encodings if "patch" in self.operations else ()

    def encoding(self, verb: str) -> Encoding:
        """Return the media type to send to an operation by default."""
        return self.operations[verb].encoding if verb in self.operations else Encoding.JSON

    def wrapped(
        self, verb: str, fields: Mapping[str, object], encoding: Encoding | None = None
    ) -> Mapping[str, object]:
        """Return the fields as the body of an operation holds them."""
        return self.operations[verb].wrapped(fields, encoding) if verb in self.operations else fields

    @property
    def writable(self) -> list[Field]:
        """The fields that PATCH changes and GET shows."""
        return [field for field in self.fields if field.writable and not field.write_only]

    @property
    def read_only(self) -> list[Field]:
        """The fields that only answers hold."""
        return [field for field in self.fields if field.read_only]

    @property
    def write_only(self) -> list[Field]:
        """The fields that only requests hold."""
        return [field for field in self.fields if field.write_only]

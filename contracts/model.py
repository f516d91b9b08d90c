"""What an OpenAPI document says of resources: their operations, and which fields are read and written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from contracts.identifiers import names_of
from contracts.payload import Encoding

Schema: TypeAlias = Mapping[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")


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

    @property
    def label(self) -> str:
        """The operation as reports name it."""
        return f"{self.method} {self.path}"


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


_LIMITS = frozenset(
    {
        "type", "enum", "format", "default", "pattern", "minLength", "maxLength", "minimum", "maximum", "multipleOf",
        "exclusiveMinimum", "exclusiveMaximum", "items", "minItems", "maxItems", "uniqueItems", "properties",
    }
)  # fmt: skip


def limits_of(schema: Schema) -> Schema:
    """What a schema says of a value, in the first of its alternatives that has more to it than being empty or null."""
    alternatives = [each for each in variants(schema) if each.get("type") != "null"]
    of_substance = [each for each in alternatives if not _is_empty(each)] or alternatives or [schema]
    first = of_substance[0]
    found = {key: value for key, value in first.items() if key in _LIMITS}
    if "enum" in first:
        choices = (value for each in of_substance for value in each.get("enum", ()) if value is not None)
        found["enum"] = list(dict.fromkeys(choices))
    return found


def _is_empty(schema: Schema) -> bool:
    """Whether nothing but an empty text or null is legal by it."""
    return schema.get("maxLength") == 0 or not any(schema.get("enum", ["something"]))


def kind_of(schema: Schema) -> str:
    """The JSON type of what a schema describes, by its choices where it names none."""
    if "type" in schema:
        return str(schema["type"])
    first: object = next(iter(schema.get("enum", ())), None)
    return {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}.get(type(first), "object")


@dataclass(frozen=True)
class Resource:
    """A collection and its items, as the paths and schemas describe them."""

    name: str
    collection: str
    item: str
    operations: Mapping[str, Operation]
    """Verb (create, list, read, replace, patch, delete) → operation."""
    fields: tuple[Field, ...] = ()
    create_required: frozenset[str] = frozenset()
    create_fields: Mapping[str, Field] = field(default_factory=dict)
    parent: "Resource | None" = None
    identifiers: Mapping[str, Schema] = field(default_factory=dict)
    """Path parameter of its items → what it may be."""

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
    def parameter(self) -> str:
        """The path parameter that identifies an item."""
        return self.item.rstrip("/").rpartition("/")[2].strip("{}")

    @property
    def encodings(self) -> tuple[Encoding, ...]:
        """The media types in which PATCH is read."""
        return self.operations["patch"].encodings if "patch" in self.operations else ()

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


class Model:
    """An OpenAPI document read for its resources."""

    def __init__(self, document: Schema) -> None:
        self.document = document

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """operationId (or `METHOD path`) → operation."""
        return {operation.id: operation for operation in self._operations()}

    @cached_property
    def resources(self) -> list[Resource]:
        """Every path pair of a collection with POST and an item with GET or PATCH, parents first."""
        found: dict[str, Resource] = {}
        for path in sorted(self.document.get("paths", {}), key=lambda path: len(shape(path))):
            collection = self._collection_of(path)
            if collection is not None:
                found[path] = self._resource(path, collection, found)
        return list(found.values())

    def resolve(self, schema: Schema) -> Schema:
        """Follow a reference inside the document."""
        while "$ref" in schema:
            node: Any = self.document
            for step in str(schema["$ref"]).removeprefix("#/").split("/"):
                node = node[step.replace("~1", "/").replace("~0", "~")]
            schema = node
        return schema

    def flatten(self, schema: Schema) -> dict[str, Any]:
        """A schema with its references and `allOf` parts merged into one level."""
        schema = self.resolve(schema)
        merged: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema.get("allOf", ()):
            flat = self.flatten(part)
            properties = {**flat.get("properties", {}), **merged.get("properties", {})}
            required = [*flat.get("required", ()), *merged.get("required", ())]
            merged = flat | merged | {"properties": properties, "required": required}
        for key in ("anyOf", "oneOf"):
            if key in merged:
                merged[key] = [self.flatten(part) for part in merged[key]]
        if isinstance(merged.get("items"), Mapping):
            merged["items"] = self.flatten(merged["items"]) if "$ref" not in merged["items"] else merged["items"]
        return merged

    def expanded(self, schema: Schema, depth: int = 4) -> dict[str, Any]:
        """A schema with the references inside of it followed, so deep."""
        flat = self.flatten(schema)
        if depth and "properties" in flat:
            flat["properties"] = {name: self.expanded(each, depth - 1) for name, each in flat["properties"].items()}
        if depth and isinstance(flat.get("items"), Mapping):
            flat["items"] = self.expanded(flat["items"], depth - 1)
        for key in ("anyOf", "oneOf"):
            if depth and key in flat:
                flat[key] = [self.expanded(each, depth - 1) for each in flat[key]]
        return flat

    def properties(self, schema: Schema) -> dict[str, dict[str, Any]]:
        """Name → flattened schema of every property."""
        return {name: self.flatten(part) for name, part in self.flatten(schema).get("properties", {}).items()}

    def keys(self, component: str) -> set[str]:
        """The properties that answers of a named schema hold."""
        schema = self.document.get("components", {}).get("schemas", {}).get(component, {})
        return {name for name, part in self.properties(schema).items() if not part.get("writeOnly")}

    def required(self, component: str) -> set[str]:
        """The properties that answers of a named schema always hold."""
        schema = self.document.get("components", {}).get("schemas", {}).get(component, {})
        return set(self.flatten(schema).get("required", ()))

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.document.get("paths", {}).items():
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item[method])

    def _operation(self, path: str, method: str, node: Schema) -> Operation:
        content = self.resolve(node.get("requestBody", {})).get("content", {})
        body = {Encoding(media): content[media].get("schema", {}) for media in Encoding if media in content}
        escaped = path.replace("~", "~0").replace("/", "~1")
        return Operation(
            id=node.get("operationId", f"{method.upper()} {path}"),
            method=method.upper(),
            path=path,
            statuses=frozenset(str(status) for status in node.get("responses", {})),
            encodings=tuple(body),
            body=body,
            answer=self._answer(node),
            pointer=f"#/paths/{escaped}/{method}",
            callers=tuple(node["x-allowed-to"]) if "x-allowed-to" in node else None,
        )

    def _answer(self, node: Schema) -> Schema | None:
        for status, response in node.get("responses", {}).items():
            content = self.resolve(response).get("content", {})
            if str(status).startswith("2") and Encoding.JSON in content:
                schema: Schema = content[Encoding.JSON].get("schema", {})
                return schema
        return None

    def _collection_of(self, path: str) -> str | None:
        """The path of the collection that a path's items live in, if that can create."""
        head, _, last = path.rstrip("/").rpartition("/")
        paths = self.document["paths"]
        if not (last.startswith("{") and {"get", "patch"} & set(paths[path])):
            return None
        return next((each for each in paths if shape(each) == shape(head) and "post" in paths[each]), None)

    def _resource(self, item: str, collection: str, found: Mapping[str, Resource]) -> Resource:
        operations = dict(self._verbs(item, collection))
        parents = [each for path, each in found.items() if shape(collection).startswith(f"{shape(path)}/")]
        create = self._written(operations.get("create"))
        return Resource(
            name=collection.rstrip("/").rpartition("/")[2],
            collection=collection,
            item=item,
            operations=operations,
            fields=tuple(self._fields(operations)),
            create_required=frozenset(name for name, each in create.items() if each.required),
            create_fields=create,
            parent=parents[-1] if parents else None,
            identifiers=self.parameters(item),
        )

    def parameters(self, path: str) -> dict[str, Schema]:
        """Path parameter → its schema."""
        item = self.document["paths"].get(path, {})
        listed = [*item.get("parameters", ()), *(p for m in METHODS for p in item.get(m, {}).get("parameters", ()))]
        found = [self.resolve(each) for each in listed]
        return {each["name"]: self.resolve(each.get("schema", {})) for each in found if each.get("in") == "path"}

    def _verbs(self, item: str, collection: str) -> Iterator[tuple[str, Operation]]:
        named = {
            "create": (collection, "post"),
            "list": (collection, "get"),
            "read": (item, "get"),
            "replace": (item, "put"),
            "patch": (item, "patch"),
            "delete": (item, "delete"),
        }
        for verb, (path, method) in named.items():
            if method in self.document["paths"][path]:
                yield verb, self._operation(path, method, self.document["paths"][path][method])

    def _fields(self, operations: Mapping[str, Operation]) -> Iterator[Field]:
        written = self._written(operations.get("patch"))
        answers = (operations.get(verb) for verb in ("patch", "create", "read"))
        answer = next((each.answer for each in answers if each and each.answer), None)
        read = self.properties(answer) if answer else {}
        shown = {name: schema for name, schema in read.items() if not schema.get("writeOnly")}
        created = self._written(operations.get("create"))
        for name in [*shown, *(name for name in written if name not in shown)]:
            sent = written.get(name)
            made = created.get(name)
            yield Field(
                name,
                write=sent.write if sent else None,
                read=shown.get(name),
                encodings=sent.encodings if sent else (),
                default=(made.write or {}).get("default") if made else None,
            )

    def _written(self, operation: Operation | None) -> dict[str, Field]:
        """The fields of a request body: in which encodings, as what."""
        found: dict[str, Field] = {}
        for encoding, schema in operation.body.items() if operation else ():
            required = self.flatten(schema).get("required", ())
            for name, part in self.properties(schema).items():
                if not part.get("readOnly"):
                    part = self.expanded(part)
                    known = found.get(name)
                    media = (*(known.encodings if known else ()), encoding)
                    found[name] = Field(name, known.write if known else part, None, media, name in required)
        return found


_PARAMETER = re.compile(r"\{[^}/]*\}")


def shape(path: str) -> str:
    """A path without the names of its parameters, which may differ between the paths of one resource."""
    return _PARAMETER.sub("{}", path).rstrip("/")


def variants(schema: Schema) -> Iterator[Schema]:
    """A schema itself, or the alternatives that it lists."""
    alternatives = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if not alternatives:
        kinds = schema.get("type")
        yield from ({**schema, "type": kind} for kind in kinds) if isinstance(kinds, list) else (schema,)
    for each in alternatives:
        yield from variants({**{k: v for k, v in schema.items() if k not in ("anyOf", "oneOf")}, **each})

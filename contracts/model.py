"""What an OpenAPI document says of resources: their operations, and which fields are read and written."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

from contracts.answers import Listing, Steps
from contracts.identifiers import COMMON, names_of
from contracts.payload import Encoding

Schema: TypeAlias = Mapping[str, Any]

METHODS = ("get", "post", "put", "patch", "delete")
DEEPEST = 2
"""How many objects an answer may be wrapped in."""


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
        return _NAMED.findall(self.within if self.parent else self.collection)

    @property
    def parameter(self) -> str:
        """The path parameter that identifies an item."""
        return self.item.rstrip("/").rpartition("/")[2].strip("{}")

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
        media = {each: Encoding.named(each) for each in content}
        whole = {name: content[each].get("schema", {}) for each, name in media.items() if name is not None}
        answer = self._answer(node)
        wrapped = {name: key for name, schema in whole.items() if (key := self._wrapper(schema, answer or {}))}
        body = {
            name: self.part(schema, (wrapped[name],)) if name in wrapped else schema for name, schema in whole.items()
        }
        escaped = path.replace("~", "~0").replace("/", "~1")
        return Operation(
            id=node.get("operationId", f"{method.upper()} {path}"),
            method=method.upper(),
            path=path,
            statuses=frozenset(str(status) for status in node.get("responses", {})),
            encodings=tuple(body),
            body=body,
            answer=answer,
            pointer=f"#/paths/{escaped}/{method}",
            callers=tuple(node["x-allowed-to"]) if "x-allowed-to" in node else None,
            unwritten=tuple(each for each, name in media.items() if name is None),
            queries=tuple(self._queries(path, node)),
            wrapped_in=wrapped,
        )

    def _answer(self, node: Schema) -> Schema | None:
        for status, response in node.get("responses", {}).items():
            content = self.resolve(response).get("content", {})
            media = next((each for each in content if (Encoding.named(each) or Encoding.FORM).is_json), None)
            if str(status).startswith("2") and media is not None:
                schema: Schema = content[media].get("schema", {})
                return schema
        return None

    def _queries(self, path: str, node: Schema) -> Iterator[str]:
        shared = self.document["paths"][path].get("parameters", ())
        for each in map(self.resolve, (*shared, *node.get("parameters", ()))):
            if each.get("in") == "query":
                yield each["name"]

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
        written = {**create, **self._written(operations.get("patch"))}
        ids = names_of(item.rstrip("/").rpartition("/")[2].strip("{}"), collection.rstrip("/").rpartition("/")[2])
        items = {
            each.method: self._item_at(each.answer or {}, written, ids)
            for verb, each in operations.items()
            if verb != "list"
        }
        return Resource(
            name=collection.rstrip("/").rpartition("/")[2],
            collection=collection,
            item=item,
            operations=operations,
            fields=tuple(self._fields(operations, items)),
            create_required=frozenset(name for name, each in create.items() if each.required),
            create_fields=create,
            parent=parents[-1] if parents else None,
            identifiers=self.parameters(item),
            items=items,
            listing=self._listing(operations["list"], (*written, *ids)) if "list" in operations else Listing(),
        )

    def listing(self, operation: Operation, resource: Resource) -> Listing:
        """How a list is read that shows items of a resource."""
        return self._listing(operation, [each.name for each in resource.fields])

    def _listing(self, operation: Operation, names: Iterable[str]) -> Listing:
        return Listing(self._rows_at(operation.answer or {}, names), parameters=operation.queries)

    def _item_at(self, schema: Schema, fields: Iterable[str], ids: Iterable[str]) -> Steps:
        """Where an answer has the item: the object that has most of its fields, the outermost of them."""
        names, known = set(fields), set(ids)
        found: Steps = ()
        most = 0
        for steps, part in self._objects(schema):
            held = set(self.properties(part))
            alike = len(held & names) + bool(held & known)
            found, most = (steps, alike) if alike > most else (found, most)
        return found

    def _wrapper(self, schema: Schema, answer: Schema) -> str | None:
        """The one key under which a body has its fields, None where it has them at its top, as the answer does."""
        (key, inner), *others = self.properties(schema).items() or [("", {})]
        fields = self.properties(inner)
        if others or not fields or not _may_be("object", inner):
            return None
        told = [set(self.properties(part)) for _, part in self._objects(answer)]
        is_field = any(key in each and each & set(COMMON) for each in told)
        shown = set(self.properties(self.part(answer, self._item_at(answer, fields, COMMON))))
        return key if not is_field and key not in shown and set(fields) & shown else None

    def _rows_at(self, schema: Schema, fields: Iterable[str]) -> Steps | None:
        """Where a list has its rows: the array whose objects have most of the fields, None where there is none."""
        names = set(fields)
        found = [(steps, part) for steps, part in self._parts(schema) if _may_be("array", part)]
        alike = [len(names & set(self.properties(part.get("items", {})))) for _, part in found]
        return found[alike.index(max(alike))][0] if found else None

    def part(self, schema: Schema, steps: Steps) -> Schema:
        """What a schema says of the part of a document to which keys lead."""
        return next((part for place, part in self._parts(schema) if place == steps), {})

    def _objects(self, schema: Schema) -> Iterator[tuple[Steps, Schema]]:
        return ((steps, part) for steps, part in self._parts(schema) if _may_be("object", part))

    def _parts(self, schema: Schema, depth: int = DEEPEST) -> Iterator[tuple[Steps, Schema]]:
        """A schema and those of its properties, so deep, what is nearest to the top first."""
        level: list[tuple[Steps, Schema]] = [((), self.flatten(schema))]
        for _ in range(depth + 1):
            yield from level
            level = [((*steps, name), each) for steps, part in level for name, each in self.properties(part).items()]

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
        methods = self.document["paths"][item]
        if "patch" not in methods and "put" in methods:
            named["patch"] = named.pop("replace")
        for verb, (path, method) in named.items():
            if method in self.document["paths"][path]:
                yield verb, self._operation(path, method, self.document["paths"][path][method])

    def _fields(self, operations: Mapping[str, Operation], items: Mapping[str, Steps]) -> Iterator[Field]:
        written = self._written(operations.get("patch"))
        answers = (operations.get(verb) for verb in ("patch", "create", "read"))
        answer = next((each for each in answers if each and each.answer), None)
        read = self.properties(self.part(answer.answer or {}, items[answer.method])) if answer else {}
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
                default=((made.write if made else None) or shown.get(name) or {}).get("default"),
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


def _may_be(kind: str, schema: Schema) -> bool:
    """Whether a schema lets be what is of a JSON type; one that names none speaks of objects."""
    named = schema.get("type", "object")
    return kind in named if isinstance(named, list) else bool(named == kind)


_PARAMETER = re.compile(r"\{[^}/]*\}")
_NAMED = re.compile(r"\{([^}/]*)\}")


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

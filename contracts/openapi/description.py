"""Read the resources of an OpenAPI document: their operations, and which fields are read and written."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import Literal

from contracts.messages.bodies import Encoding
from contracts.openapi.envelopes import Listing, Steps
from contracts.openapi.identifiers import names_of
from contracts.openapi.paths import shape
from contracts.openapi.resources import Field, Operation, Resource
from contracts.openapi.schemas import Schema, Schemas
from specdouble.pointers import written
from specdouble.resource_extension import declaration

METHODS = ("get", "post", "put", "patch", "delete")

_ROLES = {
    "create": ("create",),
    "list": ("list",),
    "read": ("read",),
    "replace": ("replace",),
    "patch": ("change", "replace"),
    "delete": ("delete",),
}
"""Verb → the roles of x-resource that it stands for."""


class Model(Schemas):
    """An OpenAPI document, with its operations and resources."""

    @cached_property
    def operations(self) -> dict[str, Operation]:
        """operationId (or `METHOD path`) → operation."""
        return {operation.id: operation for operation in self._operations()}

    @cached_property
    def resources(self) -> list[Resource]:
        """Every path pair of a collection with POST and an item with GET or PATCH, parents first."""
        resources: dict[str, Resource] = {}
        for path in sorted(self.document.get("paths", {}), key=lambda path: len(shape(path))):
            collection = self._collection_of(path)
            if collection is not None:
                resources[path] = self._resource(path, collection, resources)
        return list(resources.values())

    def _operations(self) -> Iterator[Operation]:
        for path, item in self.document.get("paths", {}).items():
            for method in METHODS:
                if method in item:
                    yield self._operation(path, method, item[method])

    def _operation(self, path: str, method: str, node: Schema) -> Operation:
        content = self.resolve(node.get("requestBody", {})).get("content", {})
        media = {kind: Encoding.named(kind) for kind in content}
        whole = {name: content[kind].get("schema", {}) for kind, name in media.items() if name is not None}
        answer = self._answer(node)
        wrapped = {name: key for name, schema in whole.items() if (key := self.wrapper(schema, answer or {}))}
        body = {
            name: self.part(schema, (wrapped[name],)) if name in wrapped else schema for name, schema in whole.items()
        }
        if_match = [
            parameter for parameter in self._parameters(path, node, "header") if parameter["name"].lower() == "if-match"
        ]
        return Operation(
            id=node.get("operationId", f"{method.upper()} {path}"),
            method=method.upper(),
            path=path,
            statuses=frozenset(str(status) for status in node.get("responses", {})),
            encodings=tuple(body),
            body=body,
            answer=answer,
            pointer=f"#{written(('paths', path, method))}",
            callers=tuple(node["x-allowed-to"]) if "x-allowed-to" in node else None,
            unwritten=tuple(kind for kind, name in media.items() if name is None),
            queries=tuple(parameter["name"] for parameter in self._parameters(path, node, "query")),
            accepts_if_match=bool(if_match),
            requires_if_match=any(
                parameter.get("required") or "428" in node.get("responses", {}) for parameter in if_match
            ),
            wrapped_in=wrapped,
        )

    def _answer(self, node: Schema) -> Schema | None:
        for status, response in node.get("responses", {}).items():
            content = self.resolve(response).get("content", {})
            media = next((kind for kind in content if (Encoding.named(kind) or Encoding.FORM).is_json), None)
            if str(status).startswith("2") and media is not None:
                schema: Schema = content[media].get("schema", {})
                return schema
        return None

    def _parameters(self, path: str, node: Schema, place: str) -> Iterator[Schema]:
        shared = self.document["paths"][path].get("parameters", ())
        for parameter in map(self.resolve, (*shared, *node.get("parameters", ()))):
            if parameter.get("in") == place:
                yield parameter

    def _collection_of(self, path: str) -> str | None:
        """Return the path of the collection that the items of a path belong to, or None where it cannot create any."""
        head, _, last = path.rstrip("/").rpartition("/")
        paths = self.document["paths"]
        if not (last.startswith("{") and (self._has(path, "get", "read") or self._has(path, "patch", "patch"))):
            return None
        above = (candidate for candidate in paths if shape(candidate) == shape(head))
        creating = (candidate for candidate in above if self._has(candidate, "post", "create"))
        return next((candidate for candidate in creating if self._pairs(candidate, path)), None)

    def _has(self, path: str, method: str, verb: str) -> bool:
        """Return whether a path has an operation for a verb; x-resource may give it another role."""
        item = self.document["paths"][path]
        if method not in item:
            return False
        declared = declaration(item, item[method])
        return not declared.is_example and declared.role in (None, *_ROLES[verb])

    def _pairs(self, collection: str, item: str) -> bool:
        """Return whether the items at a path may belong to the collection at another: the document names no other."""
        return len({*self._declared(collection, "collection"), *self._declared(item, "collection")}) <= 1

    def _declared(self, path: str, key: Literal["collection", "id"]) -> Iterator[str]:
        """Yield what x-resource says about the operations of a path under a key."""
        item = self.document["paths"][path]
        values = (getattr(declaration(item, item[method]), key) for method in METHODS if method in item)
        yield from (value for value in values if value is not None)

    def _resource(self, item: str, collection: str, outer: Mapping[str, Resource]) -> Resource:
        operations = dict(self._verbs(item, collection))
        parents = [resource for path, resource in outer.items() if shape(collection).startswith(f"{shape(path)}/")]
        create = self._written(operations.get("create"))
        written = {**create, **self._written(operations.get("patch"))}
        declared_key = next(chain(self._declared(item, "id"), self._declared(collection, "id")), None)
        ids = names_of(item.rstrip("/").rpartition("/")[2].strip("{}"), collection.rstrip("/").rpartition("/")[2])
        ids = ids if declared_key is None else (declared_key,)
        items = {
            operation.method: self.item_at(operation.answer or {}, written, ids)
            for verb, operation in operations.items()
            if verb != "list"
        }
        return Resource(
            name=collection.rstrip("/").rpartition("/")[2],
            collection=collection,
            item=item,
            operations=operations,
            fields=tuple(self._fields(operations, items)),
            create_required=frozenset(name for name, field in create.items() if field.required),
            create_fields=create,
            parent=parents[-1] if parents else None,
            identifiers=self.parameters(item),
            items=items,
            listing=self._listing(operations["list"], (*written, *ids)) if "list" in operations else Listing(),
            declared_key=declared_key,
        )

    def listing(self, operation: Operation, resource: Resource) -> Listing:
        """Return how to read a list that shows items of a resource."""
        return self._listing(operation, [field.name for field in resource.fields])

    def _listing(self, operation: Operation, names: Iterable[str]) -> Listing:
        return Listing(self.rows_at(operation.answer or {}, names), parameters=operation.queries)

    def parameters(self, path: str) -> dict[str, Schema]:
        """Return the path parameters with their schemas."""
        item = self.document["paths"].get(path, {})
        listed = [*item.get("parameters", ()), *(p for m in METHODS for p in item.get(m, {}).get("parameters", ()))]
        parameters = [self.resolve(parameter) for parameter in listed]
        return {
            parameter["name"]: self.resolve(parameter.get("schema", {}))
            for parameter in parameters
            if parameter.get("in") == "path"
        }

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
            if self._has(path, method, verb):
                yield verb, self._operation(path, method, self.document["paths"][path][method])

    def _fields(self, operations: Mapping[str, Operation], items: Mapping[str, Steps]) -> Iterator[Field]:
        written = self._written(operations.get("patch"))
        answers = (operations.get(verb) for verb in ("patch", "create", "read"))
        answer = next((operation for operation in answers if operation and operation.answer), None)
        read = self.properties(self.part(answer.answer or {}, items[answer.method])) if answer else {}
        readable = {name: schema for name, schema in read.items() if not schema.get("writeOnly")}
        created = self._written(operations.get("create"))
        for name in [*readable, *(name for name in written if name not in readable)]:
            sent = written.get(name)
            creation = created.get(name)
            yield Field(
                name,
                write=sent.write if sent else None,
                read=readable.get(name),
                encodings=sent.encodings if sent else (),
                default=((creation.write if creation else None) or readable.get(name) or {}).get("default"),
            )

    def _written(self, operation: Operation | None) -> dict[str, Field]:
        """Return the fields of a request body, with their encodings and schemas."""
        fields: dict[str, Field] = {}
        for encoding, schema in operation.body.items() if operation else ():
            required = self.flatten(schema).get("required", ())
            for name, part in self.properties(schema).items():
                if not part.get("readOnly"):
                    part = self.expand(part)
                    field = fields.get(name)
                    media = (*(field.encodings if field else ()), encoding)
                    fields[name] = Field(name, field.write if field else part, None, media, name in required)
        return fields

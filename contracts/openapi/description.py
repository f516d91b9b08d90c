"""What an OpenAPI document says of resources: their operations, and which fields are read and written."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from contracts.messages.bodies import Encoding
from contracts.openapi.envelopes import Listing, Steps
from contracts.openapi.identifiers import names_of
from contracts.openapi.paths import shape
from contracts.openapi.resources import Field, Operation, Resource
from contracts.openapi.schemas import Schema, Schemas
from specdouble.pointers import written

METHODS = ("get", "post", "put", "patch", "delete")


class Model(Schemas):
    """An OpenAPI document read for its resources."""

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
        wrapped = {name: key for name, schema in whole.items() if (key := self.wrapper(schema, answer or {}))}
        body = {
            name: self.part(schema, (wrapped[name],)) if name in wrapped else schema for name, schema in whole.items()
        }
        heeded = [each for each in self._parameters(path, node, "header") if each["name"].lower() == "if-match"]
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
            unwritten=tuple(each for each, name in media.items() if name is None),
            queries=tuple(each["name"] for each in self._parameters(path, node, "query")),
            heeds_version=bool(heeded),
            needs_version=any(each.get("required") or "428" in node.get("responses", {}) for each in heeded),
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

    def _parameters(self, path: str, node: Schema, place: str) -> Iterator[Schema]:
        shared = self.document["paths"][path].get("parameters", ())
        for each in map(self.resolve, (*shared, *node.get("parameters", ()))):
            if each.get("in") == place:
                yield each

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
            each.method: self.item_at(each.answer or {}, written, ids)
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
        return Listing(self.rows_at(operation.answer or {}, names), parameters=operation.queries)

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

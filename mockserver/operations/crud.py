"""List, create, retrieve, replace, update and delete documents of any resource."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote

from mockserver.call import Answer, Call
from mockserver.errors import NotFound
from mockserver.openapi.generation import Generator
from mockserver.openapi.resources import KEY, OWNER, PARENT, Kind
from mockserver.openapi.schemas import Schema, canonical, properties, required
from mockserver.openapi.specification import Operation, Specification
from mockserver.operations.documented import DocumentedResponses
from mockserver.operations.extensions import extensions_of
from mockserver.operations.filters import Filters, matches
from mockserver.operations.first_use import FirstUse
from mockserver.operations.ids import Ids, key_in
from mockserver.operations.list_forms import ListForm
from mockserver.operations.merge_patch import is_merge_patch, merged
from mockserver.store import Document, Key, State

Handler = Callable[[Call], Any]
Represent = Callable[[Document], Document]


def handler(
    operation: Operation,
    specification: Specification,
    documented: DocumentedResponses,
    first_use: FirstUse | None = None,
) -> Handler:
    """Choose the handler of an operation by its method and the address of its path.

    With ``first_use``, items that nothing creates are taken as given.
    """
    crud = _Crud(operation, specification, documented, first_use)
    item = {"GET": crud.retrieve, "PUT": crud.replace, "PATCH": crud.update, "DELETE": crud.delete}
    many = {"GET": crud.list, "POST": crud.create, "PUT": crud.replace_by_body}
    one = {
        "GET": crud.detail,
        "PUT": crud.write_detail,
        "PATCH": crud.write_detail,
        "DELETE": crud.delete_detail,
    }
    by_kind: Mapping[Kind, Mapping[str, Handler]] = {
        Kind.ITEM: item,
        Kind.COLLECTION: many,
        Kind.VIEW: {"GET": crud.list if crud.lists else crud.answer},
        Kind.DETAIL: many if crud.lists or crud.creates else one,
    }
    return by_kind[operation.address.kind].get(operation.method, crud.answer)


def key_of(call: Call) -> tuple[Any, ...]:
    """Return the keys of the documents on the path."""
    return tuple(call.path[step.parameter] for step in call.operation.address.steps)


class _Crud:
    """The plain behaviour of one operation, compiled from its schemas."""

    def __init__(
        self,
        operation: Operation,
        specification: Specification,
        documented: DocumentedResponses,
        first_use: FirstUse | None,
    ) -> None:
        self.operation = operation
        self.specification = specification
        self.resolve = specification.resolve
        self.documented = documented
        self.first_use = first_use
        self.form = ListForm(operation, specification)
        self.lists = self.form.is_list
        self.schema = self.form.row
        self.represent = representation(self.schema, self.resolve)
        self.extensions = extensions_of(specification, operation.address.collection)
        self.filters = Filters(operation, self.schema, self.resolve)
        self.writable = _writable(operation, self.resolve)
        self.key = specification.key(operation.address.collection)
        fields = properties(self.schema, self.resolve)
        self.identity = self.key.name if self.key.name in fields else "id"
        """The field that identifies a document: the one named like the path parameter, if there is one."""
        self.creates = operation.method == "POST" and self._shows_what_is_sent(fields)
        """Whether the operation stores its body; other POST operations are actions."""
        beside = self._schema_of("id") if self.identity != "id" and "id" in fields else None
        self.ids = Ids(self.identity, self._schema_of(self.identity), self.key.schema, beside)

    def _shows_what_is_sent(self, fields: Mapping[str, Schema]) -> bool:
        """Return whether the response has fields of the body, or nothing at all."""
        return bool(self.operation.bodies) and (not fields or bool(fields.keys() & self.writable.keys()))

    def list(self, call: Call) -> Any:
        """Return the documents of a collection, as a bare array or as a page, as the schema has it."""
        rows = [row for row in self._rows(call) if self.extensions.sees(call.actor, row) and self._matches(row, call)]
        return self.form.write(call, rows, self._shown_to(call))

    def _shown_to(self, call: Call) -> Represent:
        if not self.extensions.readers:
            return self.represent
        return lambda document: self.extensions.visible_part(call.actor, document, self.represent(document))

    def _rows(self, call: Call) -> Iterable[Document]:
        collection = self.operation.address.collection
        above = key_of(call)
        rows = call.state.where(collection, PARENT, above) if above else list(call.state.all(collection))
        if rows or self.first_use is None or call.operation.address.kind is Kind.VIEW:
            return rows
        return self.first_use.rows(call.state, collection, above)

    def _matches(self, row: Document, call: Call) -> bool:
        # A caller who may not read a field may not filter by it either.
        wanted = self.filters.fields(call.parameters)
        if not wanted:
            return True
        visible = self.extensions.visible_part(call.actor, row, row)
        return all(matches(visible.get(name), value) for name, value in wanted.items())

    def create(self, call: Call) -> Any:
        """Store a new document; the mock assigns the id unless the body has one."""
        collection = self.operation.address.collection
        document = {**self._server_side(call), **self._defaults(), **call.body, **self.ids.assign(call, collection)}
        above = key_of(call)
        if above:
            document[PARENT] = above
        if call.actor is not None:
            document[OWNER] = call.actor.name
        content = self._shown_to(call)(self._put(call, document))
        return Answer(self.operation.status, content, self._location(call, key_in(document)))

    def _location(self, call: Call, key: Key) -> dict[str, str]:
        """Return the header that leads to a new item, where a path of the document does."""
        if self.operation.address.collection not in self.specification.reading:
            return {}
        slash = "/" if self.operation.path.endswith("/") else ""
        return {"Location": f"{quote(call.request.path.rstrip('/'))}/{quote(str(key), safe='')}{slash}"}

    def _kept_ids(self, document: Document) -> dict[str, Key]:
        return {name: document[name] for name in ("id", self.identity) if name in document}

    def _schema_of(self, name: str) -> Schema:
        return canonical(properties(self.schema, self.resolve).get(name, {}), self.resolve)

    def _server_side(self, call: Call) -> dict[str, Any]:
        """Return values for the required fields of the answer that the caller need not send."""
        return {**self._generated, **dict.fromkeys(self._stamped, _stamp(call))}

    @cached_property
    def _generated(self) -> dict[str, Any]:
        fields, generator = properties(self.schema, self.resolve), Generator(self.specification)
        return {name: generator.value(fields[name]) for name in required(self.schema, self.resolve) if name in fields}

    @cached_property
    def _stamped(self) -> tuple[str, ...]:
        return tuple(name for name in self._generated if self._schema_of(name).get("format") == "date-time")

    def retrieve(self, call: Call) -> Any:
        """Return the document that the path addresses."""
        return self._shown_to(call)(call.documents[-1])

    def replace(self, call: Call) -> Any:
        """Replace the document by the body, but keep the fields that only the server writes."""
        before = call.documents[-1]
        # Without described fields, the body is all that there is of a document.
        kept = before if self.writable else _internal(before)
        unchanged = {name: value for name, value in kept.items() if name not in self.writable}
        changed = {**self._generated, **self._defaults(), **call.body, **unchanged, **self._kept_ids(before)}
        return self._shown_to(call)(self._put(call, changed))

    def _defaults(self) -> dict[str, Any]:
        return {name: schema["default"] for name, schema in self.writable.items() if "default" in schema}

    def update(self, call: Call) -> Any:
        """Change only the fields that the body has."""
        before = call.documents[-1]
        changed = merged(before, call.body) if is_merge_patch(call.request) else {**before, **call.body}
        return self._shown_to(call)(self._put(call, {**changed, **self._kept_ids(before)}))

    def replace_by_body(self, call: Call) -> Any:
        """Replace the document whose id the body has, as PUT to a collection does; create it where there is none."""
        collection = self.operation.address.collection
        identifier = call.body.get(self.identity)
        before = None if identifier is None else call.state.get(collection, self.ids.key(identifier))
        if before is None:
            return self.create(call)
        changed = {**self._defaults(), **call.body, **_internal(before), **self._kept_ids(before)}
        return self._shown_to(call)(self._put(call, changed))

    def _put(self, call: Call, document: Document) -> Document:
        document = self.extensions.with_derived_fields(document)
        call.state.put(self.operation.address.collection, key_in(document), document)
        return document

    def delete(self, call: Call) -> Any:
        """Remove the document and everything below it."""
        self._remove(call.state, self.operation.address.collection, key_of(call))

    def _remove(self, state: State, collection: str, path: tuple[Any, ...]) -> None:
        for below in self.specification.below.get(collection, ()):
            for document in state.where(below, PARENT, path):
                self._remove(state, below, (*path, key_in(document)))
            state.remove(below, path)  # the detail of the document, which has the key of its path
        state.remove(collection, path[-1])
        if self.first_use is not None:
            self.first_use.note_deletion(state, collection, path[-1])

    def detail(self, call: Call) -> Any:
        """Return the one document of this name that belongs to the resource above."""
        document = call.state.get(self.operation.address.collection, key_of(call))
        return self.documented.answer() if document is None else self.represent(document)

    def write_detail(self, call: Call) -> Any:
        """Store the one document of this name that belongs to the resource above."""
        collection = self.operation.address.collection
        before = call.state.get(collection, key_of(call))
        if call.operation.method != "PATCH":
            before = {}
        elif before is None:
            before = self.documented.example()  # A change starts from what reading has shown so far.
        document = {**before, **call.body}
        call.state.put(collection, key_of(call), document)
        return self.represent(document)

    def delete_detail(self, call: Call) -> Any:
        """Remove the one document of this name that belongs to the resource above."""
        if call.state.get(self.operation.address.collection, key_of(call)) is None:
            raise NotFound
        call.state.remove(self.operation.address.collection, key_of(call))

    def answer(self, call: Call) -> Any:
        """Answer an action that is not CRUD with the example of its response, or a value of its schema."""
        return self.documented.answer()


def _internal(document: Document) -> dict[str, Any]:
    """Return the fields that the mock has added to a document."""
    return {name: document[name] for name in (KEY, OWNER, PARENT) if name in document}


def representation(schema: Schema, resolve: Callable[[Any], Any]) -> Represent:
    """Compile the representation of a stored document: no write-only fields, and none of the mock's own."""
    fields = properties(schema, resolve)
    hidden = {name for name, value in fields.items() if value.get("writeOnly")} | {KEY, OWNER, PARENT}
    if not fields or schema.get("additionalProperties"):
        return lambda document: {name: value for name, value in document.items() if name not in hidden}
    visible = [name for name in fields if name not in hidden]
    return lambda document: {name: document[name] for name in visible if name in document}


def _writable(operation: Operation, resolve: Callable[[Any], Any]) -> Mapping[str, Schema]:
    """Return the fields that the operation's body may set, each with the schema in which it is stored."""
    fields = properties(next(iter(operation.bodies.values()), {}), resolve)
    return {name: canonical(schema, resolve) for name, schema in fields.items() if not schema.get("readOnly")}


def _stamp(call: Call) -> str:
    return call.now.isoformat().replace("+00:00", "Z")

"""List, create, retrieve, replace, update and delete documents of any resource."""

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Final

import jsonschema_rs

from mockserver.call import Answer, Call
from mockserver.errors import Invalid, NotFound
from mockserver.openapi.bindings import Binding, Role
from mockserver.openapi.json_schema import View
from mockserver.openapi.operation import Operation
from mockserver.openapi.resources import FILES, INTERNAL, OWNER, PARENT, VALUE, Kind, parameter, split
from mockserver.openapi.schemas import Schema, canonical, properties
from mockserver.openapi.specification import Specification
from mockserver.openapi.validators import compile_validator
from mockserver.openapi.violations import problems
from mockserver.openapi.wrappers import Steps, part
from mockserver.operations import json_patch
from mockserver.operations.documented import DocumentedResponses
from mockserver.operations.extensions import extensions_of
from mockserver.operations.filters import Filters, matches
from mockserver.operations.first_use import FirstUse
from mockserver.operations.ids import Ids, key_in
from mockserver.operations.list_forms import ListForm
from mockserver.operations.locations import location
from mockserver.operations.merge_patch import merged
from mockserver.operations.nesting import find, stored_key
from mockserver.operations.representation import Represent, representation
from mockserver.operations.server_values import ServerValues
from mockserver.operations.values import Values
from mockserver.request import media_types
from mockserver.store import Document, Key, State
from specdouble.pointers import found_at

Handler = Callable[[Call], Any]

_CREATED: Final = 201


def handler(
    operation: Operation,
    binding: Binding,
    specification: Specification,
    documented: DocumentedResponses,
    first_use: FirstUse | None = None,
) -> Handler:
    """Return the handler of an operation, by the role that it has in the document.

    With ``first_use``, items that nothing creates are taken as given.
    """
    crud = _Crud(operation, binding, specification, documented, first_use)
    singleton = {"GET": crud.singleton, "DELETE": crud.delete_singleton}
    by_role: Mapping[Role, Handler] = {
        Role.LIST: crud.list,
        Role.CREATE: crud.create,
        Role.READ: crud.retrieve,
        Role.REPLACE: crud.replace,
        Role.CHANGE: crud.update,
        Role.DELETE: crud.delete,
        Role.STORE: crud.replace_by_body,
        Role.SINGLETON: singleton.get(operation.method, crud.write_singleton),
        Role.ACTION: crud.act,
        Role.EXAMPLE: crud.answer,
    }
    return Values(operation, binding, documented, by_role[binding.role], crud.create).handler()


class _Crud:
    """The plain behaviour of one operation, compiled from its schemas."""

    def __init__(
        self,
        operation: Operation,
        binding: Binding,
        specification: Specification,
        documented: DocumentedResponses,
        first_use: FirstUse | None,
    ) -> None:
        self.operation = operation
        self.binding = binding
        self.collection = binding.collection
        self.specification = specification
        self.resolve = specification.resolve
        self.documented = documented
        self.first_use = first_use
        self.form = ListForm(operation, binding.answer, specification) if binding.role is Role.LIST else None
        self.schema = binding.schema
        self.represent = representation(self.schema, specification)
        self.extensions = extensions_of(specification, self.collection, binding.item)
        self.filters = Filters(operation, self.schema, self.resolve)
        self.wanted_by_path = _wanted_by_path(operation, binding)
        self.writable = _writable(operation, binding, self.resolve)
        self.server_values = ServerValues(binding, specification, documented, self.writable)
        self.identity = binding.item.key
        """The field that identifies a document."""
        self.ids = Ids.of(
            binding.item,
            specification.key(self.collection).schema,
            is_addressed=self.collection in specification.addressed,
        )

    def _sent(self, call: Call) -> Mapping[str, Any]:
        """Return the fields of an item in a body, which may wrap them."""
        fields = call.body
        for step in self.binding.body:
            fields = fields.get(step) or {}
        renamed = self.binding.renamed
        return {renamed.get(name, name): value for name, value in fields.items()} if renamed else fields

    def _content(self, call: Call, document: Document) -> Any:
        """Return a document as the answer shows it, in the objects that wrap it."""
        content = self._shown_to(call)(document)
        return self._around(self.binding.answer, self._example, content) if self.binding.answer else content

    def _around(self, steps: Steps, example: Any, content: Any) -> Any:
        if not steps:
            return content
        around = example if isinstance(example, dict) else {}
        return {**around, steps[0]: self._around(steps[1:], around.get(steps[0]), content)}

    @cached_property
    def _example(self) -> dict[str, Any]:
        return self.documented.example()

    def list(self, call: Call) -> Any:
        """Return the documents of a collection, as a bare array or as a page, as the schema has it."""
        rows = [row for row in self._rows(call) if self.extensions.sees(call.actor, row) and self._matches(row, call)]
        return self.form.write(call, rows, self._shown_to(call)) if self.form else rows

    def _shown_to(self, call: Call) -> Represent:
        if not self.extensions.readers:
            return self.represent
        return lambda document: self.extensions.visible_part(call.actor, document, self.represent(document))

    def _rows(self, call: Call) -> Iterable[Document]:
        above = call.keys
        rows = call.state.where(self.collection, PARENT, above) if above else list(call.state.all(self.collection))
        if rows or self.first_use is None or call.operation.address.kind is Kind.VIEW:
            return rows
        return self.first_use.rows(call.state, self.collection, above)

    def _matches(self, row: Document, call: Call) -> bool:
        # A caller who may not read a field may not filter by it either.
        wanted = self.filters.fields(call.parameters)
        if self.wanted_by_path:
            wanted = {**wanted, **{field: call.path[name] for name, field in self.wanted_by_path.items()}}
        if not wanted:
            return True
        visible = self.extensions.visible_part(call.actor, row, row)
        return all(matches(visible.get(name), value) for name, value in wanted.items())

    def create(self, call: Call) -> Any:
        """Store a new document; the mock assigns the id unless the body has one."""
        document = self._store_new(call, self._sent(call), call.keys)
        content = self._content(call, document)
        return Answer(self.operation.status, content, self._location(call, key_in(document)))

    def _create_at_path(self, call: Call) -> Any:
        """Store a new document under the id in the path."""
        *above, key = call.keys
        document = self._store_new(call, {**self._sent(call), self.identity: key}, tuple(above))
        status = _CREATED if _CREATED in self.operation.responses else self.operation.status
        return Answer(status, self._content(call, document))

    def _store_new(self, call: Call, sent: Mapping[str, Any], above: tuple[Any, ...]) -> Document:
        ids = self.ids.assign(call.state, self.collection, sent, above)
        document = {**self.server_values.of_new_item(call), **self._defaults(), **sent, **ids}
        if above:
            document[PARENT] = above
        if call.actor is not None:
            document[OWNER] = call.actor.name
        return self._put(call, document)

    def _location(self, call: Call, key: Key) -> dict[str, str]:
        """Return the header that leads to a new item, where a path of the document does."""
        reading = self.specification.reading.get(self.collection)
        return {} if reading is None else {"Location": location(call, reading, key)}

    def _kept_ids(self, document: Document) -> dict[str, Key]:
        return {name: document[name] for name in ("id", self.identity) if name in document}

    def retrieve(self, call: Call) -> Any:
        """Return the document that the path addresses."""
        return self._content(call, call.documents[-1])

    def replace(self, call: Call) -> Any:
        """Replace the document by the body, but keep the fields that only the server writes; create it if it is new."""
        if call.addressed is None:
            return self._create_at_path(call)
        before = call.documents[-1]
        # Without described fields, the body is all that there is of a document.
        kept = before if self.writable else _internal(before)
        unchanged = {name: value for name, value in kept.items() if name not in self.writable}
        changed = {
            **self.server_values.generated,
            **self._defaults(),
            **self._sent(call),
            **unchanged,
            **self._kept_ids(before),
        }
        return self._content(call, self._put(call, changed))

    def _defaults(self) -> dict[str, Any]:
        return {name: schema["default"] for name, schema in self.writable.items() if "default" in schema}

    def update(self, call: Call) -> Any:
        """Change only the fields that the body has."""
        media_type = media_types.of_body(call.request)
        if media_type == media_types.JSON_PATCH:
            return self._patch(call)
        before, sent = call.documents[-1], self._sent(call)
        changed = {**before, **sent}
        if media_type == media_types.MERGE_PATCH:
            changed = merged(before, sent)
            self._require_valid(self.represent(before), self.represent(changed))
        return self._content(call, self._put(call, {**changed, **self._kept_ids(before)}))

    def _patch(self, call: Call) -> Any:
        """Apply a JSON Patch to what a caller sees of the document; the rest of it stays."""
        before = call.documents[-1]
        visible = self._shown_to(call)(before)
        patched = json_patch.patched(visible, call.value)
        self._require_valid(visible, patched)
        unseen = {name: value for name, value in before.items() if name not in visible}
        document = self._put(call.with_value(None), {**unseen, **patched, **self._kept_ids(before)})
        return self._content(call, document)

    def _require_valid(self, before: Any, after: Any) -> None:
        """Reject a change that makes a valid document invalid."""
        if self._validator.is_valid(before) and not self._validator.is_valid(after):
            raise Invalid(problems(self._validator.iter_errors(after), {}))

    @cached_property
    def _validator(self) -> jsonschema_rs.Draft202012Validator:
        return compile_validator(self.schema, self.specification, View.RESPONSE)

    def replace_by_body(self, call: Call) -> Any:
        """Replace the document whose id the body has, as PUT to a collection does; create it where there is none."""
        sent = self._sent(call)
        identifier = sent.get(self.identity)
        key = self.ids.key(identifier)
        before = None if key is None else find(call.state, self.collection, key, call.keys)
        if before is None:
            return self.create(call)
        changed = {**self._defaults(), **sent, **_internal(before), **self._kept_ids(before)}
        return self._content(call, self._put(call, changed))

    def _put(self, call: Call, document: Document) -> Document:
        document = _with_uploads(call, self.extensions.with_derived_fields(document))
        if call.value is not None:
            document = {**document, VALUE: call.value}
        key = stored_key(call.state, self.collection, key_in(document), document.get(PARENT, ()))
        call.state.put(self.collection, key, document)
        return document

    def delete(self, call: Call) -> Any:
        """Remove the document and everything below it."""
        document = call.documents[-1]
        self._remove(call.state, self.collection, call.keys)
        if not self.operation.response:
            return None
        fields = properties(self.schema, self.resolve)
        return self._content(call, document) if self.binding.item.equals(fields) else self.documented.answer()

    def _remove(self, state: State, collection: str, path: tuple[Any, ...]) -> None:
        for below in self.specification.below.get(collection, ()):
            for document in state.where(below, PARENT, path):
                self._remove(state, below, (*path, key_in(document)))
            state.remove(below, path)  # the detail of the document, which has the key of its path
        state.remove(collection, stored_key(state, collection, path[-1], path[:-1]))
        if self.first_use is not None:
            self.first_use.note_deletion(state, collection, path)

    def act(self, call: Call) -> Any:
        """Answer with the item on which the operation acts; PUT and PATCH also set the fields of it in the body."""
        document = call.documents[-1]
        sent = self._sent(call)
        fields = {name: sent[name] for name in sent if name in self.binding.item.fields}
        if fields and call.operation.method != "POST":
            document = self._put(call, {**document, **fields, **self._kept_ids(document)})
        return self._content(call, document)

    def singleton(self, call: Call) -> Any:
        """Return the only object at a path, as it was written last."""
        document = call.state.get(self.collection, call.keys)
        return self.documented.answer() if document is None else self._content(call, document)

    def write_singleton(self, call: Call) -> Any:
        """Store the only object at a path."""
        before = call.state.get(self.collection, call.keys)
        if call.operation.method != "PATCH":
            before = self.server_values.generated
        elif before is None:
            # A change starts from what reading has shown so far.
            before = found_at(self._example, self.binding.answer) or {}
        document = _with_uploads(call, {**before, **self._sent(call)})
        call.state.put(self.collection, call.keys, document)
        return self._content(call, document)

    def delete_singleton(self, call: Call) -> Any:
        """Remove the only object at a path."""
        if call.state.get(self.collection, call.keys) is None:
            raise NotFound
        call.state.remove(self.collection, call.keys)

    def answer(self, call: Call) -> Any:
        """Answer with the example of the response, or a value of its schema."""
        return self.documented.answer()


def _with_uploads(call: Call, document: Document) -> Document:
    """Return a document with the files that a call brings; those of other fields stay."""
    return {**document, FILES: {**document.get(FILES, {}), **call.files}} if call.files else document


def _internal(document: Document) -> dict[str, Any]:
    """Return the fields that the mock has added to a document."""
    return {name: document[name] for name in INTERNAL if name in document}


def _wanted_by_path(operation: Operation, binding: Binding) -> Mapping[str, str]:
    """Return the path parameters of a list that name no document, and the fields that its rows share with them."""
    keys = {step.parameter for step in operation.address.steps}
    names = [name for name in map(parameter, split(operation.path)) if name and name not in keys]
    spellings = binding.item.spellings(names)
    return {name: spellings.get(name, binding.item.key) for name in names}


def _writable(operation: Operation, binding: Binding, resolve: Callable[[Any], Any]) -> Mapping[str, Schema]:
    """Return the fields that the operation's body may set, each with the schema in which it is stored."""
    fields = properties(part(next(iter(operation.bodies.values()), {}), binding.body, resolve), resolve)
    return {
        binding.renamed.get(name, name): canonical(schema, resolve)
        for name, schema in fields.items()
        if not schema.get("readOnly")
    }

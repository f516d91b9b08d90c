"""Keep bodies that are no object: lists that create many items, texts and files, which are served back as they came."""

from collections.abc import Callable
from typing import Any, Final

from mockserver.call import Answer, Call
from mockserver.openapi.bindings import Binding, Role
from mockserver.openapi.coercion import File
from mockserver.openapi.operation import Operation
from mockserver.openapi.resources import FILES, VALUE
from mockserver.operations.documented import DocumentedResponses, has_json
from mockserver.store import Document

Handler = Callable[[Call], Any]

_READING: Final = frozenset({"GET", "HEAD", "QUERY"})


class Values:
    """The bodies of one operation that are no object; ``handle`` takes all others, and ``create`` stores an item."""

    def __init__(
        self, operation: Operation, binding: Binding, documented: DocumentedResponses, handle: Handler, create: Handler
    ) -> None:
        self._operation = operation
        self._binding = binding
        self._documented = documented
        self._handle = handle
        self._create = create
        _, response = documented.success
        media_types = () if response is None else tuple(response.content)
        self._serves_raw = bool(media_types) and not any(map(has_json, media_types))

    def handler(self) -> Handler:
        """Return the handler of the operation, which also knows bodies that are no object."""
        return self._read if self._operation.method in _READING else self._write

    def _read(self, call: Call) -> Any:
        document = self._addressed(call)
        if document is not None and VALUE in document:
            return self._answer(document[VALUE])
        file = self._file(call, document) if self._serves_raw else None
        return self._handle(call) if file is None else self._answer(file)

    def _addressed(self, call: Call) -> Document | None:
        """Return the document at a path, an item or the only object there."""
        if self._binding.role is Role.READ:
            return call.documents[-1]
        if self._binding.role in (Role.SINGLETON, Role.EXAMPLE):
            return call.state.get(self._binding.collection, call.keys)
        return None

    def _file(self, call: Call, document: Document | None) -> Any:
        """Return the upload that a path leads to: that of its item, by the name of its last segment if it has one."""
        holder = document if document is not None else call.documents[-1] if call.documents else {}
        files = holder.get(FILES, {})
        name = self._operation.path.rstrip("/").rpartition("/")[2]
        return files.get(name) or next(iter(files.values()), None)

    def _answer(self, value: Any) -> Answer:
        if isinstance(value, File):
            return Answer(self._operation.status, value.content, {"Content-Type": value.content_type})
        return self._documented.complete(Answer(self._operation.status, value))

    def _write(self, call: Call) -> Any:
        if call.value is None:
            return self._handle(call)
        if self._operation.method == "POST" and _is_list_of_objects(call.value):
            return self._create_many(call)
        if self._binding.role in (Role.CREATE, Role.REPLACE, Role.CHANGE):
            return self._handle(call)
        if self._binding.role in (Role.SINGLETON, Role.EXAMPLE, Role.STORE):
            call.state.put(self._binding.collection, call.keys, {VALUE: call.value})
        return self._documented.answer()

    def _create_many(self, call: Call) -> Any:
        """Create an item for each object of a list; the answer shows them if it is a list too."""
        created = [self._create(call.with_value(None).with_body(fields)) for fields in call.value]
        contents = [answer.content if isinstance(answer, Answer) else answer for answer in created]
        answer = self._documented.answer()
        return Answer(answer.status, contents, answer.headers) if isinstance(answer.content, list) else answer


def _is_list_of_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)

"""The row of resources: what was created is read, listed, changed and deleted as clients expect it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from schemathesis import Response

from benchmarks.documents.cases import PARAMETER, Case, Operation, required_only, variant
from benchmarks.documents.client import answer_text, curl
from benchmarks.documents.comparison import lost
from benchmarks.documents.items import Items, at, candidates, json_of, names, rows
from benchmarks.documents.references import schema_of
from benchmarks.documents.subject import Subject
from benchmarks.documents.verdicts import Failure, Verdicts


@dataclass(frozen=True)
class Resource:
    """A collection that items can be added to, and the items below it that can be read."""

    create: Operation
    read: Operation


class Broken(Exception):
    """A step of the life of an item does not hold."""

    def __init__(self, kind: str, response: Response, detail: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.response = response
        self.detail = detail


def resources(subject: Subject) -> Verdicts:
    """Yield for each resource of a document whether an item lives as it should."""
    for resource in find(subject):
        if subject.case(resource.create) is None or subject.case(resource.read) is None:
            continue
        subject.client.reset()
        try:
            _Life(subject, resource).live()
        except Broken as broken:
            sent = curl(broken.response.request)
            detail = " ← ".join(filter(None, [broken.detail, answer_text(broken.response)]))
            yield Failure(f"{broken.kind}", subject.source.name, sent, detail)
        else:
            yield None


def find(subject: Subject) -> Iterator[Resource]:
    """Yield the resources of a document: ``POST`` to a path, and ``GET`` one parameter below it."""
    for create in subject.operations:
        if create.method.upper() != "POST":
            continue
        for read in subject.operations:
            base = create.path.rstrip("/") + "/"
            below = read.path.removeprefix(base).rstrip("/")
            if read.method.upper() == "GET" and read.path.startswith(base) and PARAMETER.fullmatch(below):
                yield Resource(create, read)


class _Life:
    """The life of one item."""

    def __init__(self, subject: Subject, resource: Resource) -> None:
        self._subject = subject
        self._resource = resource
        self._items = Items(subject)
        self._above: list[Any] = []
        self._id: Any = None
        self._shown: Any = None

    def live(self) -> None:
        """Go through all steps that the document has; raise Broken at the first that does not hold."""
        sent = self._create()
        self._read(sent, "created")
        self._listed()
        self._change()
        self._delete()

    def _create(self) -> Any:
        placed = self._items.place(self._rich(self._resource.create))
        self._above = [(placed.path_parameters or {})[name] for name in names(placed.operation.path)]
        response = self._subject.send(placed)
        if response.status_code >= 300:
            raise Broken(f"create is answered with {response.status_code}", response)
        path = self._resource.read.path
        self._id = self._items.identifier(response, path, names(path)[-1], self._above, placed.body)
        if self._id is None:
            raise Broken("the answer to create has no id", response)
        return placed.body

    def _rich(self, operation: Operation) -> Case:
        """Return a request with a body that sends much; its other parts stay small."""
        case, rich = self._subject.case(operation), self._subject.case(operation, rich=True)
        assert case is not None
        return variant(case, body=rich.body, media_type=rich.media_type) if rich is not None else case

    def _item(self, method: str, *, rich: bool = False) -> Case | None:
        operation = self._subject.at(method, self._resource.read.path)
        if operation is None or self._subject.case(operation) is None:
            return None
        case = self._rich(operation) if rich else self._subject.case(operation)
        return at(required_only(case), [*self._above, self._id]) if case is not None else None

    def _read(self, sent: Any, did: str) -> None:
        case = self._item("GET")
        assert case is not None
        response = self._subject.send(case)
        if response.status_code >= 400:
            raise Broken(f"the item that was {did} is answered with {response.status_code}", response)
        definition = case.operation.responses.find_by_status_code(response.status_code)
        schema = schema_of(definition.definition, self._subject.resolver) if definition else {}
        self._shown = json_of(response)
        missing = lost(sent, self._shown, schema, self._subject.resolver)
        if missing is not None:
            raise Broken(
                f"the item that was {did} reads without what was sent", response, f"{missing}; sent {sent}"[:500]
            )

    def _listed(self) -> None:
        operation = self._subject.at("GET", self._resource.create.path)
        case = self._subject.case(operation) if operation is not None else None
        if case is None or required_only(case).query:
            return
        response = self._subject.send(at(required_only(case), self._above))
        if response.status_code >= 400:
            raise Broken(f"the list is answered with {response.status_code}", response)
        name = names(self._resource.read.path)[-1]
        listed = rows(json_of(response))
        ids = [str(value) for row in listed for value in candidates(row, name)]
        # The id may be in the address alone.
        if str(self._id) not in ids and self._shown not in listed and response.content:
            raise Broken("the item that was created is not in the list", response, f"id {self._id}")

    def _change(self) -> None:
        for method in ("PATCH", "PUT"):
            case = self._item(method, rich=True)
            if case is None:
                continue
            body = self._with_id(case.body)
            response = self._subject.send(variant(case, body=body))
            if response.status_code >= 400:
                raise Broken(f"{method} of an item is answered with {response.status_code}", response)
            self._read(body, f"changed by {method}")

    def _with_id(self, body: Any) -> Any:
        """Return a body that keeps the id of the item, where it has an id."""
        if not isinstance(body, Mapping):
            return body
        own = {"id", names(self._resource.read.path)[-1]}
        return {key: self._id if key in own else value for key, value in body.items()}

    def _delete(self) -> None:
        case = self._item("DELETE")
        if case is None:
            return
        response = self._subject.send(case)
        if response.status_code >= 400:
            raise Broken(f"DELETE of an item is answered with {response.status_code}", response)
        read = self._item("GET")
        assert read is not None
        gone = self._subject.send(read)
        if gone.status_code not in (404, 410):
            raise Broken(f"an item that was deleted is answered with {gone.status_code}", gone)

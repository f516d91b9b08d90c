"""Creates what is tested, remembers it, deletes only that; borrows what stands there already and puts it back."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from typing import Any

from contracts.errors import CannotRun
from contracts.exchange import Answer, Json
from contracts.model import Resource
from contracts.payload import Encoding, Payload, Unencodable, encode
from contracts.profile import ANONYMOUS, ResourceNotes
from contracts.target import Client, Target
from contracts.verdict import Broken, Inconclusive, NotApplicable


class Subject:
    """One item of a resource, and the requests that a trial makes of it."""

    def __init__(self, path: str, owner: Client, created: Answer | None = None) -> None:
        self.path = path
        self.owner = owner
        self.created = created

    @property
    def id(self) -> int:
        """The last segment of its path."""
        return int(self.path.rstrip("/").rpartition("/")[2])

    def read(self, by: Client | None = None, **query: object) -> Answer:
        """GET it."""
        return (by or self.owner).get(self.path, **query)

    def state(self, by: Client | None = None) -> Json:
        """The body of a GET that must succeed."""
        return self.read(by).document

    def patch(
        self,
        fields: Mapping[str, object],
        encoding: Encoding = Encoding.JSON,
        by: Client | None = None,
        **query: object,
    ) -> Answer:
        """PATCH it with some fields."""
        return self.send("PATCH", self._encoded(fields, encoding), by, **query)

    def put(self, fields: Mapping[str, object], encoding: Encoding = Encoding.JSON, by: Client | None = None) -> Answer:
        """PUT it."""
        return self.send("PUT", self._encoded(fields, encoding), by)

    def delete(self, by: Client | None = None) -> Answer:
        """DELETE it."""
        return self.send("DELETE", None, by)

    def send(self, method: str, payload: Payload | None, by: Client | None = None, **query: object) -> Answer:
        """Send any request to its path."""
        return (by or self.owner).send(method, self.path, payload, query=query)

    @staticmethod
    def _encoded(fields: Mapping[str, object], encoding: Encoding) -> Payload:
        try:
            return encode(fields, encoding)
        except Unencodable as error:
            raise Inconclusive(str(error)) from error


class Factory:
    """Fresh items of a resource on a target."""

    def __init__(self, target: Target, resource: Resource, notes: ResourceNotes, body: Callable[[str], Json]) -> None:
        self.target = target
        self.resource = resource
        self.notes = notes
        self._body = body
        self._numbers = count(1)
        self._made: list[Subject] = []
        self._parents: list[Factory] = []

    @property
    def owner(self) -> Client:
        """Who creates."""
        people = list(self.target.profile.people)
        return self.target.person(self.notes.owner or (people[0] if people else ANONYMOUS))

    def unique(self, word: str = "x") -> str:
        """A text that nobody used before."""
        return f"{self.target.tag}-{word}-{next(self._numbers)}"

    def body(self, **fields: object) -> Json:
        """A creation body with every required field and the given ones."""
        return {**self._body(self.unique("n")), **self.notes.create, **fields}

    def fresh(self, by: Client | None = None, /, **fields: object) -> Subject:
        """Create an item; what a target refuses to create keeps the trial from judging."""
        maker = by or self.owner
        collection = self._collection()
        answer = maker.send("POST", collection, encode(self.body(**fields), Encoding.JSON))
        if not answer.ok:
            raise Inconclusive(f"{answer.request.line} was refused: {answer.summary}")
        return self.adopt(answer, maker, collection)

    def adopt(self, answer: Answer, maker: Client, collection: str | None = None) -> Subject:
        """Remember an item that a POST created, to delete it at the end."""
        collection = collection or self.resource.collection
        slash = "/" if self.resource.item.endswith("/") else ""
        path = f"{collection.rstrip('/')}/{self._identifier(answer)}"
        self.target.tape.capture(path)
        subject = Subject(path + slash, maker, answer)
        self._made.append(subject)
        return subject

    def at(self, identifier: object, owner: Client | None = None) -> Subject:
        """An item that is there, or is not there, already."""
        slash = "/" if self.resource.item.endswith("/") else ""
        return Subject(f"{self.resource.collection.rstrip('/')}/{identifier}{slash}", owner or self.owner)

    def known(self, name: str) -> Subject:
        """A resource that the profile names."""
        if name not in self.notes.known:
            raise NotApplicable(f"the profile names no {self.resource.name} {name!r}")
        return self.at(self.notes.known[name])

    @contextmanager
    def borrowed(self, name: str) -> Iterator[Subject]:
        """A known resource that a trial may change; what differs afterwards is put back."""
        subject = self.known(name)
        before = subject.state()
        try:
            yield subject
        finally:
            self._put_back(subject, before)

    def _put_back(self, subject: Subject, before: Json) -> None:
        try:
            changed = self._changed(before, subject.state())
            restored = not changed or subject.patch(changed).ok
        except (Broken, NotApplicable, Inconclusive):
            restored = False
        if not restored:
            self.target.left_behind.append(f"{subject.path} could not be put back as it was")

    def _changed(self, before: Json, now: Json) -> Json:
        return {
            each.name: plain(before[each.name])
            for each in self.resource.writable
            if each.name in before and now.get(each.name) != before[each.name]
        }

    def clean_up(self) -> None:
        """Delete everything that was created, the newest first; what is gone already stays gone."""
        tape = self.target.tape
        self.target.fresh_tape()
        while self._made:
            self._remove(self._made.pop())
        self.target.tape = tape

    def _remove(self, subject: Subject) -> None:
        gone = False
        if "delete" in self.resource.operations:
            with suppress(CannotRun, Broken, NotApplicable):
                answer = subject.delete()
                gone = answer.ok or answer.status in (404, 410)
        if not gone:
            self.target.left_behind.append(f"{subject.path} could not be deleted")

    def _collection(self) -> str:
        if self.resource.parent is None:
            return self.resource.collection
        raise NotApplicable(f"{self.resource.name} lives inside {self.resource.parent.name}")

    def _identifier(self, answer: Answer) -> Any:
        document = answer.document
        for key in (self.resource.parameter, "id"):
            if key in document:
                return document[key]
        raise Broken(f"{answer.request.line}: the new item's id", f"keys {sorted(document)}")


def plain(value: object) -> object:
    """A value as it is written: objects of a list become their ids."""
    if isinstance(value, list):
        return [item["id"] if isinstance(item, dict) and "id" in item else item for item in value]
    return value

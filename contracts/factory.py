"""Creates what is tested, remembers it, deletes only that; borrows what stands there already and puts it back."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import count

from contracts.answers import Steps
from contracts.errors import CannotRun
from contracts.exchange import GONE, Answer, Json
from contracts.identifiers import COMMON, Identifier, found_in, step
from contracts.payload import Payload, Unencodable, encode
from contracts.profile import ResourceNotes
from contracts.resource import Resource
from contracts.subject import Subject
from contracts.target import Client, Target
from contracts.transport.routes import is_misleading
from contracts.verdict import Broken, Inconclusive, Lacking, NotApplicable

UNIQUE = "{unique}"
"""What stands in a profile for a text that nobody used before."""


class Factory:
    """Fresh items of a resource on a target."""

    def __init__(
        self,
        target: Target,
        resource: Resource,
        notes: ResourceNotes,
        body: Callable[[str], Json],
        above: "Factory | None" = None,
    ) -> None:
        self.target = target
        self.resource = resource
        self.notes = notes
        self.above = above
        """Makes what the items live inside of."""
        self._body = body
        self._numbers = count(1)
        self._made: list[Subject] = []
        self._homes: dict[str, Subject] = {}
        self._may_not: set[str] = set()
        """People who were refused what the owner may create."""
        self.links: dict[str, Factory] = {}
        """Field → what makes the items that it refers to."""

    @property
    def owner(self) -> Client:
        """Who creates."""
        return self.target.owner_of(self.resource)

    def unique(self, word: str = "x") -> str:
        """A text that nobody used before."""
        return f"{self.target.tag}-{word}-{next(self._numbers)}"

    def body(self, maker: Client | None = None, /, **fields: object) -> Json:
        """A creation body with every required field and the given ones."""
        given = {**self._body(self.unique("n")), **self._noted(), **fields}
        lacking = [name for name in self.links if name in self.resource.create_required and name not in given]
        return {**{name: self.reference(name, maker or self.owner) for name in lacking}, **given}

    def _noted(self) -> Json:
        """What the profile says of creations; `{unique}` in a text stands for one that nobody used before."""
        return {
            name: value.replace(UNIQUE, self.unique("n")) if isinstance(value, str) else value
            for name, value in self.notes.create.items()
        }

    def reference(self, field: str, maker: Client, *, new: bool = False) -> object:
        """What a field holds that refers to an item: of those that a trial makes the first, or a new one."""
        link = self.links[field]
        subject = link.by_whoever_may(maker) if new else link.home(maker)
        self.target.tape.refer(field, subject.path.rstrip("/"), subject.id)
        is_list = next((each.kind == "array" for each in self.resource.fields if each.name == field), False)
        return [subject.id] if is_list else subject.id

    def fresh(self, by: Client | None = None, /, **fields: object) -> Subject:
        """Create an item; what a target refuses to create keeps the trial from judging."""
        maker = by or self.owner
        collection = self.collection(maker)
        body = self.body(maker, **fields)
        try:
            payload = self.creation(body)
        except Unencodable as error:
            raise Inconclusive(str(error)) from error
        answer = maker.send("POST", collection, payload)
        if not answer.ok:
            raise Inconclusive(f"{answer.request.line} was refused: {answer.summary}{_hint(answer)}")
        subject = self.adopt(answer, maker, collection)
        subject.written = dict(body)
        return subject

    def creation(self, fields: Json) -> Payload:
        """The body of a POST that creates an item; Unencodable where it has no spelling."""
        return encode(self.resource.wrapped("create", fields), self.resource.encoding("create"))

    def adopt(self, answer: Answer, maker: Client, collection: str | None = None) -> Subject:
        """Remember an item that a POST created, to delete it at the end."""
        collection = collection or self.resource.collection
        slash = "/" if self.resource.item.endswith("/") else ""
        keys, identifier = self._keys_and_id(answer, collection)
        path = f"{collection.rstrip('/')}/{step(identifier)}"
        self.target.tape.capture(path, answer, keys)
        subject = Subject(path + slash, maker, answer, identifier, self.resource)
        self._made.append(subject)
        return subject

    def at(self, identifier: Identifier, owner: Client | None = None) -> Subject:
        """An item by its id."""
        return self._in(self.collection(self.owner), identifier, owner or self.owner)

    def astray(self, subject: Subject) -> Subject:
        """An item where it is not: under its id inside of another item than the one that it was created in."""
        assert self.above is not None
        home, other = self.above.home(subject.owner), self.above.fresh(subject.owner)
        path = other.path.rstrip("/") + subject.path.removeprefix(home.path.rstrip("/"))
        return Subject(path, subject.owner, None, subject.id, self.resource)

    def beside(self, subject: Subject, identifier: Identifier) -> Subject:
        """An item that is, or is not, in the same collection as another."""
        return self._in(subject.collection, identifier, subject.owner)

    def _in(self, collection: str, identifier: Identifier, owner: Client) -> Subject:
        slash = "/" if self.resource.item.endswith("/") else ""
        return Subject(f"{collection.rstrip('/')}/{step(identifier)}{slash}", owner, None, identifier, self.resource)

    def missing(self) -> Subject:
        """An item that is not there any more: one that was created, deleted, and is found no longer."""
        subject = self.fresh()
        answer = subject.delete()
        if not answer.ok or subject.read().status not in GONE:
            raise Lacking(f"{answer.request.line} leaves no item that is surely missing: {answer.summary}")
        return subject

    def known(self, name: str) -> Subject:
        """A resource that the profile names."""
        if name not in self.notes.known:
            raise NotApplicable(f"the profile names no {self.resource.name} {name!r}")
        inside = self._within(self.owner, self.above.known(name) if self.above else None)
        return self._in(inside, self.notes.known[name], self.owner)

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
            with self.target.gate.cleaning():
                changed = self._changed(before, subject.state())
                restored = not changed or (subject.patch(changed).ok and not self._changed(before, subject.state()))
        except (Broken, NotApplicable, Inconclusive):
            restored = False
        if not restored:
            self.target.left_behind.append(f"{subject.path} could not be put back as it was")

    def _changed(self, before: Json, now: Json) -> Json:
        return {
            each.name: plain(before[each.name]) if isinstance(before[each.name], list) else before[each.name]
            for each in self.resource.writable
            if each.name in before and now.get(each.name) != before[each.name]
        }

    def clean_up(self) -> None:
        """Delete everything that was created, the newest first; with an item goes what lives inside of it."""
        tape = self.target.tape
        self.target.fresh_tape()
        with self.target.gate.cleaning():
            self.remove_all()
        self.target.tape = tape

    def remove_all(self) -> tuple[str, ...]:
        """Delete what those above made, then what is left of what this one made, then what that referred to.

        Return the paths that are gone.
        """
        gone = self.above.remove_all() if self.above else ()
        left = [each for each in reversed(self._made) if not each.path.startswith(gone)]
        self._homes.clear()
        self._made.clear()
        gone = (*gone, *(each.path for each in left if self._remove(each)))
        for link in self.links.values():
            gone += link.remove_all() if link.has_made_some else ()
        return gone

    @property
    def has_made_some(self) -> bool:
        """Whether there is something to delete."""
        return bool(self._made)

    def _remove(self, subject: Subject) -> bool:
        """Delete an item; what is not deleted here stays in the ledger, and is tried again at the end."""
        if "delete" not in self.resource.operations:
            return False  # The gate counts what stays.
        return any(self._deleted(subject, person) for person in (subject.owner, self.owner))

    def _deleted(self, subject: Subject, person: Client) -> bool:
        """Whether an item is gone; not everybody may delete what he created."""
        target = self.target
        if not target.gate.guard.owns(subject.path):
            return True
        with suppress(CannotRun, Broken, Inconclusive, NotApplicable):
            answer = subject.delete(person)
            if answer.status in GONE and subject.changed:
                if subject.found_again():
                    subject.delete(person)
                elif target.is_made_of_others(self.resource):
                    target.left_behind.append(f"{subject.path} may stay under another id, which no answer told")
        return not target.gate.guard.owns(subject.path)

    def collection(self, maker: Client) -> str:
        """The path of the collection in which somebody's fresh items live."""
        return self._within(maker, self.above.home(maker) if self.above else None)

    def home(self, maker: Client) -> Subject:
        """An item in which somebody's other items live, or to which they refer; the same one until it is deleted."""
        if maker.name not in self._homes:
            self._homes[maker.name] = self.by_whoever_may(maker)
        return self._homes[maker.name]

    def by_whoever_may(self, maker: Client) -> Subject:
        """Create an item for somebody, as its owner where that person may not."""
        if maker.name not in self._may_not:
            try:
                return self.fresh(maker)
            except Inconclusive:
                if maker.name == self.owner.name:
                    raise
        made = self.fresh(self.owner)
        self._may_not.add(maker.name)
        return made

    def _within(self, maker: Client, home: Subject | None) -> str:
        """The collection inside of an item of the resource above, or of what the profile gives instead of one."""
        slash = "/" if self.resource.collection.endswith("/") else ""
        path = f"{home.path.rstrip('/')}/{self.resource.within}{slash}" if home else self.resource.collection
        return self.target.filled(path, self.resource, maker)

    def _keys_and_id(self, answer: Answer, collection: str) -> tuple[Steps, Identifier]:
        """The keys of an answer that lead to the id of a new item, and the id; none where a header tells it."""
        reading = self.target.reading(self.resource)
        told = reading.told("POST", answer.json, answer.headers.get("Location"), collection)
        if told is not None and is_misleading(str(told[1])):
            raise Inconclusive(f"{answer.request.line} tells the id {told[1]!r}, which no URL can carry")
        if told is None:
            raise Inconclusive(
                f"{answer.request.line} tells no id of the new item in any of "
                f"{', '.join(self.target.keys(self.resource))}, nor by a Location: name the field that has it as "
                f"identified_by: in the profile. It answers {answer.summary}"
            )
        return told


def _hint(answer: Answer) -> str:
    """What to do about a write that is refused for want of a token against forged requests."""
    asks = answer.status in (400, 401, 403, 419) and re.search(r"csrf|xsrf|forgery", answer.told, re.IGNORECASE)
    return " (`csrf` in the login of the profile says where the token against forged requests is)" if asks else ""


def plain(items: Sequence[object]) -> list[object]:
    """A list as it is written: objects become their ids."""
    return [_plain(item) for item in items]


def _plain(item: object) -> object:
    found = found_in(item, COMMON)
    return found[1] if found else item

"""Creates what is tested, remembers it, deletes only that; borrows what stands there already and puts it back."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count
from urllib.parse import unquote

from contracts.answers import Reading, Steps, listed
from contracts.errors import CannotRun
from contracts.exchange import Answer, Json
from contracts.identifiers import COMMON, Identifier, absent_id, found_in, step
from contracts.model import Resource
from contracts.payload import Encoding, Payload, Unencodable, encode
from contracts.profile import ResourceNotes
from contracts.target import Client, Target
from contracts.transport.gate import CHANGES
from contracts.verdict import Broken, Inconclusive, NotApplicable

GONE = (404, 410)
KNOWN_BY = 4
"""Letters of a text by which an item can be known among those of others."""


class Subject:
    """One item of a resource, and the requests that a trial makes of it."""

    def __init__(
        self,
        path: str,
        owner: Client,
        created: Answer | None = None,
        identifier: Identifier | None = None,
        resource: Resource | None = None,
    ) -> None:
        self.path = path
        self.owner = owner
        self.created = created
        self.former: list[str] = []
        """The paths that it had before its id changed."""
        self.changed: Json = {}
        """What was last accepted of it."""
        self.written: Json = {}
        """What was ever accepted of it, field by field."""
        self._identifier = identifier
        self._resource = resource
        self._untold = False
        """Whether the answer to the last change did not tell by which id the item is found now."""

    @property
    def id(self) -> Identifier:
        """Its id as answers have it; as its path has it where none was seen."""
        if self._identifier is not None:
            return self._identifier
        last = unquote(self.path.rstrip("/").rpartition("/")[2])
        return int(last) if last.isdecimal() else last

    @property
    def collection(self) -> str:
        """The path of the collection that it is in."""
        like = self._resource.collection if self._resource else self.path
        slash = "/" if like.endswith("/") else ""
        return self.path.rstrip("/").rpartition("/")[0] + slash

    def read(self, by: Client | None = None, **query: object) -> Answer:
        """GET it; an item that is not there any more, after a change whose answer told no id, is looked for."""
        answer = (by or self.owner).get(self.path, **query)
        if answer.status not in GONE or not self._untold:
            return answer
        if self.found_again():
            return (by or self.owner).get(self.path, **query)
        if self._resource and self.owner.target.is_made_of_others(self._resource):
            raise Inconclusive(f"{answer.request.line} finds it no more: PATCH told no new id, and no list shows which")
        return answer

    def state(self, by: Client | None = None) -> Json:
        """The item as a GET shows it, which must succeed."""
        return self.shown(self.read(by))

    def shown(self, answer: Answer) -> Json:
        """The item in an accepted answer, whatever it is wrapped in."""
        return self._reading.item(answer)

    @property
    def _reading(self) -> Reading:
        return self.owner.target.reading(self._resource) if self._resource else Reading(COMMON)

    def patch(
        self,
        fields: Mapping[str, object],
        encoding: Encoding | None = None,
        by: Client | None = None,
        **query: object,
    ) -> Answer:
        """PATCH it with some fields; where there is no PATCH, PUT it as it is but for these."""
        return self.prepared(fields, encoding)(by, **query)

    def prepared(self, fields: Mapping[str, object], encoding: Encoding | None = None) -> Callable[..., Answer]:
        """A PATCH that goes out when it is called, by somebody and with a query, and has no other request before it."""
        method, whole = ("PUT", {**self._as_it_is(encoding), **fields}) if self._is_replaced else ("PATCH", fields)
        payload = self._encoded("patch", whole, encoding)

        def send(by: Client | None = None, **query: object) -> Answer:
            answer = self.send(method, payload, by, **query)
            if answer.ok:
                self.changed = dict(fields)
                self.written |= fields
            return answer

        return send

    @property
    def _is_replaced(self) -> bool:
        return self._resource is not None and self._resource.is_replaced

    def _as_it_is(self, encoding: Encoding | None) -> Json:
        """What a PUT has to hold so that nothing changes: what is shown, and of the rest what was last written."""
        seen, held = self.read(), dict(self.written)
        state = self.shown(seen) if seen.ok else {}
        has_null = encoding is None or encoding.is_json
        for field in self._resource.fields if self._resource else ():
            if field.write is None:
                held.pop(field.name, None)
            elif field.is_shown_as_written and field.name in state:
                held[field.name] = state[field.name]
            if held.get(field.name, "") is None and not (field.nullable and has_null):
                del held[field.name]
        return held

    def put(self, fields: Mapping[str, object], encoding: Encoding | None = None, by: Client | None = None) -> Answer:
        """PUT it."""
        return self.send("PUT", self._encoded("replace", fields, encoding), by)

    def delete(self, by: Client | None = None) -> Answer:
        """DELETE it."""
        return self.send("DELETE", None, by)

    def send(self, method: str, payload: Payload | None, by: Client | None = None, **query: object) -> Answer:
        """Send any request to its path; where the answer shows another id, it has another path from then on."""
        path = self.path
        answer = (by or self.owner).send(method, path, payload, query=query)
        if method in CHANGES and answer.ok:
            self._follow(path, answer)
        if method == "DELETE" and answer.ok:
            self._untold = False
        return answer

    def _follow(self, path: str, answer: Answer) -> None:
        gate, location = self.owner.target.gate, answer.headers.get("Location")
        moved = gate.moved_to(answer.request.method, path, answer.json, location)
        self._untold = self._resource is not None and not location and not answer.content
        if moved is not None:
            self._move(path, moved[0])
            self.owner.target.tape.capture(moved[0], answer, moved[1])

    def _move(self, path: str, to: str) -> None:
        self.former += [each for each in dict.fromkeys((path, self.path)) if each not in self.former]
        self.path, self._identifier = to + ("/" if path.endswith("/") else ""), None

    def settle(self) -> None:
        """Find out which of its paths is the last one, after changes that were sent at the same moment."""
        for path in dict.fromkeys((self.path, *reversed(self.former))):
            if self.owner.get(path).ok:
                self.path, self._identifier = path, None
                return

    def found_again(self) -> bool:
        """Whether a list shows an item that has what was last written to this one, which is then where that is."""
        self._untold = False
        target = self.owner.target
        # What is inside of an item of the run is the run's; elsewhere only what has its tag.
        inside = target.gate.guard.is_inside_its_own(self.collection)
        told = texts(self.changed, 1 if inside else KNOWN_BY)
        if self._resource is None or "list" not in self._resource.operations:
            return False
        with suppress(Broken, Inconclusive, NotApplicable):
            for row in listed(self.owner, self.collection, self._reading.listing):
                shown = {name: text for name, text in texts(row, 1).items() if name in told}
                tagged = inside or any(target.tag in text for text in shown.values())
                own = shown and tagged and shown.items() <= told.items()
                found = found_in(row, self._reading.keys) if own else None
                if found is not None and step(found[1]) != step(self.id):
                    to = f"{self.collection.rstrip('/')}/{step(found[1])}"
                    target.gate.moved(self.path, to)
                    self._move(self.path, to)
                    return True
        return False

    def _encoded(self, verb: str, fields: Mapping[str, object], encoding: Encoding | None) -> Payload:
        known = self._resource
        media = encoding or (known.encoding(verb) if known else Encoding.JSON)
        try:
            return encode(known.wrapped(verb, fields, media) if known else fields, media)
        except Unencodable as error:
            raise Inconclusive(str(error)) from error


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
        given = {**self._body(self.unique("n")), **self.notes.create, **fields}
        lacking = [name for name in self.links if name in self.resource.create_required and name not in given]
        return {**{name: self.reference(name, maker or self.owner) for name in lacking}, **given}

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
        """An item that is there, or is not there, already."""
        return self._in(self.collection(self.owner), identifier, owner or self.owner)

    def beside(self, subject: Subject, identifier: Identifier) -> Subject:
        """An item that is, or is not, in the same collection as another."""
        return self._in(subject.collection, identifier, subject.owner)

    def _in(self, collection: str, identifier: Identifier, owner: Client) -> Subject:
        slash = "/" if self.resource.item.endswith("/") else ""
        return Subject(f"{collection.rstrip('/')}/{step(identifier)}{slash}", owner, None, identifier, self.resource)

    def absent_id(self, like: Identifier | None = None) -> Identifier:
        """An id that no item has, in the form that the ids of this resource have."""
        return absent_id(self.resource.identifiers.get(self.resource.parameter, {}), like)

    def misspelt(self, subject: Subject, identifier: Identifier) -> Subject:
        """An item that is not there, to which may be written: who misreads its id takes it for one of the run."""
        odd = self.beside(subject, identifier)
        self.target.gate.guard.own(odd.path)
        return odd

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
        gone = "delete" in self.resource.operations and any(
            self._deleted(subject, person) for person in (subject.owner, self.owner)
        )
        if gone:
            self.target.gate.gone(subject.path)
        elif "delete" in self.resource.operations:
            # Where nothing deletes, the gate counts what stays.
            self.target.left_behind.append(f"{subject.path} could not be deleted")
        return gone

    def _deleted(self, subject: Subject, person: Client) -> bool:
        """Whether an item is gone; not everybody may delete what he created."""
        known = self.target.gate.ledger.has(subject.path.rstrip("/"))
        with suppress(CannotRun, Broken, NotApplicable):
            gone = subject.delete(person)
            if gone.status in GONE and known and subject.changed:
                if subject.found_again():
                    gone = subject.delete(person)
                elif self.target.is_made_of_others(self.resource):
                    self.target.left_behind.append(f"{subject.path} may stay under another id, which no answer told")
            # An answer may have told another id than the item has.
            for path in subject.former if gone.status in GONE else ():
                person.send("DELETE", path)
            return gone.ok or gone.status in GONE
        return False

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
        if told is None:
            raise Inconclusive(
                f"{answer.request.line} tells no id of the new item in any of "
                f"{', '.join(self.target.keys(self.resource))}, nor by a Location: name the field that has it as "
                f"identified_by: in the profile. It answers {answer.summary}"
            )
        return told


def texts(fields: Mapping[str, object], least: int) -> dict[str, str]:
    """The texts of an object that have at least so many letters."""
    found = {name: each.strip() for name, each in fields.items() if isinstance(each, str)}
    return {name: text for name, text in found.items() if len(text) >= least}


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

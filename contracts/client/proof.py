"""Proves which items a run has created: by reading them back, never by what a response to a creation says."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from contracts.client.marks import Mark, mark_of, unwrapped
from contracts.client.ownership import Item, State
from contracts.client.pagination import Reader, pages
from contracts.client.routes import Steps, is_misleading, split
from contracts.client.safety import Guard
from contracts.messages.exchange import GONE, Answer
from contracts.openapi.envelopes import Reading
from contracts.openapi.identifiers import COMMON, find_identifier, step
from contracts.openapi.resources import Resource
from contracts.openapi.schemas import Schema
from contracts.results.verdict import Broken, Inconclusive, Lacking

ROWS = 1000
"""Rows of a collection that are read before the first creation that no tag marks."""
UNPROVEN_AT_MOST = 3
"""Creations of a collection that may stay unproven although others of it were proven."""
VERIFIED_DELETIONS = 3
"""Deletions of items inside of an item of the run that are verified; the others go with that item."""
NO_ID = (
    "the answer to a creation tells no id of the new item (name the field that has it as identified_by: in the profile)"
)
CREATED, FORBIDDEN = 201, 403
CLOCK = timedelta(seconds=5)
"""How far the moment that a new item shows may be from the Date of the answer to its creation, which servers keep for a
while."""


class NotSent(Lacking):
    """The request might have touched what is not the run's to touch."""


class Witness(Reader, Protocol):
    """Somebody who reads, without a record of it."""

    def get(self, path: str) -> Answer:
        """Read one address."""


@dataclass
class _Kind:
    """What is known of the items of one collection of the document."""

    collection: str
    """Its path, as the document writes it."""
    has_read: bool = False
    has_list: bool = False
    statuses: frozenset[str] = frozenset()
    """The statuses that the document lists for a creation."""
    shown: Collection[str] = ()
    """The fields that answers show."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Field that is written → the field in which answers show it."""
    proven: int = 0
    unproven: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    """Whether the tag was sent → creations of which could not be shown that they are the run's."""
    unmarked: int = 0
    """Creations without a tag."""
    why: str = ""
    """Why the last one could not be proven."""
    altered: set[str] = field(default_factory=set)
    """The fields that have shown something else than was sent."""
    before: set[str] | None = None
    """The ids of the first rows, as they were before the first creation without a tag; None where no list tells."""
    tells_moment: bool = False
    """Whether items show a moment, such as that of their creation."""
    takes_tag: bool = False
    """Whether some text that answers show can carry the tag, if not that of each creation."""
    deleted: int = 0
    """Deletions that were accepted."""
    still_shown: list[Item] = field(default_factory=list)
    """Items that a GET still shows although their DELETE was accepted."""

    def is_doubtful(self, tagged: bool) -> bool:
        """Whether another creation, with the tag or without, would leave one more item that nobody can be sure of."""
        is_sure_sign = tagged or not self.takes_tag
        return self.unproven[tagged] >= (1 if is_sure_sign and not self.proven else UNPROVEN_AT_MOST)


class Proofs:
    """Notes what creations, changes and deletions come to, and proves it where something depends on it."""

    def __init__(self, guard: Guard, reading: Callable[[str], Reading]) -> None:
        self._guard = guard
        self._items = guard.items
        self._reading = reading
        self._kinds: dict[str, _Kind] = {}
        self._seen: dict[str, set[str]] | None = None
        """Collection → the ids of its items in any response, from the first creation without a tag on."""
        self.witness: Callable[[str, Mapping[str, str]], Witness] = _no_witness
        """Person and headers of a creation → who reads what it created."""
        self.owner: Callable[[str], str] = lambda _: ""
        """Collection → who owns its items, and reads them where their creator may not."""

    # --- what the document says ---

    def learn(self, resource: Resource, shown: Mapping[str, Schema], aliases: Mapping[str, str]) -> None:
        """Take note of how the items of a resource are created and read, and which fields answers show."""
        kind = self._kind(resource.collection)
        kind.has_read, kind.has_list = "read" in resource.operations, "list" in resource.operations
        kind.statuses = resource.operations["create"].statuses
        kind.shown, kind.aliases = shown.keys(), aliases
        kind.tells_moment = any(schema.get("format") == "date-time" for schema in shown.values())
        kind.takes_tag = any(
            field.kind == "string" and "enum" not in field.constraints and aliases.get(name, name) in shown
            for name, field in resource.create_fields.items()
        )

    def altered(self, collection: str) -> Collection[str]:
        """The fields of items of a collection that have shown something else than was sent: none can carry the tag."""
        return self._kind(collection).altered

    def mark(self, collection: str, fields: Mapping[str, Any] | None, tags: Iterable[str]) -> Mark:
        """The mark of an item that a creation with these fields makes."""
        kind = self._kind(collection)
        shown = [name for name in kind.shown if name not in kind.altered]
        return mark_of(_renamed(fields, kind.aliases), shown or kind.shown, tags)

    def note_intent(self, item: Item, fields: Mapping[str, Any]) -> None:
        """Note what a change is about to write, by which the item is recognised from then on."""
        kind = self._kind(item.collection)
        item.mark, item.changed = item.mark.changed(_renamed(fields, kind.aliases) or {}, kind.shown), True

    def is_success(self, collection: str, status: int) -> bool:
        """Whether a status is the one with which the document says that an item was created."""
        listed = self._kind(collection).statuses
        if status == CREATED or not listed:
            return status in (200, CREATED, 202)
        if str(CREATED) in listed or not 200 <= status < 300:
            return False
        return str(status) in listed or (status in (200, 202) and bool(listed & {"2XX", "2xx", "default"}))

    def _kind(self, collection: str) -> _Kind:
        route = self._guard.items_route(collection)
        template = route.path.rstrip("/").rpartition("/")[0] + "/" if route else collection
        if template not in self._kinds:
            self._kinds[template] = _Kind(self._guard.as_template(collection))
        return self._kinds[template]

    # --- before a request ---

    def require_creatable(self, collection: str, mark: Mark, person: str, headers: Mapping[str, str]) -> None:
        """Raise NotSent where what a request creates could not be told from what was there before."""
        kind, tagged = self._kind(collection), bool(mark.tag)
        if kind.is_doubtful(tagged):
            raise NotSent(f"POST {kind.collection} was not sent again: {kind.why}")
        if tagged or self._is_inside_own(collection):
            return
        if self._seen is None:
            self._seen = {}
        if kind.before is None and not kind.unmarked:
            kind.before = self._ids_before(collection, kind, person, headers)
        is_known_by_time = kind.takes_tag and kind.tells_moment
        if kind.before is None and not is_known_by_time and (kind.unmarked or kind.takes_tag):
            raise NotSent(
                f"POST {kind.collection} was not sent: no text that answers show carries the tag of the run, and no "
                f"list tells what was there before"
            )
        kind.unmarked += 1

    def require_free(self, collection: str, identifier: object, person: str, headers: Mapping[str, str]) -> None:
        """Raise NotSent where a creation names an id that something has which is not the run's."""
        if not isinstance(identifier, str | int) or isinstance(identifier, bool):
            return
        path = self._guard.item_path(collection, step(identifier))
        if self._items.state(split(path)) in (State.OWNED, State.CLAIMED):
            return
        with suppress(Broken):
            if self.witness(person, headers).get(path).status in GONE:
                return
        raise NotSent(f"POST {collection} was not sent: {path} may be there already, and is not this run's")

    def require_owned(self, steps: Steps) -> None:
        """Raise NotSent where an item does not show that the run created it."""
        item = self._items.item(steps)
        if item is None or not self.prove(item):
            why = self.doubt(item.collection if item else "")
            raise NotSent(f"{'/'.join(('', *steps))} was not touched: {why}")

    def require_deleted(self, steps: Steps) -> None:
        """Raise NotSent where an id that was the run's until it deleted the item is in use again."""
        item = self._items.item(steps)
        if item is not None and (self.is_missing(item) or self.is_shown(item)):
            return  # Nothing is there, or the run's own item, which is only marked as deleted.
        raise NotSent(f"{'/'.join(('', *steps))} was deleted by this run, and its id may be somebody else's by now")

    def is_missing(self, item: Item) -> bool:
        """Whether the address of an item answers that nothing is there, and no list shows its id either."""
        kind = self._kind(item.collection)
        if kind.has_read and not any(self._is_not_found(item, person) for person in self._readers(item)):
            return False
        return kind.has_read or (kind.has_list and self._read(item) is None)

    def _is_not_found(self, item: Item, person: str) -> bool:
        with suppress(Broken):
            return self._reader(item, person).get(item.path).status in GONE
        return False

    def _ids_before(self, collection: str, kind: _Kind, person: str, headers: Mapping[str, str]) -> set[str] | None:
        if not kind.has_list:
            return None
        reading, reader = self._reading(collection), self.witness(person, headers)
        rows = islice(_rows(reader, collection, reading), ROWS)
        return {str(found[1]) for row in rows if (found := find_identifier(row, reading.keys))}

    def _is_inside_own(self, collection: str) -> bool:
        return self._items.is_inside((*split(collection), ""), (State.OWNED,))

    # --- after a response ---

    def created(
        self, collection: str, response: Answer, mark: Mark, person: str, headers: Mapping[str, str], key: int | None
    ) -> Item | None:
        """Note what a creation answers; the item that it tells of, None where it tells of none that is new."""
        kind = self._kind(collection)
        if not self.is_success(collection, response.status):
            listed = ", ".join(sorted(kind.statuses)) or "none"
            self._doubt(kind, mark, f"{response.status} is not how it answers a creation (documented: {listed})")
            return None
        location = response.headers.get("Location")
        told = self._reading(collection).identify("POST", response.json, location, collection)
        if told is None or is_misleading(str(told[1])):
            self._doubt(kind, mark, NO_ID)
            return None
        path = self._guard.item_path(collection, step(told[1]))
        known = self._items.item(split(path))
        if known is not None and known.state is not State.DELETED:
            return None  # It was there before this creation, which has created nothing, or nothing that is told.
        inside, moment = self._is_inside_own(collection), _moment(response.headers.get("Date"))
        item = Item(path, State.CLAIMED, collection, person, headers, mark, key, inside, moment=moment)
        seen = (self._seen or {}).get(kind.collection, ())
        if not item.inside_own and str(told[1]) in seen:
            item.mark = Mark(mark.tag, mark.tagged)  # Only the tag can prove it now.
        self._items.claim(item)
        return item

    def is_sure(self, item: Item) -> bool:
        """Whether there is time to prove an item: it lies inside of another of the run, or all like it were proven."""
        kind = self._kind(item.collection)
        return item.inside_own or (bool(item.mark.tag) and bool(kind.proven) and not any(kind.unproven.values()))

    @property
    def watches_ids(self) -> bool:
        """Whether it matters which ids responses tell."""
        return self._seen is not None

    def note_ids(self, path: str, answer: Answer) -> None:
        """Remember the ids in a response, where creations without a tag depend on which are new."""
        if self._seen is not None and sum(map(len, self._seen.values())) < 100 * ROWS:
            self._seen.setdefault(self._place(path), set()).update(_ids_in(answer.json))

    def _place(self, path: str) -> str:
        """The collection of which a response tells, by the path of its request."""
        steps = split(path)
        above = f"/{'/'.join(steps[:-1])}"
        return self._kind(path if self._guard.items_route(path) else above).collection

    def note_read(self, path: str, answer: Answer) -> None:
        """Take what a check reads for a proof, where the item has none yet."""
        item = self._items.item(split(path))
        if item is not None and item.state is State.CLAIMED and answer.ok:
            fields = _item_in(self._reading(item.collection), answer, item.mark)
            if fields is not None and self._is_own(item, fields):
                self._conclude(item, fields)

    def awaits_proof(self, path: str) -> bool:
        """Whether a creation told of the item at a path, and nothing has proven yet that it is the run's."""
        return self._items.state(split(path)) is State.CLAIMED

    def prove(self, item: Item, tries: int = 2) -> bool:
        """Whether an item shows that the run created it; it is read until it does."""
        if item.state in (State.OWNED, State.LENT):
            return True
        if item.state is not State.CLAIMED:
            return False
        for _ in range(tries):
            fields = self._read(item)
            if fields is not None:
                return self._conclude(item, fields)
        self._doubt(self._kind(item.collection), item.mark, "what was created cannot be read back")
        return False

    def _conclude(self, item: Item, fields: Mapping[str, Any]) -> bool:
        kind = self._kind(item.collection)
        if self._is_own(item, fields):
            kind.proven += 1
            kind.altered |= item.mark.differing(fields)
            item.mark = item.mark.proven(fields)
            self._items.set_state(split(item.path), State.OWNED)
            return True
        self._items.set_state(split(item.path), State.DISPROVEN)
        self._doubt(kind, item.mark, "what it tells of does not show what was sent")
        return False

    def _is_own(self, item: Item, fields: Mapping[str, Any]) -> bool:
        if item.mark.is_carried_by(fields):
            return item.mark.shows_tag(fields)
        identifier = unquote(item.path.rstrip("/").rpartition("/")[2])
        before = self._kind(item.collection).before
        is_new = item.inside_own or (identifier not in before if before is not None else _is_of(item.moment, fields))
        return is_new and item.mark.shows_sent(fields, self._kind(item.collection).altered)

    def _read(self, item: Item) -> Mapping[str, Any] | None:
        """The item as its creator reads it, or the owner of such items; None where nobody can."""
        found = (self._read_by(item, self._reader(item, person)) for person in self._readers(item))
        return next((fields for fields in found if fields is not None), None)

    def _readers(self, item: Item) -> Iterable[str]:
        return dict.fromkeys((item.person, self.owner(item.collection) or item.person))

    def _reader(self, item: Item, person: str) -> Witness:
        return self.witness(person, item.headers if person == item.person else {})

    def _read_by(self, item: Item, reader: Witness) -> Mapping[str, Any] | None:
        """The item as somebody reads it, by itself or in its list."""
        reading, kind = self._reading(item.collection), self._kind(item.collection)
        identifier = unquote(item.path.rstrip("/").rpartition("/")[2])
        with suppress(Broken):
            fields = _item_in(reading, reader.get(item.path), item.mark) if kind.has_read else None
            if fields is not None:
                return fields
        if not kind.has_list:
            return None
        rows = islice(_rows(reader, item.collection, reading), ROWS)
        return next(
            (row for row in rows if (found := find_identifier(row, reading.keys)) and str(found[1]) == identifier), None
        )

    # --- deletions and moves ---

    def is_gone(self, item: Item, status: int) -> bool:
        """Whether an item is gone after an answer to a DELETE: what was accepted need not be done."""
        kind, accepted = self._kind(item.collection), 200 <= status < 300
        if not accepted and (status not in {*GONE, FORBIDDEN} or item.state is not State.OWNED):
            return False
        if accepted and item.inside_own and kind.deleted >= VERIFIED_DELETIONS and not kind.still_shown:
            return True
        kind.deleted += accepted
        if not accepted:
            return not item.changed and self.is_missing(item)
        if not self._is_gone_at_once(item) and self.is_shown(item):
            kind.still_shown.append(item)
        return True

    def _is_gone_at_once(self, item: Item) -> bool:
        """Whether the address of an item that was deleted answers its creator that nothing is there."""
        return self._kind(item.collection).has_read and self._is_not_found(item, item.person)

    def is_shown(self, item: Item) -> bool:
        """Whether its address or its list still shows an item that the run had created."""
        with suppress(Inconclusive):
            fields = self._read(item)
            return fields is not None and (self._is_own(item, fields) or item.mark.shows_what_was_left(fields))
        return False

    def has_moved(self, item: Item, to: str, fields: Mapping[str, Any] | None) -> bool:
        """Whether an item is gone from its path, and stands at another with the fields of the change that moved it."""
        reader, mark = self.witness(item.person, item.headers), self.mark(item.collection, fields, [item.mark.tag])
        with suppress(Broken):
            if reader.get(item.path).status in GONE:
                found = _item_in(self._reading(item.collection), reader.get(to), mark)
                return found is not None and (mark.shows_tag(found) or mark.shows_sent(found))
        return False

    def still_shown(self) -> Iterator[str]:
        """What GET shows although it was deleted, in words, once; what is gone by now is left out."""
        for kind in self._kinds.values():
            left = [item for item in kind.still_shown if self.is_shown(item)]
            kind.still_shown.clear()
            if left:
                yield (
                    f"may be left: {len(left)} in {kind.collection}: DELETE was accepted, and GET still shows them "
                    f"(first {left[0].path}; soft delete?)"
                )

    def _doubt(self, kind: _Kind, mark: Mark, why: str) -> None:
        kind.unproven[bool(mark.tag)] += 1
        kind.why = why

    def doubt(self, collection: str) -> str:
        """Why what was created in a collection could not be shown to be the run's."""
        return self._kind(collection).why or "nothing shows that this run created it"


def _no_witness(person: str, headers: Mapping[str, str]) -> Witness:
    raise NotSent("nobody is there to read back what is created")


def _moment(header: str | None) -> datetime | None:
    """The moment of a response by the clock of the target."""
    try:
        return parsedate_to_datetime(header or "")
    except ValueError:
        return None


def _is_of(moment: datetime | None, fields: Mapping[str, Any]) -> bool:
    """Whether an item shows a moment at which it came into being, and that is the one of its creation."""
    for value in fields.values():
        with suppress(ValueError, TypeError):
            shown = datetime.fromisoformat(value)
            if moment and abs(shown.replace(tzinfo=shown.tzinfo or UTC) - moment) <= CLOCK:
                return True
    return False


def _renamed(fields: Mapping[str, Any] | None, aliases: Mapping[str, str]) -> Mapping[str, Any] | None:
    """Fields under the names that answers have for them."""
    if fields is None or not aliases:
        return fields
    inner = unwrapped(fields)
    plain = {name: value for name, value in inner.items() if name not in aliases and name not in aliases.values()}
    return plain | {aliases[name]: value for name, value in inner.items() if name in aliases}


def _item_in(reading: Reading, answer: Answer, mark: Mark) -> Mapping[str, Any] | None:
    """The item in an answer: where the document has it, else the object with most of the fields that were sent."""
    try:
        item: Mapping[str, Any] | None = reading.item(answer) if answer.ok else None
    except Broken:
        item = None
    names = mark.sent.keys() | set(mark.tagged)
    if item is None or names & item.keys():
        return item
    inside = [(len(names & part.keys()), part) for part in _objects(answer.json)]
    most, found = max(inside, key=lambda pair: pair[0], default=(0, item))
    return found if most else item


def _objects(document: object, depth: int = 3) -> Iterator[Mapping[str, Any]]:
    """The objects in a document that are not in a list, so deep, the outer ones first."""
    if isinstance(document, Mapping) and depth:
        yield document
        for part in document.values():
            yield from _objects(part, depth - 1)


def _rows(reader: Reader, collection: str, reading: Reading) -> Iterator[Mapping[str, Any]]:
    """The rows of a list as far as they can be read."""
    with suppress(Broken, Inconclusive):
        for answer, rows in pages(reader, collection, reading.listing):
            if not answer.ok:
                return
            yield from rows


def _ids_in(document: object, depth: int = 6) -> Iterator[str]:
    """What may be an id in a document, by the names of its keys."""
    if isinstance(document, Mapping):
        for name, value in document.items():
            if isinstance(value, str | int) and not isinstance(value, bool):
                if name in COMMON or name.lower().endswith("id"):
                    yield str(value)
            elif depth:
                yield from _ids_in(value, depth - 1)
    elif isinstance(document, list) and depth:
        for value in document:
            yield from _ids_in(value, depth - 1)


def is_below(url: str, base: str) -> bool:
    """Whether an address lies at or below the address of a target."""
    here, above = urlsplit(url), urlsplit(base)
    root = above.path.rstrip("/")
    return here[:2] == above[:2] and (here.path == root or here.path.startswith(f"{root}/"))

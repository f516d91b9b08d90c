"""Proves which items a run has created: by reading them back, never by what a response to a creation says."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any, Protocol

from contracts.client.extraction import ids_in, item_in, moment_of, rows_of, shows_moment
from contracts.client.kinds import Kind, Kinds
from contracts.client.ledger import Ledger
from contracts.client.marks import Mark
from contracts.client.ownership import Creation, Item, State
from contracts.client.pagination import Reader
from contracts.client.readings import Readings
from contracts.client.routes import Steps, is_misleading, split
from contracts.client.safety import Guard, NotSent
from contracts.messages.exchange import GONE, Answer
from contracts.openapi.identifiers import found_in, step
from contracts.results.verdict import Broken, Inconclusive

ROWS = 1000
"""Rows of a collection that are read before the first creation that no tag marks."""
IDS = 100 * ROWS
"""Ids that are remembered at most."""
VERIFIED_DELETIONS = 3
"""Deletions of items inside of an item of the run that are verified; the others go with that item."""
FORBIDDEN = 403
NO_ID = (
    "the answer to a creation tells no id of the new item (name the field that has it as identified_by: in the profile)"
)


class Witness(Reader, Protocol):
    """Somebody who reads, without a record of it."""

    def get(self, path: str) -> Answer:
        """Read one address."""


class Proofs:
    """Decides whether items are the run's, missing, or gone, by what the target shows of them."""

    def __init__(self, guard: Guard, ledger: Ledger, readings: Readings, kinds: Kinds) -> None:
        self._guard = guard
        self._ledger = ledger
        self._items = guard.items
        self._readings = readings
        self._kinds = kinds
        self._ids: dict[str, set[str]] | None = None
        """Collection → the ids of its items in any response, from the first creation without a tag on."""
        self.witness: Callable[[str, Mapping[str, str]], Witness] = _no_witness
        """Person and headers of a creation → who reads what it created."""

    # --- creations ---

    def require_creatable(self, collection: str, mark: Mark, person: str, headers: Mapping[str, str]) -> None:
        """Raise NotSent where what a request creates could not be told from what was there before."""
        kind, tagged = self._kinds.of(collection), bool(mark.tag)
        if kind.is_doubtful(tagged):
            raise NotSent(f"POST {kind.collection} was not sent again: {kind.doubt}")
        if tagged or self._is_inside_own(collection):
            return
        if self._ids is None:
            self._ids = {}
        if kind.before is None and not kind.unmarked:
            kind.before = self._ids_before(collection, kind, person, headers)
        if kind.before is None and not kind.is_known_by_time and (kind.unmarked or kind.takes_tag):
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

    def claim(self, creation: Creation, answer: Answer) -> Item | None:
        """Note the item that the response to a creation tells of; None where it tells of none that is new."""
        collection, mark, kind = creation.collection, creation.mark, self._kinds.of(creation.collection)
        if not kind.is_success(answer.status):
            statuses = ", ".join(sorted(kind.statuses)) or "none"
            kind.note_doubt(mark, f"{answer.status} is not how it answers a creation (documented: {statuses})")
            return None
        identity = self._readings.of(collection).told("POST", answer.json, answer.headers.get("Location"), collection)
        if identity is None or is_misleading(str(identity[1])):
            kind.note_doubt(mark, NO_ID)
            return None
        path = self._guard.item_path(collection, step(identity[1]))
        earlier = self._items.item(split(path))
        if earlier is not None and earlier.state is not State.DELETED:
            return None  # It was there before this creation, which has created nothing, or nothing that is told.
        is_inside = self._is_inside_own(collection)
        if not is_inside and str(identity[1]) in (self._ids or {}).get(kind.collection, ()):
            mark = Mark(mark.tag, mark.tagged)  # Only the tag can prove it now.
        item = Item(path, State.CLAIMED, collection, creation.person, creation.headers, mark, creation.key)
        item.inside_own, item.moment = is_inside, moment_of(answer)
        self._items.claim(item)
        return item

    def is_sure(self, item: Item) -> bool:
        """Whether there is time to prove an item: it lies inside of another of the run, or all like it were proven."""
        kind = self._kinds.of(item.collection)
        return item.inside_own or (bool(item.mark.tag and kind.proven) and not any(kind.unproven.values()))

    def _ids_before(self, collection: str, kind: Kind, person: str, headers: Mapping[str, str]) -> set[str] | None:
        if not kind.has_list:
            return None
        reading, reader = self._readings.of(collection), self.witness(person, headers)
        rows = islice(rows_of(reader, collection, reading.listing), ROWS)
        return {str(identity[1]) for row in rows if (identity := found_in(row, reading.keys))}

    def _is_inside_own(self, collection: str) -> bool:
        return self._items.is_inside((*split(collection), ""), (State.OWNED,))

    # --- what responses show ---

    def note_response(self, path: str, answer: Answer) -> None:
        """Remember the ids in a response, where that matters, and take what a check reads for a proof."""
        if self._ids is not None and sum(map(len, self._ids.values())) < IDS:
            self._ids.setdefault(self._collection_of(path), set()).update(ids_in(answer.json))
        item = self._items.item(split(path))
        if answer.request.method != "GET" or item is None or item.state is not State.CLAIMED:
            return
        fields = item_in(self._readings.of(item.collection), answer, item.mark)
        if fields is not None and self._is_own(item, fields):
            self._conclude(item, fields)

    def _collection_of(self, path: str) -> str:
        """The collection of which a response tells, by the path of its request."""
        is_collection = self._guard.items_route(path) is not None
        return self._kinds.of(path if is_collection else f"/{'/'.join(split(path)[:-1])}").collection

    # --- items ---

    def require_owned(self, steps: Steps) -> None:
        """Raise NotSent where an item does not show that the run created it."""
        item = self._items.item(steps)
        if item is None or not self.prove(item):
            doubt = self._kinds.of(item.collection if item else "").doubt
            raise NotSent(f"{'/'.join(('', *steps))} was not touched: {doubt}")

    def require_deleted(self, steps: Steps) -> None:
        """Raise NotSent where an id that was the run's until it deleted the item is in use again."""
        item = self._items.item(steps)
        if item is not None and (self.is_missing(item) or self.is_shown(item)):
            return  # Nothing is there, or the run's own item, which is only marked as deleted.
        raise NotSent(f"{'/'.join(('', *steps))} was deleted by this run, and its id may be somebody else's by now")

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
        self._kinds.of(item.collection).note_doubt(item.mark, "what was created cannot be read back")
        return False

    def _conclude(self, item: Item, fields: Mapping[str, Any]) -> bool:
        kind = self._kinds.of(item.collection)
        if self._is_own(item, fields):
            kind.proven += 1
            kind.altered |= item.mark.differing(fields)
            item.mark = item.mark.proven(fields)
            self._items.set_state(split(item.path), State.OWNED)
            if item.key is not None:
                self._ledger.marked(item.key, item.mark)
            return True
        self._items.set_state(split(item.path), State.DISPROVEN)
        kind.note_doubt(item.mark, "what it tells of does not show what was sent")
        return False

    def _is_own(self, item: Item, fields: Mapping[str, Any]) -> bool:
        if item.mark.is_carried_by(fields):
            return item.mark.shows_tag(fields)
        kind = self._kinds.of(item.collection)
        if item.inside_own:
            is_new = True
        elif kind.before is not None:
            is_new = item.id not in kind.before
        else:
            is_new = shows_moment(fields, item.moment)
        return is_new and item.mark.shows_sent(fields, kind.altered)

    def is_shown(self, item: Item) -> bool:
        """Whether its address or its list still shows an item that the run had created."""
        with suppress(Inconclusive):
            fields = self._read(item)
            return fields is not None and (self._is_own(item, fields) or item.mark.shows_what_was_left(fields))
        return False

    def is_missing(self, item: Item) -> bool:
        """Whether the address of an item answers that nothing is there; without addresses, whether no list shows it."""
        kind = self._kinds.of(item.collection)
        if kind.has_read:
            return any(self._is_not_found(item, person) for person in self._readers(item))
        return kind.has_list and self._read(item) is None

    def is_gone(self, item: Item, status: int) -> bool:
        """Whether an item is gone after a response to a DELETE: what was accepted need not be done."""
        kind, accepted = self._kinds.of(item.collection), 200 <= status < 300
        if not accepted:
            denies = status in {*GONE, FORBIDDEN} and item.state is State.OWNED
            return denies and not item.changed and self.is_missing(item)
        kind.deleted += 1
        goes_with_another = item.inside_own and kind.deleted > VERIFIED_DELETIONS and not kind.still_shown
        if goes_with_another or (kind.has_read and self._is_not_found(item, item.person)):
            return True
        if self.is_shown(item):
            kind.still_shown.append(item)
        return True

    def has_moved(self, item: Item, to: str, fields: Mapping[str, Any] | None) -> bool:
        """Whether an item is gone from its path, and stands at another with the fields of the change that moved it."""
        reader = self.witness(item.person, item.headers)
        mark = self._kinds.of(item.collection).mark(fields, [item.mark.tag])
        with suppress(Broken):
            if reader.get(item.path).status in GONE:
                shown = item_in(self._readings.of(item.collection), reader.get(to), mark)
                return shown is not None and (mark.shows_tag(shown) or mark.shows_sent(shown))
        return False

    # --- reading ---

    def _read(self, item: Item) -> Mapping[str, Any] | None:
        """The item as its creator reads it, or the owner of such items; None where nobody can."""
        readings = (self._read_by(item, self._reader(item, person)) for person in self._readers(item))
        return next((fields for fields in readings if fields is not None), None)

    def _read_by(self, item: Item, reader: Witness) -> Mapping[str, Any] | None:
        """The item as somebody reads it, at its address or in its list."""
        reading, kind = self._readings.of(item.collection), self._kinds.of(item.collection)
        with suppress(Broken):
            fields = item_in(reading, reader.get(item.path), item.mark) if kind.has_read else None
            if fields is not None:
                return fields
        if not kind.has_list:
            return None
        for row in islice(rows_of(reader, item.collection, reading.listing), ROWS):
            identity = found_in(row, reading.keys)
            if identity is not None and str(identity[1]) == item.id:
                return row
        return None

    def _is_not_found(self, item: Item, person: str) -> bool:
        with suppress(Broken):
            return self._reader(item, person).get(item.path).status in GONE
        return False

    def _readers(self, item: Item) -> Iterable[str]:
        return dict.fromkeys((item.person, self._kinds.of(item.collection).owner or item.person))

    def _reader(self, item: Item, person: str) -> Witness:
        return self.witness(person, item.headers if person == item.person else {})


def _no_witness(person: str, headers: Mapping[str, str]) -> Witness:
    raise NotSent("nobody is there to read back what is created")

"""Proves which items a run created, by reading them back. The response to a creation alone proves nothing."""

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
from contracts.openapi.identifiers import find_identifier, step
from contracts.results.verdict import Broken, Inconclusive

ROWS = 1000
"""Rows of a collection that are read before the first creation without a tag."""
IDS = 100 * ROWS
"""Ids that are remembered."""
VERIFIED_DELETIONS = 3
"""Deletions inside an item of the run that are verified; the others are covered by the deletion of that item."""
FORBIDDEN = 403
NO_ID = (
    "the answer to a creation has no id of the new item (name the field that has it as identified_by: in the profile)"
)


class Witness(Reader, Protocol):
    """A reader whose requests are not recorded."""

    def get(self, path: str) -> Answer:
        """Read one path."""


class Proofs:
    """The proofs that items are the run's, missing or gone."""

    def __init__(self, guard: Guard, ledger: Ledger, readings: Readings, kinds: Kinds) -> None:
        self._guard = guard
        self._ledger = ledger
        self._items = guard.items
        self._readings = readings
        self._kinds = kinds
        self._ids: dict[str, set[str]] | None = None
        """Collection → the ids of its items in any response, collected from the first creation without a tag on."""
        self.witness: Callable[[str, Mapping[str, str]], Witness] = _no_witness
        """Returns a reader for the person and the headers of a creation."""

    # --- creations ---

    def require_creatable(self, collection: str, mark: Mark, person: str, headers: Mapping[str, str]) -> None:
        """Raise NotSent if the created item could not be distinguished from items that were there before."""
        kind, tagged = self._kinds.of(collection), bool(mark.tag)
        if kind.is_doubtful(tagged):
            raise NotSent(f"POST {kind.collection} was not sent again: {kind.doubt}")
        if tagged or self._is_inside_own(collection):
            return
        if self._ids is None:
            self._ids = {}
        if kind.ids_before is None and not kind.unmarked:
            kind.ids_before = self._ids_before(collection, kind, person, headers)
        if kind.ids_before is None and not kind.is_recognised_by_time and (kind.unmarked or kind.takes_tag):
            raise NotSent(
                f"POST {kind.collection} was not sent: no text that answers show carries the tag of the run, and no "
                f"list shows which items were there before"
            )
        kind.unmarked += 1

    def require_free(self, collection: str, identifier: object, person: str, headers: Mapping[str, str]) -> None:
        """Raise NotSent if a creation names the id of an item that is not the run's."""
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
        """Add the item that the response to a creation names; None if it names no new one."""
        collection, mark, kind = creation.collection, creation.mark, self._kinds.of(creation.collection)
        if not kind.is_success(answer.status):
            statuses = ", ".join(sorted(kind.statuses)) or "none"
            kind.note_doubt(mark, f"it answered a creation with {answer.status} (documented: {statuses})")
            return None
        identity = self._readings.of(collection).identify(
            "POST", answer.json, answer.headers.get("Location"), collection
        )
        if identity is None or is_misleading(str(identity[1])):
            kind.note_doubt(mark, NO_ID)
            return None
        path = self._guard.item_path(collection, step(identity[1]))
        earlier = self._items.item(split(path))
        if earlier is not None and earlier.state is not State.DELETED:
            return None  # It was there before this creation, which has created nothing, or not this item.
        is_inside = self._is_inside_own(collection)
        if not is_inside and str(identity[1]) in (self._ids or {}).get(kind.collection, ()):
            mark = Mark(mark.tag, mark.tagged)  # The id is not new, so only the tag proves it.
        item = Item(path, State.CLAIMED, collection, creation.person, creation.headers, mark, creation.key)
        item.inside_own, item.moment = is_inside, moment_of(answer)
        self._items.claim(item)
        return item

    def is_sure(self, item: Item) -> bool:
        """Whether an item need not be proven at once: it lies inside another of the run, or all like it were proven."""
        kind = self._kinds.of(item.collection)
        return item.inside_own or (bool(item.mark.tag and kind.proven) and not any(kind.unproven.values()))

    def _ids_before(self, collection: str, kind: Kind, person: str, headers: Mapping[str, str]) -> set[str] | None:
        if not kind.has_list:
            return None
        reading, reader = self._readings.of(collection), self.witness(person, headers)
        rows = islice(rows_of(reader, collection, reading.listing), ROWS)
        return {str(identity[1]) for row in rows if (identity := find_identifier(row, reading.keys))}

    def _is_inside_own(self, collection: str) -> bool:
        return self._items.is_inside((*split(collection), ""), (State.OWNED,))

    # --- responses ---

    def note_response(self, path: str, answer: Answer) -> None:
        """Remember the ids in a response if they matter, and use a read of an unproven item as proof."""
        if self._ids is not None and sum(map(len, self._ids.values())) < IDS:
            self._ids.setdefault(self._collection_of(path), set()).update(ids_in(answer.json))
        item = self._items.item(split(path))
        if answer.request.method != "GET" or item is None or item.state is not State.CLAIMED:
            return
        fields = item_in(self._readings.of(item.collection), answer, item.mark)
        if fields is not None and self._is_own(item, fields):
            self._conclude(item, fields)

    def _collection_of(self, path: str) -> str:
        """Return the collection that a response is about, by the path of its request."""
        is_collection = self._guard.items_route(path) is not None
        return self._kinds.of(path if is_collection else f"/{'/'.join(split(path)[:-1])}").collection

    # --- items ---

    def require_owned(self, steps: Steps) -> None:
        """Raise NotSent if an item does not prove that the run created it."""
        item = self._items.item(steps)
        if item is None or not self.prove(item):
            doubt = self._kinds.of(item.collection if item else "").doubt
            raise NotSent(f"{'/'.join(('', *steps))} was not touched: {doubt}")

    def require_deleted(self, steps: Steps) -> None:
        """Raise NotSent if the id of a deleted item is in use again."""
        item = self._items.item(steps)
        if item is not None and (self.is_missing(item) or self.is_shown(item)):
            return  # Nothing is there, or the run's own item after a soft delete.
        raise NotSent(f"{'/'.join(('', *steps))} was deleted by this run, and its id may belong to another item now")

    def prove(self, item: Item, tries: int = 2) -> bool:
        """Whether an item proves that the run created it; reads it a few times if it cannot be read."""
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
            item.mark = item.mark.with_proof(fields)
            self._items.set_state(split(item.path), State.OWNED)
            if item.key is not None:
                self._ledger.note_mark(item.key, item.mark)
            return True
        self._items.set_state(split(item.path), State.DISPROVEN)
        kind.note_doubt(item.mark, "the item that it names does not show what was sent")
        return False

    def _is_own(self, item: Item, fields: Mapping[str, Any]) -> bool:
        if item.mark.has_tagged_field(fields):
            return item.mark.shows_tag(fields)
        kind = self._kinds.of(item.collection)
        if item.inside_own:
            is_new = True
        elif kind.ids_before is not None:
            is_new = item.id not in kind.ids_before
        else:
            is_new = shows_moment(fields, item.moment)
        return is_new and item.mark.shows_sent(fields, kind.altered)

    def is_shown(self, item: Item) -> bool:
        """Whether the path of an item, or its list, still shows it."""
        with suppress(Inconclusive):
            fields = self._read(item)
            return fields is not None and (self._is_own(item, fields) or item.mark.matches_later(fields))
        return False

    def is_missing(self, item: Item) -> bool:
        """Whether nothing is at the path of an item; if items cannot be read by path, whether no list shows it."""
        kind = self._kinds.of(item.collection)
        if kind.has_read:
            return any(self._is_not_found(item, person) for person in self._readers(item))
        return kind.has_list and self._read(item) is None

    def is_gone(self, item: Item, status: int) -> bool:
        """Whether an item is gone after a DELETE: an accepted request need not have deleted it."""
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
        """Whether an item is gone from its path, and another path shows the fields of the change that moved it."""
        reader = self.witness(item.person, item.headers)
        mark = self._kinds.of(item.collection).mark(fields, [item.mark.tag])
        with suppress(Broken):
            if reader.get(item.path).status in GONE:
                moved = item_in(self._readings.of(item.collection), reader.get(to), mark)
                return moved is not None and (mark.shows_tag(moved) or mark.shows_sent(moved))
        return False

    # --- reading ---

    def _read(self, item: Item) -> Mapping[str, Any] | None:
        """Read an item as its creator, or else as the owner of such items; None if neither can."""
        readings = (self._read_by(item, self._reader(item, person)) for person in self._readers(item))
        return next((fields for fields in readings if fields is not None), None)

    def _read_by(self, item: Item, reader: Witness) -> Mapping[str, Any] | None:
        """Read an item at its path, or else in its list."""
        reading, kind = self._readings.of(item.collection), self._kinds.of(item.collection)
        with suppress(Broken):
            fields = item_in(reading, reader.get(item.path), item.mark) if kind.has_read else None
            if fields is not None:
                return fields
        if not kind.has_list:
            return None
        for row in islice(rows_of(reader, item.collection, reading.listing), ROWS):
            identity = find_identifier(row, reading.keys)
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
    raise NotSent("no reader is set, so that created items cannot be read back")

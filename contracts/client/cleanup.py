"""Deletes the items that are left in a ledger, the newest first, if they prove to be the run's."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import chain, groupby
from typing import Any, Protocol

from contracts.client.ledger import Entry, Ledger
from contracts.client.ownership import Item, State
from contracts.client.pagination import Reader, pages
from contracts.client.routes import is_misleading, split
from contracts.client.tracking import Tracker
from contracts.errors import CannotRun
from contracts.messages.exchange import GONE, Answer
from contracts.openapi.envelopes import Listing
from contracts.openapi.identifiers import find_identifier, step
from contracts.results.verdict import Broken, Inconclusive, NotApplicable

UNMARKED = "none of its texts could carry the tag of the run"
TRIES = 4
"""Reads of an item that does not show the sent values yet."""


class Cleaner(Reader, Protocol):
    """A client that finds items and deletes them."""

    def get(self, path: str) -> Answer:
        """Read an item."""

    def delete(self, path: str) -> Answer:
        """Delete an item."""


class Cleanup:
    """The cleanup of one ledger."""

    def __init__(self, ledger: Ledger, tracker: Tracker, person: Callable[[str], Cleaner]) -> None:
        self._ledger = ledger
        self._tracker = tracker
        self._person = person
        self._messages: list[str] = []
        self.deleted = 0
        """Number of deleted items, including those inside other items."""
        self._message_if_lost: dict[int, str] = {}
        """Key of an entry whose path does not show it → the message if no list shows it either."""
        self._former_paths: dict[int, str] = {}
        """Key of such an entry → its path."""

    def run(self) -> list[str]:
        """Delete the items that are left; return a message for each that stays."""
        try:
            self._find_lost()
            for entry in self._ledger.left:
                self._clean(entry)
            self._find_lost()
            self._report_undeletable()
            self._report_still_shown()
        except CannotRun as error:
            self._messages.append(f"{len(self._ledger.left)} items stay: {error}")
        return self._messages

    def _report_undeletable(self) -> None:
        """Report the items that the document cannot delete, and drop them from the ledger."""
        counts = Counter(entry.collection for entry in self._ledger.left if not self._can_delete(entry))
        for entry in self._ledger.left:
            if entry.collection in counts:
                self._ledger.drop(entry.key)
        for collection, number in counts.items():
            self._messages.append(f"{number} in {collection}: the spec has no way to delete them")

    def _report_still_shown(self) -> None:
        """Report the items that a GET still shows although their DELETE was accepted."""
        for kind in self._tracker.kinds:
            items = [item for item in kind.still_shown if self._tracker.proofs.is_shown(item)]
            kind.still_shown.clear()
            if items:
                self._messages.append(
                    f"may be left: {len(items)} in {kind.collection}: DELETE was accepted, and GET still shows them "
                    f"(first {items[0].path}; soft delete?)"
                )

    def _can_delete(self, entry: Entry) -> bool:
        return self._tracker.kinds.can_delete(entry.collection)

    def _clean(self, entry: Entry) -> None:
        """Delete one item, unless it is gone already or does not prove to be the run's."""
        if entry.path is None or not self._ledger.has(entry.path) or not self._can_delete(entry):
            return
        path = self._tracker.guard.as_written(entry.path)
        try:
            cleaner = self._person(entry.person)
            if self._is_own(entry, path, cleaner):
                self._delete(entry, path, cleaner)
        except NotApplicable as reason:
            self._messages.append(f"{path} stays: {reason}")
        except (Broken, Inconclusive) as reason:
            self._messages.append(f"{path} could not be deleted: {reason}")

    def _delete(self, entry: Entry, path: str, cleaner: Cleaner) -> None:
        before = len(self._ledger.left)
        answer, item = cleaner.delete(path), self._tracker.guard.items.item(split(path))
        if item is None or not self._tracker.guard.owns(path):
            self._ledger.note_deletion(path)
            self.deleted += before - len(self._ledger.left)
        elif answer.status in GONE and self._tracker.proofs.is_missing(item):
            self._ledger.forget_path(entry.key)  # A change may have given it another id.
        else:
            self._messages.append(f"{path} could not be deleted: DELETE answered {answer.status}")

    def _is_own(self, entry: Entry, path: str, cleaner: Cleaner) -> bool:
        """Whether an item proves that the run created it; notes why not otherwise."""
        item = self._tracker.guard.items.item(split(path))
        if item is None or item.key != entry.key:
            return self._is_unchanged(entry, path, cleaner)
        if self._tracker.proofs.prove(item, TRIES):
            return True
        if item.state is State.DELETED:
            self._ledger.note_deletion(path)
        else:
            doubt = self._tracker.kinds.of(entry.collection).doubt
            self._look_elsewhere(
                entry, f"may be left: 1 in {entry.collection}; its creation named {path}, not touched: {doubt}"
            )
        return False

    def _look_elsewhere(self, entry: Entry, message_if_lost: str = "") -> None:
        """Look for an item by the tag of the run in lists, because its path does not show it."""
        self._ledger.forget_path(entry.key)
        self._message_if_lost[entry.key] = message_if_lost
        self._former_paths[entry.key] = entry.path or ""

    def _is_unchanged(self, entry: Entry, path: str, cleaner: Cleaner) -> bool:
        """Whether an item of an earlier run is still the same: its id may be in use again."""
        answer = self._read(path, cleaner)
        if answer.status in GONE:
            self._look_elsewhere(entry)
            return False
        fields = self._fields(entry, answer)
        if fields is None:
            self._messages.append(
                f"may be left: {path}, not touched: GET answered {answer.status}, which shows no item"
            )
            return False
        if not entry.mark.matches_later(fields):
            self._ledger.drop(entry.key)
            self._messages.append(f"may be left: {path} shows other values than the run left there; it was not touched")
            return False
        self._own(entry, path)
        return True

    @staticmethod
    def _read(path: str, cleaner: Cleaner) -> Answer:
        """Read a path, a few times if nothing is there: some targets show items late."""
        answer = cleaner.get(path)
        for _ in range(TRIES - 1):
            if answer.status not in GONE:
                break
            answer = cleaner.get(path)
        return answer

    def _fields(self, entry: Entry, answer: Answer) -> Mapping[str, Any] | None:
        try:
            return self._tracker.readings.of(entry.collection).item(answer) if answer.ok else None
        except Broken:
            return None

    def _own(self, entry: Entry, path: str) -> None:
        item = Item(path, State.OWNED, entry.collection, entry.person, {}, entry.mark, entry.key)
        self._tracker.guard.items.claim(item)

    # --- items without a known path ---

    def _find_lost(self) -> None:
        """Look for the items whose path is not known, by the tag of the run."""
        lost = [entry for entry in self._ledger.left if entry.path is None and self._can_delete(entry)]
        for (collection, name), entries in groupby(sorted(lost, key=_place), key=_place):
            self._find_in(collection, name, list(entries))

    def _find_in(self, collection: str, name: str, entries: list[Entry]) -> None:
        try:
            cleaner = self._person(name)
            rows = self._rows(cleaner, collection)
            shows_tag = self._delete_tagged(collection, rows or [], cleaner)
        except (Broken, Inconclusive, NotApplicable) as reason:
            self._messages.append(f"may be left: {len(entries)} in {collection}: {reason}")
            return
        self._forget(collection, entries, "" if shows_tag else _why_missing(rows), is_unlisted=rows is None)

    def _delete_tagged(self, collection: str, rows: list[Mapping[str, Any]], cleaner: Cleaner) -> bool:
        """Delete the items of the rows that show the tag of the run; return whether any row shows it."""
        entries = [entry for entry in self._ledger.left if entry.collection == collection]
        tagged = [(entry, row) for row in rows if (entry := _entry_of(row, entries))]
        for entry, row in tagged:
            self._delete_row(entry, row, cleaner)
        return bool(tagged)

    def _forget(self, collection: str, entries: list[Entry], why: str, *, is_unlisted: bool) -> None:
        """Report the items that no list showed, and drop them from the ledger if no later run can find them."""
        paths = {entry.key: entry.path for entry in self._ledger.left}
        missing = [entry for entry in entries if entry.key in paths and paths[entry.key] is None]
        for entry in missing:
            if not is_unlisted or not entry.mark.tag:
                self._ledger.drop(entry.key)
            elif self._former_paths.get(entry.key):
                self._ledger.note_path(entry.key, self._former_paths[entry.key])  # A later run may find it.
        self._messages += filter(None, (self._message_if_lost.get(entry.key) for entry in missing))
        others = [entry for entry in missing if entry.key not in self._message_if_lost]
        reasons = Counter(why if entry.mark.tag else UNMARKED for entry in others)
        for reason, number in reasons.items():
            if reason:
                self._messages.append(f"may be left: {number} in {collection}: no answer has its id, and {reason}")

    def _delete_row(self, entry: Entry, row: Mapping[str, Any], cleaner: Cleaner) -> None:
        """Delete the item of a row, if its path shows the tag of the run as well."""
        identity = find_identifier(row, self._tracker.readings.of(entry.collection).keys)
        if identity is None or is_misleading(str(identity[1])):
            self._messages.append(
                f"may be left: one in {entry.collection}: its row in the list has no id that a URL can carry"
            )
            return
        path = self._tracker.guard.item_path(entry.collection, step(identity[1]))
        if self._ledger.has(path) or self._tracker.guard.owns(path):
            return
        item = Item(path, State.CLAIMED, entry.collection, entry.person, {}, entry.mark, entry.key)
        self._tracker.guard.items.claim(item)
        self._ledger.note_path(entry.key, path)
        if self._tracker.proofs.prove(item, TRIES):
            self._delete(entry, path, cleaner)
        else:
            self._messages.append(f"may be left: {path}, not touched: {self._tracker.kinds.of(entry.collection).doubt}")

    def _rows(self, reader: Reader, collection: str) -> list[Mapping[str, Any]] | None:
        """Return the rows of all lists that show items of a collection, None if no list can be read."""
        lists = [
            self._pages(reader, path, query, listing)
            for path, query, listing in self._tracker.readings.lists_of(collection)
        ]
        readable = [rows for rows in lists if rows is not None]
        return list(chain.from_iterable(readable)) if readable else None

    @staticmethod
    def _pages(reader: Reader, path: str, query: Mapping[str, Any], listing: Listing) -> list[Mapping[str, Any]] | None:
        """Return the rows of a list as far as its pages go, None if it cannot be read."""
        rows: list[Mapping[str, Any]] = []
        for answer, page in pages(reader, path, listing, query):
            if answer.status in GONE:
                return []
            if not answer.ok:
                return None
            rows += page
        return rows


def _why_missing(rows: list[Mapping[str, Any]] | None) -> str:
    return "no list shows it" if rows is None else "no row of its list shows the tag of the run"


def _entry_of(row: Mapping[str, Any], entries: Iterable[Entry]) -> Entry | None:
    """Return an entry whose tag a row shows, preferring one without a path."""
    matching = [entry for entry in entries if entry.mark.shows_tag(row)]
    return min(matching, key=lambda entry: entry.path is not None, default=None)


def _place(entry: Entry) -> tuple[str, str]:
    return entry.collection, entry.person

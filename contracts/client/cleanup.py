"""Deletes what a ledger says is left, the newest first: what shows that it is the run's, and nothing else."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import Any, Protocol

from contracts.client.ledger import Entry, Ledger
from contracts.client.ownership import Item, State
from contracts.client.pagination import Reader, pages
from contracts.client.routes import is_misleading, split
from contracts.client.tracking import Tracker
from contracts.errors import CannotRun
from contracts.messages.exchange import GONE, Answer
from contracts.openapi.envelopes import Listing
from contracts.openapi.identifiers import found_in, step
from contracts.results.verdict import Broken, Inconclusive, NotApplicable

UNMARKED = "none of its texts could carry the tag of the run"
TRIES = 4
"""How often an item is read that does not show yet what was sent."""


class Cleaner(Reader, Protocol):
    """Somebody who finds items and deletes them."""

    def get(self, path: str) -> Answer:
        """Read an item."""

    def delete(self, path: str) -> Answer:
        """Delete an item."""


class Cleanup:
    """Deletes what one ledger has left, and reports what stays."""

    def __init__(self, ledger: Ledger, tracker: Tracker, person: Callable[[str], Cleaner]) -> None:
        self._ledger = ledger
        self._tracker = tracker
        self._person = person
        self._messages: list[str] = []
        self._paths: dict[int, str] = {}
        """Of such an entry → its address."""
        self.deleted = 0
        """How many items are gone, those that were inside of others too."""
        self._elsewhere: dict[int, str] = {}
        """Of an entry whose address does not show it → what is reported of it if it is not found elsewhere either."""

    def run(self) -> list[str]:
        """Delete what is left; return what could not be deleted, in words."""
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
        """Name what the document has no way to delete, and forget it."""
        counts = Counter(entry.collection for entry in self._ledger.left if not self._can_delete(entry))
        for entry in self._ledger.left:
            if entry.collection in counts:
                self._ledger.refused(entry.key)
        for collection, number in counts.items():
            self._messages.append(f"{number} in {collection}: the spec has no way to delete them")

    def _report_still_shown(self) -> None:
        """Name what a GET still shows although its DELETE was accepted; what is gone by now is left out."""
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
        """Delete one item, unless it went with another or nothing shows that it is the run's."""
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
            self._ledger.gone(path)
            self.deleted += before - len(self._ledger.left)
        elif answer.status in GONE and self._tracker.proofs.is_missing(item):
            self._ledger.lost(entry.key)  # A change may have given it another id.
        else:
            self._messages.append(f"{path} could not be deleted: DELETE answered {answer.status}")

    def _is_own(self, entry: Entry, path: str, cleaner: Cleaner) -> bool:
        """Whether an item shows that the run created it; what is gone, or differs, is not touched."""
        item = self._tracker.guard.items.item(split(path))
        if item is None or item.key != entry.key:
            return self._is_as_it_was_left(entry, path, cleaner)
        if self._tracker.proofs.prove(item, TRIES):
            return True
        if item.state is State.DELETED:
            self._ledger.gone(path)
        else:
            doubt = self._tracker.kinds.of(entry.collection).doubt
            self._look_elsewhere(
                entry, f"may be left: 1 in {entry.collection}; its creation told {path}, not touched: {doubt}"
            )
        return False

    def _look_elsewhere(self, entry: Entry, why_not_here: str = "") -> None:
        """Look for an item by the tag of the run, since its address does not show it; else report why, if at all."""
        self._ledger.lost(entry.key)
        self._elsewhere[entry.key] = why_not_here
        self._paths[entry.key] = entry.path or ""

    def _is_as_it_was_left(self, entry: Entry, path: str, cleaner: Cleaner) -> bool:
        """The same for an item of an earlier run, since which ids may have been given anew."""
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
        if not entry.mark.shows_what_was_left(fields):
            self._ledger.refused(entry.key)
            self._messages.append(f"may be left: {path} shows other values than the run left there; it was not touched")
            return False
        self._own(entry, path)
        return True

    @staticmethod
    def _read(path: str, cleaner: Cleaner) -> Answer:
        """What an address answers; what is not there may be there only later."""
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

    # --- what no answer told of ---

    def _find_lost(self) -> None:
        """Look for the items of which nothing is known but that their creation began, by the tag of the run."""
        lost = [entry for entry in self._ledger.left if entry.path is None and self._can_delete(entry)]
        for (collection, name), entries in groupby(sorted(lost, key=_place), key=_place):
            self._find_in(collection, name, list(entries))

    def _find_in(self, collection: str, name: str, entries: list[Entry]) -> None:
        try:
            cleaner = self._person(name)
            rows = self._rows(cleaner, collection)
            shows_tags = self._delete_tagged(collection, rows or [], cleaner)
        except NotApplicable as reason:
            self._messages.append(f"what was begun in {collection} stays: {reason}")
            return
        except (Broken, Inconclusive) as reason:
            self._messages.append(f"may be left: {len(entries)} in {collection}: {reason}")
            return
        self._forget(collection, entries, "" if shows_tags else self._why_not_found(rows), is_unlisted=rows is None)

    def _delete_tagged(self, collection: str, rows: list[Mapping[str, Any]], cleaner: Cleaner) -> bool:
        """Delete the rows that show the tag of the run and are not known yet; whether any row shows it."""
        known = [entry for entry in self._ledger.left if entry.collection == collection]
        found = [(entry, row) for row in rows if (entry := _of_row(row, known))]
        for entry, row in found:
            self._delete_row(entry, row, cleaner)
        return bool(found)

    @staticmethod
    def _why_not_found(rows: list[Mapping[str, Any]] | None) -> str:
        return "no list shows it" if rows is None else "no row of its list shows the tag of the run"

    def _forget(self, collection: str, entries: list[Entry], why: str, *, is_unlisted: bool) -> None:
        """Look no longer for what was not found: it was not created, or nothing will ever show it."""
        paths = {entry.key: entry.path for entry in self._ledger.left}
        unknown = [entry for entry in entries if entry.key in paths and paths[entry.key] is None]
        for entry in unknown:
            if not is_unlisted or not entry.mark.tag:
                self._ledger.refused(entry.key)
            elif self._paths.get(entry.key):
                self._ledger.created(entry.key, self._paths[entry.key])  # Another run may find it.
        self._messages += filter(None, (self._elsewhere.get(entry.key) for entry in unknown))
        others = [entry for entry in unknown if entry.key not in self._elsewhere]
        reasons = Counter(why if entry.mark.tag else UNMARKED for entry in others)
        for reason, number in reasons.items():
            if reason:
                self._messages.append(f"may be left: {number} in {collection}: no answer told which, and {reason}")

    def _delete_row(self, entry: Entry, row: Mapping[str, Any], cleaner: Cleaner) -> None:
        """Delete what a row shows, once its address shows the tag of the run as well."""
        identity = found_in(row, self._tracker.readings.of(entry.collection).keys)
        if identity is None or is_misleading(str(identity[1])):
            self._messages.append(
                f"may be left: one in {entry.collection}: its row in the list tells no id that a URL can carry"
            )
            return
        path = self._tracker.guard.item_path(entry.collection, step(identity[1]))
        if self._ledger.has(path) or self._tracker.guard.owns(path):
            return
        item = Item(path, State.CLAIMED, entry.collection, entry.person, {}, entry.mark, entry.key)
        self._tracker.guard.items.claim(item)
        self._ledger.created(entry.key, path)
        if self._tracker.proofs.prove(item, TRIES):
            self._delete(entry, path, cleaner)
        else:
            self._messages.append(f"may be left: {path}, not touched: {self._tracker.kinds.of(entry.collection).doubt}")

    def _rows(self, reader: Reader, collection: str) -> list[Mapping[str, Any]] | None:
        """The rows of all lists that show items of a collection, None where none can be read."""
        found: list[Mapping[str, Any]] | None = None
        for path, query, listing in self._tracker.readings.lists_of(collection):
            rows = self._pages(reader, path, query, listing)
            found = found if rows is None else [*(found or ()), *rows]
        return found

    @staticmethod
    def _pages(reader: Reader, path: str, query: Mapping[str, Any], listing: Listing) -> list[Mapping[str, Any]] | None:
        """The rows of a list as far as its pages go, None where it cannot be read."""
        found: list[Mapping[str, Any]] = []
        for answer, rows in pages(reader, path, listing, query):
            if answer.status in GONE:
                return []
            if not answer.ok:
                return None
            found += rows
        return found


def _of_row(row: Mapping[str, Any], entries: Iterable[Entry]) -> Entry | None:
    """The entry of a ledger whose tag a row shows, one without a path first."""
    alike = [entry for entry in entries if entry.mark.shows_tag(row)]
    return next((entry for entry in alike if entry.path is None), next(iter(alike), None))


def _place(entry: Entry) -> tuple[str, str]:
    return entry.collection, entry.person

"""Deletes what a ledger says is left, the newest first: what shows that it is the run's, and nothing else."""

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any, Protocol

from contracts.answers import Reader, pages
from contracts.errors import CannotRun
from contracts.exchange import GONE, Answer
from contracts.identifiers import found_in, step
from contracts.ledger import Entry, Ledger
from contracts.transport.gate import Gate
from contracts.transport.ownership import Item, State
from contracts.transport.routes import split
from contracts.verdict import Broken, Inconclusive, NotApplicable

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

    def __init__(self, ledger: Ledger, gate: Gate, person: Callable[[str], Cleaner]) -> None:
        self._ledger = ledger
        self._gate = gate
        self._person = person
        self._messages: list[str] = []

    def run(self) -> list[str]:
        """Delete what is left; return what could not be deleted, in words."""
        try:
            for entry in self._ledger.left:
                self._clean(entry)
            self._find_lost()
        except CannotRun as error:
            self._messages.append(f"{len(self._ledger.left)} items stay: {error}")
        return self._messages

    def _clean(self, entry: Entry) -> None:
        """Delete one item, unless it went with another or nothing shows that it is the run's."""
        if entry.path is None or not self._ledger.has(entry.path):
            return
        path = self._gate.guard.as_written(entry.path)
        try:
            cleaner = self._person(entry.person)
            if self._is_own(entry, path, cleaner):
                self._delete(entry, path, cleaner)
        except NotApplicable as reason:
            self._messages.append(f"{path} stays: {reason}")
        except (Broken, Inconclusive) as reason:
            self._messages.append(f"{path} could not be deleted: {reason}")

    def _delete(self, entry: Entry, path: str, cleaner: Cleaner) -> None:
        answer, item = cleaner.delete(path), self._gate.guard.items.item(split(path))
        if item is None or not self._gate.guard.owns(path):
            self._ledger.gone(path)
        elif answer.status in GONE and self._gate.proofs.is_missing(item):
            self._ledger.lost(entry.key)  # A change may have given it another id.
        else:
            self._messages.append(f"{path} could not be deleted: DELETE answered {answer.status}")

    def _is_own(self, entry: Entry, path: str, cleaner: Cleaner) -> bool:
        """Whether an item shows that the run created it; what is gone, or differs, is not touched."""
        item = self._gate.guard.items.item(split(path))
        if item is None or item.key != entry.key:
            return self._is_as_it_was_left(entry, path, cleaner)
        if self._gate.proofs.prove(item, TRIES):
            return True
        if item.state is State.DELETED:
            self._ledger.gone(path)
        elif item.state is State.DISPROVEN:
            self._ledger.lost(entry.key)
        else:
            self._messages.append(f"may be left: {path}, not touched: {self._gate.proofs.doubt(entry.collection)}")
        return False

    def _is_as_it_was_left(self, entry: Entry, path: str, cleaner: Cleaner) -> bool:
        """The same for an item of an earlier run, since which ids may have been given anew."""
        answer = cleaner.get(path)
        if answer.status in GONE:
            self._ledger.gone(path)
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

    def _fields(self, entry: Entry, answer: Answer) -> Mapping[str, Any] | None:
        try:
            return self._gate.reading(entry.collection).item(answer) if answer.ok else None
        except Broken:
            return None

    def _own(self, entry: Entry, path: str) -> None:
        item = Item(path, State.OWNED, entry.collection, entry.person, {}, entry.mark, entry.key)
        self._gate.guard.items.claim(item)

    # --- what no answer told of ---

    def _find_lost(self) -> None:
        """Look for the items of which nothing is known but that their creation began, by the tag of the run."""
        lost = sorted((entry for entry in self._ledger.left if entry.path is None), key=_place)
        for (collection, name), entries in groupby(lost, key=_place):
            self._find_in(collection, name, list(entries))

    def _find_in(self, collection: str, name: str, entries: list[Entry]) -> None:
        try:
            cleaner = self._person(name)
            rows = self._rows(cleaner, collection)
        except NotApplicable as reason:
            self._messages.append(f"what was begun in {collection} stays: {reason}")
            return
        except (Broken, Inconclusive) as reason:
            self._messages.append(f"may be left: {len(entries)} in {collection}: {reason}")
            return
        for row in rows or ():
            entry = next((entry for entry in entries if entry.mark.shows_tag(row)), None)
            if entry is not None:
                self._delete_row(entry, row, cleaner)
        self._forget(collection, entries, rows is None)

    def _forget(self, collection: str, entries: list[Entry], is_unlisted: bool) -> None:
        """Look no longer for what was not found: it was not created, or nothing will ever show it."""
        unsure = sum(is_unlisted or not entry.mark.tag for entry in entries)
        if unsure:
            why = "no list shows it" if is_unlisted else "none of its texts could carry the tag of the run"
            self._messages.append(f"may be left: {unsure} in {collection}: no answer told which, and {why}")
        paths = {entry.key: entry.path for entry in self._ledger.left}
        for entry in entries:
            if paths.get(entry.key) is None:
                self._ledger.refused(entry.key)

    def _delete_row(self, entry: Entry, row: Mapping[str, Any], cleaner: Cleaner) -> None:
        """Delete what a row shows, once its address shows the tag of the run as well."""
        identity = found_in(row, self._gate.reading(entry.collection).keys)
        if identity is None:
            self._messages.append(f"may be left: one in {entry.collection}: its row in the list tells no id")
            return
        path = self._gate.guard.item_path(entry.collection, step(identity[1]))
        if self._ledger.has(path) or self._gate.guard.owns(path):
            return
        item = Item(path, State.CLAIMED, entry.collection, entry.person, {}, entry.mark, entry.key)
        self._gate.guard.items.claim(item)
        self._ledger.created(entry.key, path)
        if self._gate.proofs.prove(item, TRIES):
            self._delete(entry, path, cleaner)
        else:
            self._messages.append(f"may be left: {path}, not touched: {self._gate.proofs.doubt(entry.collection)}")

    def _rows(self, reader: Reader, collection: str) -> list[Mapping[str, Any]] | None:
        """The rows of a collection as far as its pages go, None where it cannot be read."""
        found: list[Mapping[str, Any]] = []
        for answer, rows in pages(reader, collection, self._gate.reading(collection).listing):
            if answer.status in GONE:
                return []
            if not answer.ok:
                return None
            found += rows
        return found


def _place(entry: Entry) -> tuple[str, str]:
    return entry.collection, entry.person

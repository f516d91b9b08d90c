"""Deletes what a ledger says is left: the newest first, and what was cut off in its creation as far as it is found."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from typing import Any, Protocol, TypeAlias

from contracts.answers import Reader, Reading, pages
from contracts.errors import CannotRun
from contracts.exchange import GONE, Answer
from contracts.identifiers import found_in, step
from contracts.ledger import Entry, Ledger
from contracts.verdict import Broken, Inconclusive, NotApplicable


class Cleaner(Reader, Protocol):
    """Somebody who finds items and deletes them."""

    def delete(self, path: str) -> Answer:
        """Delete an item."""


Readings: TypeAlias = Callable[[str], Reading]
"""Collection → how answers about it are read."""


def clean(ledger: Ledger, person: Callable[[str], Cleaner], own: Callable[[str], None], read: Readings) -> list[str]:
    """Delete what is left; return what could not be deleted, in words."""
    told: list[str] = []
    try:
        told += _find(ledger, person, read)
        for entry in ledger.left:
            if entry in ledger.left and entry.path is not None:
                own(entry.path)
                told += _delete(ledger, entry.path, entry.person, person)
    except CannotRun as error:
        told.append(f"{len(ledger.left)} items stay: {error}")
    return told


def _delete(ledger: Ledger, path: str, name: str, person: Callable[[str], Cleaner]) -> Iterator[str]:
    try:
        answer = person(name).delete(path)
        gone = answer.ok or answer.status in GONE
    except NotApplicable as reason:
        yield f"{path} stays: {reason}"
        return
    except (Broken, Inconclusive):
        gone = False
    if gone:
        ledger.gone(path)
    else:
        yield f"{path} could not be deleted"


def _find(ledger: Ledger, person: Callable[[str], Reader], read: Readings) -> Iterator[str]:
    """Look for the items of which nothing is known but that their creation began."""
    unknown = sorted((each for each in ledger.left if each.path is None), key=_place)
    for (collection, name), entries in groupby(unknown, key=_place):
        try:
            found = _listed(person(name), collection, read(collection))
        except NotApplicable as reason:
            yield f"what was begun in {collection} stays: {reason}"
            continue
        for entry in entries:
            ids = (found_in(item, read(collection).keys) for item in found or () if _is_of(item, entry))
            name_and_id = next((each for each in ids if each), None)
            if name_and_id:
                ledger.created(entry.key, f"{collection.rstrip('/')}/{step(name_and_id[1])}")
            else:
                ledger.refused(entry.key)
            if found is None:
                yield f"an item may stay in {collection}: its creation was cut off, and no list shows it"


def _place(entry: Entry) -> tuple[str, str]:
    return entry.collection, entry.person


def _listed(person: Reader, collection: str, reading: Reading) -> list[Mapping[str, Any]] | None:
    """The items of a collection as far as its pages go, None where it cannot be read."""
    found: list[Mapping[str, Any]] = []
    try:
        for answer, rows in pages(person, collection, reading.listing):
            if not answer.ok:
                return None
            found += rows
    except Broken:
        return None
    except Inconclusive:
        return found or None
    return found


def _is_of(item: Mapping[str, Any], entry: Entry) -> bool:
    """Whether an item shows every text with which it was created."""
    texts = {name: str(item[name]).strip() for name in entry.mark if name in item}
    return bool(texts) and all(entry.mark[name] == text for name, text in texts.items())

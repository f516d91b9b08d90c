"""Deletes what a ledger says is left: the newest first, and what was cut off in its creation as far as it is found."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Protocol, TypeAlias

from contracts.errors import CannotRun
from contracts.exchange import Answer
from contracts.identifiers import found_in, step
from contracts.ledger import Entry, Ledger
from contracts.verdict import Broken, Inconclusive, NotApplicable

PAGES = 50
"""Pages of a list that are searched for one item."""

LISTS = ("results", "items", "data")
"""Keys under which a page keeps its items."""


Keys: TypeAlias = Callable[[str], Sequence[str]]
"""Collection → the names that the id of an item can have there."""


class Caller(Protocol):
    """Somebody who sends requests."""

    def send(self, method: str, path: str) -> Answer:
        """Send one request."""

    def follow(self, url: object) -> Answer:
        """Read an absolute URL."""


def clean(ledger: Ledger, person: Callable[[str], Caller], own: Callable[[str], None], keys: Keys) -> list[str]:
    """Delete what is left; return what could not be deleted, in words."""
    told: list[str] = []
    try:
        told += _find(ledger, person, keys)
        for entry in ledger.left:
            if entry in ledger.left and entry.path is not None:
                own(entry.path)
                told += _delete(ledger, entry.path, entry.person, person)
    except CannotRun as error:
        told.append(f"{len(ledger.left)} items stay: {error}")
    return told


def _delete(ledger: Ledger, path: str, name: str, person: Callable[[str], Caller]) -> Iterator[str]:
    try:
        answer = person(name).send("DELETE", path)
        gone = answer.ok or answer.status in (404, 410)
    except NotApplicable as reason:
        yield f"{path} stays: {reason}"
        return
    except (Broken, Inconclusive):
        gone = False
    if gone:
        ledger.gone(path)
    else:
        yield f"{path} could not be deleted"


def _find(ledger: Ledger, person: Callable[[str], Caller], keys: Keys) -> Iterator[str]:
    """Look for the items of which nothing is known but that their creation began."""
    unknown = sorted((each for each in ledger.left if each.path is None), key=_place)
    for (collection, name), entries in groupby(unknown, key=_place):
        try:
            found = _listed(person(name), collection)
        except NotApplicable as reason:
            yield f"what was begun in {collection} stays: {reason}"
            continue
        for entry in entries:
            ids = (found_in(item, keys(collection)) for item in found or () if _is_of(item, entry))
            name_and_id = next((each for each in ids if each), None)
            if name_and_id:
                ledger.created(entry.key, f"{collection.rstrip('/')}/{step(name_and_id[1])}")
            else:
                ledger.refused(entry.key)
            if found is None:
                yield f"an item may stay in {collection}: its creation was cut off, and no list shows it"


def _place(entry: Entry) -> tuple[str, str]:
    return entry.collection, entry.person


def _listed(person: Caller, collection: str) -> list[Mapping[str, Any]] | None:
    """The items of a collection, None where it cannot be read."""
    try:
        return list(_items(person, collection))
    except (Broken, Inconclusive):
        return None


def _items(person: Caller, collection: str) -> Iterator[Mapping[str, Any]]:
    answer = person.send("GET", collection)
    for _ in range(PAGES):
        if not answer.ok:
            raise Broken(f"a list of {collection}", answer.summary)
        page, following = _page(answer)
        yield from page
        if not following:
            return
        answer = person.follow(following)


def _page(answer: Answer) -> tuple[list[Mapping[str, Any]], object]:
    body = answer.body
    items = body if isinstance(body, list) else next((body[key] for key in LISTS if key in body), [])
    following = body.get("next") if isinstance(body, dict) else None
    return [each for each in items if isinstance(each, dict)], following


def _is_of(item: Mapping[str, Any], entry: Entry) -> bool:
    """Whether an item shows every text with which it was created."""
    texts = {name: str(item[name]).strip() for name in entry.mark if name in item}
    return bool(texts) and all(entry.mark[name] == text for name, text in texts.items())

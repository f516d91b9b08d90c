"""Finds in responses what proves an item: its fields, the rows of a list, ids, the moment of its creation."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from contracts.client.marks import Mark
from contracts.client.pagination import Reader, pages
from contracts.messages.exchange import Answer
from contracts.openapi.envelopes import Listing, Reading
from contracts.openapi.identifiers import COMMON
from contracts.results.verdict import Broken, Inconclusive

CLOCK = timedelta(seconds=5)
"""How far the moment that a new item shows may be from the Date of the response to its creation.

Servers compute a Date once in a second or two."""
DEEPEST = 6
"""How many objects deep ids are looked for."""


def item_in(reading: Reading, answer: Answer, mark: Mark) -> Mapping[str, Any] | None:
    """Return the item in a response: where the document has it, else the object with most of the fields of a mark."""
    try:
        item: Mapping[str, Any] | None = reading.item(answer) if answer.ok else None
    except Broken:
        return None
    names = mark.sent.keys() | set(mark.tagged)
    if item is None or names & item.keys():
        return item
    overlaps = [(len(names & part.keys()), part) for part in _objects(answer.json)]
    most, part = max(overlaps, key=lambda overlap: overlap[0], default=(0, item))
    return part if most else item


def _objects(document: object, depth: int = 3) -> Iterator[Mapping[str, Any]]:
    """The objects in a document that are not in a list, the outer ones first."""
    if isinstance(document, Mapping) and depth:
        yield document
        for part in document.values():
            yield from _objects(part, depth - 1)


def rows_of(reader: Reader, path: str, listing: Listing) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of a list as far as they can be read."""
    with suppress(Broken, Inconclusive):
        for answer, rows in pages(reader, path, listing):
            if not answer.ok:
                return
            yield from rows


def ids_in(document: object, depth: int = DEEPEST) -> Iterator[str]:
    """Yield what may be an id in a document, by the names of its keys."""
    if not depth:
        return
    if isinstance(document, list):
        for part in document:
            yield from ids_in(part, depth - 1)
    elif isinstance(document, Mapping):
        for name, value in document.items():
            if _is_id(name, value):
                yield str(value)
            yield from ids_in(value, depth - 1)


def _is_id(name: str, value: object) -> bool:
    is_name = name in COMMON or name.lower().endswith("id")
    return is_name and isinstance(value, str | int) and not isinstance(value, bool)


def moment_of(answer: Answer) -> datetime | None:
    """Return the moment of a response by the clock of the target, None if it has no Date."""
    with suppress(ValueError):
        moment = parsedate_to_datetime(answer.headers.get("Date") or "")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def shows_moment(fields: Mapping[str, Any], moment: datetime | None) -> bool:
    """Whether an item shows a moment at which it came into being, and that is the one of its creation."""
    return moment is not None and any(abs(shown - moment) <= CLOCK for shown in _moments(fields))


def _moments(fields: Mapping[str, Any]) -> Iterator[datetime]:
    for value in fields.values():
        with suppress(ValueError, TypeError):
            shown = datetime.fromisoformat(value)
            yield shown.replace(tzinfo=shown.tzinfo or UTC)

"""Extracts the evidence about items from responses: fields, rows of lists, ids, time of creation."""

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
"""Largest difference between a time that a new item shows and the Date of the response to its creation.

Servers compute Date only every second or two."""
DEEPEST = 6
"""Levels of objects in which ids are looked for."""


def item_in(reading: Reading, answer: Answer, mark: Mark) -> Mapping[str, Any] | None:
    """Return the item in a response: at its documented place, or the object with most fields of the mark."""
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
    """Yield the objects in a document that are not in a list, the outer ones first."""
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
    """Yield the values in a document that may be ids, by the names of their keys."""
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
    """Return the Date of a response, None if it has none."""
    with suppress(ValueError):
        moment = parsedate_to_datetime(answer.headers.get("Date") or "")
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def shows_moment(fields: Mapping[str, Any], moment: datetime | None) -> bool:
    """Whether a field of an item shows the time of its creation."""
    return moment is not None and any(abs(value - moment) <= CLOCK for value in _moments(fields))


def _moments(fields: Mapping[str, Any]) -> Iterator[datetime]:
    for value in fields.values():
        with suppress(ValueError, TypeError):
            parsed = datetime.fromisoformat(value)
            yield parsed.replace(tzinfo=parsed.tzinfo or UTC)

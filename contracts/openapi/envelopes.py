"""Find the item in a response, which may be wrapped, and the rows of a list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from contracts.messages.exchange import Answer, Json
from contracts.openapi.identifiers import Identifier, find_identifier, id_of_location
from contracts.results.verdict import Broken
from specdouble.pointers import found_at, written

Steps: TypeAlias = tuple[str, ...]
"""The keys that lead to a part of a JSON document."""

USUAL = ("results", "items", "data")
"""The usual keys for the rows of a page, where the document does not name one."""
DEEPEST = 3


@dataclass(frozen=True)
class Listing:
    """How to read a list: where it has its rows, and what leads to its next page."""

    rows: Steps | None = None
    """The keys that lead to the rows; None to look at the usual places."""
    following: Steps | None = None
    """The keys that lead to the URL or the cursor of the next page; None for the usual places."""
    cursor: str | None = None
    """The query parameter that sends a cursor; None for the one in the document."""
    parameters: tuple[str, ...] = ()
    """The query parameters in the document."""

    def of(self, answer: Answer) -> list[Json]:
        """Return the objects that an accepted answer lists."""
        if not answer.ok or not answer.content:
            return []
        rows = _usual_rows(answer.body) if self.rows is None else found_at(answer.body, self.rows)
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


@dataclass(frozen=True)
class Reading:
    """How to read answers about the items of a collection."""

    keys: Sequence[str]
    """The possible names of the id of an item."""
    items: Mapping[str, Steps] = field(default_factory=dict)
    """Method → the keys that lead to the item in its answer."""
    listing: Listing = field(default_factory=Listing)

    def item(self, answer: Answer) -> Json:
        """Return the item in an answer; raises Broken where the request was rejected or there is no item."""
        steps = self.items.get(answer.request.method, ())
        item = found_at(answer.document, steps)
        if not isinstance(item, dict):
            promised = (
                f"{answer.request.line}: an item at {pointer(steps)} (set `answers:` in the profile for another place)"
            )
            raise Broken(promised, answer.summary)
        return item

    def identity(self, method: str, body: object) -> tuple[Steps, Identifier] | None:
        """Return the keys that lead to the id in a body, and the id: in the item, or in an object around it."""
        steps = self.items.get(method, ())
        for depth in range(len(steps), -1, -1):
            identifier = find_identifier(found_at(body, steps[:depth]), self.keys)
            if identifier:
                return (*steps[:depth], identifier[0]), identifier[1]
        return None

    def identify(
        self, method: str, body: object, location: str | None, collection: str
    ) -> tuple[Steps, Identifier] | None:
        """Return the same as `identity`; for a body without an id, no keys and the id in the Location."""
        identifier = id_of_location(location, collection)
        return self.identity(method, body) or (None if identifier is None else ((), identifier))


def pointer(steps: Steps) -> str:
    """Write keys as a JSON pointer, or as "the top" where there are none."""
    return written(steps) or "the top"


def _usual_rows(body: object) -> object:
    """Return the rows of an answer, where neither document nor profile says where they are."""
    if not isinstance(body, Mapping):
        return body
    usual = next((body[key] for key in USUAL if isinstance(body.get(key), list)), None)
    if usual is not None:
        return usual
    arrays = [
        value for _, value in parts(body) if isinstance(value, list) and any(isinstance(row, dict) for row in value)
    ]
    return arrays[0] if len(arrays) == 1 else []


def parts(body: object, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Yield the parts of an object, those nearest to its top first; never the rows of a list."""
    level: list[tuple[Steps, Any]] = [(steps, body)]
    for _ in range(DEEPEST):
        level = [
            ((*above, name), value)
            for above, part in level
            if isinstance(part, Mapping)
            for name, value in part.items()
        ]
        yield from level

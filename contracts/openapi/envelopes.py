"""Where responses have what they are about: the item, in whatever it is wrapped, and the rows of a list."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from contracts.messages.exchange import Answer, Json
from contracts.openapi.identifiers import Identifier, found_in, led_to
from contracts.results.verdict import Broken
from specdouble.pointers import found_at, written

Steps: TypeAlias = tuple[str, ...]
"""The keys that lead to a part of a JSON document."""

USUAL = ("results", "items", "data")
"""Keys under which a page has its rows, where no document tells."""
DEEPEST = 3


@dataclass(frozen=True)
class Listing:
    """How a list is read: where it has its rows, and what leads to its next page."""

    rows: Steps | None = None
    """None where nothing tells: then the usual places are looked at."""
    following: Steps | None = None
    """Where the address or the cursor of the next page is; None for the usual places."""
    cursor: str | None = None
    """The query parameter in which a cursor goes; None for the one that the document has."""
    parameters: tuple[str, ...] = ()
    """The query parameters that the document has."""

    def of(self, answer: Answer) -> list[Json]:
        """The objects that an accepted answer lists."""
        if not answer.ok or not answer.content:
            return []
        found = _usual_rows(answer.body) if self.rows is None else found_at(answer.body, self.rows)
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


@dataclass(frozen=True)
class Reading:
    """How answers about the items of a collection are read."""

    keys: Sequence[str]
    """The names that the id of an item can have."""
    items: Mapping[str, Steps] = field(default_factory=dict)
    """Method → where its answer has the item."""
    listing: Listing = field(default_factory=Listing)

    def item(self, answer: Answer) -> Json:
        """The item in an answer, which must be accepted and have one."""
        steps = self.items.get(answer.request.method, ())
        found = found_at(answer.document, steps)
        if not isinstance(found, dict):
            promised = f"{answer.request.line}: an item at {pointer(steps)} (`answers:` in the profile says where)"
            raise Broken(promised, answer.summary)
        return found

    def identity(self, method: str, body: object) -> tuple[Steps, Identifier] | None:
        """Where a body has the id of its item, and the id: in the item, or in what it is wrapped in."""
        steps = self.items.get(method, ())
        for depth in range(len(steps), -1, -1):
            found = found_in(found_at(body, steps[:depth]), self.keys)
            if found:
                return (*steps[:depth], found[0]), found[1]
        return None

    def told(self, method: str, body: object, location: str | None, collection: str) -> tuple[Steps, Identifier] | None:
        """The same, or what its Location leads to: no key, and the id."""
        led = led_to(location, collection)
        return self.identity(method, body) or (None if led is None else ((), led))


def pointer(steps: Steps) -> str:
    """Keys as a JSON pointer, or in words the whole."""
    return written(steps) or "the top"


def _usual_rows(body: object) -> object:
    """The rows of an answer of which nothing tells where it has them."""
    if not isinstance(body, Mapping):
        return body
    usual = next((body[each] for each in USUAL if isinstance(body.get(each), list)), None)
    if usual is not None:
        return usual
    arrays = [each for _, each in parts(body) if isinstance(each, list) and any(isinstance(row, dict) for row in each)]
    return arrays[0] if len(arrays) == 1 else []


def parts(body: object, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """The parts of an object, those nearest to its top first; never the rows of a list."""
    level: list[tuple[Steps, Any]] = [(steps, body)]
    for _ in range(DEEPEST):
        level = [
            ((*above, name), value)
            for above, each in level
            if isinstance(each, Mapping)
            for name, value in each.items()
        ]
        yield from level

"""What ids look like, and to whom they belong."""

from itertools import chain, count, cycle
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from tests.hostile import contract
from tests.hostile.backend import LAWS, OTHERS, Backend, Item, Steps
from tests.hostile.contract import Json
from tests.hostile.habits.creation import ForeignIds
from tests.hostile.wire import Request, Response

AWKWARD = (
    ".", "..", "", " ", "a/b", "a\\b", "?x=1", "#part", "%2e%2e", "..%2f1", "//elsewhere", "a;b", "a\r\nX-Odd: 1",
    "\u202e1", "1 or 1=1", "~", "ä", "x" * 5000,
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, 1.5, -1, 0, [], {}, [1], {"id": 1}, 10**400, 2**64, "\x00", "1", "01", "+1", "１", "1e0",
)  # fmt: skip


class InventedNumber(Backend):
    """An item of others has the id 987654321."""

    hides_drafts = True

    def stock(self) -> None:
        super().stock()
        self.add(self.foreign_fields(1), OTHERS, identifier=987_654_321)


class InventedUuid(Backend):
    """Ids are UUIDs, and an item of others has 00000000-0000-4000-8000-000987654321."""

    hides_drafts = True
    ids: ClassVar[Json] = {"type": "string", "format": "uuid"}

    def stock(self) -> None:
        super().stock()
        self.add(self.foreign_fields(1), OTHERS, identifier="00000000-0000-4000-8000-000987654321")

    def next_id(self, fields: Json, collection: Steps) -> Any:
        return str(UUID(int=next(self.numbers) << 64 | 0x9C4A, version=4))


class InventedWord(Backend):
    """Ids are words, and items of others have no-such-item-987654321 and 987654321."""

    hides_drafts = True
    ids = contract.WORD

    def options(self, files: Path) -> list[str]:
        """As many requests as it takes to come to an invented id."""
        return ["--max-requests", "300"]

    def stock(self) -> None:
        super().stock()
        for identifier in ("no-such-item-987654321", "987654321", "none", "unknown", "0"):
            self.add(self.foreign_fields(1), OTHERS, identifier=identifier)

    def next_id(self, fields: Json, collection: Steps) -> Any:
        return f"thing-{next(self.numbers)}"


class DotIds(Backend):
    """The ids of new items are `.` and `..`."""

    ids = contract.WORD
    new_ids: ClassVar[tuple[str, ...]] = (".", "..")

    def __init__(self) -> None:
        self.chosen = chain(self.new_ids, (f"thing-{number}" for number in count(1)))
        super().__init__()

    def next_id(self, fields: Json, collection: Steps) -> Any:
        return f"other-{next(self.numbers)}" if len(self.foreign) < 5 else next(self.chosen)


class AwkwardIds(DotIds):
    """The ids of new items hold slashes, question marks, line ends and the like."""

    new_ids = AWKWARD


class OddIds(Backend):
    """Responses to POST show no number as the id: null, a list, a float, a number of 400 digits …."""

    def __init__(self) -> None:
        super().__init__()
        self.odd = cycle(ODD)

    def created(self, item: Item) -> Response:
        return Response(201, {**self.shown(item), "id": _encodable(next(self.odd))})


def _encodable(value: Any) -> Any:
    return value if not isinstance(value, int) or value < 2**64 else float(2**70)


class PercentIds(Backend):
    """The ids of new items hold `%2F`, and decoded once too often they are those of others."""

    ids = contract.WORD

    def stock(self) -> None:
        for number in range(1, 40):
            self.add(self.foreign_fields(number), OTHERS, identifier=f"a/{number}")

    def next_id(self, fields: Json, collection: Steps) -> Any:
        return f"a%2F{next(self.numbers)}"


class PaddedIds(Backend):
    """The ids of new items are those of others with zeros before them."""

    kinds = LAWS

    ids = contract.WORD

    def next_id(self, fields: Json, collection: Steps) -> Any:
        number = next(self.numbers)
        return str(number) if len(self.foreign) < 5 else f"0{number - 5}"


class TextIds(Backend):
    """Ids are words, and numbers are documented."""

    def next_id(self, fields: Json, collection: Steps) -> Any:
        return f"t{next(self.numbers)}"


class TextForNumber(Backend):
    """Responses show the number of an item as a text."""

    def shown(self, item: Item) -> Json:
        return {**super().shown(item), "id": str(item.id)}


class LowestFreeIds(Backend):
    """A new item gets the lowest free id, and somebody else creates one as soon as one is free."""

    kinds = ("A", "B", "clean", "two")

    def next_id(self, fields: Json, collection: Steps) -> Any:
        taken = {each.id for each in self.items.values()}
        return next(number for number in count(1) if number not in taken)

    def remove(self, item: Item) -> None:
        super().remove(item)
        if item.by != OTHERS:
            self.add(self.foreign_fields(len(self.foreign)), OTHERS, item.steps[:-1], item.id)


class RevisionIds(ForeignIds):
    """PATCH answers with the id of a revision beside the fields of the item."""

    def changed(self, item: Item) -> Response:
        return Response(200, {**self.shown(item), "id": next(self.others).id})


class RevisionItself(ForeignIds):
    """PATCH answers with an item of others."""

    kinds = LAWS

    def changed(self, item: Item) -> Response:
        return Response(200, self.shown(next(self.others)))


class ReadsAnother(ForeignIds):
    """GET of a new item shows an item of others, its id included."""

    def read(self, request: Request, item: Item) -> Response:
        return Response(200, self.shown(item if item.by == OTHERS else next(self.others)))


class SlugIds(Backend):
    """The id of an item follows its title, and is that of others with a number where the title is taken."""

    ids = contract.WORD

    def next_id(self, fields: Json, collection: Steps) -> Any:
        slug = "".join(each if each.isalnum() else "-" for each in str(fields["title"]).lower()) or "thing"
        taken = {each.id for each in self.items.values()}
        return next(each for each in (slug, *(f"{slug}-{number}" for number in range(2, 999))) if each not in taken)

    def changed(self, item: Item) -> Response:
        del self.items[item.steps]
        item.id = self.next_id(item.fields, item.steps[:-1])
        item.steps = (*item.steps[:-1], item.id)
        self.items[item.steps] = item
        self.had.add((item.by, item.steps))
        return super().changed(item)


class CompositeKeys(Backend):
    """An item is addressed by its owner and a number; others have the same numbers."""

    ids = contract.WORD
    fields: ClassVar[Json] = {**contract.FIELDS, "owner": {"type": "string", "readOnly": True}}
    collections: ClassVar[dict[str, str]] = {"/things/{owner}/{id}": "/things"}

    def stock(self) -> None:
        for owner in ("carol", "ann", "1"):
            for number in range(1, 4):
                self.add({**self.foreign_fields(number), "owner": owner}, OTHERS, identifier=f"{owner}/{number}")

    def profile(self) -> Json:
        return {**super().profile(), "resources": {}}

    def next_id(self, fields: Json, collection: Steps) -> Any:
        return f"ann/{next(self.numbers) + 3}"

    def key(self, identifier: Any) -> Steps:
        return tuple(str(identifier).split("/"))

    def shown(self, item: Item) -> Json:
        owner, number = item.steps[1:]
        return {**super().shown(item), "owner": owner, "id": number}

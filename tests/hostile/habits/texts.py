"""What a backend makes of texts, and when it shows them."""

import re
from typing import Any, ClassVar

from tests.hostile.backend import LAWS, OTHERS, Backend, Item, Place
from tests.hostile.contract import FIELDS, Json
from tests.hostile.wire import Request, Response

NUMBERS: Json = {"count": FIELDS["count"], "size": {"type": "integer", "minimum": 0, "maximum": 9}}


class LowerCases(Backend):
    """Texts are trimmed and kept in lower case."""

    kinds = LAWS

    def kept(self, fields: Json) -> Json:
        return _texts(fields, lambda text: text.strip().lower())


class UpperCases(Backend):
    """Texts are kept in upper case."""

    kinds = LAWS

    def kept(self, fields: Json) -> Json:
        return _texts(fields, str.upper)


class StripsTexts(Backend):
    """Of a text only its first letters are kept, so that nothing tells whose it is."""

    def kept(self, fields: Json) -> Json:
        return _texts(fields, lambda text: (re.match("[a-z]*", text) or [""])[0])


class ShortTexts(Backend):
    """Texts are cut after 10 characters."""

    kinds = LAWS

    def kept(self, fields: Json) -> Json:
        return _texts(fields, lambda text: text[:10])


class ConstantTexts(Backend):
    """Every title becomes that of an item of others."""

    kinds = LAWS

    def kept(self, fields: Json) -> Json:
        return _texts(fields, lambda text: "Payroll")


class NumbersAlone(Backend):
    """Items have numbers, and no text."""

    fields = NUMBERS
    required = ("count",)


class EchoesNumbers(NumbersAlone):
    """Items have numbers alone, and POST answers 201 with one of others that has the same."""

    def foreign_fields(self, number: int) -> Json:
        return {"count": number, "size": number}

    def created(self, item: Item) -> Response:
        there = next((each for each in self.foreign if each.fields["count"] == item.fields["count"]), item)
        return super().created(there)


class NeitherListNorText(NumbersAlone):
    """Items have numbers alone, and no list shows them."""

    most_created = 1

    def describe(self, document: Json) -> None:
        del document["paths"]["/things"]["get"]

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        return Response(405, {"error": "method"}, {"Allow": "POST"})


class NoList(Backend):
    """No list shows the items."""

    def describe(self, document: Json) -> None:
        del document["paths"]["/things"]["get"]

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        return Response(405, {"error": "method"}, {"Allow": "POST"})


class WriteOnlyTexts(Backend):
    """No response shows the only text of an item."""

    fields: ClassVar[Json] = {
        "title": {**FIELDS["title"], "writeOnly": True},
        "count": FIELDS["count"],
    }


class EventualReads(Backend):
    """A new item can be read from the third time on."""

    late: ClassVar[int] = 2

    def read(self, request: Request, item: Item) -> Response:
        item.reads += 1
        if item.by != OTHERS and item.reads <= self.late:
            return Response(404, {"error": "not yet"})
        return super().read(request, item)


class EventualLists(Backend):
    """A list shows a new item from the third time on."""

    kinds = LAWS

    def rows(self, place: Place) -> list[Item]:
        found = super().rows(place)
        for each in found:
            each.reads += 1
        return [each for each in found if each.by == OTHERS or each.reads > 2]


class ForbidsReading(Backend):
    """Who creates an item may not read it; lists show it."""

    def read(self, request: Request, item: Item) -> Response:
        return Response(403, {"error": "no"}) if item.by != OTHERS else super().read(request, item)


class ForbidsAllReading(ForbidsReading):
    """Who creates an item may not read it, and no list shows it."""

    kinds = LAWS

    def rows(self, place: Place) -> list[Item]:
        return [each for each in super().rows(place) if each.by == OTHERS]


def _texts(fields: Json, change: Any) -> Json:
    return {name: change(value) if name == "title" else value for name, value in fields.items()}

"""What lists show, and how they go on."""

from typing import Any, ClassVar
from urllib.parse import parse_qs

from tests.hostile.backend import LAWS, OTHERS, Backend, Item, Place
from tests.hostile.contract import Json, success
from tests.hostile.wire import Request, Response


class ManyRows(Backend):
    """Others have 1,500 items, which come in pages of 50."""

    rows_of_others: ClassVar[int] = 1500
    page: ClassVar[int] = 50

    def stock(self) -> None:
        for number in range(self.rows_of_others):
            self.add(self.foreign_fields(number), OTHERS)

    def describe(self, document: Json) -> None:
        query = {"name": "page", "in": "query", "schema": {"type": "integer", "minimum": 1}}
        document["paths"]["/things"]["get"]["parameters"] = [query]

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        rows = self.rows(place)
        told = parse_qs(request.query).get("page", ["1"])[0]
        number = int(told) if told.isdecimal() and 0 < int(told) < 10**6 else 1
        shown = rows[(number - 1) * self.page : number * self.page]
        return Response(200, [self.shown(each) for each in shown], self.link(number, len(rows)))

    def link(self, number: int, count: int) -> dict[str, str]:
        """The header that leads to the next page."""
        more = number * self.page < count
        return {"Link": f'<{self.url}/things?page={number + 1}>; rel="next"'} if more else {}


class EndlessPages(ManyRows):
    """Every page of a list leads to another one."""

    rows_of_others = 5

    def link(self, number: int, count: int) -> dict[str, str]:
        return {"Link": f'<{self.url}/things?page={number + 1}>; rel="next"'}


class LoopingPages(ManyRows):
    """The next page of a list is the same again."""

    kinds = LAWS

    rows_of_others = 5

    def link(self, number: int, count: int) -> dict[str, str]:
        return {"Link": f'<{self.url}/things?page={number}>; rel="next"'}


class HidesForeign(Backend):
    """Lists show what their reader has created alone; the items of others can be read all the same."""

    def rows(self, place: Place) -> list[Item]:
        return [each for each in super().rows(place) if each.by != OTHERS]


class ShowsOthersAlone(Backend):
    """Lists show only items of others."""

    kinds = LAWS

    def rows(self, place: Place) -> list[Item]:
        return [each for each in super().rows(place) if each.by == OTHERS]


class FailingList(Backend):
    """The list answers 500."""

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        return Response(500, {"error": "oops"})


class ListOfIds(Backend):
    """The list has ids alone."""

    kinds = LAWS

    def describe(self, document: Json) -> None:
        success(document, "/things", "get", 200, schema={"type": "array", "items": self.ids})

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        return Response(200, [each.id for each in self.rows(place)])


class OddRows(Backend):
    """The rows of a list are of every kind but items."""

    kinds = LAWS

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        odd: list[Any] = [None, 1, "x", [], [[]], {"id": None}, {"id": {}}, {"title": 5}, {"id": 1.5}, {}]
        return Response(200, [*odd, *(self.shown(each) for each in self.rows(place))])

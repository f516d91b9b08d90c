"""How a backend answers a creation."""

from itertools import count, cycle
from typing import ClassVar

from tests.hostile import contract
from tests.hostile.backend import LAWS, OTHERS, Backend, Item, Place, path_of
from tests.hostile.contract import FIELDS, Json, bare, success
from tests.hostile.wire import Request, Response


class WellBehaved(Backend):
    """Nothing is odd: every request is answered as documented."""

    kinds = ("A", "B", "clean", "again", "two", "fuzz")


class FailsSomeCreations(Backend):
    """POST answers 500 where there is no title, and creates nothing."""

    required = ()

    def create(self, request: Request, place: Place, run: str) -> Response:
        if "title" not in (request.fields or {}):
            return Response(500, {"error": "oops"})
        return super().create(request, place, run)


class FailsEverySecondCreation(Backend):
    """Every second POST answers 500, and creates nothing."""

    kinds = ("B", "clean")

    def __init__(self) -> None:
        super().__init__()
        self.tries = count(1)

    def create(self, request: Request, place: Place, run: str) -> Response:
        return super().create(request, place, run) if next(self.tries) % 2 else Response(500, {"error": "oops"})


class CreatesAndFails(Backend):
    """Every third POST creates, and answers 500."""

    def created(self, item: Item) -> Response:
        return super().created(item) if item.id % 3 else Response(500, {"error": "oops"})


class CreatesAndHangsUp(Backend):
    """Every third POST creates, and the connection ends without a response."""

    def created(self, item: Item) -> Response:
        return super().created(item) if item.id % 3 else Response(hangs_up=True)


class ForeignIds(Backend):
    """The base of those that tell an id of others; no habit by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.others = cycle([each for each in self.foreign if len(each.steps) == 2])


class JobIds(ForeignIds):
    """POST answers 202 with the id of a job, which is that of an item of others too."""

    def describe(self, document: Json) -> None:
        success(document, "/things", "post", 202, schema=contract.item_schema({}, self.ids))

    def created(self, item: Item) -> Response:
        return Response(202, {"id": next(self.others).id})


class GetOrCreate(Backend):
    """POST answers 200 with an item of others that has the same status; 201 is documented too."""

    required = ("title", "status")
    statuses: ClassVar[tuple[int, ...]] = (200, 201)

    def describe(self, document: Json) -> None:
        success(document, "/things", "post", *self.statuses)

    def create(self, request: Request, place: Place, run: str) -> Response:
        fields = self.valid(request, self.required) or {}
        for each in self.foreign:
            if each.steps in self.items and each.fields["status"] == fields.get("status"):
                return Response(200, self.shown(each))
        return super().create(request, place, run)


class GetOrCreateAlone(GetOrCreate):
    """POST answers 200 with an item of others that has the same status, and only 200 is documented."""

    kinds = LAWS

    statuses = (200,)


class GetOrCreateByName(Backend):
    """POST answers 200 with the item of that name, whoever created it, and only 200 is documented."""

    fields: ClassVar[Json] = {**FIELDS, "title": {"type": "string", "enum": ["Payroll", "Minutes", "Plan"]}}

    def describe(self, document: Json) -> None:
        success(document, "/things", "post", 200)

    def foreign_fields(self, number: int) -> Json:
        return {**super().foreign_fields(number), "title": ("Payroll", "Minutes", "Plan")[number % 3]}

    def create(self, request: Request, place: Place, run: str) -> Response:
        fields = self.valid(request, self.required) or {}
        there = next((each for each in self.items.values() if each.fields["title"] == fields.get("title")), None)
        return super().create(request, place, run) if there is None else Response(200, self.shown(there))


class SeesAnother(ForeignIds):
    """POST creates, and answers 303 with the address of an item of others."""

    def created(self, item: Item) -> Response:
        return Response(303, None, {"Location": self.url + path_of(next(self.others))})


class LocationOfAnother(ForeignIds):
    """POST creates, and answers 201 without a body, and the address of an item of others."""

    def describe(self, document: Json) -> None:
        bare(document, "/things", "post", 201)

    def created(self, item: Item) -> Response:
        return Response(201, None, {"Location": path_of(next(self.others))})


class LocationAlone(Backend):
    """POST answers 201 without a body; only its Location tells the id."""

    def describe(self, document: Json) -> None:
        bare(document, "/things", "post", 201)

    def created(self, item: Item) -> Response:
        return Response(201, None, {"Location": path_of(item)})


class BulkResponses(ForeignIds):
    """POST answers 201 with a list, in which an item of others comes first."""

    def created(self, item: Item) -> Response:
        return Response(201, [self.shown(next(self.others)), self.shown(item)])


class EchoesAnother(ForeignIds):
    """POST creates, and answers 201 with an item of others: its id and its fields."""

    def created(self, item: Item) -> Response:
        return Response(201, self.shown(next(self.others)))


class EchoesAnotherId(ForeignIds):
    """POST creates, and answers 201 with the fields that were sent and the id of an item of others."""

    kinds = LAWS

    def created(self, item: Item) -> Response:
        return Response(201, {**self.shown(item), "id": next(self.others).id})


class EchoesHidden(ForeignIds):
    """POST creates, and answers 201 with an item of others that no list shows."""

    kinds = LAWS

    def rows(self, place: Place) -> list[Item]:
        return [each for each in super().rows(place) if each.by != OTHERS]

    def created(self, item: Item) -> Response:
        return Response(201, self.shown(next(self.others)))


class OkForCreated(Backend):
    """POST answers 200, and 201 is documented."""

    def created(self, item: Item) -> Response:
        return Response(200, self.shown(item))


class CreatedForOk(Backend):
    """POST answers 201, and 200 is documented."""

    kinds = LAWS

    def describe(self, document: Json) -> None:
        success(document, "/things", "post", 200)


class AcceptedAlone(Backend):
    """POST answers 202 with the new item, as documented."""

    kinds = LAWS

    def describe(self, document: Json) -> None:
        success(document, "/things", "post", 202)

    def created(self, item: Item) -> Response:
        return Response(202, self.shown(item))


class TellsNoId(Backend):
    """No response ever tells the id of what was created."""

    most_created = 1

    def describe(self, document: Json) -> None:
        shown = contract.item_schema(self.fields, self.ids)
        del shown["properties"]["id"], shown["required"]
        for method, status in (("post", 201), ("get", 200)):
            path = "/things" if method == "post" else "/things/{id}"
            success(document, path, method, status, schema=shown)
        success(document, "/things/{id}", "patch", 200, schema=shown)
        success(document, "/things", "get", 200, schema={"type": "array", "items": shown})

    def shown(self, item: Item) -> Json:
        return {name: value for name, value in super().shown(item).items() if name != "id"}


class TellsNothing(Backend):
    """POST answers 201 without a body and without a Location, and lists have rows without ids."""

    most_created = 1

    def describe(self, document: Json) -> None:
        bare(document, "/things", "post", 201)

    def created(self, item: Item) -> Response:
        return Response(201)

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        return Response(200, [{"title": each.fields.get("title", "")} for each in self.rows(place)])


class InEnvelope(ForeignIds):
    """Items come in an envelope, which has an id of its own that is one of others."""

    def describe(self, document: Json) -> None:
        item = contract.item_schema(self.fields, self.ids)
        one = {"type": "object", "required": ["data"], "properties": {"id": self.ids, "data": item}}
        rows = {"type": "object", "required": ["data"], "properties": {"data": {"type": "array", "items": item}}}
        success(document, "/things", "post", 201, schema=one)
        success(document, "/things", "get", 200, schema=rows)
        for method in ("get", "patch"):
            success(document, "/things/{id}", method, 200, schema=one)

    def _wrapped(self, status: int, item: Item) -> Response:
        return Response(status, {"id": next(self.others).id, "data": self.shown(item)})

    def created(self, item: Item) -> Response:
        return self._wrapped(201, item)

    def read(self, request: Request, item: Item) -> Response:
        return self._wrapped(200, item)

    def changed(self, item: Item) -> Response:
        return self._wrapped(200, item)

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        return Response(200, {"data": [self.shown(each) for each in self.rows(place)]})


class IdOfParent(Backend):
    """The response to the creation of a book has the id of its shelf in the place of its own."""

    collections: ClassVar[dict[str, str]] = {
        "/shelves/{shelf}": "/shelves",
        "/shelves/{shelf}/books/{book}": "/shelves/{shelf}/books",
    }

    def stock(self) -> None:
        super().stock()
        for number in range(3):
            self.add(self.foreign_fields(number), OTHERS, ("shelves", "1", "books"))

    def profile(self) -> Json:
        profile = super().profile()
        return {**profile, "resources": {}}

    def created(self, item: Item) -> Response:
        shown = self.shown(item)
        return Response(201, {**shown, "id": int(item.steps[1])} if "books" in item.steps else shown)


class AsksForAParent(Backend):
    """A thing refers to another, and the response to its creation has the id of the one that it refers to."""

    fields: ClassVar[Json] = {**FIELDS, "parent": contract.NUMBER}
    required = ("title", "parent")

    def created(self, item: Item) -> Response:
        return Response(201, {**self.shown(item), "id": item.fields["parent"]})

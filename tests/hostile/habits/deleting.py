"""What becomes of an item that is deleted."""

from typing import ClassVar

from tests.hostile.backend import LAWS, SAFE, Backend, Item, Place
from tests.hostile.contract import FIELDS, Json, action, bare, responses
from tests.hostile.wire import Request, Response


class SoftDelete(Backend):
    """A deleted item stays, marked as deleted, and can be read."""

    fields: ClassVar[Json] = {**FIELDS, "deleted": {"type": "boolean", "readOnly": True}}

    def remove(self, item: Item) -> None:
        item.deleted = True

    def shown(self, item: Item) -> Json:
        return {**super().shown(item), "deleted": item.deleted}


class DelayedDelete(Backend):
    """A deleted item is gone after it was read three times more."""

    status: ClassVar[int] = 204

    def delete(self, request: Request, item: Item) -> Response:
        item.deleted, item.reads = True, 0
        return Response(self.status)

    def read(self, request: Request, item: Item) -> Response:
        item.reads += 1
        if item.deleted and item.reads > 3:
            self.remove(item)
            return Response(404, {"error": "gone"})
        return super().read(request, item)


class DeleteAccepted(DelayedDelete):
    """DELETE answers 202, and the item is gone after it was read three times more."""

    kinds = LAWS

    status = 202

    def describe(self, document: Json) -> None:
        bare(document, "/things/{id}", "delete", 202)


class DeleteFails(Backend):
    """DELETE answers 500, and the item stays."""

    def delete(self, request: Request, item: Item) -> Response:
        return Response(500, {"error": "oops"})


class DeleteForbidden(Backend):
    """DELETE answers 403, and the item stays."""

    kinds = LAWS

    def delete(self, request: Request, item: Item) -> Response:
        return Response(403, {"error": "not you"})


class DeletePretends(Backend):
    """DELETE answers 204, and the item stays."""

    def delete(self, request: Request, item: Item) -> Response:
        return Response(204)


class DeleteDenies(Backend):
    """DELETE answers 404, and the item stays."""

    kinds = LAWS

    def delete(self, request: Request, item: Item) -> Response:
        return Response(404, {"error": "nothing there"})


class NoDelete(Backend):
    """Nothing deletes an item."""

    def describe(self, document: Json) -> None:
        del document["paths"]["/things/{id}"]["delete"]


class BulkDelete(Backend):
    """DELETE of the collection deletes everything, as documented."""

    method: ClassVar[str] = "delete"

    def describe(self, document: Json) -> None:
        document["paths"]["/things"][self.method] = {"operationId": "purge", "responses": responses(204)}

    def on_collection(self, request: Request, place: Place, run: str) -> Response:
        if request.method != self.method.upper():
            return super().on_collection(request, place, run)
        self.strike()
        return Response(204)

    def strike(self) -> None:
        """Do to all items what the operation does."""
        self.items.clear()


class BulkPatch(BulkDelete):
    """PATCH of the collection changes everything, as documented."""

    method = "patch"

    def strike(self) -> None:
        for each in self.items.values():
            each.fields = {**each.fields, "status": "draft", "title": "changed"}


class DeleteByPost(Backend):
    """POST /things/purge deletes everything."""

    def paths(self) -> Json:
        return super().paths() | action("purge", "/things/purge")

    def other(self, request: Request, place: Place, run: str) -> Response:
        if place.steps == ("things", "purge") and request.method not in SAFE:
            self.items.clear()
            return Response(200, {})
        return super().other(request, place, run)

"""Writes that are neither creations nor changes of an item."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from tests.hostile import contract
from tests.hostile.backend import OTHERS, SAFE, Backend, Item, Place
from tests.hostile.contract import FIELDS, NUMBER, WORD, Json, action, responses
from tests.hostile.wire import Request, Response


class Shutdown(Backend):
    """POST /shutdown ends the service."""

    def __init__(self) -> None:
        super().__init__()
        self.down = False

    def paths(self) -> Json:
        return super().paths() | action("shutdown", "/shutdown")

    def other(self, request: Request, place: Place, run: str) -> Response:
        if place.steps == ("shutdown",) and request.method == "POST":
            return Response(200, {})
        return super().other(request, place, run)


class ListedAction(Backend):
    """The profile lists POST /ping, and not POST /shutdown."""

    kinds = ("A",)

    def paths(self) -> Json:
        return super().paths() | action("ping", "/ping") | action("shutdown", "/shutdown")

    def profile(self) -> Json:
        return {**super().profile(), "actions": ["ping"]}

    def is_permitted(self, request: Request) -> bool:
        return (request.method, request.path) == ("POST", "/ping")

    def other(self, request: Request, place: Place, run: str) -> Response:
        known = place.steps in (("ping",), ("shutdown",)) and request.method == "POST"
        return Response(200, {}) if known else super().other(request, place, run)

    def inspect(self, files: Path, state: Path, said: str) -> Iterator[str]:
        if not any(self.is_permitted(each.request) for each in self.records):
            yield "POST /ping, which the profile lists, was never sent"


class UsersByName(Backend):
    """POST /users/{name} creates a user of that name, and a token."""

    def __init__(self) -> None:
        super().__init__()
        self.users = ["carol"]

    def paths(self) -> Json:
        return super().paths() | action("add_user", "/users/{name}") | action("add_token", "/users/{name}/tokens")

    def other(self, request: Request, place: Place, run: str) -> Response:
        if place.steps[0] == "users" and request.method == "POST":
            self.users.append(place.steps[1])
            return Response(200, {"token": "t"})
        return super().other(request, place, run)


class UpsertingPut(Backend):
    """PUT creates what is not there."""

    hides_drafts = True

    def describe(self, document: Json) -> None:
        shown = contract.item_schema(self.fields, self.ids)
        document["paths"]["/things/{id}"]["put"] = {
            "operationId": "replace_thing",
            "requestBody": contract.body(self.fields, self.required),
            "responses": responses(200, 201, schema=shown),
        }

    def on_absent(self, request: Request, place: Place, run: str) -> Response:
        fields = self.valid(request, self.required) if request.method == "PUT" else None
        number = place.steps[-1]
        if fields is None or not number.isdecimal():
            return super().on_absent(request, place, run)
        return self.created(self.add(fields, run, place.steps[:-1], int(number)))


class ActionsBelow(Backend):
    """POST /things/{id}/archive takes an item out of use."""

    def paths(self) -> Json:
        return super().paths() | action("archive", "/things/{id}/archive", NUMBER)

    def below(self, request: Request, place: Place, item: Item) -> Response:
        if place.steps[-1] != "archive" or request.method != "POST":
            return super().below(request, place, item)
        item.fields = {**item.fields, "status": "draft"}
        return Response(200, {})


class Transfers(Backend):
    """POST /things/{id}/transfer swaps the titles of an item and of another, which its body names.

    Below an item of the run every documented operation is sent: what such an operation does to other items is not
    promised (docs/explanation/safety.md).
    """

    @property
    def harmed(self) -> list[str]:
        """Nothing is held against the run."""
        return []

    def paths(self) -> Json:
        return super().paths() | action("transfer", "/things/{id}/transfer", NUMBER, fields={"other": NUMBER})

    def below(self, request: Request, place: Place, item: Item) -> Response:
        sent = request.fields
        number = sent.get("other") if isinstance(sent, dict) else None
        other = next((each for each in self.items.values() if each.id == number), None)
        if place.steps[-1] != "transfer" or request.method != "POST" or other is None:
            return super().below(request, place, item)
        for here, there in ((item, other.fields["title"]), (other, item.fields["title"])):
            here.fields = {**here.fields, "title": there}
        return Response(200, {})


class Singleton(Backend):
    """PUT and PATCH /settings change what holds for everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.settings: Json = {"status": "public"}

    def paths(self) -> Json:
        fields = {"status": FIELDS["status"]}
        shown: Json = {"type": "object", "properties": fields}
        written = {"requestBody": contract.body(fields), "responses": responses(200, schema=shown)}
        operations = {method: {"operationId": f"{method}_settings", **written} for method in ("put", "patch")}
        read = {"operationId": "get_settings", "responses": responses(200, schema=shown)}
        return super().paths() | {"/settings": {"get": read, **operations}}

    def other(self, request: Request, place: Place, run: str) -> Response:
        if place.steps != ("settings",) or request.method not in ("GET", "PUT", "PATCH"):
            return super().other(request, place, run)
        if request.method != "GET" and isinstance(request.fields, dict):
            self.settings = request.fields
        return Response(200, self.settings)


class Counters(Backend):
    """Every GET of an item counts, and shows in it."""

    fields: ClassVar[Json] = {**FIELDS, "views": {"type": "integer", "readOnly": True}}

    def read(self, request: Request, item: Item) -> Response:
        item.reads += 1
        return super().read(request, item)

    def shown(self, item: Item) -> Json:
        return {**super().shown(item), "views": item.reads}


class LoginEndpoint(Backend):
    """POST /login locks an account when it is called with a wrong password."""

    tokens: ClassVar[dict[str, str]] = {"ann": "token-of-ann"}

    def paths(self) -> Json:
        return super().paths() | action("log_in", "/login", fields={"user": WORD, "password": WORD})

    def profile(self) -> Json:
        login = {"path": "/login", "json": {"user": "ann", "password": "open sesame"}, "token": "/token"}
        return {**super().profile(), "people": {"ann": {"login": login, "id": 1}, "bob": {"token": "b", "id": 2}}}

    def is_permitted(self, request: Request) -> bool:
        return request.path == "/login" and request.fields == {"user": "ann", "password": "open sesame"}

    def rejected(self, request: Request, place: Place) -> Response | None:
        return None if place.steps == ("login",) else super().rejected(request, place)

    def person(self, request: Request) -> str | None:
        is_bob = request.headers.get("authorization") == "Bearer b"
        return "bob" if is_bob else super().person(request)

    def other(self, request: Request, place: Place, run: str) -> Response:
        if place.steps != ("login",) or request.method in SAFE:
            return super().other(request, place, run)
        return Response(200, {"token": "token-of-ann"}) if self.is_permitted(request) else Response(400, {})


class Lends(Backend):
    """The profile lends an item, which has an action below it."""

    def stock(self) -> None:
        super().stock()
        self.items["things", "3"].lent = True

    def paths(self) -> Json:
        return super().paths() | action("archive", "/things/{id}/archive", NUMBER)

    def profile(self) -> Json:
        profile = super().profile()
        thing = profile["resources"]["thing"]
        access = {**thing["access"], "visible": {"shared": ["ann", "bob"], "fresh": ["ann", "bob"]}}
        return {**profile, "resources": {"thing": {**thing, "known": {"shared": 3}, "access": access}}}

    def below(self, request: Request, place: Place, item: Item) -> Response:
        if place.steps[-1] != "archive" or request.method != "POST":
            return super().below(request, place, item)
        item.fields = {**item.fields, "archived": True}
        if item.by == OTHERS:
            item.fields["title"] = "archived"
        return Response(200, {})

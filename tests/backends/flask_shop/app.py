"""Shops in plain Starlette, with one switch per fault."""

import asyncio
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count, islice
from pathlib import Path
from typing import Any, TypeAlias

import jsonschema_rs
import yaml
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SPEC = Path(__file__).with_name("openapi.yaml")
PROFILE = Path(__file__).with_name("profile.yaml")
KEYS = {f"key-of-{name}": name for name in ("ann", "bob", "root")}
EVERYBODY, ADMIN = frozenset(KEYS.values()), "root"
PAGE = 5
PATIENCE_SECONDS = 5
JSON, MERGE, NOTE = "application/json", "application/merge-patch+json", "application/vnd.shop.note+json"

Row: TypeAlias = dict[str, Any]


class Rejected(Exception):
    """A request that gets a response with another status than success."""

    def __init__(self, status: int, title: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title


@cache
def validator(name: str) -> Any:
    """Return the validator of a schema of the document."""
    schemas = yaml.safe_load(SPEC.read_text())["components"]["schemas"]
    return jsonschema_rs.validator_for(_as_json_schema(schemas[name], schemas))


def _as_json_schema(node: Any, schemas: Row) -> Any:
    if isinstance(node, list):
        return [_as_json_schema(part, schemas) for part in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _as_json_schema(schemas[node["$ref"].rpartition("/")[2]], schemas)
    schema = {name: _as_json_schema(part, schemas) for name, part in node.items() if name != "nullable"}
    return {**schema, "type": [schema["type"], "null"]} if node.get("nullable") else schema


@dataclass
class Thing:
    """A shop, a shelf or an item, and the things inside it."""

    slug: str
    fields: Row
    place: int
    owner: str = ""
    inside: dict[str, "Thing"] = field(default_factory=dict)
    """Slug → a shelf of a shop, or an item of a shelf."""
    staff: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Kind:
    """The differences between shops, shelves and items."""

    name: str
    defaults: Row
    derived: Row = field(default_factory=dict)
    creates_silently: bool = False
    changes_silently: bool = False
    deleted: int = 204


SHOP = Kind("Shop", {"open": False, "visibility": "public"}, {"rating": 3, "takings": 1200})
SHELF = Kind("Shelf", {"places": 10, "state": "planned"}, creates_silently=True, changes_silently=True)
ITEM = Kind("Item", {"cents": 0, "tags": []}, deleted=202)
KINDS = (SHOP, SHELF, ITEM)
MOVES = {"planned": {"filled"}, "filled": {"planned", "closed"}, "closed": set[str]()}


class Shops:
    """The backend, as an ASGI application; `faults` switches its faults on."""

    def __init__(self, *faults: str) -> None:
        self.faults = set(faults)
        self.shops: dict[str, Thing] = {}
        self.notes: dict[tuple[str, int], Row] = {}
        self.requests = 0
        self._numbers = count(1)
        self._closed: list[Thing] = []
        self._changes = 0
        self._waiting: asyncio.Event | None = None
        for number in range(PAGE + 2):
            self._add(SHOP, self.shops, {"title": f"Shop no. {number}", "kind": "books"}, "root")
        shop, items, notes = "/shops/{shop}", "/shops/{shop}/shelves/{shelf}/items", "/people/{person}/notes"
        self._app = Starlette(
            routes=[
                _route("/shops", GET=self._list, POST=self._create),
                _route(shop, GET=self._read, PATCH=self._change, DELETE=self._delete),
                _route(f"{shop}/staff", POST=self._change_staff),
                _route(f"{shop}/shelves", GET=self._list, POST=self._create),
                _route(f"{shop}/shelves/{{shelf}}", GET=self._read, PATCH=self._change, DELETE=self._delete),
                _route(items, GET=self._list, POST=self._create),
                _route(f"{items}/{{item}}", GET=self._read, PATCH=self._change, DELETE=self._delete),
                _route(notes, GET=self._list_notes, POST=self._write_note),
                _route(f"{notes}/{{number}}", GET=self._read_note, PATCH=self._change_note, DELETE=self._drop_note),
            ],
            exception_handlers={Rejected: _rejection, HTTPException: _no_route},
        )
        self._app.router.redirect_slashes = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.requests += scope["type"] == "http"
        await self._app(scope, receive, send)

    @property
    def left(self) -> list[str]:
        """The things that were not there at the start."""
        return [slug for slug in self.shops if not slug.startswith("shop-no-")] + [str(key) for key in self.notes]

    # The caller, and the things on the path.

    def _person(self, request: Request, *, anonymous: bool = False) -> str:
        name = KEYS.get(request.headers.get("X-API-Key", ""))
        if name is None and (not anonymous or "X-API-Key" in request.headers):
            raise Rejected(401, "Who are you?")
        return name or ""

    def _led(self, request: Request, person: str) -> tuple[list[Thing], Kind]:
        """Return the things on the path, and the kind of the last one."""
        path: list[Thing] = []
        level = self.shops
        for name in request.path_params:
            slug = request.path_params[name]
            thing = level.get(slug)
            if thing is None and path and "looks everywhere" in self.faults:
                others = self.shops if len(path) == 1 else path[0].inside
                thing = next((other.inside[slug] for other in others.values() if slug in other.inside), None)
            hidden = thing is not None and not path and not self._sees(thing, person)
            if thing is None or (hidden and "shows the private" not in self.faults):
                raise Rejected(404, "There is no such thing")
            path.append(thing)
            level = thing.inside
        return path, KINDS[len(path) - 1]

    def _sees(self, shop: Thing, person: str) -> bool:
        return shop.fields["visibility"] == "public" or person in (shop.owner, ADMIN, *shop.staff)

    def _require_right(self, shop: Thing, person: str, *, staff: bool = False) -> None:
        if person not in (shop.owner, ADMIN, *(shop.staff if staff else ())) and "anyone writes" not in self.faults:
            raise Rejected(403, "It is not yours")

    # Shops, shelves, items.

    async def _list(self, request: Request) -> Response:
        person = self._person(request, anonymous=not request.path_params)
        led, _ = self._led(request, person) if request.path_params else ([], SHOP)
        limit, after = _page(request)
        kind, level = KINDS[len(led)], led[-1].inside if led else self.shops
        there = [*level.values(), *(self._closed if "lists the closed" in self.faults and not led else ())]
        following = [thing for thing in sorted(there, key=lambda thing: thing.place) if thing.place > after]
        visible = [thing for thing in following if led or self._sees(thing, person)]
        page = list(islice(visible, limit))
        rows = [self._represent(kind, thing, person, in_list=True) for thing in page]
        ends = len(visible) <= limit or "ends after a page" in self.faults
        cursor = None if ends else str(page[-1].place)
        return JSONResponse({"data": rows, "meta": {"next_cursor": cursor}})

    async def _create(self, request: Request) -> Response:
        person = self._person(request)
        led, _ = self._led(request, person) if request.path_params else ([], SHOP)
        if led:
            self._require_right(led[0], person)
        kind, level = KINDS[len(led)], led[-1].inside if led else self.shops
        fields = await _body(request, f"New{kind.name}", JSON)
        self._require_free(kind, level, fields)
        thing = self._add(kind, level, {name: value for name, value in fields.items() if value is not None}, person)
        headers = {"Location": f"{request.url.path}/{thing.slug}"}
        if kind.creates_silently:
            return Response(status_code=201, headers=headers)
        return JSONResponse({"data": self._represent(kind, thing, person)}, 201, {**headers, "ETag": _etag(thing)})

    def _add(self, kind: Kind, level: dict[str, Thing], fields: Row, person: str) -> Thing:
        number = next(self._numbers)
        slug = _free(fields["title"], level)
        thing = Thing(slug, deepcopy({**kind.defaults, **kind.derived, **fields}), number, person)
        self._stamp(thing)
        level[slug] = thing
        return thing

    def _stamp(self, thing: Thing) -> None:
        self._changes += 1
        moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._changes)
        thing.fields["updated_at"] = moment.isoformat().replace("+00:00", "Z")

    def _require_free(self, kind: Kind, level: dict[str, Thing], fields: Row, but: Thing | None = None) -> None:
        skus = {thing.fields.get("sku") for thing in level.values() if thing is not but}
        if kind is ITEM and fields.get("sku") in skus and "takes a sku twice" not in self.faults:
            raise Rejected(422, "sku: is taken")

    async def _read(self, request: Request) -> Response:
        person = self._person(request, anonymous=len(request.path_params) == 1)
        led, kind = self._led(request, person)
        return JSONResponse({"data": self._represent(kind, led[-1], person)}, headers={"ETag": _etag(led[-1])})

    async def _change(self, request: Request) -> Response:
        person = self._person(request)
        led, kind = self._led(request, person)
        thing, media = led[-1], (MERGE, JSON) if kind is SHOP else (MERGE,)
        before = deepcopy(thing)
        if "denied but written" in self.faults and kind is ITEM and person not in (led[0].owner, ADMIN):
            thing.fields["remark"] = "Written without a right."
        self._require_right(led[0], person, staff=kind is SHOP)
        sent = await self._sent(request, kind, thing, media)
        is_old = request.headers.get("If-Match", _etag(thing)) != _etag(thing)
        if is_old and "writes over what is new" not in self.faults:
            raise Rejected(412, "It is another by now")
        level = led[-2].inside if len(led) > 1 else self.shops
        self._require_free(kind, level, sent, thing)
        self._require_transition(thing, sent)
        if "loses updates" in self.faults and kind is SHOP:
            whole = deepcopy(thing.fields)
            await self._meet()
            thing.fields = whole
        self._apply(kind, thing, level, sent, request.headers["Content-Type"])
        answered = before if "answers the old state" in self.faults else thing
        headers = {"Location": f"{request.url.path.rpartition('/')[0]}/{thing.slug}"}
        if kind.changes_silently:
            return Response(status_code=204, headers={} if "hides the address" in self.faults else headers)
        return JSONResponse({"data": self._represent(kind, answered, person)}, headers={"ETag": _etag(thing)})

    async def _sent(self, request: Request, kind: Kind, thing: Thing, media: tuple[str, ...]) -> Row:
        if "half applied" not in self.faults or kind is not ITEM:
            derived = ("rating",) if "writes what it only shows" in self.faults else ()
            return await _body(request, f"{kind.name}Change", *media, extra=derived)
        try:
            return await _body(request, f"{kind.name}Change", *media)
        except Rejected as error:
            cents = (await _read_json(request)).get("cents") if error.status == 422 else None
            if type(cents) is int:
                thing.fields["cents"] = cents
            raise

    async def _meet(self) -> None:
        """Wait until another request has read the same state, if there is one."""
        if self._waiting is not None:
            self._waiting.set()
            self._waiting = None
            return
        self._waiting = door = asyncio.Event()
        with suppress(TimeoutError):
            await asyncio.wait_for(door.wait(), PATIENCE_SECONDS)
        self._waiting = None if self._waiting is door else self._waiting

    def _require_transition(self, thing: Thing, sent: Row) -> None:
        now, then = thing.fields.get("state"), sent.get("state")
        if now is None or then is None or then == now or "goes back" in self.faults:
            return
        if then not in MOVES[now]:
            raise Rejected(422, f"state: cannot go from {now} to {then}")

    def _apply(self, kind: Kind, thing: Thing, level: dict[str, Thing], sent: Row, media: str) -> None:
        if "resets what is absent" in self.faults and kind is ITEM:
            thing.fields = {**thing.fields, **deepcopy(ITEM.defaults)}
        merges = media == MERGE and "replaces objects" not in self.faults
        if "writes the neighbour" in self.faults and kind is ITEM:
            for other in level.values():
                other.fields["cents"] = sent.get("cents", other.fields["cents"])
        for name, value in sent.items():
            self._write(thing, name, value, merges=merges, media=media)
        if "title" in sent and "slug stands still" not in self.faults:
            level.pop(thing.slug)
            thing.slug = _free(sent["title"], level)
            level[thing.slug] = thing
        self._stamp(thing)

    def _write(self, thing: Thing, name: str, value: Any, *, merges: bool, media: str) -> None:
        if value is None:
            if "null takes nothing away" not in self.faults:
                thing.fields.pop(name, None)
        elif "forgets" in self.faults and name == "places":
            return
        elif merges and isinstance(value, dict):
            thing.fields[name] = {**thing.fields.get(name, {}), **value}
        elif "plain JSON cuts" in self.faults and media == JSON and name == "motto":
            thing.fields[name] = value.strip()
        else:
            thing.fields[name] = value

    async def _delete(self, request: Request) -> Response:
        person = self._person(request)
        led, kind = self._led(request, person)
        self._require_right(led[0], person)
        level = led[-2].inside if len(led) > 1 else self.shops
        self._closed.append(level.pop(led[-1].slug))
        return Response(status_code=kind.deleted)

    def _represent(self, kind: Kind, thing: Thing, person: str, *, in_list: bool = False) -> Row:
        hidden = {"pin", *(("updated_at",) if kind is not SHOP else ())}
        if "lists the pin" in self.faults and in_list:
            hidden.discard("pin")
        if person not in (thing.owner, ADMIN) and "shows takings" not in self.faults:
            hidden.add("takings")
        return {"slug": thing.slug, **{name: value for name, value in thing.fields.items() if name not in hidden}}

    async def _change_staff(self, request: Request) -> Response:
        person = self._person(request)
        led, _ = self._led(request, person)
        self._require_right(led[0], person)
        sent = await _body(request, "Staff", JSON)
        led[0].staff |= set(sent.get("add", ()))
        if "staff for ever" not in self.faults:
            led[0].staff -= set(sent.get("remove", ()))
        return Response(status_code=204)

    # Notes of people, who cannot be created.

    def _note(self, request: Request) -> tuple[str, int]:
        person, number = self._person(request), str(request.path_params["number"])
        key = request.path_params["person"], int(number) if re.fullmatch("[0-9]{1,9}", number) else 0
        if key not in self.notes or (person != key[0] and "shows notes to all" not in self.faults):
            raise Rejected(404, "There is no such note")
        return key

    def _home(self, request: Request) -> str:
        person, named = self._person(request), str(request.path_params["person"])
        if named not in EVERYBODY:
            raise Rejected(404, "There is no such person")
        if person != named:
            raise Rejected(403, "They are not yours")
        return named

    async def _list_notes(self, request: Request) -> Response:
        person, (limit, after) = self._home(request), _page(request)
        notes = [note for key, note in self.notes.items() if key[0] == person and note["number"] > after]
        links = {"next": f"?limit={limit}&after={notes[limit - 1]['number']}"} if len(notes) > limit else {}
        return JSONResponse({"notes": notes[:limit], "links": links})

    async def _write_note(self, request: Request) -> Response:
        person, sent = self._home(request), (await _body(request, "NewNote", NOTE))["note"]
        number = next(self._numbers)
        self.notes[person, number] = {"number": number, "done": False, **sent}
        return JSONResponse({"note": self.notes[person, number]}, 201, media_type=NOTE)

    async def _read_note(self, request: Request) -> Response:
        return JSONResponse({"note": self.notes[self._note(request)]}, media_type=NOTE)

    async def _change_note(self, request: Request) -> Response:
        key, sent = self._note(request), (await _body(request, "NoteChange", NOTE))["note"]
        if "notes stay undone" in self.faults:
            sent.pop("done", None)
        self.notes[key] = {**self.notes[key], **sent}
        return JSONResponse({"note": self.notes[key]}, media_type=NOTE)

    async def _drop_note(self, request: Request) -> Response:
        del self.notes[self._note(request)]
        return Response(status_code=204)


def _route(path: str, **handlers: Callable[[Request], Any]) -> Route:
    async def endpoint(request: Request) -> Response:
        if request.method not in handlers:
            raise HTTPException(405, headers={"Allow": ", ".join(handlers)})
        answer: Response = await handlers[request.method](request)
        return answer

    every = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"]
    return Route(path, endpoint, methods=every)


def _problem(status: int, title: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"title": title, "status": status}, status, headers, media_type="application/problem+json")


def _rejection(_: Request, error: Exception) -> Response:
    assert isinstance(error, Rejected)
    headers = {"WWW-Authenticate": "ApiKey"} if error.status == 401 else None
    return _problem(error.status, error.title, headers)


def _no_route(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _problem(error.status_code, error.detail, dict(error.headers or {}))


async def _read_json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError as error:
        raise Rejected(400, "That is no JSON") from error


async def _body(request: Request, schema: str, *media: str, extra: tuple[str, ...] = ()) -> Row:
    """Read a body in one of some media types, and validate it against a schema, except for some extra fields."""
    if request.headers.get("Content-Type", "").partition(";")[0] not in media:
        raise Rejected(415, f"Send {' or '.join(media)}")
    body = await _read_json(request)
    checked = body
    if isinstance(body, dict):
        checked = {name: value for name, value in body.items() if name not in extra}
    for error in islice(_errors(schema, checked), 1):
        raise Rejected(422, error)
    return dict(body)


def _errors(schema: str, body: Any) -> Iterator[str]:
    for error in validator(schema).iter_errors(body):
        yield f"{'.'.join(map(str, error.instance_path))}: {error.message}"


def _page(request: Request) -> tuple[int, int]:
    limit, after = request.query_params.get("limit", str(PAGE)), request.query_params.get("after", "0")
    if not re.fullmatch("[0-9]{1,2}", limit) or not 1 <= int(limit) <= 50 or not re.fullmatch("[0-9]{1,9}", after):
        raise Rejected(422, "limit is 1 to 50, after is a cursor")
    return int(limit), int(after)


def _etag(thing: Thing) -> str:
    return f'"{abs(hash((thing.slug, repr(thing.fields)))):x}"'


def _free(title: str, level: dict[str, Thing]) -> str:
    """Return the slug of a title, with a number after it if another thing has it."""
    plain = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "untitled"
    candidates = (plain, *(f"{plain}-{number}" for number in range(2, 10_000)))
    return next(slug for slug in candidates if slug not in level)

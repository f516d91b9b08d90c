"""A well-behaved backend that already holds items of others, and judges each write to it; habits override its parts."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar, TypeAlias
from urllib.parse import quote, unquote

from jsonschema_rs import validator_for

from tests.hostile import contract
from tests.hostile.contract import Json
from tests.hostile.wire import Request, Response

SAFE = ("GET", "HEAD", "OPTIONS")
OTHERS = "others"
RUN_HEADER = "x-run"
"""Tells the server which run sends a request."""

LAWS = ("B", "clean")
"""The kinds of runs where the conformance checks show nothing that another habit does not."""

Steps: TypeAlias = tuple[str, ...]


@dataclass
class Item:
    """Something that is stored, and who created it."""

    id: Any
    steps: Steps
    """Its path, decoded."""
    fields: Json
    by: str
    lent: bool = False
    deleted: bool = False
    """Whether it is only shown still."""
    original: Json = field(default_factory=dict)
    reads: int = 0


@dataclass(frozen=True)
class Place:
    """What a path addresses."""

    kind: str
    """`collection`, `item`, `below` an item, or `other`."""
    steps: Steps
    item: Steps | None = None
    """The innermost item on the path."""


@dataclass
class Record:
    """A request that was received, and what is wrong with it."""

    number: int
    run: str
    request: Request
    violation: str
    """Why the run should not have sent it, empty where it may."""
    status: int = 0
    at: float = field(default_factory=monotonic)

    @property
    def line(self) -> str:
        """The request in one line."""
        return f"#{self.number} {self.request.method} {self.request.target} → {self.status}: {self.violation}"


class Backend:
    """Nothing is wrong: every request is answered as documented."""

    kinds: ClassVar[tuple[str, ...]] = ("A", "B", "clean")
    """The kinds of runs that are made in the short suite."""
    most_created: ClassVar[int | None] = None
    """How many items a run may create at most, where it can never own one."""
    slash: ClassVar[str] = ""
    """What every path ends in."""
    ids: ClassVar[Json] = contract.NUMBER
    fields: ClassVar[Json] = contract.FIELDS
    required: ClassVar[tuple[str, ...]] = ("title",)
    collections: ClassVar[Mapping[str, str]] = {"/things/{id}": "/things"}
    """Path of an item → path of its collection."""
    tokens: ClassVar[Mapping[str, str]] = {"ann": "token-of-ann", "bob": "token-of-bob"}
    environment: ClassVar[Mapping[str, str]] = {}
    """Variables that the profile reads."""
    hides_drafts: ClassVar[bool] = False
    """Whether drafts do not exist for bob."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.url = ""
        self.items: dict[Steps, Item] = {}
        self.foreign: list[Item] = []
        self.records: list[Record] = []
        self.had: set[tuple[str, Steps]] = set()
        """Run and path of what it has created."""
        self.created_by: list[str] = []
        self.numbers = count(1)
        self.streamed = 0
        """Bytes of the longest response that somebody took."""
        self.on_answer: Callable[[Record, Response], None] = lambda record, response: None
        """Is called with each request and its response, before that is sent."""
        self.after_creation: Callable[[int], None] = lambda number: None
        """Is called with the number of items that runs have created so far, before the response."""
        self._document: Json | None = None
        self.stock()

    @classmethod
    def name(cls) -> str:
        """The habit as it is called on the command line."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def about(cls) -> str:
        """The habit in one sentence."""
        return (cls.__doc__ or "").splitlines()[0]

    # The contract

    @property
    def document(self) -> Json:
        """The OpenAPI document."""
        if self._document is None:
            document = contract.document(self.paths())
            self.describe(document)
            # So that a habit may use one schema in several places.
            self._document = deepcopy(document)
        return self._document

    def paths(self) -> Json:
        """The paths of the document."""
        found: Json = {}
        for item, collection in self.collections.items():
            found |= contract.crud(collection + self.slash, item + self.slash, self.fields, self.required, self.ids)
        return found

    def describe(self, document: Json) -> None:
        """Change the document where the habit is documented."""

    def profile(self) -> Json:
        """The profile: ann may do everything, bob reads."""
        people = {name: {"token": token, "id": number} for number, (name, token) in enumerate(self.tokens.items(), 1)}
        everybody, writers = ["ann", "bob"], ["ann"]
        may = {
            operation["operationId"]: everybody if method == "get" else writers
            for path in self.document["paths"].values()
            for method, operation in path.items()
            if method != "parameters" and operation["operationId"].split("_")[0] in VERBS
        }
        item = next(iter(self.collections)) + self.slash
        states = {"public": {"status": "public"}, "draft": {"status": "draft"}} if self.hides_drafts else {"fresh": {}}
        visible = {state: writers if state == "draft" else everybody for state in states}
        notes = {"item": item, "owner": "ann", "states": states, "access": {"visible": visible, "may": may}}
        return {"name": "Things", "people": people, "resources": {"thing": notes}}

    # What is there at the start

    def stock(self) -> None:
        """Let others create what is there before a run."""
        for item, collection in self.collections.items():
            if item.count("{") == 1:
                for number in range(5):
                    self.add(self.foreign_fields(number), OTHERS, steps_of(collection))

    def foreign_fields(self, number: int) -> Json:
        """What others have written."""
        return sample(self.fields, number)

    def add(self, fields: Json, by: str, collection: Steps = ("things",), identifier: Any = None) -> Item:
        """Store an item."""
        chosen = self.next_id(fields, collection) if identifier is None else identifier
        item = Item(chosen, (*collection, *self.key(chosen)), self.kept(fields), by)
        item.original = deepcopy(item.fields)
        self.items[item.steps] = item
        if by == OTHERS:
            self.foreign.append(item)
            self.had = {(run, steps) for run, steps in self.had if steps != item.steps}
        else:
            self.had.add((by, item.steps))
            self.created_by.append(by)
            self.after_creation(len(self.created_by))
        return item

    def next_id(self, fields: Json, collection: Steps) -> Any:
        """The id of a new item."""
        taken = {each.id for each in self.items.values()}
        return next(number for number in self.numbers if number not in taken)

    def key(self, identifier: Any) -> Steps:
        """The last steps of the path of an item with an id."""
        return (str(identifier),)

    def kept(self, fields: Json) -> Json:
        """What is stored of what was sent."""
        return fields

    def interlude(self) -> None:
        """Change what is there between the end of a killed run and the next command."""

    # Requests

    def __call__(self, request: Request) -> Response:
        """Record a request, judge it, answer it."""
        with self.lock:
            place = self.place(request.path)
            run = request.headers.get(RUN_HEADER, "run")
            record = Record(len(self.records) + 1, run, request, self.violation(request, place, run))
            self.records.append(record)
            response = self.respond(request, place, run)
            record.status = response.status
            self.on_answer(record, response)
            return response

    def place(self, path: str) -> Place:
        """What a path addresses."""
        steps = steps_of(path)
        static = "/" + "/".join(steps)
        if static in self.collections.values():
            return Place("collection", steps)
        if static + self.slash in self.document["paths"]:
            return Place("other", steps)
        templates = sorted((steps_of(each) for each in self.collections), key=len, reverse=True)
        deepest = next((each for each in templates if fits(each, steps[: len(each)])), None)
        if deepest is None:
            return Place("other", steps)
        item = steps[: len(deepest)]
        if item == steps:
            return Place("item", steps, item)
        nested = any(fits(steps_of(each), steps) for each in self.collections.values())
        return Place("collection" if nested else "below", steps, item)

    def violation(self, request: Request, place: Place, run: str) -> str:
        """Why a run should not have sent a request, empty where it may."""
        if request.method in SAFE or self.is_permitted(request):
            return ""
        is_write = request.method not in ("TRACE", "QUERY")
        if not is_write and place.item is None:
            return ""
        if is_write and place.kind == "collection" and request.method != "POST":
            return "a write to the whole collection"
        if place.item is None:
            return "" if place.kind == "collection" else "an action that the profile does not list"
        item = self.items.get(place.item)
        if item is None:
            return "" if (run, place.item) in self.had else "a write to an id that the run did not create"
        if item.by == run or (item.lent and place.kind == "item" and request.method in ("PATCH", "PUT")):
            return ""
        return f"a write to {'a lent' if item.lent else 'an'} item of {item.by}"

    def is_permitted(self, request: Request) -> bool:
        """Whether a request is one that the profile asks for, such as its login."""
        return False

    def respond(self, request: Request, place: Place, run: str) -> Response:
        """Answer a request."""
        rejected = self.rejected(request, place)
        if rejected is not None:
            return rejected
        method = "GET" if request.method == "HEAD" else request.method
        if place.kind == "collection":
            return {"GET": self.show_list, "POST": self.create}.get(method, self.on_collection)(request, place, run)
        if place.kind == "item":
            item = self.items.get(place.steps)
            if item is None:
                return self.on_absent(request, place, run)
            return self.on_item(method, request, item)
        if place.kind == "below" and place.item is not None:
            item = self.items.get(place.item)
            return not_found() if item is None else self.below(request, place, item)
        return self.other(request, place, run)

    def rejected(self, request: Request, place: Place) -> Response | None:
        """Reject who has no token, and bob who writes."""
        person = self.person(request)
        if request.path.endswith("/") != bool(self.slash) and request.path != "/":
            return self.other_slash(request)
        if person is None:
            return Response(401, {"error": "who are you?"}, {"WWW-Authenticate": "Bearer"})
        item = self.items.get(place.item) if place.item is not None else None
        if person == "bob" and item is not None and self.is_draft(item):
            return not_found()
        if person == "bob" and request.method not in SAFE:
            return Response(403, {"error": "bob reads"}) if place.kind == "collection" or item else not_found()
        return None

    def person(self, request: Request) -> str | None:
        """Who sends a request."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        return next((name for name, known in self.tokens.items() if known == token), None)

    def is_draft(self, item: Item) -> bool:
        """Whether an item does not exist for bob."""
        return self.hides_drafts and item.fields.get("status", "draft") == "draft"

    def other_slash(self, request: Request) -> Response:
        """Answer a path with a slash too many, or too few."""
        return not_found()

    def on_item(self, method: str, request: Request, item: Item) -> Response:
        """Answer a request to an item that is there."""
        handler = {"GET": self.read, "PATCH": self.patch, "PUT": self.put, "DELETE": self.delete}.get(method)
        documented = self.document["paths"].get(self.template(item.steps), {})
        if handler is None or method.lower() not in documented:
            return Response(405, {"error": "method"}, {"Allow": ", ".join(name.upper() for name in documented)})
        return handler(request, item)

    def template(self, steps: Steps) -> str:
        """The path of the document that an item has."""
        return next((each + self.slash for each in self.collections if fits(steps_of(each), steps)), "")

    def on_absent(self, request: Request, place: Place, run: str) -> Response:
        """Answer a request to an item that is not there."""
        return not_found()

    def on_collection(self, request: Request, place: Place, run: str) -> Response:
        """Answer what is neither a list nor a creation."""
        return Response(405, {"error": "method"}, {"Allow": "GET, POST"})

    def below(self, request: Request, place: Place, item: Item) -> Response:
        """Answer a request below an item."""
        return not_found()

    def other(self, request: Request, place: Place, run: str) -> Response:
        """Answer a request that addresses neither a collection nor an item."""
        return not_found()

    def show_list(self, request: Request, place: Place, run: str) -> Response:
        """Show the items of a collection."""
        is_bob = self.person(request) == "bob"
        return Response(200, [self.shown(each) for each in self.rows(place) if not (is_bob and self.is_draft(each))])

    def rows(self, place: Place) -> list[Item]:
        """The items of a collection."""
        return [each for steps, each in self.items.items() if steps[: len(place.steps)] == place.steps]

    def create(self, request: Request, place: Place, run: str) -> Response:
        """Create an item, as far as its fields are valid."""
        fields = self.valid(request, self.required)
        if fields is None:
            return Response(400, {"error": "fields"})
        if place.item is not None and place.item not in self.items:
            return not_found()
        return self.created(self.add(fields, run, place.steps))

    def created(self, item: Item) -> Response:
        """Answer a creation."""
        return Response(201, self.shown(item))

    def valid(self, request: Request, required: tuple[str, ...] = ()) -> Json | None:
        """The fields of a request, None where they are not as documented."""
        sent = request.fields
        properties = contract.writable(self.fields)
        schema = {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}
        is_json = request.headers.get("content-type", "").startswith("application/json")
        return dict(sent) if is_json and isinstance(sent, dict) and validator_for(schema).is_valid(sent) else None

    def shown(self, item: Item) -> Json:
        """What a response shows of an item."""
        hidden = {name for name, schema in self.fields.items() if schema.get("writeOnly")}
        return {"id": item.id, **{name: value for name, value in item.fields.items() if name not in hidden}}

    def read(self, request: Request, item: Item) -> Response:
        """Show an item."""
        return Response(200, self.shown(item))

    def patch(self, request: Request, item: Item) -> Response:
        """Change an item."""
        fields = self.valid(request)
        if fields is None:
            return Response(400, {"error": "fields"})
        item.fields = self.kept({**item.fields, **fields})
        return self.changed(item)

    def changed(self, item: Item) -> Response:
        """Answer a change."""
        return Response(200, self.shown(item))

    def put(self, request: Request, item: Item) -> Response:
        """Replace an item."""
        fields = self.valid(request, self.required)
        if fields is None:
            return Response(400, {"error": "fields"})
        item.fields = self.kept(fields)
        return self.changed(item)

    def delete(self, request: Request, item: Item) -> Response:
        """Delete an item, and what is inside of it."""
        self.remove(item)
        return Response(204)

    def remove(self, item: Item) -> None:
        """Take an item away."""
        inside = [steps for steps in self.items if steps[: len(item.steps)] == item.steps]
        for steps in inside:
            del self.items[steps]

    # What came of it

    def start_over(self) -> None:
        """Judge only what happens from now on."""
        self.records.clear()
        self.created_by.clear()
        self.foreign = [each for each in self.foreign if self.items.get(each.steps) is each and not each.deleted]
        for each in self.foreign:
            each.original = deepcopy(each.fields)

    def options(self, files: Path) -> list[str]:
        """More options for the command; reports may go into a folder."""
        return []

    def inspect(self, files: Path, state: Path, said: str) -> Iterator[str]:
        """Problems that only this habit shows: in what the command wrote into two folders, and in what it printed."""
        return iter(())

    @property
    def harmed(self) -> list[str]:
        """What happened to the items of others."""
        found = []
        for item in self.foreign:
            there = self.items.get(item.steps)
            if there is not item or item.deleted:
                found.append(f"{path_of(item)} of others is gone")
            elif {name: item.fields.get(name) for name in item.original} != item.original:
                found.append(f"{path_of(item)} of others was changed")
        return found

    def left_by(self, run: str) -> list[Item]:
        """What a run has created and is there still."""
        return [each for each in self.items.values() if each.by == run and not each.deleted]


VERBS = ("list", "add", "get", "change", "replace", "drop")
"""How the operations begin that `crud` documents."""


def steps_of(path: str) -> Steps:
    """The steps of a path, decoded once, without a last slash."""
    return tuple(unquote(step) for step in path.removeprefix("/").removesuffix("/").split("/"))


def fits(template: Steps, steps: Steps) -> bool:
    """Whether a path is one of a template."""
    return len(template) == len(steps) and all(
        (bool(step) if "{" in known else known == step) for known, step in zip(template, steps, strict=True)
    )


def path_of(item: Item) -> str:
    """The path of an item as it stands in a request."""
    return "/" + "/".join(quote(step, safe="") for step in item.steps)


def not_found() -> Response:
    """Say that nothing is there."""
    return Response(404, {"error": "nothing there"})


def sample(fields: Json, number: int) -> Json:
    """Values that others may have written."""
    found: Json = {}
    for name, schema in contract.writable(fields).items():
        if "enum" in schema:
            found[name] = schema["enum"][number % len(schema["enum"])]
        elif schema["type"] == "integer":
            found[name] = number + 1
        else:
            found[name] = ("Payroll", "Minutes", "Contract", "Invoice", "Plan")[number % 5]
    return found

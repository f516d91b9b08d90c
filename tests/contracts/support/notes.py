"""A small backend of notes, unlike courses in names and shapes, with one switch per fault."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from datetime import datetime, timedelta
from re import fullmatch
from time import monotonic
from typing import Any
from urllib.parse import quote

from werkzeug.datastructures import Headers
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule
from werkzeug.wrappers import Request, Response

from contracts.openapi.identifiers import Identifier
from tests.contracts.support.notes_contract import (
    DEFAULTS,
    FORMS,
    IDS,
    NUMBERS,
    PROFILE,
    SHOWN,
    STATES,
    WRITABLE,
    Ids,
    Note,
)
from tests.contracts.support.wsgi import served


class Refused(Exception):
    """The request is answered with a status other than success."""

    def __init__(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers or {}


class Notes:
    """The backend, as a WSGI application; `faults` switches its faults on."""

    routes = Map(
        [
            Rule("/notes", endpoint="collection"),
            Rule("/notes/search", endpoint="search"),
            Rule("/notes/<identifier>", endpoint="item"),
            Rule("/notes/<identifier>/editors", endpoint="editors"),
        ]
    )

    def __init__(self, ids: Ids = NUMBERS) -> None:
        self.ids = ids
        self.faults: set[str] = set()
        self.seen: list[tuple[str, str]] = []
        self.url = ""
        self.reset()

    def reset(self, *faults: str) -> None:
        """Return to the two notes at start, with these faults."""
        self.faults = set(faults)
        self.seen.clear()
        self.notes: dict[int, Note] = {}
        self.last = 0
        self._cache: dict[int, Note] = {}
        self._due: dict[int, tuple[float, Note]] = {}
        self._editors: set[tuple[int, Identifier]] = set()
        self._dropped: list[Note] = []
        self._patches = 0
        self._door = threading.Barrier(2)
        for title in ("Shared", "Hidden"):
            self._add({"title": title}, "alice")

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        self.seen.append((request.method, request.path))
        if "hangs up" in self.faults and request.method == "PATCH":
            raise ConnectionAbortedError
        try:
            status, content, headers = self._answer(request)
        except Refused as refused:
            status, content, headers = refused.status, {"error": refused.text}, refused.headers
        body = b"" if content is None else json.dumps(content).encode()
        extra = Headers(list(headers.items()))
        return Response(body, status, extra, content_type="application/json")(environ, start_response)

    def _answer(self, request: Request) -> tuple[int, Any, dict[str, str]]:
        endpoint, arguments = self._route(request)
        offered = {
            "collection": ("GET", "POST"),
            "search": ("GET",),
            "item": ("GET", "PATCH", "DELETE"),
            "editors": ("POST",),
        }.get(endpoint)
        if offered is None:
            raise Refused(404, "no such path")
        person = self._person(request)
        if request.method not in offered:
            raise Refused(405, "method", {"Allow": ", ".join(offered)})
        handlers: dict[str, Callable[..., tuple[int, Any]]] = {
            "GET collection": self._list,
            "POST collection": self._create,
            "GET item": self._read,
            "PATCH item": self._patch,
            "DELETE item": self._delete,
            "GET search": self._search,
            "POST editors": self._change_editors,
        }
        if endpoint == "item" and request.method != "GET":
            self._insist_on_version(request, self.notes.get(arguments["number"]))
        status, content = handlers[f"{request.method} {endpoint}"](request, person, **arguments)
        if status == 201 and "creates without a word" in self.faults:
            return status, None, {"Location": f"{self.url}/notes/{quote(str(content[self.ids.key]))}"}
        return status, content, self._version(arguments["number"]) if endpoint == "item" and status == 200 else {}

    def _version(self, number: int) -> dict[str, str]:
        note = self.notes[number]
        version = 1 if "version stands still" in self.faults else note["version"]
        return {} if "hides the version" in self.faults else {"ETag": f'"{version}"'}

    def _insist_on_version(self, request: Request, note: Note | None) -> None:
        """Refuse a change of another version than the present one; without any, where one is asked for."""
        sent = request.headers.get("If-Match")
        lenient = {"PATCH": "patches what is old", "DELETE": "drops what is old"}[request.method] in self.faults
        if note is None or lenient:
            return
        if sent is None and "asks for versions" in self.faults:
            raise Refused(428, "of which version?")
        if sent not in (None, "*", *self._version(note["id"]).values()):
            if "rejected but written" in self.faults:
                note["text"] = "oops"
            raise Refused(412, "it is another by now")

    def _route(self, request: Request) -> tuple[str, dict[str, int]]:
        try:
            endpoint, arguments = self.routes.bind_to_environ(request.environ).match(method=None)
        except (NotFound, RequestRedirect):
            return "", {}
        return endpoint, {"number": self._number(arguments["identifier"])} if arguments else {}

    def _number(self, identifier: str) -> int:
        """Which note has an id; 0 for none."""
        if self.ids is NUMBERS and not (identifier.isdecimal() and identifier.isascii()):
            raise Refused(404, "no such path")
        return next((number for number in self.notes if str(self.ids.of(number)) == identifier), 0)

    def _person(self, request: Request) -> str:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token in PROFILE.people:
            return token
        if "anonymous writes" in self.faults and not token:
            return "alice"
        raise Refused(401, "who are you?", {} if "no challenge" in self.faults else {"WWW-Authenticate": "Bearer"})

    def _note(self, number: int, person: str) -> Note:
        note = self.notes.get(number)
        hidden = note is not None and note["title"] == "Hidden" and person != "alice"
        if hidden and "reveals hidden" in self.faults:
            raise Refused(403, "hidden")
        if note is None or (hidden and "shows hidden" not in self.faults):
            raise Refused(404, "no such note")
        return note

    def _list(self, request: Request, person: str) -> tuple[int, Any]:
        known = [*self.notes.values(), *(self._dropped if "lists the dropped" in self.faults else ())]
        seen = person == "alice" or "lists the hidden" in self.faults
        rows = [self._shown(note, person, "list") for note in known if note["title"] != "Hidden" or seen]
        if "lists old texts" in self.faults:
            rows = [{**note, "text": ""} for note in rows]
        return 200, rows

    def _search(self, request: Request, person: str) -> tuple[int, Any]:
        found = self._list(request, person)[1]
        title = request.args.get("title", "")
        return 200, [] if "finds nothing" in self.faults else [each for each in found if title in each["title"]]

    def _change_editors(self, request: Request, person: str, number: int) -> tuple[int, Any]:
        self._note(number, person)
        if person != "alice":
            raise Refused(403, "not yours")
        sent = self._decoded(request)
        given = [sent.get(name, []) for name in ("add", "remove")]
        if not all(isinstance(each, list) and all(map(self.ids.fits, each)) for each in given):
            raise Refused(400, "add and remove are lists of ids")
        self._editors |= {(number, each) for each in sent.get("add", ())}
        if "editors for ever" not in self.faults:
            self._editors -= {(number, each) for each in sent.get("remove", ())}
        return 204, None

    def _create(self, request: Request, person: str) -> tuple[int, Any]:
        fields = self._fields(request)
        if "title" not in fields or "takes no notes" in self.faults:
            raise Refused(400, "title is required")
        return 201, self._shown(self._add(fields, person), person)

    def _add(self, fields: Note, person: str) -> Note:
        self.last += 1
        note = {"id": self.last, "created": "2026-01-02T03:04:05Z", "owner": person, "views": 0, **DEFAULTS}
        note |= {"remarks": "to be done", **fields, "ending": fields.get("text", "")[-12:]}
        note |= {"version": 1, "modifiedAt": _moment(1)}
        self.notes[self.last] = note
        return note

    def _read(self, request: Request, person: str, number: int) -> tuple[int, Any]:
        note = self._note(number, person)
        if number in self._due and self._due[number][0] < monotonic():
            note.update(self._due.pop(number)[1])
        if "stale reads" in self.faults:
            note = self._cache.setdefault(number, deepcopy(note))
        return 200, self._shown(note, person)

    def _patch(self, request: Request, person: str, number: int) -> tuple[int, Any]:
        note = self._note(number, person)
        allowed = person == "alice" or (number, self.ids.of(IDS[person])) in self._editors
        allowed = allowed or "anyone patches" in self.faults
        if not allowed and "denied but written" not in self.faults:
            raise Refused(403, "not yours")
        before = deepcopy(note)
        if "always fails" in self.faults:
            raise Refused(500, "oops")
        fields = self._fields(request, note)
        for fault, status in (("rejects once", 400), ("crashes once", 500)):
            if fault in self.faults:
                self.faults.remove(fault)
                raise Refused(status, "not now")
        self._apply(note, fields, request)
        if "forgets later" in self.faults:
            self._due[number] = monotonic() + 0.1, before
        if not allowed:
            raise Refused(403, "not yours")
        return 200, self._shown(before if "answers the old state" in self.faults else note, person)

    def _apply(self, note: Note, fields: Note, request: Request) -> None:
        faults = self.faults
        if "forgets" in faults:
            return
        note["version"] += 1
        note["modifiedAt"] = _moment(note["version"])
        if "saves the first field" in faults:
            fields = dict(list(fields.items())[:1])
        for fault, length in (("truncates", 20), ("cuts long texts", 200)):
            if fault in faults:
                fields = {name: value[:length] if isinstance(value, str) else value for name, value in fields.items()}
        if "resets what is absent" in faults:
            note.update(DEFAULTS)
        if "forms switch off" in faults and request.mimetype in FORMS:
            note["urgent"] = False
        self._strike(note)
        if "text yields to title" in faults and "title" in fields:
            fields.pop("text", None)
        if "ending stands still" not in faults:
            fields["ending"] = str(fields.get("text", note["text"]))[-12:]
        self._write(note, fields)

    def _strike(self, note: Note) -> None:
        """Change what nobody asked to change."""
        if "writes the sibling" in self.faults and len(self.notes) > 3:
            next(other for number, other in self.notes.items() if number > 2 and other is not note)["text"] = "oops"
        if "counts" in self.faults:
            note["views"] += 1
        if "moves created" in self.faults:
            note["created"] = "2027-01-01T00:00:00Z"

    def _write(self, note: Note, fields: Note) -> None:
        if "loses updates" in self.faults:
            fields = deepcopy(note) | fields
            self._meet()
        if "mixes updates" in self.faults:
            self._patches += 1
            for name in list(fields)[:: 1 if self._patches % 2 else -1]:
                self._meet()
                note[name] = fields[name]
        else:
            note.update(fields)

    def _meet(self) -> None:
        """Let another request come in between, if one is on its way."""
        with suppress(threading.BrokenBarrierError):
            self._door.wait(2)

    def _delete(self, request: Request, person: str, number: int) -> tuple[int, Any]:
        note = self._note(number, person)
        if person != note["owner"] or "keeps everything" in self.faults:
            raise Refused(403, "not yours")
        if "drops nothing" not in self.faults:
            self._dropped.append(self.notes.pop(number))
        return 204, None

    def _shown(self, note: Note, person: str, where: str = "item") -> Note:
        shown = {self.ids.key: self.ids.of(note["id"])}
        shown |= {name: value for name, value in note.items() if name in SHOWN and name != "id"}
        if person == "alice" or {"item": "shows remarks", "list": "lists remarks"}[where] in self.faults:
            shown["remarks"] = note["remarks"]
        if {"item": "shows the secret", "list": "lists the secret"}[where] in self.faults:
            shown["secret"] = note["secret"]
        return shown

    def _fields(self, request: Request, note: Note | None = None) -> Note:
        sent = self._decoded(request)
        known = {name: value for name, value in sent.items() if name in WRITABLE}
        if "writes read-only" in self.faults and note is not None:
            known |= {name: value for name, value in sent.items() if name == "views" and isinstance(value, int)}
        if "stamps what is sent" in self.faults and note is not None:
            known |= {name: value for name, value in sent.items() if name == "modifiedAt"}
        if "rejects all" in self.faults and note is not None:
            raise Refused(400, "no")
        if "rejects empty" in self.faults and not sent:
            raise Refused(400, "nothing sent")
        checked: Note = {}
        for name, value in known.items():
            checked[name] = self._checked(name, value, request.mimetype in FORMS, note, sent)
            if "half applied" in self.faults and note is not None:
                note[name] = checked[name]
        return checked

    def _decoded(self, request: Request) -> Note:
        if request.mimetype in FORMS:
            return self._form(request)
        if request.mimetype != "application/json":
            raise Refused(415, "send JSON or a form")
        try:
            sent = json.loads(request.get_data())
        except (ValueError, RecursionError) as error:
            if "crashes" in self.faults:
                raise Refused(500, "oops") from error
            raise Refused(400, "malformed") from error
        if not isinstance(sent, dict):
            raise Refused(400, "not an object")
        return sent

    def _form(self, request: Request) -> Note:
        try:
            request.get_data(parse_form_data=False)
            return {name: self._from_form(name, request.form.getlist(name)) for name in request.form}
        except BadRequest as error:
            raise Refused(400, "malformed") from error

    def _from_form(self, name: str, sent: list[str]) -> Any:
        if name not in ("add", "remove"):
            return sent[0]
        are_numbers = self.ids is NUMBERS
        return [int(each) if are_numbers and fullmatch("-?[0-9]{1,300}", each) else each for each in sent]

    def _checked(self, name: str, value: Any, in_form: bool, note: Note | None, sent: Note) -> Any:
        value = _from_text(name, value) if in_form else value
        wrong = f"{name} is wrong" + (f": {sent}" if "secret in errors" in self.faults else "")
        if name in ("views", "modifiedAt"):
            return value
        kind = {"string": str, "boolean": bool, "integer": int}[str(WRITABLE[name]["type"])]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Refused(400, wrong)
        return self._limited(name, value, note, wrong, in_form)

    def _title(self, value: str, note: Note | None, wrong: str) -> str:
        if not value or len(value) > (39 if "rejects the longest" in self.faults else 40):
            raise Refused(400, wrong)
        if len(value) == 40 and "fails at the longest" in self.faults:
            raise Refused(500, "oops")
        taken = any(each["title"] == value for each in self.notes.values() if each is not note)
        if taken and "takes titles twice" not in self.faults:
            raise Refused(400, "title is taken")
        return value

    def _limited(self, name: str, value: Any, note: Note | None, wrong: str, in_form: bool) -> Any:
        if name == "title":
            value = self._title(value.strip(), note, wrong)
        if name == "size" and not 0 <= value <= 900:
            raise Refused(400, wrong)
        if name == "size" and note is not None and "rejects size" in self.faults:
            raise Refused(400, "size may not be changed")
        if name == "state":
            self._insist_on_step(value, note, wrong, in_form)
        if name == "text" and "rejects long texts" in self.faults and len(value) > 200:
            raise Refused(400, wrong)
        if name == "text" and "lowers" in self.faults:
            value = value.lower()
        if name == "text" and in_form and "forms trim" in self.faults:
            value = value.strip()
        return value

    def _insist_on_step(self, state: str, note: Note | None, wrong: str, in_form: bool) -> None:
        if state not in STATES:
            raise Refused(400, wrong)
        before = note["state"] if note else "new"
        if "goes step by step" in self.faults and (before, state) == ("new", "done"):
            raise Refused(409, "first it is opened")
        lenient = "goes back" in self.faults or ("goes back in forms" in self.faults and in_form)
        if before != "new" and state == "new" and not lenient:
            raise Refused(400, wrong)
        if "stuck" in self.faults and (before, state) == ("open", "done"):
            raise Refused(400, wrong)


def _moment(number: int) -> str:
    """A moment, later for a higher number."""
    return (datetime(2026, 1, 2, 3, 4, 5) + timedelta(seconds=number)).isoformat() + "Z"


def _from_text(name: str, value: str) -> Any:
    kind = WRITABLE.get(name, {}).get("type")
    if kind == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return int(value) if kind == "integer" and value.isdecimal() and value.isascii() else value


@contextmanager
def serving(notes: Notes) -> Iterator[Notes]:
    """Serve the notes on a free port of this machine."""
    with served(notes) as url:
        notes.url = url
        yield notes

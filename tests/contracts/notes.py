"""A small backend of notes, unlike courses in names and shapes, with one switch per fault."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.exceptions import BadRequest
from werkzeug.routing import Map, Rule
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from contracts.profile import Access, FieldNotes, Person, Profile, ResourceNotes

Note = dict[str, Any]

STATES = ("new", "open", "done")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

WRITABLE: dict[str, dict[str, Any]] = {
    "title": {"type": "string", "minLength": 1, "maxLength": 40, "pattern": r"\S"},
    "text": {"type": "string"},
    "state": {"type": "string", "enum": list(STATES)},
    "urgent": {"type": "boolean"},
    "size": {"type": "integer", "minimum": 0, "maximum": 900},
    "secret": {"type": "string", "writeOnly": True},
}
READ_ONLY: dict[str, dict[str, Any]] = {
    "id": {"type": "integer", "readOnly": True},
    "created": {"type": "string", "format": "date-time", "readOnly": True},
    "owner": {"type": "string", "readOnly": True},
    "views": {"type": "integer", "readOnly": True},
}
DEFAULTS: Note = {"text": "", "state": "new", "urgent": False, "size": 0, "secret": ""}


def _body(schema: str) -> dict[str, Any]:
    media = ("application/json", *FORMS)
    content = {each: {"schema": {"$ref": f"#/components/schemas/{schema}"}} for each in media}
    return {"required": True, "content": content}


def _answers(*statuses: int, schema: dict[str, Any] | None = None) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for status in statuses:
        answers[str(status)] = {"description": "An answer"}
        if status < 300 and schema:
            answers[str(status)]["content"] = {"application/json": {"schema": schema}}
        elif status >= 400:
            answers[str(status)]["content"] = {"application/json": {"schema": {"type": "object"}}}
    return answers


_NOTE = {"$ref": "#/components/schemas/Note"}
_SHOWN = {name: schema for name, schema in WRITABLE.items() if name != "secret"} | READ_ONLY
DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.3",
    "info": {"title": "Notes", "version": "1"},
    "paths": {
        "/notes": {
            "get": {
                "operationId": "list_notes",
                "responses": _answers(200, 401, schema={"type": "array", "items": _NOTE}),
            },
            "post": {
                "operationId": "add_note",
                "requestBody": _body("NewNote"),
                "responses": _answers(201, 400, 401, 415, schema=_NOTE),
            },
        },
        "/notes/{noteId}": {
            "parameters": [{"name": "noteId", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "get": {"operationId": "get_note", "responses": _answers(200, 401, 404, schema=_NOTE)},
            "patch": {
                "operationId": "change_note",
                "requestBody": _body("NoteChange"),
                "responses": _answers(200, 400, 401, 403, 404, 415, schema=_NOTE),
            },
            "delete": {"operationId": "drop_note", "responses": _answers(204, 401, 403, 404)},
        },
    },
    "components": {
        "schemas": {
            "Note": {"type": "object", "required": list(_SHOWN), "properties": _SHOWN},
            "NoteChange": {"type": "object", "properties": WRITABLE},
            "NewNote": {
                "allOf": [{"$ref": "#/components/schemas/NoteChange"}, {"type": "object", "required": ["title"]}]
            },
        }
    },
}

PROFILE = Profile(
    name="Notes",
    people={"alice": Person(token="alice"), "bob": Person(token="bob")},
    resources={
        "note": ResourceNotes(
            item="/notes/{noteId}",
            owner="alice",
            known={"shared": 1, "hidden": 2},
            fields={"title": FieldNotes(unique=True, normalise="trim")},
            transitions={"state": {"new": ["new", "open", "done"], "open": ["open", "done"], "done": ["open", "done"]}},
            access=Access(
                visible={"shared": ["everyone", "anonymous"], "hidden": ["alice"]},
                may={"get_note": ["everyone"], "change_note": ["alice"], "drop_note": ["alice"]},
            ),
            speaks_for={"CT101": ["NOTE-1"]},
        )
    },
)


class Refused(Exception):
    """The request is answered with a status other than success."""

    def __init__(self, status: int, text: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers or {}


class Notes:
    """The backend, as a WSGI application; `faults` switches its faults on."""

    routes = Map([Rule("/notes", endpoint="collection"), Rule("/notes/<int:number>", endpoint="item")])

    def __init__(self) -> None:
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
        endpoint, arguments = (
            self.routes.bind_to_environ(request.environ).match(method=None) if _known(request) else ("", {})
        )
        offered = {"collection": ("GET", "POST"), "item": ("GET", "PATCH", "DELETE")}.get(endpoint)
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
        }
        status, content = handlers[f"{request.method} {endpoint}"](request, person, **arguments)
        return status, content, {}

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
        if hidden and "tells hidden" in self.faults:
            raise Refused(403, "hidden")
        if note is None or (hidden and "shows hidden" not in self.faults):
            raise Refused(404, "no such note")
        return note

    def _list(self, request: Request, person: str) -> tuple[int, Any]:
        return 200, [self._shown(note, "list") for note in self.notes.values()]

    def _create(self, request: Request, person: str) -> tuple[int, Any]:
        fields = self._fields(request)
        if "title" not in fields:
            raise Refused(400, "title is required")
        return 201, self._shown(self._add(fields, person))

    def _add(self, fields: Note, person: str) -> Note:
        self.last += 1
        note = {"id": self.last, "created": "2026-01-02T03:04:05Z", "owner": person, "views": 0, **DEFAULTS, **fields}
        self.notes[self.last] = note
        return note

    def _read(self, request: Request, person: str, number: int) -> tuple[int, Any]:
        note = self._note(number, person)
        if "stale reads" in self.faults:
            note = self._cache.setdefault(number, deepcopy(note))
        return 200, self._shown(note)

    def _patch(self, request: Request, person: str, number: int) -> tuple[int, Any]:
        note = self._note(number, person)
        allowed = person == "alice" or "anyone patches" in self.faults
        if not allowed and "denied but written" not in self.faults:
            raise Refused(403, "not yours")
        before = deepcopy(note)
        fields = self._fields(request, note)
        self._apply(note, fields, request)
        if not allowed:
            raise Refused(403, "not yours")
        return 200, self._shown(before if "answers the old state" in self.faults else note)

    def _apply(self, note: Note, fields: Note, request: Request) -> None:
        faults = self.faults
        if "forgets" in faults:
            return
        if "saves the first field" in faults:
            fields = dict(list(fields.items())[:1])
        if "truncates" in faults:
            fields = {name: value[:20] if isinstance(value, str) else value for name, value in fields.items()}
        if "resets what is absent" in faults:
            note.update(DEFAULTS)
        if "forms switch off" in faults and request.mimetype in FORMS:
            note["urgent"] = False
        if "writes the sibling" in faults and len(self.notes) > 3:
            next(other for number, other in self.notes.items() if number > 2 and other is not note)["text"] = "oops"
        if "counts" in faults:
            note["views"] += 1
        if "moves created" in faults:
            note["created"] = "2027-01-01T00:00:00Z"
        note.update(fields)

    def _delete(self, request: Request, person: str, number: int) -> tuple[int, Any]:
        note = self._note(number, person)
        if person != note["owner"] or "keeps everything" in self.faults:
            raise Refused(403, "not yours")
        if "deletes nothing" not in self.faults:
            del self.notes[number]
        return 204, None

    def _shown(self, note: Note, where: str = "item") -> Note:
        shown = {name: value for name, value in note.items() if name in _SHOWN}
        if {"item": "shows the secret", "list": "lists the secret"}[where] in self.faults:
            shown["secret"] = note["secret"]
        return shown

    def _fields(self, request: Request, note: Note | None = None) -> Note:
        sent = self._decoded(request)
        known = {name: value for name, value in sent.items() if name in WRITABLE}
        if "writes read-only" in self.faults and note is not None:
            known |= {name: value for name, value in sent.items() if name == "views" and isinstance(value, int)}
        if "refuses all" in self.faults and note is not None:
            raise Refused(400, "no")
        if "refuses empty" in self.faults and not sent:
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
            return {name: request.form[name] for name in request.form}
        except BadRequest as error:
            raise Refused(400, "malformed") from error

    def _checked(self, name: str, value: Any, in_form: bool, note: Note | None, sent: Note) -> Any:
        value = _from_text(name, value) if in_form else value
        wrong = f"{name} is wrong" + (f": {sent}" if "secret in errors" in self.faults else "")
        if name == "views":
            return value
        kind = {"string": str, "boolean": bool, "integer": int}[str(WRITABLE[name]["type"])]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Refused(400, wrong)
        return self._limited(name, value, note, wrong, in_form)

    def _limited(self, name: str, value: Any, note: Note | None, wrong: str, in_form: bool) -> Any:
        if name == "title":
            value = value.strip()
            if not value or len(value) > 40:
                raise Refused(400, wrong)
        if name == "size" and not 0 <= value <= 900:
            raise Refused(400, wrong)
        if name == "state":
            self._insist_on_step(value, note, wrong, in_form)
        if name == "text" and in_form and "forms trim" in self.faults:
            value = value.strip()
        return value

    def _insist_on_step(self, state: str, note: Note | None, wrong: str, in_form: bool) -> None:
        if state not in STATES:
            raise Refused(400, wrong)
        before = note["state"] if note else "new"
        lenient = "goes back" in self.faults or ("goes back in forms" in self.faults and in_form)
        if before != "new" and state == "new" and not lenient:
            raise Refused(400, wrong)
        if "stuck" in self.faults and (before, state) == ("open", "done"):
            raise Refused(400, wrong)


def _known(request: Request) -> bool:
    head, _, number = request.path.rpartition("/")
    return request.path == "/notes" or (head == "/notes" and number.isdecimal() and number.isascii())


def _from_text(name: str, value: str) -> Any:
    kind = WRITABLE.get(name, {}).get("type")
    if kind == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return int(value) if kind == "integer" and value.isdecimal() and value.isascii() else value


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without this every answer waits for the acknowledgement of its own head.
    disable_nagle_algorithm = True

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Hang up, as a server does that dies."""
        self.close_connection = True

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  # werkzeug's name
        """Say nothing."""


@contextmanager
def serving(notes: Notes) -> Iterator[Notes]:
    """Serve the backend on a free port of this machine."""
    server = make_server("127.0.0.1", 0, notes, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    notes.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield notes
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""What the notes promise: their document, and the profile of who may do what."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from re import fullmatch
from typing import Any
from uuid import UUID

from msgspec import structs

from contracts.openapi.identifiers import Identifier
from contracts.profile.models import Access, FieldNotes, Person, Profile, ResourceNotes, RoleCall

Note = dict[str, Any]

STATES = ("new", "open", "done")
IDS = {"alice": 1, "bob": 2}


@dataclass(frozen=True)
class Ids:
    """How notes and people are told apart: under which key, in which form."""

    key: str
    schema: dict[str, Any]
    of: Callable[[int], Identifier]

    def fits(self, value: object) -> bool:
        """Whether a value is one, of somebody or of nobody."""
        if "format" in self.schema:
            return bool(fullmatch("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", str(value)))
        return type(value) is type(self.of(1))


NUMBERS = Ids("id", {"type": "integer"}, lambda number: number)
UUIDS = Ids("uuid", {"type": "string", "format": "uuid"}, lambda number: str(UUID(int=number, version=4)))
SLUGS = Ids("slug", {"type": "string"}, lambda number: f"note no. {number}")
"""With letters that have to be spelled otherwise in a path."""

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
    "ending": {"type": "string", "readOnly": True},
    "modifiedAt": {"type": "string", "format": "date-time", "readOnly": True},
    "version": {"type": "integer", "readOnly": True},
}
PRIVATE: dict[str, dict[str, Any]] = {"remarks": {"type": "string", "readOnly": True}}
"""What only its owner is shown of a note."""
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
SHOWN = {name: schema for name, schema in WRITABLE.items() if name != "secret"} | READ_ONLY
_VERSION = {"name": "If-Match", "in": "header", "schema": {"type": "string"}}
_ITEM = [{"name": "noteId", "in": "path", "required": True, "schema": {"type": "integer"}}]
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
            "parameters": _ITEM,
            "get": {"operationId": "get_note", "responses": _answers(200, 401, 404, schema=_NOTE)},
            "patch": {
                "operationId": "change_note",
                "parameters": [_VERSION],
                "requestBody": _body("NoteChange"),
                "responses": _answers(200, 400, 401, 403, 404, 412, 415, schema=_NOTE),
            },
            "delete": {
                "operationId": "drop_note",
                "parameters": [_VERSION],
                "responses": _answers(204, 401, 403, 404, 412),
            },
        },
        "/notes/search": {
            "get": {
                "operationId": "search_notes",
                "parameters": [{"name": "title", "in": "query", "schema": {"type": "string"}}],
                "responses": _answers(200, 401, schema={"type": "array", "items": _NOTE}),
            },
        },
        "/notes/{noteId}/editors": {
            "parameters": _ITEM,
            "post": {
                "operationId": "change_editors",
                "requestBody": _body("Editors"),
                "responses": _answers(204, 400, 401, 403, 404, 415),
            },
        },
    },
    "components": {
        "schemas": {
            "Note": {"type": "object", "required": list(SHOWN), "properties": SHOWN | PRIVATE},
            "Editors": {
                "type": "object",
                "properties": {name: {"type": "array", "items": {"type": "integer"}} for name in ("add", "remove")},
            },
            "NoteChange": {"type": "object", "properties": WRITABLE},
            "NewNote": {
                "allOf": [{"$ref": "#/components/schemas/NoteChange"}, {"type": "object", "required": ["title"]}]
            },
        }
    },
}

PROFILE = Profile(
    name="Notes",
    people={name: Person(token=name, id=number) for name, number in IDS.items()},
    resources={
        "note": ResourceNotes(
            item="/notes/{noteId}",
            owner="alice",
            known={"shared": 1, "hidden": 2},
            fields={
                "title": FieldNotes(unique=True, normalise="trim"),
                "ending": FieldNotes(derived_from=["text"], follows=True),
                "remarks": FieldNotes(shown_to=["alice"]),
            },
            transitions={"state": {"new": ["new", "open", "done"], "open": ["open", "done"], "done": ["open", "done"]}},
            access=Access(
                visible={"shared": ["everyone", "anonymous"], "hidden": ["alice"]},
                may={
                    "add_note": ["everyone"],
                    "list_notes": ["everyone"],
                    "get_note": ["everyone"],
                    "change_note": ["alice"],
                    "drop_note": ["alice"],
                },
            ),
            role_call=RoleCall(
                operation="change_editors",
                person="bob",
                give={"add": ["{person}"]},
                take={"remove": ["{person}"]},
                lets=["change_note"],
            ),
            lists={"list_notes": {}, "search_notes": {"title": "{title}"}},
            speaks_for={"CT101": ["NOTE-1"]},
        )
    },
    refusals={"add_note": "the title is taken", "change_note": "the title is taken, or the state does not go there"},
)


def document_of_versions() -> dict[str, Any]:
    """The document of notes that are changed with their version in If-Match, and not without."""
    document = deepcopy(DOCUMENT)
    for method in ("patch", "delete"):
        operation = document["paths"]["/notes/{noteId}"][method]
        operation["parameters"] = [{**_VERSION, "required": True}]
        operation["responses"] |= _answers(428)
    return document


def document_with(ids: Ids) -> dict[str, Any]:
    """The document of notes with these ids."""
    document = deepcopy(DOCUMENT)
    for path, item in document["paths"].items():
        if "{noteId}" in path:
            item["parameters"][0]["schema"] = ids.schema
    schemas = document["components"]["schemas"]
    shown = schemas["Note"]["properties"]
    schemas["Note"]["properties"] = {ids.key: {**ids.schema, "readOnly": True}, **shown}
    if ids is not NUMBERS:
        del schemas["Note"]["properties"]["id"]
    schemas["Note"]["required"] = [name for name in schemas["Note"]["properties"] if name not in PRIVATE]
    for each in schemas["Editors"]["properties"].values():
        each["items"] = ids.schema
    return document


def profile_with(ids: Ids) -> Profile:
    """The profile of notes with these ids."""
    people = {name: structs.replace(person, id=ids.of(IDS[name])) for name, person in PROFILE.people.items()}
    note = PROFILE.resources["note"]
    known = {name: ids.of(int(number)) for name, number in note.known.items()}
    return structs.replace(PROFILE, people=people, resources={"note": structs.replace(note, known=known)})


PROFILE_OF_FILE = {
    "name": "Notes",
    "people": {"alice": {"token": "alice"}, "bob": {"token": {"env": "TOKEN_OF_BOB", "default": "bob"}}},
    "resources": {"note": {"item": "/notes/{noteId}", "owner": "alice", "fields": {"title": {"normalise": "trim"}}}},
}
"""The least that a file has to say of them."""

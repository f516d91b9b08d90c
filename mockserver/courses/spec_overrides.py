"""What the settings of a community change of the contract: the mock promises what it does, in /openapi.json too."""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from mockserver.courses.settings import Settings
from mockserver.errors import ApiError, Invalid, Problem, framework_body
from mockserver.languages import LANGUAGES
from mockserver.openapi import specification
from mockserver.openapi.specification import METHODS, Specification

Json = dict[str, Any]
Amendment = Callable[[Json, Settings], None]
"""Changes a document in place."""

_SCHEMAS = "#/components/schemas/"
_DEFAULTS = Settings()
_WRITING = ("post", "put", "patch", "delete")


def amended(settings: Settings, contract: Specification) -> Specification:
    """Return the contract as a community has set it; itself where nothing of it is set otherwise."""
    changes = [change for name, change in _AMENDMENTS.items() if getattr(settings, name) != getattr(_DEFAULTS, name)]
    if not changes:
        return contract
    document = copy.deepcopy(dict(contract.document))
    for change in changes:
        change(document, settings)
    return specification.read(document)


def _limit_names(document: Json, settings: Settings) -> None:
    schemas = document["components"]["schemas"]
    text, number = schemas["Title"]["anyOf"]
    shorter = {**text, "maxLength": settings.name_max_length}
    schemas["CourseName"] = {"x-unique": True, "x-trim": True, "anyOf": [shorter, number]}


def _trim_texts(document: Json, settings: Settings) -> None:
    for name in ("Text", "NonBlankText"):
        document["components"]["schemas"][name]["x-trim"] = True


def _sanitise_markup(document: Json, settings: Settings) -> None:
    document["components"]["schemas"]["Text"]["description"] = (
        "Any text without the character U+0000. In markup, what a browser could run is cut out, and the rest is "
        "written as HTML has it; other texts come back as they were sent. A number is taken as the text of its digits."
    )


def _take_category_objects(document: Json, settings: Settings) -> None:
    ids = document["components"]["schemas"]["CategoryIds"]
    as_object = {"type": "object", "required": ["id"], "properties": {"id": ids["items"]}}
    ids["items"] = {"anyOf": [ids["items"], as_object]}


def _take_no_picture(document: Json, settings: Settings) -> None:
    schemas = document["components"]["schemas"]
    schemas["PictureText"]["anyOf"][0].pop("minLength")
    for name in ("PictureText", "PictureFile"):
        schemas[name]["nullable"] = True


def _say_errors_plainly(document: Json, settings: Settings) -> None:
    schemas = _components(document, "schemas")
    if "Refusal" not in schemas:
        return  # another document says itself what its errors look like
    texts = {"type": "array", "items": {"type": "string"}}
    detail = {"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}}
    schemas["Refusal"] = {**detail, "additionalProperties": False}
    schemas["Errors"] = {"anyOf": [schemas["Refusal"], {"type": "object", "additionalProperties": texts}]}
    for node in _nodes(document):
        if isinstance(node.get("errors"), list):
            said = framework_body(_error(node.pop("errors")))
            node.update(said)


def _error(entries: list[Json]) -> ApiError:
    """Return the error that an example of the envelope tells of."""
    if all("field" not in entry for entry in entries):
        return ApiError(entries[0]["message"])
    problems = (
        Problem(entry.get("field"), message["code"], message["message"])
        for entry in entries
        for message in entry.get("messages", [entry])
    )
    return Invalid(problems)


def _nodes(node: Any) -> Iterator[Json]:
    if isinstance(node, dict):
        yield node
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _nodes(part)


def _ask_for_versions(document: Json, settings: Settings) -> None:
    asked = {"name": "If-Match", "in": "header", "schema": {"type": "string"}}
    for path, _, operation in _operations(document, "put", "patch", "delete"):
        if path.rstrip("/").endswith("}"):
            operation["parameters"] = [*operation.get("parameters", ()), asked]
            operation["responses"]["412"] = _refusal(document, "If-Match names another version than the present one")


def _limit_requests(document: Json, settings: Settings) -> None:
    wait = {"description": "After how many seconds to try again", "schema": {"type": "integer", "minimum": 0}}
    told = {**_refusal(document, "The caller has asked too often"), "headers": {"Retry-After": wait}}
    for _, _, operation in _operations(document, *METHODS):
        operation["responses"]["429"] = told


def _offer_languages(document: Json, settings: Settings) -> None:
    asked = {"name": "Accept-Language", "in": "header", "schema": {"type": "string"}}
    told = {"description": "The language of the messages", "schema": {"type": "string", "enum": list(LANGUAGES)}}
    responses = list(_components(document, "responses").values())
    for _, _, operation in _operations(document, *METHODS):
        operation["parameters"] = [*operation.get("parameters", ()), asked]
        responses += operation["responses"].values()
    for response in responses:
        if "$ref" not in response:
            response["headers"] = {**response.get("headers", {}), "Content-Language": told}


def _tell_of_deleted_courses(document: Json, settings: Settings) -> None:
    for path, _, operation in _operations(document, *METHODS):
        if path.startswith("/api/v2/course/{"):
            operation["responses"]["410"] = _refusal(document, "The course was deleted, and the caller could see it")


def _ask_for_scopes(document: Json, settings: Settings) -> None:
    for _, _, operation in _operations(document, *_WRITING):
        if operation.get("security", True):
            operation["responses"].setdefault("403", _refusal(document, "The scope of the token has no write in it"))


def _components(document: Json, kind: str) -> Json:
    found: Json = document.get("components", {}).get(kind, {})
    return found


def _operations(document: Json, *methods: str) -> Iterator[tuple[str, str, Json]]:
    for path, item in document["paths"].items():
        for method in methods:
            if method in item:
                yield path, method, item[method]


def _refusal(document: Json, description: str) -> Json:
    """The answer that refuses; what it looks like, only the contract of courses has a word for."""
    named = "Refusal" in _components(document, "schemas")
    schema = {"$ref": f"{_SCHEMAS}Refusal"} if named else {"type": "object"}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


_AMENDMENTS: Mapping[str, Amendment] = {
    "name_max_length": _limit_names,
    "texts_are_trimmed": _trim_texts,
    "markup_is_sanitised": _sanitise_markup,
    "category_objects_are_read": _take_category_objects,
    "picture_can_be_cleared": _take_no_picture,
    "requests_per_minute": _limit_requests,
    "if_match_is_checked": _ask_for_versions,
    "deleted_is_gone": _tell_of_deleted_courses,
    "scopes_are_checked": _ask_for_scopes,
    "accept_language_is_heeded": _offer_languages,
    "plain_errors": _say_errors_plainly,
}
"""Setting → what it changes; language and shape of errors last, so that they meet those that others have added."""

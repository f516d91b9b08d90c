"""Override the document of courses where the settings of a community change what the mock does."""

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.courses.settings import Settings
from mockserver.error_bodies import framework_body
from mockserver.errors import ApiError, Invalid, Problem
from mockserver.openapi.reader import METHODS
from mockserver.openapi.specification import Specification
from mockserver.spec_overrides import (
    Json,
    Override,
    error_response,
    generic_overrides,
    operations,
    override_spec,
)

_ERROR_SCHEMA: Json = {"$ref": "#/components/schemas/Refusal"}
_WRITING = ("post", "put", "patch", "delete")


def override(settings: Settings, contract: Specification) -> Specification:
    """Return the document with the overrides of its settings."""
    return override_spec(contract, settings, OVERRIDES)


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
    schemas = document["components"]["schemas"]
    texts = {"type": "array", "items": {"type": "string"}}
    detail = {"type": "object", "required": ["detail"], "properties": {"detail": {"type": "string"}}}
    schemas["Refusal"] = {**detail, "additionalProperties": False}
    schemas["Errors"] = {"anyOf": [schemas["Refusal"], {"type": "object", "additionalProperties": texts}]}
    # The examples of the document show errors too.
    for node in _nodes(document):
        if isinstance(node.get("errors"), list):
            plain = framework_body(_error(node.pop("errors")))
            node.update(plain)


def _error(entries: list[Json]) -> ApiError:
    """Return the error that an example of the error body describes."""
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


def _tell_of_deleted_courses(document: Json, settings: Settings) -> None:
    for path, operation in operations(document, *METHODS):
        if path.startswith("/api/v2/course/{"):
            operation["responses"]["410"] = error_response(
                "The course was deleted, and the caller could see it", _ERROR_SCHEMA
            )


def _ask_for_scopes(document: Json, settings: Settings) -> None:
    for _, operation in operations(document, *_WRITING):
        if operation.get("security", True):
            operation["responses"].setdefault(
                "403", error_response("The scope of the token has no write in it", _ERROR_SCHEMA)
            )


_GENERIC = generic_overrides(_ERROR_SCHEMA)

OVERRIDES: Mapping[str, Override[Settings]] = {
    "name_max_length": _limit_names,
    "texts_are_trimmed": _trim_texts,
    "markup_is_sanitised": _sanitise_markup,
    "category_objects_are_read": _take_category_objects,
    "picture_can_be_cleared": _take_no_picture,
    "deleted_is_gone": _tell_of_deleted_courses,
    "scopes_are_checked": _ask_for_scopes,
    **_GENERIC,
    "plain_errors": _say_errors_plainly,
}
"""Setting → what it changes; language and shape of errors come last, so that they apply to added responses too."""

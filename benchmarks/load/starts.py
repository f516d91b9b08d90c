"""Documents that differ in their size: many resources, each with schemas, parameters and texts of its own."""

import json
from pathlib import Path
from typing import Any, Final, NamedTuple

SIZES: Final = (100_000, 1_000_000, 13_000_000)
"""Bytes. The largest public documents have about 13 MB."""

_FIELDS: Final = 150
"""Properties of each schema: with them, an operation takes as much as in large public documents."""
_TEXT: Final = "What it means, when it is there, and what a client may expect of it in the answers that show it. "


class Target(NamedTuple):
    """The most that a start may take: seconds of processor time with an empty and with a filled cache, and MB."""

    first: float
    again: float
    memory: float


TARGETS: Final = {100_000: Target(1.0, 0.7, 400), 1_000_000: Target(2.5, 0.7, 400), 13_000_000: Target(10.0, 0.7, 400)}


def write(size: int, folder: Path) -> Path:
    """Write a document of at least so many bytes, and return its path."""
    path = folder / f"{size}-bytes.json"
    one = len(_text(1))
    each = len(_text(2)) - one
    path.write_text(_text(1 + (size - one) // each + 1))
    return path


def _text(resources: int) -> str:
    """Return the document of so many resources, indented as public ones are."""
    return json.dumps(_document(resources), indent=2)


def _document(resources: int) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for number in range(resources):
        content = {"application/json": {"schema": {"$ref": f"#/components/schemas/Thing{number}"}}}
        many = {"application/json": {"schema": {"type": "array", "items": content["application/json"]["schema"]}}}
        paths[f"/owners/{{owner}}/things{number}"] = {
            "parameters": [_parameter("owner", "path")],
            "get": {**_operation(f"list{number}", "200", many), "parameters": [_parameter("name", "query")]},
            "post": {**_operation(f"create{number}", "201", content), "requestBody": {"content": content}},
        }
        paths[f"/owners/{{owner}}/things{number}/{{thing}}"] = {
            "parameters": [_parameter("owner", "path"), _parameter("thing", "path")],
            "get": _operation(f"read{number}", "200", content),
            "patch": {**_operation(f"change{number}", "200", content), "requestBody": {"content": content}},
        }
    schemas = {f"Thing{number}": _schema(number) for number in range(resources)}
    info = {"title": f"{resources} resources", "version": "1"}
    return {"openapi": "3.0.3", "info": info, "paths": paths, "components": {"schemas": schemas}}


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "description": _TEXT, "schema": {"type": "string"}}


def _operation(name: str, status: str, content: dict[str, Any]) -> dict[str, Any]:
    responses = {status: {"description": _TEXT, "content": content}, "404": {"description": _TEXT}}
    return {"operationId": name, "summary": _TEXT, "description": _TEXT * 3, "responses": responses}


def _schema(number: int) -> dict[str, Any]:
    """Return the schema of a resource, which has the next one in it."""
    fields = {
        f"field{place}": {"type": "string", "description": _TEXT, "example": "A value"} for place in range(_FIELDS)
    }
    nested = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}},
    }
    before = {"before": {"$ref": f"#/components/schemas/Thing{number - 1}"}} if number else {}
    properties = {"thing": {"type": "string", "readOnly": True}, **fields, "nested": nested, **before}
    return {"type": "object", "required": ["thing", "field0"], "properties": properties}

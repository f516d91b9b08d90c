"""Documents that differ in nothing but how many operations they have."""

import json
from pathlib import Path
from typing import Any

from benchmarks.load.exchanges import request

SIZES = (10, 100, 1_000)
PER_RESOURCE = 5  # list, create, retrieve, update, delete

_THING = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "maxLength": 100},
        "count": {"type": "integer", "minimum": 0},
        "done": {"type": "boolean"},
    },
}
_BODY = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
_MANY = {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}}}
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}


def write(operations: int, folder: Path) -> Path:
    """Write a document of so many operations, and return its path."""
    path = folder / f"{operations}.json"
    path.write_text(json.dumps(document(operations)))
    return path


def document(operations: int) -> dict[str, Any]:
    """Return a document of plain resources, five operations each."""
    paths: dict[str, Any] = {}
    for number in range(1, operations // PER_RESOURCE + 1):
        paths[f"/thing{number}/"] = {"get": _operation(_MANY), "post": _operation(_BODY, "201", body=True)}
        paths[f"/thing{number}/{{id}}/"] = {
            "parameters": [_ID],
            "get": _operation(_BODY),
            "patch": _operation(_BODY, body=True),
            "delete": {"responses": {"204": {"description": "Gone."}}},
        }
    return {
        "openapi": "3.0.3",
        "info": {"title": f"{operations} operations", "version": "1"},
        "paths": paths,
        "components": {"schemas": {"Thing": _THING}},
    }


def _operation(content: dict[str, Any], status: str = "200", *, body: bool = False) -> dict[str, Any]:
    operation: dict[str, Any] = {"responses": {status: {"description": "Well.", "content": content}}}
    return {**operation, "requestBody": {"content": _BODY}} if body else operation


def last(operations: int) -> tuple[bytes, bytes]:
    """Return two requests for the resource that is declared last: one that creates a thing, one that changes it."""
    path = f"/thing{operations // PER_RESOURCE}/"
    body = json.dumps({"name": "A thing", "count": 3, "done": True}).encode()
    return request("POST", path, body), request("PATCH", f"{path}1/", body)

"""A plain document: no domain, no roles, one resource with a schema to validate by."""

import json
from pathlib import Path
from typing import Any

from benchmarks.load.exchanges import Exchange, request
from benchmarks.load.servers import MOCK

_PATH = "/parcels/1"
_TARGET = 0.30
_PARCEL: dict[str, Any] = {
    "type": "object",
    "required": ["id", "label"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "label": {"type": "string", "minLength": 1, "maxLength": 100},
        "weight": {"type": "integer", "minimum": 0},
        "express": {"type": "boolean"},
        "to": {
            "type": "object",
            "required": ["street"],
            "properties": {"street": {"type": "string"}, "postcode": {"type": "string", "pattern": "^[0-9]{5}$"}},
        },
        "stamps": {"type": "array", "items": {"type": "string", "maxLength": 20}},
    },
}
_SENT = {
    "label": "Books",
    "weight": 1200,
    "express": True,
    "to": {"street": "1 High Street", "postcode": "12345"},
    "stamps": ["fragile", "books"],
}


def exchange(folder: Path) -> Exchange:
    """Write the document into a folder, and return a change of the parcel that it has as an example."""
    path = folder / "plain.json"
    path.write_text(json.dumps(document()))
    return Exchange(
        "PATCH of a plain document",
        (*MOCK, "--spec", str(path)),
        request("PATCH", _PATH, json.dumps(_SENT).encode()),
        _TARGET,
    )


def document() -> dict[str, Any]:
    """Return the document."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Parcel"}}}
    seen = {"application/json": {**content["application/json"], "example": {"id": 1, **_SENT}}}
    answer = {"200": {"description": "The parcel.", "content": content}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Parcels", "version": "1"},
        "paths": {
            "/parcels": {
                "post": {
                    "requestBody": {"content": content},
                    "responses": {"201": {"description": "The new parcel.", "content": content}},
                },
            },
            "/parcels/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "get": {"responses": {"200": {"description": "The parcel.", "content": seen}}},
                "patch": {"requestBody": {"content": content}, "responses": answer},
            },
        },
        "components": {"schemas": {"Parcel": _PARCEL}},
    }

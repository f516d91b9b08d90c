"""The document of the hostile backends, built path by path."""

from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]

ERROR: Json = {"type": "object"}
REFUSED = (400, 401, 403, 404)
TEXT: Json = {"type": "string", "minLength": 1, "maxLength": 60}
FIELDS: Json = {
    "title": TEXT,
    "status": {"type": "string", "enum": ["draft", "public"]},
    "count": {"type": "integer", "minimum": 0, "maximum": 999},
}
NUMBER: Json = {"type": "integer", "minimum": 1}
WORD: Json = {"type": "string", "minLength": 1}


def document(paths: Json) -> Json:
    """An OpenAPI document with these paths."""
    login = {"bearer": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Things", "version": "1"},
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {"securitySchemes": login},
    }


def responses(*success: int, schema: Json | None = None, refused: Iterable[int] = REFUSED) -> Json:
    """The documented responses: these statuses with this body, and the usual rejections."""
    found = {str(status): {"description": "Done", **content(schema if status != 204 else None)} for status in success}
    return found | {str(status): {"description": "Rejected", **content(ERROR)} for status in refused}


def content(schema: Json | None) -> Json:
    """The media type of a body; empty where there is none."""
    return {"content": {"application/json": {"schema": schema}}} if schema is not None else {}


def body(fields: Json, required: Iterable[str] = ()) -> Json:
    """A request body with these fields."""
    schema: Json = {"type": "object", "properties": writable(fields), "additionalProperties": False}
    needed = list(required)
    return {"required": True, **content({**schema, "required": needed} if needed else schema)}


def writable(fields: Json) -> Json:
    """The fields that a request may have."""
    return {name: schema for name, schema in fields.items() if not schema.get("readOnly")}


def item_schema(fields: Json, ids: Json, key: str = "id") -> Json:
    """What responses show of an item."""
    shown = {name: schema for name, schema in fields.items() if not schema.get("writeOnly")}
    return {"type": "object", "required": [key], "properties": {key: {**ids, "readOnly": True}, **shown}}


def path_parameters(path: str, ids: Json) -> list[Json]:
    """The parameters that stand in a path."""
    names = [step.strip("{}") for step in path.split("/") if "{" in step]
    return [{"name": name, "in": "path", "required": True, "schema": ids} for name in names]


def crud(collection: str, item: str, fields: Json, required: Iterable[str], ids: Json) -> Json:
    """The paths of a collection and its items: list, create, read, change, replace, delete."""
    kind = collection.strip("/").split("/")[-1].removesuffix("s")
    shown = item_schema(fields, ids)
    rows = {"type": "array", "items": shown}
    here, there = path_parameters(collection, ids), path_parameters(item, ids)
    new = body(fields, required)
    return {
        collection: {
            "parameters": here,
            "get": {"operationId": f"list_{kind}s", "responses": responses(200, schema=rows)},
            "post": {"operationId": f"add_{kind}", "requestBody": new, "responses": responses(201, schema=shown)},
        },
        item: {
            "parameters": there,
            "get": {"operationId": f"get_{kind}", "responses": responses(200, schema=shown)},
            "patch": {
                "operationId": f"change_{kind}",
                "requestBody": body(fields),
                "responses": responses(200, schema=shown),
            },
            "delete": {"operationId": f"drop_{kind}", "responses": responses(204)},
        },
    }


def action(name: str, path: str, ids: Json = WORD, method: str = "post", fields: Json | None = None) -> Json:
    """A path with one operation that is neither a creation nor a change of an item."""
    operation: Json = {"operationId": name, "responses": responses(200, schema=ERROR)}
    if fields is not None:
        operation["requestBody"] = body(fields)
    return {path: {"parameters": path_parameters(path, ids), method: operation}}


def bare(document: Mapping[str, Any], path: str, method: str, status: int) -> None:
    """Document one status of success for an operation, without a body."""
    document["paths"][path][method]["responses"] = responses(status)


def success(document: Mapping[str, Any], path: str, method: str, *statuses: int, schema: Json | None = None) -> None:
    """Document other statuses of success for an operation, with the body that it had or another."""
    operation = document["paths"][path][method]
    old: Json = next((each for status, each in operation["responses"].items() if status < "300"), {})
    shown = old.get("content", {}).get("application/json", {}).get("schema") if schema is None else schema
    operation["responses"] = responses(*statuses, schema=shown)

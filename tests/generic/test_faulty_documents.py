"""Documents that are not quite of their standard, of other versions, or built to overwhelm: served, or one message."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.testclient import TestClient

from mockserver.app import create_mock
from specdouble.document import SpecError

INFO = {"title": "Ponds", "version": "1"}
OK = {"200": {"description": "ok"}}
NEWT = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}


def client_of(tmp_path: Path, document: dict[str, Any]) -> TestClient:
    path = tmp_path / "openapi.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return TestClient(create_mock(path).app)


def document_of(schema: dict[str, Any], **schemas: Any) -> dict[str, Any]:
    """A document of newts, whose schema refers to others."""
    answer = {"description": "ok", "content": {"application/json": {"schema": schema}}}
    return {
        "openapi": "3.0.3",
        "info": INFO,
        "paths": {
            "/newts": {
                "post": {
                    "requestBody": {"content": {"application/json": {"schema": schema}}},
                    "responses": {"201": answer},
                },
            },
            "/newts/{id}": {"get": {"responses": {"200": answer}}},
        },
        "components": {"schemas": schemas},
    }


@pytest.mark.parametrize(
    "field",
    [
        {"type": "string", "pattern": "(?i)^newt"},
        {"type": "string", "default": None},
        {"type": "string", "examples": ["Nina"]},
        {"type": ["string", "null"]},
        {"type": "string", "const": "Nina"},
        {"type": "string", "maxLength": "many"},
        {"type": "object", "required": []},
        {"type": "object", "required": ["a", "a"]},
        {"type": "integer", "exclusiveMinimum": 0},
        {"type": "array", "items": {"$ref": "#/components/schemas/Größe"}},
        {"type": "array", "items": {"$ref": "#/components/schemas/Newt/properties/name"}},
    ],
    ids=str,
)
def test_a_faulty_field_does_not_stop_the_mock(tmp_path: Path, field: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "odd": field}}
    document = document_of({"$ref": "#/components/schemas/Newt"}, Newt=schema, Größe={"type": "integer"})
    client = client_of(tmp_path, document)
    created = client.post("/newts", json={"name": "Nina"})
    assert created.status_code == 201
    assert client.get(f"/newts/{created.json()['id']}").json()["name"] == "Nina"


def chain(length: int, link: str) -> dict[str, Any]:
    """Schemas that each lead to the next, which is repeated where it would make the tree wide."""

    def to(number: int) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/S{number}"}

    links: dict[str, Any] = {
        "property": lambda n: {"type": "object", "properties": {"next": to(n)}},
        "all": lambda n: {"allOf": [to(n)]},
        "all, twice": lambda n: {"allOf": [to(n), to(n)]},
        "any": lambda n: {"anyOf": [to(n), {"type": "string"}]},
        "name": to,
    }
    schemas: dict[str, Any] = {f"S{number}": links[link](number + 1) for number in range(length)}
    return {**schemas, f"S{length}": NEWT}


@pytest.mark.parametrize("link", ["property", "all", "all, twice", "name"])
def test_a_chain_of_schemas_may_have_any_length(tmp_path: Path, link: str) -> None:
    client = client_of(tmp_path, document_of({"$ref": "#/components/schemas/S0"}, **chain(400, link)))
    assert client.post("/newts", json={}).status_code == 201


@pytest.mark.parametrize("word", ["allOf", "anyOf", "oneOf"])
def test_a_schema_may_be_an_alternative_of_itself(tmp_path: Path, word: str) -> None:
    itself = {"$ref": "#/components/schemas/Newt"}
    client = client_of(tmp_path, document_of({**itself}, Newt={word: [itself, NEWT]}))
    assert client.get("/openapi.json").json()["components"]["schemas"]["Newt"][word][0] == itself


def test_the_answer_to_a_schema_that_requires_itself_comes_to_an_end(tmp_path: Path) -> None:
    names = [f"part{number}" for number in range(8)]
    properties = {name: {"$ref": "#/components/schemas/A"} for name in names}
    schema = {"type": "object", "required": names, "properties": properties}
    document = document_of({"type": "object"}, A=schema)
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}
    document["paths"]["/state"] = {"get": {"responses": {"200": {"description": "ok", "content": content}}}}
    assert client_of(tmp_path, document).get("/state").json() == dict.fromkeys(names)


def test_references_that_lead_in_a_circle_are_one_message(tmp_path: Path) -> None:
    for document in (
        {**document_of({}), "paths": {"/a": {"$ref": "#/paths/~1b"}, "/b": {"$ref": "#/paths/~1a"}}},
        document_of({"$ref": "#/components/schemas/A"}, A={"$ref": "#/components/schemas/A"}),
    ):
        with pytest.raises(SpecError, match="leads to itself"):
            client_of(tmp_path, document)


def test_files_that_double_at_each_level_are_one_message(tmp_path: Path) -> None:
    for number in range(30):
        item = {"post": {"responses": OK, "callbacks": {name: {"u": {"$ref": f"f{number + 1}.yaml"}} for name in "ab"}}}
        (tmp_path / f"f{number}.yaml").write_text(yaml.safe_dump(item))
    (tmp_path / "f30.yaml").write_text(yaml.safe_dump({"post": {"responses": OK}}))
    with pytest.raises(SpecError, match="parts into each other"):
        client_of(tmp_path, {"openapi": "3.0.3", "info": INFO, "paths": {"/a": {"$ref": "f0.yaml"}}})


@pytest.mark.parametrize("path", ["/{id}", "/{a}{b}", "/", "//", "pond"])
def test_odd_paths_do_not_stop_the_mock(tmp_path: Path, path: str) -> None:
    paths = {path: {"get": {"responses": OK}}, "/health": {"get": {"responses": OK}}}
    client = client_of(tmp_path, {"openapi": "3.0.3", "info": INFO, "paths": paths})
    assert client.get("/health").status_code == 200


# --- other versions


def test_a_document_of_swagger_is_served_with_state(tmp_path: Path) -> None:
    body = {"name": "newt", "in": "body", "schema": {"$ref": "#/definitions/Newt"}}
    answer = {"description": "ok", "schema": {"$ref": "#/definitions/Newt"}}
    swagger = {
        "swagger": "2.0",
        "info": INFO,
        "basePath": "/v1",
        "paths": {
            "/newts": {"post": {"parameters": [body], "responses": {"201": answer}}},
            "/newts/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer"}],
                "get": {"responses": {"200": answer}},
            },
        },
        "definitions": {"Newt": NEWT},
    }
    client = client_of(tmp_path, swagger)
    created = client.post("/v1/newts", json={"name": "Nina"})
    assert created.status_code == 201
    assert client.get(f"/v1/newts/{created.json()['id']}").json() == created.json()
    assert re.match(r"3\.0", client.get("/openapi.json").json()["openapi"])


def test_a_document_of_3_2_is_served_with_its_query_method(tmp_path: Path) -> None:
    content = {"application/json": {"schema": {"type": "object"}}}
    item = {"query": {"requestBody": {"content": content}, "responses": OK}, "get": {"responses": OK}}
    client = client_of(tmp_path, {"openapi": "3.2.0", "info": INFO, "paths": {"/newts": item}})
    assert client.request("QUERY", "/newts", json={}).status_code == 200
    assert "QUERY" in client.options("/newts").headers["Allow"]
    assert client.get("/openapi.json").json() == {"openapi": "3.2.0", "info": INFO, "paths": {"/newts": item}}

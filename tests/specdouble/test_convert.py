"""Swagger 2.0 becomes OpenAPI 3.0 that promises the same."""

from typing import Any

import pytest
import yaml

from specdouble.document import read
from tests.specdouble.conftest import Write

HEAD = {"swagger": "2.0", "info": {"title": "Horses", "version": "1"}}
OK = {"200": {"description": "ok"}}


def converted(write: Write, **parts: Any) -> dict[str, Any]:
    document = read(write(root=yaml.safe_dump({**HEAD, "paths": {}, **parts}, sort_keys=False)))
    assert document.warnings == ()
    assert document.published["openapi"] == "3.0.3"
    return document.content


def operation(write: Write, *parameters: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """The operation that one of Swagger becomes."""
    node = {"parameters": list(parameters), "responses": OK, **parts}
    result: dict[str, Any] = converted(write, paths={"/horses": {"post": node}})["paths"]["/horses"]["post"]
    return result


@pytest.mark.parametrize(
    ("parts", "urls"),
    [
        ({}, []),
        ({"basePath": "/"}, []),
        ({"basePath": "/v1/"}, ["/v1"]),
        ({"host": "horses.test"}, ["https://horses.test"]),
        ({"host": "horses.test", "basePath": "/v1", "schemes": ["http", "https"]}, ["http://horses.test/v1", "https://horses.test/v1"]),
    ],
)  # fmt: skip
def test_host_base_path_and_schemes_become_servers(write: Write, parts: dict[str, Any], urls: list[str]) -> None:
    assert [server["url"] for server in converted(write, **parts).get("servers", [])] == urls


@pytest.mark.parametrize(
    ("swagger", "openapi"),
    [
        (
            {"in": "query", "type": "integer", "maximum": 9},
            {"in": "query", "schema": {"type": "integer", "maximum": 9}},
        ),
        (
            {"in": "query", "type": "array", "items": {"type": "string"}},
            {
                "in": "query",
                "style": "form",
                "explode": False,
                "schema": {"type": "array", "items": {"type": "string"}},
            },
        ),
        (
            {"in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "multi"},
            {"in": "query", "style": "form", "explode": True, "schema": {"type": "array", "items": {"type": "string"}}},
        ),
        (
            {"in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "pipes"},
            {
                "in": "query",
                "style": "pipeDelimited",
                "explode": False,
                "schema": {"type": "array", "items": {"type": "string"}},
            },
        ),
        (
            {"in": "header", "type": "string", "description": "d", "required": True, "x-nullable": True},
            {"in": "header", "description": "d", "required": True, "schema": {"type": "string", "nullable": True}},
        ),
    ],
    ids=lambda value: str(sorted(value)),
)
def test_the_keywords_of_a_parameter_become_its_schema(
    write: Write, swagger: dict[str, Any], openapi: dict[str, Any]
) -> None:
    assert operation(write, {"name": "p", **swagger})["parameters"] == [{"name": "p", **openapi}]


def test_a_body_has_the_media_types_that_are_consumed(write: Write) -> None:
    body = {"name": "b", "in": "body", "required": True, "schema": {"type": "object"}}
    content = {"schema": {"type": "object"}}
    assert operation(write, body)["requestBody"] == {"required": True, "content": {"application/json": content}}
    consumes = ["application/json", "application/xml"]
    assert list(operation(write, body, consumes=consumes)["requestBody"]["content"]) == consumes
    whole = converted(write, consumes=["a/b"], paths={"/h": {"put": {"parameters": [body], "responses": OK}}})
    assert list(whole["paths"]["/h"]["put"]["requestBody"]["content"]) == ["a/b"]


def test_the_fields_of_a_form_become_a_body(write: Write) -> None:
    name = {"name": "name", "in": "formData", "type": "string", "required": True}
    body = operation(write, name)["requestBody"]
    schema = {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}
    assert body == {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}
    upload = operation(
        write, name, {"name": "photo", "in": "formData", "type": "file"}, consumes=["multipart/form-data"]
    )
    properties = upload["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    assert properties["photo"] == {"type": "string", "format": "binary"}


def test_shared_bodies_parameters_and_responses_are_referred_to(write: Write) -> None:
    document = converted(
        write,
        paths={
            "/h/{id}": {
                "parameters": [{"$ref": "#/parameters/Id"}, {"$ref": "#/parameters/Horse"}],
                "put": {"responses": {"200": {"$ref": "#/responses/Horse"}}},
            }
        },
        parameters={
            "Id": {"name": "id", "in": "path", "required": True, "type": "integer"},
            "Horse": {"name": "h", "in": "body", "schema": {"$ref": "#/definitions/Horse"}},
        },
        responses={"Horse": {"description": "ok", "schema": {"$ref": "#/definitions/Horse"}}},
        definitions={"Horse": {"type": "object", "properties": {"foal": {"$ref": "#/definitions/Horse"}}}},
    )
    schema = {"schema": {"$ref": "#/components/schemas/Horse"}}
    item = document["paths"]["/h/{id}"]
    assert item["parameters"] == [{"$ref": "#/components/parameters/Id"}]
    assert item["put"]["requestBody"]["content"] == {"application/json": schema}
    assert item["put"]["responses"] == {"200": {"$ref": "#/components/responses/Horse"}}
    assert document["components"]["responses"]["Horse"]["content"] == {"application/json": schema}
    assert document["components"]["schemas"]["Horse"]["properties"]["foal"] == schema["schema"]
    assert document["components"]["parameters"] == {
        "Id": {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    }


def test_an_example_of_any_media_type_is_one_of_each_that_is_produced(write: Write) -> None:
    response = {"description": "ok", "examples": {"*/*": "neigh", "application/json": "moo"}}
    result = operation(write, produces=["text/plain", "application/json"], responses={"200": response})
    assert result["responses"]["200"]["content"] == {
        "text/plain": {"example": "neigh"},
        "application/json": {"example": "moo"},
    }


def test_a_response_has_the_media_types_that_are_produced_and_its_examples(write: Write) -> None:
    response = {
        "description": "ok",
        "schema": {"type": "string"},
        "headers": {"X-Left": {"type": "integer", "description": "d"}},
        "examples": {"text/plain": "neigh"},
    }
    result = operation(write, produces=["text/plain", "application/json"], responses={"200": response})
    assert result["responses"]["200"] == {
        "description": "ok",
        "headers": {"X-Left": {"description": "d", "schema": {"type": "integer"}}},
        "content": {
            "text/plain": {"schema": {"type": "string"}, "example": "neigh"},
            "application/json": {"schema": {"type": "string"}},
        },
    }


@pytest.mark.parametrize(
    ("swagger", "openapi"),
    [
        ({"type": "basic"}, {"type": "http", "scheme": "basic"}),
        ({"type": "apiKey", "in": "header", "name": "k"}, {"type": "apiKey", "in": "header", "name": "k"}),
        (
            {
                "type": "oauth2",
                "flow": "accessCode",
                "authorizationUrl": "https://a.test",
                "tokenUrl": "https://t.test",
                "scopes": {"r": "read"},
            },
            {
                "type": "oauth2",
                "flows": {
                    "authorizationCode": {
                        "authorizationUrl": "https://a.test",
                        "tokenUrl": "https://t.test",
                        "scopes": {"r": "read"},
                    }
                },
            },
        ),
    ],
    ids=str,
)
def test_security_schemes_have_their_new_words(write: Write, swagger: dict[str, Any], openapi: dict[str, Any]) -> None:
    document = converted(write, securityDefinitions={"s": swagger})
    assert document["components"]["securitySchemes"] == {"s": openapi}


def test_the_keywords_of_schemas_have_their_new_words(write: Write) -> None:
    definitions = {
        "Animal": {
            "type": "object",
            "discriminator": "kind",
            "required": ["kind"],
            "properties": {"kind": {"type": "string"}, "note": {"type": "string", "x-nullable": True}},
        }
    }
    animal = converted(write, definitions=definitions)["components"]["schemas"]["Animal"]
    assert animal["discriminator"] == {"propertyName": "kind"}
    assert animal["properties"]["note"] == {"type": "string", "nullable": True}


def test_a_fault_has_the_line_of_the_file_as_it_was_written(write: Write) -> None:
    text = "swagger: '2.0'\ninfo: {title: t, version: '1'}\npaths: {}\ndefinitions:\n  A:\n    type: horse\n"
    path = write(root=text)
    [warning] = read(path).warnings
    assert warning.startswith(f"{path}:6: \"type: 'horse'\" is not a type of JSON")

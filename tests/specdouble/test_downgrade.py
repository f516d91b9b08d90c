"""A document of OpenAPI 3.1 reads as one of 3.0 that promises the same."""

from typing import Any

import jsonschema_rs
import pytest
import yaml

from mockserver.openapi.json_schema import Converter, View
from specdouble.document import load, read
from tests.specdouble.conftest import Write

HEAD = "openapi: 3.1.0\ninfo: {title: Cats, version: '1', summary: of all colours}\n"


def schema(write: Write, said: dict[str, Any], **others: Any) -> dict[str, Any]:
    """What becomes of a schema, and of others beside it."""
    converted: dict[str, Any] = components(write, said, **others)["It"]
    return converted


def components(write: Write, said: dict[str, Any], **others: Any) -> dict[str, Any]:
    """The schemas of a document with these."""
    document = {"paths": {}, "components": {"schemas": {"It": said, **others}}}
    schemas: dict[str, Any] = load(write(root=HEAD + yaml.safe_dump(document)))["components"]["schemas"]
    return schemas


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"type": ["string"]}, {"type": "string"}),
        ({"type": "null"}, {"nullable": True, "enum": [None]}),
        ({"type": ["string", "null"], "enum": ["a"]}, {"type": "string", "enum": ["a"]}),
        ({"type": ["string", "null"], "enum": ["a", None]}, {"type": "string", "enum": ["a", None], "nullable": True}),
        (
            {"type": ["string", "integer"], "minLength": 1, "title": "Tag"},
            {"title": "Tag", "anyOf": [{"type": "string", "minLength": 1}, {"type": "integer", "minLength": 1}]},
        ),
        (
            {"anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}], "title": "Note"},
            {"type": "string", "maxLength": 3, "title": "Note", "nullable": True},
        ),
        (
            {"oneOf": [{"$ref": "#/components/schemas/Other"}, {"type": "null"}]},
            {"oneOf": [{"$ref": "#/components/schemas/Other"}, {"nullable": True, "enum": [None]}]},
        ),
        ({"const": "cat"}, {"type": "string", "enum": ["cat"]}),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"exclusiveMinimum": 0, "minimum": 5}, {"minimum": 5}),
        ({"exclusiveMaximum": 5, "maximum": 5}, {"maximum": 5, "exclusiveMaximum": True}),
        ({"type": "string", "examples": ["Tom", "Kitty"]}, {"type": "string", "example": "Tom"}),
        (
            {"$ref": "#/components/schemas/Other", "readOnly": True},
            {"readOnly": True, "allOf": [{"$ref": "#/components/schemas/Other"}]},
        ),
        ({"$ref": "#/components/schemas/Other"}, {"$ref": "#/components/schemas/Other"}),
        ({"contentMediaType": "application/octet-stream"}, {"type": "string", "format": "binary"}),
        ({"type": "string", "contentEncoding": "base64"}, {"type": "string", "format": "byte"}),
        ({"type": "string", "contentMediaType": "text/html"}, {"type": "string"}),
        (
            {"type": "array", "prefixItems": [{"type": "string"}], "items": False},
            {"type": "array", "items": {}},
        ),
        (
            {"type": "object", "patternProperties": {"^a": True}, "additionalProperties": False},
            {"type": "object", "additionalProperties": True},
        ),
        (
            {"type": "object", "required": [], "properties": {"any": True}},
            {"type": "object", "properties": {"any": {}}},
        ),
        ({"not": {"type": "null"}}, {"not": {"nullable": True, "enum": [None]}}),
        ({"if": {"type": "string"}, "then": {"minLength": 1}, "x-unique": True}, {"x-unique": True}),
    ],
    ids=lambda value: str(sorted(value)),
)
def test_a_schema_says_in_the_words_of_3_0_what_it_said_in_those_of_3_1(
    write: Write, said: dict[str, Any], told: dict[str, Any]
) -> None:
    assert schema(write, said, Other={"type": "string"}) == told


@pytest.mark.parametrize(
    "said",
    [
        {"type": ["string", "null"], "maxLength": 2},
        {"type": ["string", "integer", "null"], "minimum": 2, "maxLength": 1},
        {"type": ["integer", "null"], "enum": [1, None]},
        {"type": ["integer", "null"], "enum": [1]},
        {"anyOf": [{"type": "integer"}, {"type": "null"}], "exclusiveMinimum": 0},
        {"oneOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]},
        {"const": 1},
        {"const": None},
        {"exclusiveMaximum": 2, "minimum": 1, "type": "number"},
        {"properties": {"a": {"const": 1}, "b": False}, "type": "object"},
        {"type": "array", "items": {"type": ["null", "boolean"]}},
        {"anyOf": [{"type": ["string", "null"]}, {"type": "object", "additionalProperties": {"type": "null"}}]},
    ],
    ids=str,
)
def test_what_was_legal_is_legal_and_what_was_not_is_not(write: Write, said: dict[str, Any]) -> None:
    values = [None, True, 0, 1, 1.5, 2, 3, "", "a", "abc", [], [None], [True], [1], {}, {"a": 1}, {"a": 2}, {"b": 1}]
    newer = jsonschema_rs.Draft202012Validator(said)
    older = jsonschema_rs.Draft202012Validator(
        Converter(lambda node: node, is_3_0=True, view=View.WHOLE).convert(schema(write, said))
    )
    assert [older.is_valid(value) for value in values] == [newer.is_valid(value) for value in values]


def test_definitions_inside_of_a_schema_are_found(write: Write) -> None:
    said = {
        "type": "object",
        "properties": {"tail": {"$ref": "#/components/schemas/It/$defs/Tail"}},
        "$defs": {"Tail": {"type": ["string", "null"]}},
    }
    properties = schema(write, said)["properties"]
    assert properties["tail"] == {"$ref": "#/components/schemas/Tail"}
    assert components(write, said)["Tail"] == {"type": "string", "nullable": True}


DOCUMENT = """
jsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base
webhooks: {born: {post: {responses: {'200': {description: ok}}}}}
paths:
  /cats/{id}: {$ref: '#/components/pathItems/cat'}
components:
  pathItems:
    cat:
      parameters: [{name: id, in: path, required: true, schema: {type: integer, exclusiveMinimum: 0}}]
      get: {operationId: get_cat}
"""


def test_path_items_of_components_stand_at_their_paths(write: Write) -> None:
    document = load(write(root=HEAD + DOCUMENT))
    assert document["openapi"] == "3.0.3"
    assert document["info"] == {"title": "Cats", "version": "1"}
    assert document.keys().isdisjoint({"webhooks", "jsonSchemaDialect"})
    cat = document["paths"]["/cats/{id}"]
    assert cat["get"] == {"operationId": "get_cat", "responses": {"default": {"description": "Not documented."}}}
    assert cat["parameters"][0]["schema"] == {"type": "integer", "minimum": 0, "exclusiveMinimum": True}


def test_a_schema_named_like_a_word_is_a_schema_all_the_same(write: Write) -> None:
    said = {"type": "object", "properties": {"const": {"const": 1}, "examples": {"type": ["string", "null"]}}}
    assert schema(write, said)["properties"] == {
        "const": {"type": "integer", "enum": [1]},
        "examples": {"type": "string", "nullable": True},
    }


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HEAD + "paths: {}\ncomponents:\n  schemas:\n    Cat: {type: feline}\n", "root.yaml:6: "),
        ("openapi: 3.1.0\ninfo: {title: Cats}\npaths: {}\n", "root.yaml:2: 'version' is a required property"),
        (HEAD + "paths: []\npaths: {}\npath: {}\n", "root.yaml:4: "),
    ],
)
def test_a_fault_in_a_document_of_3_1_is_a_warning_with_its_line(write: Write, text: str, place: str) -> None:
    assert place in read(write(root=text)).warnings[0]


def test_a_security_scheme_that_only_3_1_has_does_no_harm(write: Write) -> None:
    document = read(write(root=HEAD + "paths: {}\ncomponents:\n  securitySchemes:\n    mutual: {type: mutualTLS}\n"))
    assert document.content["components"]["securitySchemes"] == {"mutual": {"type": "mutualTLS"}}
    assert document.warnings == ()


def test_the_document_is_published_in_its_own_version(write: Write) -> None:
    path = write(root=HEAD + "paths: {}\ncomponents: {schemas: {A: {type: [string, 'null']}}}\n")
    document = read(path)
    assert document.published["openapi"] == "3.1.0"
    assert document.published["components"]["schemas"]["A"] == {"type": ["string", "null"]}
    assert read(path) == document

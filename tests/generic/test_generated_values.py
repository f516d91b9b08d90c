"""A value is generated for every schema that allows one: valid by all of its keywords, and pleasant to look at."""

from typing import Any

import pytest

from mockserver.openapi import reader, specification
from mockserver.openapi.generation import Generator
from mockserver.openapi.json_schema import View
from mockserver.openapi.validators import compile_validator

TREE = {
    "type": "object",
    "required": ["name", "branches"],
    "properties": {
        "name": {"type": "string"},
        "branches": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        "twin": {"$ref": "#/components/schemas/Tree"},
    },
}
SUM = {
    "oneOf": [
        {"type": "object", "required": ["left"], "properties": {"left": {"$ref": "#/components/schemas/Sum"}}},
        {"type": "number"},
    ]
}
LAND = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
CAT = {
    "allOf": [{"$ref": "#/components/schemas/Land"}, {"properties": {"lives": {"enum": [9]}}, "required": ["lives"]}]
}
COMPONENTS = {"Tree": TREE, "Sum": SUM, "Land": LAND, "Cat": CAT}


def contract(version: str = "3.1.1") -> specification.Specification:
    """Return a document with the components of this module."""
    return reader.read({"openapi": version, "paths": {}, "components": {"schemas": COMPONENTS}})


def generated(schema: Any, version: str = "3.1.1") -> Any:
    """Return the value that is generated for a schema."""
    return Generator(contract(version)).value(schema)


def objects(**keywords: Any) -> dict[str, Any]:
    """Return the schema of objects with these keywords."""
    return {"type": "object", **keywords}


def lists(**keywords: Any) -> dict[str, Any]:
    """Return the schema of lists with these keywords."""
    return {"type": "array", **keywords}


def texts(**keywords: Any) -> dict[str, Any]:
    """Return the schema of texts with these keywords."""
    return {"type": "string", **keywords}


NUMBER, TEXT = {"type": "number"}, {"type": "string"}
SCHEMAS = [
    objects(additionalProperties=False, required=["a"], properties={"a": NUMBER}),
    objects(patternProperties={"^x-": NUMBER}, additionalProperties=False, minProperties=3),
    objects(properties={"x-a": TEXT}, patternProperties={"^x-": {"minLength": 9}}, required=["x-a"]),
    objects(propertyNames={"pattern": "^[A-Z]{2}$"}, minProperties=2),
    objects(propertyNames={"enum": ["up", "down"]}, minProperties=2, additionalProperties=NUMBER),
    objects(properties={"a": TEXT, "b": TEXT, "c": TEXT}, maxProperties=2, required=["c"]),
    objects(properties={"a": TEXT}, dependentRequired={"a": ["b", "c"]}),
    objects(properties={"a": TEXT}, dependentSchemas={"a": {"required": ["z"], "properties": {"z": NUMBER}}}),
    objects(allOf=[{"properties": {"a": TEXT}}], required=["a"], unevaluatedProperties=False),
    objects(allOf=[{"properties": {"a": {"minimum": 3}}}, {"properties": {"a": {"maximum": 4}}}], required=["a"]),
    {"if": {"properties": {"a": {"const": 1}}}, "then": {"required": ["b"]}, "properties": {"a": {"enum": [1]}}},
    {"type": "integer", "if": {"minimum": 0}, "then": {"minimum": 50}, "else": {"maximum": -50}},
    objects(properties={"a": TEXT, "b": TEXT}, oneOf=[{"required": ["a"]}, {"required": ["b"]}]),
    objects(oneOf=[{"properties": {"a": TEXT}}, {"properties": {"b": TEXT}, "required": ["b"]}]),
    {"oneOf": [{"type": "integer"}, {"type": "number", "minimum": 0}]},
    objects(properties={"a": TEXT, "b": TEXT}, **{"not": {"required": ["a"]}}),
    objects(**{"not": objects(properties={"a": {"type": "string"}})}),
    {"enum": ["a", 1, None, "b"], "type": "string", "not": {"const": "a"}},
    {"not": {"type": ["string", "object", "array", "number"]}},
    lists(prefixItems=[TEXT, NUMBER], items=False, minItems=2),
    lists(items=NUMBER, contains={"minimum": 90}, minContains=2, minItems=4),
    lists(prefixItems=[TEXT], unevaluatedItems=NUMBER, minItems=3),
    lists(items={"type": "boolean"}, uniqueItems=True, minItems=2),
    lists(items={"enum": ["a", "b", "c"]}, uniqueItems=True, minItems=3),
    lists(items=objects(required=["id"], properties={"id": {"type": "integer"}}), uniqueItems=True, minItems=5),
    lists(items=texts(format="date"), uniqueItems=True, minItems=40),
    {"type": "number", "multipleOf": 0.01, "exclusiveMinimum": 1.5, "maximum": 1.51},
    {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1e-9},
    {"allOf": [{"multipleOf": 6}, {"multipleOf": 10, "minimum": 31}], "type": "integer"},
    {"type": "integer", "maximum": -7, "format": "int32"},
    texts(format="uri", minLength=80),
    texts(format="email", maxLength=8),
    texts(pattern="^[0-9a-f]+$", minLength=64, maxLength=64),
    texts(pattern=r"^\p{Lu}[\p{L}-]*$", minLength=12),
    texts(pattern="^([a-z]+)*[0-9]{3}$", minLength=40),
    texts(pattern=r"^(?=.*[A-Z])(?=.*\d).{8,}$"),
    texts(pattern="^(?<year>[0-9]{4})/[0-9]{2}$"),
    texts(allOf=[{"pattern": "^ab"}, {"pattern": "yz$"}, {"pattern": "^[a-z]{9}$"}]) | {"pattern": "^ab[a-z]+yz$"},
    {"$ref": "#/components/schemas/Tree"},
    {"$ref": "#/components/schemas/Sum"},
    lists(items={"$ref": "#/components/schemas/Tree"}, minItems=3),
    {"type": "string", "example": 5, "default": "fine"},
    objects(
        example={"a": 1}, required=["a", "b"], properties={"a": NUMBER, "b": {"example": "x", "maxLength": 0} | TEXT}
    ),
]


@pytest.mark.parametrize("schema", SCHEMAS, ids=str)
def test_a_generated_value_is_valid(schema: Any) -> None:
    value = generated(schema)
    validator = compile_validator(schema, contract(), View.RESPONSE)
    assert [error.message for error in validator.iter_errors(value)] == []
    assert generated(schema) == value


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (TEXT, "example"),
        (texts(minLength=9), "examplexx"),
        (texts(maxLength=3), "exa"),
        (texts(format="date"), "2026-01-01"),
        (texts(pattern="^[A-Z]{3}$"), "EUR"),
        (NUMBER, 1.0),
        ({"type": "integer", "minimum": 18}, 18),
        (texts(example="tea"), "tea"),
        (texts(examples=["tea"]), "tea"),
        (texts(default="tea"), "tea"),
        (texts(default=1), "example"),
        (lists(items=TEXT, uniqueItems=True, minItems=3), ["example", "example2", "example3"]),
        ({"type": ["null", "string"]}, "example"),
        (objects(properties={"a": texts(writeOnly=True), "b": TEXT}, required=["a"]), {"b": "example"}),
        (objects(additionalProperties=NUMBER), {"example1": 1.0}),
        ({"$ref": "#/components/schemas/Tree"}, {"name": "example", "branches": []}),
        ({}, {}),
    ],
    ids=str,
)
def test_a_generated_value_is_easy_to_read(schema: Any, value: Any) -> None:
    assert generated(schema) == value


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer", "minimum": 5, "exclusiveMinimum": True}, 6),
        ({"type": "integer", "maximum": 0, "exclusiveMaximum": True}, -1),
        ({"type": "string", "nullable": True}, "example"),
        ({"type": "string", "nullable": True, "enum": [None, "a"]}, "a"),
        ({"type": "string", "nullable": True, "example": None}, None),
    ],
    ids=str,
)
def test_a_value_is_generated_in_the_dialect_of_openapi_3_0(schema: Any, value: Any) -> None:
    assert generated(schema, "3.0.3") == value


def test_a_discriminator_names_the_alternative_unless_that_says_otherwise() -> None:
    schema = {"oneOf": [{"$ref": "#/components/schemas/Cat"}], "discriminator": {"propertyName": "kind"}}
    assert generated(schema) == {"kind": "Cat", "lives": 9}
    mapping = {"feline": "#/components/schemas/Cat"}
    assert generated({**schema, "discriminator": {"propertyName": "kind", "mapping": mapping}})["kind"] == "feline"
    assert generated({**schema, "discriminator": {"propertyName": "lives"}})["lives"] == 9


@pytest.mark.parametrize(
    "schema",
    [
        {"not": {}},
        {"type": "string", "const": 5},
        objects(required=["a"], properties={"a": {"not": {}}}),
        texts(minLength=3, maxLength=2),
        lists(minItems=3, items={"enum": [1]}, uniqueItems=True),
        {"allOf": [{"anyOf": [{"const": number} for number in range(9)]} for _ in range(9)] + [{"const": 10}]},
    ],
    ids=str,
)
def test_a_schema_that_allows_no_value_comes_to_an_end(schema: Any) -> None:
    validator = compile_validator(schema, contract(), View.RESPONSE)
    assert not validator.is_valid(generated(schema))


@pytest.mark.parametrize("word", ["allOf", "anyOf", "oneOf"])
def test_a_long_chain_of_schemas_has_a_value(word: str) -> None:
    length = 150
    schemas: dict[str, Any] = {
        f"S{place}": {word: [{"$ref": f"#/components/schemas/S{place + 1}"}]} for place in range(length)
    }
    schemas[f"S{length}"] = {"type": "integer", "minimum": 7}
    chain = reader.read({"openapi": "3.1.1", "paths": {}, "components": {"schemas": schemas}})
    assert Generator(chain).value({"$ref": "#/components/schemas/S0"}) == 7

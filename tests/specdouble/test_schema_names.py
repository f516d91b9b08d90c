"""References to schemas name components, and names are those that every reader understands."""

from typing import Any

import pytest

from specdouble.document import read
from tests.specdouble.conftest import Write

HEAD = "openapi: 3.0.3\ninfo: {title: Fish, version: '1'}\n"


def document_of(name: str, reference: str) -> str:
    content = f"{{a/json: {{schema: {{$ref: '{reference}'}}}}}}"
    paths = f"{{/fish: {{get: {{responses: {{'200': {{description: ok, content: {content}}}}}}}}}}}"
    schema = f"{{type: object, properties: {{child: {{$ref: '{reference}'}}, tail: {{type: string}}}}}}"
    return f"{HEAD}paths: {paths}\ncomponents: {{schemas: {{'{name}': {schema}, Fin: {{type: integer}}}}}}\n"


@pytest.mark.parametrize(
    ("name", "reference", "plain"),
    [
        ("Döbel", "#/components/schemas/Döbel", "D_bel"),
        ("Döbel", "#/components/schemas/D%C3%B6bel", "D_bel"),
        ("Page<Fish>", "#/components/schemas/Page%3CFish%3E", "Page_Fish"),
        ("Page«Fish»", "#/components/schemas/Page«Fish»", "Page_Fish"),
        ("a fish", "#/components/schemas/a fish", "a_fish"),
        ("a/fish", "#/components/schemas/a~1fish", "a_fish"),
        ("Fin?", "#/components/schemas/Fin?", "Fin_2"),
        ("魚", "#/components/schemas/魚", "Schema"),
    ],
)
def test_an_odd_name_gets_a_plain_one_for_readers_alone(write: Write, name: str, reference: str, plain: str) -> None:
    document = read(write(root=document_of(name, reference)))
    assert schema_of(document.content) == {"$ref": f"#/components/schemas/{plain}"}
    schemas = document.content["components"]["schemas"]
    assert schemas.keys() == {plain, "Fin"}
    assert schemas[plain]["properties"]["child"] == {"$ref": f"#/components/schemas/{plain}"}
    assert document.published["components"]["schemas"].keys() == {name, "Fin"}


def test_a_reference_to_another_place_names_a_component(write: Write) -> None:
    place = "#/components/schemas/Fish/properties/tail"
    document = read(write(root=document_of("Fish", place))).content
    assert schema_of(document) == {"$ref": "#/components/schemas/tail"}
    assert document["components"]["schemas"]["tail"] == {"type": "string"}
    assert document["components"]["schemas"].keys() == {"Fish", "Fin", "tail"}


def test_plain_names_are_left_alone(write: Write) -> None:
    document = read(write(root=document_of("Fish-1.0_b", "#/components/schemas/Fish-1.0_b")))
    assert document.content == document.published


def schema_of(document: dict[str, Any]) -> Any:
    return document["paths"]["/fish"]["get"]["responses"]["200"]["content"]["a/json"]["schema"]

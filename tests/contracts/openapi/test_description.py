from typing import Any

import pytest
import yaml

from contracts.messages.bodies import ENCODINGS
from contracts.openapi.description import Model
from contracts.openapi.resources import Field, Resource
from specdouble import OPENAPI
from specdouble.document import load
from tests.contracts.support.notes_contract import DOCUMENT, READ_ONLY


@pytest.fixture(scope="module")
def note() -> Resource:
    (resource,) = Model(DOCUMENT).resources
    return resource


def names(fields: list[Field]) -> set[str]:
    return {field.name for field in fields}


def test_a_resource_is_a_collection_that_creates_and_its_items(note: Resource) -> None:
    assert (note.name, note.collection, note.item, note.parameter) == ("notes", "/notes", "/notes/{noteId}", "noteId")
    assert {verb: operation.id for verb, operation in note.operations.items()} == {
        "create": "add_note",
        "list": "list_notes",
        "read": "get_note",
        "patch": "change_note",
        "delete": "drop_note",
    }


def test_fields_are_sorted_by_who_may_hold_them(note: Resource) -> None:
    assert names(note.writable) == {"title", "text", "state", "urgent", "size"}
    assert names(note.read_only) == set(READ_ONLY) | {"remarks"}
    assert names(note.write_only) == {"secret"}


def test_what_creation_requires_is_found_through_all_of(note: Resource) -> None:
    assert note.create_required == {"title"}


def test_fields_know_their_kind_their_limits_and_their_media_types(note: Resource) -> None:
    fields = {field.name: field for field in note.fields}
    assert (fields["size"].kind, fields["size"].constraints["maximum"]) == ("integer", 900)
    assert fields["state"].constraints["enum"] == ["new", "open", "done"]
    assert fields["text"].encodings == ENCODINGS


def document(**paths: Any) -> dict[str, Any]:
    answer = {"200": {"description": "", "content": {"application/json": {"schema": {"type": "object"}}}}}
    operations = {
        path: {method: {"responses": answer} for method in methods} for path, methods in paths["paths"].items()
    }
    return {"openapi": "3.0.3", "paths": operations}


def test_paths_without_creation_are_no_resource() -> None:
    model = Model(document(paths={"/things": ["get"], "/things/{id}": ["get", "patch"], "/things/search": ["get"]}))
    assert model.resources == []


def test_a_nested_resource_knows_its_parent() -> None:
    paths = {path: ["get", "post"] for path in ("/shops/", "/shops/{shop}/", "/shops/{shop}/items/")}
    model = Model(document(paths={**paths, "/shops/{shop}/items/{item}/": ["get"]}))
    shop, item = model.resources
    assert (shop.parent, item.parent) == (None, shop)


def test_lenient_request_schemas_are_read_by_the_type_of_the_answer() -> None:
    course = next(resource for resource in Model(load(OPENAPI)).resources if resource.name == "course")
    fields = {field.name: field for field in course.fields}
    assert fields["hide_member_count"].kind == "boolean"
    assert fields["name"].kind == "string"
    assert fields["name"].constraints["maxLength"] == 255
    assert fields["categories"].kind == "array"
    assert names(course.write_only) == {"image_original"}


def test_operations_without_an_id_are_named_by_method_and_path() -> None:
    assert set(Model(document(paths={"/things": ["get"]})).operations) == {"GET /things"}


def described(item: str = "", read: str = "", create: str = "") -> list[Resource]:
    """The resources of a document with x-resource on the path of an item, on reading it, and on creating one."""
    content = "content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}"
    answer = f"{{'200': {{description: ok, {content}}}}}"
    text = f"""
    paths:
      /pets:
        get: {{responses: {answer}}}
        post: {{{create} requestBody: {{{content}}}, responses: {answer}}}
      /pets/{{tag}}:
        {item}
        get: {{{read} responses: {answer}}}
        delete: {{responses: {{'204': {{description: ok}}}}}}
    components:
      schemas:
        Pet: {{type: object, properties: {{tag: {{type: string}}, name: {{type: string}}, chip: {{type: string}}}}}}
    """
    return Model(yaml.safe_load(text)).resources


def test_x_resource_takes_operations_out_of_a_resource() -> None:
    assert [set(pets.operations) for pets in described()] == [{"list", "create", "read", "delete"}]
    assert described(create="x-resource: {role: list},") == []
    assert described(read="x-resource: false,") == []
    assert described(item="x-resource: {collection: animals}", create="x-resource: {collection: pets},") == []
    assert len(described(item="x-resource: {collection: pets}", create="x-resource: {collection: pets},")) == 1


def test_x_resource_names_the_id() -> None:
    assert [pets.keys for pets in described()] == [("tag",)]
    assert [pets.keys for pets in described(item="x-resource: {id: chip}")] == [("chip",)]

"""References are followed where OpenAPI has them, in any number of files and to any depth."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from specdouble.document import Options, SpecError, load, read
from tests.specdouble.conftest import Write

HEAD = "openapi: 3.0.3\ninfo: {title: Dogs, version: '1'}\n"
NEWER = HEAD.replace("3.0.3", "3.1.0")


def answering(schema: str) -> str:
    """A document with one operation that answers with a schema."""
    content = f"{{a/json: {{schema: {schema}}}}}"
    response = f"{{description: ok, content: {content}}}"
    return f"{HEAD}paths:\n  /dogs:\n    get:\n      responses:\n        '200': {response}\n"


def answer_of(document: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = document["paths"]["/dogs"]["get"]["responses"]["200"]["content"]["a/json"]["schema"]
    return schema


# --- where a reference is one


@pytest.mark.parametrize(
    "text",
    [
        "paths: {}\nx-docs: [{$ref: nowhere.md}]\n",
        "paths: {x-page: {$ref: nowhere.md}}\n",
        "paths: {/a: {get: {x-page: {$ref: nowhere.md}, responses: {'200': {description: ok}}}}}\n",
        "paths: {}\nexternalDocs: {url: 'https://x.test', $ref: 'https://x.test/y#/z'}\n",
        "paths: {}\ncomponents: {schemas: {A: {example: {$ref: x}, default: {$ref: x}, enum: [{$ref: x}]}}}\n",
        "paths: {}\ncomponents: {examples: {a: {value: {allOf: [{$ref: '#/definitions/b'}]}}}}\n",
        "paths: {}\ncomponents: {schemas: {A: {properties: {$ref: {type: string}, b: {x-c: {$ref: '#/d'}}}}}}\n",
    ],
)
def test_what_is_data_is_no_reference(write: Write, text: str) -> None:
    path = write(root=HEAD + text)
    assert load(path) == load(path)  # from the files, and from the cache
    assert "$ref" in str(load(path))


@pytest.mark.parametrize(
    "text",
    [
        "paths: {/a: {$ref: '#/nowhere'}}\n",
        "paths: {}\ncomponents: {schemas: {A: {items: {$ref: '#/nowhere'}}}}\n",
        "paths: {}\ncomponents: {schemas: {A: {properties: {example: {$ref: '#/nowhere'}}}}}\n",
        "paths: {}\ncomponents: {responses: {A: {description: a, headers: {x-b: {$ref: '#/nowhere'}}}}}\n",
    ],
)
def test_a_reference_that_leads_nowhere_is_an_error(write: Write, text: str) -> None:
    with pytest.raises(SpecError, match="leads nowhere"):
        load(write(root=HEAD + text))


def test_whole_sections_may_be_in_other_files(write: Write) -> None:
    path = write(
        root=HEAD + "paths: {$ref: paths.yaml}\ncomponents: {schemas: {$ref: schemas.yaml}}\n",
        paths=answering("{$ref: 'schemas.yaml#/Dog'}").partition("paths:\n")[2],
        schemas="Dog: {type: object, properties: {friend: {$ref: '#/Dog'}}}\n",
    )
    document = read(path)
    assert answer_of(document.content)["$ref"].startswith("#/components/schemas/Dog")
    assert len(document.warnings) == 2
    assert "OpenAPI has no reference here" in document.warnings[0]


# --- any number of files, any depth


def test_schemas_of_two_files_may_contain_each_other(write: Write) -> None:
    path = write(
        root=answering("{$ref: 'dog.yaml'}"),
        dog="type: object\nproperties:\n  owner: {$ref: owner.yaml}\n",
        owner="type: object\nproperties:\n  dogs: {type: array, items: {$ref: dog.yaml}}\n",
    )
    document = load(path)
    assert answer_of(document) == {"$ref": "#/components/schemas/dog"}
    schemas = document["components"]["schemas"]
    dogs = schemas["dog"]["properties"]["owner"]["properties"]["dogs"]
    assert dogs == {"type": "array", "items": {"$ref": "#/components/schemas/dog"}}


def test_a_name_that_is_taken_gets_a_number(write: Write) -> None:
    root = answering("{$ref: 'other.yaml#/Dog'}") + "components: {schemas: {Dog: {type: string}}}\n"
    document = load(write(root=root, other="Dog: {properties: {puppy: {$ref: '#/Dog'}}}\n"))
    assert answer_of(document) == {"$ref": "#/components/schemas/Dog_2"}
    assert document["components"]["schemas"]["Dog"] == {"type": "string"}


@pytest.mark.parametrize("in_files", [False, True])
def test_a_chain_of_schemas_may_have_any_length(write: Write, in_files: bool) -> None:
    length = 400
    prefix = "chain.yaml#/" if in_files else "#/components/schemas/"
    entries = [f"  S{n}: {{properties: {{next: {{$ref: '{prefix}S{n + 1}'}}}}}}\n" for n in range(length)]
    chain = "".join([*entries, f"  S{length}: {{type: string}}\n"])
    root = answering(f"{{$ref: '{prefix}S0'}}")
    path = write(root=root, chain=chain) if in_files else write(root=f"{root}components:\n schemas:\n{chain}")
    schemas = load(path)["components"]["schemas"]
    assert len(schemas) >= length
    assert schemas["S399"]["properties"]["next"] in ({"$ref": "#/components/schemas/S400"}, {"type": "string"})


def test_the_keys_beside_a_reference_count_in_3_1(write: Write) -> None:
    root = f"{NEWER}paths: {{}}\ncomponents: {{schemas: {{A: {{$ref: 'b.yaml#/B', maxLength: 3}}}}}}\n"
    schemas = load(write(root=root, b="B: {type: string}\n"))["components"]["schemas"]
    assert schemas["A"] == {"maxLength": 3, "allOf": [{"$ref": "#/components/schemas/B"}]}
    assert schemas["B"] == {"type": "string"}


def test_beside_a_reference_to_a_parameter_only_its_texts_count(write: Write) -> None:
    parameter = "{$ref: p.yaml, required: true, description: of the paths}"
    path = write(
        root=f"{NEWER}paths: {{/a: {{get: {{parameters: [{parameter}], responses: {{}}}}}}}}\n",
        p="{name: p, in: query, required: false, description: of the file}\n",
    )
    [read_parameter] = load(path)["paths"]["/a"]["get"]["parameters"]
    assert (read_parameter["required"], read_parameter["description"]) == (False, "of the paths")


def test_a_discriminator_may_name_schemas_of_other_files(write: Write) -> None:
    schema = "{discriminator: {propertyName: kind, mapping: {dog: 'dogs.yaml#/Dog', gone: 'none.yaml#/X', cat: Cat}}}"
    document = load(write(root=answering(schema), dogs="Dog: {type: object}\n"))
    mapping = answer_of(document)["discriminator"]["mapping"]
    assert mapping == {"dog": "#/components/schemas/Dog", "gone": "none.yaml#/X", "cat": "Cat"}
    assert document["components"]["schemas"]["Dog"] == {"type": "object"}


@pytest.mark.parametrize("reference", ["#dog", "https://dogs.test/api.yaml#/components/schemas/Dog"])
def test_anchors_and_the_own_address_of_a_document_are_read(write: Write, reference: str) -> None:
    root = answering(f"{{$ref: '{reference}'}}").replace("3.0.3", "3.2.0\n$self: https://dogs.test/api.yaml")
    schemas = "components: {schemas: {Dog: {$anchor: dog, type: string}}}\n"
    assert answer_of(load(write(root=root + schemas))) == {"$ref": "#/components/schemas/Dog"}


def test_a_media_type_that_3_2_names_is_put_in_place(write: Write) -> None:
    content = "{a/json: {$ref: '#/components/mediaTypes/Dog'}}"
    response = f"{{description: ok, content: {content}}}"
    root = f"{HEAD}paths: {{/dogs: {{get: {{responses: {{'200': {response}}}}}}}}}\n".replace("3.0.3", "3.2.0")
    named = "components: {mediaTypes: {Dog: {schema: {type: string}}}}\n"
    assert answer_of(load(write(root=root + named))) == {"type": "string"}


def test_a_component_that_is_missing_is_only_missed_where_it_is_needed(write: Write) -> None:
    components = "components: {schemas: {Gone: {$ref: gone.yaml}}}\n"
    document = read(write(root=HEAD + "paths: {}\n" + components))
    assert document.content["components"]["schemas"] == {}
    assert "names no file" in document.warnings[0]
    with pytest.raises(SpecError, match="names no file"):
        read(write(root=answering("{$ref: '#/components/schemas/Gone'}") + components))


# --- the folder that references must not leave


def test_references_stay_below_the_folder_of_the_document(tmp_path: Path) -> None:
    (tmp_path / "outside.yaml").write_text("A: {type: string}\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    root = inside / "root.yaml"
    root.write_text(answering("{$ref: '../outside.yaml#/A'}"))
    with pytest.raises(SpecError, match=rf"leaves {inside}\. Allow more with --ref-root DIR") as caught:
        load(root)
    assert caught.value.line == 7
    assert answer_of(read(root, Options(ref_root=tmp_path)).content) == {"type": "string"}
    (inside / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    root.write_text(answering("{$ref: 'link.yaml#/A'}"))
    with pytest.raises(SpecError, match="leaves"):
        load(root)


def test_references_stay_below_the_repository_of_the_document(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / "schemas.yaml").write_text("A: {type: string}\n")
    root = tmp_path / "api" / "root.yaml"
    root.parent.mkdir()
    root.write_text(answering("{$ref: '../schemas.yaml#/A'}"))
    assert answer_of(load(root)) == {"type": "string"}


@pytest.mark.parametrize("reference", ["file:///etc/passwd", "/etc/passwd#/x", "../../etc/passwd", "ftp://x.test/y"])
def test_a_reference_leads_to_no_file_of_the_system(write: Write, reference: str) -> None:
    with pytest.raises(SpecError, match=r"leaves|neither a file nor an address"):
        read(write(root=answering(f"{{$ref: '{reference}'}}")), Options(allow_remote_refs=True))

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specdouble import OPENAPI
from specdouble.document import MAX_WARNINGS, Options, SpecError, load, read
from specdouble.yaml_reader import read_yaml
from tests.specdouble.conftest import Write
from tests.specdouble.support.cats import HEAD, OK, PATHS, ROOT, SCHEMAS


def components(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = load(path)["components"]["schemas"]
    return found


# --- bundling


def test_a_document_of_one_file_comes_through_unchanged(write: Write) -> None:
    path = write(
        root=HEAD
        + """
paths:
  /cats/:
    get:
      responses:
        '200': {$ref: '#/components/responses/Cats'}
        '404': {$ref: '#/paths/~1cats~1/get/responses/200'}
components:
  responses:
    Cats: {description: cats, content: {application/json: {schema: {$ref: '#/components/schemas/Alias'}}}}
  schemas:
    Alias: {$ref: '#/components/schemas/Cat'}
    Cat: {type: object, properties: {mother: {$ref: '#/components/schemas/Cat'}, $ref: {type: string}}}
"""
    )
    assert load(path) == read_yaml(path)


def test_paths_in_other_files_are_put_in_place(write: Write) -> None:
    item = load(write(root=ROOT, paths=PATHS, schemas=SCHEMAS))["paths"]["/cats/{id}/"]
    assert item["get"]["operationId"] == "get_cat"


def test_components_are_referred_to_by_name_from_whichever_file(write: Write) -> None:
    bundled = load(write(root=ROOT, paths=PATHS, schemas=SCHEMAS))
    item = bundled["paths"]["/cats/{id}/"]
    assert item["parameters"] == [{"$ref": "#/components/parameters/CatId"}]
    content = item["get"]["responses"]["200"]["content"]
    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/Cat"}


def test_a_schema_in_another_file_may_refer_to_itself_and_to_its_neighbours(write: Write) -> None:
    schemas = components(write(root=ROOT, paths=PATHS, schemas=SCHEMAS))
    properties = schemas["Cat"]["properties"]
    assert properties["name"] == {"$ref": "#/components/schemas/Name"}
    assert properties["mother"] == {"$ref": "#/components/schemas/Cat"}
    assert properties["kittens"]["items"] == {"$ref": "#/components/schemas/Kitten"}
    assert schemas["Kitten"] == {"allOf": [{"$ref": "#/components/schemas/Cat"}]}


def test_what_is_no_component_is_put_in_place_where_it_is_used(write: Write) -> None:
    schemas = components(write(root=ROOT, paths=PATHS, schemas=SCHEMAS))
    assert schemas["Cat"]["properties"]["colour"] == {"type": "string", "enum": ["black", "red"]}
    assert "Colour" not in schemas


def test_of_two_names_for_one_place_the_second_refers_to_the_first(write: Write) -> None:
    root = HEAD + "paths: {}\ncomponents: {schemas: {A: {$ref: b.yaml#/X}, B: {$ref: b.yaml#/X}}}\n"
    schemas = components(write(root=root, b="X: {type: integer}\n"))
    assert schemas == {"A": {"type": "integer"}, "B": {"$ref": "#/components/schemas/A"}}


def test_a_component_may_be_reached_through_several_files(write: Write) -> None:
    root = HEAD + "paths: {}\ncomponents: {schemas: {A: {$ref: b.yaml#/A}, U: {allOf: [{$ref: c.yaml#/A}]}}}\n"
    schemas = components(write(root=root, b="A: {$ref: c.yaml#/A}\n", c="A: {type: integer}\n"))
    assert schemas == {"A": {"type": "integer"}, "U": {"allOf": [{"$ref": "#/components/schemas/A"}]}}


def test_a_discriminator_names_components_too(write: Write) -> None:
    pet = "Pet: {type: object, discriminator: {propertyName: kind, mapping: {cat: 'b.yaml#/Cat', dog: Dog}}}"
    root = HEAD + "paths: {}\ncomponents: {schemas: {Pet: {$ref: b.yaml#/Pet}, Cat: {$ref: b.yaml#/Cat}}}\n"
    schemas = components(write(root=root, b=f"{pet}\nCat: {{type: object}}\n"))
    assert schemas["Pet"]["discriminator"]["mapping"] == {"cat": "#/components/schemas/Cat", "dog": "Dog"}


def test_folders_may_have_names_that_no_address_could_have(tmp_path: Path) -> None:
    folder = tmp_path / "a b#c%20?d"
    folder.mkdir()
    (folder / "root.yaml").write_text(HEAD + "paths: {/a/: {$ref: a%20b.yaml#/x~1y}}\n")
    (folder / "a b.yaml").write_text(f"x/y: {{get: {{{OK}}}}}\n")
    assert "get" in load(folder / "root.yaml")["paths"]["/a/"]


# --- YAML as JSON means it


def test_statuses_dates_and_words_are_what_is_written(write: Write) -> None:
    path = write(
        root=HEAD
        + """
x-values:
  {day: 2020-01-01, word: yes, code: 007, number: -1.5e3, truth: true, nothing: , on: off, big: 123456789012345678901}
paths: {/a/: {get: {responses: {200: {description: ok}}}}}
"""
    )
    bundled = load(path)
    assert bundled["x-values"] == {
        "day": "2020-01-01",
        "word": "yes",
        "code": "007",
        "number": -1500.0,
        "truth": True,
        "nothing": None,
        "on": "off",
        "big": 123456789012345678901,
    }
    assert list(bundled["paths"]["/a/"]["get"]["responses"]) == ["200"]


def test_anchors_and_merged_keys_are_read(write: Write) -> None:
    path = write(root=HEAD + "x-a: &a {one: 1, two: 2}\nx-b: {<<: *a, two: 3}\npaths: {}\n")
    assert load(path)["x-b"] == {"one": 1, "two": 3}


def test_json_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "root.json"
    path.write_text(
        '\ufeff{\n\t"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "paths": {}}', encoding="utf-8"
    )
    assert load(path)["openapi"] == "3.0.0"


# --- errors, each with its place


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- a\n", None, "a list, not a mapping"),
        ("", None, "nothing, not a mapping"),
        ("info: {}\n", None, "Start the file with: openapi: 3.0.3"),
        ("openapi: 4.0.0\n", 1, "Use OpenAPI 3.0, 3.1 or 3.2"),
        ("info: {}\nswagger: '1.2'\n", 2, "Swagger 1.2"),
        (HEAD + "paths: {/a/: [}\n", 3, "not YAML"),
        (HEAD + "? [a]\n: b\n", 3, "a key must be a text"),
        (HEAD + "x: !!binary aGk=\n", 3, "the tag !!binary has no meaning here"),
        (HEAD + "x: " + "9" * 5000 + "\n", None, "a number that cannot be read"),
        (HEAD + "x: &a [*a]\npaths: {}\n", 3, "nested in"),
        (HEAD + "x: *a\npaths: {}\n", 3, "has no anchor"),
        ("[" * 100_000, 1, "deeper than"),
        ('{"a": ' * 400 + "1" + "}" * 400, None, "deeper than"),
        ("openapi: \0", None, "not YAML"),
        (HEAD + "paths:\n  /a/:\n    $ref: '#/nowhere'\n", 5, "#/nowhere"),
        (HEAD + "paths:\n  /a/:\n    $ref: ''\n", 5, "the whole document"),
        (HEAD + "paths:\n  /a/:\n    $ref: missing.yaml#/a\n", 5, "names no file"),
        (HEAD + "paths:\n  /a/:\n    $ref: https://example.org/a.yaml\n", 5, "Keep a copy here"),
        (HEAD + "paths:\n  /a/:\n    $ref: 5\n", 5, "5 is not of type 'string'"),
        (HEAD + "paths: []\n", 3, "[] is not of type 'object'"),
        (HEAD + "paths: {}\ncomponents:\n  schemas:\n    X: {$ref: '#/components/schemas/X'}\n", 6, "leads to itself"),
    ],
)
def test_a_broken_document_is_refused_with_its_place(write: Write, text: str, line: int | None, words: str) -> None:
    path = write(root=text)
    with pytest.raises(SpecError) as caught:
        load(path)
    said = str(caught.value)
    assert words in said
    assert said.startswith(f"{path}: " if line is None else f"{path}:{line}: ")
    assert "\n" not in said
    assert caught.value.line == line


GET = "paths:\n  /a/:\n    get:\n"
SURPLUS = "{in: path, name: b, required: true, schema: {}}"
SCHEMA = "paths: {}\ncomponents:\n  schemas:\n    X: "


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (HEAD + "paths: {}\npaths: {}\n", 4, '"paths" is repeated'),
        ("openapi: 3.0.3\npaths: {}\n", None, "'info' is a required property"),
        ("openapi: 3.0.3\ninfo: {title: Cats}\npaths: {}\n", 2, "'version' is a required property"),
        ("openapi: 3.0.3\ninfo: {title: Cats, version: 1}\npaths: {}\n", 2, "1 is not of type 'string'"),
        (HEAD + "paths:\n  a/: {}\n", 4, "no slash at its beginning"),
        (HEAD + f"{GET}      operationId: a\n", 5, "'responses' is a required property"),
        (HEAD + f"paths:\n  /a/{{id}}/:\n    get:\n      {OK}\n", 5, 'path parameter "id" is not declared'),
        (HEAD + f"{GET}      parameters: [{SURPLUS}]\n      {OK}\n", 5, 'has no parameter "b"'),
        (HEAD + f"{GET}      parameters:\n      {OK}\n", 6, '"parameters" has no content'),
        (HEAD + f"{GET}      parameters: [{{in: query}}]\n      {OK}\n", 6, "'name' is a required"),
        (HEAD + f"{GET}      parameters: [{{in: bag, name: b}}]\n      {OK}\n", 6, "'bag' is no place"),
        (HEAD + f"{GET}      parameters: [{{in: query, name: b}}]\n      {OK}\n", 6, "'schema' is a req"),
        (HEAD + f"{GET}      operationId: 5\n      {OK}\n", 6, "5 is not of type 'string'"),
        (HEAD + f"{GET}      tags:\n        - one\n        - 2\n      {OK}\n", 8, '2 is not of type "string"'),
        (HEAD + f"{GET}      parameters: [{{$ref: '#/info'}}]\n      {OK}\n", 6, "'name' is a required"),
        (HEAD + "servers: [{}]\npaths: {}\n", 3, "'url' is a required"),
        (HEAD + "paths: {}\ncomponents:\n  securitySchemes:\n    k: {type: apiKey}\n", 6, "'in' is a required"),
        (HEAD + SCHEMA + "{type: integer, default: x}\n", 6, "'x' is not of type"),
        (HEAD + SCHEMA + "{type: string, default: null}\n", 6, "None is not of type"),
        (HEAD + SCHEMA + "{type: feline}\n", 6, "feline"),
        (HEAD + SCHEMA + "{type: string, pattern: '(?i)a'}\n", 6, "is not a regular expression of ECMA-262"),
        (HEAD + SCHEMA + "{type: string, minLength: '5'}\n", 6, "is not a whole number from 0"),
        (HEAD + SCHEMA + "{type: object, required: true}\n", 6, "is not a list of names"),
        (HEAD + SCHEMA + "{type: object, required: []}\n", 6, '"required" has no name'),
        (HEAD + SCHEMA + "{type: object, required: [a, a]}\n", 6, "has a value twice"),
        (HEAD + SCHEMA + "{enum: [a, b, a]}\n", 6, "has a value twice"),
        (HEAD + SCHEMA + "{allOf: []}\n", 6, "has no schema"),
        (HEAD + SCHEMA + "{type: [string, 'null']}\n", 6, "keywords of OpenAPI 3.1"),
        (HEAD + SCHEMA + "{type: string, const: a}\n", 6, "keywords of OpenAPI 3.1"),
        (HEAD + SCHEMA + "{type: integer, exclusiveMinimum: 5}\n", 6, "keywords of OpenAPI 3.1"),
        (HEAD + SCHEMA + "{type: integer, exclusiveMinimum: true}\n", 6, 'needs "minimum" beside it'),
        (HEAD + SCHEMA + "{type: file}\n", 6, "a type of Swagger 2.0"),
        (HEAD + SCHEMA + "{allOf: [true]}\n", 6, "Only OpenAPI 3.1 has such schemas"),
        (HEAD + SCHEMA + "{type: array, items: [{}, {}]}\n", 6, "is not a schema"),
        (HEAD + SCHEMA + "{type: object, id: /a}\n", 6, "is not a keyword of OpenAPI"),
        (HEAD + "security: 5\npaths: {}\n", 3, "no list of schemes"),
        (HEAD + "security: [{key: true}]\npaths: {}\n", 3, "no list of schemes"),
        (HEAD + SCHEMA + "{type: object, properties: []}\n", 6, '"properties" has no content'),
        (HEAD + SCHEMA + "{type: object, contains: {}}\n", 6, "'contains' was unexpected"),
        (HEAD + SCHEMA + "{properties: {$ref: '#/x-fur'}}\nx-fur: {a: {type: string}}\n", 6, "no reference here"),
    ],
)  # fmt: skip
def test_a_formal_fault_is_a_warning_with_its_place_and_an_error_if_that_is_asked_for(
    write: Write, text: str, line: int | None, words: str
) -> None:
    path = write(root=text)
    [warning] = read(path).warnings
    assert words in warning
    assert warning.startswith(f"{path}: " if line is None else f"{path}:{line}: ")
    with pytest.raises(SpecError) as caught:
        read(path, Options(strict=True))
    assert str(caught.value) == warning


def test_a_limit_may_be_written_as_a_decimal(write: Write) -> None:
    document = read(write(root=HEAD + SCHEMA + "{type: string, minLength: 2.0}\n"))
    assert document.warnings == ()
    assert document.content["components"]["schemas"]["X"] == {"type": "string", "minLength": 2}


def test_warnings_are_kept_with_the_document(write: Write) -> None:
    path = write(root="openapi: 3.0.3\ninfo: {title: Cats}\npaths: {}\n")
    assert read(path).warnings == read(path).warnings != ()


def test_a_document_with_many_faults_is_described_by_the_first_ones(write: Write) -> None:
    path = write(root=HEAD + "paths:\n" + "".join(f"  a{number}: {{}}\n" for number in range(60)))
    warnings = read(path).warnings
    assert len(warnings) == MAX_WARNINGS + 1
    assert "40 more faults" in warnings[-1]


def test_an_id_that_two_operations_share_belongs_to_the_first(write: Write) -> None:
    operation = f"\n    get:\n      operationId: same\n      {OK}\n"
    path = write(root=f"{HEAD}paths:\n  /a/:{operation}  /b/:{operation}")
    document = read(path)
    assert document.warnings == (
        f'{path}:10: "same" is also the id of GET /a/. Give each operation its own. (at #/paths/~1b~1/get/operationId)',
    )
    assert [item["get"].get("operationId") for item in document.content["paths"].values()] == ["same", None]


def test_an_error_in_another_file_is_told_with_that_file_and_its_line(write: Write) -> None:
    root = write(root=HEAD + "paths: {/a/: {$ref: paths.yaml#/a}}\n", paths="\n\na:\n  get:\n    responses: []\n")
    with pytest.raises(SpecError) as caught:
        load(root)
    assert (caught.value.path.name, caught.value.line, caught.value.pointer) == ("paths.yaml", 5, "#/a/get/responses")


def test_a_broken_file_is_named_and_not_the_one_that_refers_to_it(write: Write) -> None:
    root = write(root=HEAD + "paths: {/a/: {$ref: paths.yaml#/a}}\n", paths="a: [\n")
    with pytest.raises(SpecError, match="not YAML") as caught:
        load(root)
    assert caught.value.path.name == "paths.yaml"


def test_a_schema_of_another_file_may_contain_itself(write: Write) -> None:
    schema = "{type: array, items: {$ref: 'tree.yaml#/T'}}"
    operation = (
        f"get: {{responses: {{'200': {{description: ok, content: {{application/json: {{schema: {schema}}}}}}}}}}}"
    )
    path = write(root=HEAD + f"paths: {{/a: {{{operation}}}}}\n", tree="T: {properties: {child: {$ref: '#/T'}}}\n")
    document = load(path)
    media = document["paths"]["/a"]["get"]["responses"]["200"]["content"]["application/json"]
    assert media["schema"]["items"] == {"$ref": "#/components/schemas/T"}
    assert document["components"]["schemas"] == {"T": {"properties": {"child": {"$ref": "#/components/schemas/T"}}}}


def test_a_path_that_leads_to_itself_is_rejected(write: Write) -> None:
    callback = "a: {post: {callbacks: {done: {'{$url}': {$ref: '#/a'}}}, responses: {'200': {description: ok}}}}\n"
    with pytest.raises(SpecError, match="leads to itself") as caught:
        load(write(root=HEAD + "paths: {/a/: {$ref: paths.yaml#/a}}\n", paths=callback))
    assert (caught.value.path.name, caught.value.line) == ("paths.yaml", 1)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="there is no such file"):
        load(tmp_path / "missing.yaml")
    with pytest.raises(SpecError, match="this is a folder"):
        load(tmp_path)


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"openapi: 3.0.3\ninfo: caf\xe9\n")
    with pytest.raises(SpecError, match="not UTF-8") as caught:
        load(path)
    assert caught.value.line == 2


def test_the_contract_itself_is_valid() -> None:
    assert load(OPENAPI)["info"]["title"]


def test_a_start_imports_no_client_for_addresses(cache: Path) -> None:
    code = (
        "import sys; from specdouble import OPENAPI; from specdouble.document import load; load(OPENAPI);"
        "print('httpx' in sys.modules)"
    )
    output = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "ab"
    ]
    assert output == ["False\n", "False\n"]

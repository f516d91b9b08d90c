import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from specdouble import OPENAPI
from specdouble import cache as cache_module
from specdouble import document as document_module
from specdouble.cache import cache_folder
from specdouble.document import SpecError, load
from specdouble.yaml_reader import read_yaml
from tests.specdouble.conftest import Write

HEAD = "openapi: 3.0.3\ninfo: {title: Cats, version: '1'}\n"
OK = "responses: {'200': {description: ok}}"
ROOT = (
    HEAD
    + """
paths:
  /cats/{id}/:
    $ref: paths.yaml#/cat
components:
  parameters:
    CatId: {name: id, in: path, required: true, schema: {type: integer}}
  schemas:
    Cat: {$ref: schemas.yaml#/Cat}
    Kitten: {$ref: schemas.yaml#/Kitten}
    Name: {type: string}
"""
)
PATHS = """
cat:
  parameters:
    - $ref: root.yaml#/components/parameters/CatId
  get:
    operationId: get_cat
    responses:
      200:
        description: The cat
        content:
          application/json:
            schema: {$ref: root.yaml#/components/schemas/Cat}
"""
SCHEMAS = """
Cat:
  type: object
  properties:
    name: {$ref: root.yaml#/components/schemas/Name}
    colour: {$ref: '#/Colour'}
    mother: {$ref: '#/Cat'}
    kittens: {type: array, items: {$ref: '#/Kitten'}}
Kitten:
  allOf: [{$ref: schemas.yaml#/Cat}]
Colour: {type: string, enum: [black, red]}
"""


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
        ("openapi: 3.2.0\n", 1, "Convert it to OpenAPI 3.0 or 3.1"),
        ("info: {}\nswagger: '2.0'\n", 2, "Swagger 2.0"),
        (HEAD + "paths: {/a/: [}\n", 3, "not YAML"),
        (HEAD + "paths: {}\npaths: {}\n", 4, '"paths" is repeated'),
        (HEAD + "? [a]\n: b\n", 3, "a key must be a text"),
        (HEAD + "x: !!binary aGk=\n", 3, "not YAML"),
        (HEAD + "x: " + "9" * 5000 + "\n", None, "a number that cannot be read"),
        (HEAD + "x: &a [*a]\npaths: {}\n", None, "in itself"),
        ("[" * 100_000, None, "deeper than"),
        ("openapi: \0", None, "not YAML"),
        (HEAD + "paths:\n  /a/:\n    $ref: '#/nowhere'\n", 5, "#/nowhere"),
        (HEAD + "paths:\n  /a/:\n    $ref: ''\n", 5, "the whole document"),
        (HEAD + "paths:\n  /a/:\n    $ref: missing.yaml#/a\n", 5, "names no file"),
        (HEAD + "paths:\n  /a/:\n    $ref: https://example.org/a.yaml\n", 5, "Keep a copy here"),
        (HEAD + "paths:\n  /a/:\n    $ref: 5\n", 5, "5 is not of type 'string'"),
        (HEAD + "paths: []\n", 3, "[] is not of type 'object'"),
        (HEAD + "paths:\n  /a/:\n    get:\n      operationId: a\n", 5, "'responses' is a required property"),
        (HEAD + f"paths:\n  /a/{{id}}/:\n    get:\n      {OK}\n", 5, 'path parameter "id" is not declared'),
        (HEAD + "paths: {}\ncomponents:\n  schemas:\n    X: {$ref: '#/components/schemas/X'}\n", 6, "leads to itself"),
        (HEAD + "paths: {}\ncomponents:\n  schemas:\n    X: {type: integer, default: x}\n", 6, "'x' is not of type"),
        (
            HEAD + f"paths:\n  /a/:\n    get:\n      parameters: [{{$ref: '#/info'}}]\n      {OK}\n",
            None,
            "component of its kind",
        ),
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


def test_an_id_that_two_operations_share_is_refused_where_it_occurs_again(write: Write) -> None:
    operation = f"\n    get:\n      operationId: same\n      {OK}\n"
    with pytest.raises(SpecError, match='"same" is also the id of GET /a/') as caught:
        load(write(root=f"{HEAD}paths:\n  /a/:{operation}  /b/:{operation}"))
    assert (caught.value.line, caught.value.pointer) == (10, "#/paths/~1b~1/get/operationId")


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


def test_recursion_outside_of_components_is_refused(write: Write) -> None:
    root = write(root=HEAD + "paths: {}\nx-tree: {$ref: tree.yaml#/T}\n", tree="T: {child: {$ref: '#/T'}}\n")
    with pytest.raises(SpecError, match="List it under components"):
        load(root)


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="there is no such file"):
        load(tmp_path / "missing.yaml")
    with pytest.raises(SpecError, match="this is a folder"):
        load(tmp_path)


def test_an_address_is_told_with_what_saves_it() -> None:
    with pytest.raises(SpecError, match=r"this is an address; save .* \(curl -o openapi.yaml https://a.b/c.yaml\)"):
        load(Path("https://a.b/c.yaml"))


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"openapi: 3.0.3\ninfo: caf\xe9\n")
    with pytest.raises(SpecError, match="not UTF-8") as caught:
        load(path)
    assert caught.value.line == 2


# --- the cache


def never(*_: object) -> dict[str, Any]:
    pytest.fail("the document was read again")


def test_the_second_reading_is_served_from_the_cache(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(root=ROOT, paths=PATHS, schemas=SCHEMAS)
    first = load(path)
    monkeypatch.setattr(document_module, "bundle", never)
    assert load(path) == first


def test_a_change_in_any_file_is_seen(write: Write) -> None:
    path = write(root=ROOT, paths=PATHS, schemas=SCHEMAS)
    load(path)
    write(paths=PATHS.replace("get_cat", "read_cat"))
    assert load(path)["paths"]["/cats/{id}/"]["get"]["operationId"] == "read_cat"


def test_a_file_that_is_gone_is_missed(write: Write) -> None:
    path = write(root=ROOT, paths=PATHS, schemas=SCHEMAS)
    load(path)
    path.with_name("paths.yaml").unlink()
    with pytest.raises(SpecError, match="names no file"):
        load(path)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"files": {}}', b'{"files": 5}', b"\xff"])
def test_a_broken_cache_is_passed_over(write: Write, cache: Path, content: bytes) -> None:
    path = write(root=ROOT, paths=PATHS, schemas=SCHEMAS)
    first = load(path)
    [entry] = cache.iterdir()
    entry.write_bytes(content)
    assert load(path) == first


def test_nothing_broken_is_kept(write: Write, cache: Path) -> None:
    with pytest.raises(SpecError):
        load(write(root=HEAD + "paths: []\n"))
    assert not cache.exists()


def test_a_cache_that_cannot_be_written_does_no_harm(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert load(write(root=HEAD + "paths: {}\n"))["paths"] == {}


def test_a_reader_of_another_version_does_not_find_what_this_one_kept(
    write: Write, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(root=HEAD + "paths: {}\n")
    load(path)
    monkeypatch.setattr(cache_module, "_readers", lambda: (b"another version",))
    load(path)
    assert len(list(cache.iterdir())) == 2


def test_a_warm_start_does_not_import_prance(cache: Path) -> None:
    code = (
        "import sys; from specdouble import OPENAPI; from specdouble.document import load; load(OPENAPI);"
        "print('prance' in sys.modules)"
    )
    said = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout for _ in "ab"
    ]
    assert said == ["True\n", "False\n"]


def test_the_contract_itself_is_valid() -> None:
    assert load(OPENAPI)["info"]["title"]


@pytest.mark.parametrize(
    ("platform", "environment", "folder"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/specdouble"),
        ("linux", {}, "/home/me/.cache/specdouble"),
        ("darwin", {}, "/home/me/Library/Caches/specdouble"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/specdouble/Cache"),
        ("win32", {}, "/home/me/AppData/Local/specdouble/Cache"),
    ],
)
def test_the_cache_is_where_the_platform_wants_it(
    monkeypatch: pytest.MonkeyPatch, platform: str, environment: dict[str, str], folder: str
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("LOCALAPPDATA", raising=False)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert cache_folder() == Path(folder)


def test_somebody_without_a_home_has_no_cache(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(Path, "home", homeless)
    assert load(write(root=HEAD + "paths: {}\n"))["paths"] == {}


def test_a_file_that_may_not_be_read_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    path = write(root=HEAD + "paths: {}\n")
    monkeypatch.setattr(Path, "read_bytes", locked)
    with pytest.raises(SpecError, match=r"cannot be read \(Permission denied\)"):
        read_yaml(path)


def test_an_error_within_a_list_is_told_with_its_line(write: Write) -> None:
    text = f"{HEAD}paths:\n  /a/:\n    get:\n      tags:\n        - one\n        - 2\n      {OK}\n"
    with pytest.raises(SpecError, match="2 is not of type 'string'") as caught:
        load(write(root=text))
    assert (caught.value.line, caught.value.pointer) == (8, "#/paths/~1a~1/get/tags/1")

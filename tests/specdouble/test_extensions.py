"""Specification extensions are read with the document; a wrong one is reported with its place."""

from typing import Any

import pytest

from specdouble import OPENAPI
from specdouble.document import SpecError, load
from specdouble.extensions import EXTENSIONS, misuses
from specdouble.yaml_reader import read_yaml
from tests.generic.conftest import LIBRARY
from tests.specdouble.conftest import Write

DOCUMENT = """
openapi: 3.0.3
info: {{title: Cats, version: '1'}}
{root}
paths:
  /cats:
    get:
      responses: {{'200': {{description: ok}}}}
      {many}
  /cats/{{id}}:
    {path}
    parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
    get:
      {one}
      responses:
        '200':
          description: The cat
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Cat'}}}}}}
components:
  schemas:
    Colour: {{type: string, enum: [black, red]}}
    Cat:
      type: object
      required: [name]
      properties:
        name: {{type: string}}
        {field}
"""

MISUSES: dict[str, tuple[dict[str, str], str]] = {
    "misspelt": ({"one": "x-alowed-to: [owner]"}, 'unknown extension x-alowed-to. Did you mean "x-allowed-to"?'),
    "misplaced": (
        {"one": "x-transitions: {}"},
        "x-transitions belongs to a schema, and this is an operation. Move it.",
    ),
    "not roles": ({"one": "x-allowed-to: owner"}, "it is not a list of roles. Write it like [owner, everyone]."),
    "no roles": ({"one": "x-allowed-to: []"}, "it is not a list of roles"),
    "a new role": ({"one": "x-allowed-to: [vet]"}, '"vet" is not a role. Add it to x-roles.'),
    "a role misspelt": (
        {"root": "x-roles: {keeper: Feeds them}", "one": "x-allowed-to: [keper]"},
        '"keper" is not a role. Did you mean "keeper"?',
    ),
    "an owner of nothing": ({"many": "x-allowed-to: [owner]"}, "the path leads to no item that could have an owner"),
    "roles without a meaning": ({"root": "x-roles: [keeper]"}, "it is not a mapping. Write a line for each role"),
    "a role that is there": ({"root": "x-roles: {owner: x}"}, '"owner" stands for the creator of the item already'),
    "a flag that is none": ({"field": "tag: {x-unique: 'yes'}"}, "it is neither true nor false"),
    "a loose end": (
        {"field": "tag: {type: string, enum: [a, b], x-transitions: {a: [c]}}"},
        '"c" is not in the enum beside it',
    ),
    "a start that is none": (
        {"field": "tag: {type: string, enum: [new, old], x-transitions: {nwe: [old]}}"},
        'Did you mean "new"?',
    ),
    "moves that are no lists": ({"field": "tag: {x-transitions: {a: b}}"}, "it is not a mapping of lists"),
    "moves of a number": ({"field": "tag: {type: integer, x-transitions: {}}"}, "this field is of type integer"),
    "seen by nobody known": ({"field": "tag: {x-item-visible-to: {a: [vet]}}"}, '"vet" is not a role'),
    "seen by a text": ({"field": "tag: {x-item-visible-to: owner}"}, "Write value: [roles]"),
    "shown to nobody known": ({"field": "tag: {x-visible-to: [vet]}"}, '"vet" is not a role'),
    "made of nothing": (
        {"field": "tag: {x-derived-from: [nmae]}"},
        'no schema has a field "nmae". Did you mean "name"?',
    ),
    "made of a text": ({"field": "tag: {x-derived-from: name}"}, "it is not a list of fields"),
    "leads nowhere": ({"field": "tag: {x-references: dogs}"}, 'no path leads to a collection "dogs". '),
    "leads to a list": ({"field": "tag: {x-references: [cats]}"}, "it is not the name of a collection"),
    "no resource": ({"one": "x-resource: true"}, "it is neither false nor a mapping. Write it like {collection: pets"),
    "a resource without a key": ({"one": "x-resource: {rol: read}"}, 'it has no key "rol". Did you mean "role"?'),
    "a role of no operation": (
        {"one": "x-resource: {role: reed}"},
        '"reed" is not a role of an operation. Did you mean',
    ),
    "a role of an item": ({"many": "x-resource: {role: read}"}, '"read" needs an item, and the path has no parameter'),
    "a collection of nothing": ({"many": "x-resource: {collection: dogs}"}, 'no path leads to a collection "dogs". '),
    "an id of nothing": ({"many": "x-resource: {id: nmae}"}, 'no schema has a field "nmae". Did you mean "name"?'),
    "a role of a path": ({"path": "x-resource: {role: list}"}, "the operations of a path have several roles"),
    "a resource of a field": (
        {"field": "tag: {x-resource: false}"},
        "x-resource belongs to an operation or a path, and this is a schema. Move it.",
    ),
    "beside a reference": (
        {"field": "tag: {$ref: '#/components/schemas/Colour', x-unique: true}"},
        "beside a $ref x-unique has no effect. Put the reference into allOf",
    ),
    "rules that are none": ({"one": "x-rules: CAT-1"}, "it is not a list of rule ids"),
}


def written(write: Write, **parts: str) -> Any:
    return write(cats=DOCUMENT.format(**{"root": "", "many": "", "path": "", "one": "", "field": "", **parts}))


@pytest.mark.parametrize(("parts", "message"), MISUSES.values(), ids=MISUSES)
def test_a_wrong_word_is_told_with_its_place_and_what_to_do(write: Write, parts: dict[str, str], message: str) -> None:
    path = written(write, **parts)
    with pytest.raises(SpecError) as refused:
        load(path)
    (word,) = [each for each in parts.values() if "x-roles" not in each or len(parts) == 1]
    line = next(number for number, text in enumerate(path.read_text().splitlines(), 1) if word in text)
    assert message in str(refused.value)
    assert refused.value.line == line
    assert str(refused.value.pointer).endswith(("/tag", *EXTENSIONS, "x-alowed-to"))


def test_a_field_cannot_be_required_and_hidden_from_some(write: Write) -> None:
    text = written(write).read_text().replace("name: {type: string}", "name: {type: string, x-visible-to: [owner]}")
    with pytest.raises(SpecError, match=r"yet required. Take it out of required.*name/x-visible-to"):
        load(write(hidden=text))


def test_other_words_and_names_that_begin_like_words_are_left_alone(write: Write) -> None:
    load(written(write, one="x-internal: {x-unique: 7}", field="x-trims: {type: string, example: {x-trim: 7}}"))


def test_every_word_in_its_place_is_accepted() -> None:
    assert list(misuses(load(LIBRARY))) == []
    assert list(misuses(load(OPENAPI))) == []


@pytest.mark.parametrize("word", EXTENSIONS)
def test_no_value_of_a_word_makes_the_reader_stumble(word: str) -> None:
    values: list[Any] = [None, True, 7, "x", [], [7], [None], {}, {"a": 7}, {"a": [[]]}, {"a": {}}]
    for value in values:
        documents: list[dict[str, Any]] = [
            {word: value},
            {"paths": {"/x": {"get": {word: value}}}},
            {"components": {"schemas": {"X": {"properties": {"y": {word: value, "enum": [["z"]]}}, "required": 7}}}},
        ]
        for document in documents:
            assert all(isinstance(message, str) for _, message in misuses(document))


def test_the_head_of_the_contract_names_every_word_that_it_uses() -> None:
    text = OPENAPI.read_text()
    used = {word for word in EXTENSIONS if any(word in path.read_text() for path in OPENAPI.parent.rglob("*.yaml"))}
    assert {word for word in used if f"#   {word} " not in text} == set()
    assert isinstance(read_yaml(OPENAPI), dict)

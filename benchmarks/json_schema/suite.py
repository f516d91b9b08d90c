"""The cases of the JSON Schema Test Suite, each as a document of OpenAPI with the schema as a component."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from mockserver.openapi.json_values import type_of
from specdouble.grammar import Node, objects

NAME: Final = "Subject"
_AT: Final = f"#/components/schemas/{NAME}"
_FOLDERS: Final[Mapping[str, str]] = {"3.1.1": "draft2020-12", "3.2.0": "draft2020-12", "3.0.3": "draft4"}
"""Version of OpenAPI → the folder of the dialect that its schemas have, or are a part of."""
_MORE: Final = ("optional/format/*.json", "optional/bignum.json", "optional/float-overflow.json")
"""Cases that the suite counts as optional, and that OpenAPI has."""
_OTHER_RESOURCES: Final = {
    "$id": "the schema has an address of its own",
    "id": "the schema has an address of its own",
    "$schema": "the schema chooses its dialect",
    "$dynamicRef": "the reference depends on the way to it",
}
_IN_3_0: Final = frozenset(
    {
        *("additionalProperties", "allOf", "anyOf", "default", "definitions", "description", "enum", "format", "items"),
        *("exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf", "not", "oneOf", "pattern"),
        *("maxItems", "minItems", "maxLength", "minLength", "maxProperties", "minProperties", "properties"),
        *("required", "title", "type", "uniqueItems", "$ref"),
    }
)


class Case(NamedTuple):
    """A schema of the suite in a document, and the values that the suite gives a verdict about."""

    name: str
    document: dict[str, Any]
    values: list[tuple[str, Any, bool]]
    """Each with its description, and whether it is valid."""
    skipped: str = ""
    """Why OpenAPI does not have the case; empty where it has it."""


def cases(suite: Path, version: str) -> Iterator[Case]:
    """Yield the cases of the suite for a version of OpenAPI."""
    folder = suite / _FOLDERS[version]
    files = [*sorted(folder.glob("*.json")), *(file for more in _MORE for file in sorted(folder.glob(more)))]
    for file in files:
        for group in json.loads(file.read_bytes()):
            yield _case(f"{file.relative_to(folder)}: {group['description']}", group, version)


def _case(name: str, group: Mapping[str, Any], version: str) -> Case:
    values = [(test["description"], test["data"], test["valid"]) for test in group["tests"]]
    schema = group["schema"]
    if isinstance(schema, dict):
        schema = {key: value for key, value in schema.items() if key != "$schema"}
    components = {NAME: schema}
    if version.startswith("3.0") and isinstance(schema, dict):
        components |= schema.pop("definitions", {})
    document: dict[str, Any] = {
        "openapi": version,
        "info": {"title": name, "version": "1"},
        "paths": {},
        "components": {"schemas": components},
    }
    reason = "OpenAPI asserts formats" if name.startswith("format.json") else _reason(document, version)
    _move_references(document)
    return Case(name, document, values, reason)


def types_of(case: Case) -> list[str]:
    """Return the types of the values of a case that are valid."""
    return list(dict.fromkeys(type_of(value).replace("integer", "number") for _, value, valid in case.values if valid))


def _reason(document: dict[str, Any], version: str) -> str:
    """Return why OpenAPI does not have a case."""
    for node in objects(document):
        for keyword, reason in _OTHER_RESOURCES.items():
            if node.kind == "schema" and isinstance(node.content.get(keyword), str):
                return reason
        reference = node.content.get("$ref")
        if node.kind == "schema" and isinstance(reference, str) and not reference.startswith("#"):
            return "the reference leads to another server"
    return _reason_in_3_0(document) if version.startswith("3.0") else ""


def _reason_in_3_0(document: dict[str, Any]) -> str:
    for node in [node for node in objects(document) if node.kind == "schema"]:
        if not node.content.keys() <= _IN_3_0:
            return "OpenAPI 3.0 has not all of its keywords"
        kind = node.content.get("type")
        if isinstance(kind, list) or kind == "null" or isinstance(node.content.get("items"), list):
            return "OpenAPI 3.0 writes it in another way"
    if any(isinstance(schema, bool) for schema in document["components"]["schemas"].values()):
        return "OpenAPI 3.0 has no true and false as schemas"
    return ""


def _move_references(document: dict[str, Any]) -> None:
    """Let references to the root of a schema lead to the component that it is now."""
    for node in _schemas(document):
        reference = node.content.get("$ref")
        if not isinstance(reference, str):
            continue
        if reference.startswith("#/definitions/") and document["openapi"].startswith("3.0"):
            node.content["$ref"] = f"#/components/schemas/{reference.removeprefix('#/definitions/')}"
        elif reference == "#" or reference.startswith("#/"):
            node.content["$ref"] = _AT + reference.removeprefix("#")


def _schemas(document: dict[str, Any]) -> list[Node]:
    return [node for node in objects(document) if node.kind == "schema"]

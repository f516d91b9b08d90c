"""How tests read the bundled contract: its operations, its schemas, and what they let pass."""

from collections.abc import Iterator
from typing import Any

from openapi_schema_validator import OAS30ReadValidator, OAS30WriteValidator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4

METHODS = {"get", "post", "put", "patch", "delete"}
MEDIA = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data"]
URN = "urn:contract"

Document = dict[str, Any]
Operation = tuple[str, str, dict[str, Any]]


def operations(contract: Document) -> Iterator[Operation]:
    """Each operation with its path and method."""
    for path, item in contract["paths"].items():
        for method in METHODS & item.keys():
            yield path, method, item[method]


def named(contract: Document) -> dict[str, dict[str, Any]]:
    return {operation["operationId"]: operation for _, _, operation in operations(contract)}


def security(contract: Document, operation: dict[str, Any]) -> list[Any]:
    chosen: list[Any] = operation["security"] if "security" in operation else contract["security"]
    return chosen


def resolved(contract: Document, node: Any) -> Any:
    while "$ref" in node:
        target: Any = contract
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def schema(contract: Document, name: str) -> Any:
    return resolved(contract, {"$ref": f"#/components/schemas/{name}"})


def body(contract: Document, operation: str, media: str) -> Any:
    return resolved(contract, named(contract)[operation]["requestBody"]["content"][media]["schema"])


def accepts(contract: Document, name: str, value: object) -> bool:
    return not list(errors(contract, f"#/components/schemas/{name}", value, request=True))


def errors(contract: Document, pointer: str, value: object, request: bool) -> Iterator[Any]:
    registry: Registry[Any] = Registry().with_resource(URN, DRAFT4.create_resource(contract))
    validator = OAS30WriteValidator if request else OAS30ReadValidator
    checked = validator({"$ref": URN + pointer}, registry=registry, format_checker=oas30_format_checker)
    yield from checked.iter_errors(value)


def nodes(node: Any, pointer: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every mapping of a document with its place."""
    if isinstance(node, dict):
        yield pointer, node
        for key, value in node.items():
            yield from nodes(value, f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}")
    if isinstance(node, list):
        for index, value in enumerate(node):
            yield from nodes(value, f"{pointer}/{index}")

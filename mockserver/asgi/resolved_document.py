"""Put an OpenAPI document together again from the operations that Connexion has read.

Connexion shows a resolver one operation at a time, and replaces every reference by its target. A schema that
contains itself is then an object inside itself, so that named schemas become references again.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from connexion.operations import OpenAPIOperation

_ONE: Final = frozenset({"items", "additionalProperties", "not"})
_SEVERAL: Final = frozenset({"allOf", "anyOf", "oneOf"})
_WITH_SCHEMAS: Final = _ONE | _SEVERAL | {"properties"}
_DATA: Final = frozenset({"example", "examples"})

_Parts: TypeAlias = frozenset[tuple[str, int]]
"""The identities of the lists and objects that hold the parts of a schema."""


def documents(operations: Iterable[OpenAPIOperation]) -> "list[ResolvedDocument]":
    """Sort operations into their documents; Connexion shows each operation once for each of its middlewares."""
    sorted_out: list[ResolvedDocument] = []
    for operation in operations:
        document = next((document for document in sorted_out if document.has_place_for(operation)), None)
        if document is None:
            document = ResolvedDocument(operation.components)
            sorted_out.append(document)
        document.add(operation)
    return sorted_out


class ResolvedDocument:
    """The operations of one document, and its components."""

    def __init__(self, components: Mapping[str, Any]) -> None:
        self._components = components
        self._operations: dict[tuple[str, str], list[OpenAPIOperation]] = {}

    def has_place_for(self, operation: OpenAPIOperation) -> bool:
        """Return whether an operation may belong to this document."""
        # Connexion makes a new empty object for each operation where the document has no components.
        if operation.components is not self._components and (operation.components or self._components):
            return False
        same_place = self._operations.get((operation.path, operation.method), [operation])
        return same_place[0].responses is operation.responses

    def add(self, operation: OpenAPIOperation) -> None:
        """Add an operation."""
        self._operations.setdefault((operation.path, operation.method), []).append(operation)

    def places(self) -> Iterator[tuple[OpenAPIOperation, tuple[str, str]]]:
        """Yield each operation with its path and its method."""
        for place, operations in self._operations.items():
            yield from ((operation, place) for operation in operations)

    def write(self) -> dict[str, Any]:
        """Return the document, without its security: Connexion checks who calls."""
        schemas = _Schemas(self._components)
        paths: dict[str, dict[str, Any]] = {}
        for (path, method), operations in self._operations.items():
            paths.setdefault(path, {})[method] = _operation(operations[0], schemas)
        return {
            "openapi": "3.0.3",
            "info": {"title": "An API of Connexion", "version": "1"},
            "paths": paths,
            "components": {"schemas": schemas.components()},
        }


def _operation(operation: OpenAPIOperation, schemas: "_Schemas") -> dict[str, Any]:
    parameters: dict[tuple[str, str], Any] = {}
    # Connexion puts the parameters of the path behind those of the operation, which override them.
    for parameter in operation.parameters:
        parameters.setdefault((parameter["in"], parameter["name"]), schemas.part(parameter))
    node = {"parameters": list(parameters.values()), "responses": schemas.part(operation.responses), "security": []}
    body = {"requestBody": schemas.part(operation.request_body)} if operation.request_body else {}
    return {"operationId": operation.operation_id, **node, **body}


class _Schemas:
    """Copies parts of a document, with a reference in the place of each schema that has a name and parts."""

    def __init__(self, components: Mapping[str, Any]) -> None:
        self._components = components
        self._named: Mapping[str, Any] = components.get("schemas", {})
        self._names = {parts: name for name, schema in self._named.items() if (parts := _parts(schema))}

    def components(self) -> dict[str, Any]:
        """Return the named schemas."""
        return {name: self._definition(schema) for name, schema in self._named.items()}

    def part(self, node: Any) -> Any:
        """Copy a part of the document that may have schemas in it."""
        if isinstance(node, list):
            return [self.part(entry) for entry in node]
        if not isinstance(node, Mapping):
            return node
        return {
            key: self._schema(value) if key == "schema" else value if key in _DATA else self.part(value)
            for key, value in node.items()
        }

    def _schema(self, node: Any) -> Any:
        name = self._names.get(_parts(node))
        return self._definition(node) if name is None else {"$ref": f"#/components/schemas/{name}"}

    def _definition(self, node: Any) -> Any:
        if not isinstance(node, Mapping):
            return node
        return {key: self._keyword(key, value) for key, value in node.items() if not self._is_added(key, value)}

    def _is_added(self, key: str, value: Any) -> bool:
        # While Connexion validates, it adds the components to schemas.
        return key == "components" and value is self._components

    def _keyword(self, key: str, value: Any) -> Any:
        if key in _ONE:
            return self._schema(value)
        if key in _SEVERAL:
            return [self._schema(part) for part in value]
        if key == "properties":
            return {name: self._schema(part) for name, part in value.items()}
        return value


def _parts(schema: Any) -> _Parts:
    """Return the parts by which a schema is recognised, whatever is written beside a reference to it."""
    if not isinstance(schema, Mapping):
        return frozenset()
    return frozenset(
        (key, id(schema[key])) for key in _WITH_SCHEMAS & schema.keys() if isinstance(schema[key], list | Mapping)
    )

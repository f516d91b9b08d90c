"""A document with its operations, and what follows from all of them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mockserver.openapi.json_schema import Converter, View
from mockserver.openapi.operation import Operation, Parameter
from mockserver.openapi.resources import Kind
from mockserver.openapi.schemas import Schema
from mockserver.openapi.servers import base_paths
from specdouble.pointers import resolved


@dataclass(frozen=True)
class Specification:
    """A bundled OpenAPI document and the operations in it."""

    document: Mapping[str, Any]
    operations: Mapping[str, Operation]
    published: Mapping[str, Any] | None = None
    """The document in its own version, where that is another one."""

    def json_schema(self, schema: Schema, view: View) -> dict[str, Any]:
        """Return a schema as JSON Schema, with the components that it refers to."""
        converted = self._converter(view).convert(schema)
        return {**converted, "components": {"schemas": self._needed(converted, view)}}

    def _converter(self, view: View) -> Converter:
        is_3_0 = str(self.document.get("openapi", "3.0")).startswith("3.0")
        return Converter(self.resolve, is_3_0=is_3_0, view=view)

    def _needed(self, node: Any, view: View) -> dict[str, Any]:
        """Return the components that a schema refers to, directly or through others."""
        components: dict[str, Any] = {}
        waiting = [node]
        while waiting:
            entry = waiting.pop()
            if isinstance(entry, Mapping):
                name = str(entry.get("$ref", "")).removeprefix("#/components/schemas/")
                if name not in components and name in self._schemas:
                    components[name] = self._component(name, view)
                    waiting.append(components[name])
                waiting.extend(entry.values())
            elif isinstance(entry, list):
                waiting.extend(entry)
        return components

    @cached_property
    def _schemas(self) -> Mapping[str, Any]:
        schemas: Mapping[str, Any] = self.document.get("components", {}).get("schemas", {})
        return schemas

    @cached_property
    def component_names(self) -> Mapping[int, str]:
        """The names of the schemas among the components, by the identity of each schema."""
        return {id(self.resolve(schema)): name for name, schema in self._schemas.items()}

    @cached_property
    def _converted(self) -> dict[tuple[str, View], Any]:
        return {}

    def _component(self, name: str, view: View) -> Any:
        if (name, view) not in self._converted:
            self._converted[name, view] = self._converter(view).convert(self._schemas[name])
        return self._converted[name, view]

    @property
    def base_path(self) -> str:
        """The path of the first server, which precedes the paths of the document."""
        return base_paths(self.document)[0]

    def base_paths_of(self, path: str) -> list[str]:
        """Return the base paths under which a path is served: those of its own servers, if it has any."""
        item = self.resolve(self.document["paths"].get(path, {}))
        return base_paths(item if item.get("servers") else self.document)

    @property
    def api_keys(self) -> list[tuple[str, str]]:
        """The place of each API key (``header``, ``query`` or ``cookie``) and its name."""
        schemes = map(self.resolve, self.document.get("components", {}).get("securitySchemes", {}).values())
        return [(scheme["in"], scheme["name"]) for scheme in schemes if scheme.get("type") == "apiKey"]

    def key(self, collection: str) -> Parameter:
        """Return the path parameter that is the key of a collection, or ``id`` where no path has one."""
        return self._keys.get(collection, Parameter("id", "path", True, {}))

    @cached_property
    def _keys(self) -> Mapping[str, Parameter]:
        items = [operation for operation in self.operations.values() if operation.address.kind is Kind.ITEM]
        # Paths of one shape may name their parameters differently; that of reading counts.
        items.sort(key=lambda operation: operation.method == "GET")
        return {
            operation.address.collection: operation.parameter(operation.address.steps[-1].parameter)
            for operation in items
        }

    @cached_property
    def addressed(self) -> frozenset[str]:
        """The collections whose items some path names by their keys."""
        operations = self.operations.values()
        return frozenset(step.collection for operation in operations for step in operation.address.steps)

    @cached_property
    def versioned(self) -> frozenset[str]:
        """The collections whose items have versions: some operation has If-Match, If-None-Match or an ETag."""
        return frozenset(operation.address.collection for operation in self.operations.values() if operation.versioned)

    @cached_property
    def reading(self) -> Mapping[str, Operation]:
        """Collection → the operation that reads one of its items: of several, the one whose path has most methods."""
        reading = [
            operation
            for operation in self.operations.values()
            if operation.method == "GET" and operation.address.kind is Kind.ITEM
        ]
        methods = Counter(operation.path for operation in self.operations.values())
        reading.sort(key=lambda operation: methods[operation.path])
        return {operation.address.collection: operation for operation in reading}

    @cached_property
    def item_answers(self) -> Mapping[str, tuple[Schema, ...]]:
        """Collection → the schemas of the answers that show one of its items, each once."""
        answers: dict[str, dict[int, Schema]] = {}
        for operation in self.operations.values():
            if operation.address.kind is Kind.ITEM and operation.response:
                answers.setdefault(operation.address.collection, {})[id(operation.response)] = operation.response
        return {collection: tuple(schemas.values()) for collection, schemas in answers.items()}

    @cached_property
    def whole_schemas(self) -> frozenset[int]:
        """The identities of the schemas that describe whole documents: those of answers, and of bodies but changes."""
        operations = self.operations.values()
        bodies = (
            schema for operation in operations if operation.method != "PATCH" for schema in operation.bodies.values()
        )
        return frozenset(map(id, (*bodies, *(operation.response for operation in operations))))

    @cached_property
    def below(self) -> Mapping[str, tuple[str, ...]]:
        """Collection → the collections whose documents belong to its documents."""
        collections: dict[str, dict[str, None]] = {}
        for operation in self.operations.values():
            address = operation.address
            owners = [step.collection for step in address.steps if step.collection != address.collection]
            if owners:
                collections.setdefault(owners[-1], {})[address.collection] = None
        return {owner: tuple(names) for owner, names in collections.items()}

    def resolve(self, node: Any) -> Any:
        """Follow internal references to their end."""
        # Most nodes are none: to answer here takes half the time.
        if type(node) is dict and "$ref" not in node:
            return node
        return resolved(self.document, node)

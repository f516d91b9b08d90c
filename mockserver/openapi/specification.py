"""The operations of an OpenAPI document, as values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mockserver.openapi.resources import Address, Kind, addresses
from specdouble.pointers import resolved

# HEAD and OPTIONS are answered for every path, and TRACE for none.
METHODS = ("get", "query", "post", "put", "patch", "delete")

Schema = Mapping[str, Any]
Resolve = Callable[[Any], Any]
"""Follows references; see Specification.resolve."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation: where it travels, and its schema."""

    name: str
    location: str
    required: bool
    schema: Schema


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path, with everything that the document says about it.

    ``bodies`` maps each request media type to its schema; ``responses`` maps each status to the schema of its JSON
    answer, or None where it has no body. ``protected``: anonymous callers are rejected. ``knows_callers``: it
    makes a difference who calls.
    """

    id: str
    method: str
    path: str
    address: Address
    parameters: tuple[Parameter, ...]
    bodies: Mapping[str, Schema]
    responses: Mapping[int, Schema | None]
    protected: bool
    knows_callers: bool
    extensions: Mapping[str, Any]
    """The specification extensions of the operation: x-… → value."""

    @property
    def status(self) -> int:
        """The status of success: the smallest 2xx or 3xx that the document lists, or 200."""
        # A 3xx is a success too: an OAuth authorisation answers with a redirect.
        return min((status for status in self.responses if 200 <= status < 400), default=200)

    @property
    def response(self) -> Schema | None:
        """The schema of the answer of success."""
        return self.responses.get(self.status)

    @property
    def condition(self) -> Parameter | None:
        """The If-Match header of the operation, if it has one."""
        matches = (
            parameter
            for parameter in self.parameters
            if parameter.location == "header" and parameter.name.lower() == "if-match"
        )
        return next(matches, None)

    def parameter(self, name: str) -> Parameter:
        """Return a path parameter."""
        matches = (
            parameter for parameter in self.parameters if parameter.location == "path" and parameter.name == name
        )
        return next(matches, Parameter(name, "path", True, {}))


@dataclass(frozen=True)
class Specification:
    """A bundled OpenAPI document and the operations in it."""

    document: Mapping[str, Any]
    operations: Mapping[str, Operation]
    published: Mapping[str, Any] | None = None
    """The document in its own version, where that is another one."""

    @cached_property
    def schemas(self) -> Mapping[str, Any]:
        """The schemas among the components, as JSON Schema."""
        schemas: Mapping[str, Any] = plain(self.document.get("components", {}).get("schemas", {}))
        return schemas

    @property
    def base_path(self) -> str:
        """The path of the first server, which precedes every path of the document."""
        servers = self.document.get("servers") or [{"url": ""}]
        url = str(servers[0].get("url", ""))
        path = url.partition("://")[2].partition("/")[2] if "://" in url else url.strip("/")
        return f"/{path.rstrip('/')}" if path.strip("/") else ""

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
        items = (operation for operation in self.operations.values() if operation.address.kind is Kind.ITEM)
        return {
            operation.address.collection: operation.parameter(operation.address.steps[-1].parameter)
            for operation in items
        }

    @cached_property
    def versioned(self) -> frozenset[str]:
        """The collections that have an operation with If-Match."""
        return frozenset(operation.address.collection for operation in self.operations.values() if operation.condition)

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
        return resolved(self.document, node)


def read(document: Mapping[str, Any]) -> Specification:
    """Read the operations of a bundled document, by their ids."""
    specification = Specification(document, {})
    where = addresses(document["paths"])
    operations: dict[str, Operation] = {}
    for path, item in document["paths"].items():
        item = specification.resolve(item)
        for method in METHODS:
            if method in item:
                operation = _operation(specification, path, method, item, where[path])
                operations[operation.id] = operation
    return Specification(document, operations)


def _operation(
    specification: Specification, path: str, method: str, item: Mapping[str, Any], address: Address
) -> Operation:
    node = item[method]
    security = node.get("security", specification.document.get("security", ()))
    return Operation(
        id=node.get("operationId") or f"{method} {path}",
        method=method.upper(),
        path=path,
        address=address,
        parameters=_parameters(specification, [*item.get("parameters", ()), *node.get("parameters", ())]),
        bodies=_bodies(specification, node),
        responses=_responses(specification, node),
        # An empty requirement among the alternatives lets anonymous callers in.
        protected=bool(security) and all(security),
        knows_callers=any(security),
        extensions={name: value for name, value in node.items() if name.startswith("x-")},
    )


def _parameters(specification: Specification, nodes: list[Any]) -> tuple[Parameter, ...]:
    parameters: dict[tuple[str, str], Parameter] = {}
    for node in map(specification.resolve, nodes):
        schema = specification.resolve(node.get("schema", {}))
        parameters[node["in"], node["name"]] = Parameter(node["name"], node["in"], node.get("required", False), schema)
    return tuple(parameters.values())


def _bodies(specification: Specification, node: Mapping[str, Any]) -> dict[str, Schema]:
    content = specification.resolve(node.get("requestBody", {})).get("content", {})
    return {media.lower(): specification.resolve(entry.get("schema", {})) for media, entry in content.items()}


def _responses(specification: Specification, node: Mapping[str, Any]) -> dict[int, Schema | None]:
    responses: dict[int, Schema | None] = {}
    for status, response in node.get("responses", {}).items():
        if str(status).isdigit():
            content = specification.resolve(response).get("content", {})
            media = next((entry for name, entry in content.items() if "json" in name), None)
            responses[int(status)] = None if media is None else specification.resolve(media.get("schema", {}))
    return responses


# --- schemas ----------------------------------------------------------------------------------------------------------


def properties(schema: Schema, resolve: Resolve) -> dict[str, Schema]:
    """Return the properties of an object schema, those of its ``allOf`` parts included."""
    fields: dict[str, Schema] = {}
    for part in _parts(schema, resolve):
        for name, value in part.get("properties", {}).items():
            fields[name] = resolve(value)
    return fields


def required(schema: Schema, resolve: Resolve) -> tuple[str, ...]:
    """Return the names of the required properties, those of ``allOf`` parts included."""
    names = [name for part in _parts(schema, resolve) for name in part.get("required", ())]
    return tuple(dict.fromkeys(names))


def _parts(schema: Schema, resolve: Resolve) -> list[Schema]:
    """Return the parts of a schema by ``allOf``, at any depth and each once, and then the schema itself."""
    parts: list[Schema] = []
    visited: set[int] = set()
    waiting: list[tuple[Schema, bool]] = [(schema, False)]
    while waiting:
        node, is_complete = waiting.pop()
        node = resolve(node)
        if is_complete:
            parts.append(node)
        elif id(node) not in visited:
            visited.add(id(node))
            waiting.append((node, True))
            waiting += [(part, False) for part in reversed(node.get("allOf", ()))]
    return parts


def canonical(schema: Schema, resolve: Resolve) -> Schema:
    """Return the alternative in which a value is stored: the first one, which may be null where any may be."""
    schema = _without_single_parts(resolve(schema), resolve)
    # The first alternative is the one that is stored; the others are spellings that clients may send.
    for word in ("anyOf", "oneOf"):
        if schema.get(word):
            rest = {key: value for key, value in schema.items() if key != word}
            alternatives = [canonical(part, resolve) for part in schema[word]]
            null = {"nullable": True} if any(part.get("nullable") for part in alternatives) else {}
            return canonical({**rest, **alternatives[0], **null}, resolve)
    return schema


def _without_single_parts(schema: Schema, resolve: Resolve) -> Schema:
    """Return a schema merged with the only part of its ``allOf``, as long as there is a single one."""
    visited: set[int] = set()
    while len(schema.get("allOf", ())) == 1 and not {"properties", "anyOf", "oneOf"} & schema.keys():
        part = resolve(schema["allOf"][0])
        rest = {key: value for key, value in schema.items() if key != "allOf"}
        if id(part) in visited:
            return rest
        visited.add(id(part))
        schema = {**part, **rest}
    return schema


def plain(node: Any) -> Any:
    """Convert a schema of OpenAPI 3.0 to JSON Schema: nullable becomes a type."""
    if isinstance(node, list):
        return [plain(entry) for entry in node]
    if not isinstance(node, Mapping):
        return node
    copy = {key: plain(value) for key, value in node.items() if key not in {"example", "examples", "discriminator"}}
    if copy.get("nullable") is True and "type" in copy:
        copy["type"] = [copy["type"], "null"]
        if "enum" in copy and None not in copy["enum"]:
            copy["enum"] = [*copy["enum"], None]
    return copy

"""Read the operations of an OpenAPI document."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from mockserver.openapi.operation import Encoding, Media, Operation, Parameter, Response
from mockserver.openapi.resources import Address, Kind, addresses, declared_address, list_address, parameter, split
from mockserver.openapi.schemas import Resolve, Schema
from mockserver.openapi.specification import Specification
from specdouble.resource_extension import UNDECLARED, WHOLE_ROLES, declaration

METHODS: Final = ("get", "head", "query", "post", "put", "patch", "delete", "options", "trace")
_WITHOUT_STATE: Final = frozenset({"options", "trace"})
"""Methods that are about the communication, whatever items there are."""


def read(document: Mapping[str, Any]) -> Specification:
    """Read the operations of a bundled document, by their ids."""
    specification = Specification(document, {})
    items = {path: specification.resolve(item) for path, item in document["paths"].items()}
    where = addresses(items, dict(_named_collections(items)))
    operations: dict[str, Operation] = {}
    for path, item in items.items():
        for operation in _operations(specification, path, item, where[path]):
            operations[operation.id] = operation
    return Specification(document, operations)


def _operations(
    specification: Specification, path: str, item: Mapping[str, Any], address: Address
) -> Iterator[Operation]:
    """Yield the operations of a path."""
    reading: Operation | None = None
    for method in METHODS:
        if method in item:
            place = Address(Kind.VIEW, (), "") if method in _WITHOUT_STATE else address
            operation = _operation(specification, path, method, item, place)
            if method == "get":
                reading = operation
            # The content of the answer to GET says what is on a path, and HEAD has none.
            yield replace(operation, address=reading.address) if method == "head" and reading else operation


def _named_collections(items: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the paths that end in a parameter, and the collections that the document names for them."""
    for path, item in items.items():
        if split(path) and parameter(split(path)[-1]):
            declarations = (declaration(item, item[method]) for method in METHODS if method in item)
            names = (declared.collection for declared in declarations if declared.role not in WHOLE_ROLES)
            yield from [(path, name) for name in names if name][:1]


def _operation(
    specification: Specification, path: str, method: str, item: Mapping[str, Any], address: Address
) -> Operation:
    node = item[method]
    declared = UNDECLARED if method in _WITHOUT_STATE else declaration(item, node)
    security = node.get("security", specification.document.get("security", ()))
    operation = Operation(
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
        security=tuple(tuple(alternative) for alternative in security),
        body_required=bool(specification.resolve(node.get("requestBody", {})).get("required")),
        encodings=_encodings(specification, node),
        extensions={name: value for name, value in node.items() if name.startswith("x-")},
        documented={
            str(status).upper() if str(status) != "default" else "default": _response(specification, response)
            for status, response in node.get("responses", {}).items()
            if not str(status).startswith("x-")
        },
        declared=declared,
    )
    if declared != UNDECLARED:
        return replace(operation, address=declared_address(address, declared))
    shows_list = method == "get" and (operation.response or {}).get("type") == "array"
    # What is changed or deleted at a path is one item, whatever the document shows for it.
    is_list = shows_list and not item.keys() & {"put", "patch", "delete"}
    return replace(operation, address=list_address(address)) if is_list else operation


def _parameters(specification: Specification, nodes: list[Any]) -> tuple[Parameter, ...]:
    parameters: dict[tuple[str, str], Parameter] = {}
    for node in map(specification.resolve, nodes):
        parameters[node["in"], node["name"]] = _parameter(specification, node)
    return tuple(parameters.values())


def _parameter(specification: Specification, node: Mapping[str, Any]) -> Parameter:
    content = next(iter(node.get("content", {}).values()), None)
    schema = specification.resolve(node.get("schema", {}) if content is None else content.get("schema", {}))
    style = node.get("style", "")
    return Parameter(
        name=node["name"],
        location=node["in"],
        required=node.get("required", False),
        schema=schema,
        style=style,
        # A form is exploded unless the document says otherwise.
        explode=node.get("explode", style == "form" or (not style and node["in"] in ("query", "cookie"))),
        content=content is not None,
        allow_empty=bool(node.get("allowEmptyValue")),
    )


def _bodies(specification: Specification, node: Mapping[str, Any]) -> dict[str, Schema]:
    contents = _body_contents(specification, node)
    return {media: specification.resolve(entry.get("schema", {})) for media, entry in contents.items()}


def _body_contents(specification: Specification, node: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    content = specification.resolve(node.get("requestBody", {})).get("content", {})
    return {media.partition(";")[0].strip().lower(): specification.resolve(entry) for media, entry in content.items()}


def _encodings(specification: Specification, node: Mapping[str, Any]) -> dict[str, dict[str, Encoding]]:
    contents = _body_contents(specification, node)
    return {
        media: {name: _encoding(value) for name, value in entry["encoding"].items()}
        for media, entry in contents.items()
        if entry.get("encoding")
    }


def _encoding(node: Mapping[str, Any]) -> Encoding:
    style = node.get("style", "")
    media_types = tuple(name.strip().lower() for name in str(node.get("contentType", "")).split(",") if name.strip())
    return Encoding(style, node.get("explode", style in ("", "form", "deepObject")), media_types)


def _responses(specification: Specification, node: Mapping[str, Any]) -> dict[int, Schema | None]:
    responses: dict[int, Schema | None] = {}
    for status, response in node.get("responses", {}).items():
        if str(status).isdigit():
            content = specification.resolve(response).get("content", {})
            # A range of media types that has JSON is answered in it.
            kinds = ("json", "*/*", "application/*", "xml")
            media = next((entry for kind in kinds for name, entry in content.items() if kind in name), None)
            responses[int(status)] = None if media is None else specification.resolve(media.get("schema", {}))
    return responses


def _response(specification: Specification, node: Any) -> Response:
    resolve = specification.resolve
    response = resolve(node)
    headers = {name: resolve(header) for name, header in response.get("headers", {}).items()}
    return Response(
        content={media: _media(resolve, resolve(entry)) for media, entry in response.get("content", {}).items()},
        headers={name: resolve(header.get("schema", {})) for name, header in headers.items()},
        required_headers=frozenset(name for name, header in headers.items() if header.get("required")),
    )


def _media(resolve: Resolve, node: Mapping[str, Any]) -> Media:
    examples = {name: resolve(example) for name, example in node.get("examples", {}).items()}
    # OpenAPI 3.2 calls the value ``dataValue``.
    values = {
        name: example[word]
        for name, example in examples.items()
        for word in ("value", "dataValue")
        if isinstance(example, Mapping) and word in example
    }
    if "example" in node:
        values = {"example": node["example"], **values}
    return Media(resolve(node["schema"]) if "schema" in node else None, values)

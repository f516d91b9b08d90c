"""The operations of an OpenAPI document, as values."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from mockserver.openapi.json_schema import Converter, View
from mockserver.openapi.resources import Address, Kind, addresses, declared_address, list_address, parameter, split
from mockserver.openapi.schemas import Resolve, Schema
from specdouble.pointers import resolved
from specdouble.resource_extension import UNDECLARED, WHOLE_ROLES, Declaration, declaration

METHODS: Final = ("get", "head", "query", "post", "put", "patch", "delete", "options", "trace")
_WITHOUT_STATE: Final = frozenset({"options", "trace"})
"""Methods that are about the communication, whatever items there are."""

_MOST_SERVERS: Final = 100
"""Combinations of the values of server variables that are served."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation: where it travels, how it is written, and its schema."""

    name: str
    location: str
    required: bool
    schema: Schema
    style: str = ""
    """How lists and objects are written; empty: as is usual for the place."""
    explode: bool = False
    content: bool = False
    """Whether a media type describes it, so that its text is JSON."""
    allow_empty: bool = False

    @property
    def prefix(self) -> str:
        """What stands before the value in a path: a dot for the style ``label``, the name for ``matrix``."""
        return {"label": ".", "matrix": f";{self.name}="}.get(self.style, "")


@dataclass(frozen=True, slots=True)
class Media:
    """The content of a response in one media type: its schema, None where it has none, and its examples by name."""

    schema: Schema | None
    examples: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a field of a form is written."""

    style: str = ""
    """How lists and objects are written; empty: as is usual in forms."""
    explode: bool = True
    media_types: tuple[str, ...] = ()
    """The media types of its part; empty: any."""


@dataclass(frozen=True, slots=True)
class Response:
    """A documented response: its content by media type, and the schemas of its headers by name."""

    content: Mapping[str, Media]
    headers: Mapping[str, Schema]
    required_headers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path, with everything that the document says about it.

    ``bodies`` maps each request media type to its schema; ``responses`` maps each status to the schema of its JSON
    answer, else of its XML, or None where it has no body. ``protected``: anonymous callers are rejected.
    ``knows_callers``: it makes a difference who calls.
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
    security: tuple[tuple[str, ...], ...]
    """The alternatives of its security requirements: the names of the schemes that each needs."""
    extensions: Mapping[str, Any]
    """The specification extensions of the operation: x-… → value."""
    body_required: bool = False
    encodings: Mapping[str, Mapping[str, Encoding]] = field(default_factory=dict)
    """Media type of a form → field → how it is written."""
    documented: Mapping[str, Response] = field(default_factory=dict)
    """The documented responses by their keys: a status, a class such as ``4XX``, or ``default``."""
    declared: Declaration = UNDECLARED
    """What the document says about the resource of the operation."""

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

    @property
    def versioned(self) -> bool:
        """Whether the operation concerns the version of an item."""
        names = {parameter.name.lower() for parameter in self.parameters if parameter.location == "header"}
        headers = {name.lower() for response in self.documented.values() for name in response.headers}
        return bool(names & {"if-match", "if-none-match"}) or "etag" in headers

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


def base_paths(node: Mapping[str, Any]) -> list[str]:
    """Return the paths of the servers of a document or of a path, the first one first; empty for the root.

    A variable stands for each of its enumerated values, its default first.
    """
    urls = [url for server in node.get("servers") or [{"url": ""}] for url in _urls(server)]
    return list(dict.fromkeys(map(_path_of, urls)))


def _urls(server: Mapping[str, Any]) -> list[str]:
    urls = [str(server.get("url", ""))]
    for name, variable in server.get("variables", {}).items():
        values = dict.fromkeys((str(variable.get("default", "")), *map(str, variable.get("enum", ()))))
        urls = [url.replace(f"{{{name}}}", value) for url in urls for value in values][:_MOST_SERVERS]
    return urls


def _path_of(url: str) -> str:
    """Return the path of a server's URL, which may be relative to the place of the document."""
    path = urljoin("http://host/", urlsplit(url)._replace(query="", fragment="").geturl())
    return unquote(urlsplit(path).path).rstrip("/")


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

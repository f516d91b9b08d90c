"""Convert a bundled document of Swagger 2.0 to OpenAPI 3.0, so that everything behind it reads OpenAPI alone."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from specdouble.grammar import METHODS, SWAGGER_2, Shape, part_of
from specdouble.pointers import found_at, steps_of
from specdouble.references import reference_of

VERSION: Final = "3.0.3"

_REFERENCES: Final = {
    "#/definitions/": "#/components/schemas/",
    "#/responses/": "#/components/responses/",
    "#/parameters/": "#/components/parameters/",
}
_ANY: Final = "*/*"
_PARAMETER_KEYS: Final = ("name", "in", "description", "required", "allowEmptyValue", "deprecated")
_NO_SCHEMA_KEYS: Final = frozenset((*_PARAMETER_KEYS, "collectionFormat", "schema"))
_STYLES: Final = {
    "csv": {"style": "form", "explode": False},
    "tsv": {"style": "form", "explode": False},
    "ssv": {"style": "spaceDelimited", "explode": False},
    "pipes": {"style": "pipeDelimited", "explode": False},
    "multi": {"style": "form", "explode": True},
}
"""The format of a list in a query → style and explode."""
_FLOWS: Final = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}
_JSON: Final = "application/json"
_URLENCODED, _MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
_BODIES: Final = ("body", "formData")

Json = dict[str, Any]


def is_swagger(document: Mapping[str, Any]) -> bool:
    """Return whether a document is one of Swagger 2.0."""
    return "swagger" in document


def converted(document: Mapping[str, Any]) -> Json:
    """Return a bundled document of Swagger 2.0 as one of OpenAPI 3.0."""
    return _Converter(document).document()


class _Converter:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._consumes = _media_types(document.get("consumes"))
        self._produces = _media_types(document.get("produces"))

    def document(self) -> Json:
        document = self._document
        kept = {key: document[key] for key in document if key in {"info", "tags", "externalDocs", "security"}}
        extensions = {key: value for key, value in document.items() if key.startswith("x-")}
        servers = list(_servers(document))
        return {
            "openapi": VERSION,
            **kept,
            **({"servers": servers} if servers else {}),
            "paths": {path: self._path_item(item) for path, item in document["paths"].items()},
            "components": self._components(),
            **extensions,
        }

    def _components(self) -> Json:
        document = self._document
        parameters = {
            name: self._parameter(node)
            for name, node in document.get("parameters", {}).items()
            if self._resolved(node).get("in") not in _BODIES
        }
        responses = document.get("responses", {})
        schemes = document.get("securityDefinitions", {})
        return {
            "schemas": {name: _schema(node) for name, node in document.get("definitions", {}).items()},
            "parameters": parameters,
            "responses": {name: self._response(node, self._produces) for name, node in responses.items()},
            "securitySchemes": {name: _security_scheme(node) for name, node in schemes.items()},
        }

    def _path_item(self, item: Any) -> Any:
        if not isinstance(item, dict):
            return item
        shared = item.get("parameters", ())
        bodies = [node for node in shared if self._resolved(node).get("in") in _BODIES]
        result = {key: value for key, value in item.items() if key not in {"parameters", *METHODS}}
        if len(shared) > len(bodies):
            result["parameters"] = [self._parameter(node) for node in shared if node not in bodies]
        for method in METHODS:
            if isinstance(item.get(method), dict):
                result[method] = self._operation(item[method], bodies)
        return result

    def _operation(self, operation: Mapping[str, Any], shared_bodies: list[Any]) -> Json:
        produces = _media_types(operation.get("produces")) or self._produces
        consumes = _media_types(operation.get("consumes")) or self._consumes
        replaced = {"parameters", "responses", "consumes", "produces", "schemes"}
        result = {key: value for key, value in operation.items() if key not in replaced}
        own = operation.get("parameters", [])
        parameters = [node for node in own if self._resolved(node).get("in") not in _BODIES]
        own_bodies = [node for node in own if node not in parameters]
        if parameters:
            result["parameters"] = [self._parameter(node) for node in parameters]
        body = self._request_body([self._resolved(node) for node in (own_bodies or shared_bodies)], consumes)
        if body:
            result["requestBody"] = body
        responses = operation.get("responses", {})
        result["responses"] = {
            status: node if status.startswith("x-") else self._response(node, produces)
            for status, node in responses.items()
        }
        return result

    def _resolved(self, node: Any) -> Mapping[str, Any]:
        reference = reference_of(node)
        target = node if reference is None else found_at(self._document, steps_of(reference))
        return target if isinstance(target, dict) else {}

    def _parameter(self, node: Mapping[str, Any]) -> Json:
        if reference_of(node) is not None:
            return _referring(node)
        extensions = {key: value for key, value in node.items() if key.startswith("x-") and key != "x-nullable"}
        return {
            **{key: node[key] for key in _PARAMETER_KEYS if key in node},
            **(_STYLES.get(str(node.get("collectionFormat", "csv")), {}) if _is_list_in_query(node) else {}),
            "schema": _value_schema(node),
            **extensions,
        }

    def _request_body(self, nodes: list[Mapping[str, Any]], consumes: list[str]) -> Json:
        body = next((node for node in nodes if node.get("in") == "body"), None)
        if body is not None:
            content: Json = {"schema": _schema(body.get("schema", {}))}
            result: Json = {"content": dict.fromkeys(consumes or [_JSON], content)}
            for key in ("description", "required"):
                if key in body:
                    result[key] = body[key]
            return result
        return _form(nodes, consumes) if nodes else {}

    def _response(self, node: Mapping[str, Any], produces: list[str]) -> Json:
        if reference_of(node) is not None:
            return _referring(node)
        result = {key: value for key, value in node.items() if key == "description" or key.startswith("x-")}
        result.setdefault("description", "")
        if "headers" in node:
            result["headers"] = {name: _header(header) for name, header in node["headers"].items()}
        examples: Json = node["examples"] if isinstance(node.get("examples"), dict) else {}
        if _ANY in examples and produces:
            # An example of any media type is one of each that is produced.
            examples = {**dict.fromkeys(produces, examples[_ANY]), **examples}
            del examples[_ANY]
        content = {
            media: {
                **({"schema": _schema(node["schema"])} if "schema" in node else {}),
                **({"example": examples[media]} if media in examples else {}),
            }
            for media in dict.fromkeys([*(produces or [_JSON]), *examples])
            if "schema" in node or media in examples
        }
        return {**result, "content": content} if content else result


def _media_types(value: Any) -> list[str]:
    return [media for media in value if isinstance(media, str)] if isinstance(value, list) else []


def _servers(document: Mapping[str, Any]) -> Iterator[Json]:
    host, base = document.get("host"), str(document.get("basePath") or "")
    base = f"/{base.strip('/')}" if base.strip("/") else ""
    if isinstance(host, str) and host:
        for scheme in document.get("schemes") or ["https"]:
            yield {"url": f"{scheme}://{host}{base}"}
    elif base:
        yield {"url": base}


def _referring(node: Mapping[str, Any]) -> Json:
    return {**node, "$ref": _renamed(str(node["$ref"]))}


def _renamed(reference: str) -> str:
    for old, new in _REFERENCES.items():
        if reference.startswith(old):
            return new + reference.removeprefix(old)
    return reference


def _is_list_in_query(node: Mapping[str, Any]) -> bool:
    return node.get("type") == "array" and node.get("in") in {"query", "formData"}


def _value_schema(node: Mapping[str, Any]) -> Json:
    """Return the schema of a parameter or header, whose keywords Swagger has beside its name."""
    keywords = {key: value for key, value in node.items() if key not in _NO_SCHEMA_KEYS}
    schema = _schema({key: value for key, value in keywords.items() if not key.startswith("x-") or key == "x-nullable"})
    return schema if isinstance(schema, dict) else {}


def _header(node: Any) -> Any:
    if not isinstance(node, dict):
        return {"schema": {}}
    description = {"description": node["description"]} if "description" in node else {}
    return {**description, "schema": _value_schema(node)}


def _form(nodes: list[Mapping[str, Any]], consumes: list[str]) -> Json:
    """Return the body that the fields of a form make."""
    fields = {str(node["name"]): _field(node) for node in nodes if "name" in node}
    required = [str(node["name"]) for node in nodes if node.get("required") is True and "name" in node]
    schema = {"type": "object", "properties": fields, **({"required": required} if required else {})}
    has_files = any(node.get("type") == "file" for node in nodes)
    media_types = [media for media in consumes if media in {_URLENCODED, _MULTIPART}]
    if has_files or not media_types:
        media_types = [_MULTIPART] if has_files else [_URLENCODED]
    encoding = {
        str(node["name"]): _STYLES.get(str(node.get("collectionFormat", "csv")), {})
        for node in nodes
        if _is_list_in_query(node) and "name" in node
    }
    content = {"schema": schema, **({"encoding": encoding} if encoding else {})}
    return {"content": dict.fromkeys(media_types, content), **({"required": True} if required else {})}


def _field(node: Mapping[str, Any]) -> Json:
    description = {"description": node["description"]} if "description" in node else {}
    return {**_value_schema(node), **description}


def _schema(schema: Any) -> Any:
    """Return a schema with its references under their new names, and its keywords as OpenAPI 3.0 has them."""
    if isinstance(schema, list):
        return [_schema(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if reference_of(schema) is not None:
        return _referring(schema)
    result: Json = {}
    for key, value in schema.items():
        part = part_of(SWAGGER_2, Shape("schema"), key)
        result[key] = value if part is None else _parts(value) if part.is_map else _schema(value)
    return _modern(result)


def _parts(schemas: Any) -> Any:
    return {name: _schema(part) for name, part in schemas.items()} if isinstance(schemas, dict) else schemas


def _modern(schema: Json) -> Json:
    if isinstance(schema.get("discriminator"), str):
        schema["discriminator"] = {"propertyName": schema["discriminator"]}
    if schema.pop("x-nullable", False) is True:
        schema["nullable"] = True
    if schema.get("type") == "file":
        schema |= {"type": "string", "format": "binary"}
    return schema


def _security_scheme(node: Mapping[str, Any]) -> Json:
    result = {key: value for key, value in node.items() if key == "description" or key.startswith("x-")}
    kind = node.get("type")
    if kind == "basic":
        return {**result, "type": "http", "scheme": "basic"}
    if kind != "oauth2":
        return dict(node)
    urls = {
        new: node[old]
        for old, new in {"authorizationUrl": "authorizationUrl", "tokenUrl": "tokenUrl"}.items()
        if old in node
    }
    flow = {**urls, "scopes": node.get("scopes", {})}
    return {**result, "type": "oauth2", "flows": {_FLOWS.get(str(node.get("flow")), "implicit"): flow}}

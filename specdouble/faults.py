"""Correct the formal faults of a bundled document that would keep readers from serving it, and report each.

A fault that is corrected does no harm: a pattern that nobody can read is no pattern, and a path parameter that is not
declared is a text. The other faults are reported by the schema of the standard.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any, Final

from specdouble.bundling import Fault
from specdouble.downgrade import has_newer_keywords, with_older_keywords
from specdouble.grammar import METHODS, Node, objects
from specdouble.pointers import found_at, steps_of
from specdouble.references import reference_of
from specdouble.standard import is_regular_expression

TYPES: Final = frozenset(("array", "boolean", "integer", "number", "object", "string", "null", "file"))
_PLACES: Final = ("path", "query", "header", "cookie", "querystring")
_PLACES_OF_SWAGGER: Final = ("path", "query", "header", "body", "formData")
_NOT_DOCUMENTED: Final = {"default": {"description": "Not documented."}}


def correct(document: dict[str, Any]) -> list[Fault]:
    """Correct a bundled document in place, and return what was wrong with it."""
    return list(_Corrector(document).faults())


class _Corrector:
    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._is_swagger = "swagger" in document
        self._ids: dict[str, str] = {}

    def faults(self) -> Iterator[Fault]:
        yield from self._root()
        # A list, because corrections change what is walked over.
        for node in list(objects(self._document)):
            correction = self._CORRECTIONS.get(node.kind)
            if correction is not None:
                yield from correction(self, node)

    # --- the document -----------------------------------------------------------------------------------------------

    def _root(self) -> Iterator[Fault]:
        document = self._document
        if not isinstance(document.get("info"), dict):
            yield (), "'info' is a required property. Give the document a title and a version."
            document["info"] = {"title": "Untitled", "version": "0"}
        for key, value in (("title", "Untitled"), ("version", "0")):
            if key not in document["info"]:
                yield ("info",), f"'{key}' is a required property. Add it."
            if not isinstance(document["info"].setdefault(key, value), str):
                yield ("info", key), f"{document['info'][key]!r} is not of type 'string'. Quote it."
                document["info"][key] = str(document["info"][key])
        if "paths" not in document:
            if self._is_swagger or not {"webhooks", "components"} & document.keys():
                yield (), "'paths' is a required property. Add the paths of the API."
            document["paths"] = {}
        yield from self._paths(document["paths"])

    def _paths(self, paths: dict[str, Any]) -> Iterator[Fault]:
        for path in list(paths):
            if not path.startswith(("/", "x-")):
                yield ("paths", path), f'the path "{path}" has no slash at its beginning. Add it.'
                paths.setdefault(f"/{path}", paths.pop(path))

    def _servers(self, node: Node) -> Iterator[Fault]:
        servers = node.content.get("servers")
        if not isinstance(servers, list):
            return
        for index, server in enumerate(servers):
            if not (isinstance(server, dict) and isinstance(server.get("url"), str)):
                yield (*node.pointer, "servers", str(index)), "'url' is a required property. Add it."
        node.content["servers"] = [
            server for server in servers if isinstance(server, dict) and isinstance(server.get("url"), str)
        ]

    # --- operations -------------------------------------------------------------------------------------------------

    def _path_item(self, node: Node) -> Iterator[Fault]:
        yield from self._servers(node)
        yield from self._parameters_of(node)

    def _operation(self, node: Node) -> Iterator[Fault]:
        yield from self._servers(node)
        yield from self._security(node)
        yield from self._operation_id(node)
        yield from self._parameters_of(node)
        if "responses" not in node.content:
            if self._is_older:
                yield node.pointer, "'responses' is a required property. Document at least one."
            node.content["responses"] = dict(_NOT_DOCUMENTED)
        if len(node.pointer) == 3 and node.pointer[0] == "paths":
            yield from self._path_parameters(node)

    def _operation_id(self, node: Node) -> Iterator[Fault]:
        if "operationId" not in node.content:
            return
        name, place = node.content["operationId"], (*node.pointer, "operationId")
        here = f"{node.pointer[-1].upper()} {node.pointer[-2]}" if len(node.pointer) > 1 else "another"
        if not isinstance(name, str) or not name:
            yield place, f"{name!r} is not of type 'string'. Write a text."
            del node.content["operationId"]
        elif self._ids.setdefault(name, here) != here:
            yield place, f'"{name}" is also the id of {self._ids[name]}. Give each operation its own.'
            del node.content["operationId"]

    def _parameters_of(self, node: Node) -> Iterator[Fault]:
        """Drop parameters that cannot be read: without a name or a place."""
        parameters = node.content.get("parameters")
        if not isinstance(parameters, list):
            return
        kept = []
        for index, parameter in enumerate(parameters):
            target = self._resolved(parameter)
            place = (*node.pointer, "parameters", str(index))
            if self._is_readable(target):
                kept.append(parameter)
            elif not isinstance(target, dict) or not isinstance(target.get("name"), str):
                yield place, "'name' is a required property. The parameter is ignored."
            else:
                yield place, f"{target.get('in')!r} is no place of a parameter. The parameter is ignored."
        node.content["parameters"] = kept

    def _is_readable(self, parameter: Any) -> bool:
        if not isinstance(parameter, dict) or not isinstance(parameter.get("name"), str):
            return False
        return parameter.get("in") in (_PLACES_OF_SWAGGER if self._is_swagger else _PLACES)

    def _path_parameters(self, node: Node) -> Iterator[Fault]:
        """Declare the parameters that a path has, and drop those that it does not have."""
        item = self._document["paths"][node.pointer[1]]
        names = re.findall(r"\{([^{}]*)\}", node.pointer[1])
        own = node.content.get("parameters", [])
        declared = {self._path_name(parameter) for parameter in (*item.get("parameters", ()), *own)}
        for name in dict.fromkeys(names):
            if name not in declared:
                yield (
                    node.pointer,
                    f'the path parameter "{name}" is not declared. Add it to parameters with "in: path".',
                )
                schema = {"type": "string"} if self._is_swagger else {"schema": {"type": "string"}}
                own = [*own, {"name": name, "in": "path", "required": True, **schema}]
        surplus = [p for p in own if (path_name := self._path_name(p)) is not None and path_name not in names]
        for parameter in surplus:
            yield node.pointer, f'the path has no parameter "{self._path_name(parameter)}". Remove it, or add it there.'
        if own:
            node.content["parameters"] = [parameter for parameter in own if parameter not in surplus]

    def _path_name(self, parameter: Any) -> str | None:
        target = self._resolved(parameter)
        return target["name"] if isinstance(target, dict) and target.get("in") == "path" else None

    def _resolved(self, node: Any) -> Any:
        for _ in range(len(METHODS) * 100):  # a bundle has no circle of references, but a correction may make one
            reference = reference_of(node)
            if reference is None:
                return node
            node = found_at(self._document, steps_of(reference))
        return None

    def _parameter(self, node: Node) -> Iterator[Fault]:
        content = node.content
        if reference_of(content) is not None or not self._is_readable(content):
            return
        if content.get("in") == "path" and content.get("required") is not True:
            yield node.pointer, "a path parameter is always required. Add: required: true"
            content["required"] = True
        if not isinstance(content.get("required", False), bool):
            yield (*node.pointer, "required"), f"{content['required']!r} is not of type 'boolean'."
            del content["required"]
        if self._is_swagger or {"schema", "content"} & content.keys():
            return
        yield node.pointer, "'schema' is a required property. Any value is valid without it."
        content["schema"] = {}

    def _security_scheme(self, node: Node) -> Iterator[Fault]:
        content = node.content
        if reference_of(content) is not None:
            return
        needed = {"apiKey": ("in", "name"), "http": ("scheme",)}.get(str(content.get("type")), ("type",))
        for key in needed:
            if not isinstance(content.get(key), str):
                yield node.pointer, f"'{key}' is a required property. The scheme accepts everything without it."
                content.clear()
                content.update({"type": "http", "scheme": "bearer"})
                return

    # --- schemas ----------------------------------------------------------------------------------------------------

    def _schema(self, node: Node) -> Iterator[Fault]:
        schema = node.content
        for keyword in [keyword for keyword in schema if keyword in KEYWORDS]:
            expected, is_valid = KEYWORDS[keyword]
            if is_valid is _is_count and _is_number(schema[keyword]) and schema[keyword] == int(schema[keyword]):
                schema[keyword] = int(schema[keyword])  # 2.0 is a whole number, but not to every reader
            if not is_valid(schema[keyword]):
                place = (*node.pointer, keyword)
                yield place, f'"{keyword}: {_short(schema[keyword])}" is not {expected}. It is ignored.'
                del schema[keyword]
        yield from self._lists(node)
        yield from self._newer_keywords(node)
        if "default" in schema and not _is_of_type(schema["default"], schema):
            yield (
                (*node.pointer, "default"),
                f"{_short(schema['default'])} is not of type {schema['type']!r}. The default is ignored.",
            )
            del schema["default"]

    def _lists(self, node: Node) -> Iterator[Fault]:
        """Drop what a list has twice, and a list of schemas without any: validators reject both."""
        for keyword in ("required", "enum", "type"):
            values = node.content.get(keyword)
            if isinstance(values, list) and len(unique := _unique(values)) < len(values):
                yield (*node.pointer, keyword), f'"{keyword}" has a value twice. Keep one of them.'
                node.content[keyword] = unique
        for keyword in ("allOf", "anyOf", "oneOf"):
            if node.content.get(keyword) == []:
                yield (*node.pointer, keyword), f'"{keyword}" has no schema. It is ignored.'
                del node.content[keyword]

    def _newer_keywords(self, node: Node) -> Iterator[Fault]:
        schema = node.content
        if not self._is_older:
            return
        if has_newer_keywords(schema):
            yield node.pointer, "the schema has keywords of OpenAPI 3.1. They are read as such."
            older = with_older_keywords(schema)
            schema.clear()
            schema.update(older)
        for exclusive, limit in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            if exclusive in schema and limit not in schema:
                yield (*node.pointer, exclusive), f'"{exclusive}" needs "{limit}" beside it. It is ignored.'
                del schema[exclusive]
        if schema.get("required") == []:
            yield (*node.pointer, "required"), '"required" has no name. Remove it.'
            del schema["required"]
        if schema.get("type") == "file" and not self._is_swagger:
            yield (*node.pointer, "type"), '"file" is a type of Swagger 2.0. It is read as a binary text.'
            schema.update({"type": "string", "format": "binary"})

    @property
    def _is_older(self) -> bool:
        return self._is_swagger or str(self._document.get("openapi")).startswith("3.0")

    def _security(self, node: Node) -> Iterator[Fault]:
        if "security" in node.content and not _is_security(node.content["security"]):
            yield (
                (*node.pointer, "security"),
                f"{_short(node.content['security'])} is no list of schemes. It is ignored.",
            )
            del node.content["security"]

    def _document_object(self, node: Node) -> Iterator[Fault]:
        yield from self._servers(node)
        yield from self._security(node)

    _CORRECTIONS: Final[Mapping[str, Callable[["_Corrector", Node], Iterator[Fault]]]] = {
        "document": _document_object,
        "pathItem": _path_item,
        "operation": _operation,
        "parameter": _parameter,
        "securityScheme": _security_scheme,
        "schema": _schema,
    }


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _unique(values: list[Any]) -> list[Any]:
    # 1 and true are equal in Python, and not in JSON.
    return list({(type(value), repr(value)): value for value in values}.values())


def _is_security(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(schemes, dict) and all(isinstance(scopes, list) for scopes in schemes.values()) for schemes in value
    )


def _is_type(value: Any) -> bool:
    if isinstance(value, list):
        return bool(value) and all(isinstance(name, str) and name in TYPES for name in value)
    return isinstance(value, str) and value in TYPES


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_limit(value: Any) -> bool:
    return isinstance(value, bool) or _is_number(value)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _is_pattern(value: Any) -> bool:
    return isinstance(value, str) and is_regular_expression(value)


KEYWORDS: Final[Mapping[str, tuple[str, Callable[[Any], bool]]]] = {
    "type": ("a type of JSON", _is_type),
    "pattern": ("a regular expression of ECMA-262", _is_pattern),
    "required": ("a list of names", _is_list_of_texts),
    "enum": ("a list of values", lambda value: isinstance(value, list) and bool(value)),
    "multipleOf": ("a number above 0", lambda value: _is_number(value) and value > 0),
    **dict.fromkeys(("minimum", "maximum"), ("a number", _is_number)),
    **dict.fromkeys(("exclusiveMinimum", "exclusiveMaximum"), ("a number, nor true or false", _is_limit)),
    **dict.fromkeys(
        ("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
        ("a whole number from 0", _is_count),
    ),
    **dict.fromkeys(("nullable", "readOnly", "writeOnly", "uniqueItems", "deprecated"), ("true or false", _is_flag)),
    **dict.fromkeys(("format", "title", "$ref", "contentMediaType", "contentEncoding"), ("a text", _is_text)),
    "discriminator": ("a mapping or a name", lambda value: isinstance(value, dict | str)),
    **dict.fromkeys(("description", "$comment"), ("a text", _is_text)),
    "xml": ("a mapping", lambda value: isinstance(value, dict)),
    "items": ("a schema", lambda value: isinstance(value, dict | bool)),
    # Validators would resolve all references below it by this address.
    "id": ("a keyword of OpenAPI", lambda value: False),
}
"""Keyword of a schema → what its value must be; with another value, readers would fail."""

_JSON_TYPES: Final[Mapping[str, Callable[[Any], bool]]] = {
    "array": lambda value: isinstance(value, list),
    "boolean": _is_flag,
    "integer": lambda value: _is_number(value) and value == int(value),
    "number": _is_number,
    "object": lambda value: isinstance(value, dict),
    "string": _is_text,
    "null": lambda value: value is None,
    "file": _is_text,
}


def _is_of_type(value: Any, schema: Mapping[str, Any]) -> bool:
    kinds: Any = schema.get("type", [])
    if not kinds or (value is None and schema.get("nullable")):
        return True
    return any(_JSON_TYPES[name](value) for name in (kinds if isinstance(kinds, list) else [kinds]))

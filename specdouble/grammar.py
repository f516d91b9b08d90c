"""The objects of OpenAPI and which of them stand where: only there a document has keywords, and references.

Everything else is data, which nobody interprets: examples, defaults, extensions and the keys that no standard has.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
QUERY: Final = "query"
"""The method that OpenAPI 3.2 adds."""

ANY_KEY: Final = "*"
_LIST, _MAP = "[]", "{}"

_SCHEMA_PARTS: Final = {
    **dict.fromkeys(("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"), "schema{}"),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "schema[]"),
    **dict.fromkeys(("items", "not", "additionalProperties", "additionalItems", "propertyNames", "contains"), "schema"),
    **dict.fromkeys(("if", "then", "else", "unevaluatedItems", "unevaluatedProperties", "contentSchema"), "schema"),
    "discriminator": "discriminator",
}
_CONTENT_AND_SCHEMA: Final = {"schema": "schema", "content": "mediaType{}", "examples": "example{}"}

_COMMON: Final[Mapping[str, Mapping[str, str]]] = {
    "paths": {ANY_KEY: "pathItem"},
    "responses": {ANY_KEY: "response"},
    "callback": {ANY_KEY: "pathItem"},
    "pathItem": {
        **dict.fromkeys((*METHODS, QUERY), "operation"),
        "additionalOperations": "operation{}",
        "parameters": "parameter[]",
        "servers": "server[]",
    },
    "schema": _SCHEMA_PARTS,
    "discriminator": {},
    "securityScheme": {},
    "example": {},
    "info": {},
    "server": {},
}

OPENAPI_3: Final[Mapping[str, Mapping[str, str]]] = {
    **_COMMON,
    "document": {
        "info": "info",
        "paths": "paths",
        "webhooks": "pathItem{}",
        "components": "components",
        "servers": "server[]",
    },
    "components": {
        "schemas": "schema{}",
        "responses": "response{}",
        "parameters": "parameter{}",
        "examples": "example{}",
        "requestBodies": "requestBody{}",
        "headers": "header{}",
        "securitySchemes": "securityScheme{}",
        "links": "link{}",
        "callbacks": "callback{}",
        "pathItems": "pathItem{}",
        "mediaTypes": "mediaType{}",
    },
    "operation": {
        "parameters": "parameter[]",
        "requestBody": "requestBody",
        "responses": "responses",
        "callbacks": "callback{}",
        "servers": "server[]",
    },
    "parameter": _CONTENT_AND_SCHEMA,
    "header": _CONTENT_AND_SCHEMA,
    "requestBody": {"content": "mediaType{}"},
    "response": {"headers": "header{}", "content": "mediaType{}", "links": "link{}"},
    "mediaType": {
        "schema": "schema",
        "itemSchema": "schema",
        "examples": "example{}",
        "encoding": "encoding{}",
        "prefixEncoding": "encoding[]",
        "itemEncoding": "encoding",
    },
    "encoding": {
        "headers": "header{}",
        "encoding": "encoding{}",
        "prefixEncoding": "encoding[]",
        "itemEncoding": "encoding",
    },
    "link": {"server": "server"},
}
"""Object → key → the object below it; ``[]`` is a list and ``{}`` a mapping of such objects by names of the author."""

SWAGGER_2: Final[Mapping[str, Mapping[str, str]]] = {
    **_COMMON,
    "document": {
        "info": "info",
        "paths": "paths",
        "definitions": "schema{}",
        "parameters": "parameter{}",
        "responses": "response{}",
        "securityDefinitions": "securityScheme{}",
    },
    "operation": {"parameters": "parameter[]", "responses": "responses"},
    "parameter": {"schema": "schema", "items": "item"},
    "response": {"schema": "schema", "headers": "header{}"},
    "header": {"items": "item"},
    "item": {"items": "item"},
}

SECTIONS: Final = {part.removesuffix(_MAP): name for name, part in OPENAPI_3["components"].items()}
"""Object → the section of the components that names objects of this kind."""
SWAGGER_SECTIONS: Final = {
    "schema": "definitions",
    "parameter": "parameters",
    "response": "responses",
    "securityScheme": "securityDefinitions",
}
WITH_REFERENCES: Final = frozenset((*SECTIONS, "pathItem"))
"""The objects in whose place the standard allows a reference."""


def grammar_of(document: Any) -> Mapping[str, Mapping[str, str]]:
    """Return the grammar of the version of a document."""
    return SWAGGER_2 if isinstance(document, dict) and "swagger" in document else OPENAPI_3


class Shape(NamedTuple):
    """An object of OpenAPI, or a list or mapping of them."""

    kind: str
    many: str = ""

    @property
    def is_list(self) -> bool:
        """Whether it is a list of such objects."""
        return self.many == _LIST

    @property
    def is_map(self) -> bool:
        """Whether it is a mapping of such objects by names that an author chose."""
        return self.many == _MAP


def part_of(grammar: Mapping[str, Mapping[str, str]], shape: Shape, key: str) -> Shape | None:
    """Return what stands under a key; None where it is data."""
    if shape.many:
        return Shape(shape.kind)
    parts = grammar[shape.kind]
    if ANY_KEY in parts:
        return None if key.startswith("x-") else Shape(parts[ANY_KEY])
    name = parts.get(key)
    return None if name is None else _shape(name)


def _shape(name: str) -> Shape:
    return Shape(name[:-2], name[-2:]) if name.endswith((_LIST, _MAP)) else Shape(name)


class Node(NamedTuple):
    """An object of a document: its kind, its content and the keys that lead to it."""

    kind: str
    content: dict[str, Any]
    pointer: tuple[str, ...]


def objects(document: dict[str, Any]) -> Iterator[Node]:
    """Yield every object of a bundled document, in its order; references are not followed."""
    grammar = grammar_of(document)
    waiting: list[tuple[Shape, Any, tuple[str, ...]]] = [(Shape("document"), document, ())]
    while waiting:
        shape, content, pointer = waiting.pop()
        if isinstance(content, dict):
            if not shape.many:
                yield Node(shape.kind, content, pointer)
            children = [(part_of(grammar, shape, key), value, key) for key, value in content.items()]
        elif isinstance(content, list):
            children = [(Shape(shape.kind), value, str(index)) for index, value in enumerate(content)]
        else:
            continue
        waiting += [(part, value, (*pointer, key)) for part, value, key in reversed(children) if part is not None]

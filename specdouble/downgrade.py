"""An OpenAPI 3.1 document said in the words of 3.0, so that everything behind it reads one dialect.

What 3.0 cannot say of a value is left out, and then nobody is held to it: ``if``, ``contains``, ``patternProperties``
and the like. Nothing that is legal by the document becomes illegal by that. Decision record 13.
"""

from collections.abc import Callable, Mapping
from typing import Any

from specdouble.extensions import METHODS, NAMES, OPAQUE
from specdouble.pointers import steps_of

LOWEST = "3.0.3"

_ITEMS = "#/components/pathItems/"
_NOT_IN_3_0 = ("webhooks", "jsonSchemaDialect")

_SAID = frozenset(
    (
        *("additionalProperties", "allOf", "anyOf", "default", "deprecated", "description", "discriminator", "enum"),
        *(
            "example",
            "exclusiveMaximum",
            "exclusiveMinimum",
            "externalDocs",
            "format",
            "items",
            "maxItems",
            "maxLength",
        ),
        *("maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "not"),
        *("nullable", "oneOf", "pattern", "properties", "readOnly", "required", "title", "type", "uniqueItems"),
        *("writeOnly", "xml", "$ref"),
    )
)
"""The words of a schema in 3.0; each beginning with x- is one too."""
_OF_ALL = frozenset(
    ("title", "description", "default", "example", "deprecated", "readOnly", "writeOnly", "externalDocs", "xml")
)
"""What is said of a value whichever of its types it has."""
_FORMATS = {"base64": "byte", "base64url": "byte"}
_ANY = {"default": {"description": "Not documented."}}
_DEFINITIONS = "x-defs"
_NULL = {"nullable": True, "enum": [None]}


def is_newer(document: Any) -> bool:
    """Tell whether a document is of OpenAPI 3.1."""
    return isinstance(document, Mapping) and str(document.get("openapi")).startswith("3.1.")


def lowered(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a bundled document of OpenAPI 3.1 in the words of 3.0; webhooks, which nobody calls, are left out."""
    told = {key: _node(value, key in NAMES) for key, value in document.items() if key not in _NOT_IN_3_0}
    components = _mapping(told.get("components"))
    paths = told.get("paths", {})
    if isinstance(paths, dict):
        paths = {path: _put_in_place(item, _mapping(components.get("pathItems"))) for path, item in paths.items()}
    rest = {key: value for key, value in components.items() if key != "pathItems"}
    return {**told, "openapi": LOWEST, "info": _info(told.get("info")), "paths": paths, "components": rest}


def _info(info: Any) -> Any:
    told = {key: value for key, value in _mapping(info).items() if key != "summary"}
    license_ = {key: value for key, value in _mapping(told.get("license")).items() if key != "identifier"}
    return {**told, **({"license": license_} if license_ else {})}


def _node(node: Any, holds_names: bool = False) -> Any:
    """Return a part of a document that is no schema, with the schemas in it lowered."""
    if isinstance(node, list):
        return [_node(each) for each in node]
    if not isinstance(node, Mapping):
        return node
    if holds_names:
        return {name: _node(each) for name, each in node.items()}
    return {key: _entry(key, value) for key, value in node.items()}


def _entry(key: str, value: Any) -> Any:
    if key in OPAQUE or key.startswith("x-"):
        return value
    if key == "schema":
        return _schema(value)
    if key == "schemas":
        return _each(value)
    return _operation(value) if key in METHODS else _node(value, key in NAMES)


def _operation(node: Any) -> Any:
    told = _node(node)
    return {"responses": _ANY, **told} if isinstance(told, dict) else told


def _put_in_place(item: Any, items: Mapping[str, Any]) -> Any:
    """Return a path item instead of a reference to one among the components, where 3.0 has none."""
    reference = _mapping(item).get("$ref")
    if not isinstance(reference, str) or not reference.startswith(_ITEMS):
        return item
    name = steps_of(reference)[-1]
    return {**_mapping(items.get(name)), **{key: value for key, value in item.items() if key != "$ref"}}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _each(schemas: Any) -> Any:
    return {name: _schema(each) for name, each in schemas.items()} if isinstance(schemas, Mapping) else schemas


def _all(schemas: Any) -> Any:
    return [_schema(each) for each in schemas] if isinstance(schemas, list) else schemas


def _schema(schema: Any) -> Any:
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    if not isinstance(schema, Mapping):
        return schema
    said = {key: _INSIDE[key](value) if key in _INSIDE else value for key, value in schema.items()}
    told = {key: value for key, value in said.items() if (key in _SAID and value != []) or key.startswith("x-")}
    for lower in (_defined, _referred, _constant, _example, _bounded, _opened, _binary, _typed, _nullable):
        told = lower(told, said)
    return told


_INSIDE: Mapping[str, Callable[[Any], Any]] = {
    "properties": _each,
    "$defs": _each,
    "allOf": _all,
    "anyOf": _all,
    "oneOf": _all,
    "items": _schema,
    "not": _schema,
    "additionalProperties": lambda others: others if isinstance(others, bool) else _schema(others),
}
"""Where schemas have schemas in them."""


def _defined(told: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Definitions inside of a schema stay where they are, under a name that 3.0 leaves to everybody."""
    if isinstance(told.get("$ref"), str):
        told = {**told, "$ref": told["$ref"].replace("/$defs/", f"/{_DEFINITIONS}/")}
    return {**told, _DEFINITIONS: said["$defs"]} if "$defs" in said else told


def _referred(told: dict[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside a reference counts in 3.1 and not in 3.0: the reference goes into allOf."""
    if len(told) < 2 or "$ref" not in told:
        return told
    rest = {key: value for key, value in told.items() if key != "$ref"}
    return {**rest, "allOf": [{"$ref": told["$ref"]}, *rest.get("allOf", ())]}


def _constant(told: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    if "const" not in said:
        return told
    kind = {} if "type" in told else _kind(said["const"])
    return {**told, **kind, "enum": [said["const"]]}


def _kind(value: Any) -> dict[str, Any]:
    kinds: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
    return {"type": kinds[type(value)]} if type(value) in kinds else {}


def _example(told: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    examples = said.get("examples")
    return {"example": examples[0], **told} if isinstance(examples, list) and examples else told


def _bounded(told: dict[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    """In 3.1 an exclusive limit is a number, in 3.0 it is a word beside the limit."""
    for exclusive, inclusive, stricter in (
        ("exclusiveMinimum", "minimum", max),
        ("exclusiveMaximum", "maximum", min),
    ):
        limit, other = told.get(exclusive), told.get(inclusive)
        if isinstance(limit, int | float) and not isinstance(limit, bool):
            if isinstance(other, int | float) and other != limit and stricter(other, limit) == other:
                told = {key: value for key, value in told.items() if key != exclusive}
            else:
                told = {**told, inclusive: limit, exclusive: True}
    return told


def _opened(told: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What counts as one more is told by words that 3.0 does not have: then anything may follow."""
    if "patternProperties" in said and "additionalProperties" in told:
        told = {**told, "additionalProperties": True}
    if "prefixItems" in said or ("array" in _types(told) and "items" not in told):
        told = {**told, "items": {}}
    return told


def _binary(told: dict[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    if "format" in told or not {"contentEncoding", "contentMediaType"} & said.keys():
        return told
    encoding, media = said.get("contentEncoding"), str(said.get("contentMediaType", ""))
    is_text = media.startswith("text/") or "json" in media or "xml" in media
    found = _FORMATS.get(str(encoding)) if encoding else None if is_text else "binary"
    return {**told, **({"type": "string"} if "type" not in told else {}), **({"format": found} if found else {})}


def _types(schema: Mapping[str, Any]) -> list[Any]:
    kinds = schema.get("type", [])
    return list(kinds) if isinstance(kinds, list) else [kinds]


def _typed(told: dict[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    """One type instead of several: null is a word of its own, others are alternatives."""
    if "type" not in told or (isinstance(told["type"], str) and told["type"] != "null"):
        return told
    others = [kind for kind in _types(told) if kind != "null"]
    rest = {key: value for key, value in told.items() if key != "type"}
    can_be_null = "null" in _types(told) and None in rest.get("enum", [None])
    null = {"nullable": True} if can_be_null else {}
    if not others:
        return {**rest, **_NULL}
    if len(others) == 1:
        return {**rest, "type": others[0], **null}
    outside = {key: value for key, value in rest.items() if key in _OF_ALL or key.startswith("x-")}
    inside = {key: value for key, value in rest.items() if key not in outside}
    choices = [{**inside, "type": kind} for kind in others] + ([dict(_NULL)] if can_be_null else [])
    if "anyOf" in inside or "oneOf" in inside:
        return {**outside, "allOf": [{"anyOf": choices}]}
    return {**outside, "anyOf": choices}


def _nullable(told: dict[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    """An alternative that is null and one that is written out are one schema, which may be null."""
    for word in ("anyOf", "oneOf"):
        choices = told.get(word)
        if not isinstance(choices, list) or _NULL not in choices:
            continue
        others = [each for each in choices if each != _NULL]
        if len(others) == 1 and isinstance(others[0], dict) and others[0].get("type") and "enum" not in others[0]:
            rest = {key: value for key, value in told.items() if key != word}
            return {**others[0], **rest, "nullable": True}
    return told

"""Convert OpenAPI 3.1 and 3.2 to 3.0, so that everything else reads one dialect.

Keywords that 3.0 cannot express are dropped, such as ``if``, ``contains`` and ``patternProperties``. A document that is
valid stays valid by that. Decision record 13 explains why.
"""

from collections.abc import Callable, Mapping
from typing import Any

from specdouble.extensions import METHODS, NAMES, OPAQUE
from specdouble.pointers import steps_of

LOWEST = "3.0.3"

_ITEMS = "#/components/pathItems/"
_NOT_IN_3_0 = ("webhooks", "jsonSchemaDialect")

_KEYWORDS = frozenset(
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
"""The keywords of a schema in 3.0, beside the extensions that begin with x-."""
_OF_ALL = frozenset(
    ("title", "description", "default", "example", "deprecated", "readOnly", "writeOnly", "externalDocs", "xml")
)
"""The keywords that hold for a value of any type."""
_FORMATS = {"base64": "byte", "base64url": "byte"}
# A 3.1 operation may have no responses, a 3.0 operation must have one.
_ANY = {"default": {"description": "Not documented."}}
_DEFINITIONS = "x-defs"
_NULL = {"nullable": True, "enum": [None]}


def downgraded(document: Mapping[str, Any]) -> dict[str, Any]:
    """Convert a bundled document of OpenAPI 3.1 to 3.0; webhooks are dropped, since no client calls them."""
    result = {key: _node(value, key in NAMES) for key, value in document.items() if key not in _NOT_IN_3_0}
    components = _mapping(result.get("components"))
    paths = result.get("paths", {})
    if isinstance(paths, dict):
        paths = {path: _inline(item, _mapping(components.get("pathItems"))) for path, item in paths.items()}
    rest = {key: value for key, value in components.items() if key != "pathItems"}
    return {**result, "openapi": LOWEST, "info": _info(result.get("info")), "paths": paths, "components": rest}


def _info(info: Any) -> Any:
    result = {key: value for key, value in _mapping(info).items() if key != "summary"}
    license_ = {key: value for key, value in _mapping(result.get("license")).items() if key != "identifier"}
    return {**result, **({"license": license_} if license_ else {})}


def _node(node: Any, holds_names: bool = False) -> Any:
    """Return a part of a document that is no schema, with the schemas in it converted."""
    if isinstance(node, list):
        return [_node(item) for item in node]
    if not isinstance(node, Mapping):
        return node
    if holds_names:
        return {name: _node(item) for name, item in node.items()}
    return {key: _entry(key, value) for key, value in node.items()}


def _entry(key: str, value: Any) -> Any:
    if key in OPAQUE or key.startswith("x-"):
        return value
    if key == "schema":
        return _schema(value)
    if key == "schemas":
        return _schemas(value)
    return _operation(value) if key in METHODS else _node(value, key in NAMES)


def _operation(node: Any) -> Any:
    result = _node(node)
    return {"responses": _ANY, **result} if isinstance(result, dict) else result


def _inline(item: Any, items: Mapping[str, Any]) -> Any:
    """Inline a reference to a path item among the components, which 3.0 does not have."""
    reference = _mapping(item).get("$ref")
    if not isinstance(reference, str) or not reference.startswith(_ITEMS):
        return item
    name = steps_of(reference)[-1]
    return {**_mapping(items.get(name)), **{key: value for key, value in item.items() if key != "$ref"}}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _schemas(schemas: Any) -> Any:
    return {name: _schema(item) for name, item in schemas.items()} if isinstance(schemas, Mapping) else schemas


def _schema_list(schemas: Any) -> Any:
    return [_schema(item) for item in schemas] if isinstance(schemas, list) else schemas


def _schema(schema: Any) -> Any:
    if isinstance(schema, bool):
        return {} if schema else {"not": {}}
    if not isinstance(schema, Mapping):
        return schema
    original = {key: _INSIDE[key](value) if key in _INSIDE else value for key, value in schema.items()}
    result = {key: value for key, value in original.items() if _exists_in_3_0(key, value)}
    # The order matters: a reference is moved before types are merged, and a constant becomes an enum before null.
    for convert in (_defined, _referred, _constant, _example, _bounded, _opened, _binary, _typed, _nullable):
        result = convert(result, original)
    return result


def has_newer_keywords(schema: Mapping[str, Any]) -> bool:
    """Return whether a schema of a document of 3.0 has keywords of 3.1 that 3.0 can express."""
    exclusive = (schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum"))
    return (
        "const" in schema
        or isinstance(schema.get("type"), list)
        or (isinstance(schema.get("examples"), list) and "example" not in schema)
        or any(isinstance(limit, int | float) and not isinstance(limit, bool) for limit in exclusive)
    )


def with_older_keywords(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with the keywords of 3.0 in place of those of 3.1."""
    result = {key: value for key, value in schema.items() if key not in {"const", "examples"}}
    for convert in (_constant, _example, _bounded, _typed):
        result = convert(result, schema)
    return result


_INSIDE: Mapping[str, Callable[[Any], Any]] = {
    "properties": _schemas,
    "$defs": _schemas,
    "allOf": _schema_list,
    "anyOf": _schema_list,
    "oneOf": _schema_list,
    "items": _schema,
    "not": _schema,
    "additionalProperties": lambda others: others if isinstance(others, bool) else _schema(others),
}
"""Keyword → how the schemas below it are converted."""


def _exists_in_3_0(key: str, value: Any) -> bool:
    return key.startswith("x-") or (key in _KEYWORDS and value != [])


def _defined(result: dict[str, Any], original: Mapping[str, Any]) -> dict[str, Any]:
    """Keep definitions inside of a schema, under the name of an extension."""
    if isinstance(result.get("$ref"), str):
        result = {**result, "$ref": result["$ref"].replace("/$defs/", f"/{_DEFINITIONS}/")}
    return {**result, _DEFINITIONS: original["$defs"]} if "$defs" in original else result


def _referred(result: dict[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    """Move a reference into allOf where it has siblings: they count in 3.1, but not in 3.0."""
    if len(result) < 2 or "$ref" not in result:
        return result
    rest = {key: value for key, value in result.items() if key != "$ref"}
    return {**rest, "allOf": [{"$ref": result["$ref"]}, *rest.get("allOf", ())]}


def _constant(result: dict[str, Any], original: Mapping[str, Any]) -> dict[str, Any]:
    if "const" not in original:
        return result
    kind = {} if "type" in result else _kind(original["const"])
    return {**result, **kind, "enum": [original["const"]]}


def _kind(value: Any) -> dict[str, Any]:
    kinds: dict[type, str] = {str: "string", bool: "boolean", int: "integer", float: "number"}
    return {"type": kinds[type(value)]} if type(value) in kinds else {}


def _example(result: dict[str, Any], original: Mapping[str, Any]) -> dict[str, Any]:
    examples = original.get("examples")
    return {"example": examples[0], **result} if isinstance(examples, list) and examples else result


def _bounded(result: dict[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    """Convert exclusive limits: a number in 3.1, a flag beside the limit in 3.0."""
    for exclusive, inclusive, stricter in (
        ("exclusiveMinimum", "minimum", max),
        ("exclusiveMaximum", "maximum", min),
    ):
        limit, other = result.get(exclusive), result.get(inclusive)
        if isinstance(limit, int | float) and not isinstance(limit, bool):
            if isinstance(other, int | float) and other != limit and stricter(other, limit) == other:
                result = {key: value for key, value in result.items() if key != exclusive}
            else:
                result = {**result, inclusive: limit, exclusive: True}
    return result


def _opened(result: dict[str, Any], original: Mapping[str, Any]) -> dict[str, Any]:
    """Allow any further property or item where keywords that 3.0 does not have restrict them."""
    if "patternProperties" in original and "additionalProperties" in result:
        result = {**result, "additionalProperties": True}
    if "prefixItems" in original or ("array" in _types(result) and "items" not in result):
        result = {**result, "items": {}}
    return result


def _binary(result: dict[str, Any], original: Mapping[str, Any]) -> dict[str, Any]:
    if "format" in result or not {"contentEncoding", "contentMediaType"} & original.keys():
        return result
    encoding, media = original.get("contentEncoding"), str(original.get("contentMediaType", ""))
    is_text = media.startswith("text/") or "json" in media or "xml" in media
    format_ = _FORMATS.get(str(encoding)) if encoding else None if is_text else "binary"
    result = {"type": "string", **result}
    return {**result, "format": format_} if format_ else result


def _types(schema: Mapping[str, Any]) -> list[Any]:
    kinds = schema.get("type", [])
    return list(kinds) if isinstance(kinds, list) else [kinds]


def _typed(result: dict[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    """Convert several types to one: null becomes a flag, others become alternatives."""
    if "type" not in result or (isinstance(result["type"], str) and result["type"] != "null"):
        return result
    others = [kind for kind in _types(result) if kind != "null"]
    rest = {key: value for key, value in result.items() if key != "type"}
    can_be_null = "null" in _types(result) and None in rest.get("enum", [None])
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


def _nullable(result: dict[str, Any], _: Mapping[str, Any]) -> dict[str, Any]:
    """Merge an alternative that is null with one that is written out, to one schema that may be null."""
    for word in ("anyOf", "oneOf"):
        choices = result.get(word)
        if not isinstance(choices, list) or _NULL not in choices:
            continue
        others = [item for item in choices if item != _NULL]
        if len(others) == 1 and isinstance(others[0], dict) and others[0].get("type") and "enum" not in others[0]:
            rest = {key: value for key, value in result.items() if key != word}
            return {**others[0], **rest, "nullable": True}
    return result

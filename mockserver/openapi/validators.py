"""Validators of values, compiled from the schemas of a document."""

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from mockserver.openapi.specification import Schema, Specification, plain


def compile_validator(schema: Schema, specification: Specification) -> jsonschema_rs.Draft4Validator:
    """Compile the validator of a schema, which asserts formats and follows references to the components."""
    checked = plain(schema)
    components = {"schemas": _needed(checked, specification.schemas)}
    # The schemas of OpenAPI 3.0 are those of JSON Schema Draft 4.
    return jsonschema_rs.Draft4Validator({**checked, "components": components}, validate_formats=True)


def _needed(node: Any, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return the components that a schema refers to, directly or through others."""
    components: dict[str, Any] = {}
    waiting = [node]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, Mapping):
            name = str(entry.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in schemas and name not in components:
                components[name] = schemas[name]
                waiting.append(schemas[name])
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)
    return components

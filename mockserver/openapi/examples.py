"""Plain values of a schema, for answers about which nothing is known."""

from typing import Any, Final

from mockserver.openapi.specification import Resolve, Schema, canonical, properties, required

_MAX_DEPTH: Final = 4


def sample(schema: Schema, resolve: Resolve, above: tuple[int, ...] = ()) -> Any:
    """Return a plain value of a schema: its example, default or first enum member, else the emptiest there is."""
    schema = resolve(schema)
    here = id(schema)
    schema = canonical(schema, resolve)
    for word in ("example", "default"):
        if word in schema:
            return schema[word]
    if schema.get("enum"):
        return schema["enum"][0]
    # A schema may contain itself.
    if schema.get("nullable") or here in above or len(above) > _MAX_DEPTH:
        return None
    if schema.get("type") == "object" or "properties" in schema or "allOf" in schema:
        fields = properties(schema, resolve)
        return {name: sample(fields.get(name, {}), resolve, (*above, here)) for name in required(schema, resolve)}
    return _emptiest(schema)


def _emptiest(schema: Schema) -> Any:
    if schema.get("type") == "string":
        formats = {
            "date-time": "1970-01-01T00:00:00Z",
            "date": "1970-01-01",
            "uuid": "0" * 8 + "-0000" * 3 + "-" + "0" * 12,
        }
        return formats.get(schema.get("format", ""), "x" * schema.get("minLength", 0))
    return {
        "integer": schema.get("minimum", 0),
        "number": schema.get("minimum", 0),
        "boolean": False,
        "array": [],
    }.get(schema.get("type", ""))

"""Write a schema of OpenAPI as JSON Schema of 2020-12, as one side of an exchange sees it.

The schemas of OpenAPI 3.1 and later are JSON Schema already. Those of 3.0 differ in ``nullable``, in exclusive limits
and in references, beside which nothing counts.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from mockserver.openapi.schemas import Resolve, properties

_NO_CONSTRAINTS: Final = frozenset({"example", "examples", "discriminator", "xml", "externalDocs", "description"})
_MAPS: Final = frozenset({"properties", "patternProperties", "$defs", "dependentSchemas"})
_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_SETS: Final = frozenset({"allOf", "anyOf"})
_SINGLE: Final = frozenset(
    {
        *("items", "not", "additionalProperties", "propertyNames", "contains", "if", "then", "else"),
        *("unevaluatedItems", "unevaluatedProperties"),
    }
)
_WHOLE_NUMBERS: Final = {"int32": 31, "int64": 63}
"""Format → how many bits a whole number has, beside its sign."""
_EXCLUSIVE: Final = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))


class View(Enum):
    """The side from which a value comes, and the flag of the properties that it need not have."""

    WHOLE = ""
    REQUEST = "readOnly"
    RESPONSE = "writeOnly"


class Converter:
    """Converts the schemas of one document for one view."""

    def __init__(self, resolve: Resolve, *, is_3_0: bool, view: View) -> None:
        self._resolve = resolve
        self._is_3_0 = is_3_0
        self._view = view

    def convert(self, schema: Any, absent: frozenset[str] = frozenset()) -> Any:
        """Return a schema as JSON Schema; ``absent`` are properties that another part of it allows to be absent."""
        if not isinstance(schema, Mapping):
            return schema
        if self._is_3_0 and "$ref" in schema:
            return {"$ref": schema["$ref"]}
        if self._view is not View.WHOLE and ("properties" in schema or "allOf" in schema):
            absent |= self._flagged(schema)
        result = {
            key: self._part(key, value, absent if key == "allOf" else frozenset())
            for key, value in schema.items()
            if key not in _NO_CONSTRAINTS
        }
        if absent and "required" in result:
            result["required"] = [name for name in result["required"] if name not in absent]
        if self._view is View.REQUEST and "properties" in result:
            # What the server alone sets is ignored in requests, so that any value of it is valid.
            result["properties"] |= {name: {} for name in absent if name in result["properties"]}
        return self._as_2020(result)

    def _flagged(self, schema: Mapping[str, Any]) -> frozenset[str]:
        fields = properties(schema, self._resolve).items()
        return frozenset(name for name, value in fields if value.get(self._view.value))

    def _part(self, key: str, value: Any, absent: frozenset[str]) -> Any:
        if key in _MAPS and isinstance(value, Mapping):
            return {name: self.convert(part) for name, part in value.items()}
        if key in _LISTS and isinstance(value, list):
            # A part that stands there twice means nothing more, and costs twice the time at each level of a chain.
            parts = _unique(value) if key in _SETS else value
            return [self.convert(part, absent) for part in parts]
        return self.convert(value) if key in _SINGLE else value

    def _as_2020(self, schema: dict[str, Any]) -> dict[str, Any]:
        bits = _WHOLE_NUMBERS.get(schema.get("format", ""))
        if bits and schema.get("type") in ("integer", ["integer", "null"]):
            limits = {"minimum": -(2**bits), "maximum": 2**bits - 1}
            schema = {**schema, "allOf": [*schema.get("allOf", ()), limits]}
        # Authors of 3.1 write ``nullable`` too, which means nothing there, and mean that null is allowed.
        return _with_null(_with_limits(schema) if self._is_3_0 else schema)


def _unique(parts: list[Any]) -> list[Any]:
    return list({repr(part): part for part in parts}.values())


def _with_limits(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with limits that are excluded as numbers, and not as flags beside the limits."""
    for exclusive, inclusive in _EXCLUSIVE:
        if schema.get(exclusive) is True and inclusive in schema:
            schema[exclusive] = schema.pop(inclusive)
        elif isinstance(schema.get(exclusive), bool):
            del schema[exclusive]
    return schema


def _with_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that allows null by its type, and not by a flag."""
    if schema.pop("nullable", False) is not True:
        return schema
    types = schema.get("type")
    if types is None:
        return {"anyOf": [schema, {"type": "null"}]} if schema else schema
    if isinstance(types, str):
        schema["type"] = [types, "null"]
    elif "null" not in types:
        schema["type"] = [*types, "null"]
    if "enum" in schema and None not in schema["enum"]:
        schema["enum"] = [*schema["enum"], None]
    return schema

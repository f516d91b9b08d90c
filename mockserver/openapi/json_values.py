"""The types and the equality of JSON values, which differ from those of Python: true is not 1, and 1.0 is 1."""

from collections.abc import Mapping
from typing import Any, Final

_TYPES: Final[Mapping[type, str]] = {
    dict: "object",
    list: "array",
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    type(None): "null",
}


def type_of(value: Any) -> str:
    """Return the type of a JSON value by the name that it has in schemas; a whole number is an ``integer``."""
    if isinstance(value, float) and value.is_integer():
        return "integer"
    return _TYPES.get(type(value), "string")


def identity(value: Any) -> Any:
    """Return a hashable value that is equal for JSON values that are equal."""
    if isinstance(value, dict):
        return "object", frozenset((name, identity(part)) for name, part in value.items())
    if isinstance(value, list):
        return "array", tuple(map(identity, value))
    return isinstance(value, bool), value

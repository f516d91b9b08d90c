"""Narrow a list by the query parameters that are named like fields of its rows."""

from collections.abc import Mapping
from typing import Any

from mockserver.openapi.operation import Operation
from mockserver.openapi.schemas import Resolve, Schema, properties


class Filters:
    """The query parameters of a list operation that narrow it.

    A parameter filters the field of its name. One of style deepObject, such as ``filter[name]=a``, filters the fields
    of its keys.
    """

    def __init__(self, operation: Operation, row: Schema, resolve: Resolve) -> None:
        self._fields = frozenset(properties(row, resolve))
        queries = [parameter for parameter in operation.parameters if parameter.location == "query"]
        self._names = frozenset(parameter.name for parameter in queries) & self._fields
        self._objects = frozenset(parameter.name for parameter in queries if parameter.style == "deepObject")

    def fields(self, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the values that fields must have, by the query parameters of a call."""
        wanted = {name: value for name, value in parameters.items() if name in self._names}
        for name in self._objects & parameters.keys():
            keys = parameters[name]
            if name not in self._names and isinstance(keys, Mapping):
                wanted |= {key: value for key, value in keys.items() if key in self._fields}
        return wanted


def matches(value: Any, wanted: Any) -> bool:
    """Return whether a field has a wanted value, or one of several; a list has it if one of its items is that value."""
    values = value if isinstance(value, list) else [value]
    choices = wanted if isinstance(wanted, list) else [wanted]
    return any(_equal(own, choice) for own in values for choice in choices)


def _equal(value: Any, wanted: Any) -> bool:
    """Compare without taking true for 1, and a number with its text: the schema of the field may be wider."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    return bool(value == wanted) or str(value) == str(wanted)

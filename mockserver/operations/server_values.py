"""The fields of a new item that its caller does not send: those that are required, and those that an example shows."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from mockserver.call import Call
from mockserver.openapi.bindings import Binding
from mockserver.openapi.generation import Generator
from mockserver.openapi.schemas import Schema, canonical, properties, required
from mockserver.openapi.specification import Specification
from mockserver.operations.documented import DocumentedResponses
from specdouble.pointers import found_at


class ServerValues:
    """The values that the server sets in the items of one operation; ``writable`` are the fields of its callers."""

    def __init__(
        self,
        binding: Binding,
        specification: Specification,
        documented: DocumentedResponses,
        writable: Collection[str],
    ) -> None:
        self._binding = binding
        self._specification = specification
        self._documented = documented
        self._writable = writable

    def of_new_item(self, call: Call) -> dict[str, Any]:
        """Return the values of a new item: required fields have one, moments are those of the call."""
        moment = call.now.isoformat().replace("+00:00", "Z")
        return {**self._in_example, **self.generated, **dict.fromkeys(self._moments, moment)}

    @cached_property
    def generated(self) -> Mapping[str, Any]:
        """A value of each required field."""
        generator = Generator(self._specification)
        return {name: generator.value(schema) for name, schema in self._required.items()}

    @cached_property
    def _required(self) -> Mapping[str, Schema]:
        """The fields that an item must have, there or in the answer of the operation."""
        resolve = self._specification.resolve
        schemas = (self._binding.item.schema, self._binding.schema)
        fields = {name: value for schema in schemas for name, value in properties(schema, resolve).items()}
        names = [name for schema in schemas for name in required(schema, resolve)]
        return {name: fields[name] for name in names if name in fields}

    @cached_property
    def _moments(self) -> tuple[str, ...]:
        kinds = {name: canonical(schema, self._specification.resolve) for name, schema in self._required.items()}
        return tuple(name for name, schema in kinds.items() if schema.get("format") == "date-time")

    @cached_property
    def _in_example(self) -> Mapping[str, Any]:
        """The fields that only the server sets, as the example of the answer has them."""
        has_example = self._documented.has_example
        example = found_at(self._documented.example(), self._binding.answer) if has_example else None
        if not isinstance(example, dict):
            return {}
        own = (*self._writable, self._binding.item.key)
        return {name: value for name, value in example.items() if name not in own}

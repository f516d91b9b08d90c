"""Make a value valid by its schema, and keep as much of it as the schema allows."""

from collections.abc import Callable, Collection, Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

import jsonschema_rs

from mockserver.openapi.generation import Generator
from mockserver.openapi.schemas import Resolve, Schema, properties

_ROUNDS: Final = 6
"""Rounds in which parts are replaced: a new part may show the next fault."""
_MOST_FAULTS: Final = 50
_ALTERNATIVES: Final = ("allOf", "oneOf", "anyOf")


class Repair:
    """Repairs the values of one schema."""

    def __init__(self, schema: Schema, validator: jsonschema_rs.Draft202012Validator, generator: Generator) -> None:
        self._schema = schema
        self._validator = validator
        self._generator = generator

    def repaired(self, value: Any, resolve: Resolve) -> Any:
        """Return a valid value: the one that is given, else one with other parts where it is not valid."""
        if self._validator.is_valid(value):
            return value
        if self._validator.is_valid([value]):
            return [value]
        candidate = deepcopy(value)
        for _ in range(_ROUNDS):
            faults = [
                fault for fault, _ in zip(self._validator.iter_errors(candidate), range(_MOST_FAULTS), strict=False)
            ]
            if not faults:
                return candidate
            for fault in faults:
                candidate = self._without(fault, candidate, resolve)
        return self._over_generated(value)

    def _without(self, fault: jsonschema_rs.ValidationError, value: Any, resolve: Resolve) -> Any:
        """Return a value in which the part with a fault is completed, or replaced by a generated one."""
        place = list(fault.instance_path)
        missing, unexpected = getattr(fault.kind, "property", None), getattr(fault.kind, "unexpected", ())
        if missing is not None:
            place.append(missing)
        for name in unexpected:
            _remove(value, [*place, name])
        if unexpected:
            return value
        converted = _converted(fault.instance, getattr(fault.kind, "types", ()))
        return _put(value, place, self._part(place, resolve) if converted is ... else converted)

    def _part(self, place: list[Any], resolve: Resolve) -> Any:
        return self._generator.value(_schema_at(self._schema, place, resolve))

    def _over_generated(self, value: Any) -> Any:
        """Return a generated value with those properties of another one with which it stays valid."""
        generated = self._generator.value(self._schema)
        if not isinstance(generated, dict) or not isinstance(value, dict):
            return generated
        for name, entry in value.items():
            candidate = {**generated, name: entry}
            if self._validator.is_valid(candidate):
                generated = candidate
        return generated


def _converted(value: Any, types: Collection[str]) -> Any:
    """Return a number as the text or as the whole number that its schema wants; ``...`` where it is neither."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ...
    if "integer" in types and (isinstance(value, int) or value.is_integer()):
        return int(value)
    return str(value) if "string" in types else ...


def _schema_at(schema: Schema, place: list[Any], resolve: Resolve) -> Schema:
    """Return the schema of a part of a value, an empty one where no schema describes it."""
    for step in place:
        schema = next(_below(resolve(schema), step, resolve, ()), {})
    return schema


def _below(schema: Schema, step: Any, resolve: Resolve, above: tuple[int, ...]) -> Iterator[Schema]:
    """Yield the schemas that describe an item of a list, or a property; those of alternatives last."""
    if id(schema) in above:
        return
    fields = properties(schema, resolve)
    if isinstance(step, int):
        prefix = schema.get("prefixItems", ())
        part = prefix[step] if step < len(prefix) else schema.get("items")
        if isinstance(part, Mapping):
            yield part
    elif step in fields:
        yield fields[step]
    elif isinstance(schema.get("additionalProperties"), Mapping):
        yield schema["additionalProperties"]
    for word in _ALTERNATIVES:
        for part in schema.get(word, ()):
            yield from _below(resolve(part), step, resolve, (*above, id(schema)))


def _put(value: Any, place: list[Any], part: Any) -> Any:
    """Return a value with another part at a place; the whole is replaced where the place is empty."""
    if not place:
        return part
    _at(value, place, lambda holder, key: holder.__setitem__(key, part))
    return value


def _remove(value: Any, place: list[Any]) -> None:
    _at(value, place, lambda holder, key: holder.pop(key))


def _at(value: Any, place: list[Any], change: Callable[[Any, Any], object]) -> None:
    """Apply a change to the holder of a place; nothing where an earlier change has removed it."""
    *above, key = place
    try:
        for step in above:
            value = value[step]
        change(value, key)
    except (KeyError, IndexError, TypeError):
        return

"""Generate values that are valid by a schema: the same ones at every start, since they come from a fixed seed.

The first value is generated without looking back: examples, defaults and first alternatives. Where it is not valid,
the errors say in which places. These are generated again, one candidate after the other, until the schema of the place
allows one.
"""

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any, Final, NamedTuple

import jsonschema_rs

from mockserver.openapi.combinations import (
    Combinations,
    Parts,
    constants_of,
    has_types,
    highest,
    lowest,
    types_of,
)
from mockserver.openapi.json_schema import View
from mockserver.openapi.json_values import identity
from mockserver.openapi.numbers import numbers
from mockserver.openapi.places import fields_of, items_of, needed, with_dependent
from mockserver.openapi.schemas import Schema
from mockserver.openapi.specification import Specification
from mockserver.openapi.texts import WORD, texts
from mockserver.openapi.validators import compile_validator

SEED: Final = 20_260_101
_DEEPEST: Final = 12
"""Levels at which a value is cut off."""
_OPTIONAL_LEVELS: Final = 3
"""Levels at which optional properties are filled in."""
_MOST_ITEMS: Final = 1_000
_MOST_PARTS: Final = 1_500
"""Parts that are generated for one value before it is given up, those of rejected candidates among them."""
_CANDIDATES: Final = 32
"""Candidates for one place before it is given up."""
_ROUNDS: Final = 5
"""How often a value is generated, each time with more places that are looked at."""
_ERRORS: Final = 20
"""Places of errors that are looked at in one round."""
_NOTHING: Final[Schema] = {"not": {}}

_Place = tuple[str | int, ...]


class _Spot(NamedTuple):
    """Where a value is generated: its place, the schemas around it, and how deep optional properties are filled in."""

    place: _Place
    above: tuple[int, ...]
    optional: int

    @property
    def shows_optional(self) -> bool:
        return len(self.place) < self.optional

    def below(self, step: str | int) -> "_Spot":
        return self._replace(place=(*self.place, step))


class Generator:
    """Generates values for the schemas of one document."""

    def __init__(self, specification: Specification, seed: int = SEED) -> None:
        self._specification = specification
        self._resolve = specification.resolve
        self._seed = seed
        self._combinations = Combinations(specification.resolve)
        self._joined: dict[tuple[int, ...], tuple[list[Any], Schema]] = {}

    def value(self, schema: Schema) -> Any:
        """Return a value of a schema: with its optional properties if that is valid, else without them.

        The value is held against the schema. Where no valid one is found, it is the nearest that was generated.
        """
        validator = compile_validator(schema, self._specification, View.RESPONSE)
        value = None
        for uses_examples, optional in ((True, _OPTIONAL_LEVELS), (False, _OPTIONAL_LEVELS), (False, 0)):
            walk = _Walk(self._specification, self._combinations, self._joined, self._seed, uses_examples)
            for _ in range(_ROUNDS):
                value = walk.value(schema, _Spot((), (), optional))
                if validator.is_valid(value):
                    return value
                if not walk.suspect(validator.iter_errors(value)):
                    break
        return value


class _Walk:
    """Generates one value of a schema, part by part, in several rounds."""

    def __init__(
        self,
        specification: Specification,
        combinations: Combinations,
        joined: dict[tuple[int, ...], tuple[list[Any], Schema]],
        seed: int,
        uses_examples: bool,
    ) -> None:
        self._specification = specification
        self._resolve = specification.resolve
        self._combinations = combinations
        self._joined = joined
        self._seed = seed
        self._uses_examples = uses_examples
        self._suspects: set[_Place] = set()
        self._validators: dict[int, tuple[Any, jsonschema_rs.Draft202012Validator]] = {}
        self._remembered: dict[tuple[_Place, int, int, int], Any] = {}
        self._left = _MOST_PARTS

    def value(self, schema: Schema, spot: _Spot) -> Any:
        """Return a value of a schema; only the suspected places are known to be valid by their own."""
        self._remembered.clear()
        self._left = _MOST_PARTS
        return self._nth(schema, spot, 0)

    def suspect(self, errors: Iterator[jsonschema_rs.ValidationError]) -> bool:
        """Note the places of errors and those above them; return whether there are any new ones."""
        before = len(self._suspects)
        for place in islice(_places(errors), _ERRORS):
            self._suspects |= {place[:length] for length in range(len(place) + 1)}
        return len(self._suspects) > before

    # --- one place --------------------------------------------------------------------------------------------------

    def _nth(self, schema: Any, spot: _Spot, number: int) -> Any:
        """Return one of the values of a schema by its number, or the last one; null where there is none."""
        key = (spot.place, id(schema), number, spot.optional)
        if spot.place in self._suspects and key in self._remembered:
            return self._remembered[key]
        value = None
        for value in islice(self._values(schema, spot), number + 1):  # noqa: B007  # the last one counts
            pass
        if spot.place in self._suspects:
            self._remembered[key] = value
        return value

    def _values(self, schema: Any, spot: _Spot) -> Iterator[Any]:
        """Yield values of a schema: those that are valid, if the place is suspected; else, or if none is, the first."""
        here = id(schema if isinstance(schema, bool) else self._resolve(schema))
        round_ = spot.above.count(here)
        self._left -= 1
        # A schema may contain itself: each time it takes another way, and where none is left, no value of it can end.
        if len(spot.place) > _DEEPEST or round_ >= max(1, len(self._combinations.of(schema))) or self._left < 0:
            return
        candidates = self._candidates(schema, spot._replace(above=(*spot.above, here)), round_)
        if spot.place not in self._suspects:
            yield from candidates
            return
        validator = self._validator(schema)
        nearest = next(candidates, None)
        valid = filter(validator.is_valid, islice(chain([nearest], candidates), _CANDIDATES))
        value = next(valid, nearest)
        yield value
        yield from valid

    def _validator(self, schema: Any) -> jsonschema_rs.Draft202012Validator:
        if id(schema) not in self._validators:
            written = {"allOf": [schema]} if isinstance(schema, bool) else schema
            self._validators[id(schema)] = schema, compile_validator(written, self._specification, View.RESPONSE)
        return self._validators[id(schema)][1]

    def _candidates(self, schema: Any, spot: _Spot, round_: int) -> Iterator[Any]:
        """Yield values of the ways through a schema in turn; inside of itself, it takes another way first."""
        ways = self._combinations.of(schema)
        first = round_ % len(ways) if ways else 0
        return _in_turn([self._of_parts(parts, spot) for parts in (*ways[first:], *ways[:first])])

    def _of_parts(self, parts: Parts, spot: _Spot) -> Iterator[Any]:
        constants = constants_of(parts)
        if self._uses_examples:
            yield from _examples(parts, constants)
        if constants is not None:
            yield from constants
            return
        kinds = [self._of_kind(kind, parts, spot) for kind in types_of(parts)]
        yield from chain.from_iterable(kinds) if has_types(parts) else _in_turn(kinds)

    def _of_kind(self, kind: str, parts: Parts, spot: _Spot) -> Iterator[Any]:
        if kind == "object":
            return self._objects(parts, spot)
        if kind == "array":
            return self._lists(parts, spot)
        if kind == "string":
            return texts(parts, self._seed)
        if kind in ("integer", "number"):
            return numbers(parts, whole=kind == "integer")
        return iter((True, False) if kind == "boolean" else (None,))

    def _join(self, schemas: list[Any]) -> Any:
        """Return one schema for several; the same one for the same ones."""
        schemas = [_NOTHING if schema is False else schema for schema in schemas if schema is not True]
        if len(schemas) < 2:
            return schemas[0] if schemas else True
        key = tuple(map(id, schemas))
        if key not in self._joined:
            self._joined[key] = schemas, {"allOf": schemas}
        return self._joined[key][1]

    # --- objects ----------------------------------------------------------------------------------------------------

    def _objects(self, parts: Parts, spot: _Spot) -> Iterator[dict[str, Any]]:
        for number in range(_MOST_ITEMS):
            for optional in dict.fromkeys((spot.optional, 0)):
                yield self._object(parts, spot._replace(optional=optional), number)

    def _object(self, parts: Parts, spot: _Spot, number: int) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for name, field in self._fields(parts, spot).items():
            value[name] = self._nth(field, spot.below(name), number)
        self._fill_up(value, parts, spot, number)
        return value

    def _fields(self, parts: Parts, spot: _Spot) -> dict[str, Any]:
        """Return the schemas of the properties that an object gets, in the order of the document."""
        required = needed(parts)
        most = lowest(parts, "maxProperties")
        listed = dict.fromkeys(name for part in parts for name in part.get("properties", ())) | required
        fields = {name: self._join(fields_of(parts, name)) for name in listed}
        optional = [
            name
            for name in fields
            if name not in required and spot.shows_optional and self._may_show(fields[name], parts, spot)
        ]
        names = with_dependent(parts, required | dict.fromkeys(optional[: max(0, most - len(required))]))
        fields |= {name: self._join(fields_of(parts, name)) for name in names if name not in fields}
        return {name: field for name, field in fields.items() if name in names and not self._is_hidden(field)}

    def _may_show(self, field: Any, parts: Parts, spot: _Spot) -> bool:
        """Return whether an optional property can be shown, and does not lead back to what it is in."""
        if any(part.get("propertyNames") is False for part in parts):
            return False
        ways = self._combinations.of(field)
        return bool(ways) and not any(id(part) in spot.above for part in ways[0])

    def _is_hidden(self, field: Any) -> bool:
        """Return whether a property is only sent to the server."""
        if isinstance(field, bool):
            return False
        node = self._resolve(field)
        return node.get("writeOnly") is True or any(map(self._is_hidden, node.get("allOf", ())))

    def _fill_up(self, value: dict[str, Any], parts: Parts, spot: _Spot, number: int) -> None:
        """Add properties of any name until an object has as many as it needs."""
        wanted = highest(parts, "minProperties")
        is_map = any(self._is_map(part) for part in parts) and not any(part.get("properties") for part in parts)
        if is_map and spot.shows_optional and lowest(parts, "maxProperties"):
            wanted = max(wanted, 1)
        if len(value) >= wanted:
            return
        for name in islice(self._names(parts, spot), wanted + _CANDIDATES):
            field = self._join(fields_of(parts, name))
            is_new = name not in value and bool(self._combinations.of(field))
            if is_new and (len(value) < highest(parts, "minProperties") or self._may_show(field, parts, spot)):
                value[name] = self._nth(field, spot.below(name), number)
            if len(value) >= wanted:
                return

    def _is_map(self, part: Schema) -> bool:
        return isinstance(part.get("additionalProperties"), Mapping) or bool(part.get("patternProperties"))

    def _names(self, parts: Parts, spot: _Spot) -> Iterator[str]:
        """Yield names that an object may give to further properties."""
        rules = [part["propertyNames"] for part in parts if "propertyNames" in part]
        patterns = [{"pattern": pattern} for part in parts for pattern in part.get("patternProperties", ())]
        if rules:
            named = self._join([*rules, *patterns[:1], {"type": "string"}])
            names = self._values(named, spot._replace(place=(*spot.place, 0)))
            yield from (name for name in names if isinstance(name, str))
        for pattern in patterns:
            yield from islice(texts((pattern,), self._seed), _CANDIDATES)
        if not rules:
            yield from (f"{WORD}{number}" for number in range(1, _MOST_ITEMS))

    # --- lists ------------------------------------------------------------------------------------------------------

    def _lists(self, parts: Parts, spot: _Spot) -> Iterator[list[Any]]:
        """Yield lists: as long as is usual, as short as is allowed, and with other items."""
        least, most = highest(parts, "minItems"), min(lowest(parts, "maxItems"), _MOST_ITEMS)
        contained = _contained(parts)
        needed_items = max(least, len(contained))
        usual = max(needed_items, 1, *(len(part.get("prefixItems", ())) for part in parts))
        lengths = (min(usual, most) if spot.shows_optional else needed_items, least, needed_items, usual)
        for number in range(_MOST_ITEMS):
            for length in dict.fromkeys(lengths):
                yield self._list(parts, spot, min(length, most), contained, number)

    def _list(self, parts: Parts, spot: _Spot, length: int, contained: list[Any], number: int) -> list[Any]:
        is_unique = any(part.get("uniqueItems") for part in parts)
        least = highest(parts, "minItems")
        # What a list must contain stands behind the items that have their own place, if there is room.
        first = max(0, min(length - len(contained), *(len(part.get("prefixItems", ())) for part in parts)))
        values: list[Any] = []
        used: set[Any] = set()
        shared: dict[int, Any] = {}
        for place in range(length):
            schemas = items_of(parts, place) + contained[max(0, place - first) : place - first + 1] * (place >= first)
            item = self._join(schemas)
            is_spare = place >= least and not contained
            if is_spare and not self._may_show(item, (), spot):
                break
            if is_unique:
                values.append(self._other(item, spot.below(place), used))
                continue
            if id(item) not in shared or spot.below(place).place in self._suspects:
                shared[id(item)] = self._nth(item, spot.below(place), number)
            values.append(shared[id(item)])
        return values

    def _other(self, item: Any, spot: _Spot, used: set[Any]) -> Any:
        """Return a value of an item that no item before it has."""
        value = None
        for value in islice(self._values(item, spot), _MOST_ITEMS + _CANDIDATES):
            if identity(value) not in used:
                break
        used.add(identity(value))
        return value


def _contained(parts: Parts) -> list[Any]:
    """Return the schemas that items of a list must satisfy, each as often as needed."""
    rules = [(part["contains"], int(part.get("minContains", 1))) for part in parts if "contains" in part]
    return [schema for schema, count in rules for _ in range(min(count, _MOST_ITEMS))]


def _examples(parts: Parts, constants: list[Any] | None) -> Iterator[Any]:
    """Yield the values that schemas show themselves."""
    allowed = None if constants is None else {identity(value) for value in constants}
    for part in parts:
        several = part.get("examples")
        values = [part["example"]] if "example" in part else []
        values += several if isinstance(several, list) else []
        values += [part["default"]] if "default" in part else []
        yield from (value for value in values if allowed is None or identity(value) in allowed)


def _in_turn(streams: list[Iterator[Any]]) -> Iterator[Any]:
    """Yield the first values of several streams, then the second ones, and so on."""
    while streams:
        remaining = []
        for stream in streams:
            for value in stream:
                yield value
                remaining.append(stream)
                break
        streams = remaining


def _places(errors: Iterator[jsonschema_rs.ValidationError]) -> Iterator[_Place]:
    """Yield the places of errors, those of the alternatives that do not hold among them."""
    for error in errors:
        yield tuple(error.instance_path)
        for branch in getattr(error.kind, "context", ()):
            yield from _places(iter(branch))

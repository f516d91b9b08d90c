"""Generate values that are valid by a schema: the same ones at every start, since they come from a fixed seed.

The first value is generated without looking back: examples, defaults and first alternatives. Where it is not valid,
the errors say in which places. These are generated again, one candidate after the other, until the schema of the place
allows one.
"""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, Final

import jsonschema_rs

from mockserver.openapi.combinations import (
    Combinations,
    Parts,
    constants_of,
    has_types,
    types_of,
)
from mockserver.openapi.containers import CANDIDATES, Containers, Place, Spot
from mockserver.openapi.json_schema import View
from mockserver.openapi.json_values import identity
from mockserver.openapi.numbers import numbers
from mockserver.openapi.schemas import Schema
from mockserver.openapi.specification import Specification
from mockserver.openapi.texts import texts
from mockserver.openapi.validators import compile_validator

SEED: Final = 20_260_101
_DEEPEST: Final = 12
"""Levels at which a value is cut off."""
_OPTIONAL_LEVELS: Final = 3
"""Levels at which optional properties are filled in."""
_MOST_PARTS: Final = 1_500
"""Parts that are generated for one value before it is given up, those of rejected candidates among them."""
_ROUNDS: Final = 5
"""How often a value is generated, each time with more places that are looked at."""
_ERRORS: Final = 20
"""Places of errors that are looked at in one round."""


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
                value = walk.value(schema, Spot((), (), optional))
                if validator.is_valid(value):
                    return value
                if not walk.suspect(validator.iter_errors(value)):
                    break
        return value


class _Walk(Containers):
    """Generates one value of a schema, part by part, in several rounds."""

    def __init__(
        self,
        specification: Specification,
        combinations: Combinations,
        joined: dict[tuple[int, ...], tuple[list[Any], Schema]],
        seed: int,
        uses_examples: bool,
    ) -> None:
        super().__init__(specification.resolve, combinations, joined, seed)
        self._specification = specification
        self._uses_examples = uses_examples
        self._validators: dict[int, tuple[Any, jsonschema_rs.Draft202012Validator]] = {}
        self._remembered: dict[tuple[Place, int, int, int], Any] = {}
        self._left = _MOST_PARTS

    def value(self, schema: Schema, spot: Spot) -> Any:
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

    def _nth(self, schema: Any, spot: Spot, number: int) -> Any:
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

    def _values(self, schema: Any, spot: Spot) -> Iterator[Any]:
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
        valid = filter(validator.is_valid, islice(chain([nearest], candidates), CANDIDATES))
        value = next(valid, nearest)
        yield value
        yield from valid

    def _validator(self, schema: Any) -> jsonschema_rs.Draft202012Validator:
        if id(schema) not in self._validators:
            written = {"allOf": [schema]} if isinstance(schema, bool) else schema
            self._validators[id(schema)] = schema, compile_validator(written, self._specification, View.RESPONSE)
        return self._validators[id(schema)][1]

    def _candidates(self, schema: Any, spot: Spot, round_: int) -> Iterator[Any]:
        """Yield values of the ways through a schema in turn; inside of itself, it takes another way first."""
        ways = self._combinations.of(schema)
        first = round_ % len(ways) if ways else 0
        return _in_turn([self._of_parts(parts, spot) for parts in (*ways[first:], *ways[:first])])

    def _of_parts(self, parts: Parts, spot: Spot) -> Iterator[Any]:
        constants = constants_of(parts)
        if self._uses_examples:
            yield from _examples(parts, constants)
        if constants is not None:
            yield from constants
            return
        kinds = [self._of_kind(kind, parts, spot) for kind in types_of(parts)]
        yield from chain.from_iterable(kinds) if has_types(parts) else _in_turn(kinds)

    def _of_kind(self, kind: str, parts: Parts, spot: Spot) -> Iterator[Any]:
        if kind == "object":
            return self._objects(parts, spot)
        if kind == "array":
            return self._lists(parts, spot)
        if kind == "string":
            return texts(parts, self._seed)
        if kind in ("integer", "number"):
            return numbers(parts, whole=kind == "integer")
        return iter((True, False) if kind == "boolean" else (None,))


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


def _places(errors: Iterator[jsonschema_rs.ValidationError]) -> Iterator[Place]:
    """Yield the places of errors, those of the alternatives that do not hold among them."""
    for error in errors:
        yield tuple(error.instance_path)
        for branch in getattr(error.kind, "context", ()):
            yield from _places(iter(branch))

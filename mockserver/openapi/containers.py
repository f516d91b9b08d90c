"""Objects and lists that several schemas allow, whose parts are generated one by one."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, NamedTuple

from mockserver.openapi.combinations import Combinations, Parts, highest, lowest
from mockserver.openapi.json_values import identity
from mockserver.openapi.places import fields_of, items_of, needed, with_dependent
from mockserver.openapi.schemas import Resolve, Schema
from mockserver.openapi.texts import WORD, texts

Place = tuple[str | int, ...]
"""The names and numbers that lead to a part of a value."""

_MOST_ITEMS: Final = 1_000
_NOTHING: Final[Schema] = {"not": {}}
CANDIDATES: Final = 32
"""Candidates for one place before it is given up."""


class Spot(NamedTuple):
    """Where a value is generated: its place, the schemas around it, and how deep optional properties are filled in."""

    place: Place
    above: tuple[int, ...]
    optional: int

    @property
    def shows_optional(self) -> bool:
        """Whether optional properties are filled in here."""
        return len(self.place) < self.optional

    def below(self, step: str | int) -> "Spot":
        """Return where a part of the value is generated."""
        return self._replace(place=(*self.place, step))


class Containers(ABC):
    """Generates objects and lists; how their parts are generated is left to the walk that inherits from it."""

    def __init__(
        self,
        resolve: Resolve,
        combinations: Combinations,
        joined: dict[tuple[int, ...], tuple[list[Any], Schema]],
        seed: int,
    ) -> None:
        self._resolve = resolve
        self._combinations = combinations
        self._joined = joined
        self._seed = seed
        self._suspects: set[Place] = set()

    @abstractmethod
    def _nth(self, schema: Any, spot: Spot, number: int) -> Any:
        """Return one of the values of a schema by its number, or the last one; null where there is none."""

    @abstractmethod
    def _values(self, schema: Any, spot: Spot) -> Iterator[Any]:
        """Yield values of a schema."""

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

    def _objects(self, parts: Parts, spot: Spot) -> Iterator[dict[str, Any]]:
        for number in range(_MOST_ITEMS):
            for optional in dict.fromkeys((spot.optional, 0)):
                yield self._object(parts, spot._replace(optional=optional), number)

    def _object(self, parts: Parts, spot: Spot, number: int) -> dict[str, Any]:
        value: dict[str, Any] = {}
        for name, field in self._fields(parts, spot).items():
            value[name] = self._nth(field, spot.below(name), number)
        self._fill_up(value, parts, spot, number)
        return value

    def _fields(self, parts: Parts, spot: Spot) -> dict[str, Any]:
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

    def _may_show(self, field: Any, parts: Parts, spot: Spot) -> bool:
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

    def _fill_up(self, value: dict[str, Any], parts: Parts, spot: Spot, number: int) -> None:
        """Add properties of any name until an object has as many as it needs."""
        wanted = highest(parts, "minProperties")
        is_map = any(self._is_map(part) for part in parts) and not any(part.get("properties") for part in parts)
        if is_map and spot.shows_optional and lowest(parts, "maxProperties"):
            wanted = max(wanted, 1)
        if len(value) >= wanted:
            return
        for name in islice(self._names(parts, spot), wanted + CANDIDATES):
            field = self._join(fields_of(parts, name))
            is_new = name not in value and bool(self._combinations.of(field))
            if is_new and (len(value) < highest(parts, "minProperties") or self._may_show(field, parts, spot)):
                value[name] = self._nth(field, spot.below(name), number)
            if len(value) >= wanted:
                return

    def _is_map(self, part: Schema) -> bool:
        return isinstance(part.get("additionalProperties"), Mapping) or bool(part.get("patternProperties"))

    def _names(self, parts: Parts, spot: Spot) -> Iterator[str]:
        """Yield names that an object may give to further properties."""
        rules = [part["propertyNames"] for part in parts if "propertyNames" in part]
        patterns = [{"pattern": pattern} for part in parts for pattern in part.get("patternProperties", ())]
        if rules:
            named = self._join([*rules, *patterns[:1], {"type": "string"}])
            names = self._values(named, spot._replace(place=(*spot.place, 0)))
            yield from (name for name in names if isinstance(name, str))
        for pattern in patterns:
            yield from islice(texts((pattern,), self._seed), CANDIDATES)
        if not rules:
            yield from (f"{WORD}{number}" for number in range(1, _MOST_ITEMS))

    # --- lists ------------------------------------------------------------------------------------------------------

    def _lists(self, parts: Parts, spot: Spot) -> Iterator[list[Any]]:
        """Yield lists: as long as is usual, as short as is allowed, and with other items."""
        least, most = highest(parts, "minItems"), min(lowest(parts, "maxItems"), _MOST_ITEMS)
        contained = _contained(parts)
        needed_items = max(least, len(contained))
        usual = max(needed_items, 1, *(len(part.get("prefixItems", ())) for part in parts))
        lengths = (min(usual, most) if spot.shows_optional else needed_items, least, needed_items, usual)
        for number in range(_MOST_ITEMS):
            for length in dict.fromkeys(lengths):
                yield self._list(parts, spot, min(length, most), contained, number)

    def _list(self, parts: Parts, spot: Spot, length: int, contained: list[Any], number: int) -> list[Any]:
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

    def _other(self, item: Any, spot: Spot, used: set[Any]) -> Any:
        """Return a value of an item that no item before it has."""
        value = None
        for value in islice(self._values(item, spot), _MOST_ITEMS + CANDIDATES):
            if identity(value) not in used:
                break
        used.add(identity(value))
        return value


def _contained(parts: Parts) -> list[Any]:
    """Return the schemas that items of a list must satisfy, each as often as needed."""
    rules = [(part["contains"], int(part.get("minContains", 1))) for part in parts if "contains" in part]
    return [schema for schema, count in rules for _ in range(min(count, _MOST_ITEMS))]

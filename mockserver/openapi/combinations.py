"""Take a schema apart into the plain schemas that a value must satisfy at once.

References, ``allOf``, ``anyOf``, ``oneOf``, ``if`` and ``dependentSchemas`` are followed: each way through the
alternatives of a schema is one combination.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final

from mockserver.openapi.json_values import identity, type_of
from mockserver.openapi.negation import negations
from mockserver.openapi.schemas import Resolve, Schema, properties

Parts = tuple[Schema, ...]
"""Schemas without references, all of which a value must satisfy; what they refer to stands among them too."""
_Choice = tuple[Any, ...]
"""Schemas that hold together, if one way of several is taken."""

_MOST: Final = 16
"""Combinations of a schema that are tried."""
_MOST_STEPS: Final = 200
"""Alternatives that are followed for the combinations of one schema."""
_EXCLUDING: Final = frozenset(("type", "enum", "const", "not"))
"""Keywords by which two schemas may exclude each other."""
_TYPES: Final = ("string", "object", "number", "integer", "array", "boolean", "null")
_KEYWORDS: Final = {
    "object": frozenset(
        (
            *("properties", "additionalProperties", "required", "minProperties", "maxProperties", "patternProperties"),
            *("propertyNames", "dependentRequired", "dependentSchemas", "unevaluatedProperties"),
        )
    ),
    "array": frozenset(
        ("items", "prefixItems", "contains", "minItems", "maxItems", "uniqueItems", "unevaluatedItems"),
    ),
    "string": frozenset(("pattern", "minLength", "maxLength", "format")),
    "number": frozenset(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")),
}
"""Type → the keywords that are about its values only."""


class Combinations:
    """Finds the combinations of the schemas of one document, and remembers them."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._left = 0
        self._remembered: dict[int, tuple[Any, list[Parts]]] = {}

    def of(self, schema: Any) -> list[Parts]:
        """Return the first combinations of a schema; none where no value can be valid."""
        if isinstance(schema, bool):
            return [({},)] if schema else []
        node = self._resolve(schema)
        if id(node) not in self._remembered:
            self._left = _MOST_STEPS
            # Beside the result stands the schema itself: as long as it lives, no other one has its identity.
            self._remembered[id(node)] = node, list(islice(self._expand((node,), ()), _MOST))
        return self._remembered[id(node)][1]

    def _expand(self, waiting: tuple[Any, ...], parts: Parts) -> Iterator[Parts]:
        """Yield the combinations of parts with schemas, and with choices, each a list of ways."""
        while waiting:
            schema, waiting = waiting[0], waiting[1:]
            if isinstance(schema, list):
                for way in schema:
                    self._left -= 1
                    if self._left < 0:
                        return
                    yield from self._expand((*way, *waiting), parts)
                return
            node = _written_out(schema) if isinstance(schema, bool) else self._resolve(schema)
            # A schema may be an alternative of itself, which adds nothing.
            if any(node is part for part in parts):
                continue
            parts = (*parts, node)
            if not _EXCLUDING.isdisjoint(node) and not is_possible(parts):
                return
            waiting = (*node.get("allOf", ()), *self._choices(node), *waiting)
        yield parts

    def _choices(self, node: Schema) -> Iterator[list[_Choice]]:
        """Yield the ways of every keyword of a schema that leaves a choice."""
        for word in ("anyOf", "oneOf"):
            if node.get(word):
                yield self._alternatives(node, word)
        if "if" in node and ("then" in node or "else" in node):
            yield [(node["if"], node.get("then", True)), ({"not": node["if"]}, node.get("else", True))]
        for name, schema in node.get("dependentSchemas", {}).items():
            yield [({"required": [name]}, schema), ({"properties": {name: {"not": {}}}},)]
        if "not" in node:
            yield [(), *((way,) for way in negations(node["not"], self._resolve))]

    def _alternatives(self, node: Schema, word: str) -> list[_Choice]:
        """Return the alternatives, null as the last one, with the value by which a discriminator names each."""
        alternatives = sorted(node[word], key=self._is_null)
        discriminator = node.get("discriminator")
        if isinstance(discriminator, Mapping) and "propertyName" in discriminator:
            return [(self._tag(discriminator, part), part) for part in alternatives]
        choices: list[_Choice] = [(part,) for part in alternatives]
        return choices + self._exclusive(alternatives) if word == "oneOf" else choices

    def _exclusive(self, alternatives: list[Any]) -> list[_Choice]:
        """Return alternatives with ways in which the others do not hold, for those that are alike."""
        ways = [list(negations(part, self._resolve)) for part in alternatives]
        others = [[{"anyOf": way} for way in (*ways[:place], *ways[place + 1 :]) if way] for place in range(len(ways))]
        return [(part, *excluded) for part, excluded in zip(alternatives, others, strict=True)]

    def _tag(self, discriminator: Schema, part: Any) -> Any:
        """Return the schema that a discriminator adds to an alternative, if that allows it."""
        if isinstance(part, bool) or "$ref" not in part:
            return True
        mapping = discriminator.get("mapping", {})
        own = part["$ref"].rpartition("/")[2]
        name = next((key for key, target in mapping.items() if target in (part["$ref"], own)), own)
        property_name = discriminator["propertyName"]
        constants = constants_of((properties(part, self._resolve).get(property_name, {}),))
        if constants is not None and name not in constants:
            return True
        return {"properties": {property_name: {"enum": [name]}}, "required": [property_name]}

    def _is_null(self, part: Any) -> bool:
        return not isinstance(part, bool) and self._resolve(part).get("type") == "null"


def _written_out(schema: bool) -> Schema:
    return {} if schema else {"not": {}}


def is_possible(parts: Parts) -> bool:
    """Return whether some value may satisfy all of several schemas, as far as types and constants say."""
    if any(part.get("not") == {} or part.get("not") is True for part in parts):
        return False
    if not types_of(parts):
        return False
    constants = constants_of(parts)
    return constants is None or bool(constants)


def types_of(parts: Parts) -> list[str]:
    """Return the types that several schemas allow, the one to show first; guessed from keywords where none is named."""
    allowed = [name for name in _preferred(parts) if all(_allows(part, name) for part in parts)]
    allowed = [name for name in allowed if name != "integer" or "number" not in allowed]
    return sorted(allowed, key=lambda name: name == "null")


def has_types(parts: Parts) -> bool:
    """Return whether one of several schemas names types."""
    return any("type" in part for part in parts)


def _preferred(parts: Parts) -> list[str]:
    """Return all types, those first that schemas name, or to which their keywords belong."""
    named = [name for part in parts for name in _names(part)]
    if named:
        return list(dict.fromkeys((*named, *_TYPES)))
    meant = [name for name, keywords in _KEYWORDS.items() if any(not keywords.isdisjoint(part) for part in parts)]
    # A schema that says nothing is shown as an object without properties.
    first = meant or (["string"] if any(parts) else ["object"])
    return list(dict.fromkeys((*first, *_TYPES)))


def _names(part: Schema) -> list[str]:
    names = part.get("type", [])
    names = list(names) if isinstance(names, list) else [names]
    return [*names, "null"] if names and part.get("nullable") is True else names


def _allows(part: Schema, name: str) -> bool:
    names, excluded = _names(part), part.get("not")
    if isinstance(excluded, Mapping) and excluded.keys() == {"type"} and _is_among(name, _names(excluded)):
        return False
    return not names or _is_among(name, names)


def _is_among(name: str, names: list[str]) -> bool:
    return name in names or (name == "integer" and "number" in names)


def constants_of(parts: Parts) -> list[Any] | None:
    """Return the only values that several schemas allow; None where they do not list them."""
    lists = [_constants(part) for part in parts if "const" in part or "enum" in part]
    if not lists:
        return None
    types = types_of(parts)
    others = [{identity(value) for value in values} for values in lists[1:]]
    return [
        value
        for value in sorted(lists[0], key=lambda value: value is None)
        if _is_among(type_of(value), types) and all(identity(value) in values for values in others)
    ]


def _constants(part: Schema) -> list[Any]:
    values = list(part.get("enum", [part.get("const")]))
    return [value for value in values if "const" not in part or identity(value) == identity(part["const"])]


def highest(parts: Parts, keyword: str, default: int = 0) -> int:
    """Return the highest of the limits that several schemas have under a keyword."""
    return max((int(part[keyword]) for part in parts if keyword in part), default=default)


def lowest(parts: Parts, keyword: str, default: int = 1_000_000) -> int:
    """Return the lowest of the limits that several schemas have under a keyword."""
    return min((int(part[keyword]) for part in parts if keyword in part), default=default)

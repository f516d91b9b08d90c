"""Show stored documents by their schema: nothing that is write-only at any depth, and nothing of the mock's own."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from mockserver.openapi.generation import Generator
from mockserver.openapi.resources import INTERNAL
from mockserver.openapi.schemas import Resolve, Schema, is_open, properties, required
from mockserver.openapi.specification import Specification
from mockserver.openapi.wrappers import types_of
from mockserver.store import Document

Represent = Callable[[Document], Document]
Hide = Callable[[Any], Any]

_ALTERNATIVES: Final = ("allOf", "anyOf", "oneOf")
_JSON_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
}


def representation(schema: Schema, specification: Specification) -> Represent:
    """Compile the representation of a stored document.

    A list may require fields that reading an item does not; they are generated.
    """
    resolve = specification.resolve
    select, hide = _selection(schema, resolve), hiding(schema, resolve)
    complete = _completion(schema, specification)
    if hide is None:
        return lambda document: select(complete(document))
    return lambda document: hide(select(complete(document)))


def _completion(schema: Schema, specification: Specification) -> Represent:
    """Return what generates the required fields that a document does not have."""
    fields = properties(schema, specification.resolve)
    names = required(schema, specification.resolve)
    needed = frozenset(name for name in names if name in fields and not fields[name].get("writeOnly"))
    generator = Generator(specification)
    generated: dict[str, Any] = {}

    def complete(document: Document) -> Document:
        if needed <= document.keys():
            return document
        for name in needed - generated.keys() - document.keys():
            generated[name] = generator.value(fields[name])
        return {**{name: generated[name] for name in needed - document.keys()}, **document}

    return complete


def _selection(schema: Schema, resolve: Resolve) -> Represent:
    """Return what selects the fields of a document that its schema has."""
    if not is_open(schema, resolve):
        fields = properties(schema, resolve).items()
        visible = [name for name, value in fields if not value.get("writeOnly")]
        return lambda document: {name: document[name] for name in visible if name in document}
    shows_id = _shows_id(schema, resolve)
    return lambda document: {
        name: value for name, value in document.items() if name not in INTERNAL and (name != "id" or shows_id(value))
    }


def _shows_id(schema: Schema, resolve: Resolve) -> Callable[[Any], bool]:
    """Return whether an object may show the id that the mock gave it: not in a map of values of another type."""
    others = schema.get("additionalProperties")
    if "id" in properties(schema, resolve) or not isinstance(others, Mapping):
        return lambda value: True
    kinds = types_of(resolve(others))
    return lambda value: not kinds or any(isinstance(value, _JSON_TYPES.get(kind, object)) for kind in kinds)


def hiding(schema: Schema, resolve: Resolve) -> Hide | None:
    """Return what removes the write-only properties from a value of a schema; None where it has none."""
    return _Hiding(resolve).of(schema)


class _Hiding:
    """Compiles the removal of write-only properties; a schema may contain itself."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve

    def of(self, schema: Schema) -> Hide | None:
        schema = self._resolve(schema)
        if not isinstance(schema, Mapping) or not self._hides(schema):
            return None
        # Compiled when it is needed: a recursive schema has no end.
        return lambda value: self._removed(value, schema, ())

    def _hides(self, schema: Schema) -> bool:
        """Return whether anything in a schema is write-only."""
        visited: set[int] = set()
        waiting = [schema]
        while waiting:
            schema = self._resolve(waiting.pop())
            if id(schema) in visited:
                continue
            visited.add(id(schema))
            fields = [self._resolve(field) for field in schema.get("properties", {}).values()]
            if any(field.get("writeOnly") for field in fields):
                return True
            waiting += [*fields, *_inner(schema)]
        return False

    def _removed(self, value: Any, schema: Schema, above: tuple[int, ...]) -> Any:
        """Return a value without what is write-only; ``above`` are the schemas of which this one is a part."""
        schema = self._resolve(schema)
        if id(schema) in above:
            return value
        if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
            value = [self._removed(item, schema["items"], ()) for item in value]
        elif isinstance(value, dict):
            value = self._object(value, schema)
        for word in _ALTERNATIVES:
            for part in schema.get(word, ()):
                value = self._removed(value, part, (*above, id(schema)))
        return value

    def _object(self, value: dict[str, Any], schema: Schema) -> dict[str, Any]:
        fields = {name: self._resolve(field) for name, field in schema.get("properties", {}).items()}
        others = schema.get("additionalProperties")
        rest = others if isinstance(others, Mapping) else {}
        return {
            name: self._removed(entry, fields.get(name, rest), ())
            for name, entry in value.items()
            if not fields.get(name, {}).get("writeOnly")
        }


def _inner(schema: Schema) -> Iterator[Schema]:
    """Yield the schemas in a schema, beside its properties."""
    for word in _ALTERNATIVES:
        yield from schema.get(word, ())
    yield from (part for part in (schema.get("items"), schema.get("additionalProperties")) if isinstance(part, Mapping))

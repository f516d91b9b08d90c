"""Complete what a request sends by its schema: defaults are filled in, read-only values dropped, texts trimmed."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from mockserver.openapi.schemas import Resolve, Schema, canonical, possible_properties, properties

_DEEPEST: Final = 32


class SentValues:
    """Completes the values of one schema."""

    def __init__(self, schema: Schema, resolve: Resolve) -> None:
        self._schema = schema
        self._resolve = resolve

    def complete(self, value: Any, *, with_defaults: bool) -> tuple[Any, list[str]]:
        """Return a value as it is stored, and the places of the read-only values that were dropped.

        Defaults of the fields of the body itself are not filled in: whether they apply depends on the operation.
        """
        dropped: list[str] = []
        return self._of(value, self._schema, (), dropped, with_defaults), dropped

    def _of(self, value: Any, schema: Schema, place: tuple[str, ...], dropped: list[str], with_defaults: bool) -> Any:
        if len(place) > _DEEPEST:
            return value
        if isinstance(value, dict):
            return self._object(value, schema, place, dropped, with_defaults)
        schema = self._resolve(schema)
        if isinstance(value, list):
            items = schema.get("items")
            if not isinstance(items, Mapping):
                return value
            return [
                self._of(item, items, (*place, str(index)), dropped, with_defaults) for index, item in enumerate(value)
            ]
        if isinstance(value, str) and canonical(schema, self._resolve).get("x-trim"):
            return value.strip()
        return value

    def _object(
        self, value: dict[str, Any], schema: Schema, place: tuple[str, ...], dropped: list[str], with_defaults: bool
    ) -> dict[str, Any]:
        fields = possible_properties(schema, self._resolve)
        chooses = self._resolve(schema).get("discriminator", {}).get("propertyName")
        result: dict[str, Any] = {}
        for name, entry in value.items():
            field = fields.get(name)
            if field is None:
                result[name] = entry
            # Without its discriminator, nobody knows which of the alternatives a value is.
            elif field.get("readOnly") and name != chooses:
                dropped.append(".".join((*place, name)))
            else:
                result[name] = self._of(entry, field, (*place, name), dropped, with_defaults)
        if place and with_defaults:
            own = properties(schema, self._resolve)
            absent = {name: field for name, field in own.items() if name not in result and "default" in field}
            result.update({name: deepcopy(field["default"]) for name, field in absent.items()})
        return result

"""Complete what a request sends by its schema: defaults are filled in, read-only values dropped, texts trimmed."""

from collections.abc import Mapping
from copy import deepcopy
from functools import cached_property
from typing import Any, Final

from mockserver.openapi.schemas import Resolve, Schema, canonical, possible_properties, properties

_DEEPEST: Final = 32


class SentValues:
    """Completes the values of one schema."""

    def __init__(self, schema: Schema, resolve: Resolve) -> None:
        self._plan = _Plan(schema, resolve, {})

    def complete(self, value: Any, *, with_defaults: bool) -> tuple[Any, list[str]]:
        """Return a value as it is stored, and the places of the read-only values that were dropped.

        Defaults of the fields of the body itself are not filled in: whether they apply depends on the operation.
        """
        dropped: list[str] = []
        return self._plan.complete(value, (), dropped, with_defaults), dropped


class _Plan:
    """What happens to the values of one schema, compiled when the first of them comes: a schema may contain itself."""

    def __init__(self, schema: Schema, resolve: Resolve, plans: "dict[int, _Plan]") -> None:
        self._schema = schema
        self._resolve = resolve
        self._plans = plans
        """The plans of all schemas that the body has, by the identity of each."""

    def complete(self, value: Any, place: tuple[str, ...], dropped: list[str], with_defaults: bool) -> Any:
        """Return a value as it is stored; ``dropped`` gets the places of the read-only values in it."""
        if len(place) > _DEEPEST:
            return value
        if isinstance(value, dict):
            return self._object(value, place, dropped, with_defaults)
        if isinstance(value, list):
            items = self._items
            if items is None:
                return value
            return [
                items.complete(item, (*place, str(index)), dropped, with_defaults) for index, item in enumerate(value)
            ]
        return value.strip() if isinstance(value, str) and self.trims else value

    def _object(
        self, value: dict[str, Any], place: tuple[str, ...], dropped: list[str], with_defaults: bool
    ) -> dict[str, Any]:
        plans, read_only = self._fields, self.read_only
        result: dict[str, Any] = {}
        for name, entry in value.items():
            if name in read_only:
                dropped.append(".".join((*place, name)))
            elif name in plans:
                result[name] = plans[name].complete(entry, (*place, name), dropped, with_defaults)
            else:
                result[name] = entry
        if place and with_defaults:
            for name, default in self.defaults.items():
                if name not in result:
                    result[name] = deepcopy(default)
        return result

    @cached_property
    def properties(self) -> Mapping[str, Schema]:
        """The properties of an object, those of its alternatives included."""
        return possible_properties(self._schema, self._resolve)

    @cached_property
    def read_only(self) -> frozenset[str]:
        """The properties that are dropped."""
        # Without its discriminator, nobody knows which of the alternatives a value is.
        chooses = self._resolve(self._schema).get("discriminator", {}).get("propertyName")
        fields = self.properties.items()
        return frozenset(name for name, field in fields if field.get("readOnly") and name != chooses)

    @cached_property
    def defaults(self) -> Mapping[str, Any]:
        """The values of properties that are absent."""
        own = properties(self._schema, self._resolve)
        return {name: field["default"] for name, field in own.items() if "default" in field}

    @cached_property
    def _fields(self) -> "Mapping[str, _Plan]":
        """The properties whose values may change."""
        plans = {name: self._of(field) for name, field in self.properties.items()}
        return {name: plan for name, plan in plans.items() if plan.changes}

    @cached_property
    def _items(self) -> "_Plan | None":
        """What happens to the items of a list, None where nothing does: they are not looked at."""
        return next((plan for plan in self.of_items() if plan.changes), None)

    def of_items(self) -> "list[_Plan]":
        """Return what happens to the items of a list, if its schema describes them."""
        items = self._resolve(self._schema).get("items")
        return [self._of(self._resolve(items))] if isinstance(items, Mapping) else []

    @cached_property
    def trims(self) -> bool:
        """Whether texts lose the space around them."""
        return bool(canonical(self._schema, self._resolve).get("x-trim"))

    @cached_property
    def changes(self) -> bool:
        """Whether anything may happen to a value, at any depth."""
        visited: set[_Plan] = set()
        waiting = [self]
        while waiting:
            plan = waiting.pop()
            if plan in visited:
                continue
            if plan.read_only or plan.defaults or plan.trims:
                return True
            visited.add(plan)
            waiting += [*map(self._of, plan.properties.values()), *plan.of_items()]
        return False

    def _of(self, schema: Schema) -> "_Plan":
        if id(schema) not in self._plans:
            self._plans[id(schema)] = _Plan(schema, self._resolve, self._plans)
        return self._plans[id(schema)]

"""Hold a body against the state: values that are taken (x-unique), and ids that do not exist (x-references)."""

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.call import Call
from mockserver.errors import Problem
from mockserver.messages import translatable
from mockserver.openapi.violations import SchemaRules, schema_problem
from mockserver.store import State


class StateChecks:
    """The checks of one body; ``references`` maps a field to the collection of the ids that it holds."""

    def __init__(
        self, collection: str, unique: Sequence[str], references: Mapping[str, str], rules: SchemaRules
    ) -> None:
        self._collection = collection
        self._unique = unique
        self._references = references
        self._rules = rules

    def problems(self, call: Call, values: dict[str, Any], earlier: Sequence[Problem]) -> list[Problem]:
        """Return what the state does not allow, among the fields without an earlier problem.

        Lists of references lose their duplicates.
        """
        result: list[Problem] = []
        if not (self._unique or self._references):
            return result
        # A value with a problem inside, as in ``authors.0``, is none to be looked for.
        unsound = {problem.field.partition(".")[0] for problem in earlier if problem.field}
        for name in self._unique:
            if name in values and name not in unsound:
                result += self._conflicts(call, name, values)
        for name, collection in self._references.items():
            if name in values and name not in unsound:
                values[name], missing = _referenced(call.state, collection, values[name])
                result += [self._does_not_exist(name, key) for key in missing]
        return result

    def _conflicts(self, call: Call, name: str, values: Mapping[str, Any]) -> list[Problem]:
        value = values[name]
        if value is None or value == "":
            return []
        rows = call.state.where(self._collection, name, value)
        # Most values are new: the rest is for those that are not.
        if not rows:
            return []
        own = None if call.addressed is None else call.addressed["id"]
        if all(row["id"] == own for row in rows):
            return []
        message = translatable("This {field} is already taken.", field=name)
        return [schema_problem(self._rules, name, "unique", message)]

    def _does_not_exist(self, field: str, key: Any) -> Problem:
        message = translatable('Invalid pk "{pk}" - object does not exist.', pk=key)
        return schema_problem(self._rules, field, "does_not_exist", message)


def _referenced(state: State, collection: str, value: Any) -> tuple[Any, list[Any]]:
    """Return a reference, or a list of them without duplicates, and the ids that do not exist."""
    if not isinstance(value, list):
        return value, [] if state.get(collection, value) is not None else [value]
    keys = list(dict.fromkeys(value))
    return keys, [key for key in keys if state.get(collection, key) is None]

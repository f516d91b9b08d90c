"""The compiled schema of a request body: its fields, how each is read, and what is wrong with a value.

Values are converted by ``coercion``; fields that the schema does not have are dropped. The result is then validated by
one compiled validator. Where a property has alternatives (``anyOf``), the first is the one that is stored, and the
others are spellings of it.

Three specification extensions concern single values and are read here: ``x-trim`` (blanks at the ends are cut),
``x-unique`` (no two documents of a collection share the value) and ``x-references`` (the value is the id, or a list of
ids, of documents in the collection that is named).
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import jsonschema_rs

from mockserver.errors import Problem
from mockserver.openapi.coercion import Misread, Rewrite, reader, rewriting
from mockserver.openapi.schemas import Schema, canonical, properties, required
from mockserver.openapi.specification import Specification
from mockserver.openapi.validators import compile_validator
from mockserver.openapi.violations import SchemaRules, explain, schema_problem

_NO_TEXTS = frozenset({"boolean", "integer", "number"})
_LEFT_OUT = object()
_FILES = frozenset({"binary", "base64"})
_MOMENTS = frozenset({"date", "date-time"})


def _when_blank(schema: Schema, required: bool) -> Any:
    """Return what an empty text stands for in a form: itself, null, or an absent field."""
    if not _holds_no_blank(schema):
        return ""
    if schema.get("nullable"):
        return None
    return "" if required else _LEFT_OUT


def _holds_no_blank(schema: Schema) -> bool:
    """Return whether an empty text in a form stands for no value: the field holds no text, or a hidden one.

    A form cannot show a write-only field, so that such a field is empty where the user did not touch it.
    """
    if schema.get("type") != "string":
        return schema.get("type") in _NO_TEXTS
    hidden = bool(schema.get("writeOnly") and schema.get("minLength"))
    return hidden or schema.get("format") in _FILES | _MOMENTS


class Reading(NamedTuple):
    """A body that was read: the values of its fields, what is wrong with them, and the names that are no fields."""

    values: dict[str, Any]
    problems: list[Problem]
    unknown: list[str]


class BodySchema:
    """The fields of a request body, compiled at start.

    ``lists`` are the fields that hold lists, which forms spell in ways of their own; ``rewritten`` the fields whose
    texts are rewritten before they are validated.
    """

    def __init__(
        self,
        schema: Schema,
        specification: Specification,
        *,
        partial: bool,
        rewritten: Mapping[str, Rewrite],
        rules: SchemaRules,
    ) -> None:
        self._rules = rules
        resolve = specification.resolve
        fields = properties(schema, resolve)
        self.fields = {name: value for name, value in fields.items() if not value.get("readOnly")}
        self._canonical = {name: canonical(value, resolve) for name, value in self.fields.items()}
        self.lists = frozenset(name for name, value in self._canonical.items() if value.get("type") == "array")
        self.defaults = {name: v["default"] for name, v in self._canonical.items() if "default" in v}
        self.unique = tuple(name for name, value in self._canonical.items() if value.get("x-unique"))
        self.references = {
            name: value["x-references"] for name, value in self._canonical.items() if "x-references" in value
        }
        self._required = frozenset(() if partial else self.fields.keys() & required(schema, resolve))
        self._readers = {
            name: rewriting(reader(value, resolve), rewritten.get(name)) for name, value in self.fields.items()
        }
        self._nullable = frozenset(name for name, value in self._canonical.items() if value.get("nullable"))
        self._validator = self._compile(specification)
        self.free_form = not fields or bool(resolve(schema).get("additionalProperties"))

        self._blank = {name: _when_blank(value, name in self._required) for name, value in self._canonical.items()}

    def _compile(self, specification: Specification) -> jsonschema_rs.Draft202012Validator:
        checked = {name: value for name, value in self._canonical.items() if value.get("format") not in _FILES}
        return compile_validator({"type": "object", "properties": checked}, specification)

    def filled(self, form: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a form without the empty texts that stand for no value, as Django REST Framework reads forms."""
        if "" not in form.values():
            return form
        values = ((name, self._blank.get(name, "") if value == "" else value) for name, value in form.items())
        return {name: value for name, value in values if value is not _LEFT_OUT}

    def read(self, body: Mapping[str, Any]) -> Reading:
        """Read the fields of a body, and report everything that is wrong with them."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        unknown: list[str] = []
        readers = self._readers
        for name, value in body.items():
            read = readers.get(name)
            if read is None:
                if self.free_form:
                    values[name] = value
                else:
                    unknown.append(name)
                continue
            try:
                values[name] = None if value is None and name in self._nullable else read(value)
            except Misread as error:
                problems.append(schema_problem(self._rules, name, error.code, error.message))
        if not self._required <= body.keys():
            problems.extend(self._missing(body))
        if not self._validator.is_valid(values):
            problems.extend(self._violations(values))
        return Reading(values, problems, unknown)

    def _missing(self, body: Mapping[str, Any]) -> list[Problem]:
        missing = [name for name in self.fields if name in self._required and name not in body]
        return [schema_problem(self._rules, name, "required", "This field is required.") for name in missing]

    def _violations(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        reported: set[str] = set()
        for error in self._validator.iter_errors(values):
            field = str(error.instance_path[0]) if error.instance_path else ""
            if field and field not in reported:
                reported.add(field)
                yield schema_problem(self._rules, field, *explain(error))

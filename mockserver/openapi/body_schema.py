"""What a schema says of a document: its fields, how a value of each is read, and what is wrong with one.

Values are read by ``values``; fields that the schema does not have are dropped. What was read is then held against the
schema by one compiled validator. Where a property has alternatives (``anyOf``), the first is what is stored, and the
others are spellings of it.

Three words of the vocabulary are about values alone, and read here: ``x-trim`` (blanks at the ends are cut),
``x-unique`` (no two documents of a collection share the value) and ``x-references`` (the value is the id, or a list of
ids, of documents in the collection that is named).
"""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import jsonschema_rs

from mockserver.errors import Problem
from mockserver.messages import said
from mockserver.openapi.coercion import Misread, Rewrite, reader, rewriting
from mockserver.openapi.specification import Schema, Specification, canonical, plain, properties, required

_CODES = {
    "enum": ("invalid_choice", '"{value}" is not a valid choice.'),
    "maxLength": ("max_length", "Ensure this field has no more than {limit} characters."),
    "minLength": ("min_length", "Ensure this field has at least {limit} characters."),
    "minimum": ("min_value", "Ensure this value is greater than or equal to {limit}."),
    "maximum": ("max_value", "Ensure this value is less than or equal to {limit}."),
    "minItems": ("min_length", "Ensure this field has at least {limit} elements."),
    "maxItems": ("max_length", "Ensure this field has no more than {limit} elements."),
    "required": ("required", "This field is required."),
    "pattern": ("invalid", "Enter a valid value."),
    "format": ("invalid", "Enter a valid {limit}."),
}

_NO_TEXTS = frozenset({"boolean", "integer", "number"})
_LEFT_OUT = object()
_FILES = frozenset({"binary", "base64"})
_MOMENTS = frozenset({"date", "date-time"})


SchemaRules = Mapping[str, Mapping[str, str]]
"""Field → error code, or name of a specification extension → the id of the rule that this constraint documents."""


def schema_problem(rules: SchemaRules, field: str, code: str, message: str) -> Problem:
    """Return what is wrong with a field, with the rule that its schema enforces."""
    return Problem(field, code, message, rules.get(field, {}).get(code))


def _explain(error: Any) -> tuple[str, str]:
    """Return code and message for an error of the validator."""
    word = str(error.schema_path[-1]) if error.schema_path else ""
    value = error.instance
    if word in {"minLength", "pattern"} and isinstance(value, str) and not value.strip():
        return "blank", "This field may not be blank."
    code, text = _CODES.get(word, ("invalid", "Not a valid value."))
    return code, said(text, value=_short(value), limit=_limit(error))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:80]}…"


def _limit(error: Any) -> Any:
    for name in ("limit", "format", "pattern"):
        found = getattr(error.kind, name, None)
        if found is not None:
            return found
    return ""


def _when_blank(schema: Schema, required: bool) -> Any:
    """Tell what an empty text stands for in a form: itself, null, or a field that was left out."""
    if not _holds_no_blank(schema):
        return ""
    if schema.get("nullable"):
        return None
    return "" if required else _LEFT_OUT


def _holds_no_blank(schema: Schema) -> bool:
    """Tell whether an empty text in a form cannot be meant: the field holds no text, or must have one and is hidden.

    A form shows nothing of what is write-only, so that such a field is empty where it was left alone.
    """
    if schema.get("type") != "string":
        return schema.get("type") in _NO_TEXTS
    hidden = bool(schema.get("writeOnly") and schema.get("minLength"))
    return hidden or schema.get("format") in _FILES | _MOMENTS


def _needed(node: Any, schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Return the components that a schema refers to, and those that they refer to."""
    found: dict[str, Any] = {}
    waiting = [node]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, Mapping):
            name = str(entry.get("$ref", "")).removeprefix("#/components/schemas/")
            if name in schemas and name not in found:
                found[name] = schemas[name]
                waiting.append(schemas[name])
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)
    return found


class Reading(NamedTuple):
    """What a body says: the values of its known fields, what is wrong with them, and the names that are no fields."""

    values: dict[str, Any]
    problems: list[Problem]
    unknown: list[str]


class BodySchema:
    """The fields of a request body, compiled at start-up.

    ``lists`` are the fields that hold lists, which forms spell in ways of their own; ``rewritten`` those whose texts
    are written anew before they are judged.
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
        known = properties(schema, resolve)
        self.fields = {name: value for name, value in known.items() if not value.get("readOnly")}
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
        self.free_form = not known or bool(resolve(schema).get("additionalProperties"))

        self._blank = {name: _when_blank(value, name in self._required) for name, value in self._canonical.items()}

    def _compile(self, specification: Specification) -> jsonschema_rs.Draft4Validator:
        checked = {name: plain(value) for name, value in self._canonical.items() if value.get("format") not in _FILES}
        components = {"schemas": _needed(checked, specification.schemas)}
        return jsonschema_rs.Draft4Validator(
            {"type": "object", "properties": checked, "components": components}, validate_formats=True
        )

    def filled(self, form: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a form without its empty texts that stand for nothing: as the framework reads forms."""
        if "" not in form.values():
            return form
        meant = ((name, self._blank.get(name, "") if value == "" else value) for name, value in form.items())
        return {name: value for name, value in meant if value is not _LEFT_OUT}

    def read(self, given: Mapping[str, Any]) -> Reading:
        """Read the fields of a body, and tell all that is wrong with them."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        unknown: list[str] = []
        readers = self._readers
        for name, value in given.items():
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
        if not self._required <= given.keys():
            problems.extend(self._missing(given))
        if not self._validator.is_valid(values):
            problems.extend(self._refused(values))
        return Reading(values, problems, unknown)

    def _missing(self, given: Mapping[str, Any]) -> list[Problem]:
        missing = [name for name in self.fields if name in self._required and name not in given]
        return [schema_problem(self._rules, name, "required", "This field is required.") for name in missing]

    def _refused(self, values: Mapping[str, Any]) -> Iterator[Problem]:
        seen: set[str] = set()
        for error in self._validator.iter_errors(values):
            field = str(error.instance_path[0]) if error.instance_path else ""
            if field and field not in seen:
                seen.add(field)
                yield schema_problem(self._rules, field, *_explain(error))

"""Say what is wrong with a value that its schema does not allow, in codes and sentences."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import jsonschema_rs

from mockserver.errors import Problem
from mockserver.messages import translatable

SchemaRules = Mapping[str, Mapping[str, str]]
"""Field → error code, or name of a specification extension → the id of the rule that this constraint documents."""

_CODES: Final = {
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
_MORE_CODES: Final = {
    **_CODES,
    "additionalProperties": ("unknown", "This operation has no such field."),
    "unevaluatedProperties": ("unknown", "This operation has no such field."),
    "type": ("invalid", "Expected {limit}."),
    "pattern": ("invalid", "Does not match the pattern {limit}."),
    "const": ("invalid", "Only {limit} is allowed."),
    "multipleOf": ("invalid", "Ensure this value is a multiple of {limit}."),
    "exclusiveMinimum": ("min_value", "Ensure this value is greater than {limit}."),
    "exclusiveMaximum": ("max_value", "Ensure this value is less than {limit}."),
    "uniqueItems": ("invalid", "No two elements may be equal."),
    "minProperties": ("invalid", "Ensure this object has at least {limit} properties."),
    "maxProperties": ("invalid", "Ensure this object has no more than {limit} properties."),
    "oneOf": ("invalid", "The value has to match exactly one of the alternatives."),
    "anyOf": ("invalid", "The value matches none of the alternatives."),
}
_NULL_MATTERS: Final = frozenset({"type", "enum", "const", "anyOf", "oneOf"})
_LONGEST: Final = 80
_LIMITS: Final = ("limit", "format", "pattern", "types", "expected_value", "multiple_of")
_MOST_PROBLEMS: Final = 100
_NAMING: Final = {"required": "property", "additionalProperties": "unexpected", "unevaluatedProperties": "unexpected"}
"""Keyword → where its errors name the properties that they are about."""


def schema_problem(rules: SchemaRules, field: str, code: str, message: str) -> Problem:
    """Return what is wrong with a field, with the rule that its schema enforces."""
    return Problem(field, code, message, rules.get(field, {}).get(code))


def explain(error: jsonschema_rs.ValidationError) -> tuple[str, str]:
    """Return code and message for an error of the validator, in the words of Django REST Framework."""
    return _described(error, _CODES)


def problems(errors: Iterable[jsonschema_rs.ValidationError], rules: SchemaRules) -> list[Problem]:
    """Return what is wrong with a body, each with the place that it concerns, as in ``owner.name``."""
    problems_by_place: dict[tuple[str | None, str], Problem] = {}
    for error in errors:
        code, message = _described(error, _MORE_CODES)
        for place in _places(error):
            rule = rules.get(place, {}).get(code) if place else None
            problems_by_place.setdefault((place, code), Problem(place, code, message, rule))
        if len(problems_by_place) >= _MOST_PROBLEMS:
            break
    return list(problems_by_place.values())


def _places(error: jsonschema_rs.ValidationError) -> list[str | None]:
    above = [str(step) for step in error.instance_path]
    named = getattr(error.kind, _NAMING.get(error.kind.name, ""), None)
    if named is None:
        return [".".join(above) or None]
    names = [named] if isinstance(named, str) else named
    return [".".join([*above, name]) for name in names]


def _described(error: jsonschema_rs.ValidationError, codes: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    name, value = error.kind.name, error.instance
    # A text without content is blank, before anything else is said of it.
    if name in {"minLength", "pattern"} and isinstance(value, str) and not value.strip():
        return "blank", "This field may not be blank."
    if value is None and name in _NULL_MATTERS:
        return "null", "This field may not be null."
    code, text = codes.get(name, ("invalid", "Not a valid value."))
    return code, translatable(text, value=_short(value), limit=_limit(error))


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _limit(error: jsonschema_rs.ValidationError) -> Any:
    for name in _LIMITS:
        value = getattr(error.kind, name, None)
        if isinstance(value, list):
            return " or ".join(sorted(map(str, value)))
        if value is not None:
            return value
    return ""

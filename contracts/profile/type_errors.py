"""Describe in plain words why a value of a file does not have its type, and what to do."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import inspect

from specdouble.suggest import did_you_mean

Steps: TypeAlias = Sequence[str | int]

_KINDS: Mapping[str, str] = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "a mapping",
    "array": "a list",
    "date": "a date",
}


def describe(what: str, steps: Steps, kind: type, value: object, remedy: str) -> str:
    """Return the problem that a message of msgspec reports at a place in a file, and what to do.

    ``kind`` is the type of the whole file, and ``remedy`` what to do where nothing better is known.
    """
    place = _name(steps)
    if match := re.search(r"unknown field `(.+?)`", what):
        return f"unknown key `{place}`. {did_you_mean(match[1], _keys(kind, steps[:-1]))}"
    if match := re.search(r"missing required field `(.+?)`", what):
        lacking = f"`{place}` lacks the key" if place else "the file lacks the key"
        return f"{lacking} `{match[1]}`. Add `{match[1]}: …`."
    if what.startswith("Invalid enum value"):
        return f"`{place}` cannot be {value!r}. {did_you_mean(str(value), _choices(kind, steps))}"
    subject = f"`{place}`" if place else "the file"
    if "RFC3339" in what:
        return f"{subject} must be a date, such as 2025-01-31. {remedy}"
    if match := re.match(r"Expected `(.+?)`( [<>]=? \d+)?(?:, got `(.+?)`)?( - at `key`)?", what):
        subject = f"a key of {subject}" if match[4] else subject
        return f"{subject} must be {_expected(match[1])}{match[2] or ''}{_actual(match[3])}. {remedy}"
    return f"`{place}`: {what}. {remedy}" if place else f"{what}. {remedy}"


def _name(steps: Steps) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def _expected(kinds: str) -> str:
    names = [_KINDS.get(kind, kind) for kind in kinds.split(" | ") if kind != "null"]
    return " or ".join(names)


def _actual(kind: str | None) -> str:
    if kind is None:
        return ""
    if kind == "null":
        return ", and it is empty"
    return ", not a number with a fraction" if kind == "float" else f", not {_KINDS.get(kind, kind)}"


def _keys(kind: type, steps: Steps) -> list[str]:
    """Return the keys of the part of a file to which steps lead."""
    structs = (part for part in _types_at(kind, steps) if isinstance(part, inspect.StructType))
    return [field.encode_name for struct in structs for field in struct.fields]


def _choices(kind: type, steps: Steps) -> list[str]:
    """Return the values of the part of a file to which steps lead."""
    literals = (part for part in _types_at(kind, steps) if isinstance(part, inspect.LiteralType))
    return [str(choice) for literal in literals for choice in literal.values]


def _types_at(kind: type, steps: Steps) -> list[inspect.Type]:
    types = list(_alternatives(inspect.type_info(kind)))
    for step in steps:
        types = [part for above in types for below in _below(above, step) for part in _alternatives(below)]
    return types


def _alternatives(kind: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(kind, inspect.UnionType):
        yield from kind.types
    else:
        yield kind


def _below(kind: inspect.Type, step: str | int) -> Iterator[inspect.Type]:
    if isinstance(kind, inspect.StructType):
        yield from (field.type for field in kind.fields if field.encode_name == step)
    elif isinstance(kind, inspect.DictType):
        yield kind.value_type
    elif isinstance(kind, inspect.ListType | inspect.VarTupleType):
        yield kind.item_type

"""Reads YAML files that people write, and says where something stands that is wrong, and what was meant."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

import msgspec
import yaml

from contracts.errors import CannotRun
from specdouble.yaml_reader import line_below, mappings, repeated_key

Steps: TypeAlias = Sequence[str | int]

ANY = "[...]"
T = TypeVar("T")


class Remedies(NamedTuple):
    """What to do about a file that is wrong."""

    unreadable: str
    """Where it is not YAML."""
    twice: str
    """Where a key stands twice in a mapping, of which YAML would keep the last alone."""
    other: Callable[[str], str]
    """Where it is not what it should be: tells it of what msgspec says of that."""


def read(name: str, text: bytes, kind: type[T], remedies: Remedies, empty: object = None) -> T:
    """What a YAML file holds, as a type; CannotRun says by the file's name where it is wrong, and what to do.

    ``empty`` is what an empty file stands for.
    """
    document = _parsed(name, text, remedies)
    document = empty if document is None else document
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        message = str(error)
        steps = _place_of(message, document, lambda other: _refusal(other, kind) == message)
        told, what = f" ({'.'.join(map(str, steps))})" if steps else "", message.partition(" - at ")[0]
        raise CannotRun(f"{name}, line {line_of(text, steps)}{told}: {what}; {remedies.other(what)}") from error


def _parsed(name: str, text: bytes, remedies: Remedies) -> Any:
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        again = next(filter(None, map(repeated_key, mappings(node))), None)
        document = None if node is None else loader.construct_document(node)
    except (yaml.YAMLError, ValueError) as error:  # a date that no calendar has, letters that are not UTF-8
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}" if mark else str(error).splitlines()[0]
        raise CannotRun(f"{name}: not YAML ({place}); {remedies.unreadable}") from error
    if again is not None:
        raise CannotRun(f"{name}, line {again.line}: {again.name} stands there twice; {remedies.twice}")
    return document


def _refusal(document: Any, kind: type) -> str:
    try:
        msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


def line_of(text: bytes | str, steps: Steps) -> int:
    """The line of the node that these keys lead to, or of the last one on the way that is there; the first is 1."""
    return line_below(yaml.compose(text, Loader=yaml.SafeLoader), map(str, steps))


def _place_of(error: str, document: Any, is_wrong: Callable[[Any], bool]) -> list[str | int]:
    """The keys that lead to what a message of msgspec is about, which leaves the names of keys out.

    ``is_wrong`` tells whether a document is refused in the same words: each key is tried alone where the message has
    none.
    """
    path = re.search(r"`\$(.*?)`$", error)
    steps: list[str | int] = []
    for word in re.findall(r"\.([^.\[]+)|(\[\.\.\.\])|\[(\d+)\]", path[1] if path else ""):
        steps.append(word[0] or (int(word[2]) if word[2] else _culprit(document, steps, is_wrong)))
    field = re.search(r"unknown field `(.+?)`", error)
    return [*steps, field[1]] if field else steps


def _culprit(document: Any, steps: Steps, is_wrong: Callable[[Any], bool]) -> str:
    """The key of the mapping at a place without whose neighbours the document is refused too."""
    mapping = _at(document, steps)
    keys = list(mapping) if isinstance(mapping, dict) else []
    return next((key for key in keys if is_wrong(_with(document, steps, {key: mapping[key]}))), ANY)


def _at(document: Any, steps: Steps) -> Any:
    for step in steps:
        document = document[int(step)] if isinstance(document, list) else document.get(step)
    return document


def _with(document: Any, steps: Steps, value: Any) -> Any:
    """A document in which another value stands at a place."""
    if not steps:
        return value
    step, *rest = steps
    if isinstance(document, list):
        return [_with(each, rest, value) if number == step else each for number, each in enumerate(document)]
    return {key: _with(each, rest, value) if key == step else each for key, each in document.items()}


def meant(word: str, known: Iterable[str]) -> str:
    """A hint at what was meant, or at what there is."""
    choices = sorted({str(each) for each in known})
    close = difflib.get_close_matches(word, choices, n=2)
    if close:
        return f"did you mean {' or '.join(close)}?"
    return f"there is {', '.join(choices[:12])}{' …' if len(choices) > 12 else ''}." if choices else "there is none."


def fields_of(kind: type) -> list[str]:
    """The keys that a part of a file may have."""
    return [each.name for each in msgspec.structs.fields(kind)]

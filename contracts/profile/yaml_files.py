"""Read YAML files that people write, and report errors with file, line and remedy."""

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias, TypeVar

import msgspec
import yaml

from contracts.errors import CannotRun
from specdouble.yaml_reader import line_below, mappings, repeated_key

Steps: TypeAlias = Sequence[str | int]

ANY = "[...]"
T = TypeVar("T")


class Remedies(NamedTuple):
    """What to do about an invalid file."""

    unreadable: str
    """If it is not YAML."""
    twice: str
    """If a mapping has a key twice, of which YAML would keep the last alone."""
    other: Callable[[str], str]
    """If its content is not of the expected type: returns the remedy for a message of msgspec."""


def read(name: str, text: bytes, kind: type[T], remedies: Remedies, empty: object = None) -> T:
    """Read a YAML file as a type; CannotRun names the file, the line of an error, and what to do.

    ``empty`` is the content of an empty file.
    """
    document = _parse(name, text, remedies)
    document = empty if document is None else document
    try:
        return msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        message = str(error)
        steps = _place_of(message, document, lambda other: _validation_error(other, kind) == message)
        what = message.partition(" - at ")[0]
        problem = f"{name}:{line_of(text, steps)}: {_problem(what, steps)}"
        raise CannotRun(f"{problem}. {remedies.other(what)}") from error


def _problem(what: str, steps: Steps) -> str:
    """Describe what msgspec says of the part of a document to which keys lead."""
    place = ".".join(map(str, steps))
    if what.startswith("Object contains unknown field"):
        return f"unknown key `{place}`"
    return f"`{place}`: {what}" if place else what


def _parse(name: str, text: bytes, remedies: Remedies) -> Any:
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        again = next(filter(None, map(repeated_key, mappings(node))), None)
        document = None if node is None else loader.construct_document(node)
    except (yaml.YAMLError, ValueError) as error:  # ValueError: an impossible date, or bytes that are not UTF-8
        mark = getattr(error, "problem_mark", None)
        place = f":{mark.line + 1}" if mark else ""
        reason = "" if mark else f" ({str(error).splitlines()[0]})"
        raise CannotRun(f"{name}{place}: not valid YAML{reason}. {remedies.unreadable}") from error
    if again is not None:
        raise CannotRun(f"{name}:{again.line}: the key `{again.name}` is there twice. {remedies.twice}")
    return document


def _validation_error(document: Any, kind: type) -> str:
    try:
        msgspec.convert(document, kind)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


def line_of(text: bytes | str, steps: Steps) -> int:
    """Return the line of the node to which keys lead, or of the last existing one on the way; the first line is 1."""
    return line_below(yaml.compose(text, Loader=yaml.SafeLoader), map(str, steps))


def _place_of(error: str, document: Any, is_wrong: Callable[[Any], bool]) -> list[str | int]:
    """Return the keys that lead to the error in a message of msgspec, which leaves out the names of keys.

    Where the message has no key, each is tried alone: ``is_wrong`` returns whether a document gets the same message.
    """
    path = re.search(r"`\$(.*?)`$", error)
    steps: list[str | int] = []
    for word in re.findall(r"\.([^.\[]+)|(\[\.\.\.\])|\[(\d+)\]", path[1] if path else ""):
        steps.append(word[0] or (int(word[2]) if word[2] else _culprit(document, steps, is_wrong)))
    field = re.search(r"unknown field `(.+?)`", error)
    return [*steps, field[1]] if field else steps


def _culprit(document: Any, steps: Steps, is_wrong: Callable[[Any], bool]) -> str:
    """Return the key of a mapping that is invalid even without its neighbours."""
    mapping = _at(document, steps)
    keys = list(mapping) if isinstance(mapping, dict) else []
    return next((key for key in keys if is_wrong(_with(document, steps, {key: mapping[key]}))), ANY)


def _at(document: Any, steps: Steps) -> Any:
    for step in steps:
        document = document[int(step)] if isinstance(document, list) else document.get(step)
    return document


def _with(document: Any, steps: Steps, value: Any) -> Any:
    """Replace the value at a place of a document."""
    if not steps:
        return value
    step, *rest = steps
    if isinstance(document, list):
        return [_with(item, rest, value) if number == step else item for number, item in enumerate(document)]
    return {key: _with(item, rest, value) if key == step else item for key, item in document.items()}


def fields_of(kind: type) -> list[str]:
    """Return the keys that a part of a file may have."""
    return [field.name for field in msgspec.structs.fields(kind)]

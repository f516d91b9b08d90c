"""Read YAML files that people write, and report errors with file, line and remedy."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from contracts.errors import CannotRun
from contracts.profile.type_errors import Steps, describe
from specdouble import yaml_lines, yaml_reader
from specdouble.yaml_reader import SpecError

ANY = "[...]"
T = TypeVar("T")


def read(name: str, content: bytes, kind: type[T], remedy: str, empty: object = None) -> T:
    """Read a YAML file as a type; CannotRun names the file, the line of an error, and what to do.

    ``remedy`` is what to do where the error itself does not say it. ``empty`` is the content of an empty file.
    """
    text, document = _parse(name, content)
    document = empty if document is None else document
    try:
        return _convert(document, kind)
    except msgspec.ValidationError as error:
        message = str(error)
        steps = _place_of(message, document, lambda other: _validation_error(other, kind) == message)
        # The message names the place without the keys of mappings; only that of a key itself says more.
        what = re.sub(r" - at (?!`key`).*", "", message)
        problem = describe(what, steps, kind, _at(document, steps), remedy)
        raise CannotRun(f"{name}:{yaml_lines.line_of(text, map(str, steps))}: {problem}") from error


def _convert(document: Any, kind: type[T]) -> T:
    # The keys of YAML are texts, as those of JSON; some of a profile are statuses.
    return msgspec.convert(document, kind, str_keys=True)


def _parse(name: str, content: bytes) -> tuple[str, Any]:
    """Return a file as text and as a document."""
    path = Path(name)
    try:
        text = yaml_reader.decode(path, content)
        return text, yaml_reader.parse(path, text)
    except SpecError as error:
        place = f":{error.line}" if error.line else ""
        raise CannotRun(f"{name}{place}: {' '.join(error.message.split())}") from error


def _validation_error(document: Any, kind: type) -> str:
    try:
        _convert(document, kind)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


def line_of(content: bytes | str, steps: Steps) -> int:
    """Return the line of the node to which keys lead, or of the last existing one on the way; the first line is 1."""
    text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
    return yaml_lines.line_of(text, map(str, steps))


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

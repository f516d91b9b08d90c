"""Read YAML and JSON files as JSON means them, and report errors with file and line."""

import json
import re
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import yaml

from specdouble import syntax_errors
from specdouble.yaml_events import json_events, yaml_events
from specdouble.yaml_lines import Key

MAX_DEPTH: Final = 200
"""Readers of a document are recursive, and the deepest JSON that is written has 254 levels."""
MAX_ALIASED: Final = 200_000
"""How many values the aliases of a file may stand for: a few lines can stand for billions."""
MAX_BYTES: Final = 100_000_000


class SpecError(Exception):
    """A file cannot be used; the text is one line: where, what is wrong, what to do."""

    def __init__(self, path: Path, message: str, line: int | None = None, pointer: str | None = None) -> None:
        super().__init__(path, message, line, pointer)
        self.path = path
        self.message = message
        self.line = line
        self.pointer = pointer

    def __str__(self) -> str:
        # A path made of an address has lost one of its slashes.
        name = re.sub(r"^([a-z]{2,}):/(?!/)", r"\1://", str(self.path))
        place = name if self.line is None else f"{name}:{self.line}"
        at = f" (at {self.pointer})" if self.pointer else ""
        return " ".join(f"{place}: {self.message}{at}".split())


def read_yaml(path: Path) -> Any:
    """Read a YAML or JSON file; SpecError where it cannot be read."""
    return parse(path, decode(path, read_bytes(path)))


def read_bytes(path: Path) -> bytes:
    """Return the content of a file; SpecError where it cannot be read."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError
        if not stat.S_ISREG(status.st_mode):
            raise SpecError(path, "this is a pipe or a device. Name a file.")
        if status.st_size > MAX_BYTES:
            raise SpecError(path, f"the file is larger than {MAX_BYTES:,} bytes. Split it, or name another one.")
        return path.read_bytes()
    except FileNotFoundError:
        raise SpecError(path, "there is no such file. Check the path.") from None
    except IsADirectoryError:
        raise SpecError(path, "this is a folder. Name a file in it.") from None
    except OSError as error:
        raise SpecError(path, f"the file cannot be read ({error.strerror}). Check its permissions.") from None


def decode(path: Path, content: bytes) -> str:
    """Return content as text; SpecError where it is not UTF-8."""
    try:
        # Editors on Windows write a byte order mark.
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SpecError(path, "the file is not UTF-8. Save it as UTF-8.", line) from None


_SCALARS: Final[tuple[tuple[str, re.Pattern[str], Callable[[str], Any]], ...]] = (
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    ("null", re.compile(r"null|Null|NULL|~|"), lambda text: None),
    ("int", re.compile(r"-?(?:0|[1-9][0-9]*)"), int),
    ("float", re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?"), float),
)
"""YAML as JSON means it: type → how it is written, and how it is read. All else is a text, dates and ``yes`` too."""
_STARTS_OF_SCALARS: Final = frozenset("tTfFnN~-0123456789")
_TAG: Final = "tag:yaml.org,2002:"
_NO_KEY: Final = object()


def parse(path: Path, text: str, on_repeated_key: "Callable[[Key], None] | None" = None) -> Any:
    """Parse a YAML or JSON text; SpecError with its line where it cannot be used.

    A repeated key is an error, unless ``on_repeated_key`` takes note of it: the last one counts then.
    """
    if text.lstrip()[:1] in ("{", "["):
        with suppress(ValueError, RecursionError):
            return _parse_json(path, text, on_repeated_key)
        if path.suffix == ".json" and (problem := syntax_errors.of_json(text)):
            raise SpecError(path, *problem)
    try:
        return _Builder(path, on_repeated_key).build(yaml_events(text))
    except yaml.MarkedYAMLError as error:
        raise SpecError(path, *syntax_errors.of_yaml(text, error)) from None
    except yaml.YAMLError as error:
        raise SpecError(path, f"this is not YAML: {error}. Correct it.") from None
    except ValueError as error:
        raise SpecError(path, f"the file holds a number that cannot be read ({error}). Correct it.") from None


def _parse_json(path: Path, text: str, on_repeated_key: "Callable[[Key], None] | None") -> Any:
    """Parse JSON, ten times as fast as YAML; ValueError where only the YAML parser can say more."""
    repeated = False

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        content = dict(pairs)
        repeated = repeated or len(content) < len(pairs)
        return content

    def reject(constant: str) -> Any:
        raise ValueError(constant)

    content = _checked_depth(path, json.loads(text, object_pairs_hook=mapping, parse_constant=reject))
    # Only this reader has lines; YAML itself has no word for all characters that JSON can write.
    return _Builder(path, on_repeated_key).build(json_events(text)) if repeated else content


def _checked_depth(path: Path, content: Any) -> Any:
    level, depth = [content], 0
    while level := [
        child
        for node in level
        for child in (node.values() if type(node) is dict else node if type(node) is list else ())
        if type(child) in (dict, list)
    ]:
        depth += 1
        if depth >= MAX_DEPTH:
            raise _too_deep(path, None)
    return content


def _too_deep(path: Path, line: int | None) -> SpecError:
    return SpecError(path, f"the file is nested deeper than {MAX_DEPTH} levels. Make it flatter.", line)


class _Frame:
    """A mapping or a list that is being built, and how many values it has with its aliases written out."""

    __slots__ = ("anchor", "content", "key", "merged", "size")

    def __init__(self, content: dict[str, Any] | list[Any], anchor: str | None) -> None:
        self.content = content
        self.anchor = anchor
        self.key: Any = _NO_KEY
        self.merged: list[Any] = []
        self.size = 1


class _Builder:
    """Builds the content of a YAML text from its events, without recursion."""

    def __init__(self, path: Path, on_repeated_key: "Callable[[Key], None] | None") -> None:
        self._path = path
        self._on_repeated_key = on_repeated_key
        self._frames: list[_Frame] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._aliased = 0
        self._result: Any = None
        self._has_result = False

    def build(self, events: Iterable[Any]) -> Any:
        """Return the content."""
        for event in events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open({}, event)
            elif kind is yaml.SequenceStartEvent:
                self._open([], event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close()
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent and self._has_result:
                raise SpecError(self._path, "the file holds several documents. Keep one.", event.start_mark.line + 1)
        return self._result

    def _scalar(self, event: Any) -> None:
        if self._expects_key():
            self._set_key(event)
            return
        value = self._value(event)
        if event.anchor:
            self._anchors[event.anchor] = (value, 1)
        self._add(value, 1)

    def _value(self, event: Any) -> Any:
        text: str = event.value
        plain = event.implicit[0]
        if event.tag is None or event.tag == "!":
            if not plain or event.tag == "!" or (text and text[0] not in _STARTS_OF_SCALARS):
                return text
            return next((read(text) for _, pattern, read in _SCALARS if pattern.fullmatch(text)), text)
        kind = event.tag.removeprefix(_TAG)
        if kind == "str":
            return text
        for name, pattern, read in _SCALARS:
            if kind == name and pattern.fullmatch(text):
                return read(text)
        raise self._no_such_tag(event)

    def _no_such_tag(self, event: Any) -> SpecError:
        message = f"the tag {_short(event.tag)} has no meaning here. Remove it."
        return SpecError(self._path, message, event.start_mark.line + 1)

    def _open(self, content: dict[str, Any] | list[Any], event: Any) -> None:
        line = event.start_mark.line + 1
        if self._expects_key():
            raise SpecError(self._path, "a key must be a text. Quote it.", line)
        if event.tag is not None and event.tag not in ("!", f"{_TAG}map", f"{_TAG}seq"):
            raise self._no_such_tag(event)
        if len(self._frames) >= MAX_DEPTH:
            raise _too_deep(self._path, line)
        self._frames.append(_Frame(content, event.anchor))

    def _close(self) -> None:
        frame = self._frames.pop()
        if isinstance(frame.content, dict) and frame.merged:
            frame.content = {**_merge(frame.merged), **frame.content}
        if frame.anchor:
            self._anchors[frame.anchor] = (frame.content, frame.size)
        self._add(frame.content, frame.size)

    def _alias(self, event: Any) -> None:
        line = event.start_mark.line + 1
        if self._expects_key():
            raise SpecError(self._path, "a key must be a text. Quote it.", line)
        if event.anchor not in self._anchors:
            inside = any(frame.anchor == event.anchor for frame in self._frames)
            problem = "stands for something that it is nested in" if inside else "has no anchor"
            raise SpecError(self._path, f"the alias *{event.anchor} {problem}. Correct it.", line)
        value, size = self._anchors[event.anchor]
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            message = f"the aliases of the file stand for more than {MAX_ALIASED:,} values. Write them as references."
            raise SpecError(self._path, message, line)
        self._add(value, size)

    def _expects_key(self) -> bool:
        if not self._frames:
            return False
        frame = self._frames[-1]
        return frame.key is _NO_KEY and type(frame.content) is dict

    def _set_key(self, event: Any) -> None:
        """Take the key as it is written, so that ``200:`` is the status "200"."""
        frame, name = self._frames[-1], event.value
        if name == "<<" and event.implicit[0]:
            frame.key = None
            return
        frame.key = name
        if name in frame.content:
            key = Key(name, event.start_mark.line + 1)
            if self._on_repeated_key is None:
                raise SpecError(self._path, f'the key "{name}" is repeated. Keep one of them.', key.line)
            self._on_repeated_key(key)

    def _add(self, value: Any, size: int) -> None:
        if not self._frames:
            self._result, self._has_result = value, True
            return
        frame = self._frames[-1]
        frame.size += size
        if isinstance(frame.content, list):
            frame.content.append(value)
        elif frame.key is None:
            frame.merged.append(value)
            frame.key = _NO_KEY
        else:
            frame.content[frame.key] = value
            frame.key = _NO_KEY


def _short(tag: str) -> str:
    """Return a tag as it is written."""
    return f"!!{tag.removeprefix(_TAG)}" if tag.startswith(_TAG) else tag


def _merge(sources: list[Any]) -> dict[str, Any]:
    """Return the mappings that ``<<`` names as one; of two values for a key, the first counts."""
    merged: dict[str, Any] = {}
    for source in sources:
        for part in source if isinstance(source, list) else [source]:
            for key, value in part.items() if isinstance(part, dict) else ():
                merged.setdefault(key, value)
    return merged

"""The events of YAML and JSON texts: one form for both, with the line of each."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import yaml


def events(text: str) -> Iterator[Any]:
    """Return the events of a text that was parsed before."""
    return json_events(text) if text.lstrip()[:1] in ("{", "[") else yaml_events(text)


_JSON_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[][{}]|[^\s,:\[\]{}"]+')


def json_events(text: str) -> Iterator[Any]:
    """Yield the events of a JSON text, as YAML has them."""
    line = end = 0
    for match in _JSON_TOKEN.finditer(text):
        line += text.count("\n", end, match.start())
        end = match.start()
        part, mark = match[0], yaml.Mark("", end, line, 0, None, 0)
        if part == "{":
            yield yaml.MappingStartEvent(None, None, True, start_mark=mark)
        elif part == "[":
            yield yaml.SequenceStartEvent(None, None, True, start_mark=mark)
        elif part in "]}":
            yield yaml.MappingEndEvent() if part == "}" else yaml.SequenceEndEvent()
        else:
            is_text = part.startswith('"')
            value = _json_text(part) if is_text else part
            yield yaml.ScalarEvent(None, None, (not is_text, is_text), value, start_mark=mark)


def _json_text(quoted: str) -> str:
    try:
        return str(json.loads(quoted))
    except ValueError:
        return quoted[1:-1]


def yaml_events(text: str) -> Iterator[Any]:
    """Yield the events of a YAML text."""
    loader = yaml.CSafeLoader(text)
    try:
        while (event := loader.get_event()) is not None:
            yield event
    finally:
        loader.dispose()

"""Read the raw text of a parameter by its style and explode, as the OpenAPI Specification defines them.

A raw text is split before its escapes are decoded, so that an escaped delimiter belongs to the value.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias
from urllib.parse import unquote, unquote_plus

Pairs: TypeAlias = Sequence[tuple[str, str]]
"""Names and raw texts in the order of the request."""

Texts: TypeAlias = str | list[str] | dict[str, Any]
"""The texts of a value: one, those of a list, or those of an object by name."""

ABSENT: Final = object()

DEFAULT_STYLES: Final = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
_DELIMITERS: Final = {"form": ",", "simple": ",", "spaceDelimited": " ", "pipeDelimited": "|"}
_ESCAPED_DELIMITERS: Final = {"spaceDelimited": ("%20", "+"), "pipeDelimited": ("%7C", "%7c")}


def query_pairs(query: str) -> list[tuple[str, str]]:
    """Return the names and raw texts of a query string."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return [(unquote_plus(name), text) for name, _, text in pairs]


def read_json(text: str) -> Any:
    """Return the value of a parameter that is described by a media type; its text where it is no JSON."""
    return json_or_text(unquote(text))


def json_or_text(text: str) -> Any:
    """Return the value of a JSON text, or the text itself where it is no JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def split(text: str, style: str, decode: Callable[[str], str]) -> list[str]:
    """Split the raw text of a list at the delimiter of its style, and decode its items."""
    delimiter = _DELIMITERS.get(style, ",")
    for escaped in _ESCAPED_DELIMITERS.get(style, ()):
        text = text.replace(escaped, delimiter)
    return [decode(item) for item in text.split(delimiter)] if text else []


def read_query(pairs: Pairs, name: str, kind: str, style: str, *, explode: bool, fields: Iterable[str]) -> Any:
    """Return the texts of a query parameter, or ABSENT.

    ``kind`` is the type of its schema; ``fields`` are the properties of an object.
    """
    if style == "deepObject":
        return _deep_object(pairs, name)
    if kind == "object" and explode:
        own = frozenset(fields)
        texts = {key: unquote_plus(text) for key, text in pairs if key in own}
        return texts or ABSENT
    own_texts = [text for key, text in pairs if key == name]
    if not own_texts:
        return ABSENT
    if kind == "array" and explode:
        return [unquote_plus(text) for text in own_texts]
    if kind == "array":
        return split(own_texts[-1], style, unquote_plus)
    if kind == "object":
        return _by_name(split(own_texts[-1], style, unquote_plus))
    return unquote_plus(own_texts[-1])


def read_simple(text: str, kind: str, *, explode: bool) -> Texts:
    """Return the texts of a header, whose style is always simple."""
    if kind == "array":
        return [item.strip() for item in text.split(",")]
    if kind != "object":
        return text.strip()
    items = [item.strip() for item in text.split(",")]
    if explode:
        return dict(item.split("=", 1) for item in items if "=" in item)
    return _by_name(items)


def _by_name(items: Sequence[str]) -> dict[str, str]:
    """Return an object that is written as a list of names and values in turn."""
    return dict(zip(items[::2], items[1::2], strict=False))


def _deep_object(pairs: Pairs, name: str) -> Any:
    """Return an object that is written as ``name[key]=value``, at any depth; a key that comes twice is a list."""
    values: dict[str, Any] = {}
    for key, text in pairs:
        if key.startswith(f"{name}[") and key.endswith("]"):
            _put(values, key[len(name) + 1 : -1].split("]["), unquote_plus(text))
    return values or ABSENT


def _put(values: dict[str, Any], keys: Sequence[str], text: str) -> None:
    for key in keys[:-1]:
        inner = values.setdefault(key, {})
        if not isinstance(inner, dict):
            return
        values = inner
    last = keys[-1]
    if last in values:
        before = values[last]
        values[last] = [*before, text] if isinstance(before, list) else [before, text]
    else:
        values[last] = text


def typed(texts: Texts, schema: Mapping[str, Any], resolve: Callable[[Any], Any]) -> Iterable[Any]:
    """Yield the values that texts can stand for, by the types that a schema allows; the likeliest first."""
    schema = resolve(schema)
    for word in ("oneOf", "anyOf", "allOf"):
        for part in schema.get(word, ()):
            yield from typed(texts, part, resolve)
    if isinstance(texts, dict):
        fields = schema.get("properties", {})
        rest = schema.get("additionalProperties")
        others = rest if isinstance(rest, Mapping) else {}
        yield {name: _first(text, fields.get(name, others), resolve) for name, text in texts.items()}
    elif isinstance(texts, list):
        yield [_first(text, schema.get("items", {}), resolve) for text in texts]
    else:
        yield from _scalars(texts, schema)


def _first(texts: Texts, schema: Mapping[str, Any], resolve: Callable[[Any], Any]) -> Any:
    return next(iter(typed(texts, schema, resolve)))


def _scalars(text: str, schema: Mapping[str, Any]) -> Iterable[Any]:
    kinds = schema.get("type", "string")
    kinds = {kinds} if isinstance(kinds, str) else set(kinds)
    if text == "" and (schema.get("nullable") or "null" in kinds):
        yield None
    if kinds & {"integer", "number"}:
        number = _number(text)
        if number is not None:
            yield number
    if "boolean" in kinds and text in ("true", "false"):
        yield text == "true"
    yield text


def _number(text: str) -> int | float | None:
    if text.lstrip("-").isdecimal() and text.isascii() and len(text) < 400:
        return int(text)
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number == number and abs(number) != float("inf") else None

"""Decode JSON, urlencoded and multipart bodies to one plain body."""

import re
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import partial
from operator import itemgetter
from typing import NamedTuple, TypeVar
from urllib.parse import parse_qsl

import msgspec

from mockserver.errors import Invalid, ParseError, Problem, UnsupportedMediaType
from mockserver.messages import translatable
from mockserver.request import multipart
from mockserver.request.media_types import JSON, MULTIPART, URLENCODED, parsed, unsupported

# Django's limit (DATA_UPLOAD_MAX_NUMBER_FIELDS).
MAX_FIELDS = 1_000
# The serialiser rejects anything nested deeper than 254 levels, so bodies must stay well below that.
MAX_DEPTH = 100
# Clients use few Content-Types; the limit is for those that invent them.
MAX_CACHED_HEADERS = 64

CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
LIST_SPELLING = re.compile(r"(.+)\[([0-9]{0,6})\]", re.DOTALL)

_FORM = translatable("The form")

T = TypeVar("T")


class Body(NamedTuple):
    """A decoded body: its fields, whether it was a form, and notices of the mistakes that were tolerated."""

    fields: dict[str, object]
    form: bool = False
    notices: tuple[str, ...] = ()


Reader = Callable[[bytes], Body]


class Decoder:
    """Decodes the bodies of one operation; built once at start.

    ``media_types`` may hold wildcards and ``+json`` types; types that the decoder does not read are ignored.
    ``lists`` names the fields that are arrays, which forms and clients spell in several ways.
    """

    def __init__(self, media_types: Iterable[str], lists: frozenset[str] = frozenset(), strict: bool = False) -> None:
        self._lists = lists
        self._strict = strict
        self._media_types = _readable(media_types)
        self._by_header: dict[str | None, Reader] = {}

    def __call__(self, content_type: str | None, content: bytes) -> Body:
        """Return the fields of a body; an empty body has none, whatever its Content-Type.

        Raises ParseError, Invalid or UnsupportedMediaType, and nothing else.
        """
        if not content:
            return Body({})
        reader = self._by_header.get(content_type) or self._reader(content_type)
        return reader(content)

    def _reader(self, content_type: str | None) -> Reader:
        media_type, parameters = parsed(content_type) if content_type else (JSON, {})
        if media_type not in self._media_types:
            raise unsupported(content_type, self._media_types)
        charset = parameters.get(b"charset", b"utf-8").decode("latin-1").lower()
        if charset not in CHARSETS:
            # 415 and not 400: for RFC 9110 the parameters of Content-Type belong to the format of the body.
            raise UnsupportedMediaType(
                translatable('Charset "{charset}" is not read. Send the body as UTF-8.', charset=charset)
            )
        if media_type == MULTIPART:
            return partial(self._multipart, parameters)  # its boundary differs every time, so nothing can be cached
        reader = self._urlencoded if media_type == URLENCODED else self._json
        if len(self._by_header) < MAX_CACHED_HEADERS:
            self._by_header[content_type] = reader
        return reader

    def _json(self, content: bytes) -> Body:
        fields = json_value(content)
        if type(fields) is not dict:
            raise Invalid([_not_an_object(fields)])
        return Body(fields, False, () if self._strict else self._unfold_texts(fields))

    def _unfold_texts(self, fields: dict[str, object]) -> tuple[str, ...]:
        """Read ``"[1, 2]"`` as a list in a list field: some clients stringify twice."""
        notices: tuple[str, ...] = ()
        for name in self._lists:
            value = fields.get(name)
            if type(value) is str and (items := json_array(value)) is not None:
                fields[name] = items
                notices += (f"JSON text read as a list: {name}",)
        return notices

    def _urlencoded(self, content: bytes) -> Body:
        if content.lstrip()[:1] == b"{" and _holds_object(content):
            # Clients do so that send JSON and leave the default type of a form.
            return self._json_under_form(content)
        return Body(gather(_urlencoded_pairs(content), self._lists), form=True)

    def _json_under_form(self, content: bytes) -> Body:
        if self._strict:
            template = "The body is JSON text under Content-Type {type}. Send it as {json}."
            raise ParseError(translatable(template, type=URLENCODED, json=JSON))
        body = self._json(content)
        return body._replace(notices=(f"JSON text read under {URLENCODED}", *body.notices))

    def _multipart(self, parameters: Mapping[bytes, bytes], content: bytes) -> Body:
        boundary = parameters.get(b"boundary")
        if not boundary:
            raise ParseError("Multipart without a boundary. Let the client set Content-Type itself.")
        return Body(gather(multipart.parts(content, boundary), self._lists), form=True)


def _readable(media_types: Iterable[str]) -> tuple[str, ...]:
    names = [media_type.partition(";")[0].strip().lower() for media_type in media_types]
    readable = [own for own in (JSON, URLENCODED, MULTIPART) if any(fnmatchcase(own, name) for name in names)]
    return (*readable, *(name for name in names if name.endswith("+json")))


def json_value(content: bytes) -> object:
    """Return the value of a JSON text, integers exact; ParseError where it is not JSON."""
    try:
        # msgspec and not orjson: integers of more than 64 bits stay exact.
        value: object = msgspec.json.decode(content)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise ParseError(translatable("JSON parse error: {reason}", reason=error)) from error
    except RecursionError as error:
        raise _too_deep() from error
    if _may_be_deep(content) and _depth_exceeds(value, MAX_DEPTH):
        raise _too_deep()
    return value


def json_array(text: str) -> list[object] | None:
    """Return the items of a JSON array, or None where the text is something else."""
    if not text.lstrip().startswith("["):
        return None
    try:
        value = json_value(text.encode(errors="surrogatepass"))
    except ParseError:
        return None
    return value if isinstance(value, list) else None


def gather(pairs: Iterable[tuple[str, T]], lists: frozenset[str]) -> dict[str, object]:
    """Return the last value of each name, and a list for the names in ``lists``.

    A list may be spelled ``k`` once or repeatedly, ``k[]``, ``k[0]`` in any order, or as one JSON array.
    The values are not converted.
    """
    fields: dict[str, object] = {}
    items: dict[str, list[tuple[int, T]]] = {}
    for key, value in pairs:
        name, index = _list_place(key)
        if name in lists:
            items.setdefault(name, []).append((index, value))
        else:
            fields[key] = value
    for name, placed in items.items():
        fields[name] = _items([value for _, value in sorted(placed, key=itemgetter(0))])
    return fields


def _list_place(key: str) -> tuple[str, int]:
    """Return name and index: (k, 3) for ``k[3]``, (k, -1) for ``k[]`` and ``k``, which come first in their order."""
    match = LIST_SPELLING.fullmatch(key) if key[-1:] == "]" else None
    return (match[1], int(match[2] or -1)) if match else (key, -1)


def _items(values: list[T]) -> list[T] | list[object]:
    only = values[0] if len(values) == 1 else None
    if not isinstance(only, str):
        return values
    array = json_array(only)
    return values if array is None else array


def _not_an_object(value: object) -> Problem:
    if value is None:
        return Problem(None, "null", "No data was sent. Send a JSON object, {} at least.")
    kind = "list" if isinstance(value, list) else type(value).__name__
    return Problem(None, "invalid", translatable("The body is a JSON {kind}. Send a JSON object.", kind=kind))


def _holds_object(content: bytes) -> bool:
    try:
        return isinstance(json_value(content), dict)
    except ParseError:
        return False


def _may_be_deep(content: bytes) -> bool:
    # Every level has two brackets, so that a length and two counts spare nearly every body the walk.
    return len(content) > 2 * MAX_DEPTH and content.count(b"[") + content.count(b"{") > MAX_DEPTH


def _depth_exceeds(value: object, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [item for container in level for item in _children(container)]
        if not level:
            return False
    return any(isinstance(item, dict | list) for item in level)


def _children(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _too_deep() -> ParseError:
    return ParseError(translatable("JSON parse error: nested deeper than {limit} levels.", limit=MAX_DEPTH))


def _urlencoded_pairs(content: bytes) -> list[tuple[str, str]]:
    text = multipart.text(content, _FORM)
    if text.count("&") >= MAX_FIELDS:
        raise _too_many()
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict")
    except UnicodeDecodeError as error:
        raise ParseError(
            translatable("The form escapes bytes that are not UTF-8: {reason}.", reason=error.reason)
        ) from error


def _too_many() -> ParseError:
    return ParseError(translatable("The form has more than {limit} fields.", limit=MAX_FIELDS))

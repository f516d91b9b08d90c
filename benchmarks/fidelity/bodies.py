"""What a request carries: fields in the three encodings, or bytes under any Content-Type."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from urllib3 import encode_multipart_formdata

BOUNDARY = "boundary-of-the-comparison"
JSON, FORM, MULTIPART = ENCODINGS = ("JSON", "urlencoded", "multipart")


@dataclass(frozen=True)
class Body:
    """Bytes, and what the request says that they are."""

    content: bytes
    content_type: str | None = "application/json"


@dataclass(frozen=True)
class File:
    """A file of a form."""

    filename: str
    content: bytes


class NoSpellingError(Exception):
    """The encoding cannot say this value."""


def encoded(fields: Mapping[str, object], encoding: str) -> Body:
    """Write fields in one encoding; NoSpellingError where that has no word for a value."""
    if encoding == "JSON":
        return Body(_json(fields))
    pairs = [(name, text) for name, value in fields.items() for text in _texts(value)]
    if encoding == "multipart":
        parts = [(name, (text.filename, text.content) if isinstance(text, File) else text) for name, text in pairs]
        return Body(*encode_multipart_formdata(parts, boundary=BOUNDARY))
    if any(isinstance(text, File) for _, text in pairs):
        raise NoSpellingError
    return Body(urlencode(pairs).encode(), "application/x-www-form-urlencoded")


def _json(fields: Mapping[str, object]) -> bytes:
    try:
        return json.dumps(fields).encode()
    except TypeError as error:
        raise NoSpellingError from error


def _texts(value: object) -> Iterator[str | File]:
    if value is None or isinstance(value, dict) or value == []:
        raise NoSpellingError
    if isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, File):
        yield value
    else:
        yield _utf8(str(value).lower() if isinstance(value, bool) else str(value))


def _utf8(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise NoSpellingError from error
    return text

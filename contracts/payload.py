"""One set of fields in the encodings that clients send: JSON, urlencoded, multipart."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlencode

from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

BOUNDARY = "contracts-boundary-5f2c"


class Encoding(StrEnum):
    """A media type in which a request body can travel."""

    JSON = "application/json"
    FORM = "application/x-www-form-urlencoded"
    MULTIPART = "multipart/form-data"

    @property
    def short(self) -> str:
        """The word used in a finding's subject."""
        return {"application/json": "JSON", "application/x-www-form-urlencoded": "urlencoded"}.get(
            self.value, "multipart"
        )


class Unencodable(Exception):
    """The value has no spelling in that encoding (a null in a form, a file in JSON)."""


@dataclass(frozen=True, slots=True)
class File:
    """A file part of a multipart body."""

    filename: str
    content_type: str
    content: bytes


Pair = tuple[str, "str | File"]


@dataclass(frozen=True, slots=True)
class Payload:
    """A request body as sent, and its parts where it is multipart (to be told as curl)."""

    content_type: str | None
    content: bytes
    parts: tuple[Pair, ...] = ()


def encode(fields: Mapping[str, object], encoding: Encoding) -> Payload:
    """Write fields in one encoding; raises Unencodable where it has no spelling for a value."""
    if encoding is Encoding.JSON:
        return Payload(encoding.value, _json(fields))
    return encode_pairs(_pairs(fields), encoding)


def encode_pairs(pairs: Iterable[Pair], encoding: Encoding) -> Payload:
    """Write name-value pairs, repeated names included, as a form."""
    pairs = tuple(pairs)
    if encoding is Encoding.MULTIPART:
        return _multipart(pairs)
    if any(isinstance(value, File) for _, value in pairs):
        raise Unencodable("a file has no urlencoded spelling")
    return Payload(encoding.value, urlencode(pairs).encode())


def raw(content: bytes | str, content_type: str | None = Encoding.JSON.value) -> Payload:
    """A body sent byte for byte."""
    return Payload(content_type, content.encode() if isinstance(content, str) else content)


def data_uri(file: File) -> str:
    """A file as text, the way JSON can carry it."""
    return f"data:{file.content_type};base64,{base64.b64encode(file.content).decode()}"


def _json(fields: Mapping[str, object]) -> bytes:
    try:
        return json.dumps(fields, ensure_ascii=False).encode()
    except TypeError as error:
        raise Unencodable("a file has no JSON spelling") from error


def _pairs(fields: Mapping[str, object]) -> Iterator[Pair]:
    for name, value in fields.items():
        if isinstance(value, list):
            if not value:
                raise Unencodable("an empty list has no form spelling")
            yield from ((name, _text(item)) for item in value)
        else:
            yield name, value if isinstance(value, File) else _text(value)


def _text(value: object) -> str:
    if value is None or isinstance(value, dict | list):
        raise Unencodable(f"{value!r} has no form spelling")
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _multipart(pairs: tuple[Pair, ...]) -> Payload:
    content, content_type = encode_multipart_formdata([_part(*pair) for pair in pairs], boundary=BOUNDARY)
    return Payload(content_type, content, pairs)


def _part(name: str, value: str | File) -> RequestField:
    if isinstance(value, File):
        part = RequestField(name, value.content, filename=value.filename)
        part.make_multipart(content_type=value.content_type)
    else:
        part = RequestField(name, value.encode())
        part.make_multipart()
    return part

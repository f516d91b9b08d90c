"""Encode fields as clients do: in JSON, urlencoded, or multipart."""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from urllib3.fields import RequestField
from urllib3.filepost import encode_multipart_formdata

BOUNDARY = "contracts-boundary-5f2c"


class Encoding(str):
    """A media type of request bodies: a form, or any that is written as a JSON object."""

    __slots__ = ()

    JSON: ClassVar["Encoding"]
    FORM: ClassVar["Encoding"]
    MULTIPART: ClassVar["Encoding"]
    MERGE_PATCH: ClassVar["Encoding"]

    @classmethod
    def named(cls, media: str) -> "Encoding | None":
        """Return the encoding of a media type, or None where it cannot hold fields."""
        return cls(media) if _is_json(media) or _essence(media) in (cls.FORM, cls.MULTIPART) else None

    @property
    def is_json(self) -> bool:
        """Whether a body in it is JSON, under any name."""
        return _is_json(self)

    @property
    def merges(self) -> bool:
        """Whether null removes a field, and an object is merged into the existing one (RFC 7396)."""
        return _essence(self) == self.MERGE_PATCH

    @property
    def short(self) -> str:
        """The word used in a finding's subject."""
        names = {self.JSON: "JSON", self.FORM: "urlencoded", self.MULTIPART: "multipart"}
        return next((word for media, word in names.items() if self == media), self.partition("/")[2])


Encoding.JSON = Encoding("application/json")
Encoding.FORM = Encoding("application/x-www-form-urlencoded")
Encoding.MULTIPART = Encoding("multipart/form-data")
Encoding.MERGE_PATCH = Encoding("application/merge-patch+json")

ENCODINGS = (Encoding.JSON, Encoding.FORM, Encoding.MULTIPART)
"""The encodings that most backends with forms accept for every body."""

_OTHERWISE = ("application/json-patch+json", "application/json-seq", "application/geo+json-seq")
"""JSON media types whose bodies are not an object of fields, but a list of steps or a sequence."""


def _essence(media: str) -> str:
    """Return a media type without its parameters."""
    return media.partition(";")[0].strip().lower()


def _is_json(media: str) -> bool:
    essence = _essence(media)
    return (essence in ("application/json", "text/json") or essence.endswith("+json")) and essence not in _OTHERWISE


class Unencodable(Exception):
    """A value that an encoding cannot hold (a null in a form, a file in JSON)."""


@dataclass(frozen=True, slots=True)
class File:
    """A file part of a multipart body."""

    filename: str
    content_type: str
    content: bytes


Pair = tuple[str, "str | File"]


@dataclass(frozen=True, slots=True)
class Payload:
    """A request body as sent, and its parts where it is multipart, from which curl lines are written."""

    content_type: str | None
    content: bytes
    parts: tuple[Pair, ...] = ()


def encode(fields: Mapping[str, object], encoding: Encoding) -> Payload:
    """Encode fields; raises Unencodable where the encoding cannot hold a value."""
    if encoding.is_json:
        return Payload(str(encoding), _json(fields))
    return encode_pairs(_pairs(fields), encoding)


def encode_pairs(pairs: Iterable[Pair], encoding: Encoding) -> Payload:
    """Encode name-value pairs as a form; names may repeat."""
    pairs = tuple(pairs)
    if _essence(encoding) == Encoding.MULTIPART:
        return _multipart(pairs)
    if any(isinstance(value, File) for _, value in pairs):
        raise Unencodable("a file has no urlencoded spelling")
    return Payload(str(encoding), urlencode(pairs).encode())


def raw(content: bytes | str, content_type: str | None = Encoding.JSON) -> Payload:
    """Return a body that is sent byte for byte."""
    return Payload(content_type, content.encode() if isinstance(content, str) else content)


def data_uri(file: File) -> str:
    """Return a file as text, in the way that JSON can carry it."""
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

"""The same fields in three encodings."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlencode

Sent = dict[str, Any]
"""Keyword arguments of a request: its content and its headers."""

Encode = Callable[[dict[str, Any]], Sent]
Pairs = Iterable[tuple[str, str | bytes]]

BOUNDARY = "a-boundary-that-no-body-holds"


def as_json(fields: dict[str, Any]) -> Sent:
    """The fields as a JSON object."""
    return {"json": fields}


def as_urlencoded(fields: dict[str, Any]) -> Sent:
    """The fields as a browser's form sends them, lists as repeated names."""
    return urlencoded(_pairs(fields))


def as_multipart(fields: dict[str, Any]) -> Sent:
    """The fields as a browser's form with files sends them, lists as repeated names."""
    return multipart(_pairs(fields))


def _pairs(fields: dict[str, Any]) -> list[tuple[str, str]]:
    return [(name, _text(item)) for name, value in fields.items() for item in _items(value)]


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def urlencoded(pairs: Pairs) -> Sent:
    """Names and texts as application/x-www-form-urlencoded."""
    return form("application/x-www-form-urlencoded", urlencode(list(pairs)).encode())


def multipart(pairs: Pairs, files: Iterable[tuple[str, str, bytes]] = ()) -> Sent:
    """Names and texts, and files as (name, file name, content), as multipart/form-data."""
    parts = [_part(f'name="{name}"', text.encode() if isinstance(text, str) else text) for name, text in pairs]
    parts += [_part(f'name="{name}"; filename="{filename}"', content) for name, filename, content in files]
    body = b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
    return form(f"multipart/form-data; boundary={BOUNDARY}", body)


def _part(disposition: str, content: bytes) -> bytes:
    head = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n"
    return head.encode() + content + b"\r\n"


def form(content_type: str, content: bytes) -> Sent:
    """Any bytes under any Content-Type."""
    return {"content": content, "headers": {"Content-Type": content_type}}


ENCODINGS: dict[str, Encode] = {"json": as_json, "urlencoded": as_urlencoded, "multipart": as_multipart}

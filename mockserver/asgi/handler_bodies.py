"""Write a body again as bytes, from the values that Connexion has read from it for a handler."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import httpx
from connexion.operations import OpenAPIOperation

from mockserver.asgi.io import encode

_FORM = b"application/x-www-form-urlencoded"
_MULTIPART = b"multipart/form-data"

_Part: TypeAlias = tuple[str, tuple[str | None, bytes] | tuple[str | None, bytes, str]]
"""The name of a field, and its file name, content and media type, as httpx wants them."""


def written(
    operation: OpenAPIOperation, headers: Mapping[bytes, bytes], values: Mapping[str, Any]
) -> tuple[bytes, bytes | None]:
    """Return the body of a request and its new content type, None where it keeps its own.

    ``values`` are those that Connexion calls a handler with: the body by its name, and the files.
    """
    if headers.get(b"content-length", b"0") == b"0" and b"transfer-encoding" not in headers:
        return b"", None
    media_type = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    body = _find(values, operation.body_name(media_type.decode("latin-1")))
    if media_type == _MULTIPART:
        return _multipart(operation, body or {}, values)
    if media_type == _FORM:
        form = {name: _texts(value) for name, value in (body or {}).items()}
        return httpx.Request("POST", "http://mock", data=form).read(), None
    return body if isinstance(body, bytes) else encode(body), None


def _multipart(operation: OpenAPIOperation, body: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[bytes, bytes]:
    fields = operation.body_schema(_MULTIPART.decode()).get("properties", {})
    files = {name: upload for name in fields if name not in body and (upload := _find(values, name)) is not None}
    parts: list[_Part] = [(name, (None, text.encode())) for name, value in body.items() for text in _texts(value)]
    parts += [(name, part) for name, upload in files.items() for part in _uploads(upload)]
    request = httpx.Request("POST", "http://mock", files=parts)
    return request.read(), request.headers["Content-Type"].encode()


def _uploads(upload: Any) -> Iterator[tuple[str | None, bytes, str]]:
    """Yield the files of a field: an UploadFile of Starlette, a FileStorage of Werkzeug, or a list of them."""
    for file in upload if isinstance(upload, list) else [upload]:
        stream = file.file if hasattr(file, "file") else file.stream
        yield file.filename, stream.read(), file.content_type or "application/octet-stream"


def _texts(value: Any) -> list[str]:
    """Return a field of a form as the texts that were sent for it."""
    return [_text(entry) for entry in (value if isinstance(value, list) else [value])]


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def _find(values: Mapping[str, Any], name: str) -> Any:
    """Return the value of a name, which Connexion may have changed to one of Python: ``petData`` to ``pet_data``."""
    plain = _plain(name)
    return next((value for other, value in values.items() if _plain(other) == plain), None)


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z]", "", name.lower())

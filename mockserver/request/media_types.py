"""Find the documented media type of a body."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from python_multipart.multipart import parse_options_header

from mockserver.call import Request
from mockserver.errors import UnsupportedMediaType
from mockserver.messages import joined, translatable

JSON: Final = "application/json"
URLENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
MERGE_PATCH: Final = "application/merge-patch+json"
JSON_PATCH: Final = "application/json-patch+json"


def is_json(media_type: str) -> bool:
    """Return whether a media type is JSON in any of its forms."""
    return media_type in (JSON, "text/json") or media_type.endswith("+json")


def is_xml(media_type: str) -> bool:
    """Return whether a media type is XML that holds data; a picture is no data."""
    main, _, sub = media_type.lower().partition(";")[0].strip().partition("/")
    return main in ("application", "text") and (sub == "xml" or sub.endswith("+xml"))


def parsed(header: str | bytes) -> tuple[str, dict[bytes, bytes]]:
    """Return a header value and its parameters; names in lower case, values as raw bytes."""
    try:
        name, parameters = parse_options_header(header)
    except UnicodeError as error:
        raise UnsupportedMediaType("Content-Type holds a character that no header may hold.") from error
    return name.decode("latin-1").strip(), parameters


def of_body(request: Request) -> str:
    """Return the media type of the body of a request, without its parameters."""
    return _name(request.headers.get(b"content-type", b""))


@lru_cache(maxsize=256)
def _name(header: bytes) -> str:
    return header.partition(b";")[0].strip().lower().decode("latin-1")


def documented(media_type: str, names: Iterable[str]) -> str | None:
    """Return the documented name of a media type: its own, else the narrowest range that has it, else None."""
    names = tuple(names)
    ranges = (media_type, f"{media_type.partition('/')[0]}/*", "*/*", "*")
    return next((name for name in ranges if name in names), None)


def unsupported(content_type: str | None, names: Iterable[str]) -> UnsupportedMediaType:
    """Return the rejection of a body whose media type is not one of these."""
    problem = translatable("The body has no Content-Type.")
    if content_type:
        problem = translatable('Media type "{type}" is not read.', type=content_type[:100])
    advice = translatable("Send the request without a body.")
    if types := ", ".join(names):
        advice = translatable("Send one of: {types}.", types=types)
    return UnsupportedMediaType(joined([problem, advice]))

"""Split multipart/form-data into its parts; the whole body is in memory.

The body is split at its delimiters instead of parsed byte by byte: decision record 8 explains why.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from python_multipart.multipart import parse_options_header

from mockserver.errors import ParseError
from mockserver.messages import Translatable, translatable
from mockserver.openapi.coercion import File

# Django's limit (DATA_UPLOAD_MAX_NUMBER_FIELDS).
MAX_PARTS = 1_000

_PART = translatable("A part of the form")
_NAME = translatable("The name of a part")
_FILE_NAME = translatable("The file name of a part")

_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*", re.DOTALL)


def parts(content: bytes, boundary: bytes) -> list[tuple[str, str | File]]:
    """Return the name and value of each part, in their order; ParseError where the body is malformed.

    A browser sends an empty file without a name where no file was chosen: such a part is ignored.
    """
    delimiter = b"\r\n--" + boundary
    # The line break before the first delimiter belongs to it, and a body may start without one.
    pieces = (b"\r\n" + content.lstrip(b"\r\n")).split(delimiter, MAX_PARTS + 2)
    # What stands before the first delimiter is no part (RFC 2046, 5.1.1).
    if len(pieces) == 1 or boundary in pieces[0]:
        raise _broken(translatable("the boundary is missing"))
    result: list[tuple[str, str | File]] = []
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return result
        if len(result) >= MAX_PARTS:
            raise ParseError(translatable("The form has more than {limit} fields.", limit=MAX_PARTS))
        part = _part(piece)
        if part is not None:
            result.append(part)
    raise _broken(translatable("the final boundary is missing"))


def _part(piece: bytes) -> tuple[str, str | File] | None:
    head, gap, content = piece.partition(b"\r\n\r\n")
    if not gap:
        raise _broken(translatable("a part has no end of its headers"))
    name, filename, content_type = _describe(head)
    if filename is None:
        return name, text(content, _PART)
    return (name, File(filename, content_type, content)) if filename or content else None


# A client repeats the headers of its parts with every request; only the contents differ.
@lru_cache(maxsize=1024)
def _describe(head: bytes) -> tuple[str, str | None, str]:
    """Return the name, the file name and the media type from the headers of a part."""
    headers = _headers(head)
    kind, parameters = _options(headers.get(b"content-disposition", b""))
    if kind != b"form-data" or b"name" not in parameters:
        raise ParseError('A part needs the header Content-Disposition: form-data; name="…".')
    filename = parameters.get(b"filename")
    return (
        text(parameters[b"name"], _NAME),
        None if filename is None else text(filename, _FILE_NAME),
        headers.get(b"content-type", b"application/octet-stream").decode("latin-1"),
    )


def _headers(head: bytes) -> dict[bytes, bytes]:
    padding, *lines = head.split(b"\r\n")
    if padding.strip(b" \t"):
        raise _broken(translatable("something follows a boundary on its line"))
    headers: dict[bytes, bytes] = {}
    for line in lines:
        match = _HEADER.fullmatch(line)
        if match is None:
            raise _broken(translatable("a part has a header that is none"))
        headers[match[1].lower()] = match[2]
    return headers


def _options(value: bytes) -> tuple[bytes, Mapping[bytes, bytes]]:
    try:
        return parse_options_header(value)
    except UnicodeError as error:
        raise _broken(translatable("a part has a header that cannot be read")) from error


def text(raw: bytes, what: Translatable) -> str:
    """Decode bytes as UTF-8; ParseError where they are not."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise ParseError(translatable("{what} is not UTF-8: {reason}.", what=what, reason=error.reason)) from error


def _broken(what: Translatable) -> ParseError:
    return ParseError(translatable("Multipart parse error: {what}.", what=what))

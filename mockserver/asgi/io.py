"""Read requests from an ASGI server, and write responses to it."""

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

import orjson
from starlette.types import Message, Receive, Scope, Send

from mockserver.call import Answer
from mockserver.errors import BadRequest, ParseError, TooLarge, UnsupportedMediaType
from mockserver.messages import translatable
from specdouble.testserver import HANG_UP

Headers = list[tuple[bytes, bytes]]

_HOST: Final = re.compile(r"[\w.-]+(:\d+)?|\[[\da-f:.]+\](:\d+)?", re.ASCII | re.IGNORECASE)
_PORTS: Final = {"http": "80", "https": "443"}
"""The port that a scheme has without saying so."""
_LONGEST_PORT: Final = 5
_WITH_PORT: Final = re.compile(r":\d+$")
_PATH: Final = re.compile(r"(/[\w.~-]+)+/?", re.ASCII)
_ACCEPTED_CODINGS: Final = {"Accept-Encoding": "gzip, deflate"}
_WRONG_CODING: Final = "The body is not in the coding of Content-Encoding: {reason}."
_GZIP_OR_ZLIB: Final = 32
"""Makes zlib recognise both formats by their first bytes."""
_JSON_TYPE: Final = (b"content-type", b"application/json")
# Every response may become a 406, so that caches must keep responses apart by Accept.
_VARY: Final = (b"vary", b"Accept")
_LONGEST_LENGTH: Final = 20
"""How many digits of a Content-Length are read: Python cannot read numbers of more than 4,300 digits."""


# --- requests ---------------------------------------------------------------------------------------------------------


def headers_by_name(lines: Headers) -> dict[bytes, bytes]:
    """Return headers by name; several lines with one name become one list (RFC 9110, 5.3)."""
    headers = dict(lines)
    if len(headers) != len(lines):
        for name in headers:
            headers[name] = b", ".join(value for other, value in lines if other == name)
    return headers


async def read_body(headers: Mapping[bytes, bytes], receive: Receive, limit: int) -> bytes:
    """Read the whole body; raises TooLarge beyond the limit, ConnectionError where the caller has left."""
    length = headers.get(b"content-length", b"0")
    # Most requests have no body: not awaiting one saves a turn of the event loop.
    if length == b"0" and b"transfer-encoding" not in headers:
        return b""
    if length.isdigit() and int(length[:_LONGEST_LENGTH]) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def decoded(content: bytes, coding: bytes, limit: int) -> bytes:
    """Return a body without its content coding, as Content-Encoding names it.

    Raises UnsupportedMediaType for an unknown coding, ParseError for a body that is not in its coding, and TooLarge
    beyond the limit.
    """
    name = coding.strip().lower()
    if name == b"identity" or not content:
        return content
    if name not in (b"gzip", b"x-gzip", b"deflate"):
        template = "The content coding {coding} is not supported; send gzip or deflate, or none."
        raise UnsupportedMediaType(translatable(template, coding=name.decode("latin-1")), headers=_ACCEPTED_CODINGS)
    decompressor = zlib.decompressobj(zlib.MAX_WBITS | _GZIP_OR_ZLIB)
    try:
        body = decompressor.decompress(content, limit)
    except zlib.error as error:
        raise ParseError(translatable(_WRONG_CODING, reason=str(error))) from error
    if decompressor.unconsumed_tail:
        raise _too_large(limit)
    if not decompressor.eof:
        raise ParseError(translatable(_WRONG_CODING, reason="it is cut off"))
    return body


def _too_large(limit: int) -> TooLarge:
    template = "The body is larger than {limit} bytes; start the mock with a larger --max-body to send it."
    return TooLarge(translatable(template, limit=limit))


def require_host(scope: Scope, headers: Mapping[bytes, bytes]) -> None:
    """Reject a request of HTTP/1.1 without a Host header, or with several (RFC 9112, section 3.2)."""
    host = headers.get(b"host")
    # Several lines became one list; a host has no comma.
    is_wrong = scope.get("http_version") == "1.1" if host is None else b"," in host
    if is_wrong:
        raise BadRequest


def base_url(scope: Scope, headers: Mapping[bytes, bytes]) -> str:
    """Return scheme and host as the caller wrote them, even through a proxy."""
    server = scope.get("server")
    header = headers.get
    forwarded = (
        header(b"x-forwarded-proto", b""),
        header(b"x-forwarded-host", b""),
        header(b"x-forwarded-port", b""),
        header(b"x-forwarded-prefix", b""),
    )
    # An ASGI server may give its address as a list, which is no key of a cache.
    return _base_url(scope["scheme"], server and (server[0], server[1]), header(b"host", b""), forwarded)


def _address(scheme: str, server: tuple[str, int | None] | None) -> str:
    """Return the address of the server itself; without a port, it is a socket in the file system."""
    if not server or not server[1]:
        return "127.0.0.1"
    return server[0] if str(server[1]) == _PORTS.get(scheme) else f"{server[0]}:{server[1]}"


@lru_cache(maxsize=64)
def _base_url(scheme: str, server: tuple[str, int | None] | None, host: bytes, forwarded: tuple[bytes, ...]) -> str:
    """Prefer the values that the first proxy received; skip what is no scheme, host, port or path."""
    address = _address(scheme, server)
    schemes, hosts, ports, prefixes = map(_first, forwarded)
    scheme = schemes.lower() if schemes.lower() in _PORTS else scheme
    # The headers come from the caller, and the result appears in links: only a host may get through.
    names = (name for name in (hosts, _first(host)) if _HOST.fullmatch(name))
    name = next(names, address)
    if (
        ports.isdecimal()
        and len(ports) <= _LONGEST_PORT
        and not _WITH_PORT.search(name)
        and ports != _PORTS.get(scheme)
    ):
        name = f"{name}:{ports}"
    prefix = prefixes.rstrip("/") if _PATH.fullmatch(prefixes) else ""
    return f"{scheme}://{name}{prefix}"


def _first(values: bytes) -> str:
    return values.partition(b",")[0].strip().decode("latin-1")


def replay(content: bytes, receive: Receive) -> Receive:
    """Give the next application a body that was read already, then whatever follows: that the caller has left."""
    messages: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]

    async def replaying() -> Message:
        return messages.pop() if messages else await receive()

    return replaying


# --- responses --------------------------------------------------------------------------------------------------------


def with_headers(send: Send, headers: Headers) -> Send:
    """Add headers to every response."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *headers]
        await send(message)

    return sending


def encode(content: Any) -> bytes:
    """Write JSON; the standard encoder writes what the fast one cannot: integers of more than 64 bits."""
    try:
        return orjson.dumps(content)
    except TypeError:
        return json.dumps(content, separators=(",", ":")).encode("ascii")


async def respond(send: Send, answer: Answer, common: Iterable[tuple[bytes, bytes]], *, head: bool = False) -> None:
    """Write a response with the headers that every response has; without its body for a HEAD request."""
    content = answer.content
    headers: Headers = [_VARY, *common]
    if content is None:
        body = b""
    elif isinstance(content, bytes):
        body = content
    else:
        body = encode(content)
        if "Content-Type" not in answer.headers:
            headers.append(_JSON_TYPE)
    # RFC 9110 forbids a Content-Length in a 204, and allows the one of GET alone in the answer to HEAD.
    if answer.status != 204 and (body or not head):
        headers.append((b"content-length", b"%d" % len(body)))
    # A header holds ASCII only, but a notice may quote any character of the request.
    for name, value in answer.headers.items():
        headers.append((name.lower().encode("ascii"), value.encode("ascii", "backslashreplace")))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})


async def hang_up(scope: Scope, receive: Receive, send: Send) -> None:
    """Break the connection: without a response if the server allows it, else in the middle of one."""
    abort = scope.get("state", {}).get(HANG_UP)
    if abort is None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
        return
    abort()
    # A server logs an error for an application that ends before it has noticed the broken connection.
    while (await receive())["type"] != "http.disconnect":
        pass

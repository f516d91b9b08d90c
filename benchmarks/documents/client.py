"""Send requests to a mock in this process, and write them as curl lines."""

import asyncio
import logging
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import requests
from schemathesis import Response
from starlette.types import ASGIApp, Message, Scope

ORIGIN: Final = "http://localhost:8000"
"""The origin in curl lines: that of `mockserver --spec FILE`."""

RESET: Final = f"{ORIGIN}/__mock__/reset"
_SHOWN: Final = 600
_LIMIT: Final = 20.0
"""Seconds that an answer may take."""
# What requests adds by itself; it says nothing about a failure.
_USUAL_HEADERS: Final = frozenset(
    {"accept-encoding", "connection", "content-length", "user-agent", "x-schemathesis-testcaseid"}
)


class Log(logging.Handler):
    """Keeps the last exception that the mock has logged; nothing prints it once this is attached."""

    last = ""

    def attach(self) -> None:
        """Receive what everything in this process logs."""
        logging.getLogger().addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the exception of a record."""
        if record.exc_info is not None and record.exc_info[1] is not None:
            self.last = printable(repr(record.exc_info[1]))


@dataclass
class Client:
    """Hands requests to an ASGI application as a server would, and keeps the answers that a mock never gives."""

    app: ASGIApp
    sent: int = 0
    broken: list[tuple[Response, str]] = field(default_factory=list)
    """Answers of status 500 that no request asked for, each with the exception behind it."""
    log: Log = field(default_factory=Log)

    def send(self, request: requests.PreparedRequest) -> Response:
        """Return the answer to a request; an exception of the application is an answer of status 500."""
        began = monotonic()
        self.log.last = ""
        try:
            status, headers, content = asyncio.run(asyncio.wait_for(_answer(self.app, request), _LIMIT))
        except Exception as error:
            # Whatever the application raises would be a 500 of its server.
            status, headers, content = 500, {}, repr(error).encode()
        response = Response(status, headers, content, request, monotonic() - began, verify=False)
        self.sent += 1
        if status == 500 and "code=500" not in str(request.headers.get("Prefer", "")):
            self.broken.append((response, self.log.last or printable(content.decode("utf-8", "replace"))))
        return response

    def reset(self) -> None:
        """Bring the mock back to its initial state."""
        self.send(requests.Request("POST", RESET).prepare())


async def _answer(app: ASGIApp, request: requests.PreparedRequest) -> tuple[int, dict[str, list[str]], bytes]:
    incoming: list[Message] = [{"type": "http.request", "body": body_of(request), "more_body": False}]
    outgoing: list[Message] = []

    async def receive() -> Message:
        return incoming.pop() if incoming else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        outgoing.append(message)

    await app(_scope(request), receive, send)
    headers: dict[str, list[str]] = {}
    for name, value in outgoing[0].get("headers", []):
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    content = b"".join(message.get("body", b"") for message in outgoing[1:])
    return outgoing[0]["status"], headers, content if request.method != "HEAD" else b""


def _scope(request: requests.PreparedRequest) -> Scope:
    raw_path, _, query = request.path_url.partition("?")
    headers = [(name.lower().encode("latin-1"), _bytes(value)) for name, value in request.headers.items()]
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "path": unquote(raw_path),
        "raw_path": raw_path.encode("ascii"),
        "query_string": query.encode("ascii"),
        "root_path": "",
        "headers": [(b"host", urlsplit(ORIGIN).netloc.encode()), *headers],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 8000),
    }


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("utf-8", "surrogateescape")


def body_of(request: requests.PreparedRequest) -> bytes:
    """Return the body of a request as it is sent."""
    body: Any = request.body
    if body is None:
        return b""
    if isinstance(body, str | bytes):
        return _bytes(body)
    return body.read() if hasattr(body, "read") else b"".join(body)


def curl(request: requests.PreparedRequest) -> str:
    """Return a request as a curl line."""
    parts = ["curl", "-i", *(["-X", str(request.method)] if request.method != "GET" else []), str(request.url)]
    for name, value in _shown_headers(request.headers).items():
        parts += ["-H", f"{name}: {value}"]
    body = body_of(request)
    if body:
        parts += ["--data-binary", body.decode("utf-8", "backslashreplace")[:_SHOWN]]
    return printable(shlex.join(parts))


def _shown_headers(headers: Mapping[str, Any]) -> dict[str, str]:
    texts = {
        name: value if isinstance(value, str) else _bytes(value).decode("latin-1") for name, value in headers.items()
    }
    return {
        name: value
        for name, value in texts.items()
        if name.lower() not in _USUAL_HEADERS and (name.lower(), value) != ("accept", "*/*")
    }


def answer_text(response: Response) -> str:
    """Return status, media type and the beginning of an answer, in one line."""
    content = response.content.decode("utf-8", "replace")[:_SHOWN]
    media_type = ", ".join(response.headers.get("content-type", []))
    return printable(f"{response.status_code} {media_type} {content}")


def printable(text: str) -> str:
    """Return a text in one line, with escapes for what cannot be shown."""
    return "".join(mark if mark.isprintable() else ascii(mark)[1:-1] for mark in " ".join(text.split()))

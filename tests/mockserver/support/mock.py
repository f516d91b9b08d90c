"""A mock in the test's own process, and people who call it."""

import asyncio
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
from starlette.types import ASGIApp, Message, Scope

from mockserver.app import create_app
from mockserver.settings import Settings
from specdouble import OPENAPI, document
from tests.mockserver.support.clock import Clock
from tests.mockserver.support.contract import Contract

HOST = "http://mock.test"
RESET = "/__mock__/reset"


class Transport(httpx.BaseTransport):
    """Hands requests to an ASGI application as a server would, without sockets; the contract judges every answer."""

    def __init__(self, app: ASGIApp, contract: Contract) -> None:
        self._app = app
        self._contract = contract
        self._loop = asyncio.new_event_loop()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of the client."""
        raw_path = request.url.raw_path
        return self.exchange(request.method, raw_path, request.headers.raw, request.read())

    def exchange(
        self, method: str, target: bytes, headers: list[tuple[bytes, bytes]], content: bytes = b""
    ) -> httpx.Response:
        """Answer a request that is given byte for byte; ``target`` is the path and the query as on the wire."""
        scope = _scope(method, target, headers)
        answer = self._loop.run_until_complete(_answered(self._app, scope, content))
        if method == "HEAD":
            answer = httpx.Response(answer.status_code, headers=answer.headers.raw)  # servers keep the body back
        self._contract.judge(method, scope["path"], answer)
        return answer

    def abandon(self, method: str, target: bytes, headers: list[tuple[bytes, bytes]], content: bytes) -> None:
        """Begin to send a request, and hang up before the end of its body; nothing may be answered."""
        incoming: list[Message] = [
            {"type": "http.disconnect"},
            {"type": "http.request", "body": content, "more_body": True},
        ]

        async def receive() -> Message:
            return incoming.pop()

        async def send(message: Any) -> None:
            raise AssertionError(f"somebody who has left was answered: {message}")

        self._loop.run_until_complete(self._app(_scope(method, target, headers), receive, send))

    def close(self) -> None:
        """Let go of the event loop."""
        self._loop.close()


def _scope(method: str, target: bytes, headers: list[tuple[bytes, bytes]]) -> Scope:
    raw_path, _, query = target.partition(b"?")
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(raw_path.decode("ascii")),
        "raw_path": raw_path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in headers],
        "client": ("127.0.0.1", 50_000),
        "server": ("127.0.0.1", 80),
    }


async def _answered(app: ASGIApp, scope: Scope, content: bytes) -> httpx.Response:
    incoming: list[Message] = [{"type": "http.request", "body": content, "more_body": False}]
    sent: list[Message] = []

    async def receive() -> Message:
        return incoming.pop() if incoming else await asyncio.get_running_loop().create_future()  # the caller stays

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, *rest = sent
    if not rest:
        raise httpx.RemoteProtocolError("the connection was broken")
    body = b"".join(message.get("body", b"") for message in rest)
    return httpx.Response(start["status"], headers=start["headers"], content=body)


class Mock:
    """A mock, its clock, and the way to call it."""

    def __init__(self, spec: Path = OPENAPI, base_path: str = "", **options: Any) -> None:
        self.clock = Clock()
        expected = _expected(options.get("settings", Settings()))
        self.contract = Contract(document.load(spec), base_path=base_path, **expected)
        self._transport = Transport(create_app(spec, clock=self.clock, **options), self.contract)
        if "settings" in options:  # which may have the mock promise otherwise than the file
            self.contract.promise(self.client().get("/openapi.json").json())

    def as_(self, person: str) -> httpx.Client:
        """A client that sends the development token of a person, none for ``anon``."""
        headers = {} if person == "anon" else {"Authorization": f"Bearer {person}"}
        return self.client(headers)

    def client(self, headers: dict[str, str] | None = None) -> httpx.Client:
        """A client that sends some headers with every request."""
        return httpx.Client(transport=self._transport, base_url=HOST, headers=headers, trust_env=False)

    def raw(
        self, method: str, target: bytes, headers: dict[bytes, bytes] | None = None, content: bytes = b""
    ) -> httpx.Response:
        """Send a request byte for byte."""
        length = {b"content-length": b"%d" % len(content)} if content else {}
        sent = {b"host": HOST.removeprefix("http://").encode(), **length, **(headers or {})}
        return self._transport.exchange(method, target, list(sent.items()), content)

    def disconnect(self, method: str, path: str, content: bytes) -> None:
        """Begin a request of the creator, and hang up in the middle of its JSON body."""
        headers = [
            (b"host", b"mock.test"),
            (b"authorization", b"Bearer creator"),
            (b"content-type", b"application/json"),
            (b"content-length", b"%d" % (len(content) + 1)),
        ]
        self._transport.abandon(method, path.encode(), headers, content)

    def reset(self) -> None:
        """Return to the world at start, and to the time of the clock at start."""
        self.client().post(RESET)
        self.clock.now = Clock.START

    def close(self) -> None:
        """Let go of what the mock holds."""
        self._transport.close()


def _expected(settings: Settings) -> dict[str, Any]:
    """What is to be expected of a mock besides what its document says."""
    also = {
        status
        for status, on in (
            (410, getattr(settings, "deleted_is_gone", False)),
            (429, settings.requests_per_minute),
        )
        if on
    }
    cors = settings.pages_of_any_origin_may_read
    return {"also": frozenset(also), "plain": settings.plain_errors, "cors": cors}


_kept: dict[frozenset[tuple[str, Any]], Mock] = {}


def mock_of(**options: Any) -> Mock:
    """A mock with some options of ``create_app`` in its world at start, built once for all tests."""
    key = frozenset(options.items())
    mock = _kept.get(key) or _kept.setdefault(key, Mock(**options))
    mock.reset()
    return mock


def close_mocks() -> None:
    """Let go of all mocks that were built."""
    while _kept:
        _kept.popitem()[1].close()

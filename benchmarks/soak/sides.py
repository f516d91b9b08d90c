"""Where the requests go: into a mock of this process, or over HTTP to one of its own."""

import asyncio
import http.client
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Scope

from benchmarks.load import machine
from benchmarks.load.servers import MOCK, Launcher, Server
from benchmarks.soak.drawing import Drawn
from mockserver.app import create_mock
from mockserver.store import Store

RESET = Drawn("", "POST", "/__mock__/reset", {}, b"")

Answered = tuple[int, bytes]
"""Status and body; the status is 599 where no answer came."""

UNANSWERED = 599


class Side(Protocol):
    """A mock to which requests are sent."""

    def send(self, drawn: Drawn) -> Answered:
        """Send a request, and return what came back."""

    def documents(self) -> int | None:
        """Return how many documents the mock stores, None where it cannot be asked."""

    def megabytes(self) -> float | None:
        """Return the memory that its process holds."""

    def logged(self) -> list[str]:
        """Return what was logged of errors."""


class InProcess:
    """A mock in this process, called as a server would call it."""

    def __init__(self) -> None:
        mock = create_mock()
        self._app: ASGIApp = mock.app
        self._store: Store = mock.store
        self._loop = asyncio.new_event_loop()
        self._log = _Log()
        logging.getLogger().addHandler(self._log)

    def send(self, drawn: Drawn) -> Answered:
        """Call the application."""
        return self._loop.run_until_complete(self._called(drawn))

    async def _called(self, drawn: Drawn) -> Answered:
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": drawn.content, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        try:
            await self._app(_scope(drawn), receive, send)
        except Exception:
            logging.getLogger(__name__).exception("%s %s was not answered", drawn.method, drawn.path)
            return UNANSWERED, b""
        return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])

    def documents(self) -> int:
        """Count the documents in the store."""
        with self._store.transaction() as state:
            return sum(state.count(name) for name in state.collections())

    def megabytes(self) -> float | None:
        """Return the memory of this process, the drawing included."""
        return machine.megabytes(machine.this_process())

    def logged(self) -> list[str]:
        """Return the records of level ERROR and above."""
        return self._log.lines

    def close(self) -> None:
        """Stop listening to the log."""
        logging.getLogger().removeHandler(self._log)
        self._loop.close()


class _Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def _scope(drawn: Drawn) -> Scope:
    path, _, query = drawn.path.partition("?")
    headers = {**drawn.headers, "host": "127.0.0.1", "content-length": str(len(drawn.content))}
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": drawn.method,
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers.items()],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
    }


class OverHttp:
    """A mock in a process of its own, asked on one connection."""

    def __init__(self, server: Server, errors: IO[bytes]) -> None:
        self._connection = http.client.HTTPConnection(*server.address, timeout=10)
        self._server = server
        self._errors = errors

    def send(self, drawn: Drawn) -> Answered:
        """Send a request over HTTP; the connection is opened anew where the mock has closed it."""
        try:
            self._connection.request(drawn.method, drawn.path, drawn.content, dict(drawn.headers))
            answer = self._connection.getresponse()
            return answer.status, answer.read()
        except (http.client.HTTPException, OSError):
            self._connection.close()
            return UNANSWERED, b""

    def documents(self) -> None:
        """A process of its own does not tell."""

    def megabytes(self) -> float | None:
        """Return the memory of the mock's process."""
        return machine.megabytes(self._server.process)

    def logged(self) -> list[str]:
        """Return what the mock has written to its standard error."""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace").splitlines()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


@contextmanager
def in_process() -> Iterator[InProcess]:
    """Build a mock in this process."""
    side = InProcess()
    try:
        yield side
    finally:
        side.close()


@contextmanager
def over_http() -> Iterator[OverHttp]:
    """Start a mock in a process of its own."""
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryFile() as errors,
        Launcher(None, Path(folder), errors).serve(MOCK) as server,
    ):
        side = OverHttp(server, errors)
        yield side
        side.close()

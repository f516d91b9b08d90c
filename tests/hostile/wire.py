"""An HTTP server that shows its backend each request as it came over the wire, and sends whatever bytes it is given."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

LONGEST_BODY = 1_000_000


@dataclass(frozen=True)
class Request:
    """A request as it was received."""

    method: str
    target: str
    """Path and query, byte for byte."""
    headers: Mapping[str, str]
    """By their names in lower case."""
    body: bytes

    @property
    def path(self) -> str:
        """The path as it was sent, still percent-encoded."""
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        """The query as it was sent."""
        return self.target.partition("?")[2]

    @property
    def fields(self) -> Any:
        """The JSON of the body; None where it is none."""
        with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return msgspec.json.decode(self.body)
        return None


@dataclass(frozen=True)
class Response:
    """A response: JSON, raw bytes, or a stream of them; or no response at all."""

    status: int = 200
    content: Any = None
    """What is sent as JSON; None for no body."""
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    """The body, in place of JSON."""
    stream: Iterator[bytes] | None = None
    """Bytes that are written one after another as they come, headers included."""
    hangs_up: bool = False


Answer = Callable[[Request], Response]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: "_Server"
    raw_requestline: bytes

    def _serve(self) -> None:
        target = self.raw_requestline.split(b" ")[1].decode("latin-1")
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.answer(Request(self.command, target, headers, self._body(headers)))
        if answer.hangs_up:
            self.close_connection = True
        elif answer.stream is not None:
            self._stream(answer.stream)
        else:
            self._send(answer)

    do_GET = do_HEAD = do_OPTIONS = do_TRACE = do_POST = do_PUT = do_PATCH = do_DELETE = do_QUERY = _serve  # noqa: N815

    def _body(self, headers: Mapping[str, str]) -> bytes:
        if "chunked" in headers.get("transfer-encoding", ""):
            return b"".join(self._chunks())
        length = headers.get("content-length", "0")
        return self.rfile.read(min(int(length), LONGEST_BODY)) if length.isdecimal() else b""

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().partition(b";")[0] or b"0", 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _stream(self, stream: Iterator[bytes]) -> None:
        self.close_connection = True
        for part in stream:
            if self.server.stopping.is_set():
                return
            self.wfile.write(part)

    def _send(self, answer: Response) -> None:
        body = answer.raw
        if body is None:
            body = b"" if answer.content is None else msgspec.json.encode(answer.content)
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body)), **answer.headers}
        bare = answer.status < 200 or answer.status in (204, 304)
        lines = [f"HTTP/1.1 {answer.status} Status"]
        lines += [f"{name}: {value}" for name, value in headers.items() if value and not (bare and "Content" in name)]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
        self.wfile.write(head if bare or self.command == "HEAD" else head + body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, answer: Answer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer = answer
        self.stopping = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away."""


@contextmanager
def serve(answer: Answer) -> Iterator[str]:
    """Serve a backend from threads until the end of the block; its address."""
    server = _Server(answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()

"""A server that answers as none should: too slowly, too much, too deep, never, or with half of it."""

import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MANY = 200_000
_SQUEEZE = zlib.compressobj(wbits=31)
BOMB = b"".join([*(_SQUEEZE.compress(b"0" * 1_000_000) for _ in range(100)), _SQUEEZE.flush()])
"""A hundred megabytes in gzip."""
Answer = Callable[["Hostile", socket.socket], None]


class Hostile:
    """Serves one habit per path, each connection in a thread of its own."""

    def __init__(self, server: socket.socket) -> None:
        self._server = server
        self.port: int = server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.seen: list[tuple[str, str, str]] = []
        """Method, path and head of each request, as they came."""
        self.closing = threading.Event()

    def serve(self) -> None:
        """Take connections until the server is closed."""
        with suppress(OSError):
            while True:
                connection, _ = self._server.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            if connection.recv(1, socket.MSG_PEEK) == b"\x16":
                drips_its_handshake(self, connection)
            while head := _head(connection):
                method, path = head.split(" ", 2)[:2]
                self.seen.append((method, path, head))
                HABITS.get(path.partition("?")[0], well)(self, connection)

    def paths(self) -> list[str]:
        """The paths of all requests."""
        return [path for _, path, _ in self.seen]


def _head(connection: socket.socket) -> str:
    """The head of the next request; its body is read and forgotten."""
    head = b""
    while b"\r\n\r\n" not in head:
        received = connection.recv(65_536)
        if not received:
            return ""
        head += received
    text, _, body = head.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in text.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65_536)
    return text.decode("latin-1")


def well(_server: Hostile, connection: socket.socket) -> None:
    _send(connection, b'{"id": 1}')


def _send(connection: socket.socket, body: bytes, more: bytes = b"") -> None:
    connection.sendall(HEAD + more + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def hangs(server: Hostile, _connection: socket.socket) -> None:
    server.closing.wait(60)


def drips_its_head(server: Hostile, connection: socket.socket) -> None:
    connection.sendall(HEAD)
    while not server.closing.wait(0.05):
        connection.sendall(b"X-More: again\r\n"[:1])


def drips_its_body(server: Hostile, connection: socket.socket) -> None:
    connection.sendall(HEAD + b"\r\n")
    while not server.closing.wait(0.05):
        connection.sendall(b" ")


def streams_events(server: Hostile, connection: socket.socket) -> None:
    connection.sendall(HEAD.replace(b"application/json", b"text/event-stream") + b"\r\n")
    while not server.closing.wait(0.01):
        connection.sendall(b'data: {"id": 1}\n\n')


def is_silent_on_a_stream(server: Hostile, connection: socket.socket) -> None:
    connection.sendall(HEAD.replace(b"application/json", b"text/event-stream") + b"\r\ndata: 1\n\ndata: ha")
    server.closing.wait(60)


def drips_its_handshake(server: Hostile, connection: socket.socket) -> None:
    """Begin a record of TLS that never ends."""
    connection.sendall(b"\x16\x03\x03\x40\x00")
    while not server.closing.wait(0.05):
        connection.sendall(b"\x02")


def is_large(_server: Hostile, connection: socket.socket) -> None:
    connection.sendall(HEAD + b"\r\n")
    for _ in range(1_000):
        connection.sendall(b" " * 1_000_000)


def says_it_is_large(_server: Hostile, connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Content-Length: 1000000000\r\n\r\n")
    time.sleep(1)


def is_a_bomb(_server: Hostile, connection: socket.socket) -> None:
    _send(connection, BOMB, b"Content-Encoding: gzip\r\n")


def is_a_bomb_in_chunks(_server: Hostile, connection: socket.socket) -> None:
    body = BOMB
    connection.sendall(HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.sendall(b"%x\r\n" % len(body) + body + b"\r\n0\r\n\r\n")


def is_deep(_server: Hostile, connection: socket.socket) -> None:
    _send(connection, b"[" * MANY + b"]" * MANY)


def is_garbled(_server: Hostile, connection: socket.socket) -> None:
    _send(connection, b"this is no gzip", b"Content-Encoding: gzip\r\n")


def resets(_server: Hostile, connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    connection.close()


def closes(_server: Hostile, connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def has_endless_lines(server: Hostile, connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while not server.closing.is_set():
        connection.sendall(b"0" * 1_000_000)


def leads_on(_server: Hostile, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /leads-on\r\nContent-Length: 0\r\n\r\n")


def leads_on_slowly(_server: Hostile, connection: socket.socket) -> None:
    time.sleep(0.2)
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /leads-on-slowly\r\nContent-Length: 0\r\n\r\n")


def asks_to_wait(_server: Hostile, connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n")


HABITS: dict[str, Answer] = {
    "/hangs": hangs,
    "/drips-its-head": drips_its_head,
    "/drips-its-body": drips_its_body,
    "/streams": streams_events,
    "/silent": is_silent_on_a_stream,
    "/large": is_large,
    "/says-large": says_it_is_large,
    "/bomb": is_a_bomb,
    "/bomb-in-chunks": is_a_bomb_in_chunks,
    "/deep": is_deep,
    "/garbled": is_garbled,
    "/resets": resets,
    "/closes": closes,
    "/lines": has_endless_lines,
    "/leads-on": leads_on,
    "/leads-on-slowly": leads_on_slowly,
    "/asks-to-wait": asks_to_wait,
}


@contextmanager
def hostile() -> Iterator[Hostile]:
    """Serve until the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        served = Hostile(server)
        threading.Thread(target=served.serve, daemon=True).start()
        try:
            yield served
        finally:
            served.closing.set()
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)


def document(*paths: str) -> dict[str, object]:
    """An OpenAPI document of these paths, each with a GET that promises an object with an id."""
    schema = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    answer = {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}
    operations = {path: {"get": {"operationId": path.strip("/") or "root", "responses": answer}} for path in paths}
    return {"openapi": "3.0.3", "info": {"title": "Hostile", "version": "1"}, "paths": operations}

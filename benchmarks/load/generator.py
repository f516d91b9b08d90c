"""The load: connections that are kept open, on each of which the next request leaves when the last one was answered."""

import re
import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import repeat
from typing import NamedTuple

CONNECTIONS = 32
_CHUNK = 65_536
_TIMEOUT = 10.0
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_WELL = (b"HTTP/1.1 2", b"HTTP/1.1 302")
_EMPTY = b"HTTP/1.1 204"

Address = tuple[str, int]


class LoadError(Exception):
    """The server did not answer as it should; its rate would mean nothing."""


class Sample(NamedTuple):
    """What came of a while of load: whole answers, and the seconds that they took."""

    answers: int
    seconds: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.answers / self.seconds


class _Connection:
    """One connection with one request under way; ``requests`` is where it takes the next one from."""

    def __init__(self, address: Address, requests: Iterator[bytes]) -> None:
        self.socket = socket.create_connection(address, timeout=_TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._requests = requests
        self._request = b""
        self._received = b""

    def ask(self) -> bool:
        """Send the next request, and tell whether there was one."""
        self._request = next(self._requests, b"")
        self.socket.sendall(self._request)
        return self._request != b""

    def answered(self) -> bool:
        """Read what came, and tell whether the answer is whole; LoadError where it is no success."""
        chunk = self.socket.recv(_CHUNK)
        received = self._received + chunk
        whole = _whole(received)
        if not chunk or (whole and not received.startswith(_WELL)):
            raise LoadError(
                f"{_line(self._request)} was answered: {received[:600].decode(errors='replace') or 'nothing'}"
            )
        self._received = b"" if whole else received
        return whole


def _whole(received: bytes) -> bool:
    """Tell whether an answer has all the bytes that it announces."""
    end = received.find(b"\r\n\r\n")
    if received.startswith(_EMPTY):
        return end >= 0
    length = _LENGTH.search(received, 0, end) if end >= 0 else None
    return length is not None and len(received) >= end + 4 + int(length[1])


def _line(request: bytes) -> str:
    return request.partition(b"\r\n")[0].decode()


def answer(address: Address, request: bytes) -> bytes:
    """Send one request and return its whole answer; LoadError where it is no success."""
    connection = _Connection(address, iter([request]))
    with connection.socket:
        connection.ask()
        received = b""
        while not _whole(received):
            chunk = connection.socket.recv(_CHUNK)
            received += chunk
            if not chunk:
                break
    if not received.startswith(_WELL):
        raise LoadError(f"{_line(request)} was answered: {received[:600].decode(errors='replace') or 'nothing'}")
    return received.partition(b"\r\n\r\n")[2]


def load(address: Address, request: bytes, seconds: float) -> Sample:
    """Send a request again and again on every connection for some seconds; LoadError at the first failure."""
    with ExitStack() as stack:
        selector = _connected(stack, address, repeat(request))
        begin = now = time.perf_counter()
        answers = 0
        rounds = _rounds(selector)
        # On a machine that is busy otherwise, the first answer may take longer than the time that was given.
        while now < begin + seconds or not answers:
            answers += next(rounds)
            now = time.perf_counter()
        return Sample(answers, now - begin)


def volley(address: Address, requests: Iterable[bytes]) -> Sample:
    """Send each of some requests once, on all connections; LoadError at the first failure."""
    waiting = list(requests)
    with ExitStack() as stack:
        selector = _connected(stack, address, iter(waiting))
        begin = time.perf_counter()
        answers = 0
        rounds = _rounds(selector)
        while answers < len(waiting):
            answers += next(rounds)
        return Sample(answers, time.perf_counter() - begin)


def _connected(stack: ExitStack, address: Address, requests: Iterator[bytes]) -> selectors.BaseSelector:
    """Open the connections, and send the first request on each."""
    selector = stack.enter_context(selectors.DefaultSelector())
    for _ in range(CONNECTIONS):
        connection = _Connection(address, requests)
        stack.enter_context(connection.socket)
        if connection.ask():
            selector.register(connection.socket, selectors.EVENT_READ, connection)
    return selector


def _rounds(selector: selectors.BaseSelector) -> Iterator[int]:
    """Read what came and ask again, round by round, and yield how many answers a round completed."""
    heard = time.perf_counter()
    while True:
        # Never asleep: to wake a sleeping core would cost the server more than most of its answers.
        ready = selector.select(0)
        if ready:
            heard = time.perf_counter()
        elif time.perf_counter() - heard > _TIMEOUT:
            raise LoadError(f"nothing came for {_TIMEOUT:.0f} seconds")
        yield sum(_asked_again(selector, key.data) for key, _ in ready)


def _asked_again(selector: selectors.BaseSelector, connection: _Connection) -> bool:
    """Read what came on a connection; if that completed an answer, send the next request, or leave it at that."""
    whole = connection.answered()
    if whole and not connection.ask():
        selector.unregister(connection.socket)
    return whole

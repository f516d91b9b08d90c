"""The load: connections that are kept open, on each of which the next request leaves when the last one was answered."""

import re
import selectors
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

CONNECTIONS = 32
_CHUNK = 65_536
_TIMEOUT = 10.0
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)

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
    """One connection with one request under way."""

    def __init__(self, address: Address, request: bytes) -> None:
        self.socket = socket.create_connection(address, timeout=_TIMEOUT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = request
        self._received = b""

    def ask(self) -> None:
        """Send the request."""
        self.socket.sendall(self._request)

    def answered(self) -> bool:
        """Read what came, and tell whether the answer is whole; LoadError where it is no success."""
        chunk = self.socket.recv(_CHUNK)
        received = self._received + chunk
        whole = _whole(received)
        if not chunk or (whole and not received.startswith(b"HTTP/1.1 2")):
            raise LoadError(
                f"{_line(self._request)} was answered: {received[:600].decode(errors='replace') or 'nothing'}"
            )
        self._received = b"" if whole else received
        return whole


def _whole(received: bytes) -> bool:
    """Tell whether an answer has all the bytes that it announces."""
    end = received.find(b"\r\n\r\n")
    length = _LENGTH.search(received, 0, end) if end >= 0 else None
    return length is not None and len(received) >= end + 4 + int(length[1])


def _line(request: bytes) -> str:
    return request.partition(b"\r\n")[0].decode()


def answer(address: Address, request: bytes) -> bytes:
    """Send one request and return its whole answer; LoadError where it is no success."""
    connection = _Connection(address, request)
    with connection.socket:
        connection.ask()
        received = b""
        while not _whole(received):
            chunk = connection.socket.recv(_CHUNK)
            received += chunk
            if not chunk:
                break
    if not received.startswith(b"HTTP/1.1 2"):
        raise LoadError(f"{_line(request)} was answered: {received[:600].decode(errors='replace') or 'nothing'}")
    return received.partition(b"\r\n\r\n")[2]


def load(address: Address, request: bytes, seconds: float, connections: int = CONNECTIONS) -> Sample:
    """Send a request again and again on every connection for some seconds; LoadError at the first failure."""
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        for _ in range(connections):
            connection = _Connection(address, request)
            stack.enter_context(connection.socket)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask()
        begin = time.perf_counter()
        answers = sum(_answers(selector, begin + seconds))
        if not answers:
            raise LoadError(f"{_line(request)} had no answer within {seconds} s; give it more with --seconds")
        return Sample(answers, time.perf_counter() - begin)


def _answers(selector: selectors.BaseSelector, end: float) -> Iterator[bool]:
    """Yield for each piece that comes whether it completes an answer, until the time is over."""
    heard = time.perf_counter()
    while (now := time.perf_counter()) < end:
        # Never asleep: to wake a sleeping core would cost the server more than most of its answers.
        ready = selector.select(0)
        if ready:
            heard = now
        elif now - heard > _TIMEOUT:
            raise LoadError(f"nothing came for {_TIMEOUT:.0f} seconds")
        for key, _ in ready:
            whole = key.data.answered()
            if whole:
                key.data.ask()
            yield whole

"""Connections whose sockets are known to the request that uses them, from the first attempt to connect on."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

from contracts.client.calls import Call

LONGEST_LINE = 65_536
"""Bytes of a line, as `http.client` has it for headers; it sets no limit to the lines between chunks."""

_here = threading.local()


@contextmanager
def carrying(call: Call) -> Iterator[None]:
    """Attach to a call the sockets that this thread uses."""
    _here.call = call
    try:
        yield
    finally:
        _here.call = None


def use_watched_connections(manager: PoolManager) -> None:
    """Let a manager of pools make connections whose sockets are attached to calls."""
    manager.pool_classes_by_scheme = {"http": _WatchedPool, "https": _WatchedSecurePool}


class _BoundedReader(io.BufferedReader):
    """Reads no line without an end."""

    def readline(self, size: int | None = -1, /) -> bytes:
        return super().readline(LONGEST_LINE + 1 if size is None or size < 0 else size)


class _BoundedResponse(HTTPResponse):
    """The response of `http.client`, with a limit for every line."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp: io.BufferedReader = _BoundedReader(self.fp.detach())


class _WatchedConnection(HTTPConnection):
    response_class = _BoundedResponse

    def _new_conn(self) -> socket.socket:
        return _connected(self)

    def connect(self) -> None:
        super().connect()
        _attach(self.sock)

    def request(self, *arguments: Any, **options: Any) -> None:
        _attach(self.sock)
        super().request(*arguments, **options)


class _WatchedSecureConnection(HTTPSConnection):
    response_class = _BoundedResponse
    _copy: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        sock = _connected(self)
        # The handshake takes the socket away from this object; a copy can still be shut down.
        self._copy = sock.dup()
        _attach(self._copy)
        return sock

    def connect(self) -> None:
        try:
            super().connect()
            _attach(self.sock)
        finally:
            if self._copy is not None:
                self._copy.close()

    def request(self, *arguments: Any, **options: Any) -> None:
        _attach(self.sock)
        super().request(*arguments, **options)


class _WatchedPool(HTTPConnectionPool):
    ConnectionCls = _WatchedConnection


class _WatchedSecurePool(HTTPSConnectionPool):
    ConnectionCls = _WatchedSecureConnection


def _attach(sock: socket.socket | None) -> None:
    call: Call | None = getattr(_here, "call", None)
    if call is not None and sock is not None:
        call.attach(sock)


def _connected(connection: HTTPConnection) -> socket.socket:
    """A new connection, as urllib3 makes it, but with a socket that is attached before it connects."""
    try:
        return _first_that_answers(connection)
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, f"Connection to {connection.host} timed out.") from error
    except OSError as error:
        raise NewConnectionError(connection, f"Failed to establish a new connection: {error}") from error


def _first_that_answers(connection: HTTPConnection) -> socket.socket:
    failure: OSError = OSError("the host has no address")
    host = connection.host.strip("[]")
    for family, kind, protocol, _, address in socket.getaddrinfo(
        host, connection.port, allowed_gai_family(), socket.SOCK_STREAM
    ):
        sock = socket.socket(family, kind, protocol)
        try:
            for option in connection.socket_options or ():
                sock.setsockopt(*option)
            sock.settimeout(connection.timeout)
            _attach(sock)
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure

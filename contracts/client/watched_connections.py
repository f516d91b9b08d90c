"""Attaches each socket to the request that uses it, from the first attempt to connect on."""

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
"""Bytes of a line. `http.client` has this limit for headers, but none for the lines between chunks."""

_here = threading.local()


@contextmanager
def carrying(call: Call) -> Iterator[None]:
    """Attach the sockets that this thread uses to a call."""
    _here.call = call
    try:
        yield
    finally:
        _here.call = None


def use_watched_connections(manager: PoolManager) -> None:
    """Make a pool manager create connections that attach their sockets to calls."""
    manager.pool_classes_by_scheme = {"http": _WatchedPool, "https": _WatchedSecurePool}


class _BoundedReader(io.BufferedReader):
    """A reader with a limit for the length of a line."""

    def readline(self, size: int | None = -1, /) -> bytes:
        return super().readline(LONGEST_LINE + 1 if size is None or size < 0 else size)


class _BoundedResponse(HTTPResponse):
    """The response of `http.client` with a limit for every line."""

    def __init__(self, sock: socket.socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp: io.BufferedReader = _BoundedReader(self.fp.detach())


class _WatchedConnection(HTTPConnection):
    response_class = _BoundedResponse

    def _new_conn(self) -> socket.socket:
        return _connect(self)

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
        sock = _connect(self)
        # During the handshake this object has no socket; the copy can still be shut down.
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


def _connect(connection: HTTPConnection) -> socket.socket:
    """Connect as urllib3 does, but attach the socket to the call before it connects."""
    try:
        return _connect_to_first_address(connection)
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    except TimeoutError as error:
        raise ConnectTimeoutError(connection, f"Connection to {connection.host} timed out.") from error
    except OSError as error:
        raise NewConnectionError(connection, f"Failed to establish a new connection: {error}") from error


def _connect_to_first_address(connection: HTTPConnection) -> socket.socket:
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

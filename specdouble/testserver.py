"""Serve an application on a free port of this machine while a block runs."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.auto import AutoHTTPProtocol

if TYPE_CHECKING:
    from asyncio import WriteTransport

    from starlette.types import ASGIApp

# Short beside the startup of any application, long beside a turn of the loop.
POLL_SECONDS = 0.01

HANG_UP = "specdouble.hang_up"
"""The key of the function that breaks the connection, in the state of a request."""


class Connection(AutoHTTPProtocol):  # type: ignore[misc,valid-type]  # uvicorn chooses the class by what is installed
    """An HTTP connection that an application may break: ASGI itself has no way to send no response."""

    app_state: dict[str, Any]

    def connection_made(self, transport: "WriteTransport") -> None:
        """Start to serve a connection."""
        self.app_state = {**self.app_state, HANG_UP: transport.abort}
        super().connection_made(transport)


class DidNotStart(Exception):
    """The application failed in its startup."""


@contextmanager
def serving(app: "ASGIApp") -> "Iterator[str]":
    """Serve an ASGI application from a thread, and yield its URL; DidNotStart where its startup fails."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, interface="asgi3", http=Connection, log_level="critical", access_log=False, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=_run, args=(server, listener), daemon=True)
    thread.start()
    try:
        _await_start(server, thread)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    with suppress(SystemExit):  # raised by uvicorn for its command line where the startup failed
        server.run(sockets=[listener])


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    # The socket accepts connections at once, but nobody answers them before the startup is complete.
    while not server.started:
        thread.join(POLL_SECONDS)
        if not thread.is_alive() and not server.started:
            raise DidNotStart("The application failed in its own start-up (its lifespan). Start it alone to see why.")

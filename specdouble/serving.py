"""An application that answers on a free port of this machine while a block lasts."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from starlette.types import ASGIApp

POLL_SECONDS = 0.01


class DidNotStart(Exception):
    """The application ended its start-up with an error."""


@contextmanager
def serving(app: "ASGIApp") -> "Iterator[str]":
    """Serve an ASGI application from a thread, and yield its address; DidNotStart where its start-up fails."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, interface="asgi3", log_level="critical", access_log=False, ws="none")
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
    with suppress(SystemExit):  # by which uvicorn tells its command line of a start-up that failed
        server.run(sockets=[listener])


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    # The socket takes connections at once; whether anybody will answer them is known when the start-up is over.
    while not server.started:
        thread.join(POLL_SECONDS)
        if not thread.is_alive() and not server.started:
            raise DidNotStart("The application failed in its own start-up (its lifespan); start it alone to see why.")

"""A running mock for the tests of whoever builds against it; pytest finds the fixtures by itself."""

import socket
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from starlette.types import ASGIApp

TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class RunningMock:
    """A mock that answers at a URL."""

    url: str

    def reset(self) -> None:
        """Return to the world at start."""
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("POST", "/__mock__/reset")
            status = connection.getresponse().status
        finally:
            connection.close()
        if status >= 300:
            raise RuntimeError(f"The mock at {self.url} did not reset itself: it answered {status}.")


@pytest.fixture(scope="session")
def specdouble_mock_options() -> dict[str, Any]:
    """What `mockserver.app.create_app` takes, `spec` above all; override it to have another mock."""
    return {}


@pytest.fixture(scope="session")
def specdouble_mock(specdouble_mock_options: dict[str, Any]) -> Iterator[RunningMock]:
    """A mock on a free port of this machine, for the whole session; `reset()` it where a test needs a fresh world."""
    with warnings.catch_warnings():
        # What the libraries of the mock announce is nothing that the tests of others could mend.
        warnings.simplefilter("ignore")
        from mockserver.app import create_app

        app = create_app(**specdouble_mock_options)
    with _serving(app) as url:
        yield RunningMock(url)


@contextmanager
def _serving(app: "ASGIApp") -> Iterator[str]:
    import uvicorn

    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, ws="none"))
    # The socket listens already: what is sent before the server has started waits for it.
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()

"""An application that answers while a block lasts."""

import socket
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest

from specdouble.testserver import DidNotStart, serving


async def hello(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"hello"})


async def broken(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database"})


def test_it_answers_within_the_block_and_nobody_does_after_it() -> None:
    with serving(hello) as url, urlopen(url, timeout=30) as answer:
        assert answer.read() == b"hello"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", urlsplit(url).port or 0), timeout=30)


def test_an_application_that_fails_to_start_is_told_instead_of_waited_for() -> None:
    with pytest.raises(DidNotStart, match="Start it alone"), serving(broken):
        pytest.fail("it was served")

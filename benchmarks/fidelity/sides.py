"""The mock and the reference, each in this process and behind the same door; no sockets."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

import httpx

from mockserver.app import create_app
from mockserver.courses import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

AS_IT_COMES = Settings()

HOST = "http://side.test"
AUTHOR = {"Authorization": "Bearer creator"}

ONLY_IN_THE_MOCK = (5, 6, 7)
"""Courses of the mock's world at start that the reference does not have: both must list the same."""


Course = Mapping[str, object]


class Side(Protocol):
    """A backend that can be asked, and put back to its world at start."""

    name: str

    def begin(self, courses: Sequence[Course]) -> list[int]:
        """Return to the world at start, with some courses more; give their ids."""

    def send(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""


class Mock:
    """The mock, through its ASGI application."""

    name = "mock"

    def __init__(self, runner: asyncio.Runner, client: httpx.AsyncClient) -> None:
        self._runner = runner
        self._client = client

    def begin(self, courses: Sequence[Course]) -> list[int]:
        """Return to the world at start, with some courses more; give their ids."""
        self.send(httpx.Request("POST", f"{HOST}/__mock__/reset"))
        for key in ONLY_IN_THE_MOCK:
            self.send(httpx.Request("DELETE", f"{HOST}/api/v2/course/{key}/", headers=AUTHOR))
        return [_create(self, course) for course in courses]

    def send(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        return self._runner.run(self._client.send(request))


class Reference:
    """The backend in Django REST Framework, through its WSGI application."""

    name = "reference"

    def __init__(self, client: httpx.Client, worlds: ExitStack) -> None:
        self._client = client
        self._open = worlds
        for key in ONLY_IN_THE_MOCK:  # so that what is created next has the same id on both sides
            made = _create(self, {"name": f"Course {key}", "type": "self-paced"})
            self.send(httpx.Request("DELETE", f"{HOST}/api/v2/course/{made}/", headers=AUTHOR))
        self._worlds = {"[]": (self._copy(), list[int]())}

    def begin(self, courses: Sequence[Course]) -> list[int]:
        """Return to the world at start, with some courses more, made once; give their ids."""
        key = json.dumps(courses)
        world, ids = self._worlds.get(key, self._worlds["[]"])
        world.backup(_database())
        if key not in self._worlds:
            ids = [_create(self, course) for course in courses]
            self._worlds[key] = self._copy(), ids
        return ids

    def send(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        return self._client.send(request)

    def _copy(self) -> sqlite3.Connection:
        copy = self._open.enter_context(closing(sqlite3.connect(":memory:")))
        _database().backup(copy)
        return copy


def _create(side: Side, course: Course) -> int:
    answer = side.send(httpx.Request("POST", f"{HOST}/api/v2/course/", headers=AUTHOR, json=course))
    if answer.status_code != HTTPStatus.CREATED:
        raise AssertionError(f"the {side.name} did not create a course: {answer.text}")
    return int(answer.json()["id"])


@contextmanager
def mock(settings: Settings = AS_IT_COMES) -> Iterator[Mock]:
    """Give a mock with its defaults, or set otherwise."""
    transport = httpx.ASGITransport(app=create_app(settings=settings))
    with asyncio.Runner() as runner:
        client = httpx.AsyncClient(transport=transport)
        try:
            yield Mock(runner, client)
        finally:
            runner.run(client.aclose())


@contextmanager
def reference(application: "WSGIApplication") -> Iterator[Reference]:
    """Give the reference that runs in this process, healthy and as the framework has it."""
    from benchmarks.reference_backend import world

    world.build()
    transport = httpx.WSGITransport(app=application)
    with ExitStack() as worlds, httpx.Client(transport=transport) as client:
        yield Reference(client, worlds)


def _database() -> sqlite3.Connection:
    from django.db import connection

    connection.ensure_connection()
    database: Any = connection.connection
    assert isinstance(database, sqlite3.Connection)
    return database

"""One reference backend per process, in its first state before every test."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from benchmarks.reference_backend.app import running
from tests.benchmarks.backend import Backend


@pytest.fixture(scope="session")
def application() -> Iterator[Any]:
    with running() as application:
        yield application


@pytest.fixture(scope="session")
def world_at_start(application: Any) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as copy:
        _database().backup(copy)
        yield copy


@pytest.fixture
def backend(application: Any, world_at_start: sqlite3.Connection) -> Backend:
    world_at_start.backup(_database())
    return Backend(application)


def _database() -> sqlite3.Connection:
    from django.db import connection

    connection.ensure_connection()
    database: sqlite3.Connection = connection.connection
    return database

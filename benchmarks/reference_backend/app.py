"""From nothing to a WSGI application with the world at start in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import django
from django.conf import settings

from .settings import settings_for

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@contextmanager
def running(**overrides: Any) -> Iterator["WSGIApplication"]:
    """Give the application, with its files in a folder that goes away afterwards.

    Django keeps its settings for the life of the process: one call per process.
    """
    with TemporaryDirectory(prefix="course-reference-", ignore_cleanup_errors=True) as folder:
        try:
            yield start(Path(folder), **overrides)
        finally:
            close()


def start(folder: Path, **overrides: Any) -> "WSGIApplication":
    """Set Django up in ``folder``, create the tables, build the world."""
    settings.configure(**settings_for(folder) | overrides)
    django.setup()
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    from . import world

    call_command("migrate", run_syncdb=True, verbosity=0)
    world.build()
    return get_wsgi_application()


def close() -> None:
    """Let go of the database."""
    from django.db import connections

    connections.close_all()

"""Load an ASGI or WSGI application by its name, and serve it on this machine as a target."""

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contracts.errors import CannotRun

ASGI, WSGI, FACTORY = 3, 2, 0
"""The number of arguments of each kind of callable."""
_ANY = 9
"""So many arguments that only a function with ``*args`` accepts them."""
_NEITHER = "not an ASGI or WSGI application, nor a function without arguments that returns one. Give one of these."


def load(name: str) -> Any:
    """Return the application with the name `package.module:attribute`; CannotRun says what is missing."""
    module, _, attribute = name.partition(":")
    if not module or not attribute:
        raise CannotRun(f"{name}: not the name of an application. Write it as package.module:app.")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        application: Any = importlib.import_module(module)
        for part in attribute.split("."):
            application = getattr(application, part)
    except Exception as error:
        # The import of a foreign module may raise anything.
        problem = f"{type(error).__name__}: {error}"
        raise CannotRun(f"{name}: {problem}. Name an importable application as package.module:app.") from error
    if _arguments(application) is None:
        raise CannotRun(f"{name}: {_NEITHER}")
    return application


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Serve an ASGI or WSGI application, or the one of a factory, and yield its URL; CannotRun if that fails."""
    from specdouble.testserver import DidNotStart
    from specdouble.testserver import serving as serving_asgi

    try:
        with serving_asgi(as_asgi(application)) as url:
            yield url
    except DidNotStart as error:
        raise CannotRun(str(error)) from error


def as_asgi(application: Any) -> Any:
    """Return an application as ASGI: wrap a WSGI application, call a factory; CannotRun if it is none of them."""
    arguments = _arguments(application)
    if arguments == ASGI:
        return application
    if arguments == WSGI:
        from a2wsgi import WSGIMiddleware

        return WSGIMiddleware(application)
    if arguments == FACTORY:
        product = application()
        if _arguments(product) in (ASGI, WSGI):
            return as_asgi(product)
    raise CannotRun(f"{repr(application)[:80]}: {_NEITHER}")


def _arguments(application: Any) -> int | None:
    """Return the number of arguments that shows which kind of callable it is, or None if that is unclear."""
    if not callable(application):
        return None
    # A coroutine function is ASGI, whatever its arguments are called.
    if not inspect.isclass(application) and (_is_coroutine(application) or _is_coroutine(type(application).__call__)):
        return ASGI
    if _accepts(application, _ANY):
        return None
    # A factory may have more arguments, all of them optional.
    return next((number for number in (FACTORY, WSGI, ASGI) if _accepts(application, number)), None)


def _is_coroutine(function: Any) -> bool:
    return inspect.iscoroutinefunction(function)


def _accepts(application: Callable[..., Any], number: int) -> bool:
    try:
        inspect.signature(application).bind(*[None] * number)
    except (TypeError, ValueError):
        return False
    return True

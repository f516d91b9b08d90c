"""An application as a target: found by its name, and served on this machine whichever interface it has."""

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from contracts.errors import CannotRun

ASGI, WSGI, FACTORY = 3, 2, 0
"""With how many arguments each of them is called."""
_ANY = 9
_NEITHER = "neither an ASGI nor a WSGI application, nor a function without arguments that makes one; give one of them."


def load(name: str) -> Any:
    """The object that is named as `package.module:attribute`; CannotRun says what is missing."""
    module, _, attribute = name.partition(":")
    if not module or not attribute:
        raise CannotRun(f"{name}: not the name of an application; give one like package.module:app.")
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        found: Any = importlib.import_module(module)
        for part in attribute.split("."):
            found = getattr(found, part)
    except Exception as error:
        # Whatever the module of somebody else raises while it is imported.
        said = f"{type(error).__name__}: {error}"
        raise CannotRun(f"{name}: {said}; give an application as package.module:app.") from error
    if _arguments(found) is None:
        raise CannotRun(f"{name}: {_NEITHER}")
    return found


@contextmanager
def serving(application: Any) -> Iterator[str]:
    """Serve an ASGI or WSGI application, or what a factory makes, and yield the address; CannotRun if it cannot be."""
    from specdouble.testserver import DidNotStart
    from specdouble.testserver import serving as serving_asgi

    try:
        with serving_asgi(as_asgi(application)) as url:
            yield url
    except DidNotStart as error:
        raise CannotRun(str(error)) from error


def as_asgi(application: Any) -> Any:
    """An application as ASGI: as it is, wrapped if it is WSGI, made if it is a factory; CannotRun if it is neither."""
    arguments = _arguments(application)
    if arguments == ASGI:
        return application
    if arguments == WSGI:
        from a2wsgi import WSGIMiddleware

        return WSGIMiddleware(application)
    if arguments == FACTORY:
        made = application()
        if _arguments(made) in (ASGI, WSGI):
            return as_asgi(made)
    raise CannotRun(f"{repr(application)[:80]}: {_NEITHER}")


def _arguments(application: Any) -> int | None:
    """With how many arguments it can be called, of the numbers that mean something; None where that is not clear."""
    if not callable(application):
        return None
    # A coroutine function is ASGI, however its arguments are spelled.
    if not inspect.isclass(application) and (_is_coroutine(application) or _is_coroutine(type(application).__call__)):
        return ASGI
    if _takes(application, _ANY):
        return None
    # Where it can be called with nothing, what else it takes are the options of a factory.
    return next((number for number in (FACTORY, WSGI, ASGI) if _takes(application, number)), None)


def _is_coroutine(function: Any) -> bool:
    return inspect.iscoroutinefunction(function)


def _takes(application: Callable[..., Any], number: int) -> bool:
    try:
        inspect.signature(application).bind(*[None] * number)
    except (TypeError, ValueError):
        return False
    return True

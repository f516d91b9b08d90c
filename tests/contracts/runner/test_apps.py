"""What counts as an application, and how it is recognised."""

from collections.abc import Callable
from typing import Any
from urllib.request import urlopen

import pytest

from contracts.errors import CannotRun
from contracts.runner.apps import as_asgi, load, serving


def wsgi(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["REQUEST_METHOD"].encode()]


async def asgi(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": scope["method"].encode()})


class AsObject:
    """An application with options, as frameworks have them."""

    def __init__(self, debug: bool = False) -> None:
        self.debug = debug

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await asgi(scope, receive, send)


def spelled_otherwise(scope: Any, receive: Any, send: Any) -> Any:
    return asgi(scope, receive, send)


def with_options(debug: bool = False, name: str = "") -> Any:
    return wsgi


@pytest.mark.parametrize(
    "application",
    [wsgi, asgi, AsObject(), spelled_otherwise, with_options, AsObject, lambda: asgi],
    ids=lambda each: repr(each)[:20],
)
def test_it_is_served_whichever_interface_it_has(application: Any) -> None:
    with serving(application) as url, urlopen(url, timeout=30) as answer:
        assert answer.read() == b"GET"


@pytest.mark.parametrize("application", ["text", lambda one: one, lambda *any_number: None, lambda: "text"])
def test_what_is_none_is_told_so(application: Any) -> None:
    with pytest.raises(CannotRun, match="not an ASGI or WSGI application"):
        as_asgi(application)


def test_it_is_found_by_its_name() -> None:
    assert load(f"{__name__}:wsgi") is wsgi
    assert load(f"{__name__}:AsObject.__call__") is AsObject.__call__


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (__name__, "not the name of an application. Write it as package.module:app"),
        (f"{__name__}:nothing", "AttributeError: .* Name an importable application as package.module:app"),
        ("nowhere:app", "No module named 'nowhere'. Name an importable application"),
        (f"{__name__}:__doc__", "not an ASGI or WSGI application"),
    ],
)
def test_a_name_that_leads_to_none_says_what_to_give(name: str, said: str) -> None:
    with pytest.raises(CannotRun, match=said):
        load(name)

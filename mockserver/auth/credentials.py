"""Read the credentials of a request: the Authorization header, or an API key where the document puts one."""

from collections.abc import Callable
from http.cookies import CookieError, SimpleCookie

from mockserver.call import Request
from mockserver.openapi.specification import Specification
from mockserver.request import parameters

Credentials = Callable[[Request], str | None]


def reader(specification: Specification) -> Credentials:
    """Build the reader of credentials for a document; it returns None for an anonymous request."""
    # The Authorization header always counts: a bearer token is the one credential that every domain knows.
    keys = [_PLACES[place](name) for place, name in specification.api_keys if place in _PLACES]
    return _first_of([in_header("authorization"), *keys]) if keys else in_header("authorization")


def _first_of(readers: list[Credentials]) -> Credentials:
    def read(request: Request) -> str | None:
        return next((value for value in (reader(request) for reader in readers) if value), None)

    return read


def in_header(name: str) -> Credentials:
    """Build the reader of a header."""
    key = name.lower().encode()

    def read(request: Request) -> str | None:
        value = request.headers.get(key)
        return value.decode("latin-1") if value else None

    return read


def in_query(name: str) -> Credentials:
    """Build the reader of a query parameter."""

    def read(request: Request) -> str | None:
        return parameters.text(parameters.parse(request.query), name) or None

    return read


def in_cookie(name: str) -> Credentials:
    """Build the reader of a cookie."""

    def read(request: Request) -> str | None:
        try:
            cookies = SimpleCookie(request.headers.get(b"cookie", b"").decode("latin-1"))
        except CookieError:
            return None
        return cookies[name].value if name in cookies else None

    return read


_PLACES: dict[str, Callable[[str], Credentials]] = {"header": in_header, "query": in_query, "cookie": in_cookie}

"""The headers that every response carries: CORS for pages of other origins, and the language of the messages."""

from collections.abc import Callable, Mapping
from typing import Final

from mockserver.asgi.io import Headers
from mockserver.call import Answer
from mockserver.domain import Domain

# Pages can read only these headers of a response, beside a few that are always readable.
EXPOSED: Final = (
    b"Allow, ETag, Location, Preference-Applied, Retry-After, WWW-Authenticate, "
    b"X-Mock-Fault, X-Mock-Notice, X-Mock-Rule"
)
METHODS: Final = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
_MAX_AGE_SECONDS: Final = 600

# The answer to a request with Origin is another one, so that caches must keep the two apart.
_ANY_ORIGIN: Headers = [(b"access-control-allow-origin", b"*"), (b"vary", b"Origin")]

CommonHeaders = Callable[[str, Mapping[bytes, bytes]], Headers]
"""Returns the headers of a response from the path and the headers of its request."""


def common_headers(domain: Domain, in_english: tuple[str, ...]) -> CommonHeaders:
    """Choose the headers of every response; paths that begin with ``in_english`` are never translated."""
    origin_headers = _any_origin if domain.transport.cross_origin else _same_origin
    languages = domain.rejections.languages
    if languages is None or not languages.negotiated:
        return origin_headers

    def headers_of(path: str, headers: Mapping[bytes, bytes]) -> Headers:
        language = [] if path.startswith(in_english) else languages.response_headers(headers)
        return [*origin_headers(path, headers), *language]

    return headers_of


def _any_origin(path: str, headers: Mapping[bytes, bytes]) -> Headers:
    """Let a page of any origin read the response, even if it sends cookies."""
    origin = headers.get(b"origin")
    if origin is None:
        return _ANY_ORIGIN
    return [
        # A browser that sends cookies does not accept "*", so that the origin is repeated.
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", EXPOSED),
        (b"vary", b"Origin"),
    ]


def _same_origin(path: str, headers: Mapping[bytes, bytes]) -> Headers:
    """Let no page of another origin read the response."""
    return []


def is_preflight(method: str, headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a browser asks if it may send a request."""
    return method == "OPTIONS" and b"access-control-request-method" in headers


def preflight(headers: Mapping[bytes, bytes]) -> Answer:
    """Allow every request of a page; the browser asks without a token."""
    requested = headers.get(b"access-control-request-headers", b"authorization, content-type").decode("latin-1")
    return Answer(
        200,
        None,
        {
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": requested,
            "Access-Control-Max-Age": str(_MAX_AGE_SECONDS),
        },
    )

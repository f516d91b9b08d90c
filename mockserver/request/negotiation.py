"""Choose the media type of a response by the Accept header of its request."""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mockserver.call import Request
from mockserver.errors import NotAcceptable

if TYPE_CHECKING:
    from werkzeug.datastructures import MIMEAccept

JSON: Final = "application/json"
HTML: Final = "text/html"


def _media_types(accept: bytes) -> "MIMEAccept":
    """Parse an Accept header, without the parameters of its media types: JSON has none that matter."""
    # Imported here, because werkzeug takes a fifth of a start and most clients need no parser.
    from werkzeug.datastructures import MIMEAccept
    from werkzeug.http import parse_accept_header

    ranges = parse_accept_header(accept.decode("latin-1"), MIMEAccept)
    return MIMEAccept([(media_type.partition(";")[0].strip(), quality) for media_type, quality in ranges])


_PLAIN: Final = frozenset((b"", b"*/*", b"application/json"))
"""What most clients send: it is understood without a parser, which would be imported for it."""


@lru_cache(maxsize=256)
def accepts_json(accept: bytes) -> bool:
    """Return whether an Accept header lets JSON through; a header without a media type lets everything through."""
    if accept in _PLAIN:
        return True
    media_types = _media_types(accept)
    return not media_types or media_types.quality(JSON) > 0


@lru_cache(maxsize=256)
def prefers_html(accept: bytes) -> bool:
    """Return whether an Accept header prefers HTML to JSON, as that of a browser does."""
    return _media_types(accept).best_match([JSON, HTML]) == HTML


def negotiate(request: Request) -> None:
    """Reject a caller who does not accept JSON."""
    accept = request.headers.get(b"accept")
    if accept is not None and not accepts_json(accept):
        raise NotAcceptable


def header(request: Request, name: bytes) -> str | None:
    """Return a header as text, or None where it is absent or empty."""
    value = request.headers.get(name)
    return value.decode("latin-1") if value else None

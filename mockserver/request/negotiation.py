"""What a caller asks of the response: its media type, and how strictly the request is read."""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from mockserver.call import Request
from mockserver.errors import NotAcceptable

if TYPE_CHECKING:
    from werkzeug.datastructures import MIMEAccept

JSON: Final = "application/json"
HTML: Final = "text/html"

_WITHOUT_DECORATION = str.maketrans("", "", ' \t"')


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


def handling(request: Request, strict: bool) -> tuple[bool, str | None]:
    """Return whether a request is read strictly, and which preference of its own was applied (RFC 7240)."""
    prefer = request.headers.get(b"prefer")
    if prefer is None:
        return strict, None
    preferences = prefer.decode("latin-1").lower().translate(_WITHOUT_DECORATION).replace(";", ",").split(",")
    if "handling=strict" in preferences:
        return True, "handling=strict"
    if "handling=lenient" in preferences:
        return False, "handling=lenient"
    return strict, None

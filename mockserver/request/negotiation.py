"""Choose the media type of a response by the Accept header of its request."""

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from mockserver.call import Request
from mockserver.errors import NotAcceptable
from mockserver.messages import translatable

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


class Choice(NamedTuple):
    """A media type to answer in, and the documented name that has it: the same, or a range."""

    documented: str
    media_type: str


_EVERYTHING: Final = "*/*"
_USUAL: Final = {_EVERYTHING: JSON, "*": JSON, "application/*": JSON, "text/*": "text/plain", "image/*": "image/png"}
"""Documented range → the media type that stands for it."""


@lru_cache(maxsize=1024)
def usual(offered: tuple[str, ...]) -> Choice | None:
    """Return what a caller gets who accepts everything: JSON if there is any, else the first; None of nothing."""
    name = next((name for name in offered if "json" in name.lower()), next(iter(offered), None))
    return None if name is None else Choice(name, _USUAL.get(name, name))


@lru_cache(maxsize=1024)
def choose(accept: bytes, offered: tuple[str, ...]) -> Choice | None:
    """Return what an Accept header prefers among documented media types and ranges; None where it excludes them all.

    The quality decides, then the order of the header, then that of the document, with JSON first.
    """
    if accept in (b"", b"*/*") or not offered:
        return usual(offered)
    wanted = _ranges(accept)
    if not wanted:
        return usual(offered)
    by_preference = sorted(offered, key=lambda name: "json" not in name.lower())
    ranked = [
        (-quality, place, number, Choice(name, media_type))
        for number, name in enumerate(by_preference)
        for media_type in _concrete(name, wanted)
        for place, quality in _rank(media_type, wanted)
    ]
    return min(ranked)[-1] if ranked else None


def require_acceptable(accept: bytes, offered: tuple[str, ...]) -> None:
    """Raise NotAcceptable where an Accept header excludes every documented media type."""
    if offered and choose(accept, offered) is None:
        template = "Answers are {types}; the Accept header excludes them."
        raise NotAcceptable(translatable(template, types=", ".join(offered)))


def _ranges(accept: bytes) -> list[tuple[str, float]]:
    """Return the ranges of an Accept header with their qualities: the narrow ones first, then in its order."""
    from werkzeug.datastructures import MIMEAccept
    from werkzeug.http import parse_accept_header

    ranges = parse_accept_header(accept.decode("latin-1"), MIMEAccept)
    return [(_packed(name), quality) for name, quality in ranges]


def _packed(media_type: str) -> str:
    return media_type.lower().replace(" ", "")


def _concrete(name: str, wanted: list[tuple[str, float]]) -> Iterator[str]:
    """Yield the media types that a documented name may stand for."""
    if "*" not in name:
        yield name
        return
    if name in _USUAL:
        yield _USUAL[name]
    # What may be anything is JSON if that is accepted.
    if _USUAL.get(name) != JSON or not any(_rank(JSON, wanted)):
        yield from (media_type for media_type, _ in wanted if "*" not in media_type and _is_in(media_type, name))


def _rank(media_type: str, wanted: list[tuple[str, float]]) -> Iterator[tuple[int, float]]:
    """Yield the place and the quality of the narrowest range that has a media type, if it is accepted."""
    own = _packed(media_type)
    plain = own.partition(";")[0]
    exact = [(place, quality) for place, (name, quality) in enumerate(wanted) if name == own]
    # The parameters of a range that names no documented media type, such as a charset, do not matter.
    others = [(place, quality) for place, (name, quality) in enumerate(wanted) if _is_in(plain, name.partition(";")[0])]
    place, quality = next(iter([*exact, *others]), (0, 0.0))
    if quality > 0:
        yield place, quality


def _is_in(media_type: str, name: str) -> bool:
    """Return whether a media type is in a range, or the same."""
    return name in (media_type, f"{media_type.partition('/')[0]}/*", _EVERYTHING, "*")


def header(request: Request, name: bytes) -> str | None:
    """Return a header as text, or None where it is absent or empty."""
    value = request.headers.get(name)
    return value.decode("latin-1") if value else None

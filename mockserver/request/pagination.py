"""Pages of a collection by limit and offset."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self, TypeVar
from urllib.parse import quote, unquote_plus

from mockserver.request import parameters

# The limits of the platform; another document gets the same, since OpenAPI does not describe pages.
DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 100
MAX_DIGITS: Final = 18
BEYOND: Final = 10**MAX_DIGITS
"""Stands for every larger number: Python cannot read numbers of more than 4,300 digits."""

T = TypeVar("T")


class Limits(NamedTuple):
    """How many rows a page has: without being asked, and at most."""

    default: int = DEFAULT_LIMIT
    most: int = MAX_LIMIT


PLATFORM: Final = Limits()


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows a query asks for: ``limit`` of them, after the first ``offset``."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0

    @classmethod
    def asked(cls, query: parameters.Query, limits: Limits = PLATFORM) -> Self:
        """Read the page that a query asks for; invalid values fall back to the defaults."""
        if not query:
            return cls(limits.default)
        limit = _whole_number(parameters.text(query, "limit")) or limits.default
        return cls(min(limit, limits.most), _whole_number(parameters.text(query, "offset")))


def page(
    rows: Sequence[T],
    query: parameters.Query,
    url: str,
    represent: Callable[[T], Any],
    limits: Limits = PLATFORM,
) -> dict[str, Any]:
    """Return one page of rows with links to its neighbours.

    ``url`` is the absolute URL of the request with its query string. Only the rows of the page are represented.
    """
    window = Page.asked(query, limits)
    end = window.offset + window.limit
    return {
        "count": len(rows),
        "next": _link(url, window.limit, end) if end < len(rows) else None,
        "previous": _link(url, window.limit, window.offset - window.limit) if window.offset else None,
        "results": [represent(row) for row in rows[window.offset : end]],
    }


def _whole_number(text: str) -> int:
    """Read a whole number; 0 for a text that holds none, or a negative one."""
    digits = text.strip()
    if not digits.isdecimal():
        return 0
    return int(digits) if len(digits) <= MAX_DIGITS else BEYOND


def _link(url: str, limit: int, offset: int) -> str:
    """Return the URL of another page; the first page has no offset."""
    return with_query(url, {"limit": str(limit), "offset": str(offset) if offset > 0 else None})


def with_query(url: str, values: Mapping[str, str | None]) -> str:
    """Return a URL with other values of some parameters, at the end; None leaves a parameter out."""
    address, _, query = url.partition("?")
    pieces = [piece for piece in query.split("&") if piece and _name(piece) not in values]
    pieces += [f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in values.items() if value is not None]
    return f"{address}?{'&'.join(pieces)}"


def _name(piece: str) -> str:
    return unquote_plus(piece.partition("=")[0])

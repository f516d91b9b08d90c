"""Pages of a collection by limit and offset."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeVar
from urllib.parse import unquote_plus

from mockserver.request import parameters

DEFAULT_LIMIT = 20
MAX_LIMIT = 100
MAX_DIGITS = 18
BEYOND = 10**MAX_DIGITS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """Which rows are asked for: ``limit`` of them, after the first ``offset``."""

    limit: int = DEFAULT_LIMIT
    offset: int = 0

    @classmethod
    def asked(cls, query: parameters.Query) -> Self:
        """The page that a query asks for; nonsense falls back to the defaults."""
        if not query:
            return cls()
        limit = _whole_number(parameters.text(query, "limit")) or DEFAULT_LIMIT
        return cls(min(limit, MAX_LIMIT), _whole_number(parameters.text(query, "offset")))


def page(rows: Sequence[T], query: parameters.Query, url: str, represent: Callable[[T], Any]) -> dict[str, Any]:
    """One page of ``rows``, and the way to its neighbours.

    ``url`` is the absolute URL of the request, query string included. No other row is represented.
    """
    asked = Page.asked(query)
    end = asked.offset + asked.limit
    return {
        "count": len(rows),
        "next": _link(url, asked.limit, end) if end < len(rows) else None,
        "previous": _link(url, asked.limit, asked.offset - asked.limit) if asked.offset else None,
        "results": [represent(row) for row in rows[asked.offset : end]],
    }


def _whole_number(text: str) -> int:
    """The number that a text says; 0 where it says none or a negative one."""
    digits = text.strip()
    if not digits.isdecimal():
        return 0
    # Python refuses to read numbers of more than 4,300 digits; every collection ends long before.
    return int(digits) if len(digits) <= MAX_DIGITS else BEYOND


def _link(url: str, limit: int, offset: int) -> str:
    """The URL of another page: other parameters as they were said, no offset on the first."""
    address, _, query = url.partition("?")
    pieces = [piece for piece in query.split("&") if piece and _name(piece) not in ("limit", "offset")]
    pieces.append(f"limit={limit}")
    if offset > 0:
        pieces.append(f"offset={offset}")
    return f"{address}?{'&'.join(pieces)}"


def _name(piece: str) -> str:
    return unquote_plus(piece.partition("=")[0])

"""One page of a list: which rows it has, and what an answer says of it beside them."""

import base64
from math import ceil
from typing import Final, NamedTuple

SIZES: Final = frozenset(
    {
        *("limit", "perpage", "pagesize", "size", "maxresults", "maxitems", "top", "take", "first", "rows"),
        *("resultsperpage", "itemsperpage", "pagelimit", "maxpagesize"),
    }
)
OFFSETS: Final = frozenset({"offset", "skip", "startindex", "pageoffset"})
PAGES: Final = frozenset({"page", "pagenumber", "pageno", "currentpage", "pageindex"})
"""The usual names of the size, the offset and the number of a page, in queries and in answers."""
_TOTALS: Final = frozenset({"count", "total", "totalcount", "totalitems", "totalresults", "totalrecords"})
_TOTAL_PAGES: Final = frozenset({"totalpages", "pagecount", "lastpage", "pages", "numpages"})
_NEXT_CURSORS: Final = frozenset(
    {"nextcursor", "nextpagetoken", "nexttoken", "endcursor", "nextmarker", "iterator", "cursor", "continuationtoken"}
)
_HAS_MORE: Final = frozenset({"hasmore", "hasnextpage", "hasnext", "more"})
_HAS_PREVIOUS: Final = frozenset({"hasprevpage", "hasprevious", "haspreviouspage", "hasprev"})
_NEXT_LINKS: Final = frozenset({"next", "nexturl", "nextpage", "nextlink", "nextpageurl"})
_PREVIOUS_LINKS: Final = frozenset({"previous", "prev", "previousurl", "prevurl", "previouspage", "prevpage"})


class Window(NamedTuple):
    """The rows of one page: ``limit`` of them after the first ``offset``, of ``total``."""

    offset: int
    limit: int
    total: int
    first_page: int
    next_link: str | None
    previous_link: str | None

    @property
    def end(self) -> int:
        """The number of the first row after the page."""
        return self.offset + self.limit

    @property
    def has_more(self) -> bool:
        """Whether rows follow."""
        return self.end < self.total

    @property
    def links(self) -> str:
        """The links to the neighbours, as the header Link has them (RFC 8288); empty without any."""
        links = (("next", self.next_link), ("prev", self.previous_link))
        return ", ".join(f'<{link}>; rel="{relation}"' for relation, link in links if link is not None)

    @property
    def has_previous(self) -> bool:
        """Whether rows come before."""
        return self.offset > 0

    @property
    def page(self) -> int:
        """The number of the page."""
        return self.offset // max(self.limit, 1) + self.first_page

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return ceil(self.total / max(self.limit, 1))

    @property
    def next_cursor(self) -> str | None:
        """The cursor that leads to the next page, None on the last one."""
        return cursor_at(self.end) if self.has_more else None


_MEANINGS: Final = (
    (_TOTALS, "total"),
    (SIZES, "limit"),
    (OFFSETS, "offset"),
    (PAGES, "page"),
    (_TOTAL_PAGES, "pages"),
    (_HAS_MORE, "has_more"),
    (_HAS_PREVIOUS, "has_previous"),
    (_NEXT_CURSORS, "next_cursor"),
    (_NEXT_LINKS, "next_link"),
    (_PREVIOUS_LINKS, "previous_link"),
)


def meaning(name: str, rows: str) -> str | None:
    """Return what a property beside the rows says of the page: an attribute of Window, None where it says nothing.

    Both names are plain ones; ``rows`` is that of the rows.
    """
    if name in (f"{rows}count", f"{rows.rstrip('s')}count", f"total{rows}", f"num{rows}"):
        return "total"
    return next((attribute for names, attribute in _MEANINGS if name in names), None)


def cursor_at(offset: int) -> str:
    """Return the cursor of the page that begins with a row."""
    return base64.urlsafe_b64encode(f"row:{offset}".encode()).decode()

"""Reads a list page by page: by links, cursors, offsets or page numbers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode, urljoin

from contracts.client.link_header import find_link
from contracts.messages.exchange import Answer, Json
from contracts.openapi.envelopes import Listing, Steps, parts, pointer
from contracts.results.verdict import Inconclusive
from specdouble.pointers import found_at

COUNTS = ("count", "total", "totalcount", "totalitems", "totalresults")
LINKS = ("next", "nextpage", "nexturl", "nextlink", "nexthref", "nextpageurl", "odatanextlink")
CURSORS = ("nextcursor", "nextpagetoken", "nexttoken", "nextkey", "continuationtoken", "endcursor", "cursor", "after")
TAKES_CURSOR = ("cursor", "pagetoken", "after", "startingafter", "token", "continuationtoken", "marker", "pagecursor")
"""Query parameters for a cursor, if none has the name that the cursor has in the response."""
MORE = ("hasmore", "hasnext", "hasnextpage", "more")
MOST_PAGES = 100


class Reader(Protocol):
    """A client that reads lists."""

    def send(self, method: str, path: str) -> Answer:
        """Send one request."""

    def follow(self, url: object) -> Answer:
        """Read an absolute URL."""


@dataclass(frozen=True)
class NextPage:
    """The request for the next page: a URL, or a change of the query."""

    url: str = ""
    query: Mapping[str, object] = field(default_factory=dict)


def pages(
    person: Reader, path: str, listing: Listing, query: Mapping[str, object] | None = None
) -> Iterator[tuple[Answer, list[Json]]]:
    """Yield each page of a list with its rows; raise Inconclusive if the pages do not lead to the end of the list."""
    parameters, count, requested = dict(query or {}), 0, set[str]()
    answer = person.send("GET", _address(path, parameters))
    for _ in range(MOST_PAGES):
        rows = listing.of(answer)
        count += len(rows)
        yield answer, rows
        following = _next_page(answer, listing, count, bool(rows))
        if following is None:
            _require_all(answer, count)
            return
        parameters |= following.query
        address = following.url or _address(path, parameters)
        if address in requested:
            break
        requested.add(address)
        answer = person.follow(address) if following.url else person.send("GET", address)
    raise Inconclusive(f"{answer.request.line} shows {count} items, and its next pages lead to no end")


def list_rows(person: Reader, path: str, listing: Listing, query: Mapping[str, object] | None = None) -> Iterator[Json]:
    """Yield every object of a list, page by page."""
    for _, rows in pages(person, path, listing, query):
        yield from rows


def _address(path: str, query: Mapping[str, object]) -> str:
    return f"{path}?{urlencode(query, doseq=True)}" if query else path


def _next_page(answer: Answer, listing: Listing, count: int, has_rows: bool) -> NextPage | None:
    """Return the request for the next page, None if this is the last one."""
    if not answer.ok or not answer.content:
        return None
    body = answer.body
    if listing.following is not None:
        return _page_at(answer, listing, listing.following, found_at(body, listing.following))
    link = find_link(answer.headers.get("Link", ""), "next", answer.request.url)
    if link:
        return NextPage(link)
    around = [(steps, value) for steps, value in parts(body) if steps != listing.rows]
    if any(_plain(steps[-1]) in MORE and value is False for steps, value in around):
        return None
    page = _page_at_usual_place(answer, listing, around)
    if page is None and has_rows and _count(body) > count:
        return _page_by_number(answer, listing, count)
    return page


def _page_at_usual_place(answer: Answer, listing: Listing, around: list[tuple[Steps, object]]) -> NextPage | None:
    """Return the request for the next page by a link or a cursor with a usual name."""
    for name in (*LINKS, *CURSORS):
        for steps, value in around:
            page = _page_at(answer, listing, steps, value) if _plain(steps[-1]) == name else None
            if page is not None:
                return page
    return None


def _page_at(answer: Answer, listing: Listing, steps: Steps, value: object) -> NextPage | None:
    """Return the request for the next page by a value in a response: a URL, an object with one, or a cursor."""
    if isinstance(value, Mapping):
        value = next((value[key] for key in ("href", "url", "after") if key in value), None)
    if isinstance(value, str) and value.startswith(("http://", "https://", "/", "?")):
        return NextPage(urljoin(answer.request.url, value))
    if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
        return None
    return NextPage(query={_cursor_parameter(answer, listing, steps): value})


def _cursor_parameter(answer: Answer, listing: Listing, steps: Steps) -> str:
    """Return the query parameter that sends a cursor."""
    if listing.cursor is not None:
        return listing.cursor
    name = _plain(steps[-1])
    parameters = _by_plain_name(listing.parameters)
    for candidate in (name.removeprefix("next"), name, *TAKES_CURSOR):
        if candidate in parameters:
            return parameters[candidate]
    raise Inconclusive(
        f"{answer.request.line} has a cursor at {pointer(steps)}, and the document has no query parameter for it: "
        f"name it as `cursor:` under answers: in the profile"
    )


def _page_by_number(answer: Answer, listing: Listing, count: int) -> NextPage | None:
    """Return the request for the next page by its offset or its number."""
    parameters = _by_plain_name(listing.parameters)
    for name in ("offset", "skip"):
        if name in parameters:
            return NextPage(query={parameters[name]: count})
    if "page" not in parameters:
        return None
    current = re.search(rf"[?&]{re.escape(parameters['page'])}=(\d+)", answer.request.url)
    number = int(current[1]) if current else 1
    return NextPage(query={parameters["page"]: number + 1})


def _require_all(answer: Answer, count: int) -> None:
    """Raise Inconclusive if a list says that it has more rows than its pages have shown."""
    if answer.ok and answer.content and count < _count(answer.body):
        raise Inconclusive(
            f"{answer.request.line} shows {count} of more items, and no way to the rest: name the place of the address "
            f"or cursor of the next page as `next:` under answers: in the profile"
        )


def _count(body: object) -> int:
    """Return the number of rows that a response says the list has, 0 if it does not say."""
    for steps, value in parts(body):
        if _plain(steps[-1]) in COUNTS and isinstance(value, int) and not isinstance(value, bool):
            return value
    return 0


def _by_plain_name(parameters: Iterable[str]) -> dict[str, str]:
    return {_plain(parameter): parameter for parameter in parameters}


def _plain(name: str) -> str:
    """Return a name without case and separators, which differ between APIs."""
    return re.sub(r"[^a-z]", "", name.lower())

"""Reads a list page by page, by a link, a cursor, an offset or a page number."""

import re
from collections.abc import Iterator, Mapping
from typing import Protocol
from urllib.parse import urlencode, urljoin

from contracts.messages.exchange import Answer, Json
from contracts.openapi.envelopes import Listing, Steps, parts, pointer
from contracts.results.verdict import Inconclusive
from specdouble.pointers import found_at

COUNTS = ("count", "total", "totalcount", "totalitems", "totalresults")
LINKS = ("next", "nextpage", "nexturl", "nextlink", "nexthref", "nextpageurl", "odatanextlink")
CURSORS = ("nextcursor", "nextpagetoken", "nexttoken", "nextkey", "continuationtoken", "endcursor", "cursor", "after")
TAKES_CURSOR = ("cursor", "pagetoken", "after", "startingafter", "token", "continuationtoken", "marker", "pagecursor")
"""Query parameters in which a cursor goes, where none is called as it is in the answer."""
MORE = ("hasmore", "hasnext", "hasnextpage", "more")
MOST_PAGES = 100


class Reader(Protocol):
    """Somebody who reads."""

    def send(self, method: str, path: str) -> Answer:
        """Send one request."""

    def follow(self, url: object) -> Answer:
        """Read an absolute URL."""


def pages(
    person: Reader, path: str, listing: Listing, query: Mapping[str, object] | None = None
) -> Iterator[tuple[Answer, list[Json]]]:
    """Each page of a list with its rows; Inconclusive where they do not lead to its end."""
    asked, seen, met = dict(query or {}), 0, set[str]()
    answer = person.send("GET", _address(path, asked))
    for _ in range(MOST_PAGES):
        rows = listing.of(answer)
        seen += len(rows)
        yield answer, rows
        link, more = _following(answer, listing, seen, bool(rows))
        if link is None and not more:
            _insist_on_all(answer, seen)
            return
        asked |= more
        told = link or _address(path, asked)
        if told in met:
            break
        met.add(told)
        answer = person.follow(link) if link else person.send("GET", told)
    raise Inconclusive(f"{answer.request.line} shows {seen} items, and its next pages lead to no end")


def listed(person: Reader, path: str, listing: Listing, query: Mapping[str, object] | None = None) -> Iterator[Json]:
    """Every object of a list, page by page."""
    for _, rows in pages(person, path, listing, query):
        yield from rows


def _address(path: str, query: Mapping[str, object]) -> str:
    return f"{path}?{urlencode(query, doseq=True)}" if query else path


def _following(answer: Answer, listing: Listing, seen: int, goes_on: bool) -> tuple[str | None, dict[str, object]]:
    """The address of the next page, or what of the query leads to it; neither where this is the last one."""
    if not answer.ok or not answer.content:
        return None, {}
    body = answer.body
    if listing.following is not None:
        return _read(answer, listing, listing.following, found_at(body, listing.following))
    linked = re.search(r"<([^>]*)>\s*;[^,]*\brel=\"?next\b", answer.headers.get("Link", ""), re.IGNORECASE)
    if linked:
        return urljoin(answer.request.url, linked[1]), {}
    around = [(steps, value) for steps, value in parts(body) if steps != listing.rows]
    if any(_plain(steps[-1]) in MORE and value is False for steps, value in around):
        return None, {}
    for names in (LINKS, CURSORS):
        for name in names:
            for steps, value in around:
                if _plain(steps[-1]) == name and (found := _read(answer, listing, steps, value)) != (None, {}):
                    return found
    return None, _by_number(answer, listing, seen) if goes_on and _count(body) > seen else {}


def _read(answer: Answer, listing: Listing, steps: Steps, value: object) -> tuple[str | None, dict[str, object]]:
    """What leads on, by what an answer has in a place: an address, an object with one, or a cursor."""
    if isinstance(value, Mapping):
        value = next((value[each] for each in ("href", "url", "after") if each in value), None)
    if isinstance(value, str) and value.startswith(("http://", "https://", "/", "?")):
        return urljoin(answer.request.url, value), {}
    if not isinstance(value, str | int) or isinstance(value, bool) or value == "":
        return None, {}
    return None, {_parameter(answer, listing, steps): value}


def _parameter(answer: Answer, listing: Listing, steps: Steps) -> str:
    """The query parameter in which a cursor goes."""
    if listing.cursor is not None:
        return listing.cursor
    name = _plain(steps[-1])
    known = {_plain(each): each for each in listing.parameters}
    named = next((known[each] for each in (name.removeprefix("next"), name, *TAKES_CURSOR) if each in known), None)
    if named is None:
        raise Inconclusive(
            f"{answer.request.line} has a cursor at {pointer(steps)}, and the document has no query parameter for it: "
            f"name it as `cursor:` under answers: in the profile"
        )
    return named


def _by_number(answer: Answer, listing: Listing, seen: int) -> dict[str, object]:
    """What asks for the next page by its number, or by how many rows come before."""
    known = {_plain(each): each for each in listing.parameters}
    for name in ("offset", "skip"):
        if name in known:
            return {known[name]: seen}
    if "page" in known:
        now = re.search(rf"[?&]{re.escape(known['page'])}=(\d+)", answer.request.url)
        return {known["page"]: (int(now[1]) if now else 1) + 1}
    return {}


def _insist_on_all(answer: Answer, seen: int) -> None:
    if answer.ok and answer.content and seen < _count(answer.body):
        raise Inconclusive(
            f"{answer.request.line} shows {seen} of more items, and no way to the rest that is known: `next:` under "
            f"answers: in the profile says where the address or cursor of the next page is"
        )


def _count(body: object) -> int:
    counts = (value for steps, value in parts(body) if _plain(steps[-1]) in COUNTS)
    return next((each for each in counts if isinstance(each, int) and not isinstance(each, bool)), 0)


def _plain(name: str) -> str:
    """A name without what differs between its spellings."""
    return re.sub(r"[^a-z]", "", name.lower())

"""Pages, filters and searches."""

from collections.abc import Iterator
from itertools import product

from benchmarks.fidelity.cases.case import COURSES, SEARCH, Case


def lists() -> Iterator[Case]:
    """Every case about lists."""
    yield from _pages()
    yield from _filters()


def _pages() -> Iterator[Case]:
    every = "statuses=creator&statuses=manager&statuses=joined&statuses=invited"
    pages = (
        *("", "limit=2", "limit=0", "limit=-1", "limit=x", "limit=1000", "limit=2.5", "limit=", "limit=+2", "limit= 2"),
        *("offset=1", "offset=99", "offset=-1", "offset=x", "offset=", "limit=2&offset=2", "limit=2&offset=1"),
        *("limit=1&limit=2", "limit=2&other=x", "limit=1e1", "limit=%D9%A2", "offset=2&limit=3", f"limit={'9' * 30}"),
        f"offset={'9' * 30}",
    )
    for page in pages:
        yield Case("pages", f"GET own courses, {page}", "GET", f"{COURSES}?{every}&{page}")
        yield Case("pages", f"GET search, {page}", "GET", f"{SEARCH}?{page}")


def _filters() -> Iterator[Case]:
    statuses = (
        *(
            "",
            "creator",
            "manager",
            "x",
            "creator,manager",
            "creator, x",
            "[]",
            '["creator"]',
            '["x"]',
            '"creator"',
            "5",
        ),
        *("creator&statuses=manager", "null", "Creator", "{}"),
    )
    for status, path in product(statuses, (COURSES, SEARCH)):
        for name, who in (("statuses", "creator"), ("statuses[]", "joined")):
            yield Case("filters", f"GET {path}?{name}={status} as {who}", "GET", f"{path}?{name}={status}", who)
    for author in ("1", "2", "999", "x", "", "-1", "1.0", "9" * 30, "1&created_by=2"):
        yield Case("filters", f"GET own courses by {author}", "GET", f"{COURSES}?statuses=creator&created_by={author}")
    yield from _searches()


def _searches() -> Iterator[Case]:
    queries = (
        *("search=Fresh", "search=fresh", "search=resh", "search=stands", "search=nothing", "search=What+there"),
        *("search=there+What", "search=%C3%9C", "search=", "search=%00", "search=Fre%sh", "search=fresh-slug"),
        *(
            "categories=2",
            "categories=1",
            "categories=x",
            "categories=",
            "categories=[2]",
            "categories=1,2",
            "categories=2.0",
        ),
        *("categories=1&categories=2", "categories[]=2", "categories=999", f"categories={'9' * 30}", "categories=-1"),
        *("ordering=id", "ordering=-id", "ordering=x", "ordering=created_at", "ordering=-created_at", "ordering="),
        *(
            "ordering=id,-name",
            "ordering=x,id",
            "ordering=name&search=Fresh",
            "ordering=slug",
            "ordering=ID",
            "ordering=--id",
        ),
    )
    for query in queries:
        born = {"privacy": "open", "name": "Fresh Ü"}
        path = f"{SEARCH}?{query}" if "categories" not in query else f"{SEARCH}?search=Fresh&{query}"
        yield Case("filters", f"GET search, {query}", "GET", f"{path}&of={{fresh}}", born=born, value=query)

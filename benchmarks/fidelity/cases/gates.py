"""Who asks for what, at which address, and what he can read."""

from collections.abc import Iterator
from itertools import product
from typing import Any

from benchmarks.fidelity.bodies import Body
from benchmarks.fidelity.cases.case import COURSES, FRESH, NOBODY, PEOPLE, SEARCH, Case


def gates() -> Iterator[Case]:
    """Every case about gates."""
    yield from _gates()
    yield from _views()
    yield from _addresses()
    yield from _accepts()


def _gates() -> Iterator[Case]:
    for number, who in product((1, 2, 3, 4, 999), PEOPLE):
        path = f"{COURSES}{number}/"
        for method, body in (("PATCH", b'{"type": "x"}'), ("PUT", b"{}"), ("DELETE", None), ("GET", None)):
            told = f"{method} course {number} as {who}"
            yield Case("gates", told, method, path, who, Body(body) if body is not None else None)
        yield Case("gates", f"GET status of course {number} as {who}", "GET", f"{path}status/", who)
    for who in PEOPLE:
        yield Case("gates", f"POST as {who}", "POST", COURSES, who, Body(b"{}"))
        yield Case("gates", f"GET own courses as {who}", "GET", COURSES, who)
        yield Case("gates", f"GET search as {who}", "GET", SEARCH, who)
    yield from _mixed_gates()


def _mixed_gates() -> Iterator[Case]:
    """Requests with more than one thing wrong, which show the order of the gates."""
    wrongs: tuple[dict[str, Any], ...] = (
        {"who": NOBODY, "headers": {"Accept": "text/csv"}},
        {"who": "nobody", "headers": {"Accept": "text/csv"}},
        {"who": NOBODY, "body": Body(b"{", "text/plain")},
        {"who": "member", "body": Body(b"{", "text/plain")},
        {"who": "member", "headers": {"Accept": "text/csv"}},
        {"body": Body(b"{", "text/plain")},
        {"who": "member", "body": Body(b"{")},
    )
    for wrong, method, number in product(wrongs, ("PATCH", "POST", "TRACE", "GET"), (1, 3, 999)):
        told = f"{method} course {number} with {wrong}"
        yield Case("order of gates", told, method, f"{COURSES}{number}/", **{"who": "creator", **wrong})


def _views() -> Iterator[Case]:
    queries = (
        *("view=user", "view=edit", "view=dashboard", "view=x", "view=", "view=edit&view=user", "user=3", "user=999"),
        *(
            "user=x",
            "user=",
            "view=edit&user=3",
            "view=dashboard&user=3",
            "view=x&user=x",
            "user=1.0",
            "other=1",
            "user=%2B3",
        ),
    )
    for query, number, who in product(queries, (1, 2, 3), (NOBODY, "creator", "joined", "member")):
        yield Case("views", f"GET course {number}?{query} as {who}", "GET", f"{COURSES}{number}/?{query}", who)


def _addresses() -> Iterator[Case]:
    for key in ("abc", "1.0", "01", "+1", "-1", "0", "1a", "%31", "%20", "1%2F", "1;x", "9" * 30, "1%00"):
        for method in ("GET", "PATCH"):
            body = Body(b"{}") if method == "PATCH" else None
            yield Case("addresses", f"{method} course {key}", method, f"{COURSES}{key}/", body=body)
    for method, path in product(
        ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"),
        ("/api/v2/course/1", "/api/v2/course", f"{COURSES}1/status/", SEARCH, COURSES, f"{COURSES}1/nothing/", "/x/"),
    ):
        for who in (NOBODY, "creator"):
            told = f"{method} {path} as {who}"
            yield Case(
                "addresses", told, method, path, who, Body(b"{}") if method in ("POST", "PUT", "PATCH") else None
            )


def _accepts() -> Iterator[Case]:
    values = (
        *("*/*", "application/json", "application/*", "text/html", "text/*", "application/xml, application/json;q=0.5"),
        *(
            "text/html, */*;q=0.1",
            "application/json;q=0",
            "*/*;q=0",
            "application/json; indent=4",
            "",
            ",",
            "x",
            "json",
        ),
        *("application/json;charset=utf-8", "APPLICATION/JSON", "text/html;q=1, application/json;q=0"),
    )
    for accept, (method, body) in product(values, (("GET", None), ("PATCH", Body(b'{"og_title": "x"}')))):
        told = f"{method} with Accept: {accept}"
        yield Case("accept", told, method, FRESH, body=body, headers={"Accept": accept}, value=accept)

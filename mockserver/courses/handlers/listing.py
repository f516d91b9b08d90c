"""The query parameters of lists: statuses, numbers, a search and an order."""

from collections.abc import Callable, Collection, Iterable, Sequence
from operator import itemgetter
from typing import Any, TypeVar

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.errors import Invalid, Problem
from mockserver.messages import translatable
from mockserver.openapi.coercion import whole_number
from mockserver.request import parameters
from mockserver.request.pagination import page
from mockserver.store import Document

T = TypeVar("T")

_BEYOND = 10**18
"""No id is as large: keys have 64 bits."""

STATUSES = ("creator", "manager", "joined", "invited", "requested")

LEARNING = ("manager", "joined")
"""The default statuses of lists of courses and of members (MINE-02, MEMBERS-01)."""


def page_of(call: Call, rows: Sequence[T], represent: Callable[[T], Any]) -> Any:
    """Return the page of rows that the query asks for; no other row is represented."""
    return page(rows, call.query, call.request.url, represent)


def asked_number(call: Call, name: str) -> int | None:
    """Return the integer in a query parameter, None where it is absent or blank; reject anything else."""
    text = parameters.text(call.query, name).strip()
    if not text:
        return None
    number = whole_number(text)
    if number is None or abs(number) >= _BEYOND:
        raise Invalid([Problem(name, "invalid", "A valid integer is required.")])
    return number


def asked_statuses(
    call: Call, choices: Collection[str] = STATUSES, default: Iterable[str] = (), rule: str = "LIST-07"
) -> set[str]:
    """Return the statuses that a list is filtered by (LIST-06); reject an unknown one (LIST-07)."""
    statuses = parameters.as_list(call.query, "statuses")
    for value in statuses:
        if value not in choices:
            message = translatable('"{value}" is not a valid choice.', value=value)
            raise Invalid([Problem("statuses", "invalid_choice", message, rule)])
    return set(statuses or default)


def ordered(
    rows: Iterable[Document], ordering: str, sortable: Collection[str], default: str, tie: str = "id"
) -> list[Document]:
    """Sort rows by the fields between commas, descending behind a minus (LIST-08).

    Unknown fields are ignored; without a known one the default holds (LIST-09). Equal rows are in the order of ``tie``,
    in the direction of the last field (LIST-11). Null comes before any value.
    """
    fields = [term.strip() for term in ordering.split(",")]
    terms = [term for term in fields if term.removeprefix("-") in sortable] or [default]
    if terms[-1].removeprefix("-") != tie:
        terms.append(f"-{tie}" if terms[-1].startswith("-") else tie)
    result = list(rows)
    for term in reversed(terms):  # sorting is stable, so that the first field goes last
        result = _sorted(result, term.removeprefix("-"), descending=term.startswith("-"))
    return result


def _sorted(rows: list[Document], field: str, *, descending: bool) -> list[Document]:
    # Comparing plain values is several times faster than comparing pairs that put None first.
    blank = [row for row in rows if row[field] is None]
    filled = [row for row in rows if row[field] is not None] if blank else rows
    filled.sort(key=itemgetter(field), reverse=descending)
    return filled + blank if descending else blank + filled


def search_text(call: Call) -> str:
    """Return the case-folded search text, empty where there is none (LIST-10)."""
    return parameters.text(call.query, "search").strip().casefold()


def names_hold(call: Call, user: int, text: str) -> bool:
    """Return whether the username or the real name of a user holds a case-folded text."""
    person = call.state.get(entities.USERS, user) or {}
    return text in person["username"].casefold() or text in person["real_name"].casefold()

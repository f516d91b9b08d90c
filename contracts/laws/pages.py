"""What a list answers: a bare array, or a page with an array in it and perhaps a link to the next one."""

from collections.abc import Iterator, Mapping

from contracts.exchange import Answer, Json
from contracts.identifiers import found_in
from contracts.law import Context
from contracts.resources import Subject
from contracts.target import Client
from contracts.verdict import Inconclusive

ARRAYS = ("results", "items", "data")
COUNTS = ("count", "total")
MOST_PAGES = 100


def rows(answer: Answer) -> list[Json]:
    """The objects that an answer lists; the one that it is, where it lists none."""
    if not answer.ok or not answer.content:
        return []
    body = answer.body
    found = next((body[each] for each in ARRAYS if each in body), [body]) if isinstance(body, dict) else body
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def listed(person: Client, path: str, query: Mapping[str, object] | None = None) -> Iterator[Json]:
    """Every object of a list, page by page; Inconclusive where the pages do not lead to its end."""
    answer = person.get(path, **(query or {}))
    seen = 0
    for _ in range(MOST_PAGES):
        page = rows(answer)
        seen += len(page)
        yield from page
        following = answer.body.get("next") if isinstance(answer.body, dict) else None
        if not following:
            break
        answer = person.follow(following)
    _insist_on_end(answer, seen)


def _insist_on_end(answer: Answer, seen: int) -> None:
    body = answer.body if isinstance(answer.body, dict) else {}
    count = next((body[each] for each in COUNTS if isinstance(body.get(each), int)), seen)
    if seen < count or body.get("next"):
        raise Inconclusive(f"{answer.request.line} shows {seen} of more items, and no way to the rest that is known")


def rows_of(context: Context, person: Client, subject: Subject) -> list[Json]:
    """An item as it stands in the first page of its collection, if it does."""
    return [row for row in rows(person.get(subject.collection)) if is_row_of(context, subject, row)]


def is_row_of(context: Context, subject: Subject, row: Json) -> bool:
    """Whether a row of a list is an item."""
    found = found_in(row, context.target.keys(context.resource))
    return found is not None and str(found[1]) == str(subject.id)

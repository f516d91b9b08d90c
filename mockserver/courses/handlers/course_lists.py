"""Lists of courses: the caller's own, those of another user, the search, and suggestions."""

from collections.abc import Callable, Collection, Iterable
from operator import itemgetter
from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.handlers.listing import LEARNING, asked_number, asked_statuses, ordered, page_of, search_text
from mockserver.courses.representations import course as represent
from mockserver.courses.rules.roles import caller
from mockserver.courses.rules.visibility import visible_among
from mockserver.openapi.coercion import whole_number
from mockserver.request import parameters
from mockserver.store import Document

_SORTABLE = ("id", "name", "created_at")

_JOINABLE = frozenset({"open", "private"})


def get_joined_courses(call: Call) -> Any:
    """List the courses of the caller, newest join first (MINE-01 to MINE-05)."""
    rows = _courses_of(call, caller(call), asked_statuses(call, default=LEARNING))
    author = asked_number(call, "created_by")
    if author is not None:
        rows = [course for course in rows if course["created_by"] == author]
    return page_of(call, rows, lambda course: represent.course(call, course))


def get_user_courses(call: Call) -> Any:
    """List the courses of a user that the caller may know of (USERC-01 to USERC-06)."""
    rows = _courses_of(call, call.documents[0]["id"], asked_statuses(call, default=LEARNING))
    return page_of(call, rows, lambda course: represent.course_with_member_count(call, course))


def _courses_of(call: Call, user: int | None, statuses: Collection[str]) -> list[Document]:
    """Return the visible courses in which a user has one of some statuses, newest join first."""
    ties = [row for row in call.state.where(entities.MEMBERSHIPS, "user", user) if row["status"] in statuses]
    # Sorted twice, because sorting is stable: by join date, and by id where the dates are equal.
    ties.sort(key=itemgetter("course"), reverse=True)
    ties.sort(key=lambda row: row["joined_at"] or "", reverse=True)
    courses = call.state.many(entities.COURSES, [row["course"] for row in ties])
    return visible_among(call.state, courses, call.actor)


def search_courses(call: Call) -> Any:
    """List the courses that the caller may know of (SEARCH-01 to SEARCH-07)."""
    rows = visible_among(call.state, _candidates(call), call.actor)
    for keep in _filters(call):
        rows = [course for course in rows if keep(course)]
    rows = ordered(rows, parameters.text(call.query, "ordering"), _SORTABLE, "-id")
    return page_of(call, rows, lambda course: represent.course_minimal(call, course))


def _candidates(call: Call) -> Iterable[Document]:
    statuses = asked_statuses(call)
    return _courses_of(call, caller(call), statuses) if statuses else call.state.all(entities.COURSES)


def _filters(call: Call) -> list[Callable[[Document], bool]]:
    filters: list[Callable[[Document], bool]] = []
    text = search_text(call)
    if text:
        filters.append(lambda course: text in course["name"].casefold() or text in course["description"].casefold())
    values = parameters.as_list(call.query, "categories")
    if values:
        categories = {whole_number(value) for value in values}
        filters.append(lambda course: not categories.isdisjoint(course["categories"]))
    return filters


def get_course_suggestion(call: Call) -> Any:
    """List the courses that the caller could join and has no membership in, newest first (SUGG-01)."""
    user, state = caller(call), call.state
    tied = {row["course"] for row in state.where(entities.MEMBERSHIPS, "user", user)}
    rows = [row for row in state.all(entities.COURSES) if row["privacy"] in _JOINABLE and row["id"] not in tied]
    return page_of(call, rows[::-1], lambda course: represent.course(call, course))

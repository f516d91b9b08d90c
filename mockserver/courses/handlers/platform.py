"""The operations that clients start with: preferences, features, categories, and the caller."""

from collections.abc import Mapping
from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.handlers.listing import ordered, page_of, search_text
from mockserver.courses.representations import course, people
from mockserver.courses.rules.roles import logged_in
from mockserver.request import parameters
from mockserver.store import Document

ADVICE: Mapping[str, str] = {
    "/api/v2/course/{}/section/{}/lesson/": (
        "The vendor's client does so in CourseService.createCourseLesson, which takes no ids: "
        "POST to the path with the ids of course and section instead."
    ),
    "/api/v2/course/{}/subscribe/": (
        "A sample of the documentation leaves a course by this path; the operation is DELETE /api/v2/course/{id}/join/."
    ),
}
"""The shape of a path that the documentation or the vendor's client has by mistake → advice."""

_ACTIVE = {"true": True, "1": True, "false": False, "0": False}


def get_dynamic_preferences(call: Call) -> Any:
    """List the preferences of the community; some have the values of the settings."""
    rows = _matching(call, entities.PREFERENCES)
    section = parameters.text(call.query, "section")
    if section:
        rows = [row for row in rows if row["section"] == section]
    rows = ordered(rows, parameters.text(call.query, "ordering"), ("id", "section", "name"), "id")
    return page_of(call, rows, _as_it_is)


def get_features(call: Call) -> Any:
    """List the features of the community."""
    name = parameters.text(call.query, "name")
    rows = [row for row in _matching(call, entities.FEATURES) if not name or row["name"] == name]
    return page_of(call, rows, _as_it_is)


def get_categories(call: Call) -> Any:
    """List the categories of the community."""
    active = _ACTIVE.get(parameters.text(call.query, "active").lower())
    rows = [row for row in _matching(call, entities.CATEGORIES) if active is None or row["active"] is active]
    return page_of(call, rows, course.category)


def _matching(call: Call, collection: str) -> list[Document]:
    """Return the documents of a collection whose name holds the search text."""
    text = search_text(call)
    return [row for row in call.state.all(collection) if text in row["name"].casefold()]


def _as_it_is(row: Document) -> Document:
    return row


def get_me(call: Call) -> Any:
    """Show the caller and their permissions."""
    return people.me(call, logged_in(call))


def get_my_permission(call: Call) -> Any:
    """Show the permissions of the caller (COURSE-CREATE-02)."""
    return people.permission(call.state, call.state.get(entities.USERS, logged_in(call)) or {})


def get_user_settings(call: Call) -> Any:
    """Show the caller's own settings."""
    return call.documents[0]["settings"]


def get_hidden_users_id(call: Call) -> Any:
    """List the users that the caller hides: none, since the mock has no operation to hide one."""
    return []


def get_my_avatars(call: Call) -> Any:
    """List the avatars of the caller: none, since the mock has no operation to upload one."""
    return page_of(call, [], _as_it_is)

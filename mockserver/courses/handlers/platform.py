"""What clients ask for when they start: preferences, features, categories, and who is calling."""

from collections.abc import Mapping
from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.handlers.listing import ordered, page_of, words
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
"""What to tell those who ask for a path that documentation or client have by mistake, by its shape."""

_ACTIVE = {"true": True, "1": True, "false": False, "0": False}


def get_dynamic_preferences(call: Call) -> Any:
    """List the preferences of the community; those of the settings show what the settings say."""
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
    """Return the documents of a collection whose name holds what is searched for."""
    text = words(call)
    return [row for row in call.state.all(collection) if text in row["name"].casefold()]


def _as_it_is(row: Document) -> Document:
    return row


def get_me(call: Call) -> Any:
    """Show the caller to himself, with what he may do."""
    return people.me(call, logged_in(call))


def get_my_permission(call: Call) -> Any:
    """Show what the caller may do (COURSE-CREATE-02)."""
    return people.permission(call.state, call.state.get(entities.USERS, logged_in(call)) or {})


def get_user_settings(call: Call) -> Any:
    """Show one's own settings."""
    return call.documents[0]["settings"]


def get_hidden_users_id(call: Call) -> Any:
    """List the ids of those whom the caller hides; there is no way to hide anybody here."""
    return []


def get_my_avatars(call: Call) -> Any:
    """List the avatars of the caller; there is no way to upload one here."""
    return page_of(call, [], _as_it_is)

"""What the course domain stores: the names of its collections, and how one thing is found from another."""

from typing import Any

from mockserver.resources import PARENT
from mockserver.store import Document, Indexes, State

COURSES = "course"
DELETED_COURSES = "course (deleted)"
SECTIONS = "course/section"
LESSONS = "course/section/lesson"
MEMBERSHIPS = "membership"
COMPLETIONS = "completion"
CATEGORIES = "category"
PICTURES = "picture"
USERS = "user"

INDEXES: Indexes = {
    COURSES: ("name", "slug"),
    SECTIONS: (PARENT,),
    LESSONS: (PARENT,),
    MEMBERSHIPS: ("course", "user"),
    COMPLETIONS: ("member",),
}

PUBLISHED = "published"


def status(state: State, course: int, user: int | None) -> str | None:
    """Return the join status of a user in a course: creator, manager, joined, invited, requested or None."""
    if user is None:
        return None
    membership = state.get(MEMBERSHIPS, (course, user))
    return None if membership is None else str(membership["status"])


def enrol(state: State, course: int, user: int, status: str, joined_at: str | None) -> None:
    """Give a user a join status in a course; ``joined_at`` is ISO 8601, None for whoever is not inside."""
    key = (course, user)
    state.put(MEMBERSHIPS, key, {"course": course, "user": user, "status": status, "joined_at": joined_at})


def sections(state: State, course: Document) -> list[Document]:
    """Return the sections of a course in the order of its managers."""
    return state.many(SECTIONS, course["sections_order"])


def lessons(state: State, section: Document) -> list[Document]:
    """Return the lessons of a section in the order of its managers."""
    return state.many(LESSONS, section["lessons_order"])


def completions(state: State, course: int, user: int | None) -> dict[int, str]:
    """Return how far a user is: lesson id → completed or failed; a lesson that is not there is uncompleted."""
    return {row["lesson"]: row["status"] for row in state.where(COMPLETIONS, "member", (course, user))}


def complete(state: State, course: int, lesson: int, user: int, status: str, at: str) -> None:
    """Note what a user made of a lesson: completed or failed."""
    row: dict[str, Any] = {"member": (course, user), "lesson": lesson, "status": status, "at": at}
    state.put(COMPLETIONS, (lesson, user), row)

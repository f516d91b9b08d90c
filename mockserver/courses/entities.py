"""The stored entities of the course domain: the names of the collections, and queries on them."""

from collections.abc import Mapping
from typing import Any

from mockserver.openapi.resources import PARENT
from mockserver.store import Document, Indexes, State

COURSES = "course"
# A collection of its own, so that no query for courses has to skip the deleted ones.
DELETED_COURSES = "course (deleted)"
SECTIONS = "course/section"
LESSONS = "course/section/lesson"
QUESTIONS = "course/section/lesson/question"
ANSWERS = "answer"
ATTEMPTS = "course/section/lesson/attempt"
COMMENTS = "course/section/lesson/comment"
NOTICES = "notice"
MEMBERSHIPS = "membership"
COMPLETIONS = "completion"
ACTIVITIES = "activity"
CATEGORIES = "category"
MEDIAS = "media"
PICTURES = "picture"
USERS = "user"
PREFERENCES = "dynamic_preference"
FEATURES = "feature"
SETTINGS = "setting"

# The fields that handlers look documents up by; a lookup by any other field is an error.
INDEXES: Indexes = {
    COURSES: ("name", "slug"),
    DELETED_COURSES: ("name", "slug"),
    SECTIONS: (PARENT,),
    LESSONS: (PARENT,),
    QUESTIONS: (PARENT,),
    ATTEMPTS: (PARENT, "course", "learner"),
    COMMENTS: (PARENT, "course", "thread"),
    MEMBERSHIPS: ("course", "user"),
    COMPLETIONS: ("member", "lesson"),
    NOTICES: ("user",),
}

SELF_PACED = "self-paced"
PUBLISHED = "published"
QUIZ = "quiz"
COMPLETED = "completed"
FAILED = "failed"
UNCOMPLETED = "uncompleted"


def setting(state: State, name: str) -> Any:
    """Return the value of a setting; see Settings."""
    settings = state.get(SETTINGS, "community")
    return None if settings is None else settings[name]


# --- people and courses -----------------------------------------------------------------------------------------------


def membership(state: State, course: int, user: int | None) -> Document | None:
    """Return the membership of a user in a course, or None."""
    return None if user is None else state.get(MEMBERSHIPS, (course, user))


def status(state: State, course: int, user: int | None) -> str | None:
    """Return the join status of a user in a course: creator, manager, joined, invited, requested or None."""
    tie = None if user is None else state.get(MEMBERSHIPS, (course, user))
    return None if tie is None else tie["status"]


def enrol(state: State, course: int, user: int, status: str, joined_at: str | None) -> None:
    """Give a user a join status in a course; ``joined_at`` is ISO 8601, None for a user who has not joined."""
    key = (course, user)
    state.put(MEMBERSHIPS, key, {"course": course, "user": user, "status": status, "joined_at": joined_at})


def expel(state: State, course: int, user: int) -> None:
    """Remove the membership of a user in a course; their progress is kept (LEAVE-04)."""
    state.remove(MEMBERSHIPS, (course, user))


def members(state: State, course: int) -> list[Document]:
    """Return all memberships in a course."""
    return state.where(MEMBERSHIPS, "course", course)


# --- content ----------------------------------------------------------------------------------------------------------


def sections(state: State, course: Document) -> list[Document]:
    """Return the sections of a course in the order of its managers."""
    return state.many(SECTIONS, course["sections_order"])


def lessons(state: State, section: Document) -> list[Document]:
    """Return the lessons of a section in the order of its managers."""
    return state.many(LESSONS, section["lessons_order"])


def questions(state: State, lesson: Document) -> list[Document]:
    """Return the questions of a quiz in the order of its managers."""
    return state.many(QUESTIONS, lesson["questions_order"])


def path_of(document: Document) -> tuple[Any, ...]:
    """Return the keys of a document and of those above it, outermost first."""
    return (*document.get(PARENT, ()), document["id"])


def remove_section(state: State, section: Document) -> None:
    """Remove a section and all that is in it (SECTION-08)."""
    for lesson in state.where(LESSONS, PARENT, path_of(section)):
        remove_lesson(state, lesson)
    state.remove(SECTIONS, section["id"])


def remove_lesson(state: State, lesson: Document) -> None:
    """Remove a lesson with its questions, attempts, comments and completions (LESSON-11)."""
    for collection in (QUESTIONS, ATTEMPTS, COMMENTS):
        for row in state.where(collection, PARENT, path_of(lesson)):
            state.remove(collection, row["id"])
    for row in state.where(COMPLETIONS, "lesson", lesson["id"]):
        state.remove(COMPLETIONS, (lesson["id"], row["member"][1]))
    state.remove(LESSONS, lesson["id"])


# --- progress and comments --------------------------------------------------------------------------------------------


def completions(state: State, course: int, user: int | None) -> Mapping[int, str]:
    """Return the results of a user: lesson id → completed or failed; a missing lesson is uncompleted."""
    return {row["lesson"]: row["status"] for row in state.where(COMPLETIONS, "member", (course, user))}


def complete(state: State, course: int, lesson: int, user: int, status: str, at: str) -> None:
    """Store the result of a user in a lesson; a completion also counts as activity (DONE-04, ATTEMPT-16)."""
    row: dict[str, Any] = {"member": (course, user), "lesson": lesson, "status": status, "at": at}
    state.put(COMPLETIONS, (lesson, user), row)
    if status == COMPLETED:
        state.put(ACTIVITIES, (course, user), {"at": at})


def forget_completion(state: State, lesson: int, user: int) -> None:
    """Remove the result of a user in a lesson (DONE-02)."""
    state.remove(COMPLETIONS, (lesson, user))


def last_active_at(state: State, course: int, user: int) -> str | None:
    """Return when a user last completed a lesson of a course, or None (DASHU-03)."""
    activity = state.get(ACTIVITIES, (course, user))
    return None if activity is None else str(activity["at"])


def replies(state: State, comment: Document) -> list[Document]:
    """Return the replies to a comment, oldest first."""
    return thread(state, comment[PARENT][-1], comment["id"])


def thread(state: State, lesson: int, parent: int | None) -> list[Document]:
    """Return the replies to a comment, or the first-level comments of a lesson for None, oldest first."""
    return state.where(COMMENTS, "thread", (lesson, parent))

"""The representations of sections, lessons and their content."""

from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.representations._fields import LESSON, SECTION
from mockserver.courses.representations.media import medias
from mockserver.courses.representations.people import user_minimal
from mockserver.courses.representations.quiz import attempt, question
from mockserver.courses.rules.roles import caller
from mockserver.openapi.resources import PARENT
from mockserver.store import Document

Json = dict[str, Any]


def section(document: Document) -> Json:
    """The schema CourseSection."""
    return SECTION(document)


def lesson(call: Call, document: Document) -> Json:
    """The schema CourseLesson, as far as the caller is with it (LESSON-12, LESSON-13)."""
    course, section = document[PARENT]
    return {
        **LESSON(document),
        "completion_status": _completion(call, document),
        "course_id": course,
        "section_id": section,
        "html": document["text"],
        "created_at": document["created_at"],
        "created_by": user_minimal(call.state, document["created_by"]),
        "medias": medias(call, document["medias"]),
        **_examination(call, document),
    }


def _completion(call: Call, document: Document) -> str:
    completion = call.state.get(entities.COMPLETIONS, (document["id"], caller(call)))
    return entities.UNCOMPLETED if completion is None else str(completion["status"])


def _examination(call: Call, document: Document) -> Json:
    """Return the fields that only quizzes have."""
    if document["type"] != entities.QUIZ:
        return {"passing_grade": None, "questions": [], "last_attempt": None}
    attempts = call.state.where(entities.ATTEMPTS, "learner", (document["id"], caller(call)))
    return {
        "passing_grade": document["passing_grade"],
        "questions": [question(call, row) for row in entities.questions(call.state, document)],
        "last_attempt": attempt(call, attempts[-1]) if attempts else None,
    }

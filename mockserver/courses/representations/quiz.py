"""Questions, and attempts at a quiz."""

from collections.abc import Iterable
from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.representations.media import picture_url
from mockserver.courses.representations.people import user_minimal
from mockserver.courses.rules.roles import leads_course
from mockserver.openapi.resources import PARENT
from mockserver.store import Document

Json = dict[str, Any]

_ATTEMPT = ("grade", "result", "questions", "num_attempts", "passing_grade", "correct_responses")


def question(call: Call, document: Document) -> Json:
    """The schema CourseQuestion."""
    return {
        "id": document["id"],
        "type": document["type"],
        "image": picture_url(call, document["image"]),
        "text": document["text"],
        "answers": _answers(document["answers"], ("id", "text", *_hints(call))),
    }


def _hints(call: Call) -> tuple[str, ...]:
    """Return the field that marks correct answers, for leads only (QUIZ-11)."""
    return ("correct",) if leads_course(call) else ()


def _answers(answers: Iterable[Document], names: tuple[str, ...]) -> list[Json]:
    return [{name: answer[name] for name in names} for answer in answers]


def attempt(call: Call, document: Document) -> Json:
    """The schema CourseAttempt, with its own copy of the questions (ATTEMPT-11)."""
    result = {name: document[name] for name in _ATTEMPT}
    result["questions"] = [_answered(call, row) for row in document["questions"]]
    return {
        "id": document["id"],
        "created_at": document["created_at"],
        "lesson_id": document[PARENT][2],
        "user": user_minimal(call.state, document["user"]),
        "quiz_attempt": result,
    }


def _answered(call: Call, row: Document) -> Json:
    """Return a question of an attempt with its result and the selected answers (ATTEMPT-12)."""
    fields = ("id", "text", *_hints(call), "selected")
    return {**question(call, row), "answers": _answers(row["answers"], fields), "correct": row["correct"]}


def quiz_dashboard(call: Call, document: Document) -> Json:
    """The schema CourseQuizDashboard: one attempt of one user (DASHQ-01)."""
    course, section, lesson = document[PARENT]
    return {
        "id": document["id"],
        "course_id": course,
        "section_id": section,
        "lesson_id": lesson,
        "name": lesson_name(call, document),
        "created_at": document["created_at"],
        "grade": document["grade"],
        "result": document["result"],
        "user": user_minimal(call.state, document["user"]),
    }


def lesson_name(call: Call, document: Document) -> str:
    """Return the name of the quiz that was attempted."""
    lesson = call.state.get(entities.LESSONS, document[PARENT][2]) or {}
    return str(lesson["name"])

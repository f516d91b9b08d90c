"""Lessons and quizzes: create, show, change, delete, list; and how the caller gets on with them."""

from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.representations.lesson import lesson as represent
from mockserver.courses.rules.access import stamp
from mockserver.courses.rules.roles import logged_in
from mockserver.courses.seed import LESSON
from mockserver.openapi.resources import PARENT


def get_course_lessons(call: Call) -> Any:
    """List the lessons of a section in their order, drafts included (LESSON-10)."""
    return [represent(call, row) for row in entities.lessons(call.state, call.documents[1])]


def get_course_lesson(call: Call) -> Any:
    """Show a lesson (LESSON-12)."""
    return represent(call, call.documents[2])


def create_course_lesson(call: Call) -> Any:
    """Store a new lesson or quiz; it goes last (LESSON-01 to LESSON-03, LESSON-09)."""
    state, (course, section) = call.state, call.documents
    key = state.next_id(entities.LESSONS)
    lesson = {
        **LESSON,
        **call.body,
        "questions_order": [],
        "id": key,
        PARENT: (course["id"], section["id"]),
        "created_at": stamp(call.now),
        "created_by": logged_in(call),
    }
    state.put(entities.LESSONS, key, lesson)
    state.put(entities.SECTIONS, section["id"], {**section, "lessons_order": [*section["lessons_order"], key]})
    return represent(call, lesson)


def patch_course_lesson(call: Call) -> Any:
    """Change the fields in the body and no other; questions left out of their order are deleted (QUIZ-12)."""
    before = call.documents[2]
    values = dict(call.body)
    # The order of questions means nothing on another lesson (QUIZ-14).
    if before["type"] != entities.QUIZ:
        values.pop("questions_order", None)
    after = {**before, **values}
    for key in set(before["questions_order"]) - set(after["questions_order"]):
        call.state.remove(entities.QUESTIONS, key)
    call.state.put(entities.LESSONS, after["id"], after)
    return represent(call, after)


def delete_course_lesson(call: Call) -> None:
    """Remove a lesson and all that is in it (LESSON-11)."""
    _, section, lesson = call.documents
    entities.remove_lesson(call.state, lesson)
    order = [key for key in section["lessons_order"] if key != lesson["id"]]
    call.state.put(entities.SECTIONS, section["id"], {**section, "lessons_order": order})


def mark_complete_course_lesson(call: Call) -> None:
    """Tick a lesson off (DONE-01, DONE-03, DONE-04)."""
    course, _, lesson = call.documents
    entities.complete(call.state, course["id"], lesson["id"], logged_in(call), entities.COMPLETED, stamp(call.now))


def mark_incomplete_course_lesson(call: Call) -> None:
    """Let a lesson be uncompleted again (DONE-02, DONE-03, DONE-06)."""
    entities.forget_completion(call.state, call.documents[2]["id"], logged_in(call))

"""VIEW, and COURSE-CREATE, -PUT, -DEL and -GET: for each rule, a mock without it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from mockserver.call import Call
from mockserver.courses import Settings
from mockserver.courses import entities as model
from mockserver.courses.handlers import course
from mockserver.courses.representations import course as represent
from mockserver.courses.rules import access
from mockserver.courses.rules.access import Learner, Visible
from mockserver.courses.rules.roles import caller
from mockserver.courses.seed import COURSE
from mockserver.request import parameters as queries
from mockserver.store import Document, State
from tests.mutation.mutants.ways import (
    Json,
    Mutant,
    afterwards,
    answering,
    dropped,
    idle,
    patched,
    reading,
    without_keywords,
)

CREATE, SHOW, PUT = "create_course", "get_course_info", "update_course"

_SYLLABUS = access.syllabus


def _with_hollow_sections(state: State, document: Document, who: Learner, now: datetime) -> Iterator[Visible]:
    visible = {row.section["id"]: row for row in _SYLLABUS(state, document, who, now)}
    for section in model.sections(state, document):
        if section["lessons_order"]:
            yield visible.get(section["id"]) or Visible(section, False, [])


def _manages_it(call: Call, answer: Json) -> None:
    key, author = answer["id"], caller(call) or 0
    tie = model.membership(call.state, key, author) or {}
    model.enrol(call.state, key, author, "manager", tie["joined_at"])
    answer["join_status"] = "manager"


def _id_alone(call: Call, answer: Json) -> Json:
    return {"id": answer["id"]}


def _unpublished(call: Call) -> Json:
    return {name: value for name, value in call.body.items() if name != "privacy"}


def _deleted(call: Call, answer: Json) -> Json:
    return {**answer, "deleted": True}


def _edited(call: Call) -> str:
    return queries.text(call.query, "view") or "edit"


def _numbered(state: State, name: str, key: int) -> str:
    return f"course-{key}"


def _nobody_else(call: Call) -> Any:
    return caller(call)


MUTANTS: dict[str, Mutant] = {
    "VIEW-01": patched(course, "view_of", _edited),
    "VIEW-02": patched(access, "published", lambda lessons: list(lessons)),
    "VIEW-03": patched(represent, "syllabus", _with_hollow_sections),
    "VIEW-04": dropped("VIEW-04"),
    "VIEW-05": dropped("VIEW-05"),
    "VIEW-07": dropped("VIEW-07"),
    "VIEW-08": patched(course, "_emulated", _nobody_else),
    "COURSE-CREATE-01": dropped("COURSE-CREATE-01"),
    "COURSE-CREATE-02": dropped("COURSE-CREATE-02", Settings(courses_only_staff_enabled=True)),
    "COURSE-CREATE-03": without_keywords("CourseCreate", "required"),
    "COURSE-CREATE-04": answering([CREATE], _id_alone),
    "COURSE-CREATE-05": afterwards([CREATE], _manages_it),
    "COURSE-CREATE-06": patched(course, "COURSE", {**COURSE, "enforce_lessons_order": True}),
    "COURSE-CREATE-08": patched(course, "derived_slug", _numbered),
    "COURSE-CREATE-11": reading([CREATE], _unpublished),
    "COURSE-PUT-01": dropped("COURSE-PUT-01"),
    "COURSE-PUT-02": without_keywords("CourseUpdate", "required"),
    "COURSE-PUT-04": answering([PUT], _id_alone),
    "COURSE-DEL-01": idle("delete_course"),
    "COURSE-DEL-02": dropped("COURSE-DEL-02"),
    "COURSE-GET-01": answering([SHOW], _deleted),
    "COURSE-GET-02": patched(represent, "course_minimal", represent.course),
    "COURSE-GET-03": dropped("COURSE-GET-03"),
}
"""Rule id → the mock without it."""

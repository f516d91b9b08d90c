"""LESSON, ACCESS and DONE: for each rule, a mock without it."""

from typing import Any

from mockserver.call import Call
from mockserver.courses import entities as model
from mockserver.courses.handlers import lesson
from mockserver.courses.representations import lesson as represent
from mockserver.courses.rules import access
from mockserver.courses.rules.roles import caller, leads_course
from mockserver.courses.seed import LESSON
from mockserver.policy import Gate, Policy, rule
from mockserver.store import Document, State
from tests.mutation.mutants.ways import (
    Json,
    Mutant,
    afterwards,
    answering,
    dropped,
    idle,
    patched,
    policies,
    reading,
    rejecting,
    schema,
    without_keywords,
)

CREATE, READ, PATCH = "create_course_lesson", "get_course_lesson", "patch_course_lesson"
COMPLETE, INCOMPLETE = "mark_complete_course_lesson", "mark_incomplete_course_lesson"

_PUBLISHED_KEYS = access.published_keys


def _any_type(schemas: Json) -> None:
    schemas["LessonType"]["enum"] = ["lesson", "quiz", "x", "Quiz"]


def _with_text(call: Call, answer: Json) -> Json:
    return {**answer, "text": answer["html"]}


def _stands_first(call: Call, answer: Json) -> None:
    section = call.state.get(model.SECTIONS, call.documents[1]["id"]) or {}
    order = [answer["id"], *(key for key in section["lessons_order"] if key != answer["id"])]
    call.state.put(model.SECTIONS, section["id"], {**section, "lessons_order": order})


def _leaves_the_rest(state: State, document: Document) -> None:
    state.remove(model.LESSONS, document["id"])


def _graded(call: Call, answer: Json) -> Json:
    return {**answer, "passing_grade": 60} if answer["type"] == "lesson" else answer


def _in_the_order_of_making(state: State, course: Document) -> list[int]:
    return sorted(_PUBLISHED_KEYS(state, course))


@rule
def _all_before_were_tried(call: Call) -> bool:
    course, subject, user = call.documents[0], call.documents[2], caller(call)
    order = access.published_keys(call.state, course) if course["enforce_lessons_order"] else []
    before = order[: order.index(subject["id"])] if subject["id"] in order else []
    return leads_course(call) or set(before) <= set(model.completions(call.state, course["id"], user))


def _trying_is_enough(operation: str, policy: Policy) -> Policy:
    from dataclasses import replace

    gates = (Gate(_all_before_were_tried, "mutant") if gate.id == "ACCESS-04" else gate for gate in policy.allowed)
    return replace(policy, allowed=tuple(gates))


def _unlocked(call: Call, answer: Json) -> Json:
    sections = []
    for section in answer.get("sections", ()):
        lessons = [{**lesson, "locked": False} for lesson in section["lessons"]]
        sections.append({**section, "lessons": lessons})
    return {**answer, "sections": sections}


def _is_done(call: Call) -> bool:
    return call.state.get(model.COMPLETIONS, (call.documents[2]["id"], caller(call))) is not None


def without_a_trace(state: State, course: int, lesson: int, user: int, status: str, at: str) -> None:
    """Store the completion of a lesson, but not the activity of the user."""
    row: dict[str, Any] = {"member": (course, user), "lesson": lesson, "status": status, "at": at}
    state.put(model.COMPLETIONS, (lesson, user), row)


def _forgets_all(call: Call, answer: Any) -> None:
    user = caller(call) or 0
    for key in list(model.completions(call.state, call.documents[0]["id"], user)):
        model.forget_completion(call.state, key, user)


MUTANTS: dict[str, Mutant] = {
    "LESSON-01": dropped("LESSON-01"),
    "LESSON-02": schema(_any_type),
    "LESSON-03": patched(lesson, "LESSON", {**LESSON, "status": "published"}),
    "LESSON-04": answering([READ, PATCH], _with_text),
    "LESSON-05": patched(represent, "medias", lambda call, keys: list(keys)),
    "LESSON-06": reading([PATCH], lambda call: {"text": "", **call.body}),
    "LESSON-07": without_keywords("CourseLessonUpdate", "required"),
    "LESSON-08": dropped("LESSON-08"),
    "LESSON-09": afterwards([CREATE], _stands_first),
    "LESSON-10": dropped("LESSON-10"),
    "LESSON-11": patched(model, "remove_lesson", _leaves_the_rest),
    "LESSON-12": patched(represent, "_completion", lambda call, document: "uncompleted"),
    "LESSON-13": answering([READ], _graded),
    "ACCESS-01": dropped("ACCESS-01"),
    "ACCESS-02": dropped("ACCESS-02"),
    "ACCESS-03": dropped("ACCESS-03"),
    "ACCESS-04": dropped("ACCESS-04"),
    "ACCESS-05": patched(access, "published_keys", _in_the_order_of_making),
    "ACCESS-06": policies(_trying_is_enough),
    "ACCESS-07": answering(["get_course_info"], _unlocked),
    "DONE-01": idle(COMPLETE),
    "DONE-02": idle(INCOMPLETE),
    "DONE-03": rejecting([COMPLETE], _is_done, 400),
    "DONE-04": patched(model, "complete", without_a_trace),
    "DONE-05": dropped("DONE-05"),
    "DONE-06": afterwards([INCOMPLETE], _forgets_all),
}
"""Rule id → the mock without it."""

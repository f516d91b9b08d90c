"""QUIZ and ATTEMPT: for each rule, a mock without it."""

from collections.abc import Iterable, Sequence
from typing import Any

from mockserver.app import OptionsDict as Options
from mockserver.call import Call
from mockserver.courses import entities as model
from mockserver.courses.handlers import quiz
from mockserver.courses.representations import quiz as represent
from mockserver.openapi.resources import PARENT
from mockserver.store import Document
from tests.mutation.mutants.lesson import without_a_trace
from tests.mutation.mutants.ways import (
    Json,
    Mutant,
    Patch,
    answering,
    document,
    dropped,
    idle,
    patched,
    policies,
    reading,
    rejecting,
    without_keywords,
)

TRY, READ, LESSON, PUT_LESSON = (
    "make_course_quiz_attempt",
    "get_course_attempt",
    "patch_course_lesson",
    "update_course_lesson",
)

_ANSWERS = quiz._answers  # noqa: SLF001
_NOTE = quiz._note  # noqa: SLF001


def _documented_path_is_none(patch: Patch) -> tuple[Json, Options]:
    changed = document()
    for path in changed["paths"].values():
        if path.get("post", {}).get("operationId") == "create_course_question_on_lesson":
            del path["post"]
    return changed, {}


def _all_new(call: Call, answers: Iterable[Document], former: Iterable[Document]) -> list[Document]:
    return _ANSWERS(call, answers, ())


def _is_open_to_nobody(name: str, policy: Any) -> Any:
    from dataclasses import replace

    return replace(policy, allowed=()) if name.startswith("get_course_question") else policy


def _keeps_the_rest(call: Call) -> Json:
    order = call.body.get("questions_order")
    left = [key for key in call.documents[2]["questions_order"] if key not in (order or ())]
    return dict(call.body) if order is None else {**call.body, "questions_order": [*order, *left]}


def _orders_a_plain_lesson(call: Call) -> bool:
    return "questions_order" in call.body and bool(call.documents[2]["type"] == "lesson")


def _half_is_right(question: Document, selected: Sequence[int]) -> dict[str, Any]:
    answers = [{**answer, "selected": answer["id"] in selected} for answer in question["answers"]]
    return {
        **question,
        "answers": answers,
        "correct": any(answer["correct"] and answer["selected"] for answer in answers),
    }


def _passes_are_noted(call: Call, attempt: Document) -> None:
    if attempt["result"] == model.COMPLETED:
        _NOTE(call, attempt)


def _every_result_is_noted(call: Call, attempt: Document) -> None:
    key, user = attempt[PARENT][2], attempt["user"]
    model.complete(call.state, attempt["course"], key, user, attempt["result"], attempt["created_at"])


def _the_first(call: Call, answer: Json) -> Json:
    return {**answer, "quiz_attempt": {**answer["quiz_attempt"], "num_attempts": 1}}


def _as_they_are_now(call: Call, answer: Json) -> Json:
    questions = [
        {**question, "text": (call.state.get(model.QUESTIONS, question["id"]) or question)["text"]}
        for question in answer["quiz_attempt"]["questions"]
    ]
    return {**answer, "quiz_attempt": {**answer["quiz_attempt"], "questions": questions}}


def _nothing_selected(call: Call, answer: Json) -> Json:
    questions = [
        {**question, "answers": [{**choice, "selected": False} for choice in question["answers"]]}
        for question in answer["quiz_attempt"]["questions"]
    ]
    return {**answer, "quiz_attempt": {**answer["quiz_attempt"], "questions": questions}}


def _never_tried(call: Call, answer: Json) -> Json:
    return {**answer, "last_attempt": None}


MUTANTS: dict[str, Mutant] = {
    "QUIZ-01": dropped("QUIZ-01"),
    "QUIZ-02": _documented_path_is_none,
    "QUIZ-03": dropped("QUIZ-03"),
    "QUIZ-04": dropped("QUIZ-04"),
    "QUIZ-05": without_keywords("Answers", "minItems"),
    "QUIZ-06": patched(quiz, "_answers", _all_new),
    "QUIZ-07": without_keywords("CourseQuestionUpdate", "required"),
    "QUIZ-08": idle("delete_course_question"),
    "QUIZ-09": dropped("QUIZ-09"),
    "QUIZ-10": policies(_is_open_to_nobody),
    "QUIZ-11": patched(represent, "_hints", lambda call: ("correct",)),
    "QUIZ-12": reading([LESSON, PUT_LESSON], _keeps_the_rest),
    "QUIZ-13": dropped("QUIZ-13"),
    "QUIZ-14": rejecting([LESSON, PUT_LESSON], _orders_a_plain_lesson, 400),
    "QUIZ-15": without_keywords("PassingGrade", "maximum"),
    "ATTEMPT-01": dropped("ATTEMPT-01"),
    "ATTEMPT-02": dropped("ATTEMPT-02"),
    "ATTEMPT-03": without_keywords("CourseMakeAttempt", "required"),
    "ATTEMPT-04": dropped("ATTEMPT-04"),
    "ATTEMPT-05": patched(quiz, "judged", _half_is_right),
    "ATTEMPT-06": patched(quiz, "grade", lambda right, total: 100 * right // total),
    "ATTEMPT-07": patched(quiz, "result", lambda grade, passing: "completed" if grade > passing else "failed"),
    "ATTEMPT-08": patched(quiz, "_note", _passes_are_noted),
    "ATTEMPT-09": patched(quiz, "_note", _every_result_is_noted),
    "ATTEMPT-10": answering([TRY], _the_first),
    "ATTEMPT-11": answering([READ], _as_they_are_now),
    "ATTEMPT-12": answering([TRY], _nothing_selected),
    "ATTEMPT-13": dropped("ATTEMPT-13"),
    "ATTEMPT-14": answering(["get_course_lesson"], _never_tried),
    "ATTEMPT-15": dropped("ATTEMPT-15"),
    "ATTEMPT-16": patched(model, "complete", without_a_trace),
}
"""Rule id → the mock without it."""

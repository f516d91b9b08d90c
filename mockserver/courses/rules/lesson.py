"""Conditions on the bodies that create and change lessons and quizzes."""

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.policy import check


@check("LESSON-08", "type", "invalid", "A lesson stays what it was made.")
def type_of_lesson_is_kept(call: Call) -> bool:
    """A lesson does not become a quiz, nor a quiz a lesson."""
    kind = call.documents[2]["type"]
    return bool(call.body.get("type", kind) == kind)


@check("QUIZ-13", "questions_order", "invalid", "List ids of questions of this quiz, each once at most.")
def questions_order_is_known(call: Call) -> bool:
    """The order names questions of the quiz, each once; on other lessons it is ignored (QUIZ-14)."""
    order = call.body.get("questions_order")
    if order is None or _kind(call) != entities.QUIZ:
        return True
    questions = call.documents[2]["questions_order"] if len(call.documents) > 2 else []
    return len(set(order)) == len(order) and set(order) <= set(questions)


def _kind(call: Call) -> str | None:
    kind: str | None = call.documents[2]["type"] if len(call.documents) > 2 else call.body.get("type")
    return kind


@check("DONE-05", None, "invalid", "A quiz is completed by passing it: POST an attempt.")
def quiz_is_not_ticked_off(call: Call) -> bool:
    """Only passing completes a quiz."""
    return bool(call.documents[2]["type"] != entities.QUIZ)

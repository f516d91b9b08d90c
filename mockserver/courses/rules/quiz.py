"""Conditions on questions and attempts, and the grading of attempts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.errors import Problem
from mockserver.messages import translatable
from mockserver.policy import check, rule
from mockserver.store import Document

SINGLE = "single_choice"
MULTI = "multi_choice"

Response = Mapping[str, Any]
"""The response to one question: ``question_id`` and ``selected_options``."""


@rule
def lesson_is_quiz(call: Call) -> bool:
    """Only quizzes have questions and attempts (QUIZ-09, ATTEMPT-01)."""
    return bool(call.documents[2]["type"] == entities.QUIZ)


# --- questions --------------------------------------------------------------------------------------------------------


def _resulting(call: Call, field: str) -> Any:
    """Return a field of the question after the change, None where it is absent."""
    before = call.documents[3].get(field) if len(call.documents) > 3 else None
    return call.body.get(field, before)


def _correct(call: Call) -> int:
    return sum(bool(answer.get("correct")) for answer in _resulting(call, "answers") or ())


@check("QUIZ-03", "answers", "invalid", "A question of single choice has exactly one correct answer.")
def single_choice_has_one_correct(call: Call) -> bool:
    """Exactly one answer to a question of single choice is correct."""
    return _resulting(call, "type") != SINGLE or not _resulting(call, "answers") or _correct(call) == 1


@check("QUIZ-04", "answers", "invalid", "A question of multiple choice has at least one correct answer.")
def multi_choice_has_a_correct(call: Call) -> bool:
    """At least one answer to a question of multiple choice is correct."""
    return _resulting(call, "type") != MULTI or not _resulting(call, "answers") or _correct(call) >= 1


# --- attempts ---------------------------------------------------------------------------------------------------------


class _Responses:
    """A condition on the responses of an attempt."""

    field = "responses"

    @staticmethod
    def responses(call: Call) -> Sequence[Response]:
        """Return the responses in the body."""
        return call.body.get("responses") or ()

    @staticmethod
    def questions(call: Call) -> dict[int, Document]:
        """Return the questions of the quiz by their ids."""
        return {question["id"]: question for question in entities.questions(call.state, call.documents[2])}


class EveryQuestionIsAnswered(_Responses):
    """No question is left out."""

    id = "ATTEMPT-02"

    def problems(self, call: Call) -> Iterator[Problem]:
        """Yield the rejection of an attempt that leaves questions out."""
        if "responses" not in call.body:
            return
        missing = self.questions(call).keys() - {response["question_id"] for response in self.responses(call)}
        if missing:
            keys = ", ".join(map(str, sorted(missing)))
            yield Problem(
                self.field, "invalid", translatable("These questions are not answered: {keys}.", keys=keys), self.id
            )


class ResponsesFit(_Responses):
    """Each answer is to a question of this quiz, once, and selects options that the question has."""

    id = "ATTEMPT-04"

    def problems(self, call: Call) -> Iterator[Problem]:
        """Yield what is wrong with each response."""
        questions = self.questions(call)
        answered: set[int] = set()
        for response in self.responses(call):
            text = self._misfit(response, questions.get(response["question_id"]), answered)
            if text is not None:
                yield Problem(self.field, "invalid", text, self.id)
            answered.add(response["question_id"])

    @staticmethod
    def _misfit(response: Response, question: Document | None, answered: set[int]) -> str | None:
        key, selected = response["question_id"], response["selected_options"]
        if question is None:
            return translatable("This quiz has no question {key}.", key=key)
        if key in answered:
            return translatable("Question {key} is answered twice.", key=key)
        if not selected:
            return translatable("Select an answer to question {key}.", key=key)
        if question["type"] == SINGLE and len(selected) > 1:
            return translatable("Select one answer to question {key}.", key=key)
        if len(set(selected)) < len(selected) or not set(selected) <= {a["id"] for a in question["answers"]}:
            return translatable("Question {key} has no such answers; select each at most once.", key=key)
        return None


@check("ATTEMPT-15", "responses", "invalid", "This quiz has no questions yet.")
def quiz_has_questions(call: Call) -> bool:
    """A quiz without questions cannot be attempted."""
    return bool(call.documents[2]["questions_order"])


every_question_is_answered = EveryQuestionIsAnswered()
responses_fit = ResponsesFit()


def judged(question: Document, selected: Sequence[int]) -> dict[str, Any]:
    """Return a copy of a question with the selected answers; it is correct as a whole or not at all (ATTEMPT-05)."""
    selection = set(selected)
    answers = [{**answer, "selected": answer["id"] in selection} for answer in question["answers"]]
    right = all(answer["correct"] == answer["selected"] for answer in answers)
    return {**question, "answers": answers, "correct": right}


def grade(right: int, total: int) -> int:
    """Return the share of right answers in percent, rounded half up (ATTEMPT-06)."""
    # Integer arithmetic: floats would round 62.5 to 62.
    return (200 * right + total) // (2 * total)


def result(grade: int, passing_grade: int) -> str:
    """Return the result of an attempt with a grade (ATTEMPT-07)."""
    return entities.COMPLETED if grade >= passing_grade else entities.FAILED

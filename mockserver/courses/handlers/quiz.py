"""Questions of a quiz, and attempts at it."""

from collections.abc import Iterable
from typing import Any

from mockserver.call import Call
from mockserver.courses import entities
from mockserver.courses.handlers.media import keep_picture
from mockserver.courses.representations.quiz import attempt as represent_attempt
from mockserver.courses.representations.quiz import question as represent
from mockserver.courses.rules.access import stamp
from mockserver.courses.rules.quiz import grade, judged, result
from mockserver.courses.rules.roles import logged_in
from mockserver.openapi.resources import PARENT
from mockserver.store import Document


def get_course_questions(call: Call) -> Any:
    """List the questions of a quiz in their order (QUIZ-10)."""
    return [represent(call, row) for row in entities.questions(call.state, call.documents[2])]


def get_course_question(call: Call) -> Any:
    """Show a question (QUIZ-10, QUIZ-11)."""
    return represent(call, call.documents[3])


def create_course_question(call: Call) -> Any:
    """Store a new question; it goes last (QUIZ-02)."""
    state, lesson = call.state, call.documents[2]
    key = state.next_id(entities.QUESTIONS)
    question = {"image": None, **_changes(call, before=()), "id": key, PARENT: entities.path_of(lesson)}
    state.put(entities.QUESTIONS, key, question)
    state.put(entities.LESSONS, lesson["id"], {**lesson, "questions_order": [*lesson["questions_order"], key]})
    return represent(call, question)


def patch_course_question(call: Call) -> Any:
    """Change the fields in the body and no other; answers replace all answers (QUIZ-06, QUIZ-07)."""
    before = call.documents[3]
    after = {**before, **_changes(call, before=before["answers"])}
    call.state.put(entities.QUESTIONS, after["id"], after)
    return represent(call, after)


def _changes(call: Call, before: Iterable[Document]) -> dict[str, Any]:
    values = dict(call.body)
    if "answers" in values:
        values["answers"] = _answers(call, values["answers"], before)
    if "image" in values:
        values["image"] = keep_picture(call.state, values["image"])
    return values


def _answers(call: Call, answers: Iterable[Document], before: Iterable[Document]) -> list[Document]:
    """Return answers as they are stored: each keeps the id of an answer to this question, or gets a new one."""
    # An id that is used twice would make two answers one.
    free = {answer["id"] for answer in before}
    result: list[Document] = []
    for answer in answers:
        key = answer.get("id")
        if key in free:
            free.discard(key)
        else:
            key = call.state.next_id(entities.ANSWERS)
        result.append({"id": key, "text": answer["text"], "correct": bool(answer.get("correct"))})
    return result


def delete_course_question(call: Call) -> None:
    """Remove a question; attempts keep their copy of it (QUIZ-08, ATTEMPT-11)."""
    lesson, question = call.documents[2:]
    call.state.remove(entities.QUESTIONS, question["id"])
    order = [key for key in lesson["questions_order"] if key != question["id"]]
    call.state.put(entities.LESSONS, lesson["id"], {**lesson, "questions_order": order})


# --- attempts ---------------------------------------------------------------------------------------------------------


def get_course_attempt(call: Call) -> Any:
    """Show an attempt (ATTEMPT-13)."""
    return represent_attempt(call, call.documents[3])


def make_course_quiz_attempt(call: Call) -> Any:
    """Mark the answers to a quiz and keep them; a pass completes the lesson (ATTEMPT-01 to ATTEMPT-10)."""
    state, lesson, user = call.state, call.documents[2], logged_in(call)
    attempt = {
        **_marked(call, lesson),
        "id": state.next_id(entities.ATTEMPTS),
        PARENT: entities.path_of(lesson),
        "course": call.documents[0]["id"],
        "learner": (lesson["id"], user),
        "user": user,
        "created_at": stamp(call.now),
        "num_attempts": 1 + len(state.where(entities.ATTEMPTS, "learner", (lesson["id"], user))),
    }
    state.put(entities.ATTEMPTS, attempt["id"], attempt)
    _note(call, attempt)
    return represent_attempt(call, attempt)


def _marked(call: Call, lesson: Document) -> dict[str, Any]:
    selected = {response["question_id"]: response["selected_options"] for response in call.body["responses"]}
    questions = [judged(_copied(row), selected[row["id"]]) for row in entities.questions(call.state, lesson)]
    right = sum(question["correct"] for question in questions)
    reached = grade(right, len(questions))
    return {
        "grade": reached,
        "result": result(reached, lesson["passing_grade"]),
        "questions": questions,
        "passing_grade": lesson["passing_grade"],
        "correct_responses": right,
    }


def _copied(question: Document) -> dict[str, Any]:
    return {name: value for name, value in question.items() if name != PARENT}


def _note(call: Call, attempt: Document) -> None:
    """Let the result count for the lesson; a pass is not lost by a later failure (ATTEMPT-08, ATTEMPT-09)."""
    course, lesson, user = attempt["course"], attempt[PARENT][2], attempt["user"]
    before = call.state.get(entities.COMPLETIONS, (lesson, user))
    if attempt["result"] == entities.COMPLETED or before is None or before["status"] != entities.COMPLETED:
        entities.complete(call.state, course, lesson, user, attempt["result"], attempt["created_at"])

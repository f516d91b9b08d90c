"""Courses made through the front door, and the paths to what is in them."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.mockserver.support import COURSES, PEOPLE, Mock


def make(caller: httpx.Client, collection: str, **fields: Any) -> str:
    """Create something; return the path of what was created."""
    answer = caller.post(collection, json=fields)
    assert answer.status_code == 201, answer.text
    return f"{collection}{answer.json()['id']}/"


def key(path: str) -> int:
    """The id at the end of a path."""
    return int(path.rstrip("/").rpartition("/")[2])


def results(answer: httpx.Response) -> list[dict[str, Any]]:
    """The rows of a page."""
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["results"]
    return rows


def names(answer: httpx.Response) -> list[str]:
    """The usernames on a page of people."""
    return [row["username"] for row in results(answer)]


@dataclass(frozen=True)
class Taught:
    """The paths of a course with one section, and of its lessons."""

    course: str
    section: str
    lessons: tuple[str, ...]


def teach(author: httpx.Client, lessons: int = 2, section: dict[str, Any] | None = None, **fields: Any) -> Taught:
    """Make an open course with one section of published lessons."""
    number = len(results(author.get(COURSES, params={"statuses": "creator", "limit": 100})))
    new = {"name": f"Taught {number}", "type": "self-paced", "privacy": "open", **fields}
    course = make(author, COURSES, **new)
    inside = make(author, f"{course}section/", name="Section", **(section or {}))
    made = [add_lesson(author, inside, name=f"Lesson {n}") for n in range(1, lessons + 1)]
    return Taught(course, inside, tuple(made))


def add_lesson(author: httpx.Client, section: str, **fields: Any) -> str:
    """Make a lesson, published unless said otherwise."""
    return make(author, f"{section}lesson/", **{"name": "Lesson", "type": "lesson", "status": "published", **fields})


def single(text: str = "One?", **fields: Any) -> dict[str, Any]:
    """A question of single choice, its first answer correct."""
    answers = [{"text": "right", "correct": True}, {"text": "wrong"}]
    return {"type": "single_choice", "text": text, "answers": answers, **fields}


def multi(text: str = "Some?", **fields: Any) -> dict[str, Any]:
    """A question of multiple choice, its first two answers correct."""
    answers = [{"text": "right", "correct": True}, {"text": "right too", "correct": True}, {"text": "wrong"}]
    return {"type": "multi_choice", "text": text, "answers": answers, **fields}


def examine(author: httpx.Client, section: str, *questions: dict[str, Any], **fields: Any) -> str:
    """Make a published quiz with some questions."""
    quiz = add_lesson(author, section, **{"name": "Quiz", "type": "quiz", **fields})
    for question in questions:
        make(author, f"{quiz}question/", **question)
    return quiz


def solve(author: httpx.Client, quiz: str, right: int | None = None) -> list[dict[str, Any]]:
    """Responses to every question of a quiz: the first ``right`` are right, all of them unless said otherwise."""
    asked = author.get(f"{quiz}question/").json()
    return [_response(question, right is None or at < right) for at, question in enumerate(asked)]


def _response(question: dict[str, Any], right: bool) -> dict[str, Any]:
    chosen = [answer["id"] for answer in question["answers"] if answer["correct"] is right]
    return {"question_id": question["id"], "selected_options": chosen}


def attempt(caller: httpx.Client, quiz: str, responses: list[dict[str, Any]]) -> dict[str, Any]:
    """Try a quiz; return the attempt."""
    answer = caller.post(f"{quiz}attempt/", json={"responses": responses})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def enrol(author: httpx.Client, course: str, **lists: list[str]) -> None:
    """Give people roles, by the names of the lists."""
    body = {name: [PEOPLE[person] for person in people] for name, people in lists.items()}
    assert author.post(f"{course}role/", json=body).status_code == 204


def tie(mock: Mock, course: str, person: str) -> str | None:
    """What somebody is in a course, as its creator sees it."""
    body = mock.as_("creator").get(course, params={"user": PEOPLE[person]}).json()
    status: str | None = body["join_status"]
    return status


def progress(mock: Mock, course: str, person: str) -> dict[str, Any]:
    """The line of somebody in the dashboard of a course."""
    rows = results(mock.as_("creator").get(f"{course}users/", params={"statuses": "creator,manager,joined"}))
    return next(row for row in rows if row["username"] == person)


def asked(caller: httpx.Client, quiz: str) -> list[dict[str, Any]]:
    """The questions of a quiz."""
    found: list[dict[str, Any]] = caller.get(f"{quiz}question/").json()
    return found


def first(caller: httpx.Client, quiz: str) -> str:
    """The path of the first question."""
    return f"{quiz}question/{asked(caller, quiz)[0]['id']}/"

"""The first courses: four that differ in who sees them, then one for each way of learning."""

from collections.abc import Mapping
from typing import Any

from mockserver.courses import entities
from mockserver.courses.seed.defaults import COURSE, JOINED, LESSON, SECTION, START
from mockserver.courses.seed.people import STATUSES
from mockserver.courses.seed.platform import CATEGORIES
from mockserver.openapi.resources import PARENT
from mockserver.store import State

FIRST_COURSES = (
    ("Open course", "open", "A course for everybody."),
    ("Private course", "private", "Ask to be let in."),
    ("Secret course", "secret", "Only the invited know."),
    ("Draft course", "", "Not published yet."),
)

INSIDE = frozenset({"creator", "manager", "joined"})

CREATOR, MANAGER, LEARNER = 1, 2, 3

Changes = Mapping[str, Any]
"""The fields that differ from the defaults."""


def plant(state: State) -> None:
    """Create the courses, in the order of their ids."""
    for name, privacy, description in FIRST_COURSES:
        _first_course(state, name, privacy, description)
    _structured_course(state)
    _scheduled_course(state)
    _examined_course(state)


def _first_course(state: State, name: str, privacy: str, description: str) -> None:
    key = state.next_id(entities.COURSES)
    published = {"status": entities.PUBLISHED}
    order = [
        _section(state, key, "Basics", {"Welcome": published, "First steps": published}),
        _section(state, key, "Practice", {"Exercise": published}),
        _section(state, key, "In preparation", {"Outlook": {}}),
    ]
    values = {
        "privacy": privacy,
        "description": description,
        "categories": [1 + (key - 1) % len(CATEGORIES)],
        "picture": _picture(state, key),
    }
    _course(state, key, name, order, values)
    for user, status in enumerate(STATUSES, start=1):
        entities.enrol(state, key, user, status, JOINED if status in INSIDE else None)


def _structured_course(state: State) -> None:
    """Three sections that open one after the other, counted from the day on which a user joins."""
    key = state.next_id(entities.COURSES)
    published = {"status": entities.PUBLISHED}
    order = [
        _section(state, key, f"Day {days + 1}", {f"Lesson of day {days + 1}": published}, drip_delay=days)
        for days in (0, 1, 7)
    ]
    _course(state, key, "Structured course", order, {"privacy": "open", "type": "structured"})
    _enrol_leads(state, key)


def _scheduled_course(state: State) -> None:
    """Three sections: one that is open, one without a date, and one that opens in a far future."""
    key = state.next_id(entities.COURSES)
    published = {"status": entities.PUBLISHED}
    order = [
        _section(state, key, "Opened", {"Today": published}, dripped_at=START),
        _section(state, key, "Without a date", {"Any day": published}),
        _section(state, key, "Later", {"One day": published}, dripped_at="2100-01-01T00:00:00Z"),
    ]
    _course(state, key, "Scheduled course", order, {"privacy": "open", "type": "scheduled"})
    _enrol_leads(state, key)


def _examined_course(state: State) -> None:
    """A lesson, a quiz and what comes after, to be learned in this order; one user has begun."""
    key = state.next_id(entities.COURSES)
    media = _media(state)
    lessons: dict[str, Changes] = {
        "Read": {"status": entities.PUBLISHED, "medias": [media], "text": "<p>Yeast lives on sugar.</p>"},
        "Answer": {"status": entities.PUBLISHED, "type": entities.QUIZ},
        "Go on": {"status": entities.PUBLISHED},
    }
    section = _section(state, key, "Examination", lessons)
    values = {"privacy": "open", "enforce_lessons_order": True}
    _course(state, key, "Course with a quiz", [section], values)
    _enrol_leads(state, key)
    entities.enrol(state, key, LEARNER, "joined", JOINED)
    read, quiz, _ = entities.lessons(state, state.get(entities.SECTIONS, section) or {})
    _questions(state, quiz)
    entities.complete(state, key, read["id"], LEARNER, entities.COMPLETED, "2025-01-08T09:00:00Z")
    first = _comment(state, read, LEARNER, "<p>Which sugar?</p>", None, "2025-01-08T10:00:00Z")
    _comment(state, read, MANAGER, "<p>Every kind.</p>", first, "2025-01-08T11:00:00Z")


def _enrol_leads(state: State, course: int) -> None:
    entities.enrol(state, course, CREATOR, "creator", JOINED)
    entities.enrol(state, course, MANAGER, "manager", JOINED)


def _course(state: State, key: int, name: str, sections_order: list[int], changes: Changes) -> None:
    state.put(
        entities.COURSES,
        key,
        {
            **COURSE,
            "id": key,
            "name": name,
            "slug": name.lower().replace(" ", "-"),
            "type": "self-paced",
            "sections_order": sections_order,
            "categories": [],
            "created_at": START,
            "created_by": CREATOR,
            **changes,
        },
    )


def _picture(state: State, course: int) -> str:
    token = f"start-{course}"
    state.put(entities.PICTURES, token, {"content": None, "text": token})
    return token


def _section(state: State, course: int, name: str, lessons: Mapping[str, Changes], **changes: Any) -> int:
    key = state.next_id(entities.SECTIONS)
    order = [_lesson(state, course, key, lesson, values) for lesson, values in lessons.items()]
    row = {**SECTION, "id": key, PARENT: (course,), "name": name, "lessons_order": order, **changes}
    state.put(entities.SECTIONS, key, row)
    return key


def _lesson(state: State, course: int, section: int, name: str, changes: Changes) -> int:
    key = state.next_id(entities.LESSONS)
    row = {
        **LESSON,
        "id": key,
        PARENT: (course, section),
        "name": name,
        "type": "lesson",
        "text": f"<p>{name}</p>",
        "created_at": START,
        "created_by": CREATOR,
        **changes,
    }
    state.put(entities.LESSONS, key, row)
    return key


def _questions(state: State, quiz: Mapping[str, Any]) -> None:
    order = [
        _question(state, quiz, "single_choice", "What do yeasts eat?", {"Sugar": True, "Salt": False}),
        _question(state, quiz, "multi_choice", "Which are grains?", {"Rye": True, "Spelt": True, "Yeast": False}),
    ]
    state.put(entities.LESSONS, quiz["id"], {**quiz, "questions_order": order})


def _question(state: State, quiz: Mapping[str, Any], kind: str, text: str, answers: Mapping[str, bool]) -> int:
    key = state.next_id(entities.QUESTIONS)
    stored = [
        {"id": state.next_id(entities.ANSWERS), "text": answer, "correct": right} for answer, right in answers.items()
    ]
    row = {"id": key, PARENT: entities.path_of(quiz), "type": kind, "image": None, "text": text, "answers": stored}
    state.put(entities.QUESTIONS, key, row)
    return key


def _media(state: State) -> int:
    key = state.next_id(entities.MEDIAS)
    row = {
        "id": key,
        "added_at": START,
        "type": "url",
        "title": "Yeast",
        "description": "",
        "url": "https://example.org/yeast",
        "image": None,
        "image_width": None,
        "image_height": None,
        "order": 0,
        "embed": None,
        "user": CREATOR,
    }
    state.put(entities.MEDIAS, key, row)
    return key


def _comment(state: State, lesson: Mapping[str, Any], user: int, text: str, parent: int | None, at: str) -> int:
    key = state.next_id(entities.COMMENTS)
    row = {
        "id": key,
        PARENT: entities.path_of(lesson),
        "course": lesson[PARENT][0],
        "thread": (lesson["id"], parent),
        "user": user,
        "text": text,
        "parent": parent,
        "in_reply_to": None,
        "medias": [],
        "created_at": at,
    }
    state.put(entities.COMMENTS, key, row)
    return key

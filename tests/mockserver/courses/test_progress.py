"""What is seen of a course in which somebody has begun to learn; the world starts with it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from mockserver import courses
from mockserver.courses import entities
from mockserver.store import State
from tests.mockserver.support import OPEN, PEOPLE, Mock, course

DONE, HIDDEN = 1, 2
"""The first lesson of the open course, which is completed, and the second, which becomes a draft."""


def begin(state: State) -> None:
    """Let the person who joined complete a lesson of the open course, and make another one a draft."""
    entities.complete(state, OPEN, DONE, PEOPLE["joined"], "completed", "2025-01-08T09:00:00Z")
    lesson = state.get(entities.LESSONS, HIDDEN) or {}
    state.put(entities.LESSONS, HIDDEN, {**lesson, "status": "draft"})


@pytest.fixture(scope="module")
def begun() -> Iterator[Mock]:
    domain = courses.domain(courses.Settings())

    def seed(state: State) -> None:
        domain.initial_state.seed(state)
        begin(state)

    mock = Mock(domain=replace(domain, initial_state=replace(domain.initial_state, seed=seed)))
    yield mock
    mock.close()


@pytest.fixture
def learning(begun: Mock) -> Mock:
    """A mock in whose open course somebody has begun to learn."""
    begun.reset()
    return begun


def lessons(body: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """The lessons of a course by their ids."""
    return {lesson["id"]: lesson for section in body["sections"] for lesson in section["lessons"]}


@pytest.mark.rule("VIEW-02")
@pytest.mark.parametrize("person", ["joined", "creator", "member", "anon"])
def test_a_draft_among_published_lessons_is_left_out(learning: Mock, person: str) -> None:
    body = learning.as_(person).get(course(OPEN)).json()
    assert DONE in lessons(body)
    assert HIDDEN not in lessons(body)
    assert body["num_lessons"] == len(lessons(body))


@pytest.mark.rule("VIEW-04")
def test_the_view_edit_has_the_draft(learning: Mock) -> None:
    body = learning.as_("creator").get(course(OPEN), params={"view": "edit"}).json()
    assert lessons(body)[HIDDEN]["status"] == "draft"


@pytest.mark.rule("VIEW-08")
def test_seen_as_another_user_the_course_shows_what_that_user_has_completed(learning: Mock) -> None:
    own = learning.as_("joined").get(course(OPEN)).json()
    assert (own["num_lessons_completed"], lessons(own)[DONE]["completion_status"]) == (1, "completed")
    assert 0 < own["user_completion_rate"] < 100
    manager = learning.as_("manager")
    seen = manager.get(course(OPEN), params={"user": str(PEOPLE["joined"])}).json()
    assert seen == own
    plain = manager.get(course(OPEN)).json()
    assert (plain["num_lessons_completed"], plain["user_completion_rate"]) == (0, 0)
    assert lessons(plain)[DONE]["completion_status"] == "uncompleted"


@pytest.mark.rule("VIEW-05")
def test_the_dashboard_has_the_mean_of_all_who_learn(learning: Mock) -> None:
    own = learning.as_("joined").get(course(OPEN)).json()["user_completion_rate"]
    watched = learning.as_("creator").get(course(OPEN), params={"view": "dashboard"}).json()
    # The one who joined and the manager learn; the manager has not begun.
    assert watched["avg_completion_rate"] == (own + 1) // 2


@pytest.mark.rule("COURSE-PATCH-32", "COURSE-PATCH-44")
def test_what_follows_a_completed_lesson_is_open(learning: Mock) -> None:
    learning.as_("creator").patch(course(OPEN), json={"enforce_lessons_order": True, "user_completion_rate": 100})
    [first, second, *rest] = lessons(learning.as_("joined").get(course(OPEN)).json()).values()
    assert (first["locked"], second["locked"], [lesson["locked"] for lesson in rest]) == (
        False,
        False,
        [True] * len(rest),
    )
    strangers = [lesson["locked"] for lesson in lessons(learning.as_("member").get(course(OPEN)).json()).values()]
    assert strangers == [False] + [True] * (len(strangers) - 1)

from typing import Any

import httpx
import pytest

from mockserver.courses.rules.access import rate
from mockserver.courses.rules.quiz import grade
from tests.mockserver.conftest import As
from tests.mockserver.courses.support.fixtures import Taught, add_lesson, enrol, make, teach
from tests.mockserver.support import COURSES


def shown(caller: httpx.Client, path: str, **query: Any) -> dict[str, Any]:
    body: dict[str, Any] = caller.get(path, params=query).json()
    return body


@pytest.mark.rule("DERIVED-01")
def test_the_rate_is_the_share_of_published_lessons_that_one_has_completed(
    as_: As, creator: httpx.Client, joined: httpx.Client
) -> None:
    made = teach(creator, lessons=4)
    joined.post(f"{made.course}join/")
    joined.post(f"{made.lessons[0]}complete/")
    assert shown(joined, made.course)["user_completion_rate"] == 25
    mine = next(row for row in joined.get(COURSES).json()["results"] if f"{COURSES}{row['id']}/" == made.course)
    assert mine["user_completion_rate"] == 25
    for person in ("creator", "member", "anon"):
        assert shown(as_(person), made.course)["user_completion_rate"] == 0


@pytest.mark.rule("DERIVED-01")
def test_the_rate_is_none_without_lessons_or_without_membership(creator: httpx.Client, joined: httpx.Client) -> None:
    made = teach(creator, lessons=1)
    joined.post(f"{made.course}join/")
    joined.post(f"{made.lessons[0]}complete/")
    joined.delete(f"{made.course}join/")
    assert shown(joined, made.course)["user_completion_rate"] == 0
    joined.post(f"{made.course}join/")
    creator.delete(made.lessons[0])
    assert shown(joined, made.course)["user_completion_rate"] == 0


@pytest.mark.rule("DERIVED-02", "DERIVED-03", "DERIVED-04", "DERIVED-05")
def test_a_draft_counts_in_the_view_edit_alone(creator: httpx.Client, joined: httpx.Client, taught: Taught) -> None:
    joined.post(f"{taught.lessons[0]}complete/")
    user, edit = shown(joined, taught.course), shown(creator, taught.course, view="edit")
    assert (user["num_lessons"], user["num_sections"], user["num_lessons_completed"]) == (2, 1, 1)
    assert (user["sections"][0]["num_lessons"], user["sections"][0]["num_lessons_completed"]) == (2, 1)
    add_lesson(creator, taught.section, status="draft")
    add_lesson(creator, make(creator, f"{taught.course}section/", name="Drafts"), status="draft")
    after = shown(joined, taught.course)
    counts = ("num_lessons", "num_sections", "num_lessons_completed", "sections", "user_completion_rate")
    lessons = {name: after[name] for name in counts if name != "sections"}
    assert lessons == {name: user[name] for name in counts if name != "sections"}
    assert after["sections"][0]["num_lessons"] == 2
    later = shown(creator, taught.course, view="edit")
    assert (later["num_lessons"], later["num_sections"]) == (edit["num_lessons"] + 2, edit["num_sections"] + 1)
    assert [section["num_lessons"] for section in later["sections"]] == [3, 1]


@pytest.mark.rule("DERIVED-06")
def test_the_average_is_that_of_participants_and_managers(creator: httpx.Client, as_: As) -> None:
    made = teach(creator)
    assert shown(creator, made.course, view="dashboard")["avg_completion_rate"] == 0
    enrol(creator, made.course, joined=["joined"], managers=["manager"])
    as_("joined").post(f"{made.lessons[0]}complete/")
    as_("creator").post(f"{made.lessons[0]}complete/")
    assert shown(creator, made.course, view="dashboard")["avg_completion_rate"] == 25


@pytest.mark.rule("DERIVED-07")
@pytest.mark.parametrize("how", ["unpublished", "deleted"])
def test_rates_follow_at_once(creator: httpx.Client, joined: httpx.Client, taught: Taught, how: str) -> None:
    joined.post(f"{taught.lessons[0]}complete/")
    assert shown(joined, taught.course)["user_completion_rate"] == 50
    if how == "deleted":
        creator.delete(taught.lessons[1])
    else:
        creator.patch(taught.lessons[1], json={"status": "draft"})
    assert shown(joined, taught.course)["user_completion_rate"] == 100


@pytest.mark.rule("DERIVED-09")
def test_the_order_holds_sections_without_published_lessons_too(creator: httpx.Client, taught: Taught) -> None:
    make(creator, f"{taught.course}section/", name="Empty")
    listed = [row["id"] for row in creator.get(f"{taught.course}section/").json()]
    assert shown(creator, taught.course)["sections_order"] == listed
    assert len(listed) == 2
    assert shown(creator, taught.course, view="edit")["sections_order"] == listed


@pytest.mark.rule("DERIVED-10")
@pytest.mark.parametrize(
    ("done", "total", "percent"),
    [(199, 200, 99), (1, 200, 1), (1, 8, 13), (3, 3, 100), (0, 3, 0), (0, 0, 0), (2, 3, 67)],
)
def test_rates_are_rounded_half_up_and_not_full_before_all_is_done(done: int, total: int, percent: int) -> None:
    assert rate(done, total) == percent


@pytest.mark.rule("ATTEMPT-06")
@pytest.mark.parametrize(("right", "asked", "percent"), [(199, 200, 100), (1, 200, 1), (1, 201, 0), (1, 1, 100)])
def test_grades_are_rounded_half_up(right: int, asked: int, percent: int) -> None:
    assert grade(right, asked) == percent

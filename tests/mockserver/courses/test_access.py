from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support.fixtures import (
    Taught,
    add_lesson,
    attempt,
    enrol,
    examine,
    key,
    make,
    single,
    solve,
    teach,
)
from tests.mockserver.support import Mock, outcome

MISSING = (404, [(None, "not_found")])

PARTS = [
    ("GET", ""),
    ("POST", "complete/"),
    ("POST", "incomplete/"),
    ("GET", "comment/"),
    ("POST", "comment/"),
    ("GET", "question/"),
    ("POST", "attempt/"),
]
"""What a learner does with a quiz."""


def refused(answer: httpx.Response) -> tuple[int, str | None]:
    """The status of a refusal, and the rule that refused."""
    return answer.status_code, answer.headers.get("X-Mock-Rule")


def locks(caller: httpx.Client, path: str) -> dict[int, bool]:
    """Which lessons of a course are shown as locked."""
    sections = caller.get(path).json()["sections"]
    return {lesson["id"]: lesson["locked"] for section in sections for lesson in section["lessons"]}


def set_clock(mock: Mock, moment: str) -> None:
    assert mock.client().post("/__mock__/clock", json={"set": moment, "freeze": True}).status_code == 200


# --- who, and what is published ---------------------------------------------------------------------------------------


@pytest.mark.rule("ACCESS-01", "QUIZ-10", "ATTEMPT-01", "COMMENT-01", "COMMENT-07", "VIS-05")
@pytest.mark.parametrize(("method", "tail"), PARTS)
def test_lessons_are_for_those_inside(as_: As, creator: httpx.Client, taught: Taught, method: str, tail: str) -> None:
    quiz = examine(creator, taught.section, single())
    creator.post(f"{taught.course}invite/", json={"users": [4]})
    for person in ("invited", "member", "staff"):
        answer = as_(person).request(method, quiz + tail, json={"text": "x"})
        assert refused(answer) == (403, "ACCESS-01"), person
    assert refused(as_("anon").request(method, quiz + tail)) == (401, "ACCESS-01")


@pytest.mark.rule("ACCESS-02")
@pytest.mark.parametrize(("method", "tail"), PARTS)
def test_a_draft_exists_for_leads_alone(
    creator: httpx.Client, manager: httpx.Client, joined: httpx.Client, taught: Taught, method: str, tail: str
) -> None:
    quiz = examine(creator, taught.section, single(), status="draft")
    answer = joined.request(method, quiz + tail)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (MISSING, "ACCESS-02")
    for lead in (creator, manager):
        assert lead.request(method, quiz + tail, json={"text": "x"}).status_code in {200, 201, 204, 400}


# --- drip -------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DRIP-01", "DRIP-06", "DRIP-07")
def test_in_a_self_paced_course_everything_is_open(joined: httpx.Client, taught: Taught) -> None:
    section = joined.get(taught.course).json()["sections"][0]
    assert (section["locked"], section["available_date"]) == (False, None)
    assert all(joined.get(lesson).status_code == 200 for lesson in taught.lessons)


@pytest.fixture
def structured(creator: httpx.Client) -> Taught:
    """A course whose section opens a day after joining, at noon of the fourth of March for the one who joined."""
    made = teach(creator, type="structured", section={"drip_delay": 1})
    enrol(creator, made.course, joined=["joined"], managers=["manager"])
    return made


@pytest.mark.rule("DRIP-02", "ACCESS-03")
@pytest.mark.parametrize(
    ("moment", "status"),
    [
        ("2025-03-03T12:00:00Z", 403),
        ("2025-03-04T11:59:59.999999Z", 403),
        ("2025-03-04T12:00:00Z", 200),
        ("2025-03-05T12:00:00Z", 200),
    ],
)
def test_a_structured_section_opens_days_after_joining_to_the_instant(
    mock: Mock, joined: httpx.Client, structured: Taught, moment: str, status: int
) -> None:
    set_clock(mock, moment)
    answer = joined.get(structured.lessons[0])
    assert refused(answer) == ((403, "ACCESS-03") if status == 403 else (200, None))
    section = joined.get(structured.course).json()["sections"][0]
    assert (section["locked"], section["available_date"]) == (status == 403, "2025-03-04T12:00:00Z")


@pytest.mark.rule("DRIP-03", "DRIP-06", "DRIP-07", "ACCESS-03")
@pytest.mark.parametrize(
    ("moment", "status"), [("2025-06-01T07:59:59Z", 403), ("2025-06-01T08:00:00Z", 200), ("2026-01-01T00:00:00Z", 200)]
)
def test_a_scheduled_section_opens_at_its_moment_to_the_instant(
    mock: Mock, creator: httpx.Client, joined: httpx.Client, moment: str, status: int
) -> None:
    made = teach(creator, type="scheduled", section={"dripped_at": "2025-06-01T10:00:00+02:00"})
    enrol(creator, made.course, joined=["joined"])
    set_clock(mock, moment)
    assert joined.get(made.lessons[0]).status_code == status
    section = joined.get(made.course).json()["sections"][0]
    assert (section["locked"], section["available_date"]) == (status == 403, "2025-06-01T08:00:00Z")


@pytest.mark.rule("DRIP-04")
def test_a_scheduled_section_without_a_moment_is_open(creator: httpx.Client, joined: httpx.Client) -> None:
    made = teach(creator, type="scheduled", section={"drip_delay": 9})
    enrol(creator, made.course, joined=["joined"])
    assert joined.get(made.lessons[0]).status_code == 200


@pytest.mark.rule("DRIP-05")
@pytest.mark.parametrize(("method", "tail"), PARTS[:5])
def test_leads_do_not_wait(as_: As, structured: Taught, method: str, tail: str) -> None:
    for lead in ("creator", "manager"):
        answer = as_(lead).request(method, structured.lessons[0] + tail, json={"text": "x"})
        assert answer.status_code in {200, 201, 204}, answer.text
    assert refused(as_("joined").request(method, structured.lessons[0] + tail)) == (403, "ACCESS-03")


@pytest.mark.rule("DRIP-05")
def test_for_leads_no_section_is_shown_as_locked(as_: As, structured: Taught) -> None:
    for lead in ("creator", "manager"):
        assert not as_(lead).get(structured.course).json()["sections"][0]["locked"]


@pytest.mark.rule("DRIP-08")
@pytest.mark.parametrize("person", ["anon", "member"])
def test_to_whoever_has_not_joined_a_structured_section_has_no_date(as_: As, structured: Taught, person: str) -> None:
    section = as_(person).get(structured.course).json()["sections"][0]
    assert (section["available_date"], section["locked"]) == (None, True)


@pytest.mark.rule("COURSE-PATCH-23")
def test_a_change_of_type_lets_other_drips_count(creator: httpx.Client, joined: httpx.Client) -> None:
    made = teach(creator, section={"drip_delay": 1})
    joined.post(f"{made.course}join/")
    assert joined.get(made.lessons[0]).status_code == 200
    creator.patch(made.course, json={"type": "structured"})
    assert joined.get(made.lessons[0]).status_code == 403
    creator.patch(made.course, json={"type": "scheduled"})
    assert joined.get(made.lessons[0]).status_code == 200


@pytest.mark.rule("DRIP-02")
def test_a_delay_may_be_longer_than_the_calendar(mock: Mock, creator: httpx.Client, joined: httpx.Client) -> None:
    set_clock(mock, "8990-01-01T00:00:00Z")
    made = teach(creator, type="structured", section={"drip_delay": 32767})
    joined.post(f"{made.course}join/")
    assert joined.get(made.course).status_code == 200
    for _ in range(20):
        answer = creator.patch(made.section, json={"drip_delay": 32767})
        assert answer.status_code == 200


# --- order ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ordered(creator: httpx.Client) -> Taught:
    """A course of three lessons, learned one after the other."""
    made = teach(creator, lessons=3, enforce_lessons_order=True)
    enrol(creator, made.course, joined=["joined"], managers=["manager"])
    return made


def reach(caller: httpx.Client, lessons: tuple[str, ...]) -> list[int]:
    return [caller.get(lesson).status_code for lesson in lessons]


@pytest.mark.rule("ACCESS-04", "COURSE-PATCH-32")
def test_a_lesson_opens_when_all_before_it_are_completed(joined: httpx.Client, ordered: Taught) -> None:
    first, second, third = ordered.lessons
    assert reach(joined, ordered.lessons) == [200, 403, 403]
    assert refused(joined.get(second)) == (403, "ACCESS-04")
    joined.post(f"{first}complete/")
    assert reach(joined, ordered.lessons) == [200, 200, 403]
    joined.post(f"{second}complete/")
    assert reach(joined, ordered.lessons) == [200, 200, 200]
    assert joined.post(f"{third}complete/").status_code == 204


@pytest.mark.rule("ACCESS-04")
@pytest.mark.parametrize(("method", "tail"), PARTS)
def test_what_is_closed_is_closed_in_all_its_parts(
    creator: httpx.Client, joined: httpx.Client, ordered: Taught, method: str, tail: str
) -> None:
    quiz = examine(creator, ordered.section, single())
    assert refused(joined.request(method, quiz + tail, json={"text": "x"})) == (403, "ACCESS-04")


@pytest.mark.rule("ACCESS-04")
def test_leads_go_where_they_like(creator: httpx.Client, manager: httpx.Client, ordered: Taught) -> None:
    assert reach(creator, ordered.lessons) == reach(manager, ordered.lessons) == [200, 200, 200]


@pytest.mark.rule("ACCESS-05")
def test_a_new_order_moves_the_lock(creator: httpx.Client, joined: httpx.Client, ordered: Taught) -> None:
    first, second, third = (key(lesson) for lesson in ordered.lessons)
    creator.patch(ordered.section, json={"lessons_order": [third, first, second]})
    assert reach(joined, ordered.lessons) == [403, 403, 200]


@pytest.mark.rule("ACCESS-05")
def test_the_order_goes_on_across_sections(creator: httpx.Client, joined: httpx.Client, ordered: Taught) -> None:
    other = make(creator, f"{ordered.course}section/", name="Other")
    lesson = add_lesson(creator, other)
    assert joined.get(lesson).status_code == 403
    creator.patch(ordered.course, json={"sections_order": [key(other), key(ordered.section)]})
    assert joined.get(lesson).status_code == 200
    assert reach(joined, ordered.lessons) == [403, 403, 403]


@pytest.mark.rule("ACCESS-05")
def test_drafts_do_not_stand_in_the_way(creator: httpx.Client, joined: httpx.Client, ordered: Taught) -> None:
    creator.patch(ordered.lessons[0], json={"status": "draft"})
    assert reach(joined, ordered.lessons) == [404, 200, 403]


@pytest.mark.rule("ACCESS-06")
def test_a_quiz_blocks_what_follows_until_it_is_passed(creator: httpx.Client, joined: httpx.Client) -> None:
    made = teach(creator, lessons=0, enforce_lessons_order=True)
    quiz = examine(creator, made.section, single())
    lesson = add_lesson(creator, made.section)
    joined.post(f"{made.course}join/")
    assert joined.get(lesson).status_code == 403
    attempt(joined, quiz, solve(creator, quiz, 0))
    assert joined.get(lesson).status_code == 403
    attempt(joined, quiz, solve(creator, quiz))
    assert joined.get(lesson).status_code == 200


@pytest.mark.rule("ACCESS-07", "DRIP-07")
@pytest.mark.parametrize("kind", ["self-paced", "structured", "scheduled"])
@pytest.mark.parametrize("enforced", [False, True])
def test_a_lesson_is_shown_as_locked_exactly_where_it_is_closed(
    as_: As, creator: httpx.Client, kind: str, enforced: bool
) -> None:
    made = teach(creator, type=kind, enforce_lessons_order=enforced)
    drips: list[dict[str, Any]] = [{"drip_delay": 1, "dripped_at": "2999-01-01T00:00:00Z"}, {}]
    for number, drip in enumerate(drips):
        section = make(creator, f"{made.course}section/", name=f"More {number}", **drip)
        add_lesson(creator, section)
    enrol(creator, made.course, joined=["joined"], managers=["manager"])
    as_("joined").post(f"{made.lessons[0]}complete/")
    for person in ("joined", "manager", "creator"):
        shown = as_(person).get(made.course).json()["sections"]
        paths = {
            f"{made.course}section/{section['id']}/lesson/{lesson['id']}/": lesson["locked"]
            for section in shown
            for lesson in section["lessons"]
        }
        assert len(paths) == 4
        assert {path: as_(person).get(path).status_code == 403 for path in paths} == paths


# --- completion -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DONE-01", "DONE-02", "LESSON-12")
@pytest.mark.parametrize("person", ["joined", "manager", "creator"])
def test_a_lesson_is_ticked_off_and_that_is_taken_back(as_: As, taught: Taught, person: str) -> None:
    learner, lesson = as_(person), taught.lessons[0]
    assert learner.get(lesson).json()["completion_status"] == "uncompleted"
    for tail, after in (("complete/", "completed"), ("incomplete/", "uncompleted")):
        answer = learner.post(lesson + tail)
        assert (answer.status_code, answer.content) == (204, b"")
        assert learner.get(lesson).json()["completion_status"] == after


@pytest.mark.rule("DONE-03")
@pytest.mark.parametrize(("tail", "after"), [("complete/", "completed"), ("incomplete/", "uncompleted")])
def test_doing_it_twice_does_no_more(joined: httpx.Client, taught: Taught, tail: str, after: str) -> None:
    for _ in range(2):
        assert joined.post(taught.lessons[0] + tail).status_code == 204
    assert joined.get(taught.lessons[0]).json()["completion_status"] == after


@pytest.mark.rule("DONE-05")
def test_a_quiz_is_not_ticked_off(creator: httpx.Client, joined: httpx.Client, taught: Taught) -> None:
    quiz = examine(creator, taught.section, single())
    answer = joined.post(f"{quiz}complete/")
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [(None, "invalid")]), "DONE-05")
    assert joined.get(quiz).json()["completion_status"] == "uncompleted"


@pytest.mark.rule("DONE-06")
def test_taking_back_a_completion_locks_what_follows_and_leaves_it_completed(
    joined: httpx.Client, ordered: Taught
) -> None:
    for lesson in ordered.lessons:
        joined.post(f"{lesson}complete/")
    joined.post(f"{ordered.lessons[0]}incomplete/")
    assert reach(joined, ordered.lessons) == [200, 403, 403]
    shown = joined.get(ordered.course).json()["sections"][0]["lessons"]
    assert [lesson["completion_status"] for lesson in shown] == ["uncompleted", "completed", "completed"]
    assert list(locks(joined, ordered.course).values()) == [False, True, True]


@pytest.mark.rule("DONE-01")
def test_progress_is_ones_own(as_: As, joined: httpx.Client, taught: Taught) -> None:
    joined.post(f"{taught.lessons[0]}complete/")
    assert as_("manager").get(taught.lessons[0]).json()["completion_status"] == "uncompleted"

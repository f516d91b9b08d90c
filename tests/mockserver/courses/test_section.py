from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support.fixtures import (
    Taught,
    add_lesson,
    attempt,
    examine,
    key,
    make,
    single,
    solve,
    teach,
)
from tests.mockserver.support import ENCODINGS, OPEN, Encode, course, outcome

KEYS = ["id", "name", "dripped_at", "drip_delay", "lessons_order"]

OPERATIONS = [
    ("GET", "", None),
    ("POST", "", {"name": "S"}),
    ("GET", "1/", None),
    ("PUT", "1/", {"name": "S"}),
    ("PATCH", "1/", {"name": "S"}),
    ("DELETE", "1/", None),
]


def order(author: httpx.Client, path: str) -> list[int]:
    """The order of the sections of a course."""
    found: list[int] = author.get(path, params={"view": "edit"}).json()["sections_order"]
    return found


@pytest.mark.rule("SECTION-01")
@pytest.mark.parametrize(("method", "tail", "body"), OPERATIONS)
@pytest.mark.parametrize("person", ["joined", "invited", "requested", "member", "staff"])
def test_only_leads_come_near_sections(as_: As, method: str, tail: str, body: Any, person: str) -> None:
    answer = as_(person).request(method, f"{course(OPEN)}section/{tail}", json=body)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((403, [(None, "permission_denied")]), "SECTION-01")


@pytest.mark.rule("SECTION-02")
def test_a_section_needs_a_name(creator: httpx.Client) -> None:
    assert outcome(creator.post(f"{course(OPEN)}section/", json={})) == (400, [("name", "required")])
    answer = creator.post(f"{course(OPEN)}section/", json={"name": "New", "type": "lesson"})
    assert (answer.status_code, list(answer.json())) == (201, KEYS)


@pytest.mark.rule("SECTION-03")
def test_a_new_section_stands_last(creator: httpx.Client) -> None:
    before = order(creator, course(OPEN))
    made = make(creator, f"{course(OPEN)}section/", name="New")
    assert order(creator, course(OPEN)) == [*before, key(made)]


@pytest.mark.rule("SECTION-04")
def test_a_new_section_opens_at_once(creator: httpx.Client) -> None:
    made = creator.get(make(creator, f"{course(OPEN)}section/", name="New")).json()
    assert (made["drip_delay"], made["dripped_at"], made["lessons_order"]) == (0, None, [])


@pytest.mark.rule("SECTION-05")
@pytest.mark.parametrize("change", [{"drip_delay": 3}, {"name": "Other"}, {"dripped_at": "2030-01-01T00:00:00Z"}])
def test_one_field_is_enough_to_change_a_section(manager: httpx.Client, change: dict[str, Any]) -> None:
    path = f"{course(OPEN)}section/1/"
    before = manager.get(path).json()
    answer = manager.patch(path, json=change)
    assert (answer.status_code, answer.json()) == (200, {**before, **change})
    assert manager.get(path).json() == {**before, **change}


@pytest.mark.rule("SECTION-06")
def test_changing_a_section_as_a_whole_needs_the_name(creator: httpx.Client) -> None:
    path = f"{course(OPEN)}section/1/"
    assert outcome(creator.put(path, json={"drip_delay": 1})) == (400, [("name", "required")])
    answer = creator.put(path, json={"name": "Other"})
    assert (answer.status_code, answer.json()["lessons_order"]) == (200, [1, 2])


@pytest.mark.rule("SECTION-07", "LESSON-10")
def test_lessons_follow_their_order(creator: httpx.Client, taught: Taught) -> None:
    turned = [key(lesson) for lesson in reversed(taught.lessons)]
    assert creator.patch(taught.section, json={"lessons_order": turned}).json()["lessons_order"] == turned
    assert [row["id"] for row in creator.get(f"{taught.section}lesson/").json()] == turned
    shown = creator.get(taught.course).json()["sections"][0]["lessons"]
    assert [lesson["id"] for lesson in shown] == turned


@pytest.mark.rule("SECTION-07")
@pytest.mark.parametrize("wrong", [[1], [1, 2, 3], [1, 1, 2], [1, 1], [], [1, 999]])
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_order_names_each_lesson_once(creator: httpx.Client, wrong: list[int], method: str) -> None:
    path = f"{course(OPEN)}section/1/"
    answer = creator.request(method, path, json={"name": "S", "lessons_order": wrong})
    assert outcome(answer) == (400, [("lessons_order", "invalid")])
    assert answer.headers["X-Mock-Rule"] == "SECTION-07"
    assert creator.get(path).json()["lessons_order"] == [1, 2]


@pytest.mark.rule("SECTION-08")
def test_with_a_section_goes_all_that_is_in_it(creator: httpx.Client, joined: httpx.Client, taught: Taught) -> None:
    quiz = examine(creator, taught.section, single())
    made = attempt(joined, quiz, solve(creator, quiz))
    comment = make(joined, f"{taught.lessons[0]}comment/", text="x")
    joined.post(f"{taught.lessons[0]}complete/")
    answer = creator.delete(taught.section)
    assert (answer.status_code, answer.content) == (204, b"")
    for path in (taught.section, *taught.lessons, quiz, comment, f"{quiz}attempt/{made['id']}/"):
        assert creator.get(path).status_code == 404, path
    assert order(creator, taught.course) == []
    for tail in ("comment/", "quiz/"):
        assert creator.get(f"{taught.course}{tail}").json()["count"] == 0
    assert joined.get(taught.course).json()["user_completion_rate"] == 0


@pytest.mark.rule("SECTION-08")
def test_what_is_beside_a_deleted_section_stays(creator: httpx.Client, taught: Taught) -> None:
    other = make(creator, f"{taught.course}section/", name="Other")
    lesson = add_lesson(creator, other)
    creator.delete(taught.section)
    assert creator.get(lesson).status_code == 200
    assert order(creator, taught.course) == [key(other)]


@pytest.mark.rule("SECTION-09")
@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("drip_delay", -1, "min_value"),
        ("drip_delay", "x", "invalid"),
        ("drip_delay", None, "null"),
        ("drip_delay", 1.5, "invalid"),
        ("dripped_at", "tomorrow", "invalid"),
        ("dripped_at", "2025-02-30T00:00:00Z", "invalid"),
        ("dripped_at", 5, "invalid"),
    ],
)
def test_a_drip_is_days_or_a_moment(creator: httpx.Client, field: str, value: Any, code: str) -> None:
    for method, path in (("POST", f"{course(OPEN)}section/"), ("PATCH", f"{course(OPEN)}section/1/")):
        answer = creator.request(method, path, json={"name": "S", field: value})
        assert outcome(answer) == (400, [(field, code)])


@pytest.mark.rule("SECTION-09")
def test_a_moment_may_be_told_with_any_offset_and_taken_away_again(creator: httpx.Client) -> None:
    path = f"{course(OPEN)}section/1/"
    told = creator.patch(path, json={"dripped_at": "2025-01-01T01:30:00+02:00"})
    assert told.json()["dripped_at"] == "2024-12-31T23:30:00Z"
    assert creator.patch(path, json={"dripped_at": None}).json()["dripped_at"] is None


@pytest.mark.rule("SECTION-09")
@pytest.mark.parametrize("encode", [ENCODINGS["urlencoded"], ENCODINGS["multipart"]])
def test_in_a_form_an_empty_moment_is_none_and_an_empty_delay_was_left_out(
    creator: httpx.Client, encode: Encode
) -> None:
    path = make(creator, f"{course(OPEN)}section/", name="Drips", drip_delay=3, dripped_at="2030-01-01T00:00:00Z")
    changed = creator.patch(path, **encode({"dripped_at": "", "drip_delay": "", "name": "Other"})).json()
    assert (changed["dripped_at"], changed["drip_delay"], changed["name"]) == (None, 3, "Other")


@pytest.mark.rule("SECTION-10")
def test_drips_are_kept_whatever_the_type_of_the_course(creator: httpx.Client, joined: httpx.Client) -> None:
    drips = {"drip_delay": 9, "dripped_at": "2999-01-01T00:00:00Z"}
    made = teach(creator, section=drips)
    stored = creator.get(made.section).json()
    assert {name: stored[name] for name in drips} == drips
    joined.post(f"{made.course}join/")
    assert joined.get(made.lessons[0]).status_code == 200


@pytest.mark.rule("SECTION-11", "DERIVED-09")
def test_sections_are_listed_in_the_order_of_the_course(creator: httpx.Client) -> None:
    creator.patch(course(OPEN), json={"sections_order": [3, 1, 2]})
    listed = creator.get(f"{course(OPEN)}section/").json()
    assert [row["id"] for row in listed] == order(creator, course(OPEN)) == [3, 1, 2]
    assert creator.get(course(OPEN)).json()["sections_order"] == [3, 1, 2]
    assert all(list(row) == KEYS for row in listed)


@pytest.mark.rule("LIST-05")
@pytest.mark.parametrize("tail", ["section/", "section/1/lesson/"])
def test_sections_and_lessons_are_listed_bare_and_all_at_once(creator: httpx.Client, tail: str) -> None:
    answer = creator.get(course(OPEN) + tail, params={"limit": 1, "offset": 1})
    assert isinstance(answer.json(), list)
    assert len(answer.json()) > 1
    assert answer.json() == creator.get(course(OPEN) + tail).json()


@pytest.mark.rule("SECTION-12")
def test_sections_may_have_the_same_name(creator: httpx.Client) -> None:
    for _ in range(2):
        assert creator.post(f"{course(OPEN)}section/", json={"name": "Same"}).status_code == 201


@pytest.mark.rule("TRANS-08")
@pytest.mark.parametrize("path", ["2/section/1/", "1/section/4/", "1/section/2/lesson/1/", "2/section/1/lesson/1/"])
def test_under_a_foreign_parent_nothing_is_found(creator: httpx.Client, path: str) -> None:
    answer = creator.get(f"/api/v2/course/{path}")
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((404, [(None, "not_found")]), "TRANS-08")

from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support import schema_keys
from tests.mockserver.courses.support.fixtures import enrol, key, make, results
from tests.mockserver.support import (
    COURSES,
    DRAFT,
    OPEN,
    PEOPLE,
    PRIVATE,
    SEARCH,
    SECRET,
    TAUGHT,
    Mock,
    course,
    outcome,
)

SUGGESTIONS = "/api/v2/suggestion/course/"
WITH_COUNT = [*schema_keys.COURSE, "member_count"]


def of(person: str) -> str:
    """The path of somebody's courses."""
    return f"/api/v2/user/{PEOPLE[person]}/courses/"


def found(caller: httpx.Client, path: str, **query: Any) -> list[int]:
    return [row["id"] for row in results(caller.get(path, params=query))]


def new(caller: httpx.Client, name: str, **fields: Any) -> int:
    return key(make(caller, COURSES, name=name, type="self-paced", **{"privacy": "open", **fields}))


# --- one's own --------------------------------------------------------------------------------------------------------


@pytest.mark.rule("MINE-01")
def test_ones_own_courses_come_as_a_page_of_whole_courses(as_: As) -> None:
    assert outcome(as_("anon").get(COURSES)) == (401, [(None, "not_authenticated")])
    assert all(list(row) == schema_keys.COURSE for row in results(as_("manager").get(COURSES)))


@pytest.mark.rule("MINE-02")
def test_courses_that_one_created_are_listed_where_asked_for_alone(as_: As) -> None:
    assert found(as_("creator"), COURSES) == []
    assert set(found(as_("creator"), COURSES, statuses="creator")) == {OPEN, PRIVATE, SECRET, DRAFT, *TAUGHT}
    assert set(found(as_("manager"), COURSES)) == {OPEN, PRIVATE, SECRET, DRAFT, *TAUGHT}


@pytest.mark.rule("MINE-03")
def test_the_courses_of_one_author_may_be_asked_for(as_: As) -> None:
    made = new(as_("member"), "By a member")
    as_("joined").post(f"{course(made)}join/")
    assert found(as_("joined"), COURSES, created_by=PEOPLE["member"]) == [made]
    assert made not in found(as_("joined"), COURSES, created_by=PEOPLE["creator"])
    assert found(as_("joined"), COURSES, created_by=999_999) == []


@pytest.mark.rule("MINE-04")
@pytest.mark.parametrize("person", ["invited", "requested"])
def test_courses_of_other_states_are_listed_where_one_sees_them(as_: As, person: str) -> None:
    seen = {"invited": {OPEN, PRIVATE, SECRET}, "requested": {OPEN, PRIVATE}}[person]
    assert set(found(as_(person), COURSES, statuses=person)) == seen
    assert found(as_(person), COURSES) == []


@pytest.mark.rule("MINE-05")
def test_what_one_joined_last_comes_first(mock: Mock, as_: As, member: httpx.Client) -> None:
    for where in (TAUGHT[1], OPEN, TAUGHT[0]):
        mock.clock.advance(minutes=1)
        member.post(f"{course(where)}join/")
    assert found(member, COURSES) == [TAUGHT[0], OPEN, TAUGHT[1]]


# --- the search -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("SEARCH-01")
def test_a_search_answers_courses_in_their_short_form(anon: httpx.Client) -> None:
    assert all(list(row) == schema_keys.MINIMAL for row in results(anon.get(SEARCH)))


@pytest.mark.rule("SEARCH-02", "SEARCH-03")
@pytest.mark.parametrize(
    ("person", "hidden"),
    [("member", {SECRET, DRAFT}), ("invited", {DRAFT}), ("joined", {DRAFT}), ("manager", set()), ("creator", set())],
)
def test_a_search_finds_what_one_may_know_of(as_: As, person: str, hidden: set[int]) -> None:
    assert set(found(as_(person), SEARCH)) == {OPEN, PRIVATE, SECRET, DRAFT, *TAUGHT} - hidden


@pytest.mark.rule("SEARCH-04")
def test_a_word_of_the_description_is_found(anon: httpx.Client) -> None:
    assert found(anon, SEARCH, search="LET IN") == [PRIVATE]


@pytest.mark.rule("SEARCH-05")
def test_of_several_categories_one_is_enough(anon: httpx.Client) -> None:
    assert set(found(anon, SEARCH, categories="1,2")) == {OPEN, PRIVATE}
    assert found(anon, SEARCH, categories="2") == [PRIVATE]


@pytest.mark.rule("SEARCH-06")
def test_a_search_by_state_finds_ones_own_courses(as_: As, anon: httpx.Client) -> None:
    assert set(found(as_("joined"), SEARCH, statuses="joined")) == {OPEN, PRIVATE, SECRET, TAUGHT[2]}
    assert found(anon, SEARCH, statuses="joined") == []
    assert len(found(anon, SEARCH, statuses="[]")) == 2 + len(TAUGHT)


@pytest.mark.rule("SEARCH-07")
@pytest.mark.parametrize(
    ("ordering", "expected"),
    [("", [7, 6, 5, 2, 1]), ("id", [1, 2, 5, 6, 7]), ("name", [7, 1, 2, 6, 5]), ("-name", [5, 6, 2, 1, 7])],
)
def test_a_search_shows_the_newest_first_unless_told_otherwise(
    anon: httpx.Client, ordering: str, expected: list[int]
) -> None:
    assert found(anon, SEARCH, ordering=ordering) == expected


# --- somebody's -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("USERC-01", "USERC-04")
def test_somebodys_courses_are_those_in_which_he_takes_part(as_: As) -> None:
    answer = as_("member").get(of("joined"))
    assert set(found(as_("member"), of("joined"))) == {OPEN, PRIVATE, TAUGHT[2]}
    assert list(answer.json()) == ["count", "next", "previous", "results"]
    assert all(list(row) == WITH_COUNT for row in results(answer))
    assert found(as_("member"), of("creator")) == []
    assert set(found(as_("member"), of("creator"), statuses="creator")) == {OPEN, PRIVATE, *TAUGHT}


@pytest.mark.rule("USERC-02")
def test_of_somebodys_courses_one_sees_those_that_one_may_know_of(as_: As) -> None:
    assert SECRET in found(as_("invited"), of("joined"))
    assert SECRET not in found(as_("member"), of("joined"))
    assert DRAFT not in found(as_("joined"), of("joined"))
    assert DRAFT in found(as_("creator"), of("manager"))


@pytest.mark.rule("USERC-03")
def test_somebodys_courses_are_open_to_all(anon: httpx.Client) -> None:
    assert set(found(anon, of("joined"))) == {OPEN, PRIVATE, TAUGHT[2]}


def test_nobodys_courses_are_not_found(anon: httpx.Client) -> None:
    assert outcome(anon.get("/api/v2/user/999999/courses/")) == (404, [(None, "not_found")])


@pytest.mark.rule("USERC-05")
def test_the_state_in_somebodys_courses_is_ones_own(as_: As) -> None:
    assert {row["join_status"] for row in results(as_("member").get(of("joined")))} == {None}
    assert "manager" in {row["join_status"] for row in results(as_("manager").get(of("joined")))}


@pytest.mark.rule("USERC-06")
def test_a_hidden_number_of_members_is_told_to_leads_alone(as_: As, creator: httpx.Client) -> None:
    creator.patch(course(OPEN), json={"hide_member_count": True})

    def count(person: str) -> Any:
        return next(row["member_count"] for row in results(as_(person).get(of("joined"))) if row["id"] == OPEN)

    assert [count(person) for person in ("anon", "member", "joined")] == [None, None, None]
    assert [count(person) for person in ("creator", "manager")] == [3, 3]


@pytest.mark.rule("DERIVED-08")
def test_the_members_are_creator_managers_and_participants(as_: As, member: httpx.Client) -> None:
    made = new(member, "Fresh")

    def count() -> Any:
        rows = results(member.get(of("member"), params={"statuses": "creator"}))
        return next(row["member_count"] for row in rows if row["id"] == made)

    assert count() == 1
    as_("joined").post(f"{course(made)}join/")
    enrol(member, course(made), managers=["staff"])
    member.post(f"{course(made)}invite/", json={"users": [PEOPLE["manager"]]})
    assert count() == 3


# --- suggestions ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("SUGG-01")
def test_those_courses_are_suggested_that_one_could_join_and_is_nothing_in(as_: As) -> None:
    assert outcome(as_("anon").get(SUGGESTIONS)) == (401, [(None, "not_authenticated")])
    assert set(found(as_("member"), SUGGESTIONS)) == {OPEN, PRIVATE, *TAUGHT}
    assert set(found(as_("joined"), SUGGESTIONS)) == set(TAUGHT[:2])
    assert set(found(as_("requested"), SUGGESTIONS)) == set(TAUGHT)
    assert all(list(row) == schema_keys.COURSE for row in results(as_("member").get(SUGGESTIONS)))

from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support.fixtures import (
    Taught,
    attempt,
    enrol,
    examine,
    names,
    results,
    single,
    solve,
)
from tests.mockserver.support import DRAFT, EVERYBODY, OPEN, PEOPLE, PRIVATE, SECRET, Mock, course, outcome

MINIMAL = ["id", "username", "real_name", "avatar", "community_badge", "deleted"]
CUT = ["id", "username", "real_name", "avatar", "ext_id"]

LEADS = ("creator", "manager")
OTHERS = [person for person in EVERYBODY if person not in LEADS and person != "anon"]

FOR_LEADS = {
    "invite/": "INVITED-01",
    "request_join/": "REQ-01",
    "user/": "SUGU-01",
    "users/": "DASHU-01",
    "quiz/": "DASHQ-01",
}
"""The lists of people that leads see, and the rule that keeps them from others."""


def people(as_: As, where: int, tail: str, person: str = "creator", **query: Any) -> httpx.Response:
    return as_(person).get(course(where) + tail, params=query)


@pytest.mark.rule("INVITED-01", "REQ-01", "SUGU-01", "DASHU-01", "DASHQ-01")
@pytest.mark.parametrize(("tail", "rule"), FOR_LEADS.items())
@pytest.mark.parametrize("person", OTHERS)
def test_lists_for_leads_are_forbidden_to_others(as_: As, tail: str, rule: str, person: str) -> None:
    answer = people(as_, OPEN, tail, person)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((403, [(None, "permission_denied")]), rule)


@pytest.mark.rule("INVITED-01", "REQ-01", "SUGU-01", "DASHU-01", "DASHQ-01")
@pytest.mark.parametrize("tail", FOR_LEADS)
def test_lists_for_leads_are_pages(as_: As, tail: str) -> None:
    for lead in LEADS:
        assert list(people(as_, OPEN, tail, lead).json()) == ["count", "next", "previous", "results"]
    assert outcome(people(as_, OPEN, tail, "anon")) == (401, [(None, "not_authenticated")])


# --- who is in it -----------------------------------------------------------------------------------------------------


@pytest.mark.rule("MEMBERS-01")
def test_the_people_in_a_course_are_its_managers_and_participants(as_: As) -> None:
    answer = people(as_, OPEN, "join/", "member")
    assert sorted(names(answer)) == ["joined", "manager"]
    assert all(list(row) == MINIMAL for row in results(answer))


@pytest.mark.rule("MEMBERS-01")
@pytest.mark.parametrize("spelling", ["statuses=creator", 'statuses=["creator"]', "statuses[]=creator"])
def test_the_creator_may_be_asked_for(as_: As, spelling: str) -> None:
    assert names(as_("member").get(f"{course(OPEN)}join/?{spelling}")) == ["creator"]


@pytest.mark.rule("MEMBERS-02")
@pytest.mark.parametrize("status", ["invited", "requested", "x"])
def test_other_states_are_none_of_people_in_a_course(as_: As, status: str) -> None:
    answer = people(as_, OPEN, "join/", statuses=status)
    assert outcome(answer) == (400, [("statuses", "invalid_choice")])
    assert answer.headers["X-Mock-Rule"] == "MEMBERS-02"


@pytest.mark.rule("MEMBERS-03", "COURSE-PATCH-31")
def test_a_hidden_number_of_members_hides_the_members_from_all_but_leads(as_: As, creator: httpx.Client) -> None:
    creator.patch(course(OPEN), json={"hide_member_count": True})
    for person in EVERYBODY:
        answer = people(as_, OPEN, "join/", person)
        if person in LEADS:
            assert len(results(answer)) == 2
        else:
            assert (answer.status_code, answer.headers["X-Mock-Rule"]) == (403, "MEMBERS-03")


@pytest.mark.rule("MEMBERS-04", "MEMBERS-05", "MEMBERS-06", "MEMBERS-07")
@pytest.mark.parametrize(
    ("where", "let_in"),
    [
        (DRAFT, {*LEADS}),
        (SECRET, {*LEADS, "joined", "invited"}),
        (PRIVATE, {*EVERYBODY}),
        (OPEN, {*EVERYBODY}),
    ],
)
def test_whoever_may_know_of_a_course_may_know_who_is_in_it(as_: As, where: int, let_in: set[str]) -> None:
    for person in EVERYBODY:
        assert people(as_, where, "join/", person).status_code == (200 if person in let_in else 404), person


# --- who is invited, waits, or could be invited -----------------------------------------------------------------------


@pytest.mark.rule("INVITED-01")
def test_the_invited_are_listed_with_five_attributes(as_: As) -> None:
    answer = people(as_, PRIVATE, "invite/")
    assert names(answer) == ["invited"]
    assert list(results(answer)[0]) == CUT


@pytest.mark.rule("REQ-01")
def test_those_who_wait_are_listed_in_full(as_: As) -> None:
    answer = people(as_, PRIVATE, "request_join/")
    assert names(answer) == ["requested"]
    row = results(answer)[0]
    assert {*MINIMAL, *CUT, "date_joined", "bio"} <= set(row)
    assert not {"email", "settings", "staff"} & set(row)


@pytest.mark.rule("REQ-01", "SUGU-01", "DASHU-02")
@pytest.mark.parametrize(
    ("tail", "hit", "words"),
    [
        ("request_join/", "requested", ["REQUEST", "ted exam", ""]),
        ("user/", "member", ["MEMB", "member ex"]),
        ("users/", "joined", ["JOIN", "joined e"]),
    ],
)
def test_people_are_searched_by_username_and_real_name(as_: As, tail: str, hit: str, words: list[str]) -> None:
    for text in words:
        assert names(people(as_, PRIVATE, tail, search=text)) == [hit], text
    assert names(people(as_, PRIVATE, tail, search="nobody of this name")) == []


@pytest.mark.rule("SUGU-01", "SUGU-02")
def test_those_are_suggested_who_are_nothing_in_the_course(as_: As) -> None:
    answer = people(as_, PRIVATE, "user/")
    assert sorted(names(answer)) == ["member", "staff"]
    assert all(list(row) == CUT for row in results(answer))


# --- dashboards -------------------------------------------------------------------------------------------------------


@pytest.mark.rule("DASHU-01")
def test_the_dashboard_shows_how_far_everybody_is(creator: httpx.Client, joined: httpx.Client, taught: Taught) -> None:
    joined.post(f"{taught.lessons[0]}complete/")
    rows = {row["username"]: row for row in results(creator.get(f"{taught.course}users/"))}
    assert sorted(rows) == ["joined", "manager"]
    assert {name: row["user_completion_rate"] for name, row in rows.items()} == {"joined": 50, "manager": 0}
    assert {name: row["join_status"] for name, row in rows.items()} == {"joined": "joined", "manager": "manager"}


@pytest.mark.rule("DASHU-01")
def test_the_dashboard_shows_the_creator_where_asked_for(as_: As) -> None:
    asked = people(as_, OPEN, "users/", statuses='["joined","manager","creator"]')
    assert sorted(names(asked)) == ["creator", "joined", "manager"]


@pytest.mark.rule("DASHU-02")
def test_whoever_joined_last_comes_first(mock: Mock, creator: httpx.Client, taught: Taught) -> None:
    for person in ("member", "staff"):
        mock.clock.advance(minutes=1)
        enrol(creator, taught.course, joined=[person])
    assert names(creator.get(f"{taught.course}users/"))[:2] == ["staff", "member"]
    rising = names(creator.get(f"{taught.course}users/", params={"ordering": "joined_at"}))
    assert rising[-2:] == ["member", "staff"]


@pytest.mark.rule("DASHU-02")
def test_the_dashboard_may_be_ordered_by_activity(
    mock: Mock, as_: As, creator: httpx.Client, manager: httpx.Client, joined: httpx.Client, taught: Taught
) -> None:
    enrol(creator, taught.course, joined=["member"])
    for learner in (joined, manager):
        mock.clock.advance(minutes=1)
        learner.post(f"{taught.lessons[0]}complete/")
    falling = creator.get(f"{taught.course}users/", params={"ordering": "-last_active_at"})
    assert names(falling) == ["manager", "joined", "member"]
    rising = creator.get(f"{taught.course}users/", params={"ordering": "last_active_at"})
    assert names(rising) == ["member", "joined", "manager"]


@pytest.mark.rule("DASHU-03", "DONE-04")
def test_the_last_activity_is_the_latest_completion(
    mock: Mock, creator: httpx.Client, joined: httpx.Client, taught: Taught
) -> None:
    def active() -> Any:
        return results(creator.get(f"{taught.course}users/", params={"search": "joined"}))[0]["last_active_at"]

    assert active() is None
    mock.clock.advance(hours=1)
    joined.post(f"{taught.lessons[1]}complete/")
    assert active() == "2025-03-03T13:00:00Z"
    mock.clock.advance(hours=1)
    joined.get(taught.lessons[0])
    assert active() == "2025-03-03T13:00:00Z"
    joined.post(f"{taught.lessons[0]}complete/")
    assert active() == "2025-03-03T14:00:00Z"


@pytest.mark.rule("DASHQ-01")
def test_each_attempt_has_a_line_the_newest_first(creator: httpx.Client, joined: httpx.Client, taught: Taught) -> None:
    quiz = examine(creator, taught.section, single(), name="Finale")
    first = attempt(joined, quiz, solve(creator, quiz, 0))
    second = attempt(joined, quiz, solve(creator, quiz))
    rows = results(creator.get(f"{taught.course}quiz/"))
    assert [(row["id"], row["grade"], row["result"]) for row in rows] == [
        (second["id"], 100, "completed"),
        (first["id"], 0, "failed"),
    ]
    assert {(row["name"], row["user"]["username"]) for row in rows} == {("Finale", "joined")}


@pytest.mark.rule("DASHQ-01")
@pytest.mark.parametrize(("words", "found"), [("JOINED", 1), ("joined ex", 1), ("FINAL", 1), ("manager", 0)])
def test_attempts_are_searched_by_person_and_by_quiz(
    creator: httpx.Client, joined: httpx.Client, taught: Taught, words: str, found: int
) -> None:
    quiz = examine(creator, taught.section, single(), name="Finale")
    attempt(joined, quiz, solve(creator, quiz))
    assert len(results(creator.get(f"{taught.course}quiz/", params={"search": words}))) == found


@pytest.mark.rule("DASHQ-01")
def test_attempts_of_the_creator_are_shown_where_asked_for(creator: httpx.Client, taught: Taught) -> None:
    quiz = examine(creator, taught.section, single())
    attempt(creator, quiz, solve(creator, quiz))
    assert results(creator.get(f"{taught.course}quiz/")) == []
    assert len(results(creator.get(f"{taught.course}quiz/", params={"statuses": "creator"}))) == 1


@pytest.mark.rule("DASHU-01", "DASHQ-01")
@pytest.mark.parametrize("tail", ["users/", "quiz/"])
def test_dashboards_know_the_states_of_those_inside_alone(as_: As, tail: str) -> None:
    assert outcome(people(as_, OPEN, tail, statuses="invited")) == (400, [("statuses", "invalid_choice")])


def test_the_ids_of_people_are_those_of_the_world(as_: As) -> None:
    rows = results(people(as_, OPEN, "join/", statuses="creator,manager,joined"))
    assert {row["username"]: row["id"] for row in rows} == {p: PEOPLE[p] for p in ("creator", "manager", "joined")}

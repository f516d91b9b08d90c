from typing import Any

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.courses.support import schema_keys
from tests.mockserver.courses.support.fixtures import Taught, enrol, names, progress, teach, tie
from tests.mockserver.support import DRAFT, OPEN, PEOPLE, PRIVATE, SECRET, Mock, course, outcome

FORBIDDEN = (403, [(None, "permission_denied")])
MISSING = (404, [(None, "not_found")])

LEADS = ("creator", "manager")
OTHERS = ("joined", "invited", "requested", "member", "staff")


def join(as_: As, person: str, where: int | str) -> httpx.Response:
    return as_(person).post(f"{where if isinstance(where, str) else course(where)}join/")


def leave(as_: As, person: str, where: int, **query: Any) -> httpx.Response:
    return as_(person).delete(f"{course(where)}join/", params=query)


def change(as_: As, path: str, person: str = "creator", method: str = "POST", **lists: Any) -> httpx.Response:
    """Send lists of people; numbers are sent as they are."""
    body = {name: [PEOPLE.get(item, item) for item in people] for name, people in lists.items()}
    return as_(person).request(method, path, json=body)


def invite(as_: As, where: int, *people: Any, person: str = "creator", method: str = "POST") -> httpx.Response:
    return change(as_, f"{course(where)}invite/", person, method, users=list(people))


def roles(as_: As, where: int, person: str = "creator", **lists: Any) -> httpx.Response:
    return change(as_, f"{course(where)}role/", person, **lists)


# --- joining ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("JOIN-01")
@pytest.mark.parametrize("where", [OPEN, PRIVATE, SECRET, DRAFT])
def test_one_logs_in_to_join(as_: As, where: int) -> None:
    assert outcome(join(as_, "anon", where)) == (401, [(None, "not_authenticated")])


@pytest.mark.rule("JOIN-02", "MEMBER-01")
@pytest.mark.parametrize("person", ["member", "staff", "requested"])
def test_whoever_joins_an_open_course_is_in_it_and_sees_it_so(mock: Mock, as_: As, person: str) -> None:
    answer = join(as_, person, OPEN)
    assert (answer.status_code, list(answer.json())) == (200, schema_keys.USER_DETAIL)
    assert answer.json()["join_status"] == tie(mock, course(OPEN), person) == "joined"
    assert answer.json() == as_(person).get(course(OPEN)).json()
    assert answer.json()["sections"]


@pytest.mark.rule("JOIN-03", "MEMBER-02")
def test_whoever_asks_to_be_let_in_waits_without_sections(mock: Mock, as_: As) -> None:
    answer = join(as_, "member", PRIVATE)
    assert (answer.status_code, list(answer.json())) == (200, schema_keys.USER_DETAIL)
    assert (answer.json()["join_status"], answer.json()["sections"]) == ("requested", [])
    assert tie(mock, course(PRIVATE), "member") == "requested"


@pytest.mark.rule("MEMBER-03", "MEMBER-04")
@pytest.mark.parametrize("person", ["member", "staff", "requested"])
@pytest.mark.parametrize("where", [SECRET, DRAFT])
def test_a_course_that_is_hidden_cannot_be_joined(mock: Mock, as_: As, person: str, where: int) -> None:
    before = tie(mock, course(where), person)
    answer = join(as_, person, where)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (MISSING, "VIS-09")
    assert tie(mock, course(where), person) == before


@pytest.mark.rule("MEMBER-05")
@pytest.mark.parametrize("where", [OPEN, PRIVATE, SECRET])
def test_whoever_is_invited_accepts_by_joining(mock: Mock, as_: As, where: int) -> None:
    answer = join(as_, "invited", where)
    assert (answer.status_code, answer.json()["join_status"]) == (200, "joined")
    assert answer.json()["sections"]
    assert tie(mock, course(where), "invited") == "joined"


@pytest.mark.rule("MEMBER-06", "INVITE-03")
def test_an_invitation_to_a_draft_waits_for_its_publication(mock: Mock, as_: As) -> None:
    assert outcome(join(as_, "invited", DRAFT)) == MISSING
    assert tie(mock, course(DRAFT), "invited") == "invited"
    as_("creator").patch(course(DRAFT), json={"privacy": "secret"})
    assert join(as_, "invited", DRAFT).json()["join_status"] == "joined"


@pytest.mark.rule("MEMBER-07")
def test_whoever_asks_twice_goes_on_waiting(mock: Mock, as_: As) -> None:
    answer = join(as_, "requested", PRIVATE)
    assert (answer.status_code, answer.json()["join_status"]) == (200, "requested")
    assert tie(mock, course(PRIVATE), "requested") == "requested"


@pytest.mark.rule("MEMBER-08", "COURSE-PATCH-29")
def test_a_request_becomes_a_membership_by_joining_once_the_course_is_open(mock: Mock, as_: As) -> None:
    as_("creator").patch(course(PRIVATE), json={"privacy": "open"})
    assert tie(mock, course(PRIVATE), "requested") == "requested"
    assert join(as_, "requested", PRIVATE).json()["join_status"] == "joined"


@pytest.mark.rule("MEMBER-09")
@pytest.mark.parametrize("where", [OPEN, PRIVATE, SECRET])
@pytest.mark.parametrize("person", ["joined", *LEADS])
def test_joining_again_changes_nothing(mock: Mock, as_: As, person: str, where: int) -> None:
    stamp = progress(mock, course(where), person)["joined_at"]
    answer = join(as_, person, where)
    assert (answer.status_code, answer.json()["join_status"]) == (200, person)
    assert progress(mock, course(where), person)["joined_at"] == stamp


@pytest.mark.rule("JOIN-05")
@pytest.mark.parametrize("content", [b"null", b"[]", b'{"user": 1}', b"no json", b""])
def test_the_body_of_a_join_is_passed_over(as_: As, content: bytes) -> None:
    answer = as_("member").post(f"{course(OPEN)}join/", content=content, headers={"Content-Type": "application/json"})
    assert answer.json() == as_("member").get(course(OPEN)).json()
    assert answer.json()["join_status"] == "joined"


@pytest.mark.rule("JOIN-04")
@pytest.mark.parametrize("way", ["joining", "accepting", "being let in", "being put in"])
def test_the_moment_of_coming_in_is_kept(mock: Mock, as_: As, way: str) -> None:
    person = {"joining": "member", "accepting": "invited"}.get(way, "requested")
    mock.clock.advance(days=1)
    if way == "being let in":
        invite(as_, PRIVATE, person)
    elif way == "being put in":
        roles(as_, PRIVATE, joined=[person])
    else:
        join(as_, person, OPEN if way == "joining" else PRIVATE)
    where = OPEN if way == "joining" else PRIVATE
    assert progress(mock, course(where), person)["joined_at"] == "2025-03-04T12:00:00Z"


# --- leaving ----------------------------------------------------------------------------------------------------------


@pytest.mark.rule("MEMBER-10", "MEMBER-11", "MEMBER-12", "MEMBER-13")
@pytest.mark.parametrize("person", ["joined", "manager", "requested", "invited"])
def test_whoever_is_something_in_a_course_may_leave_it(mock: Mock, as_: As, person: str) -> None:
    answer = leave(as_, person, PRIVATE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert tie(mock, course(PRIVATE), person) is None


@pytest.mark.rule("LEAVE-01")
@pytest.mark.parametrize("where", [OPEN, PRIVATE, SECRET, DRAFT])
def test_the_creator_cannot_leave(mock: Mock, as_: As, where: int) -> None:
    answer = leave(as_, "creator", where)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (FORBIDDEN, "LEAVE-01")
    assert tie(mock, course(where), "creator") == "creator"


@pytest.mark.rule("MEMBER-14")
@pytest.mark.parametrize("person", ["member", "staff"])
def test_whoever_is_nothing_in_a_course_has_nothing_to_leave(as_: As, person: str) -> None:
    answer = leave(as_, person, OPEN)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (MISSING, "MEMBER-14")


@pytest.mark.rule("LEAVE-02")
@pytest.mark.parametrize("person", OTHERS)
def test_only_leads_take_somebody_else_out(mock: Mock, as_: As, person: str) -> None:
    answer = leave(as_, person, OPEN, user=PEOPLE["manager"])
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (FORBIDDEN, "LEAVE-02")
    assert tie(mock, course(OPEN), "manager") == "manager"


@pytest.mark.rule("LEAVE-02", "MEMBER-15", "MEMBER-16")
@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("person", ["joined", "requested", "invited"])
def test_leads_take_people_out(mock: Mock, as_: As, lead: str, person: str) -> None:
    assert leave(as_, lead, PRIVATE, user=PEOPLE[person]).status_code == 204
    assert tie(mock, course(PRIVATE), person) is None


@pytest.mark.rule("MEMBER-15")
def test_a_manager_may_be_taken_out(mock: Mock, as_: As) -> None:
    assert leave(as_, "creator", OPEN, user=PEOPLE["manager"]).status_code == 204
    assert tie(mock, course(OPEN), "manager") is None


@pytest.mark.rule("MEMBER-17")
def test_nobody_takes_the_creator_out(mock: Mock, as_: As) -> None:
    answer = leave(as_, "manager", OPEN, user=PEOPLE["creator"])
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (FORBIDDEN, "MEMBER-17")
    assert tie(mock, course(OPEN), "creator") == "creator"


@pytest.mark.rule("MEMBER-18")
@pytest.mark.parametrize("user", [PEOPLE["member"], 999_999])
def test_whoever_is_nothing_in_a_course_cannot_be_taken_out(as_: As, user: int) -> None:
    answer = leave(as_, "creator", OPEN, user=user)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (MISSING, "MEMBER-18")


@pytest.mark.rule("LEAVE-03")
@pytest.mark.parametrize("named", [str(PEOPLE["joined"]), "", "03"])
def test_naming_oneself_is_naming_nobody(mock: Mock, as_: As, named: str) -> None:
    assert leave(as_, "joined", OPEN, user=named).status_code == 204
    assert tie(mock, course(OPEN), "joined") is None


def test_a_user_that_is_no_number_is_refused(as_: As) -> None:
    assert outcome(leave(as_, "creator", OPEN, user="x")) == (400, [("user", "invalid")])


@pytest.mark.rule("LEAVE-04")
def test_whoever_comes_back_has_his_completions_and_a_new_moment(
    mock: Mock, as_: As, joined: httpx.Client, taught: Taught
) -> None:
    joined.post(f"{taught.lessons[0]}complete/")
    mock.clock.advance(days=2)
    assert joined.delete(f"{taught.course}join/").status_code == 204
    assert join(as_, "joined", taught.course).json()["num_lessons_completed"] == 1
    line = progress(mock, taught.course, "joined")
    assert (line["joined_at"], line["user_completion_rate"]) == ("2025-03-05T12:00:00Z", 50)


@pytest.mark.rule("LEAVE-04", "DRIP-02")
def test_whoever_comes_back_waits_again(mock: Mock, as_: As, creator: httpx.Client, joined: httpx.Client) -> None:
    made = teach(creator, type="structured", section={"drip_delay": 1})
    enrol(creator, made.course, joined=["joined"])
    mock.clock.advance(days=1)
    assert joined.get(made.lessons[0]).status_code == 200
    joined.delete(f"{made.course}join/")
    join(as_, "joined", made.course)
    assert joined.get(made.lessons[0]).status_code == 403


# --- invitations ------------------------------------------------------------------------------------------------------


@pytest.mark.rule("INVITE-01", "MEMBER-19")
@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("where", [OPEN, PRIVATE, SECRET, DRAFT])
def test_leads_invite(mock: Mock, as_: As, lead: str, where: int) -> None:
    answer = invite(as_, where, "member", "staff", person=lead)
    assert (answer.status_code, answer.content) == (204, b"")
    assert tie(mock, course(where), "member") == tie(mock, course(where), "staff") == "invited"


@pytest.mark.rule("INVITE-01", "UNINVITE-01")
@pytest.mark.parametrize("person", OTHERS)
@pytest.mark.parametrize(("method", "rule"), [("POST", "INVITE-01"), ("DELETE", "UNINVITE-01")])
def test_nobody_else_invites_or_takes_invitations_back(as_: As, person: str, method: str, rule: str) -> None:
    answer = invite(as_, OPEN, "member", person=person, method=method)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (FORBIDDEN, rule)


@pytest.mark.rule("INVITE-01", "UNINVITE-01")
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_an_invitation_says_whom(as_: As, method: str) -> None:
    answer = as_("creator").request(method, f"{course(OPEN)}invite/", json={})
    assert outcome(answer) == (400, [("users", "required")])


@pytest.mark.rule("INVITE-02")
def test_one_id_that_is_nobodys_keeps_all_from_being_invited(mock: Mock, as_: As) -> None:
    assert outcome(invite(as_, OPEN, "member", 999_999)) == (400, [("users", "does_not_exist")])
    assert tie(mock, course(OPEN), "member") is None


@pytest.mark.rule("INVITE-03")
def test_whoever_is_invited_to_a_draft_sees_nothing_of_it(as_: As) -> None:
    assert invite(as_, DRAFT, "member").status_code == 204
    assert as_("member").get(course(DRAFT)).status_code == 404


@pytest.mark.rule("MEMBER-20")
def test_inviting_whoever_has_asked_lets_him_in(mock: Mock, as_: As) -> None:
    assert invite(as_, PRIVATE, "requested").status_code == 204
    assert tie(mock, course(PRIVATE), "requested") == "joined"


@pytest.mark.rule("MEMBER-21")
@pytest.mark.parametrize("person", ["invited", "joined", *LEADS])
def test_an_invitation_changes_nothing_for_whoever_has_one_or_is_inside(mock: Mock, as_: As, person: str) -> None:
    assert invite(as_, OPEN, person).status_code == 204
    assert tie(mock, course(OPEN), person) == person


@pytest.mark.rule("UNINVITE-01", "MEMBER-22")
@pytest.mark.parametrize("lead", LEADS)
def test_leads_take_invitations_back_by_a_delete_with_a_body(mock: Mock, as_: As, lead: str) -> None:
    answer = invite(as_, PRIVATE, "invited", person=lead, method="DELETE")
    assert (answer.status_code, answer.content) == (204, b"")
    assert tie(mock, course(PRIVATE), "invited") is None


@pytest.mark.rule("MEMBER-23")
@pytest.mark.parametrize("person", ["requested", "joined", *LEADS, "member"])
def test_taking_back_what_is_no_invitation_changes_nothing(mock: Mock, as_: As, person: str) -> None:
    assert invite(as_, PRIVATE, person, method="DELETE").status_code == 204
    assert tie(mock, course(PRIVATE), person) == (None if person == "member" else person)


# --- roles ------------------------------------------------------------------------------------------------------------


@pytest.mark.rule("ROLE-05", "MEMBER-24")
@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize("person", ["member", "requested", "invited", "joined", "manager"])
def test_everybody_can_be_made_a_manager(mock: Mock, as_: As, lead: str, person: str) -> None:
    answer = roles(as_, OPEN, lead, managers=[person])
    assert (answer.status_code, answer.content) == (204, b"")
    assert tie(mock, course(OPEN), person) == "manager"


@pytest.mark.rule("MEMBER-25", "MEMBER-26")
@pytest.mark.parametrize("person", ["member", "requested", "invited", "manager", "joined"])
def test_everybody_can_be_made_a_participant(mock: Mock, as_: As, person: str) -> None:
    assert roles(as_, OPEN, joined=[person]).status_code == 204
    assert tie(mock, course(OPEN), person) == "joined"


@pytest.mark.rule("MEMBER-27", "MEMBER-28")
@pytest.mark.parametrize("person", ["requested", "invited", "joined", "manager", "member"])
def test_everybody_can_be_made_nothing(mock: Mock, as_: As, person: str) -> None:
    assert roles(as_, OPEN, unjoined=[person]).status_code == 204
    assert tie(mock, course(OPEN), person) is None


@pytest.mark.rule("ROLE-01")
@pytest.mark.parametrize("body", [{}, {"members": [3]}])
def test_a_change_of_roles_names_a_list(as_: As, body: dict[str, Any]) -> None:
    answer = as_("creator").post(f"{course(OPEN)}role/", json=body)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [(None, "invalid")]), "ROLE-01")


@pytest.mark.rule("ROLE-02")
@pytest.mark.parametrize("name", ["managers", "joined", "unjoined"])
@pytest.mark.parametrize("lead", LEADS)
def test_no_list_names_the_creator(mock: Mock, as_: As, name: str, lead: str) -> None:
    answer = roles(as_, OPEN, lead, **{name: ["invited", "creator"]})
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [(name, "invalid")]), "ROLE-02")
    assert tie(mock, course(OPEN), "creator") == "creator"
    assert tie(mock, course(OPEN), "invited") == "invited"


@pytest.mark.rule("ROLE-03")
def test_nobody_stands_in_two_lists(mock: Mock, as_: As) -> None:
    answer = roles(as_, OPEN, managers=["requested"], joined=["requested"])
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("joined", "invalid")]), "ROLE-03")
    assert tie(mock, course(OPEN), "requested") == "requested"


def test_an_id_that_is_nobodys_changes_no_role(mock: Mock, as_: As) -> None:
    answer = roles(as_, OPEN, managers=["joined", 999_999])
    assert outcome(answer) == (400, [("managers", "does_not_exist")])
    assert tie(mock, course(OPEN), "joined") == "joined"


@pytest.mark.rule("ROLE-04")
@pytest.mark.parametrize(("name", "after"), [("unjoined", None), ("joined", "joined")])
def test_a_manager_may_give_up_his_own_role(mock: Mock, as_: As, name: str, after: str | None) -> None:
    assert roles(as_, OPEN, "manager", **{name: ["manager"]}).status_code == 204
    assert tie(mock, course(OPEN), "manager") == after
    assert roles(as_, OPEN, "manager", managers=["manager"]).status_code == 403


@pytest.mark.rule("ROLE-04")
def test_a_manager_may_put_another_one_out(mock: Mock, as_: As) -> None:
    roles(as_, OPEN, managers=["member"])
    assert roles(as_, OPEN, "manager", unjoined=["member"]).status_code == 204
    assert tie(mock, course(OPEN), "member") is None


@pytest.mark.rule("ROLE-05")
@pytest.mark.parametrize("person", OTHERS)
def test_nobody_else_changes_roles(as_: As, person: str) -> None:
    answer = roles(as_, OPEN, person, managers=["member"])
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (FORBIDDEN, "ROLE-05")


@pytest.mark.rule("ROLE-06")
def test_a_promotion_keeps_the_moment_of_joining_and_gives_one_to_whoever_comes_from_outside(
    mock: Mock, as_: As
) -> None:
    before = progress(mock, course(OPEN), "joined")["joined_at"]
    mock.clock.advance(days=3)
    assert roles(as_, OPEN, managers=["joined", "invited"]).status_code == 204
    assert progress(mock, course(OPEN), "joined")["joined_at"] == before
    assert progress(mock, course(OPEN), "invited")["joined_at"] == "2025-03-06T12:00:00Z"


@pytest.mark.rule("ROLE-01")
def test_all_three_lists_work_in_one_request(mock: Mock, as_: As) -> None:
    assert roles(as_, OPEN, managers=["joined"], joined=["member"], unjoined=["invited"]).status_code == 204
    assert [tie(mock, course(OPEN), person) for person in ("joined", "member", "invited")] == [
        "manager",
        "joined",
        None,
    ]
    assert "member" in names(as_("anon").get(f"{course(OPEN)}join/"))


@pytest.mark.rule("VIS-09")
@pytest.mark.parametrize("where", [SECRET, DRAFT])
@pytest.mark.parametrize(
    ("method", "tail"), [("POST", "invite/"), ("DELETE", "invite/"), ("POST", "role/"), ("GET", "users/")]
)
def test_below_a_hidden_course_there_is_nothing_for_strangers(as_: As, where: int, method: str, tail: str) -> None:
    answer = as_("member").request(method, course(where) + tail)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == (MISSING, "VIS-09")

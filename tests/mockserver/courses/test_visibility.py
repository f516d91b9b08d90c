import httpx
import pytest

from mockserver.courses import Settings
from tests.mockserver.conftest import As
from tests.mockserver.courses.support import schema_keys
from tests.mockserver.support import (
    COURSES,
    DRAFT,
    EVERYBODY,
    OPEN,
    PEOPLE,
    PRIVATE,
    SEARCH,
    SECRET,
    Mock,
    course,
    mock_of,
    outcome,
    status,
)

F, M, X = "in full", "the lock screen", "nothing"

MATRIX = {
    #        anon member requested invited joined manager creator staff
    DRAFT: (X, X, X, X, X, F, F, X),
    OPEN: (F, F, F, F, F, F, F, F),
    PRIVATE: (M, M, M, F, F, F, F, M),
    SECRET: (X, X, X, F, F, F, F, X),
}
WHO = ("anon", "member", "requested", "invited", "joined", "manager", "creator", "staff")
CELLS = [(key, person, seen) for key, row in MATRIX.items() for person, seen in zip(WHO, row, strict=True)]
HIDDEN = [(key, person) for key, person, seen in CELLS if seen is X]

NOT_FOUND = (404, [(None, "not_found")])


@pytest.mark.rule("VIS-01", "VIS-02", "VIS-03", "VIS-04", "VIS-05", "VIS-08", "VIS-12", "COURSE-GET-02")
@pytest.mark.parametrize(("key", "person", "seen"), CELLS)
def test_privacy_and_state_decide_what_is_seen_of_a_course(as_: As, key: int, person: str, seen: str) -> None:
    answer = as_(person).get(course(key))
    if seen is X:
        assert outcome(answer) == NOT_FOUND
    else:
        expected = schema_keys.USER_DETAIL if seen is F else schema_keys.MINIMAL
        assert (answer.status_code, list(answer.json())) == (200, expected)
        assert answer.json()["id"] == key


@pytest.mark.rule("VIS-01", "VIS-04", "VIS-12")
@pytest.mark.parametrize(("key", "person"), HIDDEN)
def test_a_hidden_course_is_hidden_by_the_rule_of_its_privacy(as_: As, key: int, person: str) -> None:
    rule = "VIS-04" if key == SECRET else "VIS-12" if person == "joined" else "VIS-01"
    assert as_(person).get(course(key)).headers["X-Mock-Rule"] == rule


@pytest.mark.rule("VIS-01", "VIS-02", "VIS-03", "VIS-04")
@pytest.mark.parametrize(("key", "person", "seen"), CELLS)
def test_a_closed_community_shows_its_members_the_same(key: int, person: str, seen: str) -> None:
    closed = mock_of(settings=Settings(content_availability=False))
    codes = {F: 200, M: 200, X: 404}
    assert closed.as_(person).get(course(key)).status_code == (401 if person == "anon" else codes[seen])


@pytest.mark.rule("VIS-03")
@pytest.mark.parametrize("view", ["user", "", None])
def test_the_lock_screen_tells_nothing_of_what_is_inside(as_: As, view: str | None) -> None:
    answer = as_("member").get(course(PRIVATE), params={} if view is None else {"view": view})
    assert list(answer.json()) == schema_keys.MINIMAL
    assert "Ask to be let in." not in answer.text


@pytest.mark.rule("VIS-05")
@pytest.mark.parametrize("key", [PRIVATE, SECRET])
def test_who_is_invited_sees_private_and_secret_courses_in_full(as_: As, key: int) -> None:
    body = as_("invited").get(course(key)).json()
    assert (list(body), body["join_status"]) == (schema_keys.USER_DETAIL, "invited")


@pytest.mark.rule("VIS-06")
@pytest.mark.parametrize(("key", "person"), [cell for cell in HIDDEN if cell[1] != "anon"])
def test_who_may_not_see_a_course_cannot_ask_for_a_state_in_it(as_: As, key: int, person: str) -> None:
    assert outcome(as_(person).get(status(key))) == NOT_FOUND


@pytest.mark.rule("VIS-07")
@pytest.mark.parametrize(("person", "state"), [("member", None), ("staff", None), ("requested", "requested")])
def test_the_lock_screen_is_enough_to_ask_for_ones_state(as_: As, person: str, state: str | None) -> None:
    answer = as_(person).get(status(PRIVATE))
    assert (answer.status_code, answer.json()) == (200, {"status": state})


@pytest.mark.rule("VIS-08")
@pytest.mark.parametrize("key", [OPEN, PRIVATE])
def test_an_anonymous_reader_has_no_state_and_has_completed_nothing(anon: httpx.Client, key: int) -> None:
    body = anon.get(course(key)).json()
    assert (body["join_status"], body["user_completion_rate"]) == (None, 0)


WRITES = ("PATCH", "PUT", "DELETE")
BODY = {"name": "Taken over", "type": "self-paced", "description": "Taken over."}


@pytest.mark.rule("VIS-09")
@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize(("key", "person"), [cell for cell in HIDDEN if cell[1] != "anon"])
def test_who_cannot_see_a_course_finds_none_to_change(as_: As, method: str, key: int, person: str) -> None:
    assert outcome(as_(person).request(method, course(key), json=BODY)) == NOT_FOUND


SEEN = [(key, person) for key, person, seen in CELLS if seen is not X and person not in {"anon", "manager", "creator"}]


@pytest.mark.rule("VIS-09")
@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize(("key", "person"), SEEN)
def test_who_sees_a_course_without_leading_it_is_forbidden_to_change_it(
    as_: As, method: str, key: int, person: str
) -> None:
    assert outcome(as_(person).request(method, course(key), json=BODY)) == (403, [(None, "permission_denied")])


@pytest.mark.rule("VIS-10")
def test_the_staff_of_the_community_has_no_role_in_a_course(as_: As) -> None:
    staff = as_("staff")
    assert staff.get(status(OPEN)).json() == {"status": None}
    for view in ("edit", "dashboard"):
        assert staff.get(course(OPEN), params={"view": view}).status_code == 403
    for method in WRITES:
        assert staff.request(method, course(OPEN), json=BODY).status_code == 403


@pytest.mark.rule("VIS-11")
@pytest.mark.parametrize("key", [OPEN, PRIVATE, SECRET, DRAFT])
def test_a_deleted_course_is_gone_for_everybody(mock: Mock, key: int) -> None:
    assert mock.as_("creator").delete(course(key)).status_code == 204
    for person in PEOPLE:
        caller = mock.as_(person)
        assert outcome(caller.get(course(key))) == NOT_FOUND
        assert outcome(caller.get(status(key))) == NOT_FOUND
        for method in WRITES:
            assert outcome(caller.request(method, course(key), json=BODY)) == NOT_FOUND
    assert outcome(mock.as_("anon").get(course(key))) == NOT_FOUND


@pytest.mark.rule("VIS-11")
@pytest.mark.parametrize("person", PEOPLE)
def test_a_deleted_course_leaves_every_list(mock: Mock, person: str) -> None:
    caller = mock.as_(person)
    lists = (SEARCH, f"{COURSES}?statuses=creator,manager,joined,invited,requested", f"{SEARCH}?statuses={person}")
    found = [
        path for path in lists if person in {"creator", "manager", "joined", "invited", "requested"} or path is SEARCH
    ]
    for path in found:
        assert OPEN in [row["id"] for row in caller.get(path).json()["results"]]
    mock.as_("creator").delete(course(OPEN))
    for path in found:
        assert OPEN not in [row["id"] for row in caller.get(path).json()["results"]]


@pytest.mark.rule("VIS-12")
def test_who_joined_a_course_that_is_a_draft_does_not_see_it(as_: As) -> None:
    assert outcome(as_("joined").get(course(DRAFT))) == NOT_FOUND
    as_("creator").patch(course(DRAFT), json={"privacy": "secret"})
    assert as_("joined").get(course(DRAFT)).json()["join_status"] == "joined"


@pytest.mark.rule("COURSE-GET-03")
@pytest.mark.parametrize("person", EVERYBODY)
def test_who_is_logged_in_may_ask_what_they_are_in_a_course(as_: As, person: str) -> None:
    answer = as_(person).get(status(OPEN))
    if person == "anon":
        assert outcome(answer) == (401, [(None, "not_authenticated")])
    else:
        assert answer.json() == {"status": None if person in {"member", "staff"} else person}

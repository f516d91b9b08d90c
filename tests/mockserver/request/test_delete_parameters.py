"""A DELETE is understood whether it says what it says in its query or in its body."""

from typing import Any

import pytest

from tests.mockserver.conftest import As
from tests.mockserver.support import ENCODINGS, OPEN, PEOPLE, Encode, Mock, course, form, outcome, status

JOIN, INVITE = f"{course(OPEN)}join/", f"{course(OPEN)}invite/"
STRICT = {"Prefer": "handling=strict"}


def tie(as_: As, person: str) -> Any:
    return as_(person).get(status(OPEN)).json()["status"]


@pytest.mark.rule("LEAVE-02")
@pytest.mark.parametrize("encode", ENCODINGS.values(), ids=ENCODINGS)
def test_whom_to_take_out_may_stand_in_the_body(as_: As, encode: Encode) -> None:
    answer = as_("manager").request("DELETE", JOIN, **encode({"user": PEOPLE["joined"]}))
    assert answer.status_code == 204
    assert answer.headers["X-Mock-Notice"] == "user was read from the body; its place is the query"
    assert (tie(as_, "joined"), tie(as_, "manager")) == (None, "manager")


@pytest.mark.rule("LEAVE-02")
def test_who_may_not_take_out_may_not_by_the_body_either(as_: As) -> None:
    answer = as_("joined").request("DELETE", JOIN, json={"user": PEOPLE["manager"]})
    assert outcome(answer) == (403, [(None, "permission_denied")])
    assert tie(as_, "manager") == "manager"


def test_the_query_goes_before_the_body(as_: As) -> None:
    answer = as_("manager").request("DELETE", JOIN, params={"user": PEOPLE["joined"]}, json={"user": PEOPLE["invited"]})
    assert answer.status_code == 204
    assert "X-Mock-Notice" not in answer.headers
    assert (tie(as_, "joined"), tie(as_, "invited")) == (None, "invited")


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"user": None}},
        {"json": {"users": [PEOPLE["joined"]]}},
        {"json": [PEOPLE["joined"]]},
        form("application/json", b"{"),
        form("text/plain", b"user=3"),
    ],
    ids=["null", "another name", "a list", "no JSON", "another media type"],
)
def test_a_body_that_names_nobody_is_passed_over(as_: As, sent: dict[str, Any]) -> None:
    assert as_("manager").request("DELETE", JOIN, **sent).status_code == 204
    assert (tie(as_, "manager"), tie(as_, "joined")) == (None, "joined")


def test_what_names_nobody_in_the_body_is_refused_as_in_the_query(as_: As) -> None:
    answer = as_("manager").request("DELETE", JOIN, json={"user": "joined"})
    assert outcome(answer) == (400, [("user", "invalid")])
    assert tie(as_, "manager") == "manager"


@pytest.mark.rule("UNINVITE-01")
@pytest.mark.parametrize("spelled", ["users=4&users=6", "users[]=4&users[]=6", "users=[4,6]"])
def test_whom_to_invite_no_more_may_stand_in_the_query(as_: As, spelled: str) -> None:
    as_("creator").post(INVITE, json={"users": [PEOPLE["member"]]})
    answer = as_("creator").delete(f"{INVITE}?{spelled}")
    assert answer.status_code == 204
    assert answer.headers["X-Mock-Notice"] == "the query was read as the body"
    assert (tie(as_, "invited"), tie(as_, "member")) == (None, None)


def test_the_body_goes_before_the_query(as_: As) -> None:
    answer = as_("creator").request(
        "DELETE", INVITE, params={"users": PEOPLE["member"]}, json={"users": [PEOPLE["invited"]]}
    )
    assert answer.status_code == 204
    assert tie(as_, "invited") is None


@pytest.mark.rule("UNINVITE-01")
@pytest.mark.parametrize("query", ["", "?users=", "?foo=1"])
def test_whom_to_invite_no_more_must_stand_somewhere(as_: As, query: str) -> None:
    assert outcome(as_("creator").delete(INVITE + query))[0] == 400
    assert tie(as_, "invited") == "invited"


def test_the_strict_reading_moves_nothing(mock: Mock, as_: As) -> None:
    assert outcome(as_("creator").delete(f"{INVITE}?users=4", headers=STRICT)) == (400, [("users", "required")])
    answer = as_("manager").request("DELETE", JOIN, json={"user": PEOPLE["joined"]}, headers=STRICT)
    assert answer.status_code == 204
    assert (tie(as_, "joined"), tie(as_, "manager")) == ("joined", None)

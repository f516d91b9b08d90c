from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from mockserver.clock import Clock, TimeError, duration, moment
from tests.mockserver.conftest import As
from tests.mockserver.support import OPEN, Mock, course, outcome

CLOCK = "/__mock__/clock"


@pytest.fixture
def anybody(mock: Mock) -> httpx.Client:
    return mock.client()


def told(caller: httpx.Client) -> tuple[str, bool]:
    body = caller.get(CLOCK).json()
    return body["now"], body["frozen"]


def test_the_clock_tells_the_time_of_the_mock(anybody: httpx.Client) -> None:
    assert told(anybody) == ("2025-03-03T12:00:00Z", False)


def test_a_clock_that_is_set_runs_on(mock: Mock, anybody: httpx.Client) -> None:
    answer = anybody.post(CLOCK, json={"set": "2030-01-01T02:00:00+02:00"})
    assert (answer.status_code, answer.json()) == (200, {"now": "2030-01-01T00:00:00Z", "frozen": False})
    mock.clock.advance(seconds=5)
    assert told(anybody) == ("2030-01-01T00:00:05Z", False)


def test_a_clock_that_is_set_and_frozen_at_once_stands_exactly_there(anybody: httpx.Client) -> None:
    told = anybody.post(CLOCK, json={"set": "2030-01-01T00:00:00Z", "freeze": True}).json()
    assert told == {"now": "2030-01-01T00:00:00Z", "frozen": True}


def test_a_clock_that_is_frozen_stands_until_it_is_moved_or_released(mock: Mock, anybody: httpx.Client) -> None:
    assert anybody.post(CLOCK, json={"freeze": True}).json()["frozen"] is True
    mock.clock.advance(days=1)
    assert told(anybody) == ("2025-03-03T12:00:00Z", True)
    anybody.post(CLOCK, json={"advance": 60})
    assert told(anybody) == ("2025-03-03T12:01:00Z", True)
    anybody.post(CLOCK, json={"release": True})
    assert told(anybody) == ("2025-03-04T12:00:00Z", False)


@pytest.mark.parametrize(
    ("by", "after"),
    [
        (1.5, "2025-03-03T12:00:01.500000Z"),
        (-3600, "2025-03-03T11:00:00Z"),
        ("P1D", "2025-03-04T12:00:00Z"),
        ("P1WT1H", "2025-03-10T13:00:00Z"),
        ("PT90M", "2025-03-03T13:30:00Z"),
        ("-PT0.5S", "2025-03-03T11:59:59.500000Z"),
    ],
)
def test_a_clock_advances_by_seconds_or_by_a_duration(anybody: httpx.Client, by: object, after: str) -> None:
    assert anybody.post(CLOCK, json={"advance": by}).json()["now"] == after


def test_several_wishes_are_granted_in_one_order(anybody: httpx.Client) -> None:
    anybody.post(CLOCK, json={"freeze": True, "advance": "P1D", "set": "2030-01-01T00:00:00"})
    assert told(anybody) == ("2030-01-02T00:00:00Z", True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, None),
        ({"sett": "2030-01-01"}, None),
        ({"set": "tomorrow"}, "set"),
        ({"set": 5}, "set"),
        ({"set": "1969-12-31T23:59:59Z"}, "set"),
        ({"set": "9999-12-31T23:59:59Z"}, "set"),
        ({"set": "0001-01-01T00:00:00+23:00"}, "set"),
        ({"advance": "x"}, "advance"),
        ({"advance": "P"}, "advance"),
        ({"advance": "PT"}, "advance"),
        ({"advance": True}, "advance"),
        ({"advance": None}, "advance"),
        ({"advance": 1e300}, "advance"),
        ({"advance": "P999999999W"}, "advance"),
        ({"freeze": False}, "freeze"),
        ({"release": 1}, "release"),
        ({"set": "2030-01-01T00:00:00Z", "advance": "x"}, "advance"),
    ],
)
def test_a_wish_that_makes_no_sense_changes_nothing(anybody: httpx.Client, body: Any, field: str | None) -> None:
    assert outcome(anybody.post(CLOCK, json=body)) == (400, [(field, "invalid")])
    assert told(anybody) == ("2025-03-03T12:00:00Z", False)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"NaN"])
def test_a_body_that_cannot_be_read_is_refused(anybody: httpx.Client, content: bytes) -> None:
    assert anybody.post(CLOCK, content=content, headers={"Content-Type": "application/json"}).status_code == 400


def test_another_method_is_told_which_there_are(anybody: httpx.Client) -> None:
    answer = anybody.put(CLOCK, json={})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST, HEAD, OPTIONS")


def test_a_reset_returns_to_the_real_time(mock: Mock, anybody: httpx.Client) -> None:
    anybody.post(CLOCK, json={"set": "2030-01-01T00:00:00Z", "freeze": True})
    mock.reset()
    assert told(anybody) == ("2025-03-03T12:00:00Z", False)


def test_stamps_are_those_of_the_clock(as_: As, anybody: httpx.Client) -> None:
    anybody.post(CLOCK, json={"set": "2031-05-05T05:05:05Z", "freeze": True})
    made = as_("member").post("/api/v2/course/", json={"name": "Later", "type": "self-paced"})
    assert made.json()["created_at"] == "2031-05-05T05:05:05Z"


def test_tokens_end_by_the_clock(mock: Mock, anybody: httpx.Client) -> None:
    form = {"grant_type": "password", "client_id": "front-end", "username": "creator", "password": "creator"}
    issued = anybody.post("/oauth/token/", data=form).json()
    caller = mock.client({"Authorization": f"Bearer {issued['access_token']}"})
    assert caller.patch(course(OPEN), json={}).status_code == 200
    anybody.post(CLOCK, json={"advance": issued["expires_in"] - 1, "freeze": True})
    assert caller.patch(course(OPEN), json={}).status_code == 200
    anybody.post(CLOCK, json={"advance": 1})
    assert caller.patch(course(OPEN), json={}).status_code == 401


def test_the_clock_alone_runs_with_its_source() -> None:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    clock = Clock(lambda: at)
    clock.advance(timedelta(days=1))
    assert clock() == at + timedelta(days=1)
    with pytest.raises(TimeError):
        clock.advance(timedelta.max)
    assert clock() == at + timedelta(days=1)


def test_a_moment_without_an_offset_is_one_of_utc() -> None:
    assert moment("2025-01-01") == datetime(2025, 1, 1, tzinfo=UTC)
    assert duration("P1DT1H") == timedelta(days=1, hours=1)

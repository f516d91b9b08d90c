"""Faults on demand, over HTTP as those who ask for them do."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from mockserver.app import create_app
from mockserver.courses import Settings
from specdouble.testserver import serving
from tests.mockserver.support import COURSES, OPEN, SECRET, Mock, course, mock_of, outcome
from tests.mockserver.support.server import running

FAULTS = "/__mock__/faults"
FIRST = course(OPEN)

pytestmark = pytest.mark.rule("ERR-06")


def inject(mock: Mock, **wanted: Any) -> dict[str, Any]:
    answer = mock.client().post(FAULTS, json=wanted)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def waiting(mock: Mock) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = mock.client().get(FAULTS).json()
    return told


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "error"),
        (401, "not_authenticated"),
        (403, "permission_denied"),
        (404, "not_found"),
        (410, "gone"),
        (429, "throttled"),
        (500, "error"),
        (502, "error"),
        (503, "service_unavailable"),
    ],
)
def test_a_fault_is_answered_as_the_real_backend_would(mock: Mock, status: int, code: str) -> None:
    number = inject(mock, status=status)["id"]
    answer = mock.as_("creator").get(FIRST, headers={"Origin": "http://page.test"})
    assert outcome(answer) == (status, [(None, code)])
    assert answer.headers["X-Mock-Fault"] == str(number)
    assert ("WWW-Authenticate" in answer.headers) is (status == 401)
    assert answer.headers["Access-Control-Allow-Origin"] == "http://page.test"
    assert "X-Mock-Fault" in answer.headers["Access-Control-Expose-Headers"]


def test_a_fault_has_the_body_of_the_framework_where_errors_have_it() -> None:
    mock = mock_of(settings=Settings(plain_errors=True))
    inject(mock, status=503)
    assert mock.as_("creator").get(FIRST).json() == {"detail": "Service temporarily unavailable, try again later."}


def test_a_fault_may_say_when_to_come_again(mock: Mock) -> None:
    inject(mock, status=429, retry_after=30, times=1)
    inject(mock, status=503, retry_after=0)
    throttled, unavailable = (mock.as_("creator").get(FIRST) for _ in range(2))
    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "30")
    assert throttled.json()["errors"][0]["message"].endswith("Expected available in 30 seconds.")
    assert (unavailable.status_code, unavailable.headers["Retry-After"]) == (503, "0")


def test_a_fault_may_look_like_that_of_a_proxy(mock: Mock) -> None:
    inject(mock, status=502, body="<h1>Bad gateway ☕</h1>")
    answer = mock.as_("creator").get(FIRST)
    assert (answer.status_code, answer.text) == (502, "<h1>Bad gateway ☕</h1>")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert mock.as_("creator").head(FIRST).status_code == 502


def test_what_failed_has_changed_nothing(mock: Mock) -> None:
    creator = mock.as_("creator")
    before = creator.get(FIRST).json()
    inject(mock, status=500, times=2)
    assert creator.patch(FIRST, json={"name": "Changed"}).status_code == 500
    assert creator.post(COURSES, json={"name": "New", "type": "self-paced"}).status_code == 500
    assert creator.get(FIRST).json() == before
    assert creator.post(COURSES, json={"name": "New", "type": "self-paced"}).status_code == 201


# --- whom it strikes, and how often -----------------------------------------------------------------------------------


def test_a_fault_strikes_as_often_as_it_shall(mock: Mock) -> None:
    creator = mock.as_("creator")
    inject(mock, status=503, times=2)
    assert creator.get(FIRST).status_code == 503
    assert [(fault["times"], fault["struck"]) for fault in waiting(mock)] == [(2, 1)]
    assert [creator.get(FIRST).status_code for _ in range(3)] == [503, 200, 200]
    assert waiting(mock) == []


def test_a_fault_strikes_until_it_is_cleared(mock: Mock) -> None:
    creator = mock.as_("creator")
    inject(mock, status=503)
    assert [creator.get(FIRST).status_code for _ in range(3)] == [503] * 3
    assert mock.client().delete(FAULTS).status_code == 204
    assert creator.get(FIRST).status_code == 200
    assert waiting(mock) == []


def test_a_reset_ends_all_faults(mock: Mock) -> None:
    inject(mock, status=503)
    mock.client().post("/__mock__/reset")
    assert (waiting(mock), mock.as_("creator").get(FIRST).status_code) == ([], 200)


def test_faults_are_counted_anew_after_a_reset_but_not_after_they_are_cleared(mock: Mock) -> None:
    numbers = [inject(mock, status=503)["id"]]
    for method, path in (("DELETE", FAULTS), ("POST", "/__mock__/reset")):
        mock.client().request(method, path)
        numbers.append(inject(mock, status=503)["id"])
    assert numbers == [1, 2, 1]


def test_a_fault_strikes_one_operation_alone(mock: Mock) -> None:
    creator = mock.as_("creator")
    inject(mock, status=503, operation="get_course_info")
    assert creator.patch(FIRST, json={}).status_code == 200
    assert creator.get(f"{FIRST}status/").status_code == 200
    assert [creator.request(method, FIRST).status_code for method in ("GET", "HEAD")] == [503, 503]


@pytest.mark.parametrize("person", ["creator", "anonymous"])
def test_a_fault_strikes_one_person_alone(mock: Mock, person: str) -> None:
    inject(mock, status=503, person=person)
    struck = {name: mock.as_(name).get(FIRST).status_code == 503 for name in ("creator", "member", "anon")}
    assert struck == {"creator": person == "creator", "member": False, "anon": person == "anonymous"}
    assert mock.as_("nobody").get(FIRST).status_code == 401


def test_a_fault_comes_before_any_other_refusal(mock: Mock) -> None:
    inject(mock, status=503)
    assert mock.as_("nobody").get(FIRST).status_code == 503
    assert mock.as_("member").patch(course(SECRET), content=b"{").status_code == 503


def test_the_fault_that_was_asked_for_first_strikes_first(mock: Mock) -> None:
    inject(mock, status=503, operation="patch_course")
    inject(mock, status=500, times=1)
    inject(mock, status=429)
    assert [mock.as_("creator").get(FIRST).status_code for _ in range(2)] == [500, 429]
    assert mock.as_("creator").patch(FIRST, json={}).status_code == 503


def test_what_is_no_operation_is_never_struck(mock: Mock) -> None:
    inject(mock, status=503)
    preflight = {"Origin": "http://page.test", "Access-Control-Request-Method": "PATCH"}
    client = mock.client()
    assert client.options(FIRST, headers=preflight).status_code == 200
    assert client.get("/__mock__/health").status_code == 200
    assert client.get("/openapi.json").status_code == 200
    assert client.get("/nothing/").status_code == 404
    assert mock.as_("creator").post(FIRST).status_code == 405
    assert waiting(mock)[0]["struck"] == 0


# --- late answers, and none -------------------------------------------------------------------------------------------


def test_a_late_answer_is_the_usual_one(mock: Mock) -> None:
    number = inject(mock, delay_ms=1, times=2)["id"]
    answer = mock.as_("creator").patch(FIRST, json={"description": "Late."})
    assert (answer.status_code, answer.json()["description"]) == (200, "Late.")
    assert answer.headers["X-Mock-Fault"] == str(number)
    assert mock.as_("member").patch(FIRST, json={}).status_code == 403


@contextmanager
def asking(url: str) -> Iterator[threading.Thread]:
    """Somebody who asks for a course, and is not done before he has an answer."""
    thread = threading.Thread(target=httpx.get, args=(f"{url}{FIRST}",), kwargs={"timeout": 30})
    thread.start()
    yield thread
    thread.join(30)
    assert not thread.is_alive()


def test_whoever_waits_for_a_late_answer_has_it_when_the_faults_are_cleared() -> None:
    with serving(create_app()) as url, httpx.Client(base_url=url) as client:
        client.post(FAULTS, json={"delay_ms": 60_000})
        with asking(url) as caller:
            while not client.get(FAULTS).json()[0]["struck"]:
                assert caller.is_alive()
            client.delete(FAULTS)
        (entry,) = client.get("/__mock__/journal").json()
        assert (entry["status"], entry["fault"]["delay_ms"]) == (200, 60_000)


def test_others_are_answered_while_somebody_waits() -> None:
    with serving(create_app()) as url, httpx.Client(base_url=url) as client:
        client.post(FAULTS, json={"delay_ms": 60_000, "times": 1})
        with asking(url) as caller:
            while client.get(FAULTS).json():
                assert caller.is_alive()
            assert client.get(FIRST).status_code == 200
            assert caller.is_alive()
            client.delete(FAULTS)


def test_a_connection_may_break_without_an_answer() -> None:
    with running() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        told = httpx.post(f"{server.base}{FAULTS}", json={"broken": True, "times": 1}).json()
        body, headers = b'{"description": "Lost."}', {"Authorization": "Bearer creator"}
        connection.request("PATCH", FIRST, body, headers)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
            connection.getresponse()
        connection.close()
        assert httpx.get(f"{server.base}{FIRST}").json()["description"] != "Lost."
        journal = httpx.get(f"{server.base}/__mock__/journal").json()
        assert [entry["status"] for entry in journal] == [None, 200]
        assert journal[0]["fault"] == {**told, "struck": 1}
    assert server.errors == ""


def test_a_connection_breaks_in_the_middle_where_a_server_knows_no_other_way(mock: Mock) -> None:
    inject(mock, broken=True, times=1)
    with pytest.raises(httpx.RemoteProtocolError):
        mock.as_("creator").get(FIRST)
    assert mock.as_("creator").get(FIRST).status_code == 200


# --- what is told of them ---------------------------------------------------------------------------------------------


def test_the_journal_tells_which_answers_are_faults(mock: Mock) -> None:
    told = inject(mock, status=503, times=1, operation="patch_course", person="creator")
    creator = mock.as_("creator")
    creator.patch(FIRST, json={})
    creator.get(FIRST)
    journal = mock.client().get("/__mock__/journal").json()
    assert [(entry["status"], entry["fault"]) for entry in journal] == [(503, {**told, "struck": 1}), (200, None)]


@pytest.mark.parametrize(
    ("wanted", "refused"),
    [
        ({}, [(None, "required")]),
        ({"times": 1, "person": "creator"}, [(None, "required")]),
        *(({"status": value}, [("status", "invalid")]) for value in (200, 399, 600, 503.0, "503", True, None, [503])),
        *(({"status": 503, "times": value}, [("times", "invalid")]) for value in (0, -1, 1.5, "1", 10**7)),
        *(({"status": 503, "retry_after": value}, [("retry_after", "invalid")]) for value in (-1, "5", 10**7, None)),
        *(({"delay_ms": value}, [("delay_ms", "invalid")]) for value in (0, -1, 60_001, "5", 1.5)),
        *(({"broken": value}, [("broken", "invalid")]) for value in (False, 1, "true")),
        ({"status": 503, "body": {"a": 1}}, [("body", "invalid")]),
        ({"status": 503, "operation": 1}, [("operation", "invalid")]),
        ({"status": 503, "operation": "patch_curse"}, [("operation", "does_not_exist")]),
        ({"status": 503, "operation": "x" * 1000}, [("operation", "does_not_exist")]),
        ({"status": 503, "person": 1}, [("person", "invalid")]),
        ({"status": 503, "person": "creatr"}, [("person", "does_not_exist")]),
        ({"status": 503, "person": ""}, [("person", "does_not_exist")]),
        ({"broken": True, "status": 503}, [("status", "invalid")]),
        ({"broken": True, "retry_after": 1, "body": ""}, [("retry_after", "invalid"), ("body", "invalid")]),
        ({"statu": 503}, [("statu", "unknown"), (None, "required")]),
        ({"status": 1, "times": 0}, [("status", "invalid"), ("times", "invalid")]),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(mock: Mock, wanted: dict[str, Any], refused: list[Any]) -> None:
    answer = mock.client().post(FAULTS, json=wanted)
    assert outcome(answer) == (400, refused)
    assert waiting(mock) == []
    assert len(answer.content) < 500


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"null", b"503"])
def test_a_body_that_cannot_be_read_is_refused(mock: Mock, content: bytes) -> None:
    answer = mock.client().post(FAULTS, content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (
            {"status": 503, "operation": "patch_curse"},
            'There is no operation "patch_curse". Did you mean "patch_course"?',
        ),
        (
            {"status": 503, "operation": "?"},
            'There is no operation "?". /openapi.json lists the operations by operationId.',
        ),
        ({"status": 503, "person": "creatr"}, "Nobody has this token. Send the token of a person, or anonymous."),
        ({"delay_ms": 99_999}, "Send a whole number from 1 to 60000."),
    ],
)
def test_a_refusal_tells_what_to_send(mock: Mock, wanted: dict[str, Any], told: str) -> None:
    (entry,) = mock.client().post(FAULTS, json=wanted).json()["errors"]
    assert [message["message"] for message in entry["messages"]] == [told]

from typing import Any

import httpx
import pytest

from specdouble import OPENAPI, document
from tests.mockserver.conftest import As
from tests.mockserver.support import (
    COURSES,
    DRAFT,
    EVERYBODY,
    OPEN,
    PEOPLE,
    PRIVATE,
    SECRET,
    Clock,
    Mock,
    course,
    mock_of,
    outcome,
    status,
)
from tests.mockserver.support.snapshot import snapshot

NEW = {"name": "New", "type": "self-paced"}
RESET = "/__mock__/reset"
JOURNAL = "/__mock__/journal"


@pytest.mark.parametrize("path", ["/__mock__/health", "/__mock__/health/"])
def test_health_answers_200_to_everybody(mock: Mock, path: str) -> None:
    for person in ("anon", "creator", "nobody"):
        assert mock.as_(person).get(path).status_code == 200
    assert mock.as_("anon").head(path).status_code == 200


def upset(mock: Mock) -> None:
    """Change as much of the world as requests can."""
    creator = mock.as_("creator")
    creator.patch(course(OPEN), json={"name": "x", "privacy": "secret", "image_original": "x", "categories": [3]})
    creator.patch(course(DRAFT), json={"privacy": "open", "slug": "x", "type": "structured"})
    order = creator.get(course(PRIVATE), params={"view": "edit"}).json()["sections_order"]
    creator.patch(course(PRIVATE), json={"sections_order": order[::-1]})
    creator.delete(course(SECRET))
    for person in PEOPLE:
        mock.as_(person).post(COURSES, json={"name": f"Of {person}", "type": "scheduled", "privacy": "open"})
    form = {"grant_type": "password", "client_id": "front-end", "username": "joined", "password": "joined"}
    mock.client().post("/oauth/token/", data=form)


def test_a_reset_returns_to_the_world_at_start_exactly(mock: Mock) -> None:
    start = snapshot(mock, EVERYBODY)
    upset(mock)
    assert snapshot(mock, EVERYBODY) != start
    assert mock.client().post(RESET).status_code == 204
    assert snapshot(mock, EVERYBODY) == start


def test_after_a_reset_the_same_requests_have_the_same_answers(mock: Mock) -> None:
    upset(mock)
    first = snapshot(mock, EVERYBODY)
    for _ in range(2):
        mock.client().post(RESET)
        upset(mock)
        assert snapshot(mock, EVERYBODY) == first


def test_a_token_that_was_issued_before_a_reset_is_dead(mock: Mock) -> None:
    form = {"grant_type": "password", "client_id": "front-end", "username": "joined", "password": "joined"}
    token = mock.client().post("/oauth/token/", data=form).json()["access_token"]
    caller = mock.client({"Authorization": f"Bearer {token}"})
    assert caller.get(status(OPEN)).status_code == 200
    mock.client().post(RESET)
    assert caller.get(status(OPEN)).status_code == 401


def test_the_world_is_the_same_at_every_start(mock: Mock) -> None:
    another = Mock()
    try:
        another.clock.advance(days=400)
        assert snapshot(another, EVERYBODY) == snapshot(mock, EVERYBODY)
        made = [each.as_("member").post(COURSES, json=NEW).json() for each in (mock, another)]
        assert made[0]["id"] == made[1]["id"]
        assert made[0]["created_at"] == Clock.START.isoformat().replace("+00:00", "Z")
    finally:
        another.close()


def test_the_world_at_start_is_as_the_documentation_of_the_mock_says(as_: As) -> None:
    creator = as_("creator")
    courses = {key: creator.get(course(key), params={"view": "edit"}).json() for key in (OPEN, PRIVATE, SECRET, DRAFT)}
    assert [body["privacy"] for body in courses.values()] == ["open", "private", "secret", ""]
    for body in courses.values():
        assert body["created_by"]["username"] == "creator"
        assert body["type"] == "self-paced"
    sections = courses[OPEN]["sections"]
    assert sum(bool(section["lessons"]) for section in sections) >= 2
    assert courses[OPEN]["image_small"] is not None
    changed = creator.patch(course(OPEN), json={"categories": [1, 2, 3]}).json()
    assert [category["id"] for category in changed["categories"]] == [1, 2, 3]


@pytest.mark.parametrize("person", PEOPLE)
def test_a_persons_token_is_the_name_and_the_ids_are_those_that_are_told(as_: As, person: str) -> None:
    made = as_(person).post(COURSES, json=NEW).json()
    assert (made["created_by"]["id"], made["created_by"]["username"]) == (PEOPLE[person], person)


@pytest.mark.parametrize("key", [OPEN, PRIVATE, SECRET, DRAFT])
@pytest.mark.parametrize("person", PEOPLE)
def test_on_each_course_everybody_has_the_state_of_their_name(as_: As, person: str, key: int) -> None:
    seen = as_("creator").get(course(key), params={"user": str(PEOPLE[person])}).json()
    assert seen["join_status"] == (None if person in {"member", "staff"} else person)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", RESET, 405),
        ("DELETE", RESET, 405),
        ("POST", "/__mock__/health", 405),
        ("GET", "/__mock__/", 404),
        ("POST", "/__mock__/nothing", 404),
        ("GET", "/__mock__/../health", 404),
    ],
)
def test_what_the_mock_has_no_control_for_is_refused(anon: httpx.Client, method: str, path: str, code: int) -> None:
    answer = anon.request(method, path)
    assert answer.status_code == code
    assert len(outcome(answer)[1]) == 1


def test_the_mock_serves_its_contract_and_nothing_else(anon: httpx.Client) -> None:
    answer = anon.get("/openapi.json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json() == document.load(OPENAPI)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_the_contract_is_only_read(anon: httpx.Client, method: str) -> None:
    answer = anon.request(method, "/openapi.json")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_the_console_is_served(anon: httpx.Client) -> None:
    page = anon.get("/ui/")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "/openapi.json" in page.text
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui-standalone-preset.js"):
        assert asset in page.text
        answer = anon.get(f"/ui/{asset}")
        assert (answer.status_code, len(answer.content)) == (200, int(answer.headers["Content-Length"]))


def entries(mock: Mock) -> list[dict[str, Any]]:
    """What the journal remembers, the oldest first."""
    found: list[dict[str, Any]] = mock.client().get(JOURNAL).json()
    return found


def test_the_journal_tells_what_came_what_went_and_which_rule_refused(mock: Mock, as_: As) -> None:
    as_("creator").patch(course(OPEN), params={"view": "x"}, json={"foo": 1})
    as_("member").patch(course(OPEN), json={})
    now = mock.clock.now.isoformat()
    entry = {"at": now, "method": "PATCH", "path": course(OPEN), "fault": None}
    assert entries(mock) == [
        {**entry, "status": 200, "rule": None, "notice": "unknown field 'foo' was ignored"},
        {**entry, "status": 403, "rule": "COURSE-PATCH-03", "notice": None},
    ]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v2/notification/", 404),
        ("GET", "/nowhere", 404),
        ("GET", course(OPEN).rstrip("/"), 301),
        ("PATCH", course(OPEN).rstrip("/"), 404),
        ("TRACE", course(OPEN), 405),
        ("DELETE", "/ui/", 405),
    ],
)
def test_the_journal_tells_of_what_found_no_operation_too(
    creator: httpx.Client, method: str, path: str, status: int
) -> None:
    creator.request(method, path)
    (entry,) = creator.get(JOURNAL).json()
    assert (entry["method"], entry["path"], entry["status"]) == (method, path, status)


def test_the_journal_tells_of_bodies_that_were_too_large() -> None:
    small = mock_of(body_limit=10)
    small.as_("creator").patch(course(OPEN), json={"description": "eleven letters"})
    assert [(entry["path"], entry["status"]) for entry in entries(small)] == [(course(OPEN), 413)]


def test_the_journal_leaves_out_what_is_not_about_the_api(mock: Mock) -> None:
    page = mock.client({"Origin": "https://front.example", "Access-Control-Request-Method": "PATCH"})
    page.options(course(OPEN))
    for path in ("/__mock__/health", JOURNAL, "/openapi.json", "/ui/"):
        assert mock.client().get(path).status_code == 200
    assert entries(mock) == []


def test_a_reset_empties_the_journal(mock: Mock, creator: httpx.Client) -> None:
    creator.get(course(OPEN))
    mock.client().post(RESET)
    assert entries(mock) == []


def test_the_journal_forgets_what_lies_a_thousand_requests_back(mock: Mock, creator: httpx.Client) -> None:
    creator.get(COURSES)
    for _ in range(1_000):
        creator.get("/api/v2/feature/")
    assert {entry["path"] for entry in entries(mock)} == {"/api/v2/feature/"}
    assert len(entries(mock)) == 1_000

import httpx
import pytest

from specdouble import OPENAPI, document
from tests.mockserver.conftest import As
from tests.mockserver.harness import (
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
    outcome,
    status,
)
from tests.mockserver.snapshot import snapshot

NEW = {"name": "New", "type": "self-paced"}
RESET = "/__mock__/reset"


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


def test_the_console_is_served(anon: httpx.Client) -> None:
    page = anon.get("/ui/")
    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")
    assert "/openapi.json" in page.text
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "swagger-ui-standalone-preset.js"):
        assert asset in page.text
        answer = anon.get(f"/ui/{asset}")
        assert (answer.status_code, len(answer.content)) == (200, int(answer.headers["Content-Length"]))

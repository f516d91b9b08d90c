"""The paths of a document are served below its servers, and open to callers who meet a security requirement."""

from pathlib import Path

import httpx
import pytest

from tests.mockserver.support import mock_of

EMBASSY = Path(__file__).parent / "embassy.yaml"
HOME = "/v2/api"
KEYS = {"X-Key": "k", "Cookie": "sid=s"}


@pytest.fixture
def clerk() -> httpx.Client:
    """A client with a key and a session."""
    return mock_of(spec=EMBASSY, base_path=HOME).client(KEYS)


@pytest.mark.parametrize("base", ["/v2/api", "/v3/api", "/old", "/here"])
def test_paths_are_served_below_every_server(clerk: httpx.Client, base: str) -> None:
    clerk.post("/v2/api/visas", json={"holder": "Ada"})
    assert [visa["holder"] for visa in clerk.get(f"{base}/visas").json()] == ["Ada"]


@pytest.mark.parametrize("path", ["/visas", "/api/visas", "/v4/api/visas", "/desk"])
def test_they_are_served_nowhere_else(clerk: httpx.Client, path: str) -> None:
    assert clerk.get(path).status_code == 404


def test_a_path_with_servers_of_its_own_is_served_below_these(clerk: httpx.Client) -> None:
    assert clerk.get("/front/desk", headers={"Authorization": "Basic YTpi"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (KEYS, 200),
        ({"Authorization": "Bearer t"}, 200),
        ({"X-Key": "k"}, 401),
        ({"Cookie": "sid=s"}, 401),
        ({"X-Key": "k", "Cookie": "other=s"}, 401),
        ({"Authorization": "Basic t"}, 401),
        ({"Authorization": "Bearer "}, 401),
        ({}, 401),
    ],
)
def test_all_schemes_of_one_requirement_are_needed(headers: dict[str, str], status: int) -> None:
    assert mock_of(spec=EMBASSY, base_path=HOME).client(headers).get(f"{HOME}/visas").status_code == status


def test_the_challenge_names_the_scheme(clerk: httpx.Client) -> None:
    assert clerk.get("/front/desk").headers["WWW-Authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize(
    ("path", "challenge"),
    [
        (f"{HOME}/visas", 'Bearer realm="mock"'),
        ("/front/gate", 'Basic realm="mock", Bearer realm="mock"'),
        ("/front/box", 'ApiKey realm="mock", in="header", name="X-Key", ApiKey realm="mock", in="cookie", name="sid"'),
    ],
)
def test_the_challenge_names_every_scheme_and_keys_where_there_is_nothing_else(path: str, challenge: str) -> None:
    answer = mock_of(spec=EMBASSY, base_path=HOME).client().get(path)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, challenge)


@pytest.mark.parametrize(
    ("credentials", "status"),
    [
        ("Basic dGVzdDp0ZXN0", 200),
        ("basic dGVzdDo=", 200),
        ("Basic abc123", 401),
        ("Basic dGVzdA==", 401),
        ("Basic", 401),
    ],
)
def test_basic_credentials_are_a_name_and_a_password(credentials: str, status: int) -> None:
    client = mock_of(spec=EMBASSY, base_path=HOME).client({"Authorization": credentials})
    assert client.get("/front/desk").status_code == status


# --- what creation and versions say -----------------------------------------------------------------------------------


def test_a_creation_leads_to_the_new_item(clerk: httpx.Client) -> None:
    created = clerk.post(f"{HOME}/visas", json={"holder": "Ada"})
    assert (created.status_code, created.content) == (201, b"")
    assert clerk.get(created.headers["Location"]).json()["holder"] == "Ada"


def test_an_item_that_the_caller_has_is_not_sent_again(clerk: httpx.Client) -> None:
    visa = clerk.post(f"{HOME}/visas", json={"holder": "Ada"}).headers["Location"]
    version = clerk.get(visa).headers["ETag"]
    for condition in (version, f'"other", W/{version}'):
        again = clerk.get(visa, headers={"If-None-Match": condition})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", version)
    clerk.put(visa, json={"holder": "Bob"})
    assert clerk.get(visa, headers={"If-None-Match": version}).status_code == 200


def test_an_old_version_deletes_nothing(clerk: httpx.Client) -> None:
    visa = clerk.post(f"{HOME}/visas", json={"holder": "Ada"}).headers["Location"]
    version = clerk.get(visa).headers["ETag"]
    clerk.put(visa, json={"holder": "Bob"})
    assert clerk.delete(visa, headers={"If-Match": version}).status_code == 412
    assert clerk.delete(visa, headers={"If-Match": clerk.get(visa).headers["ETag"]}).status_code == 204


# --- what nothing creates ---------------------------------------------------------------------------------------------


def test_an_item_that_nothing_creates_comes_into_being_from_the_example_and_stays(clerk: httpx.Client) -> None:
    country = clerk.get(f"{HOME}/countries/IT").json()
    assert country == {"code": "IT", "name": "Nowhere", "founded": 1900}
    assert clerk.get(f"{HOME}/countries/IT").json() == country


def test_a_list_that_nothing_fills_shows_the_example_and_what_was_used(clerk: httpx.Client) -> None:
    assert [country["code"] for country in clerk.get(f"{HOME}/countries").json()] == ["XX"]
    clerk.get(f"{HOME}/countries/IT")
    assert [country["code"] for country in clerk.get(f"{HOME}/countries").json()] == ["XX", "IT"]


def test_an_item_that_was_deleted_does_not_come_into_being_again(clerk: httpx.Client) -> None:
    assert clerk.delete(f"{HOME}/countries/IT").status_code == 204
    assert clerk.get(f"{HOME}/countries/IT").status_code == 404
    assert clerk.get(f"{HOME}/countries/FR").status_code == 200
    clerk.delete(f"{HOME}/countries/XX")
    clerk.delete(f"{HOME}/countries/FR")
    assert clerk.get(f"{HOME}/countries").json() == []


def test_a_parent_that_nothing_creates_is_taken_as_given(clerk: httpx.Client) -> None:
    assert clerk.post(f"{HOME}/countries/DE/news", json={"title": "Sun"}).status_code == 201
    assert [news["title"] for news in clerk.get(f"{HOME}/countries/DE/news").json()] == ["Sun"]
    assert clerk.get(f"{HOME}/countries/FR/news").json() == []


@pytest.mark.parametrize("name", ["^", "^key", "^owner", "parent", "key", "owner"])
def test_no_field_of_a_request_is_one_of_the_mocks_own(clerk: httpx.Client, name: str) -> None:
    news = clerk.post(f"{HOME}/countries/DE/news", json={"title": "Rain", name: "mine"}).json()
    assert news == {"id": news["id"], "title": "Rain", name: "mine"}
    assert news in clerk.get(f"{HOME}/countries/DE/news").json()

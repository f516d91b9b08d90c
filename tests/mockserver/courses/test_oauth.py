from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.mockserver.conftest import As
from tests.mockserver.support import ENCODINGS, OPEN, PEOPLE, Mock, outcome, status

TOKEN = "/oauth/token/"
REVOKE = "/oauth/revoke_token/"
AUTHORIZE = "/oauth/authorize/"
CALLBACK = "http://127.0.0.1:3000/callback"
PUBLIC = {"client_id": "front-end"}
CONFIDENTIAL = {"client_id": "back-end", "client_secret": "back-end-secret"}
PASSWORD = {"grant_type": "password", "username": "joined", "password": "joined"}


def grant(caller: httpx.Client, **form: str) -> dict[str, Any]:
    """The tokens that a grant gives."""
    answer = caller.post(TOKEN, data=form)
    assert answer.status_code == 200, answer.text
    tokens: dict[str, Any] = answer.json()
    return tokens


def state_with(mock: Mock, token: str) -> httpx.Response:
    return mock.client({"Authorization": f"Bearer {token}"}).get(status(OPEN))


def code_for(caller: httpx.Client, client_id: str = "front-end") -> str:
    """An authorization code, as it comes back to the application."""
    query = {"response_type": "code", "client_id": client_id, "redirect_uri": CALLBACK}
    location = caller.get(AUTHORIZE, params=query).headers["Location"]
    return parse_qs(urlsplit(location).query)["code"][0]


@pytest.mark.rule("AUTH-OA-01", "AUTH-OA-02")
@pytest.mark.parametrize("client", [PUBLIC, CONFIDENTIAL])
@pytest.mark.parametrize("person", PEOPLE)
def test_a_name_with_its_password_gives_tokens(mock: Mock, client: dict[str, str], person: str) -> None:
    form = {**client, "grant_type": "password", "username": person, "password": person}
    tokens = grant(mock.client(), **form)
    expected = None if person in {"member", "staff"} else person
    assert state_with(mock, tokens["access_token"]).json() == {"status": expected}


@pytest.mark.rule("AUTH-OA-01")
def test_an_authorization_code_gives_tokens_once(mock: Mock) -> None:
    form = {
        **PUBLIC,
        "grant_type": "authorization_code",
        "redirect_uri": CALLBACK,
        "code": code_for(mock.as_("manager")),
    }
    tokens = grant(mock.client(), **form)
    assert state_with(mock, tokens["access_token"]).json() == {"status": "manager"}
    answer = mock.client().post(TOKEN, data=form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


@pytest.mark.rule("AUTH-OA-01")
def test_a_refresh_token_gives_tokens_once(mock: Mock) -> None:
    first = grant(mock.client(), **PUBLIC, **PASSWORD)
    refresh = {**PUBLIC, "grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = grant(mock.client(), **refresh)
    assert state_with(mock, second["access_token"]).json() == {"status": "joined"}
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert mock.client().post(TOKEN, data=refresh).json()["error"] == "invalid_grant"


@pytest.mark.rule("AUTH-OA-01")
@pytest.mark.parametrize("encoding", ["json", "multipart"])
def test_tokens_are_issued_to_forms_only(anon: httpx.Client, encoding: str) -> None:
    answer = anon.post(TOKEN, **ENCODINGS[encoding]({**PUBLIC, **PASSWORD}))
    assert outcome(answer) == (415, [(None, "unsupported_media_type")])


@pytest.mark.rule("AUTH-OA-02")
def test_an_issued_token_says_how_long_it_lives_and_what_it_is(mock: Mock) -> None:
    tokens = grant(mock.client(), **PUBLIC, **PASSWORD)
    assert set(tokens) == {"access_token", "expires_in", "token_type", "scope", "refresh_token"}
    assert (tokens["expires_in"], tokens["token_type"], tokens["scope"]) == (36_000, "Bearer", "read write")


@pytest.mark.rule("AUTH-OA-02")
def test_an_issued_token_lives_as_long_as_it_says(mock: Mock) -> None:
    tokens = grant(mock.client(), **PUBLIC, **PASSWORD)
    mock.clock.advance(seconds=tokens["expires_in"] - 1)
    assert state_with(mock, tokens["access_token"]).status_code == 200
    mock.clock.advance(seconds=1)
    assert outcome(state_with(mock, tokens["access_token"])) == (401, [(None, "authentication_failed")])
    refresh = {**PUBLIC, "grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    assert state_with(mock, grant(mock.client(), **refresh)["access_token"]).status_code == 200


@pytest.mark.rule("AUTH-OA-03")
def test_a_public_client_refreshes_without_a_secret(mock: Mock) -> None:
    refresh = grant(mock.client(), **PUBLIC, **PASSWORD)["refresh_token"]
    assert grant(mock.client(), **PUBLIC, grant_type="refresh_token", refresh_token=refresh)["access_token"]


@pytest.mark.rule("AUTH-OA-04")
@pytest.mark.parametrize("person", PEOPLE)
def test_authorization_sends_back_with_a_code_in_the_query(mock: Mock, person: str) -> None:
    query = {"response_type": "code", **PUBLIC, "redirect_uri": CALLBACK, "state": "a b&c"}
    answer = mock.as_(person).get(AUTHORIZE, params=query)
    location = urlsplit(answer.headers["Location"])
    assert (answer.status_code, location._replace(query="").geturl(), location.fragment) == (302, CALLBACK, "")
    assert parse_qs(location.query)["state"] == ["a b&c"]
    assert parse_qs(location.query)["code"]


@pytest.mark.rule("AUTH-OA-04")
def test_authorization_by_the_documented_address_without_a_slash_is_sent_on(as_: As) -> None:
    query = {"response_type": "token", **PUBLIC, "redirect_uri": CALLBACK}
    sent_on = as_("manager").get(AUTHORIZE.rstrip("/"), params=query)
    assert sent_on.status_code == 301
    answer = as_("manager").get(sent_on.headers["Location"])
    assert (answer.status_code, answer.headers["Location"].partition("#")[0]) == (302, CALLBACK)


@pytest.mark.rule("AUTH-OA-04")
def test_the_token_of_the_implicit_grant_is_in_the_fragment_and_cannot_be_refreshed(mock: Mock) -> None:
    query = {"response_type": "token", **PUBLIC, "redirect_uri": CALLBACK, "state": "s"}
    answer = mock.as_("manager").get(AUTHORIZE, params=query)
    location = urlsplit(answer.headers["Location"])
    assert (answer.status_code, location.query) == (302, "")
    told = parse_qs(location.fragment)
    assert "refresh_token" not in told
    assert (told["token_type"], told["state"]) == (["Bearer"], ["s"])
    assert state_with(mock, told["access_token"][0]).json() == {"status": "manager"}


@pytest.mark.rule("AUTH-OA-04")
def test_authorization_asks_who_the_caller_is(anon: httpx.Client) -> None:
    query = {"response_type": "code", **PUBLIC, "redirect_uri": CALLBACK}
    assert outcome(anon.get(AUTHORIZE, params=query)) == (401, [(None, "not_authenticated")])


@pytest.mark.rule("AUTH-OA-04")
@pytest.mark.parametrize(
    "change",
    [{"response_type": "x"}, {"response_type": ""}, {"client_id": "x"}, {"client_id": ""}, {"redirect_uri": ""}],
)
def test_authorization_refuses_what_it_cannot_follow(as_: As, change: dict[str, str]) -> None:
    query = {"response_type": "code", **PUBLIC, "redirect_uri": CALLBACK, **change}
    answer = as_("member").get(AUTHORIZE, params=query)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


@pytest.mark.rule("AUTH-OA-05")
@pytest.mark.parametrize(
    "uri",
    ["http://evil.example/", f"{CALLBACK}/", f"{CALLBACK}?x=1", f"{CALLBACK}#x", CALLBACK.upper(), f" {CALLBACK}", "x"],
)
@pytest.mark.parametrize("kind", ["code", "token"])
def test_authorization_sends_people_to_registered_addresses_only(as_: As, uri: str, kind: str) -> None:
    answer = as_("member").get(AUTHORIZE, params={"response_type": kind, **PUBLIC, "redirect_uri": uri})
    assert (answer.status_code, answer.json()["error"]) == (400, "redirect_uri_mismatch")
    assert "Location" not in answer.headers
    assert answer.headers["X-Mock-Rule"] == "AUTH-OA-05"


@pytest.mark.rule("AUTH-OA-06")
def test_a_revoked_token_is_dead(mock: Mock) -> None:
    tokens = grant(mock.client(), **PUBLIC, **PASSWORD)
    assert state_with(mock, tokens["access_token"]).status_code == 200
    answer = mock.client().post(REVOKE, data={**PUBLIC, "token": tokens["access_token"]})
    assert answer.status_code == 200
    assert outcome(state_with(mock, tokens["access_token"])) == (401, [(None, "authentication_failed")])


@pytest.mark.rule("AUTH-OA-06")
def test_a_revoked_refresh_token_is_dead(mock: Mock) -> None:
    refresh = grant(mock.client(), **PUBLIC, **PASSWORD)["refresh_token"]
    mock.client().post(REVOKE, data={**PUBLIC, "token": refresh})
    answer = mock.client().post(TOKEN, data={**PUBLIC, "grant_type": "refresh_token", "refresh_token": refresh})
    assert answer.json()["error"] == "invalid_grant"


@pytest.mark.rule("AUTH-OA-06")
@pytest.mark.parametrize("token", ["never given out", "creator"])
def test_a_token_that_nobody_gave_out_is_as_good_as_revoked(mock: Mock, token: str) -> None:
    assert mock.client().post(REVOKE, data={**PUBLIC, "token": token}).status_code == 200
    assert mock.as_("creator").get(status(OPEN)).status_code == 200


@pytest.mark.rule("AUTH-OA-07")
@pytest.mark.parametrize(
    "change", [{"password": "x"}, {"password": ""}, {"username": "nobody"}, {"username": ""}, {"username": "\0"}]
)
def test_bad_credentials_are_an_invalid_grant(anon: httpx.Client, change: dict[str, str]) -> None:
    answer = anon.post(TOKEN, data={**PUBLIC, **PASSWORD, **change})
    assert answer.status_code == 400
    if change != {"username": "\0"}:
        assert (answer.json(), answer.headers["X-Mock-Rule"]) == ({"error": "invalid_grant"}, "AUTH-OA-07")


BAD_CLIENTS = (
    {"client_id": "x"},
    {**CONFIDENTIAL, "client_secret": "x"},
    {"client_id": "back-end"},
    {**PUBLIC, "client_secret": "x"},
)


@pytest.mark.rule("AUTH-OA-07")
@pytest.mark.parametrize("client", BAD_CLIENTS)
def test_a_bad_client_is_an_invalid_client(anon: httpx.Client, client: dict[str, str]) -> None:
    answer = anon.post(TOKEN, data={**client, **PASSWORD})
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


@pytest.mark.rule("AUTH-OA-06", "AUTH-OA-07")
@pytest.mark.parametrize("client", BAD_CLIENTS)
def test_a_bad_client_revokes_nothing(mock: Mock, client: dict[str, str]) -> None:
    token = grant(mock.client(), **CONFIDENTIAL, **PASSWORD)["access_token"]
    answer = mock.client().post(REVOKE, data={**client, "token": token})
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert state_with(mock, token).status_code == 200


@pytest.mark.rule("AUTH-OA-03", "AUTH-OA-07")
def test_a_confidential_client_does_not_refresh_without_its_secret(mock: Mock) -> None:
    refresh = grant(mock.client(), **CONFIDENTIAL, **PASSWORD)["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": refresh}
    answer = mock.client().post(TOKEN, data={"client_id": "back-end", **form})
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    assert grant(mock.client(), **CONFIDENTIAL, **form)["access_token"]


@pytest.mark.rule("AUTH-OA-07")
@pytest.mark.parametrize("kind", ["authorization_code", "refresh_token"])
def test_what_was_given_to_one_client_is_no_good_for_another(mock: Mock, kind: str) -> None:
    refresh = grant(mock.client(), **PUBLIC, **PASSWORD)["refresh_token"]
    given = {"code": code_for(mock.as_("joined")), "refresh_token": refresh, "redirect_uri": CALLBACK}
    answer = mock.client().post(TOKEN, data={**CONFIDENTIAL, **given, "grant_type": kind})
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.rule("AUTH-OA-07")
@pytest.mark.parametrize("kind", ["authorization_code", "refresh_token", "password"])
def test_a_grant_without_what_it_grants_is_invalid(anon: httpx.Client, kind: str) -> None:
    answer = anon.post(TOKEN, data={**PUBLIC, "grant_type": kind})
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


@pytest.mark.parametrize("form", [{}, {"grant_type": "password"}, {"grant_type": "x", **PUBLIC}, PUBLIC])
def test_a_request_for_tokens_that_lacks_something_is_a_bad_request(anon: httpx.Client, form: dict[str, str]) -> None:
    assert anon.post(TOKEN, data=form).status_code == 400


@pytest.mark.rule("AUTH-OA-07")
@pytest.mark.parametrize("said", [{"redirect_uri": "http://evil.example/"}, {"redirect_uri": ""}, {}])
def test_a_code_is_good_only_with_the_address_that_it_was_sent_to(mock: Mock, said: dict[str, str]) -> None:
    form = {**PUBLIC, "grant_type": "authorization_code", "code": code_for(mock.as_("joined")), **said}
    assert mock.client().post(TOKEN, data=form).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize("path", [TOKEN, REVOKE])
def test_answers_about_tokens_are_not_to_be_kept(mock: Mock, path: str) -> None:
    tokens = grant(mock.client(), **PUBLIC, **PASSWORD)
    answer = mock.client().post(path, data={**PUBLIC, **PASSWORD, "token": tokens["access_token"]})
    if path == TOKEN:
        assert answer.headers["Cache-Control"] == "no-store"
    assert answer.status_code == 200

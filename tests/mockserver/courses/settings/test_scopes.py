"""What the scope of a token may keep from whoever has it."""

import httpx
import jwt
import pytest

from mockserver.courses import Settings
from tests.mockserver.courses.support.settings import community
from tests.mockserver.courses.test_oauth import AUTHORIZE, CALLBACK, PUBLIC, TOKEN, grant
from tests.mockserver.support import (
    COURSES,
    DRAFT,
    OPEN,
    SECRET,
    Mock,
    course,
)

NEW = {"name": "New", "type": "self-paced"}


def with_scope(mock: Mock, scope: str) -> httpx.Client:
    """The creator with a token of some scope."""
    form = {**PUBLIC, "grant_type": "password", "username": "creator", "password": "creator", "scope": scope}
    return mock.client({"Authorization": f"Bearer {grant(mock.client(), **form)['access_token']}"})


@pytest.mark.rule("AUTH-OA-02")
def test_a_token_that_may_only_read_may_be_kept_from_writing(on: bool) -> None:
    mock = community(scopes_are_checked=on)
    reader = with_scope(mock, "read")
    assert reader.get(course(OPEN)).status_code == 200
    for answer in (
        reader.patch(course(OPEN), json={}),
        reader.post(COURSES, json=NEW),
        reader.post(f"{course(DRAFT)}section/", json={"name": "x"}),
    ):
        assert (answer.status_code == 403) is on
        assert answer.headers.get("X-Mock-Rule") == ("scopes_are_checked" if on else None)
    assert with_scope(mock, "write read").patch(course(OPEN), json={}).status_code == 200
    assert with_scope(mock, "").patch(course(OPEN), json={}).status_code == 200


@pytest.mark.rule("AUTH-OA-02")
@pytest.mark.parametrize(("scope", "code"), [({}, 200), ({"scope": "read"}, 403), ({"scope": "read write"}, 200)])
def test_a_jwt_may_say_its_scope_too(scope: dict[str, str], code: int) -> None:
    mock = community(scopes_are_checked=True)
    now = mock.clock.seconds
    whole = {"user_id": 1, "exp": now + 60, "iat": now, "jti": "a", "token_type": "access", **scope}
    creator = mock.client({"Authorization": f"Bearer {jwt.encode(whole, Settings().secret)}"})
    assert creator.patch(course(OPEN), json={}).status_code == code


@pytest.mark.rule("AUTH-OA-02")
def test_tokens_without_a_scope_may_write() -> None:
    assert community(scopes_are_checked=True).as_("creator").patch(course(OPEN), json={}).status_code == 200


@pytest.mark.rule("AUTH-OA-02")
def test_a_scope_hides_nothing_that_was_hidden_before() -> None:
    mock = community(scopes_are_checked=True)
    form = {**PUBLIC, "grant_type": "password", "username": "member", "password": "member", "scope": "read"}
    token = grant(mock.client(), **form)["access_token"]
    member = mock.client({"Authorization": f"Bearer {token}"})
    assert member.patch(course(SECRET), json={}).status_code == 404


@pytest.mark.rule("AUTH-OA-02", "AUTH-OA-04")
def test_the_scope_of_a_code_or_a_fragment_is_the_one_that_was_asked_for() -> None:
    mock = community(scopes_are_checked=True)
    asked = {"client_id": "front-end", "redirect_uri": CALLBACK, "scope": "read"}
    creator = mock.as_("creator")
    fragment = creator.get(AUTHORIZE, params={**asked, "response_type": "token"}).headers["Location"]
    assert "scope=read&" in f"{fragment}&"
    code = creator.get(AUTHORIZE, params={**asked, "response_type": "code"}).headers["Location"].partition("code=")[2]
    form = {**PUBLIC, "grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": code}
    tokens = grant(mock.client(), **form)
    assert tokens["scope"] == "read"
    renewed = grant(mock.client(), **PUBLIC, grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert renewed["scope"] == "read"
    refused = creator.get(AUTHORIZE, params={**asked, "scope": "admin", "response_type": "code"})
    assert (refused.status_code, refused.json()) == (400, {"error": "invalid_scope"})


@pytest.mark.rule("AUTH-OA-02")
def test_a_scope_that_there_is_not_is_refused(on: bool) -> None:
    form = {**PUBLIC, "grant_type": "password", "username": "creator", "password": "creator", "scope": "admin"}
    answer = community(scopes_are_checked=on).client().post(TOKEN, data=form)
    assert answer.status_code == (400 if on else 200)
    assert answer.json().get("error") == ("invalid_scope" if on else None)
    assert answer.json().get("scope") == (None if on else "read write")

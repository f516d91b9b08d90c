import hmac
import json
from base64 import urlsafe_b64encode
from typing import Any

import httpx
import jwt
import pytest

from mockserver.courses import SECRET, Settings
from tests.mockserver.support import (
    COURSES,
    DRAFT,
    EVERYBODY,
    OPEN,
    PEOPLE,
    PRIVATE,
    SEARCH,
    TAUGHT,
    Mock,
    course,
    mock_of,
    outcome,
    status,
)

VERIFY = "/api/v2/jwt/verify_token/"


def claims(mock: Mock, **changes: Any) -> dict[str, Any]:
    """The claims of a good token of the creator, some changed, those that are None left out."""
    good = {
        "user_id": PEOPLE["creator"],
        "exp": mock.clock.seconds + 3600,
        "iat": mock.clock.seconds,
        "jti": "1b2c",
        "token_type": "access",
    }
    return {name: value for name, value in {**good, **changes}.items() if value is not None}


def token(mock: Mock, **changes: Any) -> str:
    return jwt.encode(claims(mock, **changes), SECRET)


def bearing(mock: Mock, value: str) -> httpx.Client:
    return mock.client({"Authorization": f"Bearer {value}"})


@pytest.mark.rule("AUTH-01")
def test_a_jwt_an_oauth_token_and_a_development_token_are_the_same_person(mock: Mock) -> None:
    form = {"grant_type": "password", "client_id": "front-end", "username": "creator", "password": "creator"}
    issued = mock.client().post("/oauth/token/", data=form).json()["access_token"]
    answers = [bearing(mock, value).get(course(DRAFT)) for value in (token(mock), issued, "creator")]
    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert answers[0].json() == answers[1].json() == answers[2].json()
    assert answers[0].json()["join_status"] == "creator"


@pytest.mark.rule("AUTH-01")
@pytest.mark.parametrize("header", ["creator", "Token creator", "Basic Y3JlYXRvcjo=", "Bearer", "Bearer ", "Bearer  "])
def test_a_token_that_does_not_travel_as_bearer_token_is_refused(mock: Mock, header: str) -> None:
    answer = mock.client({"Authorization": header}).get(status(OPEN))
    assert outcome(answer) == (401, [(None, "authentication_failed")])


@pytest.mark.rule("AUTH-01")
def test_the_word_bearer_may_be_in_any_case(mock: Mock) -> None:
    assert mock.client({"Authorization": "bearer creator"}).get(status(OPEN)).json() == {"status": "creator"}


PROTECTED = [
    ("POST", COURSES),
    ("GET", COURSES),
    ("PATCH", course(OPEN)),
    ("PUT", course(OPEN)),
    ("DELETE", course(OPEN)),
    ("GET", status(OPEN)),
]


@pytest.mark.rule("AUTH-02", "AUTH-04")
@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_a_protected_operation_asks_anonymous_callers_for_a_bearer_token(
    anon: httpx.Client, method: str, path: str
) -> None:
    answer = anon.request(method, path)
    assert outcome(answer) == (401, [(None, "not_authenticated")])
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.rule("AUTH-02", "AUTH-04")
@pytest.mark.parametrize(("method", "path"), PROTECTED)
def test_a_protected_operation_refuses_a_token_of_nobody(mock: Mock, method: str, path: str) -> None:
    answer = bearing(mock, "nobody").request(method, path)
    assert outcome(answer) == (401, [(None, "authentication_failed")])
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.rule("AUTH-03")
@pytest.mark.parametrize("path", [course(OPEN), course(PRIVATE), SEARCH])
def test_a_bad_token_is_refused_even_where_none_would_have_done(mock: Mock, path: str) -> None:
    assert mock.as_("anon").get(path).status_code == 200
    assert outcome(bearing(mock, "x").get(path)) == (401, [(None, "authentication_failed")])


@pytest.mark.rule("AUTH-05")
@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize("key", [DRAFT, 999_999])
def test_an_unknown_id_tells_an_anonymous_caller_nothing(anon: httpx.Client, method: str, key: int) -> None:
    assert outcome(anon.request(method, course(key))) == (401, [(None, "not_authenticated")])


def refusal_of(mock: Mock, value: str) -> tuple[int, list[tuple[str | None, str]], str]:
    answer = bearing(mock, value).get(course(OPEN))
    return *outcome(answer), answer.headers["X-Mock-Rule"]


def refused_by(rule: str) -> tuple[int, list[tuple[str | None, str]], str]:
    return 401, [(None, "authentication_failed")], rule


@pytest.mark.rule("AUTH-JWT-01")
def test_a_token_signed_with_another_secret_is_refused(mock: Mock) -> None:
    foreign = jwt.encode(claims(mock), "another secret, as long as it has to be")
    assert refusal_of(mock, foreign) == refused_by("AUTH-JWT-01")


def crafted(mock: Mock, algorithm: str, digest: str | None) -> str:
    """A token whose head names an algorithm, signed by an HMAC with the secret, or not at all."""
    parts = [{"alg": algorithm, "typ": "JWT"}, claims(mock)]
    signed = ".".join(map(in_base64, [json.dumps(part).encode() for part in parts]))
    signature = b"" if digest is None else hmac.digest(SECRET.encode(), signed.encode(), digest)
    return f"{signed}.{in_base64(signature)}"


def in_base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.mark.rule("AUTH-JWT-01")
@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [("HS384", "sha384"), ("HS512", "sha512"), ("RS256", "sha256"), ("hs256", "sha256"), ("HS256", "sha512")],
)
def test_a_token_signed_by_another_algorithm_is_refused(mock: Mock, algorithm: str, digest: str) -> None:
    assert bearing(mock, crafted(mock, "HS256", "sha256")).get(course(OPEN)).status_code == 200
    assert refusal_of(mock, crafted(mock, algorithm, digest)) == refused_by("AUTH-JWT-01")


@pytest.mark.rule("AUTH-JWT-01")
@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "HS256", ""])
def test_a_token_that_nobody_signed_is_refused(mock: Mock, algorithm: str) -> None:
    assert refusal_of(mock, crafted(mock, algorithm, None)) == refused_by("AUTH-JWT-01")


@pytest.mark.rule("AUTH-JWT-01")
def test_the_secret_is_an_option(mock: Mock) -> None:
    secret = "a secret that a community has chosen for itself"
    other = mock_of(settings=Settings(secret=secret))
    assert bearing(other, jwt.encode(claims(other), secret)).get(status(OPEN)).json() == {"status": "creator"}
    assert bearing(other, token(other)).get(status(OPEN)).status_code == 401


@pytest.mark.rule("AUTH-JWT-02")
@pytest.mark.parametrize("exp", [None, "tomorrow", True, []])
def test_a_token_whose_end_is_no_number_of_seconds_is_refused(mock: Mock, exp: Any) -> None:
    assert refusal_of(mock, jwt.encode(claims(mock, exp=None) | ({} if exp is None else {"exp": exp}), SECRET)) == (
        refused_by("AUTH-JWT-02")
    )


@pytest.mark.rule("AUTH-JWT-02")
def test_a_token_ends_at_the_second_that_it_names(mock: Mock) -> None:
    caller = bearing(mock, token(mock, exp=mock.clock.seconds + 60))
    mock.clock.advance(seconds=59)
    assert caller.get(status(OPEN)).status_code == 200
    mock.clock.advance(seconds=1)
    assert outcome(caller.get(status(OPEN))) == (401, [(None, "authentication_failed")])


@pytest.mark.rule("AUTH-JWT-03")
@pytest.mark.parametrize("user_id", [None, 999_999, "1", 1.5, True, 0, -1, 10**30, [1]])
def test_a_token_that_names_no_existing_person_is_refused(mock: Mock, user_id: Any) -> None:
    assert refusal_of(mock, token(mock, user_id=user_id)) == refused_by("AUTH-JWT-03")


@pytest.mark.rule("AUTH-JWT-04")
@pytest.mark.parametrize("token_type", [None, "refresh", "ACCESS", "", 1])
def test_a_token_that_is_no_access_token_is_refused(mock: Mock, token_type: Any) -> None:
    assert refusal_of(mock, token(mock, token_type=token_type)) == refused_by("AUTH-JWT-04")


@pytest.mark.rule("AUTH-JWT-05")
@pytest.mark.parametrize("name", ["iat", "jti"])
def test_a_token_without_its_moment_or_its_number_is_refused(mock: Mock, name: str) -> None:
    assert refusal_of(mock, token(mock, **{name: None})) == refused_by("AUTH-JWT-05")


@pytest.mark.rule("AUTH-JWT-06")
@pytest.mark.parametrize("ext_id", ["", "42", 42, [], {"any": "thing"}])
def test_nobody_looks_at_ext_id(mock: Mock, ext_id: Any) -> None:
    answer = bearing(mock, token(mock, ext_id=ext_id)).get(course(DRAFT))
    assert answer.json() == mock.as_("creator").get(course(DRAFT)).json()


@pytest.mark.rule("AUTH-JWT-07")
def test_a_token_may_be_used_more_than_once(mock: Mock) -> None:
    caller = bearing(mock, token(mock))
    assert [caller.get(status(OPEN)).json() for _ in range(3)] == [{"status": "creator"}] * 3


@pytest.mark.rule("AUTH-JWT-08")
@pytest.mark.parametrize("caller", EVERYBODY)
def test_everybody_may_have_a_token_verified(mock: Mock, caller: str) -> None:
    assert mock.as_(caller).post(VERIFY, json={"token": token(mock)}).status_code == 200


@pytest.mark.rule("AUTH-JWT-08")
@pytest.mark.parametrize("changes", [{"user_id": 999_999}, {"user_id": None}, {"token_type": "refresh"}, {"jti": None}])
def test_only_signature_and_lifetime_of_a_token_are_verified(mock: Mock, changes: dict[str, Any]) -> None:
    assert mock.client().post(VERIFY, json={"token": token(mock, **changes)}).status_code == 200


@pytest.mark.rule("AUTH-JWT-08")
def test_a_token_that_was_tampered_with_or_has_ended_is_not_verified(mock: Mock) -> None:
    head, _, signature = token(mock).split(".")
    _, payload, _ = token(mock, user_id=2).split(".")
    for bad in (f"{head}.{payload}.{signature}", token(mock, exp=mock.clock.seconds), "x", "a.b.c"):
        answer = mock.client().post(VERIFY, json={"token": bad})
        assert outcome(answer) == (401, [(None, "authentication_failed")])


@pytest.mark.rule("AUTH-JWT-08")
@pytest.mark.parametrize(
    ("body", "code"),
    [({}, "required"), ({"token": None}, "null"), ({"token": ""}, "blank"), ({"token": []}, "invalid")],
)
def test_a_request_without_a_token_to_verify_is_a_bad_request(
    anon: httpx.Client, body: dict[str, Any], code: str
) -> None:
    assert outcome(anon.post(VERIFY, json=body)) == (400, [("token", code)])


@pytest.mark.rule("AUTH-CA-01")
@pytest.mark.parametrize("path", [*map(course, (1, 2, 3, 4, 999_999)), SEARCH])
def test_a_closed_community_shows_anonymous_callers_nothing(path: str) -> None:
    closed = mock_of(settings=Settings(content_availability=False))
    answer = closed.as_("anon").get(path)
    assert outcome(answer) == (401, [(None, "not_authenticated")])
    assert answer.headers["X-Mock-Rule"] == "AUTH-CA-01"


@pytest.mark.rule("AUTH-CA-01")
def test_a_closed_community_is_open_to_its_members() -> None:
    closed = mock_of(settings=Settings(content_availability=False))
    assert closed.as_("member").get(course(OPEN)).status_code == 200
    assert closed.as_("member").get(SEARCH).json()["count"] == 2 + len(TAUGHT)

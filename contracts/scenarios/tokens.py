"""AUTH-JWT-01 to 08: the JWTs that the platform accepts."""

import time
import warnings
from typing import Any

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.messages.bodies import ENCODINGS, Encoding, encode
from contracts.messages.exchange import Answer
from contracts.results.verdict import NotApplicable
from contracts.scenarios._assertions import UNKNOWN_ID, require_equal

VERIFY = "/api/v2/jwt/verify_token/"
HOUR = 3600
ANOTHER_KEY = "another key that is long enough to sign with"


def bearer(context: Context, token: str) -> Client:
    """Return a client that sends this token."""
    return context.target.bearer(token)


def mint_token(
    context: Context, *without: str, secret: str | None = None, algorithm: str = "HS256", **claims: Any
) -> str:
    """Make a JWT as the platform does, without some claims or with others."""
    import jwt

    key = secret or context.profile.jwt_key
    if key is None:
        raise NotApplicable("the profile has no secret to sign JWTs with (jwt_secret)")
    now = int(time.time())
    whole = {"token_type": "access", "exp": now + HOUR, "iat": now, "jti": context.unique("jti"), "user_id": 1} | claims
    kept = {name: value for name, value in whole.items() if name not in without}
    with warnings.catch_warnings():
        # A key that is short for its algorithm is the target's business.
        warnings.simplefilter("ignore")
        return jwt.encode(kept, None if algorithm == "none" else key, algorithm=algorithm)


def _read(context: Context, token: str) -> Answer:
    return context.known_item("open").read(by=bearer(context, token))


def _require_rejected(context: Context, *tokens: str) -> None:
    for token in tokens:
        context.require_rejected(_read(context, token), 401, code="authentication_failed")


@scenario("AUTH-JWT-01", operation="read")
def only_the_shared_secret_signs(context: Context) -> None:
    """Only HS256 with the shared secret makes a token good."""
    require_equal(
        _read(context, mint_token(context, user_id=context.owner.id))["join_status"], "creator", "join_status"
    )
    good = mint_token(context)
    head, claims, signature = good.split(".")
    _require_rejected(
        context,
        mint_token(context, secret=ANOTHER_KEY),
        mint_token(context, algorithm="none"),
        mint_token(context, algorithm="HS512"),
        _sign_with_rsa(context),
        f"{head}.{claims}.",
        f"{head}.{claims}.{signature[::-1]}",
        f"{head}.{mint_token(context, user_id=2).split('.')[1]}.{signature}",
    )


def _sign_with_rsa(context: Context) -> str:
    """Make a token that claims RS256, with an invalid signature."""
    import base64
    import json

    _, claims, signature = mint_token(context).split(".")
    head = base64.urlsafe_b64encode(json.dumps({"alg": "RS256", "typ": "JWT"}).encode()).rstrip(b"=").decode()
    return f"{head}.{claims}.{signature}"


@scenario("AUTH-JWT-02", operation="read")
def a_token_must_expire(context: Context) -> None:
    """A token that has expired, or that never expires, is rejected."""
    now = int(time.time())
    _require_rejected(
        context, mint_token(context, "exp"), mint_token(context, exp=now - 1), mint_token(context, exp=now - 10 * HOUR)
    )
    context.require_accepted(_read(context, mint_token(context, exp=now + HOUR)))


@scenario("AUTH-JWT-03", operation="read")
def a_token_names_a_user(context: Context) -> None:
    """A token must name an existing user, by a whole number."""
    bad = (UNKNOWN_ID, "creator", None, True)
    _require_rejected(
        context, mint_token(context, "user_id"), *(mint_token(context, user_id=user_id) for user_id in bad)
    )
    for name in ("creator", "joined"):
        token = mint_token(context, user_id=context.person(name).id)
        require_equal(_read(context, token)["join_status"], name, "join_status")


@scenario("AUTH-JWT-04", operation="read")
def a_token_is_for_access(context: Context) -> None:
    """A token of any other type than access is rejected."""
    _require_rejected(
        context,
        mint_token(context, "token_type"),
        *(mint_token(context, token_type=kind) for kind in ("refresh", "", None)),
    )
    context.require_accepted(_read(context, mint_token(context)))


@scenario("AUTH-JWT-05", operation="read")
def a_token_has_time_and_id(context: Context) -> None:
    """A token without iat or jti is rejected."""
    _require_rejected(context, mint_token(context, "iat"))
    _require_rejected(context, mint_token(context, "jti"))
    context.require_accepted(_read(context, mint_token(context)))


@scenario("AUTH-JWT-06", operation="read")
def the_external_id_is_free(context: Context) -> None:
    """A token is accepted with any ext_id, and without one."""
    for value in ("whatever", 17, None, ""):
        context.require_accepted(_read(context, mint_token(context, ext_id=value)))
    context.require_accepted(_read(context, mint_token(context)))


@scenario("AUTH-JWT-07", operation="read")
def a_token_can_be_sent_again(context: Context) -> None:
    """The same token may be sent again."""
    token = mint_token(context)
    for _ in range(3):
        context.require_accepted(_read(context, token))


@scenario("AUTH-JWT-08", operation="read")
def verification_needs_no_login(context: Context) -> None:
    """Verification checks only the signature and the lifetime of a token, and needs no login."""
    claims: list[dict[str, Any]] = [{}, {"user_id": UNKNOWN_ID}, {"token_type": "refresh"}, {"ext_id": "x"}]
    for token in (mint_token(context, "user_id", "jti"), *(mint_token(context, **some) for some in claims)):
        for encoding in ENCODINGS:
            context.require_accepted(_verify(context, token, encoding))
    good = mint_token(context)
    for bad in (good[:-3] + "abc", mint_token(context, secret=ANOTHER_KEY), mint_token(context, exp=1), "x"):
        context.require_rejected(_verify(context, bad), 401)
    context.require_rejected(
        context.anonymous.send("POST", VERIFY, encode({}, Encoding.JSON)), 400, "token", "required"
    )


def _verify(context: Context, token: str, encoding: Encoding = Encoding.JSON) -> Answer:
    return context.anonymous.send("POST", VERIFY, encode({"token": token}, encoding))

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt as pyjwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.auth.jwt import claims, verified
from mockserver.errors import BadCredentials, Reason

SECRET = "short"
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "token_type": "access",
    "exp": int(NOW.timestamp()) + 60,
    "iat": int(NOW.timestamp()),
    "jti": "5f",
    "user_id": 3,
}


def segment(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def sign(payload: bytes, secret: str = SECRET, alg: object = "HS256") -> str:
    head = segment(json.dumps({"alg": alg, "typ": "JWT"}).encode()) + b"." + segment(payload)
    signature = hmac.new(secret.encode(), head, hashlib.sha256).digest()
    return (head + b"." + segment(signature)).decode()


def token(**changes: object) -> str:
    said = {name: value for name, value in (GOOD | changes).items() if value is not ...}
    return sign(json.dumps(said).encode())


def test_a_good_token_gives_its_claims() -> None:
    assert claims(token(), SECRET, NOW) == GOOD


def test_a_token_that_another_library_signed_is_good() -> None:
    secret = "a shared secret of thirty-two bytes"
    assert claims(pyjwt.encode(GOOD, secret, algorithm="HS256"), secret, NOW)["user_id"] == 3


@pytest.mark.parametrize("ext_id", ["x", 7, None, [1]])
def test_the_external_id_is_never_checked(ext_id: object) -> None:
    assert claims(token(ext_id=ext_id), SECRET, NOW)["ext_id"] == ext_id


def test_one_token_is_good_twice_and_each_caller_has_claims_of_his_own() -> None:
    claims(token(), SECRET, NOW)["user_id"] = 1
    assert claims(token(), SECRET, NOW)["user_id"] == 3


@pytest.mark.parametrize(
    ("bad", "reason", "message"),
    [
        (sign(json.dumps(GOOD).encode(), secret="other"), Reason.TOKEN_SIGNATURE, "shared secret"),
        (sign(json.dumps(GOOD).encode(), alg="none"), Reason.TOKEN_SIGNATURE, "HS256"),
        (pyjwt.encode(GOOD, None, algorithm="none"), Reason.TOKEN_SIGNATURE, "HS256"),
        (sign(json.dumps(GOOD).encode(), alg="RS256"), Reason.TOKEN_SIGNATURE, "HS256"),
        (sign(json.dumps(GOOD).encode(), alg="HS512"), Reason.TOKEN_SIGNATURE, "HS256"),
        (sign(json.dumps(GOOD).encode(), alg=["HS256"]), Reason.TOKEN_SIGNATURE, "HS256"),
        (token()[:-2], Reason.TOKEN_SIGNATURE, ""),
        ("", Reason.TOKEN_SIGNATURE, "no JSON Web Token"),
        ("creator", Reason.TOKEN_SIGNATURE, "no JSON Web Token"),
        ("a.b.c", Reason.TOKEN_SIGNATURE, "no JSON Web Token"),
        ("\ud800.b.c", Reason.TOKEN_SIGNATURE, "no JSON Web Token"),
        (sign(b"[]"), Reason.TOKEN_SIGNATURE, "JSON object"),
        (sign(b"{"), Reason.TOKEN_SIGNATURE, "JSON object"),
        (sign(b"\xff"), Reason.TOKEN_SIGNATURE, "JSON object"),
        (sign(b"[" * 5_000), Reason.TOKEN_SIGNATURE, "JSON object"),
        (sign(b'{"a":' * 5_000), Reason.TOKEN_SIGNATURE, "JSON object"),
        (token(exp=...), Reason.TOKEN_LIFETIME, '"exp"'),
        (token(exp=None), Reason.TOKEN_LIFETIME, '"exp"'),
        (token(exp="99999999999"), Reason.TOKEN_LIFETIME, '"exp"'),
        (token(exp=True), Reason.TOKEN_LIFETIME, '"exp"'),
        (token(exp=GOOD["iat"]), Reason.TOKEN_LIFETIME, "expired"),
        (token(exp=-(10**300)), Reason.TOKEN_LIFETIME, "expired"),
        (token(iat=GOOD["iat"] + 5), Reason.TOKEN_LIFETIME, "not valid yet"),
        (token(iat="soon"), Reason.TOKEN_LIFETIME, '"iat"'),
        (token(nbf=GOOD["iat"] + 5), Reason.TOKEN_LIFETIME, "not valid yet"),
        (token(nbf=10**400), Reason.TOKEN_LIFETIME, "not valid yet"),
        (token(nbf=[]), Reason.TOKEN_LIFETIME, '"nbf"'),
        (token(user_id=...), Reason.TOKEN_USER, '"user_id"'),
        (token(user_id=None), Reason.TOKEN_USER, '"user_id"'),
        (token(user_id="3"), Reason.TOKEN_USER, '"user_id"'),
        (token(user_id=True), Reason.TOKEN_USER, '"user_id"'),
        (token(user_id=3.0), Reason.TOKEN_USER, '"user_id"'),
        (token(token_type=...), Reason.TOKEN_TYPE, '"token_type"'),
        (token(token_type="refresh"), Reason.TOKEN_TYPE, '"token_type"'),
        (token(iat=...), Reason.TOKEN_CLAIMS, '"iat"'),
        (token(jti=...), Reason.TOKEN_CLAIMS, '"jti"'),
        (token(jti=""), Reason.TOKEN_CLAIMS, '"jti"'),
    ],
)
def test_a_bad_token_is_refused_with_the_reason(bad: str, reason: Reason, message: str) -> None:
    with pytest.raises(BadCredentials) as refused:
        claims(bad, SECRET, NOW)
    assert refused.value.reason is reason
    assert message in str(refused.value)


def test_a_tampered_payload_no_longer_fits_its_signature() -> None:
    head, _, signature = token().split(".")
    forged = f"{head}.{segment(json.dumps(GOOD | {'user_id': 1}).encode()).decode()}.{signature}"
    with pytest.raises(BadCredentials, match="shared secret"):
        claims(forged, SECRET, NOW)


def test_a_token_that_was_good_expires_by_the_callers_clock() -> None:
    same = token()
    claims(same, SECRET, NOW)
    with pytest.raises(BadCredentials, match="expired"):
        claims(same, SECRET, NOW + timedelta(seconds=60))


def test_a_token_of_tomorrow_is_good_once_its_time_has_come() -> None:
    later = token(nbf=GOOD["iat"] + 5)
    with pytest.raises(BadCredentials, match="not valid yet"):
        claims(later, SECRET, NOW)
    assert claims(later, SECRET, NOW + timedelta(seconds=5))


def test_a_token_that_was_good_is_not_good_under_another_secret() -> None:
    same = token()
    claims(same, SECRET, NOW)
    with pytest.raises(BadCredentials, match="shared secret"):
        claims(same, "rotated", NOW)


def test_fractions_and_far_futures_are_lifetimes() -> None:
    assert claims(token(exp=NOW.timestamp() + 0.5), SECRET, NOW)
    assert claims(token(exp=10**400), SECRET, NOW)


def test_verification_looks_at_signature_and_lifetime_alone() -> None:
    bare = token(user_id=..., token_type="refresh", iat=..., jti=...)
    assert verified(bare, SECRET, NOW) == {"exp": GOOD["exp"], "token_type": "refresh"}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (sign(json.dumps(GOOD).encode(), secret="other"), Reason.TOKEN_SIGNATURE),
        (token(exp=GOOD["iat"] - 1), Reason.TOKEN_LIFETIME),
        (token(exp=...), Reason.TOKEN_LIFETIME),
        (token(iat=GOOD["iat"] + 5), Reason.TOKEN_LIFETIME),
        (token(nbf=GOOD["iat"] + 5), Reason.TOKEN_LIFETIME),
    ],
)
def test_verification_refuses_what_is_forged_or_over(bad: str, reason: Reason) -> None:
    with pytest.raises(BadCredentials) as refused:
        verified(bad, SECRET, NOW)
    assert refused.value.reason is reason


@given(st.one_of(st.text(), st.binary().map(sign), st.text(alphabet="eyJhbGciOiJIUzI1NiJ9._-=", max_size=60)))
def test_no_text_gets_in_or_raises_anything_but_a_refusal(text: str) -> None:
    with pytest.raises(BadCredentials):
        claims(text, SECRET, NOW)

"""JSON Web Tokens signed with a shared secret (HS256)."""

from datetime import datetime
from functools import lru_cache
from typing import Any

import jwt
import msgspec
from jwt.algorithms import HMACAlgorithm

from mockserver.errors import BadCredentials, Reason
from mockserver.messages import said

ALGORITHM = "HS256"

DEVELOPMENT_SECRET = "specdouble-development-secret-of-32-bytes"  # noqa: S105  # printed at every start
"""The secret that signs tokens unless another is given."""


def claims(token: str, secret: str, now: datetime) -> dict[str, Any]:
    """The claims of an access token; BadCredentials says which one is wrong."""
    found = verified(token, secret, now)
    for name in ("iat", "jti"):
        if found.get(name) in (None, ""):
            raise BadCredentials(said('The token has no "{claim}".', claim=name), reason=Reason.TOKEN_CLAIMS)
    if found.get("token_type") != "access":
        raise BadCredentials('The "token_type" of the token is not "access".', reason=Reason.TOKEN_TYPE)
    # A bool is an int to Python, and no id to anybody.
    if type(found.get("user_id")) is not int:
        raise BadCredentials('The "user_id" of the token is not an integer.', reason=Reason.TOKEN_USER)
    return found


def verified(token: str, secret: str, now: datetime) -> dict[str, Any]:
    """The claims of a token whose signature and lifetime hold, whatever else they say.

    ``now`` is an aware datetime: the lifetime is measured by the caller's clock.
    """
    found = _object(_signed(token, secret))
    expires = found.get("exp")
    if not isinstance(expires, int | float) or isinstance(expires, bool):
        raise _no_seconds("exp")
    if expires <= now.timestamp():
        raise BadCredentials("The token has expired.", reason=Reason.TOKEN_LIFETIME)
    for name in ("iat", "nbf"):
        _insist_begun(name, found.get(name), now)
    return found


def _insist_begun(name: str, begins: Any, now: datetime) -> None:
    """Refuse a token of tomorrow, as every library does by itself; what is absent is for others to miss."""
    if begins is None:
        return
    try:
        begun = int(begins) <= now.timestamp()
    except (TypeError, ValueError, OverflowError):
        raise _no_seconds(name) from None
    if not begun:
        template = 'The token is not valid yet: its "{claim}" lies ahead of {now:%Y-%m-%d %H:%M:%S} UTC.'
        raise BadCredentials(said(template, claim=name, now=now), reason=Reason.TOKEN_LIFETIME)


def _no_seconds(claim: str) -> BadCredentials:
    return BadCredentials(
        said('The "{claim}" of the token is not a number of seconds.', claim=claim), reason=Reason.TOKEN_LIFETIME
    )


class _SharedSecret(HMACAlgorithm):
    """HS256 with a secret of any length: the backend that the mock stands for may use a short one."""

    def check_key_length(self, key: bytes) -> None:
        """No warning: who calls can do nothing about the length of the secret."""


_jws = jwt.PyJWS(algorithms=[])
_jws.register_algorithm(ALGORITHM, _SharedSecret(HMACAlgorithm.SHA256))


# A client sends one token with every request. What is remembered is the signature alone, which stays good:
# lifetime and claims are looked at each time.
@lru_cache(maxsize=1024)
def _signed(token: str, secret: str) -> bytes:
    """The payload of a token, its signature verified."""
    try:
        payload: bytes = _jws.decode(token, secret, algorithms=[ALGORITHM])
    except jwt.InvalidAlgorithmError as error:
        raise BadCredentials(
            said("The token is not signed with {algorithm}.", algorithm=ALGORITHM), reason=Reason.TOKEN_SIGNATURE
        ) from error
    except jwt.InvalidSignatureError as error:
        raise BadCredentials(
            "The signature of the token does not match the shared secret.", reason=Reason.TOKEN_SIGNATURE
        ) from error
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise BadCredentials(
            said("The token is no JSON Web Token: {reason}.", reason=error), reason=Reason.TOKEN_SIGNATURE
        ) from error
    return payload


def _object(payload: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(payload, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadCredentials("The token holds no JSON object of claims.", reason=Reason.TOKEN_SIGNATURE) from error

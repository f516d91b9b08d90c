"""JSON Web Tokens signed with a shared secret (HS256)."""

from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import jwt
import msgspec
from jwt.algorithms import HMACAlgorithm

from mockserver.errors import BadCredentials, Reason
from mockserver.messages import translatable

ALGORITHM: Final = "HS256"

DEVELOPMENT_SECRET: Final = "specdouble-development-secret-of-32-bytes"  # noqa: S105  # printed at every start
"""The secret that signs tokens unless another is given."""


def claims(token: str, secret: str, now: datetime) -> dict[str, Any]:
    """Return the claims of an access token; BadCredentials says which one is wrong."""
    payload = verified(token, secret, now)
    for name in ("iat", "jti"):
        if payload.get(name) in (None, ""):
            message = translatable('The token has no "{claim}".', claim=name)
            raise BadCredentials(message, reason=Reason.TOKEN_CLAIMS)
    if payload.get("token_type") != "access":
        raise BadCredentials('The "token_type" of the token is not "access".', reason=Reason.TOKEN_TYPE)
    # To Python a bool is an int, but it is no id.
    if type(payload.get("user_id")) is not int:
        raise BadCredentials('The "user_id" of the token is not an integer.', reason=Reason.TOKEN_USER)
    return payload


def verified(token: str, secret: str, now: datetime) -> dict[str, Any]:
    """Return the claims of a token whose signature and lifetime are valid, whatever its other claims.

    ``now`` is an aware datetime: the lifetime is measured by the clock of the caller.
    """
    payload = _object(_signed(token, secret))
    expires = payload.get("exp")
    if not isinstance(expires, int | float) or isinstance(expires, bool):
        raise _no_seconds("exp")
    if expires <= now.timestamp():
        raise BadCredentials("The token has expired.", reason=Reason.TOKEN_LIFETIME)
    for name in ("iat", "nbf"):
        _require_begun(name, payload.get(name), now)
    return payload


def _require_begun(name: str, begins: Any, now: datetime) -> None:
    """Reject a token whose lifetime has not begun, as every library does by default; the claim may be absent."""
    if begins is None:
        return
    try:
        begun = int(begins) <= now.timestamp()
    except (TypeError, ValueError, OverflowError):
        raise _no_seconds(name) from None
    if not begun:
        template = 'The token is not valid yet: its "{claim}" lies ahead of {now:%Y-%m-%d %H:%M:%S} UTC.'
        raise BadCredentials(translatable(template, claim=name, now=now), reason=Reason.TOKEN_LIFETIME)


def _no_seconds(claim: str) -> BadCredentials:
    message = translatable('The "{claim}" of the token is not a number of seconds.', claim=claim)
    return BadCredentials(message, reason=Reason.TOKEN_LIFETIME)


class _SharedSecret(HMACAlgorithm):
    """HS256 with a secret of any length: the backend that the mock stands for may use a short one."""

    def check_key_length(self, key: bytes) -> None:
        """Print no warning: callers cannot change the length of the secret."""


_jws = jwt.PyJWS(algorithms=[])
_jws.register_algorithm(ALGORITHM, _SharedSecret(HMACAlgorithm.SHA256))


# A client sends one token with every request. Only the verified signature is cached, because it stays valid:
# lifetime and claims are checked every time.
@lru_cache(maxsize=1024)
def _signed(token: str, secret: str) -> bytes:
    """Return the payload of a token whose signature is valid."""
    try:
        payload: bytes = _jws.decode(token, secret, algorithms=[ALGORITHM])
    except jwt.InvalidAlgorithmError as error:
        raise _bad_signature(translatable("The token is not signed with {algorithm}.", algorithm=ALGORITHM)) from error
    except jwt.InvalidSignatureError as error:
        raise _bad_signature("The signature of the token does not match the shared secret.") from error
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise _bad_signature(translatable("The token is no JSON Web Token: {reason}.", reason=error)) from error
    return payload


def _object(payload: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(payload, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise _bad_signature("The token holds no JSON object of claims.") from error


def _bad_signature(message: str) -> BadCredentials:
    return BadCredentials(message, reason=Reason.TOKEN_SIGNATURE)

"""Authenticate bearer tokens: development tokens, tokens issued by OAuth, and JWTs."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from mockserver.auth import jwt
from mockserver.call import Actor
from mockserver.errors import BadCredentials, Reason
from mockserver.store import State

USERS: Final = "user"
TOKENS: Final = "token"


def bearer(secret: str) -> Callable[[str | None, State, datetime], Actor | None]:
    """Build the reader of Authorization headers; ``secret`` signs JWTs.

    A token is first looked up in the state (collection ``token``: user, expires, scope). One with two dots is a JWT.
    """

    def authenticate(header: str | None, state: State, now: datetime) -> Actor | None:
        if header is None:
            return None
        scheme, _, token = header.partition(" ")
        token = token.strip()
        if scheme.lower() != "bearer" or not token:
            message = "Send the token as `Authorization: Bearer <token>`."
            raise BadCredentials(message, reason=Reason.AUTHORIZATION_HEADER)
        user_id, scope = _resolve(token, secret, state, now)
        return _actor(user_id, scope, state)

    return authenticate


def _resolve(token: str, secret: str, state: State, now: datetime) -> tuple[int, str | None]:
    """Return the user whom a token names, and its scope if it has one."""
    entry = state.get(TOKENS, token)
    if entry is not None:
        # Development tokens never expire: they have no time.
        if entry["expires"] is not None and entry["expires"] <= now:
            raise BadCredentials("The token has expired; ask for a new one.")
        return entry["user"], entry.get("scope")
    # Only what looks like a JWT is parsed as one, so that a mistyped token gets the simpler message.
    if token.count(".") == 2:
        claims = jwt.claims(token, secret, now)
        return claims["user_id"], str(claims["scope"]) if "scope" in claims else None
    raise BadCredentials("Nobody has this token.")


def _actor(user_id: int, scope: str | None, state: State) -> Actor:
    user = state.get(USERS, user_id)
    if user is None or user.get("deleted") or user.get("blocked"):
        raise BadCredentials("The token names nobody who is active here.", reason=Reason.TOKEN_USER)
    return Actor(user_id, user["username"], bool(user.get("staff")), scope)

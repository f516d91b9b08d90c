"""Tokens: the OAuth grants, and the check of a JWT."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from mockserver.auth import jwt
from mockserver.auth.bearer import TOKENS
from mockserver.call import Answer, Call
from mockserver.courses import entities
from mockserver.request import parameters
from mockserver.store import Document, State

CLIENTS: dict[str, dict[str, str]] = {
    "front-end": {"secret": "", "redirect_uri": "http://127.0.0.1:3000/callback"},
    "back-end": {"secret": "back-end-secret", "redirect_uri": "http://127.0.0.1:3000/callback"},
}
"""The registered clients: a public one, which has no secret, and a confidential one."""

# The default of Django OAuth Toolkit.
LIFETIME = 36_000
"""How long an access token lives, in seconds (AUTH-OA-02)."""

SCOPE = "read write"
"""The scope of tokens, unless the client asks for less (AUTH-OA-02)."""

CODES = "authorization code"
REFRESH = "refresh token"


class GrantRejected(Exception):
    """A grant is rejected; carries the status and the error code of RFC 6749."""

    def __init__(self, status: int, error: str, rule: str) -> None:
        super().__init__(error)
        self.answer = Answer(status, {"error": error}, {"X-Mock-Rule": rule, "Cache-Control": "no-store"})


def issue_token(call: Call) -> Any:
    """Issue tokens for a grant (AUTH-OA-01 to AUTH-OA-03, AUTH-OA-07)."""
    grants = {"password": _password, "authorization_code": _code, "refresh_token": _refresh}
    try:
        client = _client(call)
        grant = grants.get(str(call.body.get("grant_type")))
        if grant is None:
            raise GrantRejected(400, "unsupported_grant_type", "AUTH-OA-01")
        return _tokens(call, grant(call, client), client)
    except GrantRejected as rejection:
        return rejection.answer


def _client(call: Call) -> str:
    name = str(call.body.get("client_id"))
    client = CLIENTS.get(name)
    # A public client has no secret (AUTH-OA-03), a confidential one always sends it.
    if client is None or (call.body.get("client_secret") or "") != client["secret"]:
        raise GrantRejected(401, "invalid_client", "AUTH-OA-07")
    return name


def _password(call: Call, client: str) -> Document:
    """Log a user in; the password is their name."""
    name = call.body.get("username")
    token = call.state.get(TOKENS, str(name))
    if token is None or call.body.get("password") != name or token["expires"] is not None:
        raise GrantRejected(400, "invalid_grant", "AUTH-OA-07")
    return {"user": token["user"], "scope": _scope(call, str(call.body.get("scope", "")))}


def _code(call: Call, client: str) -> Document:
    """Redeem a code, which is valid only with the URI that it was sent to (RFC 6749, 4.1.3)."""
    if call.body.get("redirect_uri") != CLIENTS[client]["redirect_uri"]:
        raise GrantRejected(400, "invalid_grant", "AUTH-OA-07")
    return _spend(call.state, CODES, call.body.get("code"), client)


def _refresh(call: Call, client: str) -> Document:
    return _spend(call.state, REFRESH, call.body.get("refresh_token"), client)


def _spend(state: State, kind: str, value: object, client: str) -> Document:
    """Remove a code or a refresh token from the state: each is valid once."""
    grant: Document | None = state.get(kind, str(value))
    if grant is None or grant["client"] != client:
        raise GrantRejected(400, "invalid_grant", "AUTH-OA-07")
    state.remove(kind, str(value))
    return grant


def _scope(call: Call, requested: str) -> str:
    """Return the scope that a client gets: the whole scope, or the requested one where scopes are checked."""
    if not requested or not entities.setting(call.state, "scopes_are_checked"):
        return SCOPE
    scopes = [word for word in SCOPE.split() if word in requested.split()]
    if len(scopes) != len(set(requested.split())):
        raise GrantRejected(400, "invalid_scope", "AUTH-OA-02")
    return " ".join(scopes)


def _tokens(call: Call, grant: Document, client: str) -> Answer:
    user, scope = grant["user"], grant["scope"]
    access = _give_access(call, user, scope)
    refresh = _new(call.state, "refresh")
    call.state.put(REFRESH, refresh, {"user": user, "client": client, "access": access, "scope": scope})
    content = {
        "access_token": access,
        "expires_in": LIFETIME,
        "token_type": "Bearer",
        "scope": scope,
        "refresh_token": refresh,
    }
    return Answer(200, content, {"Cache-Control": "no-store"})


def _give_access(call: Call, user: int, scope: str) -> str:
    access = _new(call.state, "access")
    expires = call.now + timedelta(seconds=LIFETIME)
    call.state.put(TOKENS, access, {"user": user, "expires": expires, "scope": scope})
    return access


def _new(state: State, kind: str) -> str:
    """Return a new token; the tokens are the same after every start."""
    return f"{kind}-{state.next_id(TOKENS)}"


def authorize(call: Call) -> Any:
    """Send the browser back to the client with a code, or with a token in the fragment (AUTH-OA-04, AUTH-OA-05)."""
    client = CLIENTS.get(parameters.text(call.query, "client_id"))
    uri = parameters.text(call.query, "redirect_uri")
    if client is None:
        return GrantRejected(400, "invalid_client", "AUTH-OA-05").answer
    if uri != client["redirect_uri"]:
        return GrantRejected(400, "redirect_uri_mismatch", "AUTH-OA-05").answer
    kind = parameters.text(call.query, "response_type")
    if kind not in {"code", "token"}:
        return GrantRejected(400, "unsupported_response_type", "AUTH-OA-04").answer
    try:
        scope = _scope(call, parameters.text(call.query, "scope"))
    except GrantRejected as rejection:
        return rejection.answer
    return Answer(302, None, {"Location": uri + _granted(call, kind, scope)})


def _granted(call: Call, kind: str, scope: str) -> str:
    user = call.actor.id if call.actor else 0
    state = {"state": parameters.text(call.query, "state")} if "state" in call.query else {}
    if kind == "code":
        code = _new(call.state, "code")
        client = parameters.text(call.query, "client_id")
        call.state.put(CODES, code, {"user": user, "client": client, "scope": scope})
        return "?" + urlencode({"code": code, **state})
    token = {"access_token": _give_access(call, user, scope), "token_type": "Bearer", "expires_in": LIFETIME}
    return "#" + urlencode({**token, "scope": scope, **state})


def revoke_token(call: Call) -> Any:
    """Revoke a token; an unknown one counts as revoked (AUTH-OA-06)."""
    try:
        _client(call)
    except GrantRejected as rejection:
        return rejection.answer
    value = str(call.body.get("token"))
    token = call.state.get(TOKENS, value)
    # A development token cannot be revoked: it would lock its user out until the next reset.
    if token is not None and token["expires"] is not None:
        call.state.remove(TOKENS, value)
    call.state.remove(REFRESH, value)
    return Answer(200)


def verify_token(secret: str, call: Call) -> Any:
    """Check that a JWT is signed with the secret and has not expired (AUTH-JWT-08)."""
    jwt.verified(str(call.body["token"]), secret, call.now)
    return {}

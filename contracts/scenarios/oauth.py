"""AUTH-OA-01 to 07: how tokens are granted and revoked."""

from urllib.parse import parse_qs, urlsplit

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.messages.bodies import Encoding, encode
from contracts.messages.exchange import Answer
from contracts.profile.models import OAuth
from contracts.profile.people import Secret
from contracts.results.verdict import Broken, NotApplicable
from contracts.scenarios._assertions import require_equal

TOKEN, REVOKE, AUTHORIZE = "/oauth/token/", "/oauth/revoke_token/", "/oauth/authorize/"
KEYS = {"access_token", "expires_in", "token_type", "scope", "refresh_token"}


def _client(context: Context) -> OAuth:
    if context.profile.oauth is None:
        raise NotApplicable("the profile has no OAuth client (oauth)")
    return context.profile.oauth


def _grant(context: Context, **fields: str) -> Answer:
    form = {"client_id": _client(context).client_id, **fields}
    answer = context.anonymous.send("POST", TOKEN, encode(form, Encoding.FORM))
    _hide_tokens(context, answer)
    return answer


def _hide_tokens(context: Context, answer: Answer) -> None:
    """Keep the tokens of a user whose password is secret out of all reports."""
    password = _client(context).password
    tokens = answer.json if isinstance(answer.json, dict) else {}
    if isinstance(password, Secret) and password.is_secret:
        names = {"access_token": "${ACCESS_TOKEN}", "refresh_token": "${REFRESH_TOKEN}"}
        context.target.hide({str(tokens[name]): word for name, word in names.items() if tokens.get(name)})


def grant_tokens(context: Context) -> dict[str, str]:
    """Get tokens for the name and password of the profile."""
    client = _client(context)
    fields = {"username": client.username, "password": client.password_text}
    return context.require_accepted(_grant(context, grant_type="password", **fields)).document


def _authorize(context: Context, **query: str) -> Answer:
    client = _client(context)
    whole = {"client_id": client.client_id, "redirect_uri": client.redirect_uri, **query}
    return context.owner.get(AUTHORIZE, **whole)


def _follow_authorization(context: Context, **query: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the query and the fragment of the URL that authorization redirects to."""
    answer = context.require_accepted(_authorize(context, **query), 302)
    location = answer.headers.get("Location", "")
    if not location.startswith(_client(context).redirect_uri):
        raise Broken(f"{answer.request.line}: back to the client", location)
    parts = urlsplit(location)
    query_of, fragment = parse_qs(parts.query), parse_qs(parts.fragment)
    return {k: v[0] for k, v in query_of.items()}, {k: v[0] for k, v in fragment.items()}


@scenario("AUTH-OA-01", operation="read")
def three_grants(context: Context) -> None:
    """A form gets tokens for a code, for a name and password, and for a refresh token."""
    by_password = grant_tokens(context)
    refreshed = _grant(context, grant_type="refresh_token", refresh_token=by_password["refresh_token"])
    code, _ = _follow_authorization(context, response_type="code")
    redirect_uri = _client(context).redirect_uri
    by_code = _grant(context, grant_type="authorization_code", code=code["code"], redirect_uri=redirect_uri)
    for tokens in (by_password, refreshed.document, by_code.document):
        context.require_accepted(context.target.bearer(tokens["access_token"]).get("/api/v2/course/"))


@scenario("AUTH-OA-02", operation="read")
def the_fields_of_a_token_response(context: Context) -> None:
    """A token comes with its lifetime, its type, its scope and a refresh token."""
    tokens = grant_tokens(context)
    require_equal(sorted(set(tokens) & KEYS), sorted(KEYS), "keys of the response")
    require_equal(tokens["token_type"], "Bearer", "token_type")
    require_equal(tokens["scope"], "read write", "scope")
    require_equal(tokens["expires_in"], 36000, "expires_in")


@scenario("AUTH-OA-03", operation="read")
def a_public_client_refreshes_without_a_secret(context: Context) -> None:
    """A public client refreshes a token with nothing but its id."""
    answer = _grant(context, grant_type="refresh_token", refresh_token=grant_tokens(context)["refresh_token"])
    context.require_accepted(context.target.bearer(answer["access_token"]).get("/api/v2/course/"))


@scenario("AUTH-OA-04", operation="read")
def code_or_token(context: Context) -> None:
    """Authorization gives a code in the query, or a token in the fragment without a refresh token."""
    query, fragment = _follow_authorization(context, response_type="code", state="s1")
    require_equal((bool(query.get("code")), query.get("state"), fragment), (True, "s1", {}), "code, state and fragment")
    query, fragment = _follow_authorization(context, response_type="token")
    require_equal(sorted(query), [], "query of the implicit result")
    require_equal("refresh_token" in fragment, False, "a refresh token in the fragment")
    context.require_accepted(context.target.bearer(fragment["access_token"]).get("/api/v2/course/"))


@scenario("AUTH-OA-05", operation="read")
def only_registered_redirects(context: Context) -> None:
    """Authorization redirects only to a registered address, which must match exactly."""
    registered = _client(context).redirect_uri
    for kind in ("code", "token"):
        for other in ("http://evil.example/callback", f"{registered}/", f"{registered}?x=1", registered[:-1]):
            answer = context.require_accepted(_authorize(context, response_type=kind, redirect_uri=other), 400)
            require_equal(answer.body.get("error"), "redirect_uri_mismatch", "error")


@scenario("AUTH-OA-06", operation="read")
def a_revoked_token_is_rejected(context: Context) -> None:
    """A revoked token is rejected from then on."""
    token = grant_tokens(context)["access_token"]
    holder = context.target.bearer(token)
    context.require_accepted(holder.get("/api/v2/course/"))
    form = {"token": token, "client_id": _client(context).client_id}
    context.require_accepted(context.anonymous.send("POST", REVOKE, encode(form, Encoding.FORM)))
    context.require_rejected(holder.get("/api/v2/course/"), 401)


@scenario("AUTH-OA-07", operation="read")
def bad_credentials(context: Context) -> None:
    """Bad credentials are an invalid_grant, an unknown client is an invalid_client."""
    client = _client(context)
    bad = [
        {"grant_type": "password", "username": client.username, "password": "wrong"},
        {"grant_type": "refresh_token", "refresh_token": "none"},
        {"grant_type": "authorization_code", "code": "none", "redirect_uri": client.redirect_uri},
    ]
    for fields in bad:
        answer = context.require_accepted(_grant(context, **fields), 400)
        require_equal(answer.body.get("error"), "invalid_grant", "error")
    fields = {"username": client.username, "password": client.password_text, "client_id": "nobody"}
    answer = context.require_accepted(_grant(context, grant_type="password", **fields), 401)
    require_equal(answer.body.get("error"), "invalid_client", "error")

"""AUTH-01 to AUTH-05, AUTH-CA-01: requests with a token, and without one."""

from collections.abc import Iterator

from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.client.target import Client
from contracts.messages.bodies import raw
from contracts.messages.exchange import Answer
from contracts.results.verdict import Broken, NotApplicable
from contracts.scenarios._assertions import preference, require_equal
from contracts.scenarios.oauth import grant_tokens
from contracts.scenarios.tokens import bearer, mint_token

COLLECTION, SEARCH = "/api/v2/course/", "/api/v2/course/search/"
CATEGORIES = "/api/v2/category/"
BAD_TOKENS = ("x", "nobody", "a.b.c", "eyJhbGciOiJIUzI1NiJ9.e30.AAAA")


@scenario("AUTH-01", operation="read")
def any_kind_of_token_is_accepted(context: Context) -> None:
    """A JWT and an OAuth token of the same user get the same responses."""
    draft, tokens = context.known_item("draft"), []
    if context.profile.jwt_key:
        tokens.append(mint_token(context, user_id=context.owner.id))
    if context.profile.oauth:
        tokens.append(grant_tokens(context)["access_token"])
    if not tokens:
        raise NotApplicable("the profile has neither the secret of JWTs (jwt_secret) nor an OAuth client (oauth)")
    expected = draft.state()
    for token in tokens:
        client = bearer(context, token)
        require_equal(
            context.require_accepted(draft.read(by=client)).body, expected, "the course as another token shows it"
        )
    context.require_rejected(context.anonymous.send("GET", draft.path, headers={"Authorization": "Token creator"}), 401)


def _protected(context: Context, client: Client) -> Iterator[Answer]:
    course = context.known_item("open")
    yield client.get(COLLECTION)
    yield client.send("POST", COLLECTION, raw('{"name": "x", "type": "structured"}'))
    yield client.get(f"{course.path}status/")
    yield course.patch({}, by=client)
    yield course.put({}, by=client)
    yield context.fresh(None, privacy="open").delete(by=client)


@scenario("AUTH-02")
def no_token_no_access(context: Context) -> None:
    """Every protected operation is rejected without a token, and with an invalid one."""
    for answer in _protected(context, context.anonymous):
        context.require_rejected(answer, 401, code="not_authenticated")
    for answer in _protected(context, bearer(context, "nobody")):
        context.require_rejected(answer, 401, code="authentication_failed")


@scenario("AUTH-03", operation="read")
def a_bad_token_is_always_rejected(context: Context) -> None:
    """A bad token is rejected even by operations that need no token."""
    for token in BAD_TOKENS:
        client = bearer(context, token)
        for path in (context.known_item("open").path, SEARCH):
            context.require_rejected(client.get(path), 401, code="authentication_failed")


@scenario("AUTH-04")
def a_401_names_the_scheme(context: Context) -> None:
    """Every 401 carries WWW-Authenticate: Bearer."""
    clients = (context.anonymous, bearer(context, "nobody"))
    answers = [answer for client in clients for answer in _protected(context, client)]
    answers.append(context.known_item("open").read(by=bearer(context, "x")))
    for answer in answers:
        context.require_rejected(answer, 401)
        if not answer.headers.get("WWW-Authenticate", "").lower().startswith("bearer"):
            header = answer.headers.get("WWW-Authenticate", "no such header")
            raise Broken(f"{answer.request.line}: WWW-Authenticate: Bearer", header)


@scenario("AUTH-05")
def authentication_comes_first(context: Context) -> None:
    """Without a token, a missing id, a hidden course and a bad body all get 401."""
    hidden = context.fresh(None, privacy="secret"), context.fresh(None, privacy="")
    for course in (context.factory.missing(), *hidden):
        for client in (context.anonymous, bearer(context, "nobody")):
            context.require_rejected(course.patch({"type": "x"}, by=client), 401)
            context.require_rejected(course.send("PATCH", raw("{"), by=client), 401)
            context.require_rejected(course.send("PUT", raw("x", "text/plain"), by=client), 401)
            context.require_rejected(course.delete(by=client), 401)
            context.require_rejected(client.get(f"{course.path}status/"), 401)


@scenario("AUTH-CA-01", operation="read")
def content_availability_opens_content(context: Context) -> None:
    """Anonymous people read courses and categories while the preference content_availability is on, and only then."""
    available = preference(context, "content_availability")
    for path in (context.known_item("open").path, SEARCH, CATEGORIES):
        answer = context.anonymous.get(path)
        if available:
            context.require_accepted(answer)
        else:
            context.require_rejected(answer, 401, code="not_authenticated")

"""AUTH, TRANS, ERR and LIST: for each rule, a mock without it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from mockserver import errors
from mockserver.auth import bearer as authentication
from mockserver.auth import jwt
from mockserver.call import Actor, Answer, Call, Request
from mockserver.courses import Settings
from mockserver.courses.handlers import course
from mockserver.courses.handlers import course_lists as catalogue
from mockserver.courses.handlers.listing import ordered
from mockserver.domain import Handler
from mockserver.errors import BadCredentials, NotFound
from mockserver.operations import endpoint, routing
from mockserver.operations.dispatcher import Dispatcher as Api
from mockserver.operations.endpoint import Endpoint
from mockserver.request import pagination
from mockserver.request import parameters as queries
from mockserver.store import Document, State
from tests.mutation.mutants.ways import Json, Mutant, answering, dropped, handled, idle, patched, policies, rejecting

TOKEN, AUTHORIZE = "issue_token", "authorize"


def _no_jwts(token: str, secret: str, now: datetime) -> dict[str, Any]:
    raise BadCredentials("No JWTs here.")


def _unverified(token: str, secret: str) -> bytes:
    import base64

    payload = token.split(".")[1]
    return base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))


def _immortal(token: str, secret: str, now: datetime) -> dict[str, Any]:
    claims: dict[str, Any] = msgspec.json.decode(jwt._signed(token, secret))  # noqa: SLF001
    return claims


def _anybody(user_id: int, state: State) -> Actor:
    return Actor(1, "creator")


def _claims(*needed: str, kind: bool = True) -> Any:
    """Return a reader of claims that checks only some of them."""

    def claims(token: str, secret: str, now: datetime) -> dict[str, Any]:
        decoded = jwt.verified(token, secret, now)
        has_wrong_type = kind and decoded.get("token_type") != "access"
        is_incomplete = any(not decoded.get(name) for name in needed)
        if has_wrong_type or is_incomplete or type(decoded.get("user_id")) is not int:
            raise BadCredentials("Not such a token.")
        return decoded

    return claims


def _claims_without_ext_id(token: str, secret: str, now: datetime) -> dict[str, Any]:
    claims: dict[str, Any] = _claims("iat", "jti")(token, secret, now)
    if "ext_id" in claims:
        raise BadCredentials("No ext_id here.")
    return claims


def _verifies_all_claims(handler: Handler) -> Handler:
    def called(call: Call) -> Any:
        jwt.claims(str(call.body["token"]), "specdouble-development-secret-of-32-bytes", call.now)
        return handler(call)

    return called


def _without_refresh(call: Call, answer: Answer) -> Answer:
    if answer.status != 200:
        return answer
    kept = {name: value for name, value in answer.content.items() if name != "scope"}
    return msgspec.structs.replace(answer, content=kept)


def _is_a(grant: str) -> Any:
    return lambda call: call.body.get("grant_type") == grant


def _in_the_query(call: Call, answer: Answer) -> Answer:
    headers = {name: value.replace("#", "?") for name, value in answer.headers.items()}
    return msgspec.structs.replace(answer, headers=headers)


def _anywhere(handler: Handler) -> Handler:
    def called(call: Call) -> Any:
        target = queries.text(call.query, "redirect_uri")
        answer = handler(call)
        return answer if answer.status == 302 else Answer(302, None, {"Location": f"{target}?code=x"})

    return called


def _accepts_paths_without_slash(self: Api, request: Request) -> Answer | None:
    slashed = msgspec.structs.replace(request, path=f"{request.path}/")
    return self(slashed) if self._router.find(slashed.path) else None


def _anything_goes(request: Request) -> None:
    """Respond with JSON to every Accept header."""


def _without_allow(self: errors.MethodNotAllowed, method: str, allowed: Iterable[str]) -> None:
    errors.ApiError.__init__(self, f'Method "{method}" not allowed.')


def _first_digits(text: str) -> int | None:
    digits = "".join(character for character in text if character.isdigit())
    return int(digits) if digits else None


def _ignores_parents(self: Endpoint, path: Json, actor: Actor | None, state: State) -> tuple[Document, ...]:
    documents = []
    for step in self.operation.address.steps:
        document = state.get(step.collection, path[step.parameter])
        if document is None:
            raise NotFound
        documents.append(document)
    return tuple(documents)


def _a_bare_page(url: str, limit: int, offset: int) -> str:
    return f"{url.partition('?')[0]}?limit={limit}&offset={offset}"


def _paged(call: Call, answer: list[Any]) -> Json:
    return {"count": len(answer), "next": None, "previous": None, "results": answer}


def _never_falls(rows: Any, ordering: str, *rest: Any) -> Any:
    return ordered(rows, ordering.removeprefix("-"), *rest)


MUTANTS: dict[str, Mutant] = {
    "AUTH-01": patched(jwt, "claims", _no_jwts),
    "AUTH-CA-01": dropped("AUTH-CA-01", Settings(content_availability=False)),
    "AUTH-02": policies(lambda name, policy: replace(policy, login=None)),
    "AUTH-JWT-01": patched(jwt, "_signed", _unverified),
    "AUTH-JWT-02": patched(jwt, "verified", _immortal),
    "AUTH-JWT-03": patched(authentication, "_actor", _anybody),
    "AUTH-JWT-04": patched(jwt, "claims", _claims("iat", "jti", kind=False)),
    "AUTH-JWT-05": patched(jwt, "claims", _claims("iat")),
    "AUTH-JWT-06": patched(jwt, "claims", _claims_without_ext_id),
    "AUTH-JWT-08": handled(["verify_token"], _verifies_all_claims),
    "AUTH-OA-01": rejecting([TOKEN], _is_a("authorization_code"), 400),
    "AUTH-OA-02": answering([TOKEN], _without_refresh),
    "AUTH-OA-03": rejecting([TOKEN], _is_a("refresh_token"), 401),
    "AUTH-OA-04": answering([AUTHORIZE], _in_the_query),
    "AUTH-OA-05": handled([AUTHORIZE], _anywhere),
    "AUTH-OA-06": idle("revoke_token"),
    "TRANS-01": patched(Api, "_elsewhere", _accepts_paths_without_slash),
    "TRANS-05": patched(endpoint, "negotiate", _anything_goes),
    "TRANS-06": patched(errors.MethodNotAllowed, "__init__", _without_allow),
    "TRANS-07": patched(routing, "integer", _first_digits),
    "TRANS-08": patched(Endpoint, "_load", _ignores_parents),
    "TRANS-09": patched(course, "stamp", lambda now: now.isoformat()),
    "ERR-01": patched(errors.Invalid, "status", 422),
    "LIST-01": patched(pagination.Page, "asked", classmethod(lambda cls, query, limits: cls())),
    "LIST-02": patched(pagination, "_link", _a_bare_page),
    "LIST-05": answering(["get_course_sections", "get_course_lessons"], _paged),
    "LIST-06": patched(queries, "as_list", lambda values, name: list(values.get(name, ()))),
    "LIST-08": patched(catalogue, "ordered", _never_falls),
}
"""Rule id → the mock without it."""

"""Tokens, and the headers that have them."""

import json
import time
import warnings
from collections.abc import Iterator
from itertools import product
from typing import Any

import jwt
from jwt.warnings import InsecureKeyLengthWarning

from benchmarks.fidelity.bodies import JSON, Body, encoded
from benchmarks.fidelity.cases.case import (
    COURSES,
    NOBODY,
    VERIFY,
    Case,
)
from benchmarks.reference_backend.settings import JWT_SECRET


def tokens() -> Iterator[Case]:
    """Every case about tokens."""
    yield from _headers_of_tokens()
    yield from _tokens()


def _headers_of_tokens() -> Iterator[Case]:
    values = (
        *(
            "Bearer creator",
            "bearer creator",
            "BEARER creator",
            "Bearer  creator",
            "Bearer creator ",
            "Bearer",
            "Bearer ",
        ),
        *("Bearer creator extra", "Token creator", "Basic Y3JlYXRvcjpjcmVhdG9y", "creator", "", "Bearer nobody"),
        *("Bearer a.b.c", "Bearer Creator", "Bearer\tcreator", "JWT creator"),
    )
    for value, path in product(values, (f"{COURSES}1/", f"{COURSES}4/", COURSES)):
        yield Case("authorization", f"GET {path} with {value!r}", "GET", path, NOBODY, headers={"Authorization": value})


def _claims() -> Iterator[tuple[str, dict[str, Any]]]:
    now = int(time.time())
    whole = {"exp": now + 600, "iat": now, "jti": "a", "user_id": 1, "token_type": "access"}
    yield "as it should be", whole
    for name in whole:
        yield f"without {name}", {key: value for key, value in whole.items() if key != name}
    odd: dict[str, tuple[Any, ...]] = {
        "exp": (now - 1, now + 600.5, str(now + 600), "x", -1, 10**12),
        "iat": (now + 600, "x", now - 0.5),
        "jti": (5, "", None),
        "user_id": ("1", 999, True, 1.0, None, "creator", [1]),
        "token_type": ("refresh", "", None, "ACCESS"),
        "nbf": (now + 600, now - 1, "x"),
        "aud": ("somebody", 5),
        "iss": ("somebody",),
        "sub": ("x", 5),
        "ext_id": ("x", None),
    }
    for name, values in odd.items():
        for value in values:
            yield f"with {name} {_moment(value, now)}", whole | {name: value}


def _moment(value: Any, now: int) -> str:
    """Write a value down, moments as they lie to the present one."""
    if isinstance(value, int | float) and abs(value - now) < 10_000:
        return f"now{value - now:+}"
    return (
        f"'now{int(value) - now:+}'" if isinstance(value, str) and value.isdigit() and len(value) > 9 else repr(value)
    )


def _tokens() -> Iterator[Case]:
    for told, claims in _claims():
        yield from _with_token(told, _signed(claims))
    claims = dict(_claims())["as it should be"]
    yield from _with_token("signed with another key", jwt.encode(claims, "x" * 32, "HS256"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InsecureKeyLengthWarning)  # the secret is long enough for HS256
        yield from _with_token("signed by HS512", jwt.encode(claims, JWT_SECRET, "HS512"))
    yield from _with_token("not signed", jwt.encode(claims, None, "none"))
    yield from _with_token("cut short", _signed(claims)[:-3])
    for body in (b"{}", b'{"token": ""}', b'{"token": null}', b'{"token": 5}', b'{"token": []}', b"[]", b"{"):
        yield Case("tokens", f"POST verify_token {body!r}", "POST", VERIFY, NOBODY, Body(body))


def _signed(claims: dict[str, Any]) -> str:
    # Not by jwt.encode, which refuses claims of odd types.
    return jwt.api_jws.encode(json.dumps(claims).encode(), JWT_SECRET, "HS256")


def _with_token(told: str, token: str) -> Iterator[Case]:
    yield Case(
        "tokens", f"GET with a token {told}", "GET", COURSES, NOBODY, headers={"Authorization": f"Bearer {token}"}
    )
    body = encoded({"token": token}, JSON)
    yield Case("tokens", f"POST verify_token of a token {told}", "POST", VERIFY, NOBODY, body)

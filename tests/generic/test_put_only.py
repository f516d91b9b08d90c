"""The laws of change hold where an API changes its items by PUT of the whole, for want of a PATCH."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import contracts
from contracts.openapi.description import Model
from mockserver.app import create_mock
from specdouble import document
from specdouble.testserver import serving

GUESTBOOK = Path(__file__).parent / "guestbook.yaml"
PROFILE = Path(__file__).parent / "guestbook_profile.yaml"

Change = Callable[[Any], Any]


def tampered(application: Any, *, read: Change = lambda body: body, said: Change = lambda body: body) -> Any:
    """An application that reads other bodies of PUT than were sent, or answers them with others."""

    async def faulty(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT":
            await application(scope, receive, send)
            return
        body = over(read, await whole(receive))

        async def heard() -> Any:
            return {"type": "http.request", "body": body, "more_body": False}

        async def answer(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": sized(message["headers"], None)}
            await send({**message, "body": over(said, message["body"])} if "body" in message else message)

        await application({**scope, "headers": sized(scope["headers"], body)}, heard, answer)

    return faulty


async def whole(receive: Any) -> bytes:
    """The body of a request."""
    body = b""
    while message := await receive():
        body += message["body"]
        if not message.get("more_body"):
            break
    return body


def sized(headers: Any, body: bytes | None) -> list[tuple[bytes, bytes]]:
    """Headers that tell the length of a body, or of none."""
    others = [(name, value) for name, value in headers if name != b"content-length"]
    return others if body is None else [*others, (b"content-length", str(len(body)).encode())]


def every_other(change: Change) -> Change:
    """A change that strikes every other time."""
    turns = count()
    return lambda body: change(body) if next(turns) % 2 else body


def over(change: Change, body: bytes) -> bytes:
    """A body after a change, if it is an object of JSON."""
    try:
        told = json.loads(body)
    except ValueError:
        return body
    return json.dumps(change(told)).encode() if isinstance(told, dict) else body


def checked(only: list[str], **changes: Change) -> contracts.Report:
    """What the checker says of a guestbook."""
    with serving(tampered(create_mock(GUESTBOOK).app, **changes)) as url:
        return contracts.check(url, spec=GUESTBOOK, profile=PROFILE, only=only, max_examples=3)


def test_put_patches_where_there_is_no_patch() -> None:
    resource = next(iter(Model(document.load(GUESTBOOK)).resources))
    assert (resource.operations["patch"].label, resource.is_replaced) == ("PUT /entries/{id}", True)
    assert "replace" not in resource.operations


def test_an_api_that_keeps_its_contract_is_told_to() -> None:
    report = checked(["B"])
    assert [(each.code, each.operation, each.subject, each.got) for each in report.findings] == []
    held = {result.check.code for result in report.results if result.verdict is contracts.Verdict.HELD}
    assert {f"CT10{number}" for number in range(1, 7)} <= held
    assert {"CT201", "CT202", "CT501", "CT502", "CT602", "CT701"} <= held


def test_of_two_puts_at_the_same_moment_one_may_be_lost() -> None:
    (result,) = checked(["CT601"]).results
    assert result.verdict is contracts.Verdict.NA
    assert "PUT /entries/{id} replaces the whole" in result.why


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("CT101", {"read": lambda body: {**body, "text": "lost"}}),
        ("CT102", {"read": every_other(lambda body: {**body, "stars": None})}),
        ("CT104", {"said": lambda body: {**body, "name": "another"}}),
        ("CT202", {"said": lambda body: {**body, "note": body.get("text", ""), "secret": "seen"}}),
    ],
    ids=["lost write", "touches another field", "answers what is not", "shows what is secret"],
)
def test_faults_of_put_are_found(code: str, changes: dict[str, Change]) -> None:
    assert code in {each.code for each in checked([code], **changes).findings}

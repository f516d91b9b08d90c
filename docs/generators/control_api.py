"""Generate docs/reference/control-api.md: the routes under /__mock__/, with the responses of a running mock."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, get_args

import httpx
import msgspec

from docs.generators.markdown import REFERENCE, heading, table
from mockserver.app import Options, create_mock
from mockserver.control import PREFIX
from mockserver.control.faults import FaultRequest
from mockserver.operations.journal import MAX_ENTRIES
from specdouble import OPENAPI

PAGE: Final = REFERENCE / "control-api.md"
BASE: Final = "http://127.0.0.1:8000"
NOW: Final = datetime(2031, 5, 6, 7, 8, 9, tzinfo=UTC)


class Route(NamedTuple):
    """One route with one method: what it does, and a body that shows it."""

    method: str
    name: str
    does: str
    body: dict[str, Any] | None = None


FAULT: Final = {"status": 503, "retry_after": 5, "operation": "patch_course", "person": "creator", "times": 2}

ROUTES: Final = (
    Route("GET", "health", "Responds with 200 as soon as the mock is ready."),
    Route("GET", "journal", f"Lists the last {MAX_ENTRIES:,} requests, oldest first, and the rule that rejected each."),
    Route("GET", "clock", "Shows the time of the mock."),
    Route("POST", "clock", "Changes the time of the mock.", {"set": "2031-06-01T00:00:00Z", "freeze": True}),
    Route("POST", "faults", "Injects a fault.", FAULT),
    Route("GET", "faults", "Lists the faults that wait for a request, and how often each has struck."),
    Route("DELETE", "faults", "Removes all faults."),
    Route("GET", "settings", "Shows every [setting](settings.md) of the mock, without the secret."),
    Route("POST", "reset", "Restores the initial state and the real time, and clears the journal and all faults."),
)

FAULT_FIELDS: Final = {
    "status": "Status of the response, in the error body of the API and with its CORS headers.",
    "retry_after": "Seconds, for the header `Retry-After`.",
    "body": "HTML in place of the error body, as a proxy sends it.",
    "delay_ms": "Milliseconds that the response is delayed. Without `status`, it is the usual response.",
    "broken": "The connection ends without a response. A browser may repeat the request by itself.",
    "operation": "Only this operation: its operationId, or `get /pets` where it has none. Default: every operation.",
    "person": "Only this caller: a token, or `anonymous`. Default: every caller.",
    "times": "How often the fault strikes. Default: until it is removed.",
}

CLOCK_FIELDS: Final = (
    ("`set`", "A moment, as in `2031-05-06T07:08:09Z`."),
    ("`advance`", "A duration, as in `P1D` or `PT90M`, or seconds."),
    ("`freeze`", "`true`: the time stands still."),
    ("`release`", "`true`: the real time again."),
)


def page() -> str:
    """Return the page that the code asks for."""
    lines = [
        *heading("mockserver/control/", "Control API"),
        "Reset the mock, move its clock, inject faults and read the journal while your tests run. This makes saving",
        "fail twice:",
        "",
        *_examples(),
        "## Fields of a fault",
        "",
        "A fault needs `status`, `delay_ms` or `broken`. A request that a fault rejects changes nothing. The header",
        "`X-Mock-Fault` and the journal name the fault that a response is due to.",
        "",
        *table(("field", "meaning", "value"), map(_fault_field, FaultRequest.__struct_fields__)),
        "",
        "## Fields of the clock",
        "",
        "Token expiry, drip dates, time stamps and rate limits follow the clock. Several fields in one request take",
        "effect in the order `release`, `freeze`, `set`, `advance`: all of them, or none.",
        "",
        *table(("field", "meaning"), CLOCK_FIELDS),
    ]
    return "\n".join(lines) + "\n"


def _fault_field(name: str) -> tuple[str, str, str]:
    (field,) = (field for field in msgspec.structs.fields(FaultRequest) if field.name == name)
    return f"`{name}`", FAULT_FIELDS[name], get_args(get_args(field.type)[0])[1].description


def _examples() -> Iterator[str]:
    responses = asyncio.run(_responses())
    first = ROUTES.index(next(route for route in ROUTES if route.body is FAULT))
    yield from (*_example(ROUTES[first], responses[first]), "## Routes", "")
    yield from table(("route", "does"), ((f"`{route.method} {PREFIX}{route.name}`", route.does) for route in ROUTES))
    yield ""
    for number, route in enumerate(ROUTES):
        if number != first and responses[number].content:
            yield from (f"### {route.method} {PREFIX}{route.name}", "", *_example(route, responses[number]))


def _example(route: Route, response: httpx.Response) -> Iterator[str]:
    address = f"{BASE}{PREFIX}{route.name}"
    yield from ("```console", f"$ curl {address}" if route.body is None else f"$ curl {address} \\")
    if route.body is not None:
        yield f"    -H 'Content-Type: application/json' -d '{json.dumps(route.body)}'"
    yield from (_shortened(response), "```", "")


def _shortened(response: httpx.Response) -> str:
    """Return the text of a response; of an object with many keys, the first ones."""
    value = response.json()
    if isinstance(value, dict) and len(value) > 10:
        first_keys = json.dumps(dict(list(value.items())[:4]), separators=(",", ":"))
        return f"{first_keys.removesuffix('}')}, …"
    return response.text


async def _responses() -> list[httpx.Response]:
    """Send every example to one mock, after a request that the journal can show."""
    app = create_mock(OPENAPI, Options(clock=lambda: NOW)).app
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE) as client:
        headers = {"Authorization": "Bearer creator"}
        (await client.patch("/api/v2/course/1/", json={"privacy": ""}, headers=headers)).read()
        return [await client.request(route.method, f"{PREFIX}{route.name}", json=route.body) for route in ROUTES]

"""Sends recorded failures of the engine again, on fresh items, to make them small and to confirm them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

import requests
from hypothesis.errors import UnsatisfiedAssumption
from schemathesis.engine.context import make_session
from schemathesis.reporting.crashes import CrashStep
from schemathesis.schemas import BaseSchema

from contracts.checks.context import Context
from contracts.client.target import Client
from contracts.conformance.compat import BudgetExpired, send_sequence
from contracts.conformance.recording import Identity, Recording
from contracts.fixtures.item import Item
from contracts.generation.minimize import fewest
from contracts.messages.bodies import Payload
from contracts.messages.curl import Tape
from contracts.messages.exchange import GONE, IF_MATCH, READS, Answer, Request
from contracts.openapi.paths import shape
from contracts.results.findings import CONFIRMATIONS
from contracts.results.verdict import Broken, Inconclusive, NotApplicable

SKIPPED = (UnsatisfiedAssumption, BudgetExpired)
"""The exceptions by which a case is skipped."""
MINIMIZE_BUDGET = 12
"""Replays to find fewer fields, and as many again to find shorter texts."""
JUDGED_BY_THE_RESPONSE = frozenset(
    {
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    }
)
"""Checks that look at the response alone: it is wrong whatever was sent. The others depend on the request."""
_OF_THE_TRANSPORT = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "cookie", "host", "user-agent"}
)


@dataclass(frozen=True)
class Replayed:
    """The number of times a failure came back, and the smallest requests that showed it."""

    came_back: int
    tape: Tape | None = None
    message: str = ""


@dataclass(frozen=True)
class _Reproduction:
    tape: Tape
    message: str


class Replay:
    """A sender of recordings, as the owner of the resources."""

    def __init__(self, schema: BaseSchema, owner: Client, contexts: Sequence[Context]) -> None:
        self._schema = schema
        self._owner = owner
        self._target = owner.target
        self._contexts = contexts

    def confirm(self, recording: Recording) -> Replayed:
        """Send a recording to fresh items, or else to those where it failed; make it small and confirm it."""
        for fresh in (True, False):
            if self._attempt(recording, fresh) is not None:
                return self._confirmed(recording, fresh)
        return Replayed(0)

    def _confirmed(self, recording: Recording, fresh: bool) -> Replayed:
        def without(left_out: frozenset[str]) -> _Reproduction | None:
            return self._attempt(recording, fresh, left_out)

        left_out = self._dispensable(recording, without)
        repeats = (without(left_out) for _ in range(CONFIRMATIONS))
        attempts = [attempt for attempt in repeats if attempt is not None]
        return Replayed(len(attempts), attempts[-1].tape, attempts[-1].message) if attempts else Replayed(0)

    @staticmethod
    def _dispensable(recording: Recording, without: Callable[[frozenset[str]], _Reproduction | None]) -> frozenset[str]:
        """Return the parts that can be left out: first whole fields, then letters of the others."""
        last = recording.crash.sequence[-1]
        # A smaller request might be rejected for the parts that it lacks.
        if recording.identity.check not in JUDGED_BY_THE_RESPONSE or 400 <= last.response_status < 500:
            return frozenset()
        left_out, _ = fewest(_fields(last), without, MINIMIZE_BUDGET)
        letters, _ = fewest(_letters(_without(last, left_out)), lambda more: without(left_out | more), MINIMIZE_BUDGET)
        return left_out | letters

    def _attempt(
        self, recording: Recording, fresh: bool, left_out: frozenset[str] = frozenset()
    ) -> _Reproduction | None:
        tape = self._target.fresh_tape()
        steps = [*recording.crash.sequence[:-1], _without(recording.crash.sequence[-1], left_out)]
        try:
            steps = list(self._on_fresh_items(steps)) if fresh else steps
            message = self._replayed(steps, recording.identity)
        except (Broken, Inconclusive, NotApplicable, requests.RequestException, *SKIPPED):
            return None
        finally:
            for context in self._contexts:
                context.factory.clean_up()
        return None if message is None else _Reproduction(tape, message)

    def _replayed(self, steps: list[CrashStep], identity: Identity) -> str | None:
        """Send the steps, and return the message of the same failure, None if it does not show."""
        operation = self._schema.find_operation_by_label(steps[-1].operation or "")
        with make_session(self._schema.config, operation=operation) as session:
            session.hooks["response"].append(self._taped)
            session.auth = self._add_version
            try:
                failures = send_sequence(steps, self._target.url, session, self._schema, operation)
            except NotImplementedError:
                return None  # A step takes a value from an HTML page, say, which the engine (4.32.5) does not read.
        same = (failure for failure in failures if Identity.of(failure, identity.check) == identity)
        return next((failure.message or failure.title for failure in same), None)

    def _on_fresh_items(self, steps: Sequence[CrashStep]) -> Iterator[CrashStep]:
        """Return the steps, addressed to fresh items where they were sent to existing ones."""
        fresh: dict[str, Item] = {}
        for step in steps:
            context = self._context_of(step.path)
            if context is None or step.link is not None or step.response_status in GONE:
                yield step
                continue
            former = repr((context.resource.item, sorted(step.path_parameters.items())))
            if former not in fresh:
                fresh[former] = context.fresh()
            parameters = {**step.path_parameters, **_parameters(step.path, fresh[former].path)}
            yield replace(step, path_parameters=parameters)

    def _context_of(self, path: str) -> Context | None:
        """Return the context of the resource whose items a path addresses, the innermost of several."""
        address = f"{shape(path)}/"
        contexts = [context for context in self._contexts if address.startswith(f"{shape(context.resource.item)}/")]
        return max(contexts, key=lambda context: len(context.resource.item), default=None)

    def _add_version(self, sent: requests.PreparedRequest) -> requests.PreparedRequest:
        """Replace the version in If-Match by that of the item at hand, which is not the recorded one."""
        if IF_MATCH in sent.headers and sent.method not in READS:
            sent.headers.update(self._target.version(self._path(sent), self._owner))
        return sent

    def _path(self, sent: requests.PreparedRequest) -> str:
        return (sent.url or "").removeprefix(self._target.url).partition("?")[0]

    def _taped(self, response: requests.Response, **_: object) -> None:
        answer = self._answer(response)
        self._target.tape.record(answer)
        if answer.request.method != "POST" or not answer.ok:
            return
        creators = (context for context in self._contexts if context.resource.collection == answer.request.path)
        context = next(creators, None)
        if context is not None:
            with suppress(Broken):  # The response has no id: there is nothing to delete.
                context.factory.adopt(answer, self._owner)

    def _answer(self, response: requests.Response) -> Answer:
        sent = response.request
        content, redactor = response.content, self._target.redactor
        return Answer(self._request(sent), response.status_code, response.headers, content, redactor)

    def lines(self, sent: requests.PreparedRequest) -> tuple[str, ...]:
        """Return the shell lines that send a request again, of which no response is recorded."""
        tape = Tape(self._target.url, tag=self._target.tag, options=(*self._target.conduct.wire.curl,))
        tape.record(Answer(self._request(sent), 0, {}, b"", self._target.redactor))
        return tuple(tape.curl())

    def _request(self, sent: requests.PreparedRequest) -> Request:
        url = sent.url or ""
        headers = {name: value for name, value in sent.headers.items() if name.lower() not in _OF_THE_TRANSPORT}
        own = self._owner.credential_names(sent.headers)
        return Request(
            person=self._owner.name,
            method=sent.method or "",
            url=url,
            path=self._path(sent),
            headers={name: value for name, value in headers.items() if not _is_of_the_engine(name) and name not in own},
            credentials=self._owner.credentials if own else None,
            payload=_payload(sent),
        )


def _fields(step: CrashStep) -> list[str]:
    """Return the fields of a body and the parameters of a query."""
    fields = step.case_body if isinstance(step.case_body, dict) else {}
    return [*(f"body {name}" for name in fields), *(f"query {name}" for name in step.query)]


def _letters(step: CrashStep) -> list[str]:
    """Return the letters of the texts in a body."""
    fields = step.case_body if isinstance(step.case_body, dict) else {}
    texts = {name: text for name, text in fields.items() if isinstance(text, str)}
    return [f"letter {place} of {name}" for name, text in texts.items() for place in range(len(text))]


def _without(step: CrashStep, left_out: frozenset[str]) -> CrashStep:
    body = step.case_body
    if isinstance(body, dict):
        kept = {name: value for name, value in body.items() if f"body {name}" not in left_out}
        body = {name: _shortened(name, value, left_out) for name, value in kept.items()}
    query = {name: value for name, value in step.query.items() if f"query {name}" not in left_out}
    return replace(step, case_body=body, query=query)


def _shortened(name: str, value: Any, left_out: frozenset[str]) -> Any:
    if not isinstance(value, str) or not left_out:
        return value
    return "".join(letter for place, letter in enumerate(value) if f"letter {place} of {name}" not in left_out)


def _parameters(template: str, path: str) -> dict[str, str]:
    """Return the values of the parameters of a path template in the path of an item."""
    pairs = zip(template.strip("/").split("/"), path.strip("/").split("/"), strict=False)
    return {name.strip("{}"): unquote(value) for name, value in pairs if name.startswith("{")}


def _is_of_the_engine(header: str) -> bool:
    return header.lower().startswith("x-schemathesis")


def _payload(sent: requests.PreparedRequest) -> Payload | None:
    if sent.body is None:
        return None
    content = sent.body.encode() if isinstance(sent.body, str) else bytes(sent.body)
    kind = sent.headers.get("Content-Type")
    return Payload(kind if isinstance(kind, str) or kind is None else kind.decode(), content)

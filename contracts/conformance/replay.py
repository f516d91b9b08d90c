"""Sends again what the engine of lane A recorded, on fresh items, until it is small and known to come back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

import requests
from hypothesis.errors import UnsatisfiedAssumption
from schemathesis.cli.commands.replay import executor
from schemathesis.engine.context import make_session
from schemathesis.engine.run.unit._case import BudgetExpired
from schemathesis.reporting.crashes import CrashStep
from schemathesis.schemas import BaseSchema

from contracts.checks.context import Context
from contracts.client.target import Client
from contracts.conformance.recording import Identity, Recording
from contracts.fixtures.item import Item
from contracts.generation.minimize import fewest
from contracts.messages.bodies import Payload
from contracts.messages.curl import Tape
from contracts.messages.exchange import GONE, IF_MATCH, READS, Answer, Request
from contracts.openapi.paths import shape
from contracts.results.findings import CONFIRMATIONS
from contracts.results.verdict import Broken, Inconclusive, NotApplicable

LEFT_OUT = (UnsatisfiedAssumption, BudgetExpired)
"""By which the engine leaves out a case that is not tried."""
SPARING_BUDGET = 12
"""Replays that may be spent on fewer fields, and as many again on shorter texts."""
JUDGED_BY_THE_ANSWER = frozenset(
    {
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    }
)
"""Checks that look at the answer alone: it is wrong whatever was sent. The others know why a request was sent."""
_OF_THE_TRANSPORT = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "content-type", "cookie", "host", "user-agent"}
)


@dataclass(frozen=True)
class Replayed:
    """How often a failure came back, and the smallest requests that showed it."""

    came_back: int
    tape: Tape | None = None
    message: str = ""


@dataclass(frozen=True)
class _Seen:
    tape: Tape
    message: str


class Replay:
    """Sends recordings again, as the owner of the resources."""

    def __init__(self, schema: BaseSchema, owner: Client, contexts: Sequence[Context]) -> None:
        self._schema = schema
        self._owner = owner
        self._target = owner.target
        self._contexts = contexts

    def confirm(self, recording: Recording) -> Replayed:
        """Try it on fresh items, else on those on which it was seen; where it shows, make it small and confirm it."""
        for fresh in (True, False):
            if self._attempt(recording, fresh) is not None:
                return self._confirmed(recording, fresh)
        return Replayed(0)

    def _confirmed(self, recording: Recording, fresh: bool) -> Replayed:
        def without(left_out: frozenset[str]) -> _Seen | None:
            return self._attempt(recording, fresh, left_out)

        left_out = self._spared(recording, without)
        seen = [each for each in (without(left_out) for _ in range(CONFIRMATIONS)) if each is not None]
        return Replayed(len(seen), seen[-1].tape, seen[-1].message) if seen else Replayed(0)

    @staticmethod
    def _spared(recording: Recording, without: Callable[[frozenset[str]], _Seen | None]) -> frozenset[str]:
        """What can be left out: first whole fields, then letters of those that are left."""
        last = recording.crash.sequence[-1]
        # Another request might be refused as well, for what it lacks then.
        if recording.identity.check not in JUDGED_BY_THE_ANSWER or 400 <= last.response_status < 500:
            return frozenset()
        left_out, _ = fewest(_fields(last), without, SPARING_BUDGET)
        letters, _ = fewest(_letters(_without(last, left_out)), lambda more: without(left_out | more), SPARING_BUDGET)
        return left_out | letters

    def _attempt(self, recording: Recording, fresh: bool, left_out: frozenset[str] = frozenset()) -> _Seen | None:
        tape = self._target.fresh_tape()
        steps = [*recording.crash.sequence[:-1], _without(recording.crash.sequence[-1], left_out)]
        try:
            steps = list(self._on_fresh_items(steps)) if fresh else steps
            message = self._replayed(steps, recording.identity)
        except (Broken, Inconclusive, NotApplicable, requests.RequestException, *LEFT_OUT):
            return None
        finally:
            for context in self._contexts:
                context.factory.clean_up()
        return _Seen(tape, message) if message is not None else None

    def _replayed(self, steps: list[CrashStep], identity: Identity) -> str | None:
        """Send the steps; what the failure says if it is the same, None if there is none."""
        operation = self._schema.find_operation_by_label(steps[-1].operation or "")
        with make_session(self._schema.config, operation=operation) as session:
            session.hooks["response"].append(self._taped)
            session.auth = self._of_present_version
            # The one way in that sends a sequence just once; the public one tries again until something fails.
            try:
                outcome = executor._replay_sequence(  # noqa: SLF001
                    steps, base_url=self._target.url, session=session, schema=self._schema, operation=operation
                )
            except NotImplementedError:
                # A step takes a value from an answer of a kind that the engine (4.32.5) does not read: a page.
                return None
        same = (each for each in outcome.failures if Identity.of(each, identity.check) == identity)
        return next((each.message or each.title for each in same), None)

    def _on_fresh_items(self, steps: Sequence[CrashStep]) -> Iterator[CrashStep]:
        """The steps, at items made for them where they were seen at items that were there."""
        made: dict[str, Item] = {}
        for step in steps:
            context = self._context_of(step.path)
            if context is None or step.link is not None or step.response_status in GONE:
                yield step
                continue
            seen_at = repr((context.resource.item, sorted(step.path_parameters.items())))
            subject = made[seen_at] if seen_at in made else made.setdefault(seen_at, context.fresh())
            yield replace(step, path_parameters={**step.path_parameters, **_parameters(step.path, subject.path)})

    def _context_of(self, path: str) -> Context | None:
        """The resource whose items a path addresses, the innermost of several."""
        inside = [each for each in self._contexts if f"{shape(path)}/".startswith(f"{shape(each.resource.item)}/")]
        return max(inside, key=lambda each: len(each.resource.item), default=None)

    def _of_present_version(self, sent: requests.PreparedRequest) -> requests.PreparedRequest:
        """Let a change come with the version that the item has now, where it came with one: this is another item."""
        if IF_MATCH in sent.headers and sent.method not in READS:
            sent.headers.update(self._target.version(self._path(sent), self._owner))
        return sent

    def _path(self, sent: requests.PreparedRequest) -> str:
        return (sent.url or "").removeprefix(self._target.url).partition("?")[0]

    def _taped(self, response: requests.Response, **_: object) -> None:
        answer = self._answer(response)
        self._target.tape.record(answer)
        creates = (each for each in self._contexts if each.resource.collection == answer.request.path)
        context = next(creates, None) if answer.request.method == "POST" and answer.ok else None
        if context is not None:
            try:
                context.factory.adopt(answer, self._owner)
            except Broken:
                return  # It tells no id: there is nothing to delete.

    def _answer(self, response: requests.Response) -> Answer:
        sent = response.request
        content, redactor = response.content, self._target.redactor
        return Answer(self._request(sent), response.status_code, response.headers, content, redactor)

    def lines(self, sent: requests.PreparedRequest) -> tuple[str, ...]:
        """The shell lines that send a request again, of which no answer is recorded."""
        tape = Tape(self._target.url, tag=self._target.tag, options=(*self._target.conduct.wire.curl,))
        tape.record(Answer(self._request(sent), 0, {}, b"", self._target.redactor))
        return tuple(tape.curl())

    def _request(self, sent: requests.PreparedRequest) -> Request:
        url = sent.url or ""
        headers = {name: value for name, value in sent.headers.items() if name.lower() not in _OF_THE_TRANSPORT}
        own = self._owner.own(sent.headers)
        return Request(
            person=self._owner.name,
            method=sent.method or "",
            url=url,
            path=self._path(sent),
            headers={name: value for name, value in headers.items() if not _ours(name) and name not in own},
            credentials=self._owner.credentials if own else None,
            payload=_payload(sent),
        )


def _fields(step: CrashStep) -> list[str]:
    """The fields of a body and the parameters of a query."""
    fields = step.case_body if isinstance(step.case_body, dict) else {}
    return [*(f"body {name}" for name in fields), *(f"query {name}" for name in step.query)]


def _letters(step: CrashStep) -> list[str]:
    """The letters of the texts in a body."""
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
    """The parameters of a path template by an item's path."""
    pairs = zip(template.strip("/").split("/"), path.strip("/").split("/"), strict=False)
    return {name.strip("{}"): unquote(value) for name, value in pairs if name.startswith("{")}


def _ours(header: str) -> bool:
    return header.lower().startswith("x-schemathesis")


def _payload(sent: requests.PreparedRequest) -> Payload | None:
    if sent.body is None:
        return None
    content = sent.body.encode() if isinstance(sent.body, str) else bytes(sent.body)
    kind = sent.headers.get("Content-Type")
    return Payload(kind if isinstance(kind, str) or kind is None else kind.decode(), content)

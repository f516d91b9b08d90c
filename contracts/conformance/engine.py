"""Lane A: the Schemathesis engine, unmodified. The one module that knows it; its event stream is not documented."""

import gc
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any
from unittest.mock import patch

import requests
import schemathesis
from hypothesis.errors import UnsatisfiedAssumption
from schemathesis import hooks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.core import EventStream
from schemathesis.engine.recorder import ScenarioRecorder
from schemathesis.engine.run import TESTING_PHASES, PhaseName
from schemathesis.generation.overrides import store_components
from schemathesis.openapi.checks import EnsureResourceAvailability
from schemathesis.schemas import BaseSchema
from schemathesis.transport.requests import SameHostRedirectsSession

import contracts.conformance.hooks  # noqa: F401  # registers itself
from contracts.checks.contexts import contexts_of
from contracts.checks.registration import Check
from contracts.client.adapter import GatedAdapter
from contracts.client.gate import NotSent
from contracts.client.safety import Level
from contracts.client.target import Safety, Target, is_loopback
from contracts.conformance.config import engine_config, headers_of, owner_of
from contracts.conformance.messages import readable
from contracts.conformance.overruns import finding_of, is_of_a_limit, leave_out_what_is_not_tried
from contracts.conformance.recording import Failed, Recording, failed, names_of
from contracts.conformance.replay import JUDGED_BY_THE_ANSWER, Replay, Replayed
from contracts.conformance.targeting import Items
from contracts.generation.effort import Effort
from contracts.messages.exchange import IF_MATCH, READS
from contracts.openapi.description import METHODS, Model
from contracts.profile.models import ANONYMOUS, Profile
from contracts.results.findings import CONFIRMATIONS, Finding, finding_id
from contracts.results.redaction import Redactor
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult, Listener, redacted

PHASES = tuple(phase for phase in TESTING_PHASES)
TICK_SECONDS = 0.2
UNSENT = "some of what is drawn for it would touch other items than those of this run, and was not sent"
SELDOM = 20_000
"""New objects between two looks for garbage: after every 700, as by default, they take a tenth of the engine's time."""


@dataclass(frozen=True)
class Part:
    """A part of what the engine can do: some phases, and some operations by their labels."""

    phases: tuple[str, ...] = tuple(phase.value for phase in PHASES)
    operations: frozenset[str] | None = None
    known: Collection[str] = frozenset()
    """Ids of findings that need not be told again."""


def conform(
    target: Target, document: Mapping[str, Any], effort: Effort, listener: Listener, part: Part | None = None
) -> list[CheckResult]:
    """Run the phases of the engine as the owner of the resources: one result per phase."""
    part = part or Part()
    if target.gate.closed:
        return list(_cut_off(part, target, listener))
    schema = _schema(target, document, effort, part)
    model = Model(document)
    with _guarded(target, model), _seldom_collected():
        judge = _Judge(target, model, effort, listener, _replay(schema, target, model, effort), part.known)
        return list(_results(schema, part, judge, listener))


def _cut_off(part: Part, target: Target, listener: Listener) -> Iterator[CheckResult]:
    """The results where nothing more may be sent."""
    listener.phase("conformance", len(part.phases))
    for phase in PHASES:
        if phase.value in part.phases:
            result = replace(_empty(phase), verdict=Verdict.NEVER, why=f"cut off: {target.stopped}")
            yield _told(result, target, listener)


def confirmed(target: Target, document: Mapping[str, Any], finding: Finding) -> Finding:
    """Send what the engine recorded of a finding again, alone."""
    if not finding.again:
        return finding
    effort, model = Effort(finding.seed), Model(document)
    with _guarded(target, model):
        replay = _replay(_schema(target, document, effort, Part()), target, model, effort)
        recording = Recording.from_dict(target.redactor.restore_value(finding.again))
        return _with(finding, replay.confirm(recording), target.redactor)


def _schema(target: Target, document: Mapping[str, Any], effort: Effort, part: Part) -> BaseSchema:
    config = engine_config(target, document, effort)
    config["phases"] = {phase.value: {"enabled": phase.value in part.phases} for phase in PHASES}
    told = _with_statuses(document, target.profile)
    schema: BaseSchema = schemathesis.openapi.from_dict(told, config=SchemathesisConfig.from_dict(config))
    for operation in Model(document).operations.values():
        if target.gate.guard.reach(operation.method, operation.path):
            schema = schema.exclude(method=operation.method, path=operation.path)
    chosen = part.operations
    return schema if chosen is None else schema.include(lambda context: context.operation.label in chosen)


def _with_statuses(document: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """A document in which operations may answer what the profile declares: as others, or where none is documented."""
    whole = deepcopy(dict(document))
    for item in whole.get("paths", {}).values():
        for method in METHODS:
            responses = item.get(method, {}).get("responses", {})
            if "default" not in responses:
                responses.update(_declared(responses, profile))
    return whole


def _declared(responses: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """The responses that an operation may give beside its own."""
    alike = {
        str(status): responses[str(documented)]
        for documented, statuses in profile.same_status.items()
        for status in statuses
        if str(documented) in responses
    }
    other = {str(status): {"description": ""} for status in profile.undocumented}
    return {status: each for status, each in (other | alike).items() if status not in responses}


def _replay(schema: BaseSchema, target: Target, model: Model, effort: Effort) -> Replay:
    owner = target.person(owner_of(target.profile) or ANONYMOUS)
    return Replay(schema, owner, list(contexts_of(target, model, effort)))


def _logins(target: Target) -> tuple[str, ...]:
    """The shell lines that log the owner in, before those of the engine."""
    owner = owner_of(target.profile)
    return target.identity(owner).credentials.before if owner else ()


@contextmanager
def _guarded(target: Target, model: Model) -> Iterator[None]:
    """Send what the engine sends through the gate, and steer its writes to what the run created."""
    target.learn(model)
    owner = owner_of(target.profile)
    identity = target.identity(owner) if owner else None
    adapter = _EngineAdapter(target.gate, identity, owner or ANONYMOUS, Level.DRAWN)
    items = Items(target, model)

    def steer(_context: object, case: Any, _kwargs: dict[str, Any]) -> None:
        leave_out_what_is_not_tried(target, case)
        if target.safety is Safety.SANDBOX and case.path_parameters:
            _lead(case, items)
        if target.safety is Safety.SANDBOX:
            _mark(case, items)
        if target.safety is not Safety.OBSERVE:
            _refer(case, items)
            _of_present_version(case, items)

    def filter_failure(_context: object, failure: Failure, _case: object, response: Any) -> bool:
        """Keep every failure but that an item is not found by the id which it had before a change of it."""
        return not (isinstance(failure, EnsureResourceAvailability) and _is_elsewhere(target, response))

    schemathesis.hook("before_call")(steer)
    schemathesis.hook(filter_failure)
    try:
        # Every session of the engine is one of these, also those of its probes.
        with (
            patch.object(SameHostRedirectsSession, "get_adapter", lambda _session, url: adapter),
            patch.object(SameHostRedirectsSession, "trust_env", _environment(target), create=True),
        ):
            yield
    finally:
        hooks.unregister(steer)
        hooks.unregister(filter_failure)
        adapter.close()


class Unsent(NotSent, UnsatisfiedAssumption):
    """A drawn request that may not be sent: the engine goes on with another."""


class _EngineAdapter(GatedAdapter):
    """The transport of the engine's sessions."""

    def send(self, *given: Any, **named: Any) -> requests.Response:
        """Send one request, unless it may touch what is not the run's."""
        try:
            return super().send(*given, **named)
        except NotSent as reason:
            raise Unsent(str(reason)) from reason


def _is_elsewhere(target: Target, response: Any) -> bool:
    url = response.request.url if response is not None else None
    return target.gate.is_home(url) and target.gate.has_moved(target.gate.path_of(str(url)))


def _environment(target: Target) -> property:
    """Whether sessions ask the environment for a proxy: as those of lane B, not on the way to this machine.

    To ask takes 0.3 ms a request. What a session sets itself when it is made is kept for later, and not looked at.
    """
    trusted = not is_loopback(target.url)
    return property(lambda _session: trusted, lambda session, value: vars(session).update(trust_env=value))


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Look for garbage seldom, and never among what is there already: modules, document, schemas."""
    before = gc.get_threshold()
    gc.collect()  # what an earlier run left would stay for good otherwise
    gc.freeze()
    gc.set_threshold(SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _lead(case: Any, items: Items) -> None:
    """Give a case the path parameters with which it may be sent."""
    absent = case.meta is not None and case.meta.is_negative_at(ParameterLocation.PATH)
    led = items.led(case.method.upper(), case.path, case.path_parameters, absent)
    if led != case.path_parameters:
        case.path_parameters = led
        # The engine holds what differs from here for the work of a link, and expects of that item what a link promises.
        case._components = store_components(case)  # noqa: SLF001


def _mark(case: Any, items: Items) -> None:
    """Let what a request creates be known as the run's."""
    wrong = case.meta is not None and case.meta.is_negative_at(ParameterLocation.BODY)
    marked = items.marked(case.method.upper(), case.path, case.body, wrong)
    if marked is not case.body:
        case.body = marked
        case._components = store_components(case)  # noqa: SLF001  # as above


def _refer(case: Any, items: Items) -> None:
    """Let a body refer to items that are there: of one that refers to nothing, nothing else is looked at."""
    led = items.referring(case.method.upper(), case.path, case.body)
    if led != case.body:
        case.body = led
        case._components = store_components(case)  # noqa: SLF001  # as above


def _of_present_version(case: Any, items: Items) -> None:
    """Let a change be of the present version of its item: with what is drawn in If-Match it would be refused."""
    wrong = case.meta is not None and case.meta.is_negative_at(ParameterLocation.HEADER)
    if wrong or case.method.upper() in READS:
        return
    told = next((name for name in case.headers or () if name.lower() == IF_MATCH.lower()), None)
    for version in items.version(case.path, case.path_parameters or {}, None if told else case.method.upper()).values():
        case.headers = {**(case.headers or {}), told or IF_MATCH: version}
        case._components = store_components(case)  # noqa: SLF001  # as above


@dataclass
class _Judge:
    """Turns what the engine tells into results, with each failure once."""

    target: Target
    model: Model
    effort: Effort
    listener: Listener
    replay: Replay
    known: Collection[str]
    _failed: dict[str, tuple[Finding, Failed]] = field(default_factory=dict)
    """What failed in this phase, by the id of the finding."""
    _seen: set[str] = field(default_factory=set)
    """Ids of all that the listener was told of."""

    def add(self, result: CheckResult, recorder: ScenarioRecorder) -> None:
        """Count a scenario, note its failures, and tell of each that is new."""
        sent = len(recorder.interactions)
        result.trials += 1
        result.requests += sent
        for each in failed(recorder, set(headers_of(self.target).values())):
            identifier = self._identifier(each, recorder.label)
            if identifier not in self.known and identifier not in self._failed:
                finding = self._finding(each, recorder.label)
                self._failed[identifier] = (finding, each)
                self._tell(finding, result.requests)

    def _tell(self, finding: Finding, requests: int) -> None:
        if finding.id not in self._seen:
            self._seen.add(finding.id)
            self.listener.seen(finding, requests)

    def conclude(self, result: CheckResult) -> None:
        """Confirm what failed, and add what exceeded the limits of responses, and what was not tried for that."""
        self.confirm(result)
        overruns = self.target.gate.overruns.found.values()
        for each in overruns:
            finding = finding_of(each, self.replay, self.model, self.effort.seed)
            if each.drawn and finding.id not in self.known:
                result.findings.append(finding)
        result.lacking = tuple(each.told for each in overruns if each.is_too_often)

    def confirm(self, result: CheckResult) -> None:
        """Send what failed again, now that the engine is still; once it is enough, it is told as seen once."""
        sent = self.target.sent
        for finding, each in self._failed.values():
            again = self._again(each.recording)
            doubtful = again is not None and not again.came_back and each.identity.check not in JUDGED_BY_THE_ANSWER
            (result.unconfirmed if doubtful else result.findings).append(_with(finding, again, self.target.redactor))
        result.requests += self.target.sent - sent
        self._failed.clear()

    def _again(self, recording: Recording | None) -> Replayed | None:
        """What came of sending it again; None where that was not possible, or not to its end."""
        again = self.replay.confirm(recording) if recording and not self.effort.enough() else None
        cut_off = self.effort.enough() or bool(self.target.gate.closed)
        return None if again is None or (cut_off and not again.came_back) else again

    def _identifier(self, each: Failed, label: str) -> str:
        """The id of the finding, as it is once secrets are removed."""
        failure, redact = each.info.failure, self.target.redactor.redact
        return finding_id(failure.code, redact(failure.operation or label), redact(each.identity.subject))

    def _finding(self, each: Failed, label: str) -> Finding:
        failure, redactor = each.info.failure, self.target.redactor
        operation = failure.operation or label
        pointers = (each.pointer for each in self.model.operations.values() if each.label == operation)
        finding = Finding(
            code=failure.code,
            title=failure.title,
            operation=operation,
            subject=each.identity.subject,
            expected=f"no failure of the kind: {failure.title}",
            got=readable(failure.message or failure.title, redactor),
            severity=str(failure.severity),
            seed=self.effort.seed,
            curl=(*_logins(self.target), *([step.curl for step in each.info.steps] or [each.info.code_sample])),
            tries=0,
            names=names_of(failure, each.identity.check),
            pointer=next(pointers, ""),
            promise=f"The answer passes the check {each.identity.check} of Schemathesis",
            lane="A",
            again=each.recording.to_dict() if each.recording else {},
        )
        return redactor.redact_finding(finding)


def _with(finding: Finding, again: Replayed | None, redactor: Redactor) -> Finding:
    """The finding with how often it came back, and with the smallest requests that showed it."""
    if again is None:
        return finding
    told = replace(finding, came_back=again.came_back, tries=CONFIRMATIONS)
    if again.tape is None:
        return told
    got = f"{readable(again.message, redactor)}\n{again.tape.answers[-1].summary}"
    return replace(told, got=got, curl=tuple(again.tape.curl()))


def _results(schema: BaseSchema, part: Part, judge: _Judge, listener: Listener) -> Iterator[CheckResult]:
    listener.phase("conformance", len(part.phases))
    results = {phase: _empty(phase) for phase in PHASES if phase.value in part.phases}
    gate, started = judge.target.gate, perf_counter()
    stream = from_schema(schema).execute()
    with _ended(stream, lambda: bool(gate.closed) or judge.effort.enough()):
        for event in stream:
            if isinstance(event, events.ScenarioFinished) and event.phase in results:
                judge.add(results[event.phase], event.recorder)
            elif isinstance(event, events.NonFatalError | events.FatalError):
                if not is_of_a_limit(event):
                    _add_error(results, event)
            elif isinstance(event, events.PhaseFinished) and event.phase.name in results:
                result = results.pop(event.phase.name)
                judge.conclude(result)
                result.seconds, started = perf_counter() - started, perf_counter()
                _conclude(result, event, gate.closed)
                yield _told(result, judge.target, listener)
    for result in results.values():
        judge.conclude(result)
        result.verdict = Verdict.BROKEN if result.findings else Verdict.NEVER
        result.why = gate.closed or result.why or "the engine was stopped before"
        yield _told(result, judge.target, listener)


def _told(result: CheckResult, target: Target, listener: Listener) -> CheckResult:
    told = redacted(result, target.redactor)
    listener.checked(told)
    return told


@contextmanager
def _ended(stream: EventStream, enough: Callable[[], bool]) -> Iterator[None]:
    """Stop the engine in the middle of what it does once it is enough: it may not tell of anything for minutes."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(TICK_SECONDS):
            if enough():
                stream.stop()
                return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        done.set()


def phases() -> list[Check]:
    """The phases of the engine, as reports tell them among the checks."""
    return [_check(phase) for phase in PHASES]


def _check(phase: PhaseName) -> Check:
    title = f"Every answer in the {phase.value} phase has the shape that the spec promises"
    return Check(f"A-{phase.value}", title, lambda _: (), family="conformance")


def _empty(phase: PhaseName) -> CheckResult:
    return CheckResult(_check(phase), Verdict.NA)


def _add_error(results: Mapping[PhaseName, CheckResult], event: events.NonFatalError | events.FatalError) -> None:
    """An error of the engine itself: what it was about to test was not reached."""
    phase = getattr(event, "phase", None)
    result = results.get(phase) if phase else None
    error = event.value if isinstance(event, events.NonFatalError) else event.exception
    for each in [result] if result else results.values():
        if isinstance(error, NotSent):
            why = f"{getattr(event, 'label', 'an operation')}: {UNSENT}"
            each.lacking = tuple(dict.fromkeys((*each.lacking, why)))
            continue
        each.why = f"{getattr(event, 'label', 'the engine')}: {error}".splitlines()[0]


def _conclude(result: CheckResult, event: events.PhaseFinished, closed: str) -> None:
    if result.findings:
        result.verdict, result.why = Verdict.BROKEN, f"{len(result.findings)} kinds of failure"
    elif closed or result.why:
        result.verdict, result.why = Verdict.NEVER, closed or result.why
    elif event.status is Status.SKIP or not result.trials:
        result.why = str(event.phase.skip_reason or "the spec gives this phase nothing to send")
    else:
        result.verdict = Verdict.HELD
        number = len(result.unconfirmed)
        result.why = f"{number} kinds of failure did not come back, and are not counted" if number else ""

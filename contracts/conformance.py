"""Lane A: the Schemathesis engine, unmodified. The one module that knows it; its event stream is not documented."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from time import perf_counter
from typing import Any
from unittest.mock import patch

import schemathesis
from schemathesis import hooks
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.recorder import CheckFailureInfo, ScenarioRecorder
from schemathesis.engine.run import TESTING_PHASES, PhaseName
from schemathesis.generation.overrides import store_components
from schemathesis.schemas import BaseSchema
from schemathesis.transport.requests import SameHostRedirectsSession

from contracts.findings import Finding
from contracts.law import Check, Effort
from contracts.model import Model
from contracts.profile import ANONYMOUS, Profile
from contracts.run import CheckResult, Listener, hidden
from contracts.steering import Items, out_of_bounds
from contracts.target import Safety, Target
from contracts.transport.gate import GatedAdapter
from contracts.transport.guard import Level
from contracts.verdict import Verdict

PHASES = tuple(phase for phase in TESTING_PHASES)
ACCEPTED = ["2xx", "401", "403", "404"]
REJECTED = ["4xx"]


def conform(target: Target, document: Mapping[str, Any], effort: Effort, listener: Listener) -> list[CheckResult]:
    """Run every phase of the engine as the owner of the resources: one result per phase."""
    model = Model(document)
    config = SchemathesisConfig.from_dict(engine_config(target, document, effort))
    schema: BaseSchema = schemathesis.openapi.from_dict(deepcopy(dict(document)), config=config)
    for operation in model.operations.values():
        if out_of_bounds(operation, target.safety):
            schema = schema.exclude(method=operation.method, path=operation.path)
    with _guarded(target, model):
        return list(_results(schema, effort, target, listener))


def engine_config(target: Target, document: Mapping[str, Any], effort: Effort) -> dict[str, Any]:
    """The engine's settings: what is tolerated comes from the spec and the profile, and stands here in the open."""
    return {
        "seed": effort.seed,
        "base-url": target.url,
        "workers": 1,
        "continue-on-failure": True,
        "headers": _headers(target),
        "tls-verify": target.conduct.wire.verify,
        **({"proxy": target.conduct.wire.proxy} if target.conduct.wire.proxy else {}),
        "cache": {"enabled": False},
        "analysis": {"constants": {"enabled": False}},
        # Secrets are hidden by us, by the name of their variable, so that the lines can be run.
        "output": {"sanitization": {"enabled": False}},
        "generation": {"max-examples": effort.max_examples * 5, "database": "none"},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ACCEPTED},
            "negative_data_rejection": {"expected-statuses": REJECTED},
        },
        "operations": [*_operations(target.profile, document), *_undeclared(target.safety, Model(document))],
    }


def _operations(profile: Profile, document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Operations that may refuse, for their state, what fits the spec: the profile names them and says why."""
    for operation in sorted(set(Model(document).operations) & set(profile.refusals)):
        statuses = [*ACCEPTED, *map(str, profile.same_status.get(400, [400]))]
        yield {
            "include-operation-id": operation,
            "checks": {"positive_data_acceptance": {"expected-statuses": statuses}},
        }


def _undeclared(safety: Safety, model: Model) -> Iterator[dict[str, Any]]:
    """The methods that are tried where the spec has none: without an id only such as destroy nothing."""
    if safety is not Safety.DESTRUCTIVE:
        harmless = sorted({"GET", "OPTIONS", "TRACE", "QUERY"} | ({"POST"} if safety is Safety.SANDBOX else set()))
        paths = {each.path for each in model.operations.values() if safety is Safety.OBSERVE or "{" not in each.path}
        for path in sorted(paths):
            yield {"include-path": path, "phases": {"coverage": {"unexpected-methods": harmless}}}


def _owner(profile: Profile) -> str | None:
    owners = [notes.owner for notes in profile.resources.values() if notes.owner]
    return next(iter([*owners, *profile.people]), None)


def _headers(target: Target) -> dict[str, str]:
    owner = _owner(target.profile)
    return {**target.conduct.wire.sent, **(target.identity(owner).headers if owner else {})}


def _logins(target: Target) -> tuple[str, ...]:
    """The shell lines that log the owner in, before those of the engine."""
    owner = _owner(target.profile)
    return target.identity(owner).credentials.before if owner else ()


@contextmanager
def _guarded(target: Target, model: Model) -> Iterator[None]:
    """Send what the engine sends through the gate, and steer its writes to what the run created."""
    target.learn(model)
    owner = _owner(target.profile)
    identity = target.identity(owner) if owner else None
    adapter = GatedAdapter(target.gate, identity, owner or ANONYMOUS, Level.DRAWN)
    items = Items(target, model)

    def steer(_context: object, case: Any, _kwargs: dict[str, Any]) -> None:
        if target.safety is Safety.SANDBOX and case.path_parameters:
            _lead(case, items)

    schemathesis.hook("before_call")(steer)
    try:
        # Every session of the engine is one of these, also those of its probes.
        with patch.object(SameHostRedirectsSession, "get_adapter", lambda _session, url: adapter):
            yield
    finally:
        hooks.unregister(steer)
        adapter.close()


def _lead(case: Any, items: Items) -> None:
    """Give a case the path parameters with which it may be sent."""
    absent = case.meta is not None and case.meta.is_negative_at(ParameterLocation.PATH)
    led = items.led(case.method.upper(), case.path, case.path_parameters, absent)
    if led != case.path_parameters:
        case.path_parameters = led
        # The engine holds what differs from here for the work of a link, and expects of that item what a link promises.
        case._components = store_components(case)  # noqa: SLF001


def _results(schema: BaseSchema, effort: Effort, target: Target, listener: Listener) -> Iterator[CheckResult]:
    listener.phase("conformance", len(PHASES))
    results = {phase: _empty(phase) for phase in PHASES}
    started = perf_counter()
    stream = from_schema(schema).execute()
    for event in stream:
        if target.gate.closed:
            stream.stop()
        if isinstance(event, events.ScenarioFinished) and event.phase in results:
            _add(results[event.phase], event, effort, _logins(target))
        elif isinstance(event, events.NonFatalError | events.FatalError):
            _add_error(results, event)
        elif isinstance(event, events.PhaseFinished) and event.phase.name in results:
            result = results.pop(event.phase.name)
            result.seconds, started = perf_counter() - started, perf_counter()
            _conclude(result, event, target.gate.closed)
            yield _told(result, target, listener)
    target.gate.breaker.insist()
    for result in results.values():
        result.verdict, result.why = Verdict.NEVER, target.gate.closed or "the engine stopped before"
        yield _told(result, target, listener)


def _told(result: CheckResult, target: Target, listener: Listener) -> CheckResult:
    told = hidden(result, target.hidden)
    listener.checked(told)
    return told


def _empty(phase: PhaseName) -> CheckResult:
    title = f"Every answer in the {phase.value} phase has the shape that the spec promises"
    return CheckResult(Check(f"A-{phase.value}", title, lambda _: (), family="conformance"), Verdict.NA)


def _add(result: CheckResult, event: events.ScenarioFinished, effort: Effort, before: tuple[str, ...]) -> None:
    sent = len(event.recorder.interactions)
    result.trials += 1
    result.requests += sent
    known = {finding.id for finding in result.findings}
    for name, info in _failures(event.recorder):
        finding = _finding(name, info, event.recorder.label, effort, before)
        if finding.id not in known:
            known.add(finding.id)
            result.findings.append(finding)


def _failures(recorder: ScenarioRecorder) -> Iterator[tuple[str, CheckFailureInfo]]:
    """The failed checks of a scenario by name."""
    for nodes in recorder.checks.values():
        yield from ((node.name, node.failure_info) for node in nodes if node.failure_info is not None)


def _finding(check: str, info: CheckFailureInfo, label: str, effort: Effort, before: tuple[str, ...]) -> Finding:
    failure: Failure = info.failure
    return Finding(
        code=failure.code,
        title=failure.title,
        operation=failure.operation or label,
        subject=type(failure).__name__,
        expected=f"no failure of the kind: {failure.title}",
        got=failure.message or failure.title,
        severity=str(failure.severity),
        seed=effort.seed,
        curl=(*before, *([step.curl for step in info.steps] or [info.code_sample])),
        tries=0,
        promise=f"The answer passes the check {check} of Schemathesis",
        lane="A",
    )


def _add_error(results: Mapping[PhaseName, CheckResult], event: events.NonFatalError | events.FatalError) -> None:
    """An error of the engine itself: what it was about to test was not reached."""
    phase = getattr(event, "phase", None)
    result = results.get(phase) if phase else None
    for each in [result] if result else results.values():
        error = event.value if isinstance(event, events.NonFatalError) else event.exception
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

"""Runs the phases of the Schemathesis engine, and returns a result for each; its event stream is not documented."""

import gc
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from schemathesis.engine.core import EventStream
from schemathesis.engine.run import TESTING_PHASES, PhaseName
from schemathesis.schemas import BaseSchema

import contracts.conformance.hooks  # noqa: F401  # registers itself
from contracts.checks.contexts import contexts_of
from contracts.checks.registration import Check
from contracts.client.safety import NotSent
from contracts.client.target import Target
from contracts.conformance.config import engine_config, owner_of
from contracts.conformance.judge import Judge, with_replay
from contracts.conformance.overruns import is_of_a_limit
from contracts.conformance.recording import Recording
from contracts.conformance.replay import Replay
from contracts.conformance.steering import steered
from contracts.generation.effort import Effort
from contracts.openapi.description import METHODS, Model
from contracts.profile.models import ANONYMOUS, Profile
from contracts.results.findings import Finding
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult, Listener, redacted

PHASES = tuple(phase for phase in TESTING_PHASES)
TICK_SECONDS = 0.2
UNSENT = "not sent: some generated requests, which would touch items that are not of this run"
COLLECTION_THRESHOLD = 20_000
"""New objects between two garbage collections: the default of 700 takes a tenth of the engine's time."""


@dataclass(frozen=True)
class Part:
    """A part of the engine's work: some phases, and some operations by their labels."""

    phases: tuple[str, ...] = tuple(phase.value for phase in PHASES)
    operations: frozenset[str] | None = None
    reported: Collection[str] = frozenset()
    """Ids of findings that are not reported again."""


def conform(
    target: Target, document: Mapping[str, Any], effort: Effort, listener: Listener, part: Part | None = None
) -> list[CheckResult]:
    """Run the phases of the engine as the owner of the resources, and return one result per phase."""
    part = part or Part()
    if target.gate.closed:
        return list(_cut_off(part, target, listener))
    schema = _schema(target, document, effort, part)
    model = Model(document)
    with steered(target, model), _rare_garbage_collection():
        judge = Judge(target, model, effort, listener, _replay(schema, target, model, effort), part.reported)
        return list(_results(schema, part, judge, listener))


def _cut_off(part: Part, target: Target, listener: Listener) -> Iterator[CheckResult]:
    """Return the results where nothing more may be sent."""
    listener.phase("conformance", len(part.phases))
    for phase in PHASES:
        if phase.value in part.phases:
            result = replace(_empty(phase), verdict=Verdict.NEVER, why=f"cut off: {target.stopped}")
            yield _reported(result, target, listener)


def confirmed(target: Target, document: Mapping[str, Any], finding: Finding) -> Finding:
    """Send the requests that the engine recorded of a finding again, alone."""
    if not finding.again:
        return finding
    effort, model = Effort(finding.seed), Model(document)
    with steered(target, model):
        replay = _replay(_schema(target, document, effort, Part()), target, model, effort)
        recording = Recording.from_dict(target.redactor.restore_value(finding.again))
        return with_replay(finding, replay.confirm(recording), target.redactor)


def _schema(target: Target, document: Mapping[str, Any], effort: Effort, part: Part) -> BaseSchema:
    config = engine_config(target, document, effort)
    config["phases"] = {phase.value: {"enabled": phase.value in part.phases} for phase in PHASES}
    extended = _with_statuses(document, target.profile)
    schema: BaseSchema = schemathesis.openapi.from_dict(extended, config=SchemathesisConfig.from_dict(config))
    for operation in Model(document).operations.values():
        if target.gate.guard.exclusion(operation.method, operation.path):
            schema = schema.exclude(method=operation.method, path=operation.path)
    labels = part.operations
    return schema if labels is None else schema.include(lambda context: context.operation.label in labels)


def _with_statuses(document: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """Return the document with the statuses that the profile declares beside the documented ones."""
    whole = deepcopy(dict(document))
    for item in whole.get("paths", {}).values():
        for method in METHODS:
            responses = item.get(method, {}).get("responses", {})
            if "default" not in responses:
                responses.update(_declared(responses, profile))
    return whole


def _declared(responses: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    """Return the responses that an operation may give beside its own."""
    same = {
        str(status): responses[str(documented)]
        for documented, statuses in profile.same_status.items()
        for status in statuses
        if str(documented) in responses
    }
    other = {str(status): {"description": ""} for status in profile.undocumented}
    return {status: response for status, response in (other | same).items() if status not in responses}


def _replay(schema: BaseSchema, target: Target, model: Model, effort: Effort) -> Replay:
    owner = target.person(owner_of(target.profile) or ANONYMOUS)
    return Replay(schema, owner, list(contexts_of(target, model, effort)))


@contextmanager
def _rare_garbage_collection() -> Iterator[None]:
    """Collect garbage rarely, and never among the objects that exist already: modules, document, schemas."""
    before = gc.get_threshold()
    gc.collect()  # Otherwise the garbage of an earlier run would be frozen, and stay.
    gc.freeze()
    gc.set_threshold(COLLECTION_THRESHOLD)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _results(schema: BaseSchema, part: Part, judge: Judge, listener: Listener) -> Iterator[CheckResult]:
    listener.phase("conformance", len(part.phases))
    results = {phase: _empty(phase) for phase in PHASES if phase.value in part.phases}
    gate, started = judge.target.gate, perf_counter()
    stream = from_schema(schema).execute()
    with _stopped_early(stream, lambda: bool(gate.closed) or judge.effort.enough()):
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
                yield _reported(result, judge.target, listener)
    for result in results.values():
        judge.conclude(result)
        result.verdict = Verdict.BROKEN if result.findings else Verdict.NEVER
        result.why = gate.closed or result.why or "the engine was stopped before"
        yield _reported(result, judge.target, listener)


def _reported(result: CheckResult, target: Target, listener: Listener) -> CheckResult:
    result = redacted(result, target.redactor)
    listener.checked(result)
    return result


@contextmanager
def _stopped_early(stream: EventStream, enough: Callable[[], bool]) -> Iterator[None]:
    """Stop the engine in the middle of a step once it is enough: between two events minutes may pass."""
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
    """Return the phases of the engine as checks, for reports."""
    return [_check(phase) for phase in PHASES]


def _check(phase: PhaseName) -> Check:
    title = f"Every response in the {phase.value} phase is as documented"
    return Check(f"A-{phase.value}", title, lambda _: (), family="conformance")


def _empty(phase: PhaseName) -> CheckResult:
    return CheckResult(_check(phase), Verdict.NA)


def _add_error(results: Mapping[PhaseName, CheckResult], event: events.NonFatalError | events.FatalError) -> None:
    """Note an error of the engine itself: the operation was not tested."""
    phase = getattr(event, "phase", None)
    result = results.get(phase) if phase else None
    error = event.value if isinstance(event, events.NonFatalError) else event.exception
    label = getattr(event, "label", "the engine")
    for concerned in [result] if result else results.values():
        if isinstance(error, NotSent):
            concerned.lacking = tuple(dict.fromkeys((*concerned.lacking, f"{label}: {UNSENT}")))
        else:
            concerned.why = f"{label}: {error}".splitlines()[0]


def _conclude(result: CheckResult, event: events.PhaseFinished, closed: str) -> None:
    if result.findings:
        result.verdict, result.why = Verdict.BROKEN, f"{len(result.findings)} kinds of failure"
    elif closed or result.why:
        result.verdict, result.why = Verdict.NEVER, closed or result.why
    elif event.status is Status.SKIP or not result.trials:
        result.why = str(event.phase.skip_reason or "the document gives this phase nothing to send")
    else:
        result.verdict = Verdict.HELD
        if result.unconfirmed:
            result.why = f"{len(result.unconfirmed)} kinds of failure did not come back, and are not counted"

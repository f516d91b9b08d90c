"""Turns failures that the engine reports into findings, each once, and confirms them."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from schemathesis.engine.recorder import ScenarioRecorder

from contracts.client.target import Target
from contracts.conformance.config import headers_of, owner_of
from contracts.conformance.messages import readable
from contracts.conformance.overruns import finding_of
from contracts.conformance.recording import Failed, Recording, failed, names_of
from contracts.conformance.replay import JUDGED_BY_THE_ANSWER, Replay, Replayed
from contracts.generation.effort import Effort
from contracts.openapi.description import Model
from contracts.results.findings import CONFIRMATIONS, Finding, finding_id
from contracts.results.redaction import Redactor
from contracts.runner.results import CheckResult, Listener


@dataclass
class Judge:
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
            (result.unconfirmed if doubtful else result.findings).append(
                with_replay(finding, again, self.target.redactor)
            )
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


def with_replay(finding: Finding, again: Replayed | None, redactor: Redactor) -> Finding:
    """The finding with how often it came back, and with the smallest requests that showed it."""
    if again is None:
        return finding
    told = replace(finding, came_back=again.came_back, tries=CONFIRMATIONS)
    if again.tape is None:
        return told
    got = f"{readable(again.message, redactor)}\n{again.tape.answers[-1].summary}"
    return replace(told, got=got, curl=tuple(again.tape.curl()))


def _logins(target: Target) -> tuple[str, ...]:
    """The shell lines that log the owner in, before those of the engine."""
    owner = owner_of(target.profile)
    return target.identity(owner).credentials.before if owner else ()

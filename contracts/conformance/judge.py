"""Turns failures that the engine reports into findings, each once, and confirms them."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

from schemathesis.engine.recorder import ScenarioRecorder

from contracts.client.target import Target
from contracts.conformance.config import headers_of, owner_of
from contracts.conformance.messages import readable
from contracts.conformance.overruns import finding_of
from contracts.conformance.recording import Failed, Recording, failed, names_of
from contracts.conformance.replay import JUDGED_BY_THE_RESPONSE, Replay, Replayed
from contracts.generation.effort import Effort
from contracts.openapi.description import Model
from contracts.results.findings import CONFIRMATIONS, Finding, finding_id
from contracts.results.redaction import Redactor
from contracts.runner.results import CheckResult, Listener


@dataclass
class Judge:
    """Turns the engine's reports into results, with each failure once."""

    target: Target
    model: Model
    effort: Effort
    listener: Listener
    replay: Replay
    reported: Collection[str]
    _failed: dict[str, tuple[Finding, Failed]] = field(default_factory=dict)
    """The failures of this phase, by the id of the finding."""
    _announced: set[str] = field(default_factory=set)
    """Ids of the findings that the listener has got."""

    def add(self, result: CheckResult, recorder: ScenarioRecorder) -> None:
        """Count a scenario, note its failures, and report the new ones."""
        sent = len(recorder.interactions)
        result.trials += 1
        result.requests += sent
        for failure in failed(recorder, set(headers_of(self.target).values())):
            identifier = self._identifier(failure, recorder.label)
            if identifier not in self.reported and identifier not in self._failed:
                finding = self._finding(failure, recorder.label)
                self._failed[identifier] = (finding, failure)
                self._report(finding, result.requests)

    def _report(self, finding: Finding, requests: int) -> None:
        if finding.id not in self._announced:
            self._announced.add(finding.id)
            self.listener.seen(finding, requests)

    def conclude(self, result: CheckResult) -> None:
        """Confirm the failures, and add the operations whose responses exceeded a limit."""
        self.confirm(result)
        overruns = self.target.gate.overruns.by_operation.values()
        for overrun in overruns:
            finding = finding_of(overrun, self.replay, self.model, self.effort.seed)
            if overrun.drawn and finding.id not in self.reported:
                result.findings.append(finding)
        result.lacking = tuple(overrun.message for overrun in overruns if overrun.is_too_often)

    def confirm(self, result: CheckResult) -> None:
        """Send the failures again, now that the engine is still; once it is enough, report them as seen once."""
        sent = self.target.sent
        for finding, failure in self._failed.values():
            again = self._again(failure.recording)
            doubtful = again is not None and not again.came_back
            confirmed = with_replay(finding, again, self.target.redactor)
            if doubtful and failure.identity.check not in JUDGED_BY_THE_RESPONSE:
                result.unconfirmed.append(confirmed)
            else:
                result.findings.append(confirmed)
        result.requests += self.target.sent - sent
        self._failed.clear()

    def _again(self, recording: Recording | None) -> Replayed | None:
        """Return what came of sending it again, None where that was not possible, or not to the end."""
        again = self.replay.confirm(recording) if recording and not self.effort.enough() else None
        cut_off = self.effort.enough() or bool(self.target.gate.closed)
        return None if again is None or (cut_off and not again.came_back) else again

    def _identifier(self, failed_check: Failed, label: str) -> str:
        """Return the id of the finding, as it is once secrets are removed."""
        failure, redact = failed_check.info.failure, self.target.redactor.redact
        return finding_id(failure.code, redact(failure.operation or label), redact(failed_check.identity.subject))

    def _finding(self, failed_check: Failed, label: str) -> Finding:
        failure, redactor = failed_check.info.failure, self.target.redactor
        operation = failure.operation or label
        pointers = (
            documented.pointer for documented in self.model.operations.values() if documented.label == operation
        )
        finding = Finding(
            code=failure.code,
            title=failure.title,
            operation=operation,
            subject=failed_check.identity.subject,
            expected=f"no failure of the kind: {failure.title}",
            got=readable(failure.message or failure.title, redactor),
            severity=str(failure.severity),
            seed=self.effort.seed,
            curl=(
                *_logins(self.target),
                *([step.curl for step in failed_check.info.steps] or [failed_check.info.code_sample]),
            ),
            tries=0,
            names=names_of(failure, failed_check.identity.check),
            pointer=next(pointers, ""),
            promise=f"The response passes the check {failed_check.identity.check} of Schemathesis",
            lane="A",
            again=failed_check.recording.to_dict() if failed_check.recording else {},
        )
        return redactor.redact_finding(finding)


def with_replay(finding: Finding, again: Replayed | None, redactor: Redactor) -> Finding:
    """Return the finding with the number of times it came back, and the smallest requests that showed it."""
    if again is None:
        return finding
    finding = replace(finding, came_back=again.came_back, tries=CONFIRMATIONS)
    if again.tape is None:
        return finding
    got = f"{readable(again.message, redactor)}\n{again.tape.answers[-1].summary}"
    return replace(finding, got=got, curl=tuple(again.tape.curl()))


def _logins(target: Target) -> tuple[str, ...]:
    """Return the shell lines that log the owner in, before those of the engine."""
    owner = owner_of(target.profile)
    return target.identity(owner).credentials.before if owner else ()

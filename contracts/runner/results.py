"""The results of checks, and the listeners that follow a run."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from contracts.checks.context import Context
from contracts.checks.registration import Check
from contracts.results.findings import Finding
from contracts.results.redaction import Redactor
from contracts.results.verdict import Verdict, merge_reasons
from contracts.runner.trial import Outcome

_IDS = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\d+")
"""The parts of a text that differ between the items of two trials."""


@dataclass(frozen=True)
class Tried:
    """The result of one trial."""

    subject: str
    operation: str
    verdict: Verdict
    person: str = ""
    """The user whose permissions were tried, if the trial is about permissions."""
    state: str = ""
    """The name of the item, or its state, on which they were tried."""


@dataclass
class CheckResult:
    """The result of one check."""

    check: Check
    verdict: Verdict
    why: str = ""
    findings: list[Finding] = field(default_factory=list)
    trials: int = 0
    seconds: float = 0.0
    requests: int = 0
    tried: tuple[Tried, ...] = ()
    lacking: tuple[str, ...] = ()
    """What the checker would need for the trials that it could not run, even if it ran others."""
    unconfirmed: list[Finding] = field(default_factory=list)
    """Findings that did not come back when tried again: reported, but not counted."""
    failed: bool = False
    """Whether the checker itself failed."""
    gaps: tuple[str, ...] = ()
    """What a check that held could not try, each with the reason."""


class Listener(Protocol):
    """Follows a run."""

    def phase(self, name: str, total: int) -> None:
        """A phase with so many checks begins."""

    def seen(self, finding: Finding, requests: int) -> None:
        """A check that takes minutes saw a failure, after so many requests. It still has to be confirmed."""

    def checked(self, result: CheckResult) -> None:
        """A check has finished."""


class Silence:
    """A listener that ignores everything."""

    def phase(self, name: str, total: int) -> None:
        """Ignore it."""

    def seen(self, finding: Finding, requests: int) -> None:
        """Ignore it."""

    def checked(self, result: CheckResult) -> None:
        """Ignore it."""


class Listeners:
    """A listener that passes every event on to several others."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners

    def phase(self, name: str, total: int) -> None:
        """Pass it on."""
        for listener in self._listeners:
            listener.phase(name, total)

    def seen(self, finding: Finding, requests: int) -> None:
        """Pass it on."""
        for listener in self._listeners:
            listener.seen(finding, requests)

    def checked(self, result: CheckResult) -> None:
        """Pass it on."""
        for listener in self._listeners:
            listener.checked(result)


def redacted(result: CheckResult, redactor: Redactor) -> CheckResult:
    """Return a result without secrets."""
    return replace(
        result,
        why=redactor.redact(result.why),
        findings=[redactor.redact_finding(finding) for finding in result.findings],
        unconfirmed=[redactor.redact_finding(finding) for finding in result.unconfirmed],
        tried=tuple(replace(trial, subject=redactor.redact(trial.subject)) for trial in result.tried),
        lacking=tuple(map(redactor.redact, result.lacking)),
        gaps=tuple(map(redactor.redact, result.gaps)),
    )


def verdict_of(outcomes: Sequence[tuple[Context, Outcome]]) -> tuple[Verdict, str]:
    """Return the worst verdict, with the reason. A check that never ran on one of several resources is not held."""
    broken = next((outcome for _, outcome in outcomes if outcome.verdict is Verdict.BROKEN), None)
    if broken:
        return Verdict.BROKEN, broken.why
    reached = {context.resource.item for context, outcome in outcomes if outcome.verdict is Verdict.HELD}
    unreached = [
        (context, outcome)
        for context, outcome in outcomes
        if outcome.verdict is Verdict.NEVER and context.resource.item not in reached
    ]
    if unreached:
        return Verdict.NEVER, _why_unreached(unreached, outcomes)
    if reached:
        return Verdict.HELD, in_part(gaps_of(outcomes))
    why = merge_reasons((context.resource.name, outcome.why) for context, outcome in outcomes)
    return Verdict.NA, why or "nothing in the spec or profile calls for it"


def _why_unreached(unreached: Sequence[tuple[Context, Outcome]], outcomes: Sequence[tuple[Context, Outcome]]) -> str:
    """Join the reasons; name the resources if there are several, and the run was not cut off."""
    resources = {context.resource.item for context, _ in outcomes}
    is_cut_off = bool(unreached[0][0].target.gate.closed)
    if len(resources) > 1 and not is_cut_off:
        return "; ".join(f"{reason.item}: {reason.why}" for reason in reasons(unreached))
    return "; ".join(reason.why for reason in reasons(unreached))


def gaps_of(outcomes: Sequence[tuple[Context, Outcome]]) -> tuple[str, ...]:
    """Return what could not be tried, each with the reason: in trials that held, then in those that never ran."""
    in_part_only = [entry for entry in outcomes if entry[1].verdict is Verdict.HELD and entry[1].why]
    unreached = [entry for entry in outcomes if entry[1].verdict is Verdict.NEVER]
    return tuple(reason.text for reason in reasons([*in_part_only, *unreached]))


def in_part(gaps: Iterable[str]) -> str:
    """Describe what a check that held could not try; return an empty text if it tried everything."""
    unique = "; ".join(dict.fromkeys(gaps))
    return f"in part: {unique}" if unique else ""


@dataclass
class Reason:
    """Why trials could not judge, or not cover everything: one reason for several trials."""

    why: str
    item: str
    subjects: dict[str, None] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The reason, after the name of its first trial."""
        first, *others = self.subjects
        more = f" and {len(others)} more" if others else ""
        return f"{first}{more}: {self.why}"


def reasons(outcomes: Iterable[tuple[Context, Outcome]]) -> list[Reason]:
    """Return each reason once. Reasons that differ only in unique words and ids are the same."""
    by_kind: dict[str, Reason] = {}
    for context, outcome in outcomes:
        kind = _IDS.sub("…", context.without_unique(outcome.why))
        reason = by_kind.setdefault(kind, Reason(outcome.why, context.resource.item))
        reason.subjects[f"{outcome.trial.operation} · {outcome.trial.subject}"] = None
    return list(by_kind.values())

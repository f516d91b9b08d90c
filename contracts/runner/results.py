"""The results of checks, and who is told of them while a run goes on."""

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

IN_PART = "in part: "
"""How it is told of a check that held, but not on all that it is about."""
_IDS = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\d+")
"""What tells the items of two trials apart in a text."""


@dataclass(frozen=True)
class Tried:
    """What came of one trial."""

    subject: str
    operation: str
    verdict: Verdict


@dataclass
class CheckResult:
    """What came of one check."""

    check: Check
    verdict: Verdict
    why: str = ""
    findings: list[Finding] = field(default_factory=list)
    trials: int = 0
    seconds: float = 0.0
    requests: int = 0
    tried: tuple[Tried, ...] = ()
    lacking: tuple[str, ...] = ()
    """What the checker would need to try it where it could not, even if it was tried elsewhere."""
    unconfirmed: list[Finding] = field(default_factory=list)
    """What came to nothing when it was tried again, and may have been right as things stood: told, not counted."""
    failed: bool = False
    """Whether the checker itself failed in it."""


class Listener(Protocol):
    """Who is told while a run goes on."""

    def phase(self, name: str, total: int) -> None:
        """A phase begins, with so many checks."""

    def seen(self, finding: Finding, requests: int) -> None:
        """A check that takes minutes saw a failure, after so many requests; it is tried again before it is told."""

    def checked(self, result: CheckResult) -> None:
        """A check is done."""


class Silence:
    """A listener that says nothing."""

    def phase(self, name: str, total: int) -> None:
        """Say nothing."""

    def seen(self, finding: Finding, requests: int) -> None:
        """Say nothing."""

    def checked(self, result: CheckResult) -> None:
        """Say nothing."""


class Several:
    """A listener that passes on what it is told."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners

    def phase(self, name: str, total: int) -> None:
        """Pass it on."""
        for each in self._listeners:
            each.phase(name, total)

    def seen(self, finding: Finding, requests: int) -> None:
        """Pass it on."""
        for each in self._listeners:
            each.seen(finding, requests)

    def checked(self, result: CheckResult) -> None:
        """Pass it on."""
        for each in self._listeners:
            each.checked(result)


def redacted(result: CheckResult, redactor: Redactor) -> CheckResult:
    """A result without secrets."""
    return replace(
        result,
        why=redactor.redact(result.why),
        findings=[redactor.redact_finding(each) for each in result.findings],
        unconfirmed=[redactor.redact_finding(each) for each in result.unconfirmed],
        tried=tuple(replace(each, subject=redactor.redact(each.subject)) for each in result.tried),
        lacking=tuple(redactor.redact(each) for each in result.lacking),
    )


def verdict_of(outcomes: Sequence[tuple[Context, Outcome]]) -> tuple[Verdict, str]:
    """The worst that was found; a check that was never exercised, be it on one resource, is not held."""
    found = [outcome for _, outcome in outcomes]
    broken = next((each for each in found if each.verdict is Verdict.BROKEN), None)
    if broken:
        return Verdict.BROKEN, broken.why
    held = {context.resource.item for context, each in outcomes if each.verdict is Verdict.HELD}
    never = [(context, each) for context, each in outcomes if each.verdict is Verdict.NEVER]
    alone = [(context, each) for context, each in never if context.resource.item not in held]
    if alone:
        several = len({context.resource.item for context, _ in outcomes}) > 1 and not alone[0][0].target.gate.closed
        return Verdict.NEVER, "; ".join(f"{each.item}: {each.why}" if several else each.why for each in reasons(alone))
    if held:
        without = [(context, each) for context, each in outcomes if each.verdict is Verdict.HELD and each.why]
        return Verdict.HELD, in_part(each.told for each in reasons([*without, *never]))
    told = merge_reasons((context.resource.name, each.why) for context, each in outcomes)
    return Verdict.NA, told or "nothing in the spec or profile calls for it"


def in_part(told: Iterable[str]) -> str:
    """What a check that held could not try, in one text; empty where it tried everything."""
    whole = "; ".join(dict.fromkeys(each.removeprefix(IN_PART) for each in told if each))
    return f"{IN_PART}{whole}" if whole else ""


@dataclass
class Reason:
    """Why trials could not judge, or not all that they are about, told once for all of them."""

    why: str
    item: str
    subjects: dict[str, None] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """The reason behind the first of its trials."""
        first, *more = self.subjects
        return f"{first}{f' and {len(more)} more' if more else ''}: {self.why}"


def reasons(outcomes: Iterable[tuple[Context, Outcome]]) -> list[Reason]:
    """Each reason once, whatever words and ids of one trial it tells."""
    found: dict[str, Reason] = {}
    for context, outcome in outcomes:
        kind = _IDS.sub("…", context.without_unique(outcome.why))
        reason = found.setdefault(kind, Reason(outcome.why, context.resource.item))
        reason.subjects[f"{outcome.trial.operation} · {outcome.trial.subject}"] = None
    return list(found.values())

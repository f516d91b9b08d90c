"""The report on a run, and the forms in which it is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from contracts.client.target import Safety
from contracts.report.baseline import Comparison
from contracts.report.permissions import Cell
from contracts.results.findings import Finding
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult


@dataclass(frozen=True)
class RuleResult:
    """The result of one documented rule."""

    rule: str
    verdict: Verdict
    checks: tuple[str, ...] = ()
    why: str = ""
    text: str = ""


@dataclass(frozen=True)
class Report:
    """A whole run: its checks, findings and rules."""

    url: str
    seed: int
    safety: Safety
    results: Sequence[CheckResult]
    rules: Sequence[RuleResult]
    seconds: float
    requests: int
    left_behind: Sequence[str] = ()
    """What the run could not delete or restore."""
    permissions: Sequence[Cell] = ()
    spec: Path | None = None
    """The OpenAPI document, in which each finding has a place."""
    baseline: Comparison = field(default_factory=Comparison)
    stopped: str = ""
    """Why the run ended before everything was tried; empty if it did not."""
    cut_off: bool = False
    """Whether the run was interrupted from outside: the target failed, or the user stopped it."""
    finished: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def findings(self) -> list[Finding]:
        """Every broken promise once, the gravest first, by the finding that came back most often."""
        order = {"critical": 0, "high": 1, "medium": 2, "low": 3}
        surest: dict[str, Finding] = {}
        for finding in (finding for result in self.results for finding in result.findings):
            if finding.id not in surest or finding.came_back > surest[finding.id].came_back:
                surest[finding.id] = finding
        return sorted(surest.values(), key=lambda finding: order.get(finding.severity, 9))

    @property
    def unconfirmed(self) -> list[Finding]:
        """The findings that did not come back when tried again. They do not fail a run."""
        confirmed = {finding.id for finding in self.findings}
        unique = {finding.id: finding for result in self.results for finding in result.unconfirmed}
        return [finding for finding in unique.values() if finding.id not in confirmed]

    @property
    def cautions(self) -> Iterator[tuple[str, str]]:
        """What a reader of a green report should know, each as its kind and a text."""
        for result in self.results:
            if result.verdict is Verdict.HELD and result.gaps:
                yield "in part", f"{result.check.code} {'; '.join(result.gaps)}"
        for why in dict.fromkeys(reason for result in self.results for reason in result.lacking):
            codes = [result.check.code for result in self.results if why in result.lacking]
            yield "not tried", f"{why} ({', '.join(codes)})"
        for finding in self.unconfirmed:
            place = f"{finding.code} {finding.operation} · {finding.subject}: {finding.title}"
            hint = f"{finding.confirmation}, not counted; see it again with --seed {finding.seed}"
            yield "not confirmed", f"{place} ({hint})"

    @property
    def fresh(self) -> list[Finding]:
        """The findings that the baseline does not accept."""
        return [finding for finding in self.findings if finding.id not in self.baseline.accepted]

    @property
    def never_reached(self) -> Iterator[str]:
        """The checks and rules that apply, but never ran."""
        yield from (result.check.code for result in self.results if result.verdict is Verdict.NEVER)
        yield from (result.rule for result in self.rules if result.verdict is Verdict.NEVER)

    @property
    def held(self) -> bool:
        """Whether every promise that applies was checked and kept, except those that the baseline accepts."""
        return not (self.fresh or self.cut_off or any(True for _ in self.never_reached))

    @property
    def word(self) -> Verdict:
        """The verdict on the whole run."""
        if self.held:
            return Verdict.HELD
        return Verdict.BROKEN if self.fresh else Verdict.NEVER

    @property
    def exit_code(self) -> int:
        """The exit status: 0 held, 1 broken or never reached, 2 cut off."""
        if self.cut_off:
            return 2
        return 0 if self.held else 1

    def result(self, code: str) -> CheckResult:
        """Return the result of the check with a code."""
        return next(result for result in self.results if result.check.code == code)

    def rule(self, name: str) -> RuleResult:
        """Return the result of a rule."""
        return next(result for result in self.rules if result.rule == name)

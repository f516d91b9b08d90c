"""What a run found out, and the forms in which it is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from contracts.client.target import Safety
from contracts.report.baseline import Comparison
from contracts.report.permissions import Cell
from contracts.results.findings import Finding
from contracts.results.verdict import Verdict
from contracts.runner.results import IN_PART, CheckResult


@dataclass(frozen=True)
class RuleResult:
    """What a run found out about one documented rule."""

    rule: str
    verdict: Verdict
    checks: tuple[str, ...] = ()
    why: str = ""
    text: str = ""


@dataclass(frozen=True)
class Report:
    """A whole run: its checks, its findings, its rules."""

    url: str
    seed: int
    safety: Safety
    results: Sequence[CheckResult]
    rules: Sequence[RuleResult]
    seconds: float
    requests: int
    left_behind: Sequence[str] = ()
    """What the run could not delete or put back."""
    permissions: Sequence[Cell] = ()
    spec: Path | None = None
    """The document that was checked, to say where in it a finding belongs."""
    baseline: Comparison = field(default_factory=Comparison)
    stopped: str = ""
    """Why the run ended before everything was tried, empty where it did not."""
    cut_off: bool = False
    """Whether that lies outside of the run: the target fails, or somebody has stopped it."""
    finished: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def findings(self) -> list[Finding]:
        """Every broken promise, the gravest first; of what several phases found, what is surest."""
        order = {"critical": 0, "high": 1, "medium": 2, "low": 3}
        found: dict[str, Finding] = {}
        for finding in (finding for result in self.results for finding in result.findings):
            if finding.id not in found or finding.came_back > found[finding.id].came_back:
                found[finding.id] = finding
        return sorted(found.values(), key=lambda each: order.get(each.severity, 9))

    @property
    def unconfirmed(self) -> list[Finding]:
        """What did not come back when it was tried again, and fails no run."""
        found = {finding.id: finding for result in self.results for finding in result.unconfirmed}
        return [each for each in found.values() if each.id not in {finding.id for finding in self.findings}]

    @property
    def cautions(self) -> Iterator[tuple[str, str]]:
        """What a reader of a green report should know: a word for what it is, and the text."""
        for result in self.results:
            if result.verdict is Verdict.HELD and result.why.startswith(IN_PART):
                yield IN_PART.rstrip(": "), f"{result.check.code} {result.why.removeprefix(IN_PART)}"
        for why in dict.fromkeys(each for result in self.results for each in result.lacking):
            codes = [result.check.code for result in self.results if why in result.lacking]
            yield "not tried", f"{why} ({', '.join(codes)})"
        for finding in self.unconfirmed:
            told = f"{finding.code} {finding.operation} · {finding.subject}: {finding.title}"
            yield (
                "not confirmed",
                f"{told} ({finding.confirmation}, not counted; see it again with --seed {finding.seed})",
            )

    @property
    def fresh(self) -> list[Finding]:
        """The findings that the baseline does not know."""
        return [each for each in self.findings if each.id not in self.baseline.known]

    @property
    def never_reached(self) -> Iterator[str]:
        """Checks and rules that applied and were not exercised."""
        yield from (each.check.code for each in self.results if each.verdict is Verdict.NEVER)
        yield from (each.rule for each in self.rules if each.verdict is Verdict.NEVER)

    @property
    def held(self) -> bool:
        """Whether every promise that applies was exercised, and kept but for what the baseline accepts."""
        return not (self.fresh or self.cut_off or any(True for _ in self.never_reached))

    @property
    def word(self) -> Verdict:
        """The verdict on the whole run."""
        return Verdict.HELD if self.held else Verdict.BROKEN if self.fresh else Verdict.NEVER

    @property
    def exit_code(self) -> int:
        """0 held, 1 broken or never reached, 2 cut off."""
        return 2 if self.cut_off else 0 if self.held else 1

    def result(self, code: str) -> CheckResult:
        """What came of one check."""
        return next(each for each in self.results if each.check.code == code)

    def rule(self, name: str) -> RuleResult:
        """What was found out about one rule."""
        return next(each for each in self.rules if each.rule == name)

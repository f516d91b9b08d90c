"""Group findings by the promise that they break: one fault shows in many fields, media types and users."""

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.results.findings import Finding


@dataclass(frozen=True)
class Group:
    """The findings that break one promise, the gravest first."""

    rule: str
    promise: str
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> str:
        """The severity of the gravest finding."""
        return self.findings[0].severity


def groups(findings: Iterable[Finding]) -> list[Group]:
    """Group findings, which are sorted by severity, in the order of their first finding."""
    by_promise: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        by_promise.setdefault((finding.rule, finding.promise or finding.title), []).append(finding)
    return [Group(rule, promise, tuple(group)) for (rule, promise), group in by_promise.items()]

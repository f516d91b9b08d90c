"""Findings by the promise that they break: one fault shows in many fields, media types and people."""

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
        """How grave the gravest is."""
        return self.findings[0].severity


def groups(findings: Iterable[Finding]) -> list[Group]:
    """Group findings, which come the gravest first, in the order in which their promises come."""
    found: dict[tuple[str, str], list[Finding]] = {}
    for each in findings:
        found.setdefault((each.rule, each.promise or each.title), []).append(each)
    return [Group(rule, promise, tuple(each)) for (rule, promise), each in found.items()]

"""Derive the report from the results of checks, with a verdict on each documented rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts.checks.registration import LAWS, SCENARIOS, UNOBSERVABLE
from contracts.checks.selection import load as load_checks
from contracts.checks.selection import rules_of
from contracts.client.target import Safety
from contracts.profile.models import Profile
from contracts.report import Report, RuleResult
from contracts.report.permissions import permissions
from contracts.results.verdict import Verdict
from contracts.runner.preparation import Prepared
from contracts.runner.results import CheckResult


@dataclass(frozen=True)
class RunEnd:
    """How a run ended: what it cost, and what it left behind."""

    safety: Safety
    seconds: float
    requests: int
    left_behind: Sequence[str] = ()
    stopped: str = ""
    """Why it ended early; empty if it did not."""
    cut_off: bool = False


def report_of(url: str, seed: int, prepared: Prepared, results: Sequence[CheckResult], end: RunEnd) -> Report:
    """Return the report on a run, which counts as cut off if the checker itself failed."""
    failure = next((result.why for result in results if result.failed), "")
    return Report(
        url,
        seed,
        end.safety,
        results,
        rule_results(results, prepared.profile, prepared.texts, prepared.only),
        end.seconds,
        end.requests,
        end.left_behind,
        permissions(results, prepared.profile, prepared.model),
        prepared.spec,
        stopped=end.stopped or failure,
        cut_off=end.cut_off or bool(failure),
    )


def rule_results(
    results: Sequence[CheckResult], profile: Profile, texts: Mapping[str, str], only: Sequence[str]
) -> list[RuleResult]:
    """Return the result of each documented rule and each law, sorted by name."""
    by_rule = {rule: _result(rule, results, profile, texts) for rule in _checked_rules(results, profile)}
    if profile.scenarios and not only:
        for rule in [*UNOBSERVABLE, *texts]:
            by_rule.setdefault(rule, _unchecked(rule, texts))
    return [by_rule[rule] for rule in sorted(by_rule)]


def _checked_rules(results: Sequence[CheckResult], profile: Profile) -> set[str]:
    return {rule for result in results for rule in (result.check.rules or rules_of(result.check, profile))}


def _result(rule: str, results: Sequence[CheckResult], profile: Profile, texts: Mapping[str, str]) -> RuleResult:
    relevant = [result for result in results if rule in rules_of(result.check, profile)]
    codes = tuple(result.check.code for result in relevant)
    text = texts.get(rule, "")
    if any(rule in finding.rules for result in relevant for finding in result.findings):
        return RuleResult(rule, Verdict.BROKEN, codes, text=text)
    for verdict in (Verdict.HELD, Verdict.NEVER, Verdict.NA):
        first = next((result for result in relevant if result.verdict is verdict), None)
        if first:
            return RuleResult(rule, verdict, codes, first.why, text)
    # The checks are broken, but for other rules.
    return RuleResult(rule, Verdict.HELD, codes, text=text)


def _unchecked(rule: str, texts: Mapping[str, str]) -> RuleResult:
    why = UNOBSERVABLE.get(rule)
    verdict = Verdict.NA if why else Verdict.NEVER
    return RuleResult(rule, verdict, (), why or "no check covers it", texts.get(rule, ""))


def checks_by_rule(profile: Profile) -> dict[str, list[str]]:
    """Return the codes of the laws and the titles of the scenarios that check each rule."""
    load_checks()
    checks: dict[str, list[str]] = {}
    for check in [*LAWS.values(), *(SCENARIOS if profile.scenarios else [])]:
        for rule in rules_of(check, profile):
            checks.setdefault(rule, []).append(check.code if check.family == "law" else check.title)
    return checks

"""Derives from the results of checks the report, and the verdict on each documented rule."""

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
from contracts.runner.results import CheckResult
from contracts.runner.session import Terms


@dataclass(frozen=True)
class Ended:
    """What a run cost, and what it left."""

    safety: Safety
    seconds: float
    requests: int
    left_behind: Sequence[str] = ()
    stopped: str = ""
    """Why it ended before its time, if it did."""
    cut_off: bool = False


def report_of(url: str, seed: int, held: Terms, results: Sequence[CheckResult], ended: Ended) -> Report:
    """What the results of checks say of rules and of permissions; no verdict where the checker itself failed."""
    failed = next((each.why for each in results if each.failed), "")
    return Report(
        url,
        seed,
        ended.safety,
        results,
        rule_results(results, held.profile, held.texts, held.only),
        ended.seconds,
        ended.requests,
        ended.left_behind,
        permissions(results, held.profile, held.model),
        held.spec,
        stopped=ended.stopped or failed,
        cut_off=ended.cut_off or bool(failed),
    )


def rule_results(
    results: Sequence[CheckResult], profile: Profile, texts: Mapping[str, str], only: Sequence[str]
) -> list[RuleResult]:
    """What the run found out about each documented rule and each law."""
    found = {rule: _of_rule(rule, results, profile, texts) for rule in _rules_of(results, profile)}
    if profile.scenarios and not only:
        for rule in [*UNOBSERVABLE, *texts]:
            found.setdefault(rule, _unchecked(rule, texts))
    return [found[rule] for rule in sorted(found)]


def _rules_of(results: Sequence[CheckResult], profile: Profile) -> set[str]:
    return {rule for result in results for rule in (result.check.rules or rules_of(result.check, profile))}


def _of_rule(rule: str, results: Sequence[CheckResult], profile: Profile, texts: Mapping[str, str]) -> RuleResult:
    speaking = [each for each in results if rule in rules_of(each.check, profile)]
    codes = tuple(each.check.code for each in speaking)
    text = texts.get(rule, "")
    if any(rule in finding.rules for each in speaking for finding in each.findings):
        return RuleResult(rule, Verdict.BROKEN, codes, text=text)
    for verdict in (Verdict.HELD, Verdict.NEVER):
        first = next((each for each in speaking if each.verdict is verdict), None)
        if first:
            return RuleResult(rule, verdict, codes, first.why, text)
    spared = next((each for each in speaking if each.verdict is Verdict.NA), None)
    # What is left was broken, but for another of its rules.
    return RuleResult(rule, Verdict.NA if spared else Verdict.HELD, codes, spared.why if spared else "", text)


def _unchecked(rule: str, texts: Mapping[str, str]) -> RuleResult:
    why = UNOBSERVABLE.get(rule)
    verdict = Verdict.NA if why else Verdict.NEVER
    return RuleResult(rule, verdict, (), why or "no check speaks for it", texts.get(rule, ""))


def checks_by_rule(profile: Profile) -> dict[str, list[str]]:
    """Rule → the laws and scenarios that would notice its absence."""
    load_checks()
    found: dict[str, list[str]] = {}
    for each in [*LAWS.values(), *(SCENARIOS if profile.scenarios else [])]:
        for rule in rules_of(each, profile):
            found.setdefault(rule, []).append(each.code if each.family == "law" else each.title)
    return found

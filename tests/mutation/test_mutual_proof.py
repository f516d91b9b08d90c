"""The mutual proof: the checker fails the mock without a rule, and is silent on the mock with all of them."""

from collections.abc import Callable

import pytest

import contracts
from contracts.checks.registration import UNOBSERVABLE
from contracts.checks.selection import load as load_checks
from mockserver import courses
from mockserver.app import create_app
from specdouble.rules import load_rules
from specdouble.testserver import serving
from tests.mutation.mutants import MUTANTS

Record = Callable[[str, object], None]

SAMPLE = list({rule.rpartition("-")[0]: rule for rule in reversed(list(MUTANTS))}.values())
"""The first rule of each family, as COURSE-PATCH-01: what `make test` tries; `make proof` tries all."""


def test_every_rule_that_the_documentation_states_or_implies_has_a_mutant() -> None:
    load_checks()
    rules = load_rules()
    sure = {name for name, rule in rules.items() if rule.certainty != "ASSUMED"}
    assert sure - set(MUTANTS) == sure & set(UNOBSERVABLE)
    assert set(MUTANTS) <= set(rules)


@pytest.mark.parametrize("rule", SAMPLE)
def test_the_checker_fails_the_mock_without_a_rule_of_each_family(
    rule: str, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    require_killed(rule, monkeypatch, record_property)


@pytest.mark.proof
@pytest.mark.parametrize("rule", MUTANTS)
def test_the_checker_fails_the_mock_without_the_rule(
    rule: str, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    require_killed(rule, monkeypatch, record_property)


def require_killed(rule: str, monkeypatch: pytest.MonkeyPatch, record_property: Record) -> None:
    """Check a mock without a rule, and require a finding that names the rule."""
    document, options = MUTANTS[rule](monkeypatch)
    with serving(create_app(document, **options)) as url:
        report = contracts.check(url, only=[rule])
    named = {name for finding in report.findings for name in finding.rules}
    record_property("killed", (rule, rule in named))
    assert rule in named, f"{rule} survived; the checker found {sorted(named) or 'nothing'}"


@pytest.mark.parametrize(
    ("rule", "settings"),
    [
        ("AUTH-CA-01", courses.Settings(content_availability=False)),
        ("COURSE-CREATE-02", courses.Settings(courses_only_staff_enabled=True)),
    ],
)
def test_the_checker_is_silent_on_a_community_with_other_settings(rule: str, settings: courses.Settings) -> None:
    with serving(create_app(settings=settings)) as url:
        assert contracts.check(url, only=[rule]).rule(rule).verdict is contracts.Verdict.HELD


def test_the_checker_is_silent_on_the_mock_with_a_rule_of_each_family(record_property: Record) -> None:
    require_silence(SAMPLE, SAMPLE, record_property)


@pytest.mark.proof
def test_the_checker_is_silent_on_the_mock_with_all_its_rules(record_property: Record) -> None:
    require_silence(["B"], list(MUTANTS), record_property)


def require_silence(only: list[str], rules: list[str], record_property: Record) -> None:
    """Check the whole mock, and require that some rules hold and that nothing is reported."""
    with serving(create_app()) as url:
        report = contracts.check(url, only=only)
    for rule in rules:
        record_property("silent", (rule, report.rule(rule).verdict is contracts.Verdict.HELD))
    assert [f"{finding.code}: {finding.got}" for finding in report.findings] == []
    assert {result.rule: result.why for result in report.rules if result.verdict is not contracts.Verdict.HELD} == {}

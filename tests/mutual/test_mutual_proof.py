"""Two halves, one contract: each proves the other."""

from collections.abc import Callable, Iterator

import pytest

import contracts
from contracts.law import UNOBSERVABLE
from contracts.registry import load as load_checks
from mockserver.app import create_app
from specdouble.rules import load_rules
from tests.mutual.mutants import MUTANTS
from tests.serving import serving

Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def healthy() -> Iterator[contracts.Report]:
    """What the checker says of a mock with all its rules."""
    with serving(create_app()) as url:
        yield contracts.check(url, only=["B"])


def test_every_rule_that_the_documentation_states_or_implies_has_a_mutant() -> None:
    load_checks()
    known = load_rules()
    sure = {rule for rule in known if known[rule].certainty != "ASSUMED"}
    assert sure - set(MUTANTS) == sure & set(UNOBSERVABLE)
    assert set(MUTANTS) <= set(known)


@pytest.mark.parametrize("rule", MUTANTS)
def test_the_checker_fails_the_mock_without_the_rule(
    rule: str, monkeypatch: pytest.MonkeyPatch, record_property: Record
) -> None:
    document, options = MUTANTS[rule](monkeypatch)
    with serving(create_app(document, **options)) as url:
        report = contracts.check(url, only=[rule])
    named = {name for finding in report.findings for name in finding.rules}
    record_property("killed", (rule, rule in named))
    assert rule in named, f"{rule} survived; the checker found {sorted(named) or 'nothing'}"


@pytest.mark.parametrize("rule", MUTANTS)
def test_the_checker_is_silent_on_the_mock_with_the_rule(
    rule: str, healthy: contracts.Report, record_property: Record
) -> None:
    silent = healthy.rule(rule).verdict is contracts.Verdict.HELD
    record_property("silent", (rule, silent))
    assert silent, f"{rule} is {healthy.rule(rule).verdict.value}: {healthy.rule(rule).why}"


def test_nothing_at_all_is_found_on_the_healthy_mock(healthy: contracts.Report) -> None:
    assert [f"{finding.code}: {finding.got}" for finding in healthy.findings] == []

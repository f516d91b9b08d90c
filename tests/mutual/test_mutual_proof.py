"""Two halves, one contract: each proves the other."""

import re
from collections.abc import Callable, Iterator

import pytest

import contracts
from mockserver.app import create_app
from specdouble.rules import load_rules
from tests.mutual.mutants import MUTANTS
from tests.serving import serving

PROVEN = re.compile(r"(COURSE-PATCH|VIS)-\d+$")

Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def healthy() -> Iterator[contracts.Report]:
    """What the checker says of a mock with all its rules."""
    with serving(create_app()) as url:
        yield contracts.check(url, only=["B"])


def test_every_rule_of_patching_and_visibility_has_a_mutant() -> None:
    assert set(MUTANTS) == {rule for rule in load_rules() if PROVEN.match(rule)}


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

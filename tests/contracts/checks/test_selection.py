import re

import pytest

from contracts.checks.registration import LAWS, SCENARIOS, UNOBSERVABLE
from contracts.checks.selection import load as load_checks
from contracts.checks.selection import select
from contracts.errors import CannotRun
from contracts.profile.models import Profile, load
from contracts.report.rules import checks_by_rule
from contracts.runner.preparation import rule_texts


@pytest.fixture(scope="module")
def profile() -> Profile:
    load_checks()
    return load()


def test_every_documented_rule_has_a_check_or_a_reason_why_none_can_be(profile: Profile) -> None:
    checked, documented = set(checks_by_rule(profile)), set(rule_texts())
    assert documented - checked == set(UNOBSERVABLE)


def test_no_check_stands_for_a_rule_that_is_not_documented(profile: Profile) -> None:
    assert set(checks_by_rule(profile)) <= set(rule_texts())


def test_only_selects_parts_laws_families_and_rules(profile: Profile) -> None:
    def selected(*only: str) -> tuple[bool, list[str], list[str]]:
        selection = select(only, profile, [])
        return (
            selection.conformance,
            [law.code for law in selection.laws],
            [scenario.code for scenario in selection.scenarios],
        )

    assert selected("A") == (True, [], [])
    assert selected("B") == (False, list(LAWS), [scenario.code for scenario in SCENARIOS])
    assert selected("conformance") == selected("A")
    assert selected("laws") == selected("B")
    assert selected("conformance", "CT101") == (True, ["CT101"], [])
    assert selected("CT101") == (False, ["CT101"], [])
    assert selected("COURSE-PATCH-06") == (False, ["CT102", "CT502"], ["COURSE-PATCH-06"])
    assert set(selected("VIS")[2]) == {f"VIS-{number:02}" for number in range(1, 13)}
    assert selected("CT101", "VIS-01") == (False, ["CT101"], ["VIS-01"])


def test_a_misspelled_name_is_rejected_with_a_suggestion(profile: Profile) -> None:
    with pytest.raises(CannotRun, match='Did you mean "conformance"'):
        select(["conformence"], profile, [])


def test_the_beginning_of_its_number_does_not_select_a_rule(profile: Profile) -> None:
    with pytest.raises(CannotRun, match="COURSE-PATCH-2: not a part, law or rule"):
        select(["COURSE-PATCH-2"], profile, [])


def test_every_check_has_a_sentence_that_says_what_it_promises(profile: Profile) -> None:
    assert SCENARIOS
    for check in [*LAWS.values(), *SCENARIOS]:
        assert re.fullmatch(r".{20,140}", check.title), check.code

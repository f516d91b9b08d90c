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


def test_no_check_speaks_for_a_rule_that_is_not_documented(profile: Profile) -> None:
    assert set(checks_by_rule(profile)) <= set(rule_texts())


def test_a_part_a_law_a_family_and_a_rule_are_chosen(profile: Profile) -> None:
    def chosen(*only: str) -> tuple[bool, list[str], list[str]]:
        selection = select(only, profile, [])
        return (
            selection.conformance,
            [each.code for each in selection.laws],
            [each.code for each in selection.scenarios],
        )

    assert chosen("A") == (True, [], [])
    assert chosen("B") == (False, list(LAWS), [each.code for each in SCENARIOS])
    assert chosen("conformance") == chosen("A")
    assert chosen("laws") == chosen("B")
    assert chosen("conformance", "CT101") == (True, ["CT101"], [])
    assert chosen("CT101") == (False, ["CT101"], [])
    assert chosen("COURSE-PATCH-06") == (False, ["CT102", "CT502"], ["COURSE-PATCH-06"])
    assert set(chosen("VIS")[2]) == {f"VIS-{number:02}" for number in range(1, 13)}
    assert chosen("CT101", "VIS-01") == (False, ["CT101"], ["VIS-01"])


def test_a_misspelled_part_is_refused_with_the_right_word(profile: Profile) -> None:
    with pytest.raises(CannotRun, match='Did you mean "conformance"'):
        select(["conformence"], profile, [])


def test_a_rule_is_not_chosen_by_the_beginning_of_its_number(profile: Profile) -> None:
    with pytest.raises(CannotRun, match="COURSE-PATCH-2: not a part, law or rule"):
        select(["COURSE-PATCH-2"], profile, [])


def test_every_check_says_what_it_promises(profile: Profile) -> None:
    assert SCENARIOS
    for check in [*LAWS.values(), *SCENARIOS]:
        assert re.fullmatch(r".{20,140}", check.title), check.code

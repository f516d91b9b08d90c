"""The mock answers as the reference does, or there is a reason."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest

from benchmarks.fidelity import sides
from benchmarks.fidelity.cases import Case, cases
from benchmarks.fidelity.compare import Pair, compare, look
from benchmarks.fidelity.explained import EXPLANATIONS
from benchmarks.fidelity.report import Verdict, markdown, told
from specdouble.rules import load_rules
from tests.benchmarks.backend import Backend

EVERY = 9
"""A part of the requests here; all of them in ``make fidelity``."""

SAMPLE = {group: list(asked) for group, asked in groupby(list(cases())[::EVERY], key=lambda case: case.group)}


@pytest.fixture
def both(application: Any, backend: Backend) -> Iterator[tuple[sides.Mock, sides.Reference]]:
    """The two sides; ``backend`` has kept a copy of the world that the comparison builds anew."""
    with sides.mock() as mock, sides.reference(application) as reference:
        yield mock, reference


@pytest.mark.parametrize("group", SAMPLE)
def test_no_difference_is_without_a_reason(both: tuple[sides.Mock, sides.Reference], group: str) -> None:
    verdict = Verdict(list(compare(SAMPLE[group], *both)))
    assert [told(difference) for difference in verdict.unexplained] == []


def test_a_difference_that_no_line_knows_is_told(both: tuple[sides.Mock, sides.Reference]) -> None:
    mock, _ = both
    healthy = look(case_of("GET course 1 as creator"), mock)
    denied = look(case_of("GET course 3 as member"), mock)
    verdict = Verdict([Pair(case_of("GET course 1 as creator"), healthy, denied)])
    assert [(each.where, each.statuses) for each in verdict.unexplained] == [("status", (200, 404))]
    assert "1 of them without a reason" in verdict.figure


def test_states_are_compared_field_by_field(both: tuple[sides.Mock, sides.Reference]) -> None:
    mock, reference = both
    absent = case_of("PUT without the optional fields as urlencoded")
    differences = Pair(absent, look(absent, mock), look(absent, reference)).differences
    found = {each.where: (each.mock, each.reference) for each in differences}
    assert found == {
        "state enforce_lessons_order": (True, False),
        "state hide_member_count": (True, False),
        "state categories": ([2], []),
    }


def test_the_same_case_looks_the_same_twice(both: tuple[sides.Mock, sides.Reference]) -> None:
    case = case_of("DELETE course 1 as creator")
    for side in both:
        assert look(case, side) == look(case, side)


def test_every_reason_names_a_rule_of_the_contract() -> None:
    assert {each.rule for each in EXPLANATIONS.values()} <= set(load_rules())
    assert all(each.reason.endswith(".") for each in EXPLANATIONS.values())


def test_every_request_has_a_name_of_its_own() -> None:
    names = [case.told for case in cases()]
    assert len(names) == len(set(names))


def test_the_tables_name_every_reason(both: tuple[sides.Mock, sides.Reference]) -> None:
    verdict = Verdict(list(compare([case_of("PUT without the optional fields as urlencoded")], *both)))
    assert "| absent fields when replacing | the contract's choice | COURSE-PUT-03 | 1 |" in markdown(verdict)
    assert verdict.figure == "0 of 1 requests alike (0.0%); 1 differ, 0 of them without a reason."


def test_a_difference_of_status_stands_for_what_follows_from_it(both: tuple[sides.Mock, sides.Reference]) -> None:
    mock, _ = both
    case = case_of("PATCH type = 'weekly' as JSON")
    good = case_of("PATCH type = 'scheduled' as JSON")
    differences = Pair(case, look(case, mock), look(good, mock)).differences
    assert [each.where for each in differences] == ["status"]


def case_of(name: str) -> Case:
    return next(case for case in cases() if case.told == name)

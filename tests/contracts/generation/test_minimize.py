"""A failure is reported with as few parts as still show it."""

from collections.abc import Callable

import pytest

from contracts.generation.minimize import Parts, fewest
from contracts.report import Report
from contracts.results.findings import Finding

NAMES = [f"part {number}" for number in range(16)]


def needing(*needed: str) -> tuple[Callable[[frozenset[str]], str | None], list[frozenset[str]]]:
    """Return an attempt that fails while no needed part is left out, and the list of what each call left out."""
    tried: list[frozenset[str]] = []

    def attempt(left_out: frozenset[str]) -> str | None:
        tried.append(left_out)
        return None if left_out & set(needed) else "broken"

    return attempt, tried


@pytest.mark.parametrize("needed", [(), ("part 0",), ("part 15",), ("part 3", "part 12"), tuple(NAMES)])
def test_only_what_the_failure_needs_is_kept(needed: tuple[str, ...]) -> None:
    left_out, _ = fewest(NAMES, needing(*needed)[0], budget=100)
    assert set(NAMES) - left_out == set(needed)


def test_one_culprit_among_many_is_found_in_a_few_attempts() -> None:
    attempt, tried = needing("part 11")
    fewest(NAMES, attempt, budget=100)
    assert len(tried) <= 10


def test_no_more_is_spent_than_the_budget_allows() -> None:
    attempt, tried = needing(*NAMES)
    assert fewest(NAMES, attempt, budget=5) == (frozenset(), None)
    assert len(tried) == 5


def test_without_parts_nothing_is_attempted() -> None:
    attempt, tried = needing()
    assert fewest([], attempt, budget=5) == (frozenset(), None)
    assert tried == []


def test_a_part_is_wanted_unless_it_was_left_out() -> None:
    parts = Parts(frozenset({"one"}))
    assert (parts.wanted("one"), parts.wanted("two")) == (False, True)
    assert list(parts.names) == ["one", "two"]


def bodies(finding: Finding) -> list[str]:
    return [line for line in finding.curl if "-X PATCH" in line]


def finding_on(report: Report, subject: str) -> Finding:
    return next(finding for finding in report.findings if finding.subject == subject)


def test_a_body_of_all_fields_is_cut_to_those_that_show_the_fault(check: Callable[..., Report]) -> None:
    finding = finding_on(check("saves the first field", only=["CT101"], max_examples=1), "all fields in JSON")
    (line,) = bodies(finding)
    assert sum(f'"{name}"' in line for name in ("title", "text", "state", "urgent", "size")) == 2
    assert finding.confirmation == "confirmed 3/3"


def test_a_half_valid_body_is_cut_to_its_bad_value_and_one_good_one(check: Callable[..., Report]) -> None:
    for finding in check("half applied", only=["CT105"]).findings:
        rejected = bodies(finding)[-1]
        assert sum(name in rejected for name in ("title", "text", "state", "urgent", "size")) == 2


def test_a_text_keeps_only_what_is_read_differently(check: Callable[..., Report]) -> None:
    finding = finding_on(check("forms trim", only=["CT501"]), "text")
    assert "ünï" not in "".join(bodies(finding))
    assert finding.got == "200, text: 'a'"


def test_a_minimized_failure_breaks_the_same_promise(check: Callable[..., Report]) -> None:
    findings = check("resets what is absent", only=["CT102"]).findings
    assert findings
    for finding in findings:
        assert finding.expected.startswith("the change of ")
        assert finding.confirmation == "confirmed 3/3"

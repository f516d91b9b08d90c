"""The laws on a backend with nested resources and slugs: each is tried, and finds its faults."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

import contracts
from contracts.laws import persistence
from contracts.profile.models import load
from contracts.report import Report
from contracts.results.verdict import Verdict
from contracts.runner.apps import serving
from tests.backends.flask_shop.app import PROFILE, SPEC, Shops

SHOP, SHELF = "/shops/{shop}", "/shops/{shop}/shelves/{shelf}"
ITEM, NOTE = "/shops/{shop}/shelves/{shelf}/items/{item}", "/people/{person}/notes/{number}"
QUICK_FAULTS = 3
ALL = frozenset({SHOP, SHELF, ITEM, NOTE})

REACHED = {
    "CT101": ALL,
    "CT102": ALL,
    "CT103": ALL,
    "CT104": ALL - {SHELF},  # whose PATCH responds without a body
    "CT105": ALL,
    "CT106": ALL,
    "CT107": ALL,
    "CT201": ALL,
    "CT202": {SHOP},  # which alone has a pin
    "CT203": {SHOP},  # and takings
    "CT301": ALL,
    "CT302": ALL - {ITEM},  # which every user with a login sees
    "CT303": ALL,
    "CT304": {SHOP},  # which has staff
    "CT401": {SHELF},
    "CT402": {SHELF},
    "CT501": {SHOP},  # the others accept one media type
    "CT502": ALL,
    "CT601": ALL,
    "CT602": ALL - {SHELF},  # of which only the title accepts two different values
    "CT603": {SHOP},  # which alone has versions
    "CT701": ALL,
    "CT702": {SHELF, ITEM},
}

KILLED_BY = {
    "forgets": "CT101",
    "null takes nothing away": "CT101",
    "slug stands still": "CT101",
    "notes stay undone": "CT101",
    "replaces objects": "CT102",
    "resets what is absent": "CT102",
    "writes the neighbour": "CT103",
    "answers the old state": "CT104",
    "half applied": "CT105",
    "writes what it only shows": "CT201",
    "lists the pin": "CT202",
    "shows takings": "CT203",
    "anyone writes": "CT301",
    "shows the private": "CT302",
    "shows notes to all": "CT302",
    "denied but written": "CT303",
    "staff for ever": "CT304",
    "goes back": "CT401",
    "plain JSON cuts": "CT501",
    "loses updates": "CT601",
    "writes over what is new": "CT603",
    "ends after a page": "CT701",
    "lists the closed": "CT701",
    "takes a sku twice": "CT701",
    "looks everywhere": "CT702",
}


@pytest.fixture
def shops() -> Shops:
    return Shops()


@pytest.fixture
def check(shops: Shops, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Report]:
    """Check the shops with some faults switched on."""
    monkeypatch.setattr(persistence, "LATER_SECONDS", 0.02)

    def run(*faults: str, **options: Any) -> Report:
        shops.faults |= set(faults)
        with serving(shops) as url:
            return contracts.check(url, spec=SPEC, **{"profile": PROFILE, "max_examples": 4, **options})

    return run


def resource_of(operation: str) -> str:
    """Return the resource of an operation in a report."""
    path = operation.partition(" ")[2]
    longest_first = sorted(ALL, key=len, reverse=True)
    return next(resource for resource in longest_first if path.startswith(resource.rpartition("/")[0]))


def test_every_law_is_tried_where_it_applies_and_holds_on_a_healthy_backend(
    check: Callable[..., Report], shops: Shops
) -> None:
    report = check(only=["B"])
    assert report.findings == []
    assert {result.check.code: result.verdict for result in report.results} == dict.fromkeys(REACHED, Verdict.HELD)
    trials = [(result.check.code, trial) for result in report.results for trial in result.tried]
    never = [(code, trial.subject, trial.operation) for code, trial in trials if trial.verdict is Verdict.NEVER]
    assert Counter(never) == {}
    reached: dict[str, set[str]] = {code: set() for code in REACHED}
    for code, trial in trials:
        if trial.verdict is Verdict.HELD:
            reached[code].add(resource_of(trial.operation))
    assert reached == REACHED
    assert (report.exit_code, report.left_behind, shops.left) == (0, [], [])


@pytest.mark.parametrize(("fault", "laws"), [((), set()), (("anyone writes",), {"CT301"})])
def test_users_who_do_not_see_a_shop_do_not_see_its_shelves(
    check: Callable[..., Report], fault: tuple[str, ...], laws: set[str]
) -> None:
    shipped = load(PROFILE)
    private = replace(shipped.resources["shop"], create={"visibility": "private"})
    profile = replace(shipped, resources={**shipped.resources, "shop": private})
    findings = check(*fault, only=["CT301"], profile=profile).findings
    assert {finding.code for finding in findings} == laws


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        # The tests of each law have faults of their own: in `make test`, a few of this backend are enough.
        pytest.param(fault, law, marks=() if number < QUICK_FAULTS else pytest.mark.proof)
        for number, (fault, law) in enumerate(KILLED_BY.items())
    ],
)
def test_each_fault_is_found(check: Callable[..., Report], shops: Shops, fault: str, law: str) -> None:
    report = check(fault, only=[law])
    assert {finding.code for finding in report.findings} == {law}
    assert {finding.confirmation for finding in report.findings} == {"confirmed 3/3"}
    assert (report.exit_code, report.left_behind, shops.left) == (1, [], [])


@pytest.mark.proof
def test_the_engine_is_silent_and_leaves_nothing_although_it_changes_slugs(
    check: Callable[..., Report], shops: Shops
) -> None:
    report = check(only=["A"], max_examples=1)
    assert report.findings == []
    assert (report.exit_code, report.left_behind, shops.left) == (0, [], [])


def test_the_curl_lines_take_the_new_id_from_the_response_that_shows_it(check: Callable[..., Report]) -> None:
    report = check("resets what is absent", only=["CT102"])
    lines = next(finding for finding in report.findings if finding.subject.startswith("title ")).curl
    ids = [line for line in lines if line.startswith("ID")]
    assert any("-X PATCH" in line and "data" in line and "slug" in line for line in ids)
    assert "[Ll]ocation" in next(line for line in ids if "/shelves' " in line)

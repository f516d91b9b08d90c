"""The parts that several laws share: the path to a state, requests that are sent at once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.checks.registration import LAWS
from contracts.checks.selection import load as load_checks
from contracts.client.target import Safety, Target
from contracts.laws._states import shortest_path
from contracts.laws.concurrency import at_once
from contracts.messages.exchange import Answer
from contracts.report import Report
from contracts.results.verdict import Verdict
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import PROFILE

TABLE = {"new": ["open"], "open": ["open", "done"], "done": ["open"]}

CATALOGUE = {
    "CT101": {"aka": "persistence"},
    "CT102": {"emb": "906", "rfc": "7396"},
    "CT103": {"aka": "wrong row"},
    "CT105": {"emb": "901", "wfc": "104"},
    "CT106": {"aka": "idempotence"},
    "CT201": {"wfc": "203", "owasp": "API3:2023"},
    "CT202": {"owasp": "API3:2023", "aka": "excessive data exposure"},
    "CT203": {"owasp": "API3:2023", "aka": "BOPLA"},
    "CT301": {"wfc": "206", "owasp": "API5:2023", "aka": "BFLA"},
    "CT302": {"owasp": "API1:2023", "aka": "BOLA"},
    "CT303": {"wfc": "204, 205, 207"},
    "CT304": {"aka": "stale authorisation"},
    "CT402": {"aka": "liveness"},
    "CT501": {"aka": "metamorphic relation"},
    "CT502": {"aka": "metamorphic relation"},
    "CT601": {"aka": "lost update, race"},
    "CT701": {"aka": "referential consistency"},
}


@pytest.mark.parametrize(
    ("start", "end", "steps"),
    [
        ("new", "new", []),
        ("new", "open", ["open"]),
        ("new", "done", ["open", "done"]),
        ("done", "new", ["new"]),
        ("odd", "done", ["done"]),
    ],
)
def test_the_path_to_a_state_is_the_shortest_that_is_allowed(start: str, end: str, steps: list[str]) -> None:
    assert shortest_path(TABLE, start, end) == steps


def test_requests_that_are_sent_at_once_overlap(notes: Notes) -> None:
    both = threading.Barrier(2)
    with Target(notes.url, PROFILE, Safety.SANDBOX, "no tag") as target:

        def send() -> Answer:
            both.wait(10)
            return target.person("alice").get("/notes/1")

        target.person("alice").get("/notes/2")
        assert [answer.status for answer in at_once(target, send, send)] == [200, 200]
        target.person("alice").get("/notes/2")
        assert [line[-2:] == " &" for line in target.tape.curl()] == [False, True, True, False, False]
        assert target.tape.curl()[3] == "wait"


def test_each_law_carries_its_names_in_other_catalogues() -> None:
    load_checks()
    assert {code: names for code, names in CATALOGUE.items() if not names.items() <= LAWS[code].names.items()} == {}
    assert {law.severity for law in LAWS.values()} <= {"critical", "high", "medium", "low"}


@pytest.mark.parametrize(
    ("law", "lacking", "advice"),
    [
        ("CT203", {"fields": {}}, "add shown_to: to the field in the profile, or x-visible-to in the spec"),
        ("CT301", {"access": PROFILE.resources["note"].access.__class__()}, "add access: to the resource"),
        ("CT302", {"known": {}}, "name some in the profile under known: or states:"),
        ("CT304", {"role_call": None}, "add role_call: to the resource (operation, person, give, take, lets)"),
        ("CT401", {"transitions": {}}, "add transitions: to the resource in the profile, or x-transitions in the spec"),
        ("CT402", {"transitions": {}}, "add transitions: to the resource in the profile, or x-transitions in the spec"),
    ],
)
def test_a_law_that_does_not_apply_says_what_to_add(
    check: Callable[..., Report], law: str, lacking: dict[str, Any], advice: str
) -> None:
    notes = replace(PROFILE.resources["note"], **lacking)
    report = check(only=[law], profile=replace(PROFILE, resources={"note": notes}))
    assert report.result(law).verdict is Verdict.NA
    assert advice in report.result(law).why
    assert report.exit_code == 0


@pytest.mark.parametrize("law", ["CT304", "CT401", "CT402", "CT502", "CT601", "CT602", "CT701"])
def test_a_law_that_could_not_be_exercised_fails_the_run_and_is_named(check: Callable[..., Report], law: str) -> None:
    report = check("takes no notes", only=[law])
    assert report.findings == []
    assert report.result(law).verdict is Verdict.NEVER
    assert law in report.never_reached
    assert report.exit_code == 1

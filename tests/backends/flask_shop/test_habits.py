"""Habits of a backend that its document does not describe: what the profile declares, and the advice without it."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec.structs import replace
from rich.console import Console

import contracts
from contracts.errors import CannotRun
from contracts.laws import persistence
from contracts.openapi.description import Model
from contracts.profile.models import Answers, Profile, ResourceNotes, load
from contracts.profile.scaffold import profile_of
from contracts.report import Report
from contracts.report.console import show
from contracts.results.verdict import Verdict
from contracts.runner.apps import serving
from tests.backends.flask_shop.app import PROFILE, SPEC, Shops
from tests.backends.flask_shop.test_shop import NOTE, SHELF, SHOP

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def shops() -> Shops:
    return Shops()


@pytest.fixture
def check(shops: Shops, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Report]:
    """Return a function that checks the shops with a changed document."""
    monkeypatch.setattr(persistence, "LATER_SECONDS", 0.02)

    def run(only: list[str], profile: Profile | Path = PROFILE, change: Change = dict) -> Report:
        with serving(shops) as url:
            return contracts.check(
                url, spec=changed_document(tmp_path, change), profile=profile, only=only, max_examples=2
            )

    return run


def changed_document(folder: Path, change: Change) -> Path:
    """Write the document with a change, and return its path."""
    document = yaml.safe_load(SPEC.read_text())
    change(document)
    path = folder / "changed.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def with_notes(name: str, **notes: Any) -> Profile:
    """Return the profile with other notes on a resource."""
    profile = load(PROFILE)
    changed: ResourceNotes = replace(profile.resources[name], **notes)
    return replace(profile, resources={**profile.resources, name: changed})


def verdicts(report: Report, path: str) -> set[Verdict]:
    """Return the verdicts of the trials of an operation."""
    trials = [trial for result in report.results for trial in result.tried]
    return {trial.verdict for trial in trials if trial.operation.endswith(f" {path}")}


def console_text(report: Report) -> str:
    """Return the text that a terminal shows of a report."""
    console = Console(file=StringIO(), width=400)
    show(report, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_an_item_whose_new_id_no_response_shows_is_found_in_its_list(
    check: Callable[..., Report], shops: Shops
) -> None:
    shops.faults = {"hides the address"}
    report = check(["CT101", "CT102", "CT103", "CT105", "CT701"])
    assert report.findings == []
    assert verdicts(report, SHELF) == {Verdict.HELD}
    assert (report.left_behind, shops.left) == ([], [])


def test_the_report_asks_for_a_parameter_that_no_operation_creates(check: Callable[..., Report]) -> None:
    report = check(["CT101", "CT201"], with_notes("note", parameters={}))
    assert verdicts(report, NOTE) == {Verdict.NA}
    assert report.result("CT101").verdict is Verdict.HELD
    reason = "/people/{person}/notes: nothing creates what {person} stands for"
    assert report.result("CT101").lacking == (
        f"{reason}; give a value as `parameters: {{person: …}}` under the resource in the profile",
    )
    assert console_text(report).count(reason) == 1


def test_the_profile_may_give_the_value_of_a_parameter(check: Callable[..., Report], shops: Shops) -> None:
    report = check(["CT101", "CT701"], with_notes("note", parameters={"person": "ann"}))
    assert verdicts(report, NOTE) == {Verdict.HELD}
    assert (report.findings, report.left_behind, shops.left) == ([], [], [])


def test_an_unknown_parameter_in_the_profile_is_an_error(check: Callable[..., Report], tmp_path: Path) -> None:
    path = tmp_path / "profile.yaml"
    path.write_text(PROFILE.read_text().replace('parameters: {person: "{person}"}', "parameters: {persan: ann}"))
    with pytest.raises(CannotRun, match=r'has no parameter "persan". Did you mean "person"'):
        check(["CT101"], path)


def as_steps(document: dict[str, Any]) -> None:
    content = document["paths"][NOTE]["patch"]["requestBody"]["content"]
    content["application/json-patch+json"] = content.pop("application/vnd.shop.note+json")


def as_steps_too(document: dict[str, Any]) -> None:
    document["paths"][SHOP]["patch"]["requestBody"]["content"]["application/json-patch+json"] = {}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (as_steps, f"PATCH {NOTE} accepts application/json-patch+json, which no law can write"),
        (as_steps_too, f"PATCH {SHOP} also accepts application/json-patch+json, which no law can write"),
    ],
)
def test_a_media_type_that_no_law_can_write_is_reported(
    check: Callable[..., Report], change: Change, reason: str
) -> None:
    report = check(["CT101"], change=change)
    assert (report.result("CT101").verdict, report.result("CT101").lacking) == (Verdict.HELD, (reason,))


def without_answers(document: dict[str, Any]) -> None:
    """Remove the responses of shops, and the parameter of the cursor."""
    for path in ("/shops", SHOP):
        for node in document["paths"][path].values():
            responses = node.get("responses", {}) if isinstance(node, dict) else {}
            for response in responses.values():
                response.pop("content", None)
    document["paths"]["/shops"]["get"].pop("parameters")


def test_a_document_without_responses_is_reported(check: Callable[..., Report]) -> None:
    report = check(["CT102"], change=without_answers)
    assert report.result("CT102").lacking == (f"the spec describes no field in the responses of {SHOP}",)


def with_bare_answers(document: dict[str, Any]) -> None:
    """Describe the responses of shops without their envelope, and without the parameter of the cursor."""
    shop = {"$ref": "#/components/schemas/Shop"}
    for path, schema in (("/shops", {"type": "array", "items": shop}), (SHOP, shop)):
        document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"] = schema
    document["paths"]["/shops"]["post"]["responses"]["201"]["content"]["application/json"]["schema"] = shop
    document["paths"][SHOP]["patch"]["responses"]["200"]["content"]["application/json"]["schema"] = shop
    document["paths"]["/shops"]["get"].pop("parameters")


def test_the_profile_can_correct_a_document_that_is_wrong_about_responses(check: Callable[..., Report]) -> None:
    answers = Answers(item="/data", rows="/data", next="/meta/next_cursor", cursor="after")
    report = check(["CT102", "CT104", "CT701"], with_notes("shop", answers=answers), with_bare_answers)
    assert report.findings == []
    assert verdicts(report, "/shops") == {Verdict.HELD}
    assert verdicts(report, SHOP) == {Verdict.HELD}


def without_derivation(document: dict[str, Any]) -> None:
    del document["components"]["schemas"]["Slug"]["x-derived-from"]


def test_a_finding_says_how_to_declare_an_id_that_is_derived(check: Callable[..., Report]) -> None:
    report = check(["CT102"], change=without_derivation)
    findings = [finding for finding in report.findings if finding.operation == f"PATCH {SHOP}"]
    assert findings
    assert all("declare `slug: {derived_from: [" in finding.got for finding in findings)


def test_a_law_that_was_never_reached_on_one_resource_is_not_held(check: Callable[..., Report]) -> None:
    report = check(["CT103"], with_notes("note", create={"done": "perhaps"}))
    assert report.result("CT103").verdict is Verdict.NEVER
    assert report.result("CT103").why.startswith(f"{NOTE}: POST /people/ann/notes as ann was rejected: 422")
    assert report.exit_code == 1


def test_a_first_profile_asks_for_parameters_and_for_missing_responses(tmp_path: Path) -> None:
    document = yaml.safe_load(changed_document(tmp_path, dict).read_text())
    lines = profile_of(Model(document), "http://127.0.0.1").splitlines()
    assert "    # parameters: {person: 1}" in lines
    assert not any("answers:" in line for line in lines)
    without_answers(document)
    assert any("# answers: {item: /data" in line for line in profile_of(Model(document), "http://x").splitlines())

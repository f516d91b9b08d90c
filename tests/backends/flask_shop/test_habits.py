"""What the profile has to say of habits that a document does not tell, and what the checker says without it."""

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
    """Check the shops by a document that tells something else, or less."""
    monkeypatch.setattr(persistence, "LATER_SECONDS", 0.02)

    def run(only: list[str], profile: Profile | Path = PROFILE, change: Change = dict) -> Report:
        with serving(shops) as url:
            return contracts.check(url, spec=told(tmp_path, change), profile=profile, only=only, max_examples=2)

    return run


def told(folder: Path, change: Change) -> Path:
    """The document with a change."""
    document = yaml.safe_load(SPEC.read_text())
    change(document)
    path = folder / "changed.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def with_notes(name: str, **notes: Any) -> Profile:
    """The profile with other notes on a resource."""
    profile = load(PROFILE)
    changed: ResourceNotes = replace(profile.resources[name], **notes)
    return replace(profile, resources={**profile.resources, name: changed})


def verdicts(report: Report, path: str) -> set[Verdict]:
    """How the trials of an operation ended."""
    return {each.verdict for result in report.results for each in result.tried if each.operation.endswith(f" {path}")}


def shown(report: Report) -> str:
    """What a terminal shows of a report."""
    console = Console(file=StringIO(), width=400)
    show(report, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_an_item_whose_new_id_no_answer_tells_is_found_in_its_list(check: Callable[..., Report], shops: Shops) -> None:
    shops.faults = {"tells no address"}
    report = check(["CT101", "CT102", "CT103", "CT105", "CT701"])
    assert report.findings == []
    assert verdicts(report, SHELF) == {Verdict.HELD}
    assert (report.left_behind, shops.left) == ([], [])


def test_a_parameter_that_nothing_creates_is_asked_for_and_never_sent_as_it_is(check: Callable[..., Report]) -> None:
    report = check(["CT101", "CT201"], with_notes("note", parameters={}))
    assert verdicts(report, NOTE) == {Verdict.NA}
    assert report.result("CT101").verdict is Verdict.HELD
    said = "/people/{person}/notes: nothing creates what {person} stands for"
    assert report.result("CT101").lacking == (
        f"{said}; give a value as `parameters: {{person: …}}` under the resource in the profile",
    )
    assert shown(report).count(said) == 1


def test_a_parameter_may_have_a_value_of_its_own(check: Callable[..., Report], shops: Shops) -> None:
    report = check(["CT101", "CT701"], with_notes("note", parameters={"person": "ann"}))
    assert verdicts(report, NOTE) == {Verdict.HELD}
    assert (report.findings, report.left_behind, shops.left) == ([], [], [])


def test_a_parameter_that_the_path_does_not_have_is_a_mistake(check: Callable[..., Report], tmp_path: Path) -> None:
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
    ("change", "said"),
    [
        (as_steps, f"PATCH {NOTE} is read as application/json-patch+json, which no law can write"),
        (as_steps_too, f"PATCH {SHOP} is read as application/json-patch+json too, which no law can write"),
    ],
)
def test_what_cannot_be_written_is_said(check: Callable[..., Report], change: Change, said: str) -> None:
    report = check(["CT101"], change=change)
    assert (report.result("CT101").verdict, report.result("CT101").lacking) == (Verdict.HELD, (said,))


def without_answers(document: dict[str, Any]) -> None:
    """Tell nothing of what answers about shops have, or how a cursor is sent."""
    for path in ("/shops", SHOP):
        for node in document["paths"][path].values():
            for answer in node.get("responses", {}).values() if isinstance(node, dict) else ():
                answer.pop("content", None)
    document["paths"]["/shops"]["get"].pop("parameters")


def test_where_the_document_tells_nothing_of_answers_that_is_said(check: Callable[..., Report]) -> None:
    report = check(["CT102"], change=without_answers)
    assert report.result("CT102").lacking == (f"the spec describes no field that answers about {SHOP} show",)


def with_bare_answers(document: dict[str, Any]) -> None:
    """Tell of shops as if nothing were wrapped around them, and of no cursor."""
    shop = {"$ref": "#/components/schemas/Shop"}
    for path, schema in (("/shops", {"type": "array", "items": shop}), (SHOP, shop)):
        document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"] = schema
    document["paths"]["/shops"]["post"]["responses"]["201"]["content"]["application/json"]["schema"] = shop
    document["paths"][SHOP]["patch"]["responses"]["200"]["content"]["application/json"]["schema"] = shop
    document["paths"]["/shops"]["get"].pop("parameters")


def test_where_the_document_is_wrong_about_answers_the_profile_says_how_they_are(check: Callable[..., Report]) -> None:
    answers = Answers(item="/data", rows="/data", next="/meta/next_cursor", cursor="after")
    report = check(["CT102", "CT104", "CT701"], with_notes("shop", answers=answers), with_bare_answers)
    assert report.findings == []
    assert verdicts(report, "/shops") == {Verdict.HELD}
    assert verdicts(report, SHOP) == {Verdict.HELD}


def without_derivation(document: dict[str, Any]) -> None:
    del document["components"]["schemas"]["Slug"]["x-derived-from"]


def test_an_id_that_follows_a_field_unsaid_is_told_with_what_would_say_so(check: Callable[..., Report]) -> None:
    report = check(["CT102"], change=without_derivation)
    found = [each for each in report.findings if each.operation == f"PATCH {SHOP}"]
    assert found
    assert all("say `slug: {derived_from: [" in each.got for each in found)


def test_a_law_that_was_never_reached_at_one_resource_is_not_held_by_the_others(check: Callable[..., Report]) -> None:
    report = check(["CT103"], with_notes("note", create={"done": "perhaps"}))
    assert report.result("CT103").verdict is Verdict.NEVER
    assert report.result("CT103").why.startswith(f"{NOTE}: POST /people/ann/notes as ann was refused: 422")
    assert report.exit_code == 1


def test_a_first_profile_asks_for_what_nothing_creates_and_for_what_the_document_does_not_tell(tmp_path: Path) -> None:
    document = yaml.safe_load(told(tmp_path, dict).read_text())
    lines = profile_of(Model(document), "http://127.0.0.1").splitlines()
    assert "    # parameters: {person: 1}" in lines
    assert not any("answers:" in line for line in lines)
    without_answers(document)
    assert any("# answers: {item: /data" in line for line in profile_of(Model(document), "http://x").splitlines())

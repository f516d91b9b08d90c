"""Items are found by numbers, UUIDs and slugs, under any name that answers use."""

import json
from pathlib import Path
from typing import Any

import pytest

import contracts
from contracts.client.target import Conduct
from contracts.openapi.identifiers import ABSENT, Identifier, absent_id, find_identifier, id_of_location, names_of, step
from contracts.profile.models import Profile
from contracts.report import Report
from tests.contracts.support.notes import Notes, serving
from tests.contracts.support.notes_contract import NUMBERS, SLUGS, UUIDS, Ids, document_with, profile_with
from tests.contracts.support.shell import ran

UUID = "4f9c5a52-0f0f-4d3c-9d8e-0a1b2c3d4e5f"


def check(tmp_path: Path, ids: Ids, *faults: str, profile: Profile | None = None, **options: Any) -> Report:
    """Check notes that have these ids."""
    spec = tmp_path / "notes.json"
    spec.write_text(json.dumps(document_with(ids)))
    with serving(Notes(ids)) as notes:
        notes.reset(*faults)
        arguments = {"profile": profile or profile_with(ids), "max_examples": 1, **options}
        report = contracts.check(notes.url, spec=spec, **arguments)
        assert len(notes.notes) == 2, "what was created is deleted"
        for finding in report.findings:
            assert "no such" not in ran(finding.curl)
    return report


@pytest.mark.parametrize("ids", [UUIDS, pytest.param(SLUGS, marks=pytest.mark.proof)])
def test_every_law_is_exercised_and_silent_where_ids_are_no_numbers(tmp_path: Path, ids: Ids) -> None:
    report = check(tmp_path, ids, only=["B"])
    assert (report.findings, list(report.never_reached)) == ([], [])
    assert {result.check.code for result in report.results if result.verdict.name == "NA"} <= {"CT203", "CT702"}


@pytest.mark.parametrize("ids", [UUIDS, pytest.param(SLUGS, marks=pytest.mark.proof)])
def test_the_engine_is_led_to_items_whose_ids_are_no_numbers(tmp_path: Path, ids: Ids) -> None:
    assert check(tmp_path, ids, only=["A"]).findings == []


@pytest.mark.parametrize("ids", [UUIDS, pytest.param(SLUGS, marks=pytest.mark.proof)])
@pytest.mark.parametrize(
    ("fault", "law"),
    [
        ("forgets", "CT101"),
        ("writes the sibling", "CT103"),
        ("anyone patches", "CT301"),
        ("lists old texts", "CT701"),
        ("editors for ever", "CT304"),
    ],
)
def test_faults_are_found_and_the_lines_of_findings_run(tmp_path: Path, ids: Ids, fault: str, law: str) -> None:
    assert check(tmp_path, ids, fault, only=[law]).findings


@pytest.mark.parametrize("ids", [NUMBERS, UUIDS, SLUGS])
def test_an_item_is_found_by_the_location_of_an_answer_without_a_body(tmp_path: Path, ids: Ids) -> None:
    assert check(tmp_path, ids, "creates without a word", "forgets", only=["CT101"]).findings


def test_a_creation_that_tells_no_id_says_what_to_add_to_the_profile(tmp_path: Path) -> None:
    odd = Ids("reference", UUIDS.schema, UUIDS.of)
    spec = tmp_path / "notes.json"
    spec.write_text(json.dumps(document_with(odd)))
    with serving(Notes(odd)) as notes:
        report = contracts.check(notes.url, spec=spec, profile=profile_with(odd), only=["CT103"])
        assert "name the field that has it as identified_by: in the profile" in report.result("CT103").why


@pytest.mark.parametrize(
    ("schema", "like", "expected"),
    [
        ({"type": "integer"}, None, 987_654_321),
        ({"type": "string", "format": "uuid"}, None, "00000000-0000-4000-8000-000987654321"),
        ({"type": "string"}, None, "no-such-item-987654321"),
        ({"type": "string", "pattern": "^[0-9a-f]{24}$"}, None, "000000000000000987654321"),
        ({"type": "string", "pattern": r"^\p{L}+$"}, None, "no-such-item-987654321"),
        ({"type": "string"}, UUID, "00000000-0000-4000-8000-000987654321"),
        ({"type": "string"}, "17", "987654321"),
        ({"type": "string"}, 17, 987_654_321),
        ({}, "my-first-note", "no-such-item-987654321"),
    ],
)
def test_an_id_that_nothing_has_looks_like_one_that_something_has(
    schema: dict[str, Any], like: Identifier | None, expected: Identifier
) -> None:
    assert absent_id(schema, like) == expected
    assert str(expected) in ABSENT


@pytest.mark.parametrize(
    ("parameter", "item", "body", "expected"),
    [
        ("noteId", "notes", {"id": 1, "noteId": 2}, 2),
        ("note_id", "notes", {"noteId": 2, "uuid": "a"}, 2),
        ("noteUUID", "notes", {"id": 1, "uuid": "a"}, "a"),
        ("id", "categories", {"name": "x", "category_id": 3}, 3),
        ("slug", "notes", {"id": 1, "slug": "a"}, "a"),
        ("id", "notes", {"_id": "a"}, "a"),
        ("id", "notes", {"id": None, "uuid": "a"}, "a"),
    ],
)
def test_the_field_that_has_an_id_is_known_by_its_names(
    parameter: str, item: str, body: dict[str, Any], expected: Identifier
) -> None:
    pair = find_identifier(body, names_of(parameter, item))
    assert pair is not None
    assert pair[1] == expected


@pytest.mark.parametrize("document", [{"name": "x"}, {"id": True}, {"id": ""}, [1], None])
def test_what_shows_no_id_has_none(document: object) -> None:
    assert find_identifier(document, names_of("id")) is None


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("http://127.0.0.1/api/notes/a%20b/", "a b"),
        ("/notes/7", "7"),
        ("/notes/", None),
        ("/elsewhere/7", None),
        (None, None),
    ],
)
def test_a_location_leads_to_an_item_of_its_collection(location: str | None, expected: str | None) -> None:
    assert id_of_location(location, "/notes/") == expected


def test_an_id_is_one_step_of_a_path() -> None:
    assert step("a/b c?") == "a%2Fb%20c%3F"


def test_a_lent_item_with_a_slug_is_put_back(tmp_path: Path) -> None:
    spec = tmp_path / "notes.json"
    spec.write_text(json.dumps(document_with(SLUGS)))
    with serving(Notes(SLUGS)) as notes:
        before = notes.notes[1]["text"]
        contracts.check(notes.url, spec=spec, profile=profile_with(SLUGS), only=["CT301"], conduct=Conduct())
        assert notes.notes[1]["version"] > 1
        assert notes.notes[1]["text"] == before

import json
from collections.abc import Callable
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from werkzeug.wrappers import Request

import contracts
from contracts.checks.registration import LAWS
from contracts.checks.selection import load as load_checks
from contracts.laws import persistence
from contracts.messages.bodies import Encoding
from contracts.openapi.resources import Field
from contracts.profile.models import ResourceNotes
from contracts.report import Report
from contracts.results.verdict import Verdict
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import DOCUMENT, PROFILE
from tests.contracts.support.wsgi import served

KILLED_BY = {
    "forgets": "CT101",
    "saves the first field": "CT101",
    "truncates": "CT101",
    "cuts long texts": "CT101",
    "rejects the longest": "CT101",
    "stale reads": "CT101",
    "resets what is absent": "CT102",
    "forms switch off": "CT102",
    "moves created": "CT102",
    "writes the sibling": "CT103",
    "answers the old state": "CT104",
    "half applied": "CT105",
    "rejects empty": "CT106",
    "forgets later": "CT107",
    "counts": "CT106",
    "writes read-only": "CT201",
    "stamps what is sent": "CT201",
    "shows the secret": "CT202",
    "lists the secret": "CT202",
    "secret in errors": "CT202",
    "anyone patches": "CT301",
    "anonymous writes": "CT301",
    "shows hidden": "CT302",
    "reveals hidden": "CT302",
    "lists the hidden": "CT302",
    "denied but written": "CT303",
    "no challenge": "CT303",
    "goes back": "CT401",
    "goes back in forms": "CT401",
    "stuck": "CT402",
    "forms trim": "CT501",
    "ending stands still": "CT101",
    "shows remarks": "CT203",
    "lists remarks": "CT203",
    "editors for ever": "CT304",
    "text yields to title": "CT502",
    "loses updates": "CT601",
    "mixes updates": "CT602",
    "patches what is old": "CT603",
    "drops what is old": "CT603",
    "rejected but written": "CT603",
    "version stands still": "CT603",
    "hides the version": "CT603",
    "lists old texts": "CT701",
    "finds nothing": "CT701",
    "lists the dropped": "CT701",
    "drops nothing": "CT701",
    "takes titles twice": "CT701",
}


NESTED = {"CT702"}
"""The laws about what is inside of other items, as no notes are: tests/backends/flask_shop has a fault of each."""


@pytest.mark.parametrize(("fault", "law"), KILLED_BY.items())
def test_each_law_finds_the_faults_of_its_kind(check: Callable[..., Report], fault: str, law: str) -> None:
    report = check(fault, only=[law])
    assert report.exit_code == 1
    assert {finding.code for finding in report.findings} == {law}
    assert {finding.confirmation for finding in report.findings} == {"confirmed 3/3"}


@pytest.mark.parametrize(
    ("fault", "subject", "expected", "got"),
    [
        ("cuts long texts", "text, as long as allowed", "GET shows all 300 characters of text", "the first 200"),
        ("rejects the longest", "title, as long as allowed", "title accepts 40 characters, as maxLength says", "400"),
    ],
)
def test_the_longest_text_is_always_tried(
    check: Callable[..., Report], fault: str, subject: str, expected: str, got: str
) -> None:
    (finding,) = check(fault, only=["CT101"], max_examples=1).findings
    assert (finding.subject, finding.expected) == (subject, expected)
    assert got in finding.got


@pytest.mark.parametrize(
    ("fault", "field"),
    [("rejects long texts", "text"), ("rejects all", "title"), ("fails at the longest", "title")],
    ids=["no length is documented", "a short one is rejected too", "it is no rejection"],
)
def test_a_rejected_long_text_is_no_finding_by_itself(check: Callable[..., Report], fault: str, field: str) -> None:
    report = check(fault, only=["CT101"], max_examples=1)
    assert report.findings == []
    result = report.result("CT101")
    assert f"{field}, as long as allowed" in result.why or result.verdict is Verdict.NEVER


def test_two_simultaneous_changes_write_values_that_the_item_does_not_have(notes: Notes, document: Path) -> None:
    """Cover the values that CT601 chooses: the loss of a value that was there before would not show."""
    sent: list[object] = []

    def record(environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        if request.method == "PATCH":
            environ["wsgi.input"] = BytesIO(request.get_data())
            sent.append((request.get_json(silent=True) or {}).get("state"))
        return notes(environ, start_response)

    resource = PROFILE.resources["note"]
    finished = replace(resource, create={"state": "done"}, transitions={})
    with served(record) as url:
        report = contracts.check(
            url, spec=document, profile=replace(PROFILE, resources={"note": finished}), only=["CT601"]
        )
    assert report.result("CT601").verdict is Verdict.HELD
    assert sent.count("new") > 1
    assert sent.count("done") <= 1, "one request tries whether the field is accepted at all"


def test_all_laws_hold_on_a_healthy_backend(check: Callable[..., Report]) -> None:
    report = check(only=["B"])
    assert report.findings == []
    expected = {**dict.fromkeys(LAWS, Verdict.HELD), **dict.fromkeys(NESTED, Verdict.NA)}
    assert {result.check.code: result.verdict for result in report.results} == expected
    assert report.exit_code == 0


def test_every_law_has_a_fault_that_it_finds() -> None:
    load_checks()
    assert set(KILLED_BY.values()) == set(LAWS) - NESTED


def test_a_value_that_is_lost_later_is_found(check: Callable[..., Report], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persistence, "LATER_SECONDS", 0.2)
    (later,) = check("forgets later", only=["CT107"]).findings
    assert "sleep 0.2" in later.curl


def test_the_time_of_the_last_change_may_change_with_every_field(check: Callable[..., Report]) -> None:
    report = check(only=["CT102", "CT103", "CT106", "CT201"])
    assert report.findings == []
    assert "modifiedAt in JSON" in {trial.subject for trial in report.result("CT201").tried}


def without(resource: ResourceNotes, field: str) -> ResourceNotes:
    """Return the notes on a resource without those on one field."""
    return replace(resource, fields={name: notes for name, notes in resource.fields.items() if name != field})


def test_media_types_are_compared_on_items_that_share_no_text(check: Callable[..., Report]) -> None:
    note = replace(without(PROFILE.resources["note"], "title"), speaks_for={})
    profile = replace(PROFILE, resources={"note": note}, normalise="trim")
    report = check(only=["CT501", "CT502"], profile=profile)
    assert (report.findings, report.exit_code) == ([], 0)


def test_a_finding_says_how_to_declare_a_difference(check: Callable[..., Report]) -> None:
    profile = replace(PROFILE, resources={"note": without(PROFILE.resources["note"], "title")})
    report = check(only=["CT101"], profile=profile)
    assert {finding.subject.partition(" ")[0] for finding in report.findings} == {"title"}
    assert all("(if this is intended, declare `normalise: trim` in the profile)" in f.got for f in report.findings)


@pytest.mark.parametrize(
    ("access", "key", "law"),
    [
        ({"anonymous": 403}, "anonymous: 401", "CT301"),
        ({"forbidden": 404}, "forbidden: 403", "CT301"),
        ({"hidden": 403}, "hidden: 404", "CT302"),
    ],
)
def test_a_finding_says_how_to_declare_another_status_of_rejection(
    access: dict[str, int], key: str, law: str, check: Callable[..., Report]
) -> None:
    note = PROFILE.resources["note"]
    profile = replace(PROFILE, resources={"note": replace(note, access=replace(note.access, **access))})
    findings = check(only=[law], profile=profile).findings
    assert findings
    advice = f"(if this is intended, declare `{key}` under access: in the profile)"
    assert all(advice in finding.got for finding in findings)


def test_permissions_are_checked_with_any_field_that_can_be_restored(notes: Notes, tmp_path: Path) -> None:
    document = deepcopy(DOCUMENT)
    for name in ("text", "title"):
        del document["components"]["schemas"]["NoteChange"]["properties"][name]
    document["components"]["schemas"]["NewNote"]["allOf"][1]["properties"] = {"title": {"type": "string"}}
    spec = tmp_path / "notes.json"
    spec.write_text(json.dumps(document))
    profile = replace(PROFILE, resources={"note": replace(PROFILE.resources["note"], role_call=None)})
    report = contracts.check(notes.url, spec=spec, profile=profile, only=["CT301", "CT302"])
    assert (report.findings, report.exit_code) == ([], 0)
    assert {trial.operation for trial in report.result("CT301").tried} >= {"PATCH /notes/{noteId}"}


def test_if_every_item_is_hidden_from_some_user_the_reason_says_what_to_add(
    check: Callable[..., Report],
) -> None:
    note = PROFILE.resources["note"]
    access = replace(note.access, visible={"hidden": ["alice"]}, may={"get_note": ["everyone"]})
    profile = replace(PROFILE, resources={"note": replace(note, access=access)})
    report = check(only=["CT301"], profile=profile)
    why = report.result("CT301").why
    assert "all items of notes in the profile are hidden from some user, which CT302 tries" in why


def test_an_empty_text_is_compared_only_if_it_is_legal(check: Callable[..., Report]) -> None:
    report = check(only=["CT501"])
    subjects = {trial.subject for trial in report.result("CT501").tried}
    assert {subject for subject in subjects if subject.endswith(", empty")} == {"text, empty"}


@pytest.mark.parametrize(
    ("items", "encoding", "bad"),
    [
        ({"type": "string"}, Encoding.JSON, {"null": None, "of another type": "not-a-list"}),
        ({"type": "string"}, Encoding.FORM, {"null": None}),
        ({"type": "integer"}, Encoding.FORM, {"null": None, "of another type": "not-a-list"}),
    ],
)
def test_a_text_in_a_form_is_a_list_of_one(items: dict[str, Any], encoding: Encoding, bad: dict[str, Any]) -> None:
    field = Field("tags", {"type": "array", "items": items}, None, (encoding,))
    read = Encoding.named(encoding)  # as a document names it: equal, but not identical
    assert read is not None
    assert persistence.bad_values(field, read) == bad


def test_a_declared_difference_is_not_expected(check: Callable[..., Report]) -> None:
    from msgspec.structs import replace

    from tests.contracts.support.notes_contract import PROFILE

    profile = replace(PROFILE, differences={"CT101": "this backend forgets, and documents it"})
    report = check("forgets", only=["CT101"], profile=profile)
    assert report.findings == []
    assert report.results[0].why == "declared in the profile: this backend forgets, and documents it"


def test_a_write_below_an_item_is_reported_as_not_tried(check: Callable[..., Report]) -> None:
    note = PROFILE.resources["note"]
    named = replace(note.access, may={**note.access.may, "change_editors": ["alice"]})
    report = check(only=["CT301"], profile=replace(PROFILE, resources={"note": replace(note, access=named)}))
    assert report.result("CT301").verdict is Verdict.HELD
    (reason,) = report.result("CT301").lacking
    assert reason.startswith("change_editors, which access: names, writes below an item")

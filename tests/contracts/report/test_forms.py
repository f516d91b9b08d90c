"""The forms in which programs read a run: SARIF, workflow commands, NDJSON."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from msgspec import structs

from contracts.openapi.description import Model
from contracts.report import Report, github, html, ndjson, sarif
from contracts.report.baseline import Comparison, Entry
from contracts.report.locations import Places
from contracts.report.permissions import permissions
from contracts.results.verdict import Verdict
from specdouble import OPENAPI
from specdouble.document import load
from tests.contracts.support.notes_contract import DOCUMENT, PROFILE
from tests.contracts.support.sample_reports import FINDING, HOSTILE, cells, hostile, report

KNOWN = Comparison({FINDING.id: Entry(id=FINDING.id, reason="an old client", expires=date(2026, 8, 1))})
PACKED = Path(__file__).parents[1] / "sarif/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
"""The schema of the standard, as Microsoft packs it for tests."""

packed = pytest.mark.skipif(
    not PACKED.exists(), reason="the schema of SARIF is not installed: npm ci --prefix tests/contracts/sarif"
)


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The document of the notes, one key a line, in the working directory."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "notes.json"
    path.write_text(json.dumps(DOCUMENT, indent=1))
    return path


def line_of_patch(spec: Path) -> int:
    return next(number for number, line in enumerate(spec.read_text().splitlines(), 1) if '"patch": {' in line)


STOPPED = report(FINDING, stopped="the 30 requests\nare spent")
TOLD = [report(FINDING, hostile(), spec=OPENAPI), report(FINDING, baseline=KNOWN), report(), STOPPED]


def standard() -> jsonschema_rs.Validator:
    """What checks a log by the schema."""
    # A stray bracket in the pattern of a language, of which Errata 01 of the standard is rid.
    return jsonschema_rs.validator_for(json.loads(PACKED.read_text().replace("{2}]?$", "{2}$")))


def run_of(outcome: Report) -> dict[str, Any]:
    (run,) = sarif.to_sarif(outcome)["runs"]
    return dict(run)


@packed
@pytest.mark.parametrize("outcome", TOLD)
def test_sarif_fits_the_schema_of_its_standard(outcome: Report, tmp_path: Path) -> None:
    path = tmp_path / "run.sarif"
    sarif.write(outcome, path)
    standard().validate(json.loads(path.read_bytes()))


@packed
def test_the_schema_of_sarif_would_refuse_what_it_does_not_know() -> None:
    log = sarif.to_sarif(report(FINDING))
    log["runs"][0]["results"][0]["rule"] = "NOTE-1"
    assert not standard().is_valid(log)


def test_sarif_keeps_the_limits_of_code_scanning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 2)
    names = {"wfc": ", ".join(map(str, range(20)))}
    long = replace(FINDING, rules=("R" * 300,), promise="p" * 2000, names=names)
    run = run_of(report(long, replace(long, subject="b"), replace(long, subject="c", severity="low")))
    assert [entry["level"] for entry in run["results"]] == ["error", "error"]
    assert run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].startswith("1 findings are left")
    rule = run["tool"]["driver"]["rules"][run["results"][0]["ruleIndex"]]
    assert (len(rule["id"]), len(rule["shortDescription"]["text"]), len(rule["properties"]["tags"])) == (255, 1024, 10)


def test_findings_at_one_line_are_alerts_of_their_own(spec: Path) -> None:
    results = run_of(report(FINDING, replace(FINDING, subject="title in JSON"), spec=spec))["results"]
    assert len({entry["partialFingerprints"]["primaryLocationLineHash"] for entry in results}) == 2


def test_no_text_of_a_target_becomes_a_link() -> None:
    (result,) = run_of(report(replace(FINDING, got="[sign in](https://evil.example)")))["results"]
    assert "[sign in\\](https://evil.example)" in result["message"]["text"]


def test_sarif_says_at_which_line_of_the_spec_a_promise_stands(spec: Path) -> None:
    (result,) = run_of(report(FINDING, spec=spec))["results"]
    physical = result["locations"][0]["physicalLocation"]
    assert physical == {"artifactLocation": {"uri": "notes.json"}, "region": {"startLine": line_of_patch(spec)}}
    assert result["partialFingerprints"]["contractsFinding/v1"] == FINDING.id


def test_each_result_of_sarif_names_a_rule_that_helps(spec: Path) -> None:
    run = run_of(report(FINDING, hostile(), spec=spec))
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert "contracts check --only" in rule["help"]["text"]
    assert next(rule for rule in rules if rule["id"] == "NOTE-1")["properties"]["tags"] == [
        "contract",
        "wfc-204",
        "wfc-205",
        "owasp-API3:2023",
    ]


def test_what_the_baseline_accepts_is_suppressed_in_sarif() -> None:
    (result,) = run_of(report(FINDING, baseline=KNOWN))["results"]
    assert result["suppressions"][0]["justification"] == "an old client (until 2026-08-01)"


def test_every_operation_has_its_place_in_the_file_where_it_is_written() -> None:
    places = Places(OPENAPI)
    for operation in Model(load(OPENAPI)).operations.values():
        place = places.of(replace(FINDING, operation=operation.label, pointer=operation.pointer))
        assert place is not None
        assert place.path.parent == OPENAPI.parent / "paths"
        lines = place.path.read_text().splitlines()
        assert lines[place.line - 1].strip() == f"{operation.method.lower()}:"
        assert f"operationId: {operation.id}" in lines[place.line].strip()


@pytest.mark.parametrize("operation", ["*", "PATCH /nowhere", "", HOSTILE, "PATCH /notes/~{"])
def test_an_operation_that_the_spec_does_not_have_still_has_a_place(spec: Path, operation: str) -> None:
    place = Places(spec).of(replace(FINDING, operation=operation, pointer=""))
    assert place is not None
    assert place.line >= 1


def test_a_file_outside_of_the_working_directory_has_a_whole_uri(
    spec: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    place = Places(spec).of(FINDING)
    assert place is not None
    assert (place.uri, place.name) == (spec.as_uri(), spec.as_posix())


def test_a_finding_is_an_annotation_at_its_line(spec: Path) -> None:
    (line,) = github.commands(report(FINDING, spec=spec))
    head = f"::error file=notes.json,line={line_of_patch(spec)},title=NOTE-1 PATCH /notes/{{noteId}}::text in JSON"
    assert line.startswith(head)
    assert "%0Aexpected: GET shows 'a'%0A" in line


def test_no_text_of_a_target_becomes_a_workflow_command(tmp_path: Path) -> None:
    path = tmp_path / "commands"
    github.write(report(hostile()), path)
    (line,) = path.read_text().splitlines()
    properties, _, message = line.removeprefix("::notice ").partition("::")
    assert "%0D%0A%3A%3Aerror%3A%3Ax" in properties
    assert "%0D%0A::error::x" in message


def test_what_the_baseline_accepts_is_a_notice() -> None:
    (line,) = github.commands(report(FINDING, baseline=KNOWN))
    assert line.startswith("::notice ")
    assert "known: an old client" in line


def test_every_line_of_ndjson_is_an_object_that_says_what_it_is(tmp_path: Path, spec: Path) -> None:
    path = tmp_path / "run.ndjson"
    ndjson.write(report(FINDING, hostile(), spec=spec, permissions=cells()), path)
    outcome = [json.loads(line) for line in path.read_text().splitlines()]
    kinds = [entry["kind"] for entry in outcome]
    assert list(dict.fromkeys(kinds)) == ["run", "check", "finding", "rule", "permission", "verdict"]
    finding = next(entry for entry in outcome if entry["kind"] == "finding")
    assert (finding["id"], finding["file"], finding["known"]) == (FINDING.id, "notes.json", False)
    assert (outcome[-1]["verdict"], outcome[-1]["exit_code"], outcome[-1]["findings"]) == ("broken", 1, 2)


def test_ndjson_is_written_while_the_run_goes_on(tmp_path: Path, spec: Path) -> None:
    path = tmp_path / "run.ndjson"
    outcome = report(FINDING, spec=spec)
    stream = ndjson.Stream(path, outcome.url, outcome.seed, outcome.safety, spec, accepted={FINDING.id})
    assert not path.exists()
    stream.phase("laws", len(outcome.results))
    seen = []
    for result in outcome.results:
        stream.checked(result)
        seen.append([json.loads(line)["kind"] for line in path.read_text().splitlines()])
    assert seen == [["run", "check", "finding"], ["run", "check", "finding", "check"], [*seen[1], "check"]]
    stream.end(outcome)
    finding = json.loads(path.read_text().splitlines()[2])
    assert (finding["id"], finding["known"]) == (FINDING.id, True)


def test_a_stream_ends_up_as_the_report_that_is_written_at_once(tmp_path: Path, spec: Path) -> None:
    path, at_once = tmp_path / "stream.ndjson", tmp_path / "run.ndjson"
    outcome = report(FINDING, hostile(), spec=spec, permissions=cells())
    stream = ndjson.Stream(path, outcome.url, outcome.seed, outcome.safety, spec)
    stream.phase("laws", len(outcome.results))
    for result in outcome.results:
        stream.checked(result)
    stream.phase("scenarios", 0)
    stream.end(outcome)
    ndjson.write(outcome, at_once)
    assert path.read_text() == at_once.read_text()


def test_ndjson_brings_a_text_as_it_came() -> None:
    finding = next(entry for entry in ndjson.events(report(hostile())) if entry["kind"] == "finding")
    assert json.loads(json.dumps(finding))["got"] == HOSTILE


def test_permissions_are_read_off_the_permission_laws(check: Callable[..., Report]) -> None:
    outcome = check("anyone patches", only=["CT301", "CT302"])
    verdicts = {
        (entry.operation, entry.person, entry.state): (entry.allowed, entry.verdict) for entry in outcome.permissions
    }
    patch, get = "PATCH /notes/{noteId}", "GET /notes/{noteId}"
    assert verdicts[patch, "alice", "shared"] == (True, Verdict.HELD)
    assert verdicts[patch, "bob", "shared"] == (False, Verdict.BROKEN)
    assert verdicts[get, "bob", "hidden"] == (False, Verdict.HELD)
    assert verdicts[get, "anonymous", "shared"][0] is False


def test_other_laws_say_nothing_of_permissions(check: Callable[..., Report]) -> None:
    outcome = check(only=["CT101"])
    assert permissions(outcome.results, PROFILE, Model(DOCUMENT)) == ()


def test_every_form_says_that_a_run_was_stopped() -> None:
    (invocation,) = run_of(STOPPED)["invocations"]
    first = invocation["toolExecutionNotifications"][0]
    assert (invocation["executionSuccessful"], first["level"]) == (False, "error")
    assert first["message"]["text"] == "stopped before everything was tried: the 30 requests\nare spent"
    assert run_of(report())["invocations"][0]["executionSuccessful"] is True
    assert next(github.commands(STOPPED)) == (
        "::error title=stopped before everything was tried::the 30 requests%0Aare spent"
    )
    *_, verdict = ndjson.events(STOPPED)
    assert verdict["stopped"] == "the 30 requests\nare spent"
    assert "Stopped before everything was tried.</strong> the 30 requests\nare spent" in html.to_html(STOPPED)
    assert "Stopped before" not in html.to_html(report())


def test_a_state_keeps_its_cells_whatever_its_name(check: Callable[..., Report]) -> None:
    note = PROFILE.resources["note"]
    visible = {"on hold": ["everyone", "anonymous"], "hidden": ["alice"]}
    access = structs.replace(note.access, visible=visible)
    renamed = structs.replace(
        note, known={"on hold": note.known["shared"], "hidden": note.known["hidden"]}, access=access
    )
    profile = structs.replace(PROFILE, resources={**PROFILE.resources, "note": renamed})
    outcome = check(only=["CT301"], profile=profile)
    cells_of_bob = {
        cell.operation: cell for cell in outcome.permissions if (cell.person, cell.state) == ("bob", "on hold")
    }
    assert not cells_of_bob["PATCH /notes/{noteId}"].allowed
    assert cells_of_bob["GET /notes/{noteId}"].allowed

"""What a run would do is told, and nothing is sent."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
import requests
import yaml
from click.testing import CliRunner

from contracts import Report
from contracts.cli.commands import main
from contracts.client.target import Safety
from contracts.profile.models import Person, Profile, Secret
from contracts.runner.plan import Plan, plan
from contracts.runner.preparation import RunOptions
from tests.contracts.support.notes_contract import PROFILE

URL = "http://127.0.0.1:9"


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise AssertionError("something was sent")


@pytest.fixture(autouse=True)
def _nothing_can_be_sent(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A transport that refuses whatever is handed to it."""
    if "check" not in request.fixturenames:
        monkeypatch.setattr(requests.Session, "send", _refuse)
        monkeypatch.setattr(socket.socket, "connect", _refuse)


@pytest.fixture
def planned(document: Path) -> Callable[..., Plan]:
    def run(url: str = URL, **options: Any) -> Plan:
        return plan(url, RunOptions(spec=document, **{"profile": PROFILE, **options}))

    return run


def test_a_plan_names_checks_people_resources_and_safety(planned: Callable[..., Plan]) -> None:
    told = planned()
    steps = {step.code: step for step in told.steps}
    assert told.safety is Safety.SANDBOX
    assert set(told.people) == {"alice", "bob"}
    assert told.resources == ["/notes/{noteId}: create, list, read, patch, delete; borrows shared (1), hidden (2)"]
    assert steps["CT101"].rules == ("NOTE-1",)
    assert steps["CT401"].operations == ("PATCH /notes/{noteId}",)
    assert len(told.conformance) == 7


def test_a_plan_has_just_the_trials_that_a_run_then_makes(
    check: Callable[..., Report], planned: Callable[..., Plan]
) -> None:
    wanted = ["CT101", "CT301", "CT302", "CT401", "CT402"]
    tried = {each.check.code: each.trials for each in check(only=wanted, max_examples=1).results}
    assert {step.code: step.trials for step in planned(only=wanted).steps} == tried


def test_a_foreign_host_is_only_read(planned: Callable[..., Plan]) -> None:
    told = planned("http://api.example.com")
    assert told.safety is Safety.OBSERVE
    assert {label.split()[0] for label in told.conformance} == {"GET"}
    assert planned("http://api.example.com", allow_writes=True).safety is Safety.SANDBOX


def test_a_law_that_cannot_apply_says_why(planned: Callable[..., Plan]) -> None:
    bare = Profile(name="x", differences={"CT101": "nothing is kept here"})
    steps = {step.code: step for step in planned(profile=bare).steps}
    assert steps["CT301"].why == (
        "nothing says who may do what: add access: to the resource in the profile, or x-allowed-to in the spec"
    )
    assert steps["CT101"].why == "declared in the profile: nothing is kept here"
    assert steps["CT101"].trials == 0


def test_a_plan_needs_no_secret_and_tells_none(planned: Callable[..., Plan]) -> None:
    people = {"alice": Person(token=Secret(env="NOT_SET_ANYWHERE")), "bob": Person(token="hush")}
    told = planned(profile=Profile(name="x", people=people))
    assert dict(told.people) == {"alice": "the token in $NOT_SET_ANYWHERE", "bob": "the token in the profile"}


def test_the_command_plans_the_whole_course_contract_without_sending() -> None:
    result = CliRunner().invoke(main, ["plan", "--url", URL], catch_exceptions=False)
    assert result.exit_code == 0
    for word in ("sandbox", "$SPECDOUBLE_TOKEN_CREATOR", "CT402", "COURSE-PATCH-26", "Nothing was sent."):
        assert word in result.output


@pytest.mark.parametrize(
    ("options", "message"),
    [(["--url", "nowhere"], "not an HTTP URL"), (["--url", URL, "--only", "zzz"], "not a part, law or rule")],
)
def test_what_keeps_it_from_planning_is_said_in_one_line(options: list[str], message: str) -> None:
    result = CliRunner().invoke(main, ["plan", *options], catch_exceptions=False)
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_plan_of_a_part_leaves_the_rest_out(planned: Callable[..., Plan]) -> None:
    told = planned(only=["CT101"])
    assert [step.code for step in told.steps] == ["CT101"]
    assert told.conformance == []


@pytest.mark.parametrize("command", ["plan", "init"])
def test_references_may_leave_the_folder_of_the_document_if_a_root_says_so(tmp_path: Path, command: str) -> None:
    folder, schemas = tmp_path / "api", tmp_path / "shared"
    folder.mkdir()
    schemas.mkdir()
    (schemas / "note.yaml").write_text("Note: {type: object, properties: {id: {type: integer}}}")
    notes = {"schema": {"type": "array", "items": {"$ref": "../shared/note.yaml#/Note"}}}
    answer = {"200": {"description": "The notes", "content": {"application/json": notes}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Notes", "version": "1"},
        "paths": {"/notes": {"get": {"responses": answer}}},
    }
    spec = folder / "openapi.yaml"
    spec.write_text(yaml.safe_dump(document))
    options = [command, "--url", URL, "--spec", str(spec)]
    options += ["--output", str(tmp_path / "profile.yaml")] if command == "init" else []
    rejected = CliRunner().invoke(main, options, catch_exceptions=False)
    assert rejected.exit_code == 2
    assert "Allow more with --ref-root DIR" in rejected.stderr
    accepted = CliRunner().invoke(main, [*options, "--ref-root", str(tmp_path)], catch_exceptions=False)
    assert accepted.exit_code == 0

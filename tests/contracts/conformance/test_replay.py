"""Failures of the engine are made small, confirmed on fresh items, and hold no secrets."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
import requests
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core import NOT_SET
from schemathesis.core.failures import ServerError
from schemathesis.core.transport import Response
from schemathesis.engine.recorder import ScenarioRecorder  # noqa: TID251  # what the engine hands over
from schemathesis.reporting.crashes import CrashCheck, CrashFile, CrashLink, CrashStep
from schemathesis.transport.serialization import Binary
from werkzeug.wrappers import Response as Answer

from contracts.checks.contexts import contexts_of
from contracts.client.target import Safety, Target
from contracts.conformance.config import engine_config
from contracts.conformance.recording import Identity, Recording, failed
from contracts.conformance.replay import Replay
from contracts.generation.effort import Effort
from contracts.openapi.description import Model
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import DOCUMENT, PROFILE
from tests.contracts.support.wsgi import served

ITEM = "/notes/{noteId}"


def step(method: str, path: str, status: int, **options: Any) -> CrashStep:
    """A request as the engine records it."""
    told: dict[str, Any] = {"url": "", "url_template": "", "request_headers": {}, "response_headers": {}}
    told |= {"response_body": "", "link": None, "checks": [], "meta": None, "operation": f"{method} {path}"}
    return CrashStep(method=method, path=path, response_status=status, **{**told, **options})  # type: ignore[arg-type]


def recording(check: str, kind: str, signature: str, *steps: CrashStep) -> Recording:
    steps[-1].checks = [CrashCheck(check, "failure", "")]
    last = steps[-1]
    crash = CrashFile(str(last.operation), last.method, last.path, "", "", "", list(steps))
    return Recording(Identity(check, kind, signature), crash)


def unreadable(identifier: str, **options: Any) -> Recording:
    """A PATCH that crashes the notes with the fault of that name, seen at one of them."""
    given = {"path_parameters": {"noteId": identifier}, "media_type": "application/json", **options}
    return recording("not_a_server_error", "ServerError", "500", step("PATCH", ITEM, 500, **given))


def replay_of(document: dict[str, Any], target: Target) -> Replay:
    config = SchemathesisConfig.from_dict(engine_config(target, document, Effort()))
    schema = schemathesis.openapi.from_dict(document, config=config)
    return Replay(schema, target.person("alice"), list(contexts_of(target, Model(document), Effort())))


@pytest.fixture
def target(notes: Notes) -> Iterator[Target]:
    with Target(notes.url, PROFILE, Safety.SANDBOX, "cttest") as opened:
        yield opened


@pytest.fixture
def replay(target: Target) -> Replay:
    return replay_of(deepcopy(DOCUMENT), target)


def test_what_was_seen_at_an_item_is_tried_at_a_fresh_one_that_is_deleted_again(replay: Replay, notes: Notes) -> None:
    notes.reset("crashes")
    replayed = replay.confirm(unreadable("1", case_body=b"{"))
    assert replayed.came_back == 3
    written = {path for method, path in notes.seen if method == "PATCH"}
    assert "/notes/1" not in written
    assert len(written) == 4
    assert set(notes.notes) == {1, 2}


def test_it_is_told_from_nothing(replay: Replay, notes: Notes) -> None:
    notes.reset("crashes")
    replayed = replay.confirm(unreadable("1", case_body=b"{"))
    assert replayed.tape is not None
    _, create, patch = replayed.tape.curl()
    assert create.startswith("ID1=$(curl -sS -X POST")
    assert '"${ID1}"' in patch


def test_a_failure_that_fresh_items_do_not_show_is_tried_where_it_was_seen(target: Target, notes: Notes) -> None:
    notes.notes[1]["state"] = "done"
    body = {"state": "new", "size": 3}
    given: dict[str, Any] = {"path_parameters": {"noteId": "1"}, "media_type": "application/json", "case_body": body}
    seen = recording("status_code_conformance", "UndefinedStatusCode", "400", step("PATCH", ITEM, 400, **given))
    undocumented = deepcopy(DOCUMENT)
    del undocumented["paths"][ITEM]["patch"]["responses"]["400"]
    replayed = replay_of(undocumented, target).confirm(seen)
    assert replayed.came_back == 3
    assert replayed.tape is not None
    assert "'http" in replayed.tape.curl()[-1]
    assert "/notes/1'" in replayed.tape.curl()[-1]
    assert json.dumps(body) in replayed.tape.curl()[-1]


def test_a_failure_that_is_gone_did_not_come_back(replay: Replay) -> None:
    assert replay.confirm(unreadable("1", case_body=b"{")).came_back == 0


@pytest.mark.parametrize(
    ("content", "media"),
    [("<html>Done</html>", "text/html"), ('{"id": 7', "application/json"), ("[]", "application/json")],
    ids=["page", "broken JSON", "another shape"],
)
def test_a_step_that_takes_a_value_from_an_answer_without_it_did_not_come_back(content: str, media: str) -> None:
    def page(environ: Any, start_response: Any) -> Any:
        made = Answer(content, 201, {"Location": "/notes/7"}, content_type=media)
        return made(environ, start_response)

    link = CrashLink("change_note", {"path.noteId": "$response.body#/id"})
    led = step(
        "PATCH", ITEM, 500, path_parameters={"noteId": "1"}, media_type="application/json", case_body={}, link=link
    )
    made = step("POST", "/notes", 201, media_type="application/json", case_body={"title": "x"})
    with served(page) as url, Target(url, PROFILE, Safety.SANDBOX, "cttest") as target:
        seen = recording("not_a_server_error", "ServerError", "500", made, led)
        assert replay_of(DOCUMENT, target).confirm(seen).came_back == 0


def test_a_request_is_cut_to_what_shows_the_failure(target: Target) -> None:
    document = deepcopy(DOCUMENT)
    document["paths"][ITEM]["patch"]["responses"]["200"]["content"]["application/json"]["schema"] = {
        "type": "object",
        "properties": {"urgent": {"enum": [False]}},
    }
    body = {"text": "long", "size": 3, "urgent": True, "secret": "x"}
    given: dict[str, Any] = {"path_parameters": {"noteId": "1"}, "media_type": "application/json", "case_body": body}
    replayed = replay_of(document, target).confirm(
        recording(
            "response_schema_conformance",
            "JsonSchemaError",
            "properties/urgent/enum",
            step("PATCH", ITEM, 200, **given),
        )
    )
    assert replayed.came_back == 3
    assert replayed.tape is not None
    assert json.loads(replayed.tape.answers[-1].request.payload.content) == {"urgent": True}  # type: ignore[union-attr]


def test_a_text_is_cut_to_the_letters_that_show_the_failure(target: Target) -> None:
    document = deepcopy(DOCUMENT)
    document["paths"][ITEM]["patch"]["responses"]["200"]["content"]["application/json"]["schema"] = {
        "type": "object",
        "properties": {"text": {"pattern": "^[^%]*$"}},
    }
    given: dict[str, Any] = {"path_parameters": {"noteId": "1"}, "media_type": "application/json"}
    seen = step("PATCH", ITEM, 200, case_body={"text": "a hundred % of it", "size": 3}, **given)
    signature = ("response_schema_conformance", "JsonSchemaError", "properties/text/pattern")
    replayed = replay_of(document, target).confirm(recording(*signature, seen))
    assert replayed.tape is not None
    assert json.loads(replayed.tape.answers[-1].request.payload.content) == {"text": "%"}  # type: ignore[union-attr]


@pytest.mark.parametrize("body", [NOT_SET, b"\x00\xff", {"a": [1, None]}, "text", None])
def test_a_recording_survives_as_json(body: object) -> None:
    told = unreadable("1", case_body=body)
    assert Recording.from_dict(json.loads(json.dumps(told.to_dict()))) == told


def test_no_recording_holds_a_credential(check: Callable[..., Any], notes: Notes) -> None:
    report = check("crashes", only=["A"], max_examples=1)
    recorded = [each.again for each in report.findings if each.again]
    assert recorded
    assert "alice" not in json.dumps(recorded)


def test_the_content_of_a_file_survives_as_json() -> None:
    body: Any = {"picture": Binary(b"\x89PNG"), "text": "x"}
    recorder = ScenarioRecorder(label="x")
    schema = schemathesis.openapi.from_dict(deepcopy(DOCUMENT))
    case = schema["/notes/{noteId}"]["PATCH"].Case(body=body, media_type="multipart/form-data", path_parameters={})
    recorder.record_case(case=case)
    request = requests.Request("PATCH", "http://127.0.0.1/notes/1").prepare()
    response = Response(500, {}, b"", request, 0.1, verify=True)
    recorder.record_response(case_id=case.id, response=response)
    failure = ServerError(operation="PATCH /notes/{noteId}", status_code=500)
    recorder.record_check_failure(name="not_a_server_error", case_id=case.id, code_sample="", failure=failure)
    (told,) = failed(recorder)
    assert told.recording is not None
    again = Recording.from_dict(told.recording.to_dict())
    assert again.crash.sequence[-1].case_body == {"picture": b"\x89PNG", "text": "x"}

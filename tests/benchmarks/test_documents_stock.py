"""The benchmark of documents counts the findings of Schemathesis that a mock can avoid."""

import base64
import json
from pathlib import Path

import pytest

from benchmarks.documents.sources import Source
from benchmarks.documents.stock import check, findings

HOURS = """
openapi: 3.0.3
info: {title: Hours, version: '1'}
paths:
  /hours:
    get:
      responses:
        '200':
          description: ok
          content: {application/json: {schema: {type: object, properties: {opens: {type: string}}}}}
"""
UNDOCUMENTED = {"type": "UndefinedStatusCode", "title": "Undocumented status code"}
INVALID = {"type": "JsonSchemaError", "title": "Response violates schema"}
CREDENTIALS = {"type": "IgnoredAuth", "title": "API accepts invalid authentication"}


def event(failure: dict[str, str], status: int) -> str:
    """Return an event as Schemathesis writes it, of a request whose check failed."""
    failure = {**failure, "operation": "POST /hours", "message": "so it is"}
    body = {"$base64": base64.b64encode(b'{"a": 1}').decode()}
    interaction = {
        "request": {"method": "POST", "uri": "http://mock/hours", "body": body},
        "response": {"status_code": status, "content": None},
    }
    checks = [
        {"name": "a", "status": "success"},
        {"name": "b", "status": "failure", "failure_info": {"failure": failure}},
    ]
    recorder = {"checks": {"c1": checks}, "interactions": {"c1": interaction}}
    return json.dumps({"ScenarioFinished": {"recorder": recorder}})


@pytest.mark.parametrize(
    ("failure", "status", "listed", "counts"),
    [
        (UNDOCUMENTED, 400, ["200"], False),
        (UNDOCUMENTED, 400, ["200", "404"], True),
        (UNDOCUMENTED, 409, ["200"], True),
        (UNDOCUMENTED, 200, [], False),
        (INVALID, 200, ["200"], True),
        (CREDENTIALS, 200, ["200"], False),
    ],
)
def test_a_status_counts_where_the_document_could_have_listed_it(
    tmp_path: Path, failure: dict[str, str], status: int, listed: list[str], counts: bool
) -> None:
    events = tmp_path / "events.ndjson"
    events.write_text(f"{event(failure, status)}\n{event(failure, status)[:40]}")
    found = list(findings(events, {"POST /hours": listed}))
    assert [kind for kind, _, _ in found] == [f"{failure['title']} ({status})"] * counts


def test_a_finding_has_its_request(tmp_path: Path) -> None:
    events = tmp_path / "events.ndjson"
    events.write_text(event(INVALID, 200))
    ((_, request, detail),) = findings(events, {})
    assert request == """curl -i -X POST http://mock/hours --data-binary '{"a": 1}'"""
    assert detail.startswith("POST /hours: so it is ← 200")


@pytest.mark.proof
def test_a_document_that_the_mock_keeps_has_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "hours.yaml"
    path.write_text(HOURS)
    tally = check(Source("hours.yaml", path))
    assert (tally.total, tally.failures) == (1, [])
    path.write_text(HOURS.partition("paths:")[0] + "paths: {}\n")
    assert check(Source("hours.yaml", path)).total == 0

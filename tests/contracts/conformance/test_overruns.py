"""What the engine gets of an operation without an end: one finding, a few requests, and then the others."""

import json
import time
from pathlib import Path

import pytest

import contracts
from contracts.client.overruns import PATIENCE
from contracts.client.target import Conduct, Safety
from contracts.profile.models import Profile
from contracts.results.verdict import Verdict
from tests.contracts.support.hostile import document, hostile


@pytest.mark.parametrize(
    ("path", "got"),
    [
        ("/drips-its-head", "no complete response within 0.3 s"),
        ("/drips-its-body", "no complete response within 0.3 s"),
        ("/bomb", "the response is larger than 10 MB"),
        ("/deep", "the response is nested deeper than 100 levels"),
    ],
)
def test_an_operation_without_an_end_is_one_finding_and_the_run_goes_on(path: str, got: str, tmp_path: Path) -> None:
    spec = tmp_path / "document.json"
    spec.write_text(json.dumps(document(path, "/well")))
    conduct = Conduct(Safety.OBSERVE, ledger=tmp_path / "ledger", request_timeout=0.3)
    started = time.monotonic()
    with hostile() as server:
        report = contracts.check(
            server.url, spec=spec, profile=Profile(name="hostile"), only=["A"], max_examples=2, conduct=conduct
        )
    assert time.monotonic() - started < 60
    (finding,) = [each for each in report.findings if each.operation == f"GET {path}"]
    assert (finding.code, finding.got) == ("incomplete_response", got)
    assert finding.curl == (f"curl -sS -X GET '{server.url}{path}'",)
    assert [method for method, place, _ in server.seen if place == path].count("GET") <= PATIENCE
    assert "/well" in server.paths()
    assert not report.cut_off
    assert {each.verdict for each in report.results} <= {Verdict.BROKEN, Verdict.HELD, Verdict.NA}

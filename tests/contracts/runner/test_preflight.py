"""What answers at an address may not be the API at all: a run says so, and takes nothing for a fault."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

import contracts
from contracts.client.limits import Halt
from contracts.errors import CannotRun
from contracts.report import Report
from contracts.results.verdict import Verdict
from tests.contracts.support.notes import Notes
from tests.contracts.support.notes_contract import DOCUMENT, PROFILE
from tests.contracts.support.wsgi import served

Answering = Callable[[Request], Response]


def moved(place: str) -> Answering:
    return lambda request: Response("", 302, {"Location": place.format(path=request.path)})


def page(_request: Request) -> Response:
    return Response("<html><h1>Welcome</h1></html>", content_type="text/html")


def nothing(_request: Request) -> Response:
    return Response('{"detail": "Not Found"}', 404, content_type="application/json")


@pytest.mark.parametrize(
    ("answering", "message"),
    [
        (moved("https://notes.example.com{path}"), "302, a redirect to https://notes.example.com/notes. Give the URL"),
        (
            moved("/login?next={path}"),
            "/login?next=/notes. Give the URL that answers without a redirect in --url, or users",
        ),
        (page, "200 and an HTML page. The API is not at http://127.0.0.1"),
        (nothing, "404. The API is not at http://127.0.0.1"),
    ],
)
def test_what_is_not_the_api_is_said_before_anything_is_tried(
    answering: Answering, message: str, document: Path
) -> None:
    seen = []

    def application(environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        seen.append(request.method)
        return answering(request)(environ, start_response)

    with served(application) as url, pytest.raises(CannotRun) as told:
        contracts.check(url, spec=document, profile=PROFILE)
    assert message in str(told.value)
    assert set(seen) == {"GET"}


def test_an_api_that_calls_its_json_html_is_tried(notes: Notes, document: Path) -> None:
    def mislabelled(environ: Any, start_response: Any) -> Any:
        def started(status: str, headers: list[tuple[str, str]]) -> Any:
            kept = [(name, value) for name, value in headers if name.lower() != "content-type"]
            return start_response(status, [*kept, ("Content-Type", "text/html")])

        return notes(environ, started)

    with served(mislabelled) as url:
        assert contracts.check(url, spec=document, profile=PROFILE, only=["CT106"]).exit_code == 0


def test_the_path_that_the_document_puts_before_all_others_is_told(tmp_path: Path) -> None:
    spec = tmp_path / "notes.json"
    spec.write_text(json.dumps({**DOCUMENT, "servers": [{"url": "https://notes.example.com/api/v2/"}]}))
    with (
        served(nothing_at_all) as url,
        pytest.raises(CannotRun, match="Correct --url: the document has the base path /api/v2"),
    ):
        contracts.check(url, spec=spec, profile=PROFILE)


def nothing_at_all(environ: Any, start_response: Any) -> Any:
    return nothing(Request(environ))(environ, start_response)


def test_a_slash_that_is_missing_in_the_document_is_a_fault_of_the_path(notes: Notes, document: Path) -> None:
    def slashed(environ: Any, start_response: Any) -> Any:
        path = Request(environ).path
        if not path.endswith("/"):
            return Response("", 307, {"Location": f"{path}/"})(environ, start_response)
        environ["PATH_INFO"] = path.rstrip("/")
        return notes(environ, start_response)

    with served(slashed) as url:
        report: Report = contracts.check(url, spec=document, profile=PROFILE, only=["CT106"])
    assert "POST /notes as alice was rejected: 307" in report.result("CT106").why


def test_a_target_that_asks_to_wait_is_asked_again(
    notes: Notes, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(Halt, "wait", lambda _, seconds: waited.append(seconds))
    seen = []

    def limited(environ: Any, start_response: Any) -> Any:
        seen.append(environ["REQUEST_METHOD"])
        if len(seen) % 3 == 0:
            return Response("slowly", 429, {"Retry-After": "7"})(environ, start_response)
        return notes(environ, start_response)

    with served(limited) as url:
        report = contracts.check(url, spec=document, profile=PROFILE, only=["CT106"])
    assert report.result("CT106").verdict is Verdict.HELD
    assert sum(waited) == pytest.approx(7 * (len(seen) // 3))


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ("3600", "for 3600 s: run again then"),
        ("Fri, 31 Dec 2199 23:59:59 GMT", r"for \d+ s: run again then"),
        ("1", "after 5 waits in a row"),
        ("Fri, 31 Dec 1999 23:59:59 GMT", "after 5 waits in a row"),
        ("9" * 5000, "after 5 waits in a row"),
        ("soon", "after 5 waits in a row"),
    ],
    ids=["long", "date", "short", "past", "endless", "words"],
)
def test_a_target_that_takes_no_requests_ends_the_run(
    told: str, message: str, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Halt, "wait", lambda _, _seconds: None)

    def full(environ: Any, start_response: Any) -> Any:
        return Response("slowly", 429, {"Retry-After": told})(environ, start_response)

    with served(full) as url, pytest.raises(CannotRun, match=message):
        contracts.check(url, spec=document, profile=PROFILE)

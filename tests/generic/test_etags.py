"""Changes that come with the version of what they change: the mock obeys the document, and the checker asks for it."""

import copy
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

import contracts
from contracts.results.verdict import Verdict
from mockserver.app import create_app
from specdouble import document
from specdouble.testserver import serving
from tests.generic.conftest import LIBRARY, LIBRARY_PROFILE
from tests.mockserver.support import Mock, mock_of, outcome


def of_versions(*, required: bool, also: str = "412") -> dict[str, Any]:
    """The library whose books are changed with their version: if need be, or always."""
    whole = copy.deepcopy(document.load(LIBRARY))
    for method in ("patch", "delete"):
        operation = whole["paths"]["/books/{id}"][method]
        asked = {"name": "If-Match", "in": "header", "required": required, "schema": {"type": "string"}}
        operation["parameters"] = [*operation.get("parameters", ()), asked]
        operation["responses"] |= dict.fromkeys(("412", also), operation["responses"]["404"])
    return whole


def mock_of_versions(tmp_path: Path, whole: dict[str, Any]) -> Mock:
    spec = tmp_path / "library.json"
    spec.write_text(json.dumps(whole))
    return mock_of(spec=spec)


def added(caller: httpx.Client) -> httpx.Response:
    answer = caller.post("/books", json={"title": "Emma", "isbn": "0-19-953552-5", "status": "shelved"})
    assert answer.status_code == 201, answer.text
    return answer


@pytest.mark.parametrize("required", [True, False])
def test_an_old_version_is_refused_and_the_present_one_is_taken(tmp_path: Path, required: bool) -> None:
    ada = mock_of_versions(tmp_path, of_versions(required=required)).as_("everyone:ada")
    made = added(ada)
    path, first = f"/books/{made.json()['id']}", {"If-Match": made.headers["ETag"]}
    changed = ada.patch(path, json={"subtitle": "A novel"}, headers=first)
    assert (changed.status_code, ada.get(path).headers["ETag"]) == (200, changed.headers["ETag"])
    late = ada.patch(path, json={"subtitle": "A story"}, headers=first)
    assert outcome(late) == (412, [(None, "precondition_failed")])
    assert late.headers["X-Mock-Rule"] == "If-Match"
    assert ada.get(path).json()["subtitle"] == "A novel"


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ("{etag}", 200),
        ("*", 200),
        ('"another", {etag}', 200),
        ('"one, two", {etag}', 200),
        ("W/{etag}", 412),
        ('"another", W/{etag}', 412),
        ("{bare}", 412),
        ('"x{bare}"', 412),
    ],
)
def test_if_match_is_a_list_of_quoted_tags_that_are_compared_strongly(
    tmp_path: Path, condition: str, status: int
) -> None:
    ada = mock_of_versions(tmp_path, of_versions(required=True)).as_("everyone:ada")
    made = added(ada)
    etag = made.headers["ETag"]
    sent = {"If-Match": condition.format(etag=etag, bare=etag.strip('"'))}
    changed = ada.patch(f"/books/{made.json()['id']}", json={"subtitle": "A novel"}, headers=sent)
    assert changed.status_code == status


@pytest.mark.parametrize(
    ("required", "also", "status"), [(True, "428", 428), (True, "412", 412), (False, "428", 428), (False, "412", 200)]
)
def test_a_change_comes_with_a_version_where_the_document_asks_for_it(
    tmp_path: Path, required: bool, also: str, status: int
) -> None:
    ada = mock_of_versions(tmp_path, of_versions(required=required, also=also)).as_("everyone:ada")
    answer = ada.patch(f"/books/{added(ada).json()['id']}", json={"subtitle": "A novel"})
    assert answer.status_code == status, answer.text


def test_what_is_changed_without_versions_has_none(tmp_path: Path) -> None:
    librarian = mock_of_versions(tmp_path, of_versions(required=True)).as_("librarian")
    author = librarian.post("/authors", json={"name": "Jane"})
    assert (author.status_code, "ETag" in author.headers) == (201, False)


def checked(tmp_path: Path, mocked: dict[str, Any], *only: str) -> contracts.Report:
    """What the checker, which has the document of versions, finds out about a mock of one."""
    spec = tmp_path / "versions.json"
    spec.write_text(json.dumps(of_versions(required=True, also="428")))
    with serving(create_app(mocked, strict=True)) as url:
        return contracts.check(url, spec=spec, profile=LIBRARY_PROFILE, only=only, max_examples=4)


@pytest.mark.proof
def test_the_mock_keeps_what_the_checker_asks_for(tmp_path: Path) -> None:
    report = checked(tmp_path, of_versions(required=True, also="428"), "A", "CT1", "CT6")
    assert report.findings == []
    assert report.result("CT603").verdict is Verdict.HELD
    assert {each.verdict for each in report.results} <= {Verdict.HELD, Verdict.NA}


def test_a_mock_without_versions_is_found_out(tmp_path: Path) -> None:
    assert {each.code for each in checked(tmp_path, document.load(LIBRARY), "CT603").findings} == {"CT603"}

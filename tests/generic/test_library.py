"""The words of a document, obeyed by the mock and asked for by the checker, on a library of books."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import contracts
from mockserver.app import Options, create_app, create_mock
from specdouble import document
from specdouble.testserver import serving
from tests.generic.conftest import LIBRARY, LIBRARY_PROFILE
from tests.mockserver.support import Mock, mock_of, outcome

NOT_FOUND, FORBIDDEN = (404, [(None, "not_found")]), (403, [(None, "permission_denied")])
STATUSES = ("ordered", "shelved", "lent", "lost")

MISSED_BY = {
    "x-roles": "CT301",
    "x-allowed-to": "CT301",
    "x-item-visible-to": "CT302",
    "x-visible-to": "CT203",
    "x-transitions": "CT401",
    "x-unique": "CT701",
    "x-references": "CT701",
    "x-derived-from": "CT101",
    "x-trim": "CT101",
}


@pytest.fixture
def library() -> Mock:
    """A mock of the library, empty as at start."""
    return mock_of(spec=LIBRARY)


@pytest.fixture
def book(library: Mock) -> dict[str, Any]:
    """A book that ada added, and that stands on its shelf."""
    return added(library.as_("everyone:ada"), status="shelved")


def added(caller: httpx.Client, **fields: Any) -> dict[str, Any]:
    """What a POST makes of a book."""
    answer = caller.post("/books", json={"title": "Emma", "isbn": "0-19-953552-5", **fields})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def without(word: str) -> dict[str, Any]:
    """The document of the library from which one word was taken out, wherever it stood."""

    def cut(node: Any) -> Any:
        if isinstance(node, list):
            return [cut(each) for each in node]
        return {key: cut(value) for key, value in node.items() if key != word} if isinstance(node, dict) else node

    whole = copy.deepcopy(document.load(LIBRARY))
    changed: dict[str, Any] = cut(whole)
    assert changed != whole
    return changed


def checked(mocked: dict[str, Any], *only: str) -> contracts.Report:
    """What the checker, which has the whole document, finds out about a mock of another."""
    with serving(create_app(mocked)) as url:
        return contracts.check(url, spec=LIBRARY, profile=LIBRARY_PROFILE, only=only, max_examples=4)


# --- the mock obeys ---------------------------------------------------------------------------------------------------


def test_who_may_do_what_is_said_by_the_operation(library: Mock, book: dict[str, Any]) -> None:
    path, change = f"/books/{book['id']}", {"subtitle": "A novel"}
    assert library.as_("anon").patch(path, json=change).status_code == 401
    refused = library.as_("everyone:bob").patch(path, json=change)
    assert (outcome(refused), refused.headers["X-Mock-Rule"]) == (FORBIDDEN, "x-allowed-to")
    assert library.as_("everyone:ada").patch(path, json=change).status_code == 200
    assert library.as_("librarian").patch(path, json=change).status_code == 200
    assert outcome(library.as_("everyone:ada").delete(path)) == FORBIDDEN
    assert library.as_("librarian:carol").delete(path).status_code == 204


def test_who_says_no_role_is_nobody(library: Mock) -> None:
    assert outcome(library.as_("everyone:librarian").post("/authors", json={"name": "Jane"})) == FORBIDDEN
    for name in ("admin", "owner", "ada", "x:librarian"):
        refused = library.as_(name).post("/authors", json={"name": "Jane"})
        assert outcome(refused) == (401, [(None, "authentication_failed")])
        assert "everyone, librarian" in refused.text
    assert library.as_("librarian").post("/authors", json={"name": "Jane"}).status_code == 201


def test_an_item_is_hidden_while_a_field_says_so(library: Mock) -> None:
    book = added(library.as_("everyone:ada"))
    path = f"/books/{book['id']}"
    for name in ("everyone:bob", "anon"):
        refused = library.as_(name).get(path)
        assert (outcome(refused), refused.headers["X-Mock-Rule"]) == (NOT_FOUND, "x-item-visible-to")
        assert library.as_(name).get("/books").json() == []
    assert outcome(library.as_("everyone:bob").patch(path, json={"title": "x"})) == NOT_FOUND
    for name in ("everyone:ada", "librarian"):
        assert library.as_(name).get(path).status_code == 200
        assert [each["id"] for each in library.as_(name).get("/books").json()] == [book["id"]]
    library.as_("everyone:ada").patch(path, json={"status": "shelved"})
    assert library.as_("anon").get(path).status_code == 200


def test_a_field_is_shown_to_those_who_may_read_it(library: Mock, book: dict[str, Any]) -> None:
    path = f"/books/{book['id']}"
    assert "price" in book
    for name, shown in {"everyone:ada": True, "librarian": True, "everyone:bob": False, "anon": False}.items():
        caller = library.as_(name)
        assert ["price" in row for row in (caller.get(path).json(), *caller.get("/books").json())] == [shown, shown]


def test_a_field_that_is_not_shown_cannot_be_asked_for(library: Mock, book: dict[str, Any]) -> None:
    price = {"price": str(book["price"])}
    assert [each["id"] for each in library.as_("everyone:ada").get("/books", params=price).json()] == [book["id"]]
    assert library.as_("everyone:bob").get("/books", params=price).json() == []


def test_the_mock_tells_who_there_is() -> None:
    told = "\n".join(create_mock(LIBRARY).introduce("http://127.0.0.1:8000"))
    assert "librarian  Runs the library" in told
    assert "Authorization: Bearer everyone:ada" in told


@pytest.mark.parametrize("start", STATUSES)
@pytest.mark.parametrize("end", STATUSES)
def test_a_field_moves_along_its_transitions(library: Mock, start: str, end: str) -> None:
    ada, allowed = (
        library.as_("everyone:ada"),
        document.load(LIBRARY)["components"]["schemas"]["Status"]["x-transitions"],
    )
    path = f"/books/{added(ada, status=start)['id']}"
    answer = ada.patch(path, json={"status": end, "title": "Changed"})
    if end == start or end in allowed[start]:
        assert (answer.status_code, ada.get(path).json()["status"]) == (200, end)
    else:
        assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("status", "invalid")]), "x-transitions")
        assert (ada.get(path).json()["status"], ada.get(path).json()["title"]) == (start, "Emma")


def test_a_derived_field_follows_its_sources(library: Mock, book: dict[str, Any]) -> None:
    ada = library.as_("everyone:ada")
    assert (book["heading"], book["price"]) == ("Emma ", 4)
    changed = ada.patch(f"/books/{book['id']}", json={"subtitle": "A novel"}).json()
    assert (changed["heading"], changed["price"]) == ("Emma A novel", 4)
    assert ada.get(f"/books/{book['id']}").json() == changed


def test_nothing_of_the_mocks_own_comes_out(library: Mock, book: dict[str, Any]) -> None:
    assert not any(name.startswith("^") for name in book)


# --- the checker asks -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def report() -> Iterator[contracts.Report]:
    """What the checker finds out about the mock of the whole document."""
    with serving(create_app(LIBRARY, strict=True)) as url:
        yield contracts.check(url, spec=LIBRARY, profile=LIBRARY_PROFILE, max_examples=4)


@pytest.mark.proof
def test_the_mock_of_a_document_keeps_its_contract(report: contracts.Report) -> None:
    assert [f"{finding.code}: {finding.subject}: {finding.got}" for finding in report.findings] == []
    assert list(report.never_reached) == []
    # A form reads back in other types than were sent: such an item is not proven to be the run's own, and left alone.
    assert [line for line in report.left_behind if "does not show what was sent" not in line] == []
    assert report.exit_code == 0


def test_every_law_that_a_word_stands_for_applies(report: contracts.Report) -> None:
    assert {code: report.result(code).verdict for code in MISSED_BY.values()} == dict.fromkeys(
        MISSED_BY.values(), contracts.Verdict.HELD
    )


@pytest.mark.parametrize(("word", "law"), MISSED_BY.items())
def test_a_mock_that_lacks_a_word_is_found_out(word: str, law: str) -> None:
    findings = checked(without(word), law).findings
    assert {finding.code for finding in findings} == {law}
    assert {finding.confirmation for finding in findings} == {"confirmed 3/3"}


def test_every_word_that_says_what_a_backend_does_is_among_those_taken_out() -> None:
    from specdouble.extensions import EXTENSIONS

    assert set(MISSED_BY) == set(EXTENSIONS) - {"x-mock-domain", "x-rules", "x-resource"}


def test_what_an_item_has_to_refer_to_is_made_before_it_and_deleted_after_it(tmp_path: Path) -> None:
    whole = copy.deepcopy(document.load(LIBRARY))
    del whole["paths"]["/books/{id}"]["delete"]["x-allowed-to"]
    book = whole["components"]["schemas"]["NewBook"]
    book["required"].append("authors")
    del book["properties"]["authors"]["default"]
    for schema in ("NewBook", "BookChange"):
        whole["components"]["schemas"][schema]["properties"]["authors"]["minItems"] = 1
    spec = tmp_path / "library.json"
    spec.write_text(json.dumps(whole))
    mock = create_mock(whole, Options(strict=True))
    with serving(mock.app) as url:
        report = contracts.check(url, spec=spec, profile=LIBRARY_PROFILE, only=["CT1", "CT5", "CT7"], max_examples=2)
        journal = httpx.get(f"{url}/__mock__/journal").json()
    assert (report.findings, list(report.never_reached), report.left_behind) == ([], [], [])
    assert "authors in JSON" in {each.subject for each in report.result("CT101").tried}
    deleted = [each["path"].split("/")[1] for each in journal if each["method"] == "DELETE"]
    assert set(deleted) == {"books", "authors"}
    assert deleted[-1] == "authors"

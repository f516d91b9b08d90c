"""The document overrules how its operations are understood: the collection, the role, the id, or no state at all."""

from pathlib import Path

import httpx
import pytest

from mockserver.openapi import reader
from mockserver.openapi.bindings import Role
from mockserver.openapi.guesses import bindings_of
from specdouble import document
from tests.mockserver.support import mock_of

KIOSK = Path(__file__).parent / "kiosk.yaml"


@pytest.fixture
def visitor() -> httpx.Client:
    return mock_of(spec=KIOSK, base_path="").client()


def test_the_reason_is_the_extension() -> None:
    bindings = bindings_of(reader.read(document.load(KIOSK))).operations
    query, report = bindings["post /papers/query"], bindings["get /reports/{name}"]
    assert (query.role, query.reason) == (Role.LIST, "x-resource says so")
    assert (report.role, report.reason) == (Role.EXAMPLE, "x-resource is false")
    assert bindings["post /paper/{number}/sheets"].collection == "papers/sheets"


def test_operations_of_different_paths_share_a_collection(visitor: httpx.Client) -> None:
    paper = {"title": "Morning", "number": 7, "pages": 8}
    made = visitor.post("/print", json=paper)
    assert (made.status_code, made.json()) == (201, paper)
    assert made.headers["Location"] == "/paper/Morning"
    assert visitor.get("/paper/Morning").json() == paper
    assert visitor.get("/papers").json() == visitor.post("/papers/query").json() == [paper]


def test_a_method_may_stand_for_another_role(visitor: httpx.Client) -> None:
    visitor.post("/print", json={"title": "Morning"})
    assert visitor.post("/paper/Morning/remove").status_code == 204
    assert visitor.get("/paper/Morning").status_code == 404


def test_an_operation_without_state_answers_with_its_example(visitor: httpx.Client) -> None:
    assert visitor.get("/reports/anything").json() == {"name": "Sales"}

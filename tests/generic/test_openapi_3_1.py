"""A document of OpenAPI 3.1, served by the mock and asked for by the checker."""

from pathlib import Path
from uuid import UUID

import httpx
import pytest
from starlette.testclient import TestClient

import contracts
from mockserver.app import create_app, create_mock
from specdouble.testserver import serving
from tests.mockserver.support import Mock, mock_of, outcome

PANTRY = Path(__file__).parent / "pantry.yaml"
PROFILE = Path(__file__).parent / "pantry_profile.yaml"


@pytest.fixture
def keeper() -> httpx.Client:
    """Somebody who keeps an empty pantry."""
    mock: Mock = mock_of(spec=PANTRY)
    return mock.as_("ada")


def test_null_is_taken_where_it_is_an_alternative_and_nowhere_else(keeper: httpx.Client) -> None:
    nothing = {"note": None, "grams": None, "opened": None, "lid": None}
    made = keeper.post("/jars/", json={"label": "Plums", **nothing})
    assert made.status_code == 201
    assert made.json() == {"id": 1, "label": "Plums", "kind": "jar", **nothing}
    assert outcome(keeper.patch("/jars/1", json={"label": None, "kind": None})) == (
        400,
        [("label", "null"), ("kind", "null")],
    )


@pytest.mark.parametrize("fields", [{"grams": 0}, {"lid": "cork"}, {"kind": "bottle"}, {"note": "n" * 101}], ids=str)
def test_limits_hold_inside_of_alternatives(keeper: httpx.Client, fields: dict[str, object]) -> None:
    assert keeper.post("/jars/", json={"label": "Plums"}).status_code == 201
    assert outcome(keeper.patch("/jars/1", json=fields))[0] == 400


def test_a_document_is_found_by_the_field_that_its_path_names(keeper: httpx.Client) -> None:
    shelf = {"code": "A-1", "height": 30}
    assert keeper.post("/shelves", json=shelf).json() == shelf
    assert keeper.get("/shelves/A-1").json() == shelf
    assert outcome(keeper.post("/shelves", json=shelf)) == (400, [("code", "unique")])
    numbered = keeper.post("/bins", json={"height": 2}).json()
    assert keeper.get(f"/bins/{numbered['code']}").json() == numbered


def test_ids_are_of_the_kind_that_their_path_takes(keeper: httpx.Client) -> None:
    first, second = (keeper.post("/boxes").json()["id"] for _ in range(2))
    assert UUID(first) != UUID(second)
    assert keeper.get(f"/boxes/{second}").json() == {"id": second}


def test_the_mock_of_a_document_of_3_1_keeps_its_contract() -> None:
    with serving(create_mock(PANTRY).app) as url:
        report = contracts.check(url, spec=PANTRY, profile=PROFILE, only=["B"])
    assert [(each.code, each.operation, each.got) for each in report.findings] == []
    held = {result.check.code for result in report.results if result.verdict is contracts.Verdict.HELD}
    assert {"CT101", "CT102", "CT105", "CT201", "CT701"} <= held


def test_a_schema_that_no_validator_can_compile_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    lost = {"type": "object", "properties": {"child": {"$dynamicRef": "#nowhere"}}}
    content = {"application/json": {"schema": lost}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Trees", "version": "1"},
        "paths": {"/trees": {"get": {"responses": {"200": {"description": "A tree", "content": content}}}}},
    }
    assert TestClient(create_app(document)).get("/trees").status_code == 200
    assert "cannot be compiled" in caplog.text

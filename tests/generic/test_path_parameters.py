"""Path parameters are validated by their whole schema, and every parameter before the item is looked for."""

from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from mockserver.app import create_app
from tests.mockserver.support import mock_of

THEATRE = Path(__file__).parent / "theatre.yaml"
NOBODYS = "5f8b2c1e-0d7a-4c3e-9b1a-2f6d8e7c4a90"
DESK = {"X-Desk": "1"}


@pytest.fixture
def usher() -> httpx.Client:
    return mock_of(spec=THEATRE).client({"X-Key": "a key"})


@pytest.mark.parametrize("seat", ["G/1", "AA/1", "A/0", "A/31", "A/x", "G/31"])
def test_a_path_that_the_schemas_do_not_allow_is_bad_input_where_the_document_knows_no_404(
    usher: httpx.Client, seat: str
) -> None:
    assert usher.get("/seats/A/30").status_code == 200
    assert usher.get(f"/seats/{seat}").status_code == 400


def test_the_rejection_names_every_wrong_parameter(usher: httpx.Client) -> None:
    message = usher.get("/seats/G/31").json()["message"]
    assert "row: This path parameter is not valid" in message
    assert "number: This path parameter is not valid" in message


def test_a_path_that_the_schemas_do_not_allow_names_nothing_where_the_document_has_404(usher: httpx.Client) -> None:
    answer = usher.get("/tickets/mine", headers=DESK)
    assert (answer.status_code, answer.json()["detail"].startswith("id: This path parameter")) == (404, True)


def test_each_operation_has_limits_of_its_own(usher: httpx.Client) -> None:
    usher.post("/accounts", json={"id": 101})
    usher.post("/accounts", json={"id": -1})
    assert usher.get("/accounts/101").status_code == usher.delete("/accounts/-1").status_code == 404
    assert usher.get("/accounts/-1").json() == {"id": -1}
    assert usher.delete("/accounts/101").status_code == 204


@pytest.mark.parametrize("identifier", [-1, 0, -(2**63) + 1])
def test_an_id_may_be_any_integer_that_the_schema_allows(usher: httpx.Client, identifier: int) -> None:
    made = usher.post("/accounts", json={"id": identifier})
    assert usher.get(made.headers["Location"]).json() == {"id": identifier}


@pytest.mark.parametrize("text", ["--1", "-", "1-", "+1", "1e3", "9" * 30])
def test_a_text_that_is_no_integer_names_nothing(usher: httpx.Client, text: str) -> None:
    assert usher.get(f"/accounts/{text}").status_code == 404


@pytest.mark.parametrize(
    ("query", "headers", "status"), [("?language=fr", DESK, 400), ("", {}, 400), ("?language=it", DESK, 404)]
)
def test_a_wrong_parameter_is_rejected_whether_the_item_exists_or_not(
    usher: httpx.Client, query: str, headers: dict[str, str], status: int
) -> None:
    assert usher.get(f"/tickets/{NOBODYS}{query}", headers=headers).status_code == status


def test_whoever_has_no_credentials_learns_nothing_about_parameters(usher: httpx.Client) -> None:
    assert usher.get("/tickets/mine?language=fr", headers={"X-Key": ""}).status_code == 401


@pytest.mark.parametrize(
    ("value", "status"), [("return=minimal", 201), ("code=400", 400), ("wait=10", 201), ("RETURN-NOTHING", 400)]
)
def test_a_documented_prefer_header_is_validated_unless_it_is_for_the_mock(
    usher: httpx.Client, value: str, status: int
) -> None:
    answer = usher.post("/tickets", json={}, headers={"Prefer": value})
    assert answer.status_code == status
    assert ("Prefer: This header parameter" in answer.text) is (value == "RETURN-NOTHING")


@pytest.mark.parametrize(("style", "path"), [("label", "/rows/.7"), ("matrix", "/rows/;row=7"), ("simple", "/rows/7")])
def test_a_parameter_is_read_by_its_style_in_the_path(style: str, path: str) -> None:
    content = {"application/json": {"schema": {"type": "object", "properties": {"row": {"type": "integer"}}}}}
    parameter = {"name": "row", "in": "path", "required": True, "style": style, "schema": {"type": "integer"}}
    reading = {"parameters": [parameter], "responses": {"200": {"description": "A row", "content": content}}}
    document = {
        "openapi": "3.0.3",
        "info": {"title": "Rows", "version": "1"},
        "paths": {"/rows/{row}": {"get": reading}},
    }
    client = TestClient(create_app(document))
    assert client.get(path).json() == {"row": 7}
    assert client.get("/rows/~7").status_code == 404

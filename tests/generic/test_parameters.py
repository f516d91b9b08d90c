"""Query, header and cookie parameters are read by their style, and rejected unless their schemas allow them."""

from pathlib import Path

import httpx
import pytest

from tests.mockserver.support import mock_of

PARCELS = Path(__file__).parent / "parcels.yaml"


@pytest.fixture(scope="module")
def clerk() -> httpx.Client:
    """A client of the parcels, some of which were sent."""
    client = mock_of(spec=PARCELS, base_path="").client()
    for parcel in (
        {"depot": "Doe, Jane", "kg": 2, "fragile": True, "labels": ["red", "tall"]},
        {"depot": "north", "kg": 7, "fragile": False, "labels": ["blue"]},
        {"depot": "north", "kg": 2.0, "labels": []},
    ):
        client.post("/parcels", json=parcel).raise_for_status()
    return client


@pytest.mark.parametrize(
    ("query", "name", "place"),
    [
        ("", "depot", "query"),
        ("depot=n", "depot", "query"),
        ("depot=north&kg=heavy", "kg", "query"),
        ("depot=north&kg=31", "kg", "query"),
        ("depot=north&state=eaten", "state", "query"),
        ("depot=north&fragile=on", "fragile", "query"),
        ("depot=north&labels=a|b|c", "labels", "query"),
        ("depot=north&where[kg]=much", "where", "query"),
        ("depot=north&box={}", "box", "query"),
        ("depot=north&box=nothing", "box", "query"),
        ("depot=north&since=yesterday", "since", "query"),
    ],
)
def test_a_query_parameter_that_is_missing_or_not_valid_is_rejected_by_name(
    clerk: httpx.Client, query: str, name: str, place: str
) -> None:
    answer = clerk.get(f"/parcels?{query}")
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["field"] == name
    assert place in error["message"]


@pytest.mark.parametrize("headers", [{"X-Batch": "1, two"}, {"Cookie": "crate=small"}, {"Cookie": "other=1; crate="}])
def test_a_header_or_cookie_that_is_not_valid_is_rejected(clerk: httpx.Client, headers: dict[str, str]) -> None:
    assert clerk.get("/parcels?depot=north", headers=headers).status_code == 400


def test_all_wrong_parameters_are_reported_at_once(clerk: httpx.Client) -> None:
    answer = clerk.get("/parcels?kg=x&state=y", headers={"X-Batch": "z"})
    assert {error["field"] for error in answer.json()["errors"]} == {"depot", "kg", "state", "X-Batch"}


@pytest.mark.parametrize(
    ("query", "kilograms"),
    [
        ("depot=north", [7, 2.0]),
        ("depot=Doe,%20Jane", [2]),
        ("depot=Doe%2C+Jane", [2]),
        ("depot=north&kg=2", [2.0]),
        ("depot=north&fragile=false", [7]),
        ("depot=north&labels=blue%7Cred", [7]),
        ("depot=north&where[kg]=7", [7]),
        ("depot=north&box=%7B%22width%22%3A1%7D", [7, 2.0]),
        ("depot=north&since=2026-01-31", [7, 2.0]),
        ("depot=north&since=5", [7, 2.0]),
        ("depot=north&note=", [7, 2.0]),
        ("depot=north&unknown=1", [7, 2.0]),
    ],
)
def test_a_valid_query_narrows_the_list_by_the_fields_that_it_names(
    clerk: httpx.Client, query: str, kilograms: list[float]
) -> None:
    assert [parcel["kg"] for parcel in clerk.get(f"/parcels?{query}").json()] == kilograms


def test_a_valid_header_and_cookie_are_accepted(clerk: httpx.Client) -> None:
    headers = {"X-Batch": "1, 2", "Cookie": "crate=5"}
    assert clerk.get("/parcels?depot=north", headers=headers).status_code == 200

"""A list has the properties that its schema has: its rows under their name, counts, links, and what is required."""

from pathlib import Path

import httpx
import pytest

from tests.mockserver.support import mock_of

HARBOUR = Path(__file__).parent / "harbour.yaml"


@pytest.fixture
def captain() -> httpx.Client:
    client = mock_of(spec=HARBOUR, base_path="").client()
    for number in range(1, 8):
        client.post("/ships", json={"name": f"Ship {number}"}).raise_for_status()
    return client


def test_the_rows_have_the_name_of_the_document_and_nothing_else_is_added(captain: httpx.Client) -> None:
    page = captain.get("/ships").json()
    assert [ship["name"] for ship in page["ships"]] == ["Ship 1", "Ship 2", "Ship 3"]
    assert (page["total_count"], page["meta"]) == (7, {"version": 7})
    assert page.keys() == {"ships", "total_count", "next", "meta"}


def test_the_link_leads_through_the_whole_list(captain: httpx.Client) -> None:
    names, following = [], "/ships"
    while following:
        page = captain.get(following).json()
        names += [ship["name"] for ship in page["ships"]]
        following = page["next"]
    assert names == [f"Ship {number}" for number in range(1, 8)]


@pytest.mark.parametrize(("query", "length"), [("limit=5", 5), ("limit=2", 2), ("offset=6", 1)])
def test_a_page_is_as_long_as_it_is_asked_for(captain: httpx.Client, query: str, length: int) -> None:
    assert len(captain.get(f"/ships?{query}").json()["ships"]) == length


def test_a_page_is_never_longer_than_the_document_lets_it_be(captain: httpx.Client) -> None:
    assert captain.get("/ships?limit=6").status_code == 400


def test_an_answer_with_an_array_of_something_else_is_no_list(captain: httpx.Client) -> None:
    assert captain.get("/weather").json() == {"gusts": [9]}

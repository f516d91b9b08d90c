"""Lists are sorted and divided into pages by the parameters of the document, whatever their names are."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.mockserver.support import mock_of

CATALOGUE = Path(__file__).parent / "catalogue.yaml"
PRICES = {"Ash": 3.5, "Beech": 10, "Cedar": 2, "Date": None, "Elm": 10}


@pytest.fixture
def gardener() -> httpx.Client:
    client = mock_of(spec=CATALOGUE, base_path="").client()
    for name, price in PRICES.items():
        fields: dict[str, Any] = {"name": name} if price is None else {"name": name, "price": price}
        client.post("/seeds", json=fields).raise_for_status()
        client.post("/bulbs", json={"name": name}).raise_for_status()
    return client


def _names(rows: list[dict[str, Any]]) -> str:
    return "".join(row["name"][0] for row in rows)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "ABC"),
        ("page=2", "DE"),
        ("page=3", ""),
        ("per_page=2&page=2", "CD"),
        ("per_page=4", "ABCD"),
        ("sort=price", "CAB"),
        ("sort=-price,-name&per_page=4", "DEBA"),
        ("sort=price:desc,name&page=2", "AC"),
        ("sort=name&order=desc", "EDC"),
    ],
)
def test_a_bare_list_has_the_page_and_the_order_of_the_query(gardener: httpx.Client, query: str, names: str) -> None:
    assert _names(gardener.get(f"/seeds?{query}").json()) == names


def test_the_headers_of_a_bare_list_lead_through_its_pages(gardener: httpx.Client) -> None:
    page = gardener.get("/seeds?sort=-name&per_page=2")
    names = _names(page.json())
    while "next" in page.links:
        page = gardener.get(page.links["next"]["url"])
        names += _names(page.json())
    assert names == "EDCBA"
    assert page.headers["X-Total-Count"] == "5"
    assert page.links["prev"]["url"].endswith("?sort=-name&per_page=2&page=2")


def test_a_cursor_leads_through_the_whole_list(gardener: httpx.Client) -> None:
    names = ""
    query: dict[str, str] = {}
    for _ in PRICES:
        body = gardener.get("/bulbs", params=query).json()
        names += _names(body["data"])
        assert body["total"] == 5
        if not body["page"]["hasMore"]:
            break
        query = {"cursor": body["page"]["nextCursor"]}
    assert names == "ABCDE"
    assert body["page"]["nextCursor"] is None


def test_a_page_beyond_the_largest_size_is_rejected(gardener: httpx.Client) -> None:
    assert gardener.get("/seeds?per_page=5").status_code == 400

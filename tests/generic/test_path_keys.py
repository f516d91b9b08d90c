"""Documents that paths call by another field than their id are found by that field, and keep both."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.courses import Settings
from tests.mockserver.support import mock_of

ARTICLES = Path(__file__).parent / "articles.yaml"


@pytest.fixture
def reader() -> httpx.Client:
    return mock_of(spec=ARTICLES).client()


@pytest.fixture
def bread(reader: httpx.Client) -> dict[str, Any]:
    reader.post("/articles", json={"title": "Salt", "slug": "salt"})
    made: dict[str, Any] = reader.post("/articles", json={"title": "Bread", "slug": "bread"}).json()
    return made


def test_it_is_found_by_the_name_and_not_by_the_id(reader: httpx.Client, bread: dict[str, Any]) -> None:
    assert bread == {"id": 2, "slug": "bread", "title": "Bread"}
    assert reader.get("/articles/bread").json() == bread
    assert reader.get("/articles/2").status_code == 404
    assert [each["slug"] for each in reader.get("/articles").json()] == ["salt", "bread"]


def test_who_is_given_no_name_gets_one(reader: httpx.Client) -> None:
    made = reader.post("/articles", json={"title": "Water"}).json()
    assert isinstance(made["slug"], str)
    assert reader.get(f"/articles/{made['slug']}").json() == made


def test_a_name_that_is_taken_is_refused(reader: httpx.Client, bread: dict[str, Any]) -> None:
    again = reader.post("/articles", json={"title": "More bread", "slug": bread["slug"]})
    assert again.status_code == 400
    assert again.json()["errors"][0]["field"] == "slug"


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_a_change_leaves_the_name_and_the_id(reader: httpx.Client, bread: dict[str, Any], method: str) -> None:
    answer = reader.request(method, "/articles/bread", json={"id": 9, "slug": "cake", "title": "Rye"})
    assert answer.json() == {**bread, "title": "Rye"} == reader.get("/articles/bread").json()


def comment_on_bread(reader: httpx.Client, **more: str) -> dict[str, Any]:
    fields = {"anchor": "first", "text": "Good.", **more}
    made: dict[str, Any] = reader.post("/articles/bread/comments", json=fields).json()
    return made


@pytest.mark.usefixtures("bread")
def test_an_answer_with_any_field_has_none_of_the_mocks_own(reader: httpx.Client) -> None:
    comment = comment_on_bread(reader, tone="kind")
    assert comment == {"id": 1, "anchor": "first", "text": "Good.", "tone": "kind"}
    assert reader.get("/articles/bread/comments/first").json() == comment
    assert reader.get("/articles/bread/comments").json() == [comment]
    assert reader.get("/articles/salt/comments").json() == []


@pytest.mark.usefixtures("bread")
def test_what_is_below_it_goes_with_it_however_deep(reader: httpx.Client) -> None:
    comment_on_bread(reader)
    reader.post("/articles/bread/comments/first/replies", json={"text": "Thanks."})
    assert [each["text"] for each in reader.get("/articles/bread/comments/first/replies").json()] == ["Thanks."]
    reader.delete("/articles/bread")
    reader.post("/articles", json={"title": "New bread", "slug": "bread"})
    assert reader.get("/articles/bread/comments").json() == []
    comment_on_bread(reader)
    assert reader.get("/articles/bread/comments/first/replies").json() == []


def test_the_answer_that_makes_it_tells_its_version() -> None:
    reader = mock_of(spec=ARTICLES, settings=Settings(if_match_is_checked=True)).client()
    made = reader.post("/articles", json={"title": "Water", "slug": "water"})
    assert made.headers["ETag"] == reader.get("/articles/water").headers["ETag"]
    changed = reader.patch("/articles/water", json={"title": "Ice"}, headers={"If-Match": made.headers["ETag"]})
    assert changed.headers["ETag"] != made.headers["ETag"]
    assert reader.patch("/articles/water", json={}, headers={"If-Match": made.headers["ETag"]}).status_code == 412


# --- below a parent ---------------------------------------------------------------------------------------------------

CINEMA = Path(__file__).parent / "cinema.yaml"


@pytest.fixture
def usher() -> httpx.Client:
    """A client of a cinema whose two halls have a row A."""
    client = mock_of(spec=CINEMA, base_path="").client()
    for hall, seats in (("Red", 9), ("Blue", 12)):
        client.post("/halls", json={"name": hall})
        client.post(f"/halls/{hall}/rows", json={"letter": "A", "seats": seats}).raise_for_status()
    return client


def test_a_key_is_unique_below_its_parent(usher: httpx.Client) -> None:
    assert usher.get("/halls/Red/rows/A").json() == {"letter": "A", "seats": 9}
    assert usher.get("/halls/Blue/rows/A").json() == {"letter": "A", "seats": 12}
    assert usher.post("/halls/Blue/rows", json={"letter": "A"}).status_code == 400


def test_documents_with_the_same_key_are_changed_one_by_one(usher: httpx.Client) -> None:
    assert usher.patch("/halls/Blue/rows/A", json={"seats": 13}).json() == {"letter": "A", "seats": 13}
    assert usher.get("/halls/Red/rows").json() == [{"letter": "A", "seats": 9}]
    assert usher.get("/halls/Blue/rows").json() == [{"letter": "A", "seats": 13}]


@pytest.mark.parametrize(("deleted", "left"), [("Red", "Blue"), ("Blue", "Red")])
def test_documents_with_the_same_key_are_deleted_one_by_one(usher: httpx.Client, deleted: str, left: str) -> None:
    assert usher.delete(f"/halls/{deleted}/rows/A").status_code == 204
    assert usher.get(f"/halls/{deleted}/rows/A").status_code == 404
    assert usher.patch(f"/halls/{left}/rows/A", json={"seats": 1}).json() == {"letter": "A", "seats": 1}
    assert usher.get(f"/halls/{left}/rows/A").json() == {"letter": "A", "seats": 1}
    assert usher.get(f"/halls/{left}/rows").json() == [{"letter": "A", "seats": 1}]

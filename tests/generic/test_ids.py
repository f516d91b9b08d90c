"""Ids that callers choose: of any JSON type, free below each path, and plain fields where no path has them."""

from pathlib import Path

import httpx
import pytest

from tests.mockserver.support import mock_of

THEATRE = Path(__file__).parent / "theatre.yaml"


@pytest.fixture
def poet() -> httpx.Client:
    return mock_of(spec=THEATRE).client({"X-Key": "a key"})


def test_an_id_that_is_a_list_is_written_with_commas_in_the_path(poet: httpx.Client) -> None:
    made = poet.post("/plays", json={"title": ["King", "Lear"]})
    assert made.headers["Location"] == "/plays/King%2CLear"
    assert poet.get("/plays/King,Lear").json() == {"title": ["King", "Lear"]}


def test_an_id_that_is_an_empty_list_can_stand_in_no_path_and_is_replaced(poet: httpx.Client) -> None:
    made = poet.post("/plays", json={"title": []})
    assert poet.get(made.headers["Location"]).json() == made.json() != {"title": []}


def test_an_id_that_is_taken_is_a_conflict(poet: httpx.Client) -> None:
    assert [poet.post("/plays", json={"title": ["Lear"]}).status_code for _ in range(2)] == [201, 409]


def test_a_field_that_no_path_has_may_be_empty_and_come_twice(poet: httpx.Client) -> None:
    letters = [{"name": name} for name in ("", "", "Ada", "Ada")]
    assert [poet.post("/letters", json=letter).json()["name"] for letter in letters] == ["", "", "Ada", "Ada"]
    assert [letter["name"] for letter in poet.get("/letters").json()] == ["", "", "Ada", "Ada"]


@pytest.mark.parametrize("title", [{"of": "Lear"}, 1.5, True])
def test_an_id_may_have_any_type_that_the_schema_allows(poet: httpx.Client, title: object) -> None:
    made = poet.post("/plays", json={"title": title})
    assert poet.get(made.headers["Location"]).json() == {"title": title}

"""The mock of a document starts with the items that its examples show, and with --empty without them."""

from pathlib import Path

import httpx
import pytest

from tests.mockserver.support import Mock, mock_of
from tests.mockserver.support.server import running

AVIARY = Path(__file__).parent / "aviary.yaml"


@pytest.fixture
def mock() -> Mock:
    return mock_of(spec=AVIARY, base_path="")


@pytest.fixture
def keeper(mock: Mock) -> httpx.Client:
    return mock.client()


def test_a_list_has_the_rows_of_all_its_examples_and_then_those_of_single_items(keeper: httpx.Client) -> None:
    page = keeper.get("/birds").json()
    assert page["total"] == 4
    assert [(bird["id"], bird["name"]) for bird in page["birds"]] == [
        (7, "Wren"),
        (3, "Finch"),
        (5, "Kite"),
        (12, "Owl"),
    ]


def test_an_item_of_the_examples_can_be_read_and_deleted_and_comes_back_by_a_reset(
    mock: Mock, keeper: httpx.Client
) -> None:
    assert keeper.get("/birds/7").json() == {"id": 7, "name": "Wren", "song": "trill"}
    assert keeper.get("/birds/5").json() == {"id": 5, "name": "Kite"}
    keeper.delete("/birds/7").raise_for_status()
    assert keeper.get("/birds/7").status_code == 404
    mock.reset()
    assert keeper.get("/birds/7").status_code == 200


def test_an_id_has_the_type_of_its_schema(keeper: httpx.Client) -> None:
    assert keeper.get("/birds/12").json()["name"] == "Owl"
    assert keeper.get("/halls/north").json() == {"code": "north", "floor": 1}


def test_new_items_get_ids_that_no_example_has(keeper: httpx.Client) -> None:
    ids = [keeper.post("/birds", json={"name": "Tit"}).json()["id"] for _ in range(5)]
    assert ids == [1, 2, 4, 6, 8]


@pytest.mark.parametrize("key", [50, 99, 404])
def test_only_the_json_answer_of_reading_is_a_source(keeper: httpx.Client, key: int) -> None:
    assert keeper.get(f"/birds/{key}").status_code == 404


def test_rows_without_ids_get_the_next_ones(keeper: httpx.Client) -> None:
    assert keeper.get("/colours").json() == [{"name": "red"}, {"name": "blue"}]
    assert keeper.get("/halls/north/nests").json() == [
        {"id": 1, "eggs": 2},
        {"id": 2, "eggs": 3},
        {"id": 40, "eggs": 4},
    ]
    assert keeper.get("/halls/north/nests/2").json() == {"id": 2, "eggs": 3}


def test_items_of_an_unknown_parent_are_not_stored(keeper: httpx.Client) -> None:
    for bird in (3, 5, 7):
        assert keeper.get(f"/birds/{bird}/feathers").json() == []


def test_no_item_is_made_of_the_examples_of_properties(keeper: httpx.Client) -> None:
    assert keeper.get("/keepers").json() == []


def test_an_empty_mock_has_no_item_of_the_examples() -> None:
    keeper = mock_of(spec=AVIARY, base_path="", empty=True).client()
    assert keeper.get("/birds").json() == {"total": 0, "birds": []}
    assert keeper.get("/birds/7").status_code == 404
    assert keeper.post("/birds", json={"name": "Tit"}).json()["id"] == 1


@pytest.mark.parametrize(("options", "status"), [((), 200), (("--empty",), 404)])
def test_the_command_has_an_option_for_it(options: tuple[str, ...], status: int) -> None:
    with running("--spec", str(AVIARY), *options) as server:
        assert httpx.get(f"{server.base}/birds/7").status_code == status

"""Documents keep what they are given, under the id that they are given, whatever the types of body and path."""

import gzip
import json
from pathlib import Path

import httpx
import pytest

from tests.mockserver.support import Mock, mock_of

GARAGE = Path(__file__).parent / "garage.yaml"
PACKED = gzip.compress(b'{"plate": "ZIP"}', mtime=0)


@pytest.fixture
def garage() -> Mock:
    return mock_of(spec=GARAGE, base_path="")


@pytest.fixture
def driver(garage: Mock) -> httpx.Client:
    return garage.client()


def _park(driver: httpx.Client, **fields: object) -> httpx.Response:
    answer = driver.post("/cars", json={"plate": "AB 1", **fields})
    assert answer.status_code == 201, answer.text
    return answer


# --- ids --------------------------------------------------------------------------------------------------------------


def test_an_id_has_the_type_of_the_body_and_is_found_by_its_text_in_the_path(driver: httpx.Client) -> None:
    parked = _park(driver)
    assert isinstance(parked.json()["id"], int)
    assert driver.get(f"/cars/{parked.json()['id']}").json() == parked.json()
    assert driver.get(parked.headers["Location"]).json() == parked.json()


def test_an_id_that_the_caller_chose_is_found_and_never_given_again(driver: httpx.Client) -> None:
    chosen = _park(driver, id=2)
    assert driver.get("/cars/2").json() == chosen.json()
    others = [_park(driver).json()["id"] for _ in range(3)]
    assert len({2, *others}) == 4
    assert len(driver.get("/cars").json()) == 4


def test_the_largest_id_of_64_bits_is_found_and_the_next_is_none(driver: httpx.Client) -> None:
    largest = 2**63 - 1
    assert driver.post("/notes", json={"id": largest}).status_code == 201
    assert driver.get(f"/notes/{largest}").json()["id"] == largest
    assert driver.get(f"/notes/{largest + 1}").status_code == 404


def test_an_id_that_is_taken_is_rejected(driver: httpx.Client) -> None:
    _park(driver, id=5)
    assert driver.post("/cars", json={"plate": "XY", "id": 5}).status_code == 400


def test_a_list_may_be_unique(driver: httpx.Client) -> None:
    _park(driver, tags=["red"])
    assert driver.post("/cars", json={"plate": "XY", "tags": ["red"]}).status_code == 400
    _park(driver, tags=["blue"])


# --- replacing and changing -------------------------------------------------------------------------------------------


def test_a_put_to_the_collection_replaces_the_item_that_its_body_names(driver: httpx.Client) -> None:
    _park(driver, id=9, owner={"name": "Ada"})
    assert driver.put("/cars", json={"id": 9, "plate": "NEW"}).status_code == 200
    assert driver.get("/cars/9").json() == {"id": 9, "plate": "NEW"}
    assert driver.put("/cars", json={"id": 10, "plate": "OTHER"}).status_code in (200, 201)
    assert driver.get("/cars/10").json()["plate"] == "OTHER"


def test_a_put_replaces_a_document_without_described_fields(driver: httpx.Client) -> None:
    note = driver.post("/notes", json={"a": 1, "b": 2}).json()
    driver.put(f"/notes/{note['id']}", json={"a": 3})
    assert driver.get(f"/notes/{note['id']}").json() == {"a": 3, "id": note["id"]}


def test_a_merge_patch_merges_objects_and_removes_null(driver: httpx.Client) -> None:
    car = f"/cars/{_park(driver, owner={'name': 'Ada', 'city': 'Rome'}).json()['id']}"
    headers = {"Content-Type": "application/merge-patch+json"}
    driver.patch(car, content='{"owner": {"city": "Bari"}}', headers=headers)
    assert driver.get(car).json()["owner"] == {"name": "Ada", "city": "Bari"}
    driver.patch(car, content='{"owner": null}', headers=headers)
    assert "owner" not in driver.get(car).json()


def test_a_plain_patch_replaces_the_fields_that_it_names(driver: httpx.Client) -> None:
    car = f"/cars/{_park(driver, owner={'name': 'Ada', 'city': 'Rome'}).json()['id']}"
    driver.patch(car, json={"owner": {"city": "Bari"}})
    assert driver.get(car).json()["owner"] == {"city": "Bari"}


def test_a_detail_that_was_only_shown_keeps_its_other_fields_when_it_is_changed(driver: httpx.Client) -> None:
    radio = f"/cars/{_park(driver).json()['id']}/radio"
    assert driver.get(radio).json() == {"station": "Jazz", "volume": 3}
    assert driver.patch(radio, json={"station": "Jazz", "volume": 9}).json() == {"station": "Jazz", "volume": 9}


def test_an_action_answers_its_example_and_stores_nothing(driver: httpx.Client) -> None:
    assert driver.post("/wash").json() == {"ticket": "W1"}


# --- how a body travels -----------------------------------------------------------------------------------------------


def test_the_media_type_of_the_document_may_have_parameters(driver: httpx.Client) -> None:
    assert driver.post("/cars", json={}).status_code == 400


@pytest.mark.parametrize(
    ("coding", "content", "status"),
    [
        (b"gzip", PACKED, 201),
        (b"identity", b'{"plate": "ZIP"}', 201),
        (b"gzip", b'{"plate": "ZIP"}', 400),
        (b"gzip", PACKED[:-9], 400),
        (b"br", b'{"plate": "ZIP"}', 415),
    ],
    ids=["gzip", "identity", "no gzip", "cut off", "unknown"],
)
def test_a_content_coding_is_undone_or_rejected(garage: Mock, coding: bytes, content: bytes, status: int) -> None:
    headers = {b"content-type": b"application/json", b"content-encoding": coding}
    answer = garage.raw("POST", b"/cars", headers, content)
    assert answer.status_code == status
    assert status != 201 or json.loads(answer.content)["plate"] == "ZIP"


def test_a_small_body_that_unpacks_to_a_huge_one_is_rejected(garage: Mock) -> None:
    headers = {b"content-type": b"application/json", b"content-encoding": b"gzip"}
    assert garage.raw("POST", b"/cars", headers, gzip.compress(b" " * 20_000_000)).status_code == 413

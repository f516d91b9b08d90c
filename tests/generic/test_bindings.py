"""What each operation does is told from the form of its path and from its schemas."""

from pathlib import Path

import httpx
import pytest

from mockserver.openapi import reader
from mockserver.openapi.bindings import Binding, Bindings, Role
from mockserver.openapi.guesses import bindings_of
from mockserver.openapi.items import key_of
from mockserver.openapi.operation import Parameter
from specdouble import document
from tests.mockserver.support import mock_of, outcome

CINEMA = Path(__file__).parent / "cinema.yaml"


@pytest.fixture(scope="module")
def bindings() -> Bindings:
    """How the operations of the cinema are understood."""
    return bindings_of(reader.read(document.load(CINEMA)))


@pytest.fixture
def visitor() -> httpx.Client:
    return mock_of(spec=CINEMA, base_path="").client()


ROLES = {
    "get /films": (Role.LIST, "films"),
    "post /films": (Role.CREATE, "films"),
    "get /films/upcoming": (Role.LIST, "films"),
    "get /films/count": (Role.EXAMPLE, "films"),
    "post /films/import": (Role.EXAMPLE, "films"),
    "get /films/{filmId}": (Role.READ, "films"),
    "put /films/{filmId}": (Role.REPLACE, "films"),
    "patch /films/{filmId}": (Role.CHANGE, "films"),
    "delete /films/{filmId}": (Role.DELETE, "films"),
    "post /films/{filmId}/archive": (Role.ACTION, "films"),
    "post /films/{filmId}/remind": (Role.ACTION, "films"),
    "put /films/{filmId}/title": (Role.ACTION, "films"),
    "get /films/{filmId}/poster": (Role.SINGLETON, "films/poster"),
    "put /films/{filmId}/poster": (Role.SINGLETON, "films/poster"),
    "get /members/me": (Role.SINGLETON, "members/me"),
    "patch /members/me": (Role.SINGLETON, "members/me"),
    "post /members/{member_id}": (Role.CHANGE, "members"),
    "get /settings": (Role.SINGLETON, "settings"),
    "patch /settings": (Role.SINGLETON, "settings"),
}


@pytest.mark.parametrize("operation", ROLES)
def test_the_role_follows_from_path_and_schemas(bindings: Bindings, operation: str) -> None:
    binding = bindings.operations[operation]
    assert (binding.role, binding.collection) == ROLES[operation]
    assert binding.reason


def test_wrappers_are_found_by_the_types_of_their_content(bindings: Bindings) -> None:
    def place(binding: Binding) -> tuple[object, ...]:
        return binding.answer, binding.body

    assert place(bindings.operations["get /films"]) == (("films",), ())
    assert place(bindings.operations["post /films"]) == (("film",), ("film",))
    assert place(bindings.operations["get /halls"]) == (("data", "halls"), ())
    assert place(bindings.operations["post /halls"]) == (("data",), ())
    assert place(bindings.operations["get /settings"]) == ((), ())


def test_an_item_in_a_wrapper_lives_through_its_whole_life(visitor: httpx.Client) -> None:
    made = visitor.post("/films", json={"film": {"title": "Metropolis"}})
    assert (made.status_code, made.json()) == (201, {"film": {"id": 1, "title": "Metropolis"}})
    assert visitor.get(made.headers["Location"]).json() == made.json()
    changed = {"id": 1, "title": "Metropolis", "minutes": 153}
    assert visitor.patch("/films/1", json={"film": {"minutes": 153}}).json() == {"film": changed}
    assert visitor.get("/films").json() == {"films": [changed], "filmsCount": 1}
    replaced = {"id": 1, "title": "M"}
    assert visitor.put("/films/1", json={"film": {"title": "M"}}).json() == {"film": replaced}
    assert visitor.get("/films/upcoming").json() == [replaced]
    assert visitor.delete("/films/1").status_code == 204
    assert visitor.get("/films").json() == {"films": [], "filmsCount": 0}


def test_rows_may_stand_in_two_wrappers(visitor: httpx.Client) -> None:
    hall = {"name": "Red", "seats": 90}
    assert visitor.post("/halls", json=hall).json() == {"status": "ok", "data": hall}
    assert visitor.get("/halls").json() == {"data": {"halls": [hall], "total": 1}}
    assert visitor.get("/halls/Red").json() == hall


def test_an_action_answers_with_the_present_state_of_its_item(visitor: httpx.Client) -> None:
    visitor.post("/films", json={"film": {"title": "Metropolis", "minutes": 153}})
    film = {"film": {"id": 1, "title": "Metropolis", "minutes": 153}}
    assert visitor.post("/films/1/archive").json() == film
    remind = visitor.post("/films/1/remind")
    assert (remind.status_code, remind.content) == (204, b"")
    assert outcome(visitor.post("/films/2/archive")) == (404, [(None, "not_found")])


def test_a_put_below_an_item_sets_the_fields_of_the_item(visitor: httpx.Client) -> None:
    visitor.post("/films", json={"film": {"title": "Metropolis", "minutes": 153}})
    film = {"film": {"id": 1, "title": "M", "minutes": 153}}
    assert visitor.put("/films/1/title", json={"title": "M"}).json() == film
    assert visitor.get("/films/1").json() == film


def test_a_view_beside_items_is_no_item(visitor: httpx.Client) -> None:
    visitor.post("/members", json={"full_name": "Bob"})
    assert visitor.get("/films/count").json() == {"total": 12}
    assert visitor.get("/members/me").json()["full_name"] == "Ann"
    assert visitor.patch("/members/me", json={"full_name": "Eve"}).json()["full_name"] == "Eve"
    assert visitor.get("/members/me").json()["full_name"] == "Eve"
    assert [member["full_name"] for member in visitor.get("/members").json()] == ["Bob"]


def test_a_post_changes_an_item_that_has_neither_put_nor_patch(visitor: httpx.Client) -> None:
    visitor.post("/members", json={"full_name": "Bob"})
    assert visitor.post("/members/1", data={"FullName": "Rob"}).json() == {"id": 1, "full_name": "Rob"}
    assert visitor.get("/members/1").json() == {"id": 1, "full_name": "Rob"}


def test_a_single_object_is_kept_whole_with_the_arrays_in_it(visitor: httpx.Client) -> None:
    settings = {"language": "it", "screens": [{"size": 3}]}
    assert visitor.put("/settings", json=settings).json() == settings
    assert visitor.patch("/settings", json={"currency": "EUR"}).json() == {**settings, "currency": "EUR"}
    assert visitor.get("/settings").json() == {**settings, "currency": "EUR"}


def test_a_deletion_may_answer_with_the_item_that_was(visitor: httpx.Client) -> None:
    visitor.post("/members", json={"full_name": "Bob"})
    assert visitor.delete("/members/1").json() == {"id": 1, "full_name": "Bob"}
    assert visitor.get("/members").json() == []


def test_an_item_on_first_use_has_an_id_of_its_type(visitor: httpx.Client) -> None:
    assert visitor.get("/screens/9").json() == {"id": 9, "size": 12}
    assert visitor.get("/screens/main").json() == {"id": 4, "size": 12}


def test_rows_have_the_properties_that_only_the_list_requires(visitor: httpx.Client) -> None:
    assert visitor.get("/screens").json() == [{"id": 4, "url": "https://example.com/"}]


def test_an_id_has_the_pattern_of_its_schema(visitor: httpx.Client) -> None:
    tickets = [visitor.post("/tickets", json={"row": row}).json() for row in (1, 2)]
    assert tickets == [{"id": "tkt_000001", "row": 1}, {"id": "tkt_000002", "row": 2}]
    assert visitor.get("/tickets/tkt_000002").json() == tickets[1]


def test_ids_end_where_no_other_has_the_pattern(visitor: httpx.Client) -> None:
    assert {visitor.post("/boxes").json()["id"] for _ in range(2)} == {"A", "B"}
    assert outcome(visitor.post("/boxes")) == (400, [("id", "unique")])


TEXT, NUMBER, UUID = {"type": "string"}, {"type": "integer"}, {"type": "string", "format": "uuid"}


@pytest.mark.parametrize(
    ("parameter", "schema", "fields", "key"),
    [
        ("petId", NUMBER, {"id": NUMBER, "name": TEXT}, "id"),
        ("petId", NUMBER, {"pet_id": NUMBER, "id": NUMBER}, "pet_id"),
        ("slug", TEXT, {"id": NUMBER, "slug": TEXT}, "slug"),
        ("Sid", TEXT, {"sid": TEXT, "name": TEXT}, "sid"),
        ("pool_name", TEXT, {"name": TEXT, "slots": NUMBER}, "name"),
        ("id", NUMBER, {"petId": NUMBER, "name": TEXT}, "petId"),
        ("id", UUID, {"uuid": UUID, "name": TEXT}, "uuid"),
        ("id", TEXT, {"key": TEXT, "value": TEXT}, "key"),
        ("id", TEXT, {"name": TEXT, "tag": TEXT}, "name"),
        ("id", NUMBER, {"name": TEXT, "tag": TEXT}, "id"),
        ("id", UUID, {"name": TEXT, "token": UUID}, "token"),
        ("owner", TEXT, {"owner": {"type": "object"}, "id": TEXT}, "id"),
    ],
)
def test_the_id_follows_from_the_name_and_the_type_of_the_parameter(
    parameter: str, schema: dict[str, str], fields: dict[str, dict[str, str]], key: str
) -> None:
    assert key_of(fields, Parameter(parameter, "path", True, schema), "pets") == key

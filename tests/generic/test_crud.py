"""The core on a document of people, pets and visits."""

from typing import Any

import httpx
import pytest

from mockserver.store.memory import _Transaction
from specdouble import document
from tests.generic.conftest import BASE, KENNEL
from tests.mockserver.support import ENCODINGS, Mock, outcome, urlencoded

NOT_FOUND = (404, [(None, "not_found")])


def created(caller: httpx.Client, path: str, **fields: Any) -> dict[str, Any]:
    """What a POST makes."""
    answer = caller.post(path, json=fields)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


@pytest.fixture
def owner(keeper: httpx.Client) -> str:
    """The path of an owner."""
    return f"/owners/{created(keeper, '/owners', name='Ada')['id']}"


@pytest.fixture
def pet(keeper: httpx.Client, owner: str) -> str:
    """The path of a pet of the owner."""
    return f"{owner}/pets/{created(keeper, f'{owner}/pets', name='Rex', species='dog')['id']}"


# --- a round through each operation -----------------------------------------------------------------------------------


def test_the_world_of_a_plain_document_starts_empty(keeper: httpx.Client) -> None:
    assert keeper.get("/breeds").json() == []
    assert keeper.get("/owners").json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_what_is_created_can_be_read_changed_and_deleted(keeper: httpx.Client) -> None:
    made = created(keeper, "/owners", name="Ada", city="Turin", age=36)
    assert (made["name"], made["city"], made["age"]) == ("Ada", "Turin", 36)
    path = f"/owners/{made['id']}"
    assert keeper.get(path).json() == made
    assert keeper.patch(path, json={"age": 37}).json() == {**made, "age": 37}
    assert keeper.get(path).json() == {**made, "age": 37}
    assert keeper.get("/owners").json()["results"] == [{**made, "age": 37}]
    gone = keeper.delete(path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert outcome(keeper.get(path)) == NOT_FOUND
    assert outcome(keeper.delete(path)) == NOT_FOUND
    assert keeper.get("/owners").json()["count"] == 0


def test_ids_are_given_out_once(keeper: httpx.Client) -> None:
    first = created(keeper, "/owners", name="Ada")["id"]
    keeper.delete(f"/owners/{first}")
    assert created(keeper, "/owners", name="Bob")["id"] > first


def test_an_id_may_be_a_text_that_the_caller_chooses(keeper: httpx.Client) -> None:
    assert created(keeper, "/breeds", id="lab", name="Labrador") == {"id": "lab", "name": "Labrador"}
    assert keeper.get("/breeds/lab").json()["name"] == "Labrador"
    assert outcome(keeper.post("/breeds", json={"id": "lab", "name": "x"})) == (400, [("id", "unique")])
    assert outcome(keeper.post("/breeds", json={"id": "x", "name": "x"})) == (400, [("id", "min_length")])
    assert outcome(keeper.get("/breeds/LAB")) == NOT_FOUND
    assert keeper.delete("/breeds/lab").status_code == 204
    assert keeper.get("/breeds").json() == []


def test_an_odd_text_is_an_id_like_any_other(keeper: httpx.Client) -> None:
    created(keeper, "/breeds", id="é b%", name="Odd")
    assert keeper.get("/breeds/%C3%A9%20b%25").json()["name"] == "Odd"


def test_the_id_of_a_document_cannot_be_changed(keeper: httpx.Client) -> None:
    created(keeper, "/breeds", id="lab", name="Labrador")
    assert keeper.put("/breeds/lab", json={"id": "cab", "name": "Cab"}).json() == {"id": "lab", "name": "Cab"}
    assert outcome(keeper.get("/breeds/cab")) == NOT_FOUND


def test_a_patch_needs_nothing_and_a_put_needs_what_is_required(keeper: httpx.Client, owner: str) -> None:
    before = keeper.get(owner).json()
    assert keeper.patch(owner, json={}).json() == before
    assert outcome(keeper.put(owner, json={"age": 20})) == (400, [("name", "required")])
    assert outcome(keeper.put(owner)) == (400, [(None, "required")])


def test_a_put_takes_the_place_of_all_that_can_be_written(keeper: httpx.Client, owner: str) -> None:
    before = keeper.patch(owner, json={"age": 20, "nickname": "x", "city": "Turin", "tags": ["a"]}).json()
    after = keeper.put(owner, json={"name": "Eve"}).json()
    assert (after["name"], after["id"], after["created_at"]) == ("Eve", before["id"], before["created_at"])
    assert after["city"] == "Trento"
    assert "age" not in after
    assert after.get("nickname") is None
    assert keeper.get(owner).json() == after


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_forms_say_the_same_as_json(keeper: httpx.Client, encoding: str) -> None:
    fields = {"name": "Ada", "newsletter": True, "age": 36, "tags": ["a", "b"]}
    made = keeper.post("/owners", **ENCODINGS[encoding](fields)).json()
    assert {name: made[name] for name in fields} == fields
    changed = keeper.patch(f"/owners/{made['id']}", **ENCODINGS[encoding]({"age": 37})).json()
    assert changed == {**made, "age": 37}


# --- what schemas say -------------------------------------------------------------------------------------------------


def test_defaults_hold_for_what_is_not_said(keeper: httpx.Client) -> None:
    made = created(keeper, "/owners", name="Ada")
    assert (made["city"], made["newsletter"], made["tags"]) == ("Trento", False, [])


def test_only_the_server_writes_what_is_read_only(kennel: Mock, keeper: httpx.Client) -> None:
    made = created(keeper, "/owners", name="Ada", id=77, created_at="2001-01-01T00:00:00Z")
    assert made["id"] != 77
    assert made["created_at"] == kennel.clock.now.isoformat().replace("+00:00", "Z")
    kennel.clock.advance(days=1)
    path = f"/owners/{made['id']}"
    for method in ("PUT", "PATCH"):
        changed = keeper.request(method, path, json={"name": "Ada", "id": 77, "created_at": "2001-01-01T00:00:00Z"})
        assert (changed.json()["id"], changed.json()["created_at"]) == (made["id"], made["created_at"])


def test_what_is_write_only_never_comes_out(keeper: httpx.Client) -> None:
    made = keeper.post("/owners", json={"name": "Ada", "pin": "canary-4711"})
    path = f"/owners/{made.json()['id']}"
    answers = [made, keeper.patch(path, json={"pin": "canary-4711"}), keeper.get(path), keeper.get("/owners")]
    answers += [keeper.put(path, json={"name": "Ada", "pin": "canary-4711"}), keeper.get("/owners/search")]
    assert all("canary-4711" not in answer.text and answer.status_code < 300 for answer in answers)


def test_null_is_a_value_only_where_the_schema_says_so(keeper: httpx.Client, owner: str) -> None:
    assert keeper.patch(owner, json={"nickname": None}).json()["nickname"] is None
    assert keeper.patch(owner, json={"nickname": "x"}).json()["nickname"] == "x"
    assert outcome(keeper.patch(owner, json={"city": None})) == (400, [("city", "null")])


BAD: dict[str, tuple[Any, str]] = {
    "too short": ({"name": ""}, "name blank"),
    "blank": ({"name": "  "}, "name blank"),
    "too long": ({"name": "x" * 41}, "name max_length"),
    "too small": ({"age": 17}, "age min_value"),
    "too large": ({"age": 121}, "age max_value"),
    "no integer": ({"age": "old"}, "age invalid"),
    "no boolean": ({"newsletter": "maybe"}, "newsletter invalid"),
    "no text": ({"city": ["x"]}, "city invalid"),
    "no list": ({"tags": "x"}, "tags invalid"),
    "no such breed": ({"favourites": ["none"]}, "favourites does_not_exist"),
}


@pytest.mark.parametrize(("fields", "error"), BAD.values(), ids=BAD.keys())
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_what_the_schema_forbids_is_refused(
    keeper: httpx.Client, owner: str, method: str, fields: dict[str, Any], error: str
) -> None:
    before = keeper.get("/owners").json()
    field, code = error.split()
    answer = keeper.request(method, "/owners" if method == "POST" else owner, json={"name": "Ada", **fields})
    assert outcome(answer) == (400, [(field, code)])
    assert keeper.get("/owners").json() == before


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({}, [("name", "required"), ("species", "required")]),
        ({"name": "Rex", "species": "cow"}, [("species", "invalid_choice")]),
        ({"name": "Rex", "species": "dog", "weight": -1}, [("weight", "min_value")]),
        ({"name": "Rex", "species": "dog", "weight": "heavy"}, [("weight", "invalid")]),
        ({"name": "Rex", "species": "dog", "born": "yesterday"}, [("born", "invalid")]),
    ],
)
def test_a_schema_of_several_parts_is_one(
    keeper: httpx.Client, owner: str, fields: dict[str, Any], errors: list[tuple[str, str]]
) -> None:
    assert outcome(keeper.post(f"{owner}/pets", json=fields)) == (400, errors)


def test_a_schema_of_several_parts_is_answered_whole(keeper: httpx.Client, owner: str) -> None:
    made = created(keeper, f"{owner}/pets", name="Rex", species="dog", weight=12.5, born="2020-02-29", id=9)
    assert made == {
        "name": "Rex",
        "species": "dog",
        "weight": 12.5,
        "vaccinated": False,
        "born": "2020-02-29",
        "id": made["id"],
    }
    assert made["id"] != 9


def test_a_unique_field_is_unique(keeper: httpx.Client, owner: str) -> None:
    other = created(keeper, "/owners", name="Bob", email="bob@example.com")
    assert outcome(keeper.patch(owner, json={"email": "bob@example.com"})) == (400, [("email", "unique")])
    assert keeper.patch(f"/owners/{other['id']}", json={"email": "bob@example.com"}).status_code == 200
    keeper.delete(f"/owners/{other['id']}")
    assert keeper.patch(owner, json={"email": "bob@example.com"}).status_code == 200


def test_references_are_to_what_exists(keeper: httpx.Client, owner: str) -> None:
    created(keeper, "/breeds", id="lab", name="Labrador")
    assert keeper.patch(owner, json={"favourites": ["lab", "lab"]}).json()["favourites"] == ["lab"]


def test_a_free_form_object_is_kept_as_it_is(keeper: httpx.Client, pet: str) -> None:
    notes = {"any": ["thing", {"deep": None}], "n": 1.5}
    made = created(keeper, f"{pet}/visits", reason="Check", notes=notes)
    assert keeper.get(f"{pet}/visits/{made['id']}").json()["notes"] == notes


# --- one below the other ----------------------------------------------------------------------------------------------


def test_nested_resources_belong_to_those_above_them(keeper: httpx.Client, owner: str, pet: str) -> None:
    visit = created(keeper, f"{pet}/visits", reason="Check")
    assert keeper.get(f"{pet}/visits").json() == [visit]
    assert keeper.get(f"{pet}/visits/{visit['id']}").json() == visit
    assert keeper.get(f"{owner}/pets").json()["total"] == 1
    other = f"/owners/{created(keeper, '/owners', name='Bob')['id']}"
    assert keeper.get(f"{other}/pets").json() == {"items": [], "total": 0}


@pytest.mark.rule("TRANS-08")
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_a_path_through_a_foreign_parent_finds_nothing(keeper: httpx.Client, owner: str, pet: str, method: str) -> None:
    other = f"/owners/{created(keeper, '/owners', name='Bob')['id']}"
    foreign = pet.replace(owner, other)
    assert outcome(keeper.request(method, foreign, json={"name": "x"})) == NOT_FOUND
    assert outcome(keeper.get(f"{foreign}/visits")) == NOT_FOUND
    assert outcome(keeper.post(f"{foreign}/visits", json={"reason": "x"})) == NOT_FOUND
    visit = created(keeper, f"{pet}/visits", reason="Check")["id"]
    second = created(keeper, f"{owner}/pets", name="Tom", species="cat")["id"]
    for path in (f"{foreign}/visits/{visit}", f"{owner}/pets/{second}/visits/{visit}"):
        assert outcome(keeper.get(path)) == NOT_FOUND
        assert outcome(keeper.delete(path)) == NOT_FOUND
    assert keeper.get(f"{pet}/visits/{visit}").status_code == 200


@pytest.mark.rule("TRANS-08")
@pytest.mark.parametrize("path", ["/owners/999/pets", "/owners/999/address", "/owners/999/pets/1/visits"])
def test_below_what_does_not_exist_there_is_nothing(keeper: httpx.Client, path: str) -> None:
    assert outcome(keeper.get(path)) == NOT_FOUND


def test_what_is_deleted_takes_along_what_is_below_it(keeper: httpx.Client, owner: str, pet: str) -> None:
    visit = created(keeper, f"{pet}/visits", reason="Check")["id"]
    second = f"{owner}/pets/{created(keeper, f'{owner}/pets', name='Tom', species='cat')['id']}"
    kept = created(keeper, f"{second}/visits", reason="Check")["id"]
    keeper.delete(pet)
    for path in (pet, f"{pet}/visits", f"{pet}/visits/{visit}"):
        assert outcome(keeper.get(path)) == NOT_FOUND
    assert keeper.get(f"{second}/visits/{kept}").status_code == 200
    keeper.put(f"{owner}/address", json={"street": "Via Roma"})
    keeper.delete(owner)
    for path in (owner, f"{owner}/pets", second, f"{second}/visits/{kept}", f"{owner}/address"):
        assert outcome(keeper.get(path)) == NOT_FOUND


def test_deleting_looks_at_nothing_but_what_is_deleted(
    keeper: httpx.Client, owner: str, pet: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    created(keeper, f"{pet}/visits", reason="Check")
    other = f"/owners/{created(keeper, '/owners', name='Bob')['id']}"
    kept = f"{other}/pets/{created(keeper, f'{other}/pets', name='Tom', species='cat')['id']}"
    touched: list[tuple[str, object]] = []
    remove = _Transaction.remove

    def noted(state: _Transaction, collection: str, key: object) -> None:
        if state.get(collection, key) is not None:
            touched.append((collection, key))
        remove(state, collection, key)

    def scanned(state: _Transaction, collection: str) -> object:
        raise AssertionError(f"all documents of {collection} were looked at")

    monkeypatch.setattr(_Transaction, "remove", noted)
    monkeypatch.setattr(_Transaction, "all", scanned)
    keeper.put(f"{owner}/address", json={"street": "Via Roma"})
    assert keeper.delete(owner).status_code == 204
    collections = ["owners/pets/visits", "owners/pets", "owners/address", "owners"]
    assert sorted(collection for collection, _ in touched) == sorted(collections)
    assert keeper.get(kept).status_code == 200


def test_a_resource_may_have_a_detail_of_its_own(keeper: httpx.Client, owner: str) -> None:
    address = f"{owner}/address"
    assert keeper.get(address).status_code == 200
    assert keeper.put(address, json={"street": "Via Roma", "town": "Turin"}).json() == {
        "street": "Via Roma",
        "town": "Turin",
    }
    assert keeper.patch(address, json={"town": "Milan"}).json() == {"street": "Via Roma", "town": "Milan"}
    assert keeper.get(address).json() == {"street": "Via Roma", "town": "Milan"}
    other = f"/owners/{created(keeper, '/owners', name='Bob')['id']}/address"
    assert keeper.get(other).json()["street"] != "Via Roma"
    assert keeper.delete(address).status_code == 204
    assert outcome(keeper.delete(address)) == NOT_FOUND


# --- lists ------------------------------------------------------------------------------------------------------------


def test_pages_are_pages_and_bare_lists_are_bare(keeper: httpx.Client) -> None:
    for number in range(5):
        created(keeper, "/owners", name=f"Owner {number}")
        created(keeper, "/breeds", id=f"b{number}", name="x")
    page = keeper.get("/owners", params={"limit": "2", "offset": "2"}).json()
    assert ([row["name"] for row in page["results"]], page["count"]) == (["Owner 2", "Owner 3"], 5)
    following = keeper.get(page["next"]).json()
    assert ([row["name"] for row in following["results"]], following["next"]) == (["Owner 4"], None)
    assert len(keeper.get("/breeds", params={"limit": "2"}).json()) == 5


def test_lists_may_be_narrowed_by_the_fields_that_the_document_names(keeper: httpx.Client, owner: str) -> None:
    for name, species, vaccinated in (("Rex", "dog", True), ("Tom", "cat", False), ("Max", "dog", False)):
        created(keeper, f"{owner}/pets", name=name, species=species, vaccinated=vaccinated)

    def names(query: str) -> list[str]:
        return [row["name"] for row in keeper.get(f"{owner}/pets?{query}").json()["items"]]

    assert names("species=dog") == ["Rex", "Max"]
    assert names("species=dog&vaccinated=false") == ["Max"]
    assert names("species=cow") == []
    assert names("name=Tom") == ["Rex", "Tom", "Max"]


def test_a_view_on_a_collection_is_no_item_of_it(keeper: httpx.Client) -> None:
    for name in ("Ada", "Bob"):
        created(keeper, "/owners", name=name)
    assert [row["name"] for row in keeper.get("/owners/search", params={"name": "Bob"}).json()] == ["Bob"]
    assert [row["name"] for row in keeper.get("/owners/search").json()] == ["Ada", "Bob"]


# --- beside the resources ---------------------------------------------------------------------------------------------


def test_an_operation_that_is_no_crud_answers_what_its_schema_says(kennel: Mock) -> None:
    answer = kennel.client().get(f"{BASE}/status")
    assert (answer.status_code, answer.json()["state"]) == (200, "open")


def test_whoever_has_no_key_is_asked_for_it(kennel: Mock) -> None:
    for method, path in (("GET", "/breeds"), ("POST", "/owners"), ("DELETE", "/owners/1")):
        assert outcome(kennel.client().request(method, BASE + path)) == (401, [(None, "not_authenticated")])


@pytest.mark.parametrize(
    ("headers", "query", "code"),
    [
        ({"X-Kennel-Key": "any"}, "", 200),
        ({"x-kennel-key": "any"}, "", 200),
        ({}, "?token=any", 200),
        ({"Cookie": "other=x; kennel=any"}, "", 200),
        ({"Authorization": "Bearer any"}, "", 401),
        ({"X-Kennel-Key": "", "Cookie": "kennel="}, "?token=", 401),
        ({"Cookie": "ken nel=any; =; \t"}, "", 401),
        ({"X-Other-Key": "any"}, "?other=any", 401),
    ],
)
def test_a_key_travels_where_the_document_says(kennel: Mock, headers: dict[str, str], query: str, code: int) -> None:
    assert kennel.client(headers).get(f"{BASE}/breeds{query}").status_code == code


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "/owners", 404),
        ("GET", "/breeds", 404),
        ("GET", f"{BASE}/nothing", 404),
        ("GET", f"{BASE}/owners/abc", 404),
        ("GET", f"{BASE}/owners/search/pets", 404),
        ("DELETE", f"{BASE}/owners", 405),
        ("POST", f"{BASE}/status", 405),
    ],
)
def test_what_is_not_in_the_document_is_refused_in_the_envelope(
    kennel: Mock, method: str, path: str, code: int
) -> None:
    answer = kennel.client({"X-Kennel-Key": "a key"}).request(method, path)
    assert (answer.status_code, len(outcome(answer)[1])) == (code, 1)


def test_a_body_of_a_media_type_that_the_document_does_not_have_is_not_read(keeper: httpx.Client) -> None:
    assert outcome(keeper.post("/breeds", **urlencoded([("id", "lab")]))) == (415, [(None, "unsupported_media_type")])


def test_a_reset_empties_the_world_again(kennel: Mock, keeper: httpx.Client) -> None:
    first = created(keeper, "/owners", name="Ada")
    kennel.reset()
    assert keeper.get("/owners").json()["count"] == 0
    assert created(keeper, "/owners", name="Ada")["id"] == first["id"]


def test_the_document_and_its_console_are_served(kennel: Mock) -> None:
    assert kennel.client().get("/openapi.json").json() == document.load(KENNEL)
    assert kennel.client().get("/ui/").status_code == 200


def test_a_strict_mock_of_any_document_refuses_unknown_and_read_only_fields(kennel: Mock, keeper: httpx.Client) -> None:
    headers = {"Prefer": "handling=strict"}
    answer = keeper.post("/owners", json={"name": "Ada", "foo": 1, "id": 7}, headers=headers)
    assert answer.status_code == 400
    assert sorted(str(field) for field, _ in outcome(answer)[1]) == ["foo", "id"]

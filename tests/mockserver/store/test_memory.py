"""The store beside a simple model: whatever happens, both show the same documents in the same order."""

from collections.abc import Hashable
from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.store import State, open_store
from mockserver.store.memory import MemoryStore, Snapshot

COLLECTIONS = ("books", "shelves", "notes")
INDEXES = {"books": ("shelf", "tags"), "shelves": ("room",)}
FIELDS = ("shelf", "tags", "room")


class Rejected(Exception):
    """Ends a transaction without success."""


class Model:
    """What a store holds, in dictionaries that are copied whole; look-ups visit every document."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[Hashable, dict[str, Any]]] = {name: {} for name in COLLECTIONS}
        self.sequences = dict.fromkeys(COLLECTIONS, 0)

    def where(self, collection: str, field: str, value: object) -> list[dict[str, Any]]:
        return [row for row in self.documents[collection].values() if row.get(field) == value]


class Pair:
    """A store and its model, which go through the same changes."""

    def __init__(self) -> None:
        self.store, self.model = MemoryStore(INDEXES), Model()
        self.initial = deepcopy(self.model)
        self.forks: list[tuple[Snapshot, Model]] = []

    def transact(self, changes: list[tuple[Any, ...]], fails: bool) -> None:
        before = deepcopy(self.model.documents)
        with suppress(Rejected), self.store.transaction() as state:
            for change in changes:
                self.change(state, *change)
            self.compare(state)
            if fails:
                self.model.documents = before
                raise Rejected

    def change(self, state: State, action: str, collection: str, key: Hashable, document: dict[str, Any]) -> None:
        rows = self.model.documents[collection]
        if action == "put":
            state.put(collection, key, document)
            rows[key] = document
        elif action == "remove":
            state.remove(collection, key)
            rows.pop(key, None)
        else:
            self.model.sequences[collection] += 1
            assert state.next_id(collection) == self.model.sequences[collection]

    def seed(self) -> None:
        self.store.seed(lambda state: None)
        self.initial = deepcopy(self.model)

    def reset(self) -> None:
        self.store.reset()
        self.model = deepcopy(self.initial)

    def fork(self) -> None:
        self.forks.append((self.store.snapshot(), deepcopy(self.model)))

    def back(self) -> None:
        for snapshot, model in self.forks[-1:]:
            self.store.restore(snapshot)
            self.model = deepcopy(model)

    def compare(self, state: State) -> None:
        for collection, rows in self.model.documents.items():
            assert list(state.all(collection)) == list(rows.values())
            assert state.count(collection) == len(rows)
            assert state.many(collection, KEYS) == [rows[key] for key in KEYS if key in rows]
            assert [state.get(collection, key) for key in KEYS] == [rows.get(key) for key in KEYS]
            for field in INDEXES.get(collection, ()):
                for value in VALUES:
                    assert state.where(collection, field, value) == self.model.where(collection, field, value)
        assert {name for name, rows in self.model.documents.items() if rows} <= set(state.collections())


KEYS: list[Any] = [1, 2, 3, "1", "a/b", "", (1, 2), -(2**63)]
VALUES: list[Any] = [None, 0, 1, True, "1", "", [], [1], [True], [[1.0]], {}, {"a": [1]}, {"a": [True]}, (1, 2)]
documents = st.fixed_dictionaries({}, optional={field: st.sampled_from(VALUES) for field in FIELDS})
changes = st.tuples(
    st.sampled_from(("put", "put", "remove", "next_id")), st.sampled_from(COLLECTIONS), st.sampled_from(KEYS), documents
)
transactions = st.tuples(st.just(Pair.transact), st.lists(changes, max_size=12), st.booleans())
moves = st.sampled_from([(Pair.seed,), (Pair.reset,), (Pair.fork,), (Pair.back,)])


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(transactions | moves, max_size=10))
def test_the_store_shows_what_its_model_shows(steps: list[tuple[Any, ...]]) -> None:
    pair = Pair()
    for step, *arguments in steps:
        step(pair, *arguments)
        with pair.store.transaction() as state:
            pair.compare(state)


# --- the same in single cases -----------------------------------------------------------------------------------------


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore(INDEXES)


def titles(store: MemoryStore) -> list[str]:
    with store.transaction() as state:
        return [row["title"] for row in state.all("books")]


def fill(state: State) -> None:
    for key, title in enumerate(("Emma", "Persuasion", "Sanditon"), 1):
        state.put("books", key, {"title": title, "shelf": "A"})


def test_many_documents_come_back_in_the_order_of_creation(store: MemoryStore) -> None:
    numbers = [number * 7919 % 2_000 for number in range(2_000)]
    with store.transaction() as state:
        for number in numbers:
            state.put("books", number, {"id": number, "shelf": number % 2})
        assert [row["id"] for row in state.all("books")] == numbers
        odd = [number for number in numbers if number % 2]
        assert [row["id"] for row in state.where("books", "shelf", 1)] == odd


def test_a_document_keeps_its_place_when_it_is_replaced(store: MemoryStore) -> None:
    store.seed(fill)
    with store.transaction() as state:
        state.put("books", 1, {"title": "Emma, 2nd edition", "shelf": "B"})
        state.put("books", 1, {"title": "Emma, 3rd edition", "shelf": "A"})
        assert [row["title"][:4] for row in state.where("books", "shelf", "A")] == ["Emma", "Pers", "Sand"]
    assert titles(store) == ["Emma, 3rd edition", "Persuasion", "Sanditon"]


def test_a_document_that_is_deleted_and_created_again_comes_last(store: MemoryStore) -> None:
    store.seed(fill)
    with store.transaction() as state:
        emma = state.get("books", 1)
        assert emma is not None
        state.remove("books", 1)
        state.put("books", 1, emma)
    assert titles(store) == ["Persuasion", "Sanditon", "Emma"]


def test_a_rejected_transaction_leaves_the_order_as_it_was(store: MemoryStore) -> None:
    store.seed(fill)
    with suppress(Rejected), store.transaction() as state:
        state.remove("books", 1)
        raise Rejected
    assert titles(store) == ["Emma", "Persuasion", "Sanditon"]


def test_a_rejected_transaction_does_not_give_its_numbers_back_but_a_reset_does(store: MemoryStore) -> None:
    store.seed(lambda state: state.put("books", state.next_id("books"), {}))
    with suppress(Rejected), store.transaction() as state:
        assert state.next_id("books") == 2
        raise Rejected
    with store.transaction() as state:
        assert state.next_id("books") == 3
    store.reset()
    with store.transaction() as state:
        assert state.next_id("books") == 2


def test_documents_may_be_changed_while_they_are_listed(store: MemoryStore) -> None:
    store.seed(fill)
    with store.transaction() as state:
        rows = state.all("books")
        assert next(rows)["title"] == "Emma"
        state.remove("books", 2)
        assert [row["title"] for row in rows] == ["Persuasion", "Sanditon"]
    assert titles(store) == ["Emma", "Sanditon"]


def test_a_store_is_opened_by_its_url() -> None:
    assert isinstance(open_store("memory://"), MemoryStore)

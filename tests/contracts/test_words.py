"""What a document says in words is known to the laws as if the profile had said it."""

from typing import Any

import pytest
from msgspec.structs import replace

from contracts.api import read_document
from contracts.model import Model
from contracts.profile import Access, FieldNotes, Profile, ResourceNotes, load
from contracts.words import FRESH, completed
from tests.any_spec.conftest import LIBRARY, LIBRARY_PROFILE
from tests.contracts.notes import DOCUMENT, PROFILE


@pytest.fixture(scope="module")
def library() -> Model:
    return Model(read_document(LIBRARY))


def noted(model: Model, profile: Profile) -> ResourceNotes:
    return completed(profile, model).resource("/books/{id}")


def test_what_a_document_says_of_fields_is_noted(library: Model) -> None:
    book = noted(library, load(LIBRARY_PROFILE))
    assert book.fields["title"] == FieldNotes(normalise="trim")
    assert book.fields["isbn"] == FieldNotes(unique=True)
    assert book.fields["heading"] == FieldNotes(derived_from=["title", "subtitle"], follows=True)
    assert book.fields["price"].shown_to == ["carol"]


def test_roles_are_played_by_the_people_whom_the_profile_names(library: Model) -> None:
    profile = load(LIBRARY_PROFILE)
    assert noted(library, profile).access.may["remove_book"] == ["carol"]
    assert noted(library, replace(profile, roles={"librarian": ["bob", "ada"]})).access.may["remove_book"] == [
        "bob",
        "ada",
    ]
    assert noted(library, replace(profile, roles={})).access.may["remove_book"] == []


def test_a_role_is_had_by_the_person_of_its_name(library: Model) -> None:
    profile = load(LIBRARY_PROFILE)
    people = {**profile.people, "librarian": profile.people["carol"]}
    assert noted(library, replace(profile, people=people, roles={})).access.may["remove_book"] == ["librarian"]


def test_each_state_says_who_sees_an_item_in_it(library: Model) -> None:
    book = noted(library, load(LIBRARY_PROFILE))
    assert book.states["status lent"] == {"status": "lent"}
    assert book.access.visible["status lent"] == ["everyone", "anonymous"]
    assert book.access.visible["status ordered"] == ["carol"]


def test_an_item_that_nothing_hides_is_tried_fresh(library: Model) -> None:
    author = completed(load(LIBRARY_PROFILE), library).resource("/authors/{author_id}")
    assert (author.states, author.access.visible) == ({FRESH: {}}, {FRESH: ["everyone"]})


def test_to_stay_is_a_transition_that_need_not_be_said(library: Model) -> None:
    book = noted(library, load(LIBRARY_PROFILE))
    assert book.transitions["status"]["lost"] == ["lost"]
    assert book.transitions["status"]["shelved"] == ["shelved", "lent", "lost"]
    assert book.fields["status"].values == ["ordered", "shelved"]


def test_the_profile_adds_to_the_document_and_overrides_it(library: Model) -> None:
    profile = load(LIBRARY_PROFILE)
    mine = ResourceNotes(
        item="/books/{id}",
        owner="carol",
        fields={"title": FieldNotes(unique=True), "price": FieldNotes(shown_to=["bob"])},
        transitions={"status": {"ordered": ["lost"]}},
        access=Access(may={"remove_book": ["ada"]}, hidden=403),
    )
    book = noted(library, replace(profile, resources={"book": mine}))
    assert book.fields["title"] == FieldNotes(unique=True, normalise="trim")
    assert book.fields["price"].shown_to == ["bob"]
    assert book.transitions["status"] == {"ordered": ["lost"]}
    assert (book.access.may["remove_book"], book.access.may["read_book"]) == (["ada"], ["everyone", "anonymous"])
    assert book.access.hidden == 403


def test_a_document_without_words_leaves_the_profile_as_it_is() -> None:
    assert completed(PROFILE, Model(DOCUMENT)) == PROFILE


def test_a_resource_that_the_profile_does_not_name_is_noted_too(library: Model) -> None:
    profile: Any = completed(replace(load(LIBRARY_PROFILE), resources={}), library)
    assert profile.resource("/books/{id}").fields["isbn"].unique


def test_what_is_refused_for_the_state_that_it_meets_is_known(library: Model) -> None:
    refusals = completed(load(LIBRARY_PROFILE), library).refusals
    assert set(refusals) == {"add_book", "change_book"}
    assert "isbn is taken" in refusals["add_book"]
    own = replace(load(LIBRARY_PROFILE), refusals={"add_book": "the shelf is full"})
    assert completed(own, library).refusals["add_book"] == "the shelf is full"

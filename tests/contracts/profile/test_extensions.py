"""What a document says in words is known to the laws as if the profile had said it."""

from copy import deepcopy
from typing import Any

import pytest
from msgspec.structs import replace

from contracts.openapi.description import Model
from contracts.profile.extensions import FRESH, merge_extensions
from contracts.profile.models import Access, FieldNotes, Profile, ResourceNotes, load
from contracts.runner.preparation import read_document
from tests.contracts.support.notes_contract import DOCUMENT, PROFILE
from tests.generic.conftest import LIBRARY, LIBRARY_PROFILE


@pytest.fixture(scope="module")
def library() -> Model:
    return Model(read_document(LIBRARY))


def noted(model: Model, profile: Profile) -> ResourceNotes:
    return merge_extensions(profile, model).resource("/books/{id}")


def test_what_a_document_says_of_fields_is_noted(library: Model) -> None:
    book = noted(library, load(LIBRARY_PROFILE))
    assert book.fields["title"] == FieldNotes(normalise="trim")
    assert book.fields["isbn"] == FieldNotes(unique=True)
    assert book.fields["heading"] == FieldNotes(derived_from=["title", "subtitle"], follows=True)
    assert book.fields["price"].shown_to == ["carol"]


@pytest.mark.parametrize(
    ("name", "schema", "moves"),
    [
        ("updated_at", {"type": "string", "format": "date-time"}, True),
        ("lastModified", {"type": "string"}, True),
        ("dateUpdated", {"type": "integer"}, True),
        ("_etag", {"type": "string"}, True),
        ("version", {"type": "integer"}, True),
        ("created_at", {"type": "string", "format": "date-time"}, False),
        ("updates", {"type": "array", "items": {"type": "string"}}, False),
        ("changed", {"type": "boolean"}, False),
    ],
)
def test_what_tells_of_the_last_change_moves_with_any(name: str, schema: dict[str, Any], moves: bool) -> None:
    document = deepcopy(DOCUMENT)
    document["components"]["schemas"]["Note"]["properties"][name] = {**schema, "readOnly": True}
    notes = merge_extensions(Profile(name="n"), Model(document)).resource("/notes/{noteId}").notes(name)
    assert notes.derived_from == (["*"] if moves else [])


def test_a_field_that_can_be_written_is_no_stamp() -> None:
    document = deepcopy(DOCUMENT)
    for schema in ("Note", "NoteChange"):
        document["components"]["schemas"][schema]["properties"]["updated_at"] = {"type": "string"}
    assert (
        merge_extensions(Profile(name="n"), Model(document)).resource("/notes/{noteId}").notes("updated_at")
        == FieldNotes()
    )


def test_what_is_made_of_every_text_is_said_once() -> None:
    notes = ResourceNotes(item="/notes/{noteId}", fields={"text": FieldNotes(normalise=[])})
    profile = Profile(name="n", normalise="trim", resources={"note": notes})
    note = merge_extensions(profile, Model(DOCUMENT)).resource("/notes/{noteId}")
    assert [note.notes(name).normalise for name in ("title", "secret", "text", "state", "size")] == [
        "trim", "trim", [], None, None
    ]  # fmt: skip


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
    author = merge_extensions(load(LIBRARY_PROFILE), library).resource("/authors/{author_id}")
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
    note = PROFILE.resources["note"]
    stamps = {name: FieldNotes(derived_from=["*"]) for name in ("modifiedAt", "version")}
    expected = replace(note, fields={**note.fields, **stamps})
    assert merge_extensions(PROFILE, Model(DOCUMENT)) == replace(PROFILE, resources={"note": expected})


def test_a_resource_that_the_profile_does_not_name_is_noted_too(library: Model) -> None:
    profile: Any = merge_extensions(replace(load(LIBRARY_PROFILE), resources={}), library)
    assert profile.resource("/books/{id}").fields["isbn"].unique


def test_what_is_refused_for_the_state_that_it_meets_is_known(library: Model) -> None:
    refusals = merge_extensions(load(LIBRARY_PROFILE), library).refusals
    assert set(refusals) == {"add_book", "change_book"}
    assert "isbn is taken" in refusals["add_book"]
    own = replace(load(LIBRARY_PROFILE), refusals={"add_book": "the shelf is full"})
    assert merge_extensions(own, library).refusals["add_book"] == "the shelf is full"

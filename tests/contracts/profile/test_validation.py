"""Errors of a profile are reported with their line and what to do."""

from copy import deepcopy
from pathlib import Path

import pytest

from contracts.errors import CannotRun
from contracts.openapi.description import Model
from contracts.profile.models import load
from contracts.profile.yaml_files import line_of
from contracts.runner.preparation import load_profile
from tests.contracts.support.notes_contract import DOCUMENT

GOOD = """\
name: Notes
people:
  alice: {token: alice}
  bob: {token: bob}
resources:
  note:
    item: /notes/{noteId}
    owner: alice
    known: {shared: 1}
    fields:
      title: {normalise: trim}
    transitions:
      state: {new: [open]}
    shield: [text]
    access:
      visible:
        shared: [everyone]
      may:
        get_note: [alice]
refusals:
  add_note: taken
"""


def error_of(tmp_path: Path, text: str) -> str:
    path = tmp_path / "notes.yaml"
    path.write_text(text)
    with pytest.raises(CannotRun) as error:
        load_profile(path, Model(DOCUMENT))
    message = str(error.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message.removeprefix(str(path))


def test_a_good_profile_is_read(tmp_path: Path) -> None:
    path = tmp_path / "notes.yaml"
    path.write_text(GOOD)
    assert load_profile(path, Model(DOCUMENT)) == load(path)


def test_a_state_that_items_are_brought_to_may_be_visible(tmp_path: Path) -> None:
    path = tmp_path / "notes.yaml"
    path.write_text(
        GOOD.replace("shared: [everyone]", "{shared: [everyone], urgent: [alice]}").replace(
            "    shield:", "    states: {urgent: {urgent: true}}\n    shield:"
        )
    )
    assert "urgent" in load_profile(path, Model(DOCUMENT)).resources["note"].access.visible


@pytest.mark.parametrize(
    ("good", "bad", "message"),
    [
        ("item: /notes/{noteId}", "item: /note/{id}", ':7: the spec has no collection that creates "/note/{id}". Did'),
        (
            "title: {normalise: trim}",
            "title: {references: nots}",
            ':11: the spec has no collection "nots" that creates. Did you mean "notes"?',
        ),
        ("shield: [text]", "identified_by: idd", ':14: the spec has no field "idd" there. Did you mean "id"?'),
        ("shield: [text]", "lists: {list_note: {}}", ':14: the spec has no operation "list_note". Did you mean'),
        ("shield: [text]", "listed: {txt: a}", ':14: the spec has no field "txt" there. Did you mean "text"?'),
        ("shield: [text]", "states: {urgent: {ugent: true}}", ':14: the spec has no field "ugent" there. Did'),
        (
            "shield: [text]",
            "role_call: {operation: get_note, person: bbo, give: {}, take: {}, lets: []}",
            ':14: the profile has no person "bbo". Did you mean "bob"?',
        ),
        (
            "shield: [text]",
            "role_call: {operation: get_note, person: bob, give: {}, take: {}, lets: [patch_note]}",
            ':14: the spec has no operation "patch_note". Did you mean',
        ),
        ("owner: alice", "owner: alcie", ':8: the profile has no person "alcie". Did you mean "alice"?'),
        (
            "name: Notes",
            "name: Notes\nactions: [add_noe]",
            ':2: the spec has no operation "add_noe". Did you mean',
        ),
        ("title: {", "titel: {", ':11: the spec has no field "titel" there. Did you mean "title"'),
        ("state: {", "stat: {", ':13: the spec has no field "stat" there. Did you mean "state"'),
        ("shield: [text]", "shield: [txt]", ':14: the spec has no field "txt" there. Did you mean "text"?'),
        (
            "shared: [everyone]",
            "shred: [everyone]",
            ':17: neither `known` nor `states` has "shred". Did you mean "shared"?',
        ),
        ("[everyone]", "[nobody]", ':17: the profile has no person "nobody". Choose from: alice, anonymous, bob'),
        (
            "[everyone]",
            "[owner]",
            ':17: "owner" is a role of the spec. Name the people who have it (alice).',
        ),
        (
            "get_note: [alice]",
            "get_note: [editor]\nroles: {editor: [alice, bob]}",
            ':19: "editor" is a role of the spec. Name the people who have it (alice, bob).',
        ),
        ("get_note:", "got_note:", ':19: the spec has no operation "got_note". Did you mean "get_note"'),
        ("add_note:", "ad_note:", ':21: the spec has no operation "ad_note". Did you mean "add_note"'),
        ("name: Notes", "nam: Notes", ':1: unknown key `nam`. Did you mean "name"?'),
        ("bob: {token: bob}", "bob: {}", ":4: `people.bob`: a person needs one of `token`, `headers`"),
        (
            "bob: {token: bob}",
            "bob: {token: 5}",
            ":4: `people.bob.token` must be a text or a mapping",
        ),
        (
            "normalise: trim",
            "normalise: trm",
            ":11: `resources.note.fields.title.normalise` cannot be 'trm'. Did",
        ),
        ("known: {shared: 1}", "known: [1]", ":9: `resources.note.known` must be a mapping, not a list."),
        ("name: Notes\n", "", ":1: the file lacks the key `name`. Add `name: …`."),
        ("name: Notes", "name: [", ":3: this is not YAML: "),
        ("name: Notes", "name: Notes\nrefusals: {}", ':21: the key "refusals" is repeated. Keep one of them.'),
        (
            "title: {",
            "text: {shown_as: txt}\n      title: {",
            ':11: the spec has no field "txt" there. Did you mean',
        ),
        ("title: {", "text: {derived_from: [titel]}\n      title: {", ':11: the spec has no field "titel" there.'),
        (
            "name: Notes",
            "name: Notes\ndifferences: {CT160: none}",
            ':2: there is no law or rule "CT160". Did you mean "CT',
        ),
        (
            "name: Notes",
            "name: Notes\nroles: {staff: [zoe]}",
            ':2: the profile has no person "zoe". Choose from: alice',
        ),
        (
            "bob: {token: bob}",
            "bob: {headers: {X Key: a}}",
            ":4: `people.bob`: 'X Key' cannot be the name of a header: use letters",
        ),
        ("bob: {token: bob}", "bob: {cookies: {a=b: c}}", ":4: `people.bob`: 'a=b' cannot be the name of a cookie"),
        ("shield: [text]", "speaks_for: {CT999: [N-1]}", ':14: there is no law or rule "CT999". '),
        ("name: Notes", "name: Notes\nundocumented: [404, 40]", ":2: 40 is not an HTTP status. Use numbers from"),
    ],
)
def test_a_mistake_has_its_line_and_a_way_out(tmp_path: Path, good: str, bad: str, message: str) -> None:
    assert good in GOOD
    assert message in error_of(tmp_path, GOOD.replace(good, bad, 1))


def test_what_is_known_is_inside_of_what_is_known_above_by_the_same_name(tmp_path: Path) -> None:
    document, path = deepcopy(DOCUMENT), tmp_path / "notes.yaml"
    answer = {"200": {"description": "A reply"}}
    document["paths"]["/notes/{noteId}/replies"] = {"post": {"responses": answer}}
    document["paths"]["/notes/{noteId}/replies/{reply}"] = {"get": {"responses": answer}}
    reply = "  reply:\n    item: /notes/{noteId}/replies/{reply}\n    known: {%s: 1}\n"
    path.write_text(GOOD.replace("refusals:", reply % "shared" + "refusals:"))
    assert load_profile(path, Model(document)).resources["reply"].known == {"shared": 1}
    path.write_text(GOOD.replace("refusals:", reply % "lonely" + "refusals:"))
    with pytest.raises(CannotRun, match=':22: "lonely" has no parent: add the item of notes that contains it'):
        load_profile(path, Model(document))


def test_a_difference_may_be_a_law_or_a_rule_that_a_law_speaks_for(tmp_path: Path) -> None:
    path = tmp_path / "notes.yaml"
    path.write_text(
        f"differences: {{CT106: why, N-1: why}}\n{GOOD}".replace(
            "    shield:", "    speaks_for: {CT101: [N-1]}\n    shield:"
        )
    )
    assert set(load_profile(path, Model(DOCUMENT)).differences) == {"CT106", "N-1"}


def test_a_place_that_is_not_there_has_the_line_of_what_is_above_it() -> None:
    assert line_of("a:\n  b:\n    - c\n    - d: 1\n", ["a", "b", 1, "x"]) == 4
    assert line_of("", ["a"]) == 1

from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.errors import Conflict, Invalid
from mockserver.operations.json_patch import patched

DOG: dict[str, Any] = {"name": "Rex", "tricks": ["sit", "roll"], "owner": {"name": "Ada"}, "a/b": 1, "m~n": 2}


@pytest.mark.parametrize(
    ("operation", "changes"),
    [
        ({"op": "add", "path": "/age", "value": 3}, {"age": 3}),
        ({"op": "add", "path": "/name", "value": None}, {"name": None}),
        ({"op": "add", "path": "/tricks/1", "value": "beg"}, {"tricks": ["sit", "beg", "roll"]}),
        ({"op": "add", "path": "/tricks/2", "value": "beg"}, {"tricks": ["sit", "roll", "beg"]}),
        ({"op": "add", "path": "/tricks/-", "value": ["beg"]}, {"tricks": ["sit", "roll", ["beg"]]}),
        ({"op": "remove", "path": "/tricks/0"}, {"tricks": ["roll"]}),
        ({"op": "remove", "path": "/owner/name"}, {"owner": {}}),
        ({"op": "replace", "path": "/tricks/1", "value": "beg"}, {"tricks": ["sit", "beg"]}),
        ({"op": "replace", "path": "/a~1b", "value": "x"}, {"a/b": "x"}),
        ({"op": "replace", "path": "/m~0n", "value": "x"}, {"m~n": "x"}),
        ({"op": "move", "from": "/tricks/0", "path": "/tricks/1"}, {"tricks": ["roll", "sit"]}),
        ({"op": "copy", "from": "/owner", "path": "/breeder"}, {"breeder": {"name": "Ada"}}),
        ({"op": "test", "path": "/owner", "value": {"name": "Ada"}}, {}),
        ({"op": "test", "path": "/a~1b", "value": 1.0, "comment": "is ignored"}, {}),
    ],
)
def test_an_operation_changes_one_place(operation: dict[str, Any], changes: dict[str, Any]) -> None:
    assert patched(DOG, [operation]) == {**DOG, **changes}


def test_a_move_takes_the_value_from_its_old_place() -> None:
    moved = patched(DOG, [{"op": "move", "from": "/name", "path": "/owner/dog"}])
    assert "name" not in moved
    assert moved["owner"] == {"name": "Ada", "dog": "Rex"}


def test_each_operation_sees_what_the_ones_before_it_did() -> None:
    operations = [
        {"op": "add", "path": "/toys", "value": []},
        {"op": "add", "path": "/toys/-", "value": "ball"},
        {"op": "test", "path": "/toys/0", "value": "ball"},
        {"op": "copy", "from": "/toys", "path": "/owner/toys"},
        {"op": "remove", "path": "/toys/0"},
    ]
    assert patched(DOG, operations) == {**DOG, "toys": [], "owner": {"name": "Ada", "toys": ["ball"]}}


def test_the_whole_document_can_be_replaced_and_an_empty_patch_changes_nothing() -> None:
    assert patched(DOG, [{"op": "replace", "path": "", "value": [1]}]) == [1]
    assert patched(DOG, []) == DOG


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "test", "path": "/name", "value": "Bello"},
        {"op": "test", "path": "/a~1b", "value": True},
        {"op": "test", "path": "/age", "value": None},
        {"op": "remove", "path": "/age"},
        {"op": "remove", "path": "/tricks/2"},
        {"op": "remove", "path": "/tricks/-"},
        {"op": "replace", "path": "/age", "value": 3},
        {"op": "replace", "path": "/tricks/first", "value": "beg"},
        {"op": "add", "path": "/tricks/3", "value": "beg"},
        {"op": "add", "path": "/tricks/01", "value": "beg"},
        {"op": "add", "path": "/breeder/name", "value": "Ada"},
        {"op": "add", "path": "/name/first", "value": "Rex"},
        {"op": "move", "from": "/age", "path": "/years"},
        {"op": "move", "from": "/owner", "path": "/owner/owner"},
        {"op": "copy", "from": "/age", "path": "/years"},
    ],
)
def test_an_operation_that_does_not_fit_the_document_is_a_conflict(operation: dict[str, Any]) -> None:
    before = deepcopy(DOG)
    with pytest.raises(Conflict) as caught:
        patched(DOG, [{"op": "remove", "path": "/owner/name"}, operation])
    assert before == DOG
    assert caught.value.status == 409
    assert caught.value.message.startswith("Operation 2 of the JSON Patch")
    assert f'"{operation["path"]}"' in caught.value.message


@pytest.mark.parametrize("body", [None, 3, "[]", {}, {"op": "remove", "path": "/name"}])
def test_a_body_that_is_no_list_is_not_valid(body: Any) -> None:
    with pytest.raises(Invalid, match="A JSON Patch is a list of operations"):
        patched(DOG, body)


@pytest.mark.parametrize(
    "operation",
    [
        None,
        "remove",
        [],
        {},
        {"path": "/name"},
        {"op": "drop", "path": "/name"},
        {"op": ["remove"], "path": "/name"},
        {"op": "remove"},
        {"op": "remove", "path": None},
        {"op": "remove", "path": "name"},
        {"op": "remove", "path": "/m~n"},
        {"op": "add", "path": "/age"},
        {"op": "replace", "path": "/name"},
        {"op": "test", "path": "/name"},
        {"op": "move", "path": "/age"},
        {"op": "copy", "from": 3, "path": "/age"},
        {"op": "copy", "from": "name", "path": "/age"},
    ],
)
def test_what_is_no_operation_of_the_rfc_is_not_valid(operation: Any) -> None:
    with pytest.raises(Invalid, match=r"Operation 2 of the JSON Patch is not valid: .+\.$"):
        patched(DOG, [{"op": "test", "path": "/name", "value": "Rex"}, operation])


def test_a_patch_that_is_not_valid_is_rejected_before_it_is_applied() -> None:
    with pytest.raises(Invalid):
        patched(DOG, [{"op": "test", "path": "/name", "value": "Bello"}, {"op": "drop", "path": ""}])


def test_a_patch_cannot_make_a_document_grow_without_bounds() -> None:
    wide = [{"op": "copy", "from": "/list", "path": "/list/-"}, {"op": "copy", "from": "", "path": "/more"}] * 40
    with pytest.raises(Invalid, match="too large"):
        patched({"list": [0] * 100}, wide)
    deep = [{"op": "add", "path": "/a" * level, "value": {}} for level in range(1, 2_000)]
    with pytest.raises(Invalid, match="too deeply"):
        patched({}, deep)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab/~0"), inner, max_size=3),
    max_leaves=8,
)
pointers = st.lists(st.sampled_from(("a", "b", "0", "1", "-", "~0", "~1", "00", "", "~2", "-1")), max_size=3).map(
    lambda parts: "".join(f"/{part}" for part in parts)
)
operations = st.fixed_dictionaries(
    {"op": st.sampled_from(("add", "remove", "replace", "move", "copy", "test")), "path": pointers},
    optional={"value": values, "from": pointers | values},
)


@settings(max_examples=300, deadline=None)
@given(document=values, operations=st.lists(operations | values, max_size=4) | values)
def test_any_patch_is_applied_or_rejected_and_leaves_the_document(document: Any, operations: Any) -> None:
    before = deepcopy((document, operations))
    with suppress(Invalid, Conflict):
        patched(document, operations)
    assert (document, operations) == before

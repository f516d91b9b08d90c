"""The order of sections, and categories, in a change."""

from typing import Any

import httpx
import pytest

from tests.mockserver.courses.support.patching import category_ids, patched, read, refused
from tests.mockserver.support import COURSES, OPEN, PRIVATE, Encode, course, multipart, outcome, urlencoded


def section_ids(caller: httpx.Client, view: str) -> list[int]:
    return [section["id"] for section in caller.get(course(OPEN), params={"view": view}).json()["sections"]]


@pytest.mark.rule("COURSE-PATCH-37")
def test_sections_order_puts_the_sections_in_order(creator: httpx.Client, encode: Encode) -> None:
    shown, order = section_ids(creator, "user"), read(creator)["sections_order"]
    assert len(order) >= 3
    answer = creator.patch(course(OPEN), **encode({"sections_order": order[::-1]}))
    assert answer.json()["sections_order"] == order[::-1]
    assert section_ids(creator, "edit") == order[::-1]
    assert section_ids(creator, "user") == shown[::-1]


@pytest.mark.rule("COURSE-PATCH-38")
def test_sections_order_names_each_section_once_and_nothing_else(creator: httpx.Client, encode: Encode) -> None:
    order = read(creator)["sections_order"]
    [foreign, *_] = read(creator, PRIVATE)["sections_order"]
    for bad in (order[1:], order + order[:1], [*order[1:], foreign], [*order, 999_999], [order[0]] * len(order), [0]):
        answer = creator.patch(course(OPEN), **encode({"sections_order": bad}))
        assert outcome(answer) == (400, [("sections_order", "invalid")])
        assert answer.headers["X-Mock-Rule"] == "COURSE-PATCH-38"
    assert section_ids(creator, "edit") == order
    assert refused(creator, sections_order=[]) == [("sections_order", "invalid")]


@pytest.mark.rule("COURSE-PATCH-38")
@pytest.mark.parametrize(
    ("value", "code"), [(None, "null"), ("1", "not_a_list"), (1, "not_a_list"), ({}, "not_a_list")]
)
@pytest.mark.parametrize("field", ["sections_order", "categories"])
def test_a_list_is_a_list(creator: httpx.Client, field: str, value: Any, code: str) -> None:
    assert refused(creator, **{field: value}) == [(field, code)]


@pytest.mark.rule("COURSE-PATCH-38")
@pytest.mark.parametrize("item", [None, "x", "", {}, [], 1.5, 10**400])
def test_a_section_is_named_by_a_number(creator: httpx.Client, item: Any) -> None:
    [(field, code)] = refused(creator, sections_order=[item])
    assert field == "sections_order"
    assert code in {"invalid", "null"}


@pytest.mark.rule("COURSE-PATCH-38")
def test_the_order_of_no_sections_is_empty(creator: httpx.Client) -> None:
    made = creator.post(COURSES, json={"name": "Empty", "type": "self-paced"}).json()
    assert patched(creator, made["id"], sections_order=[])["sections_order"] == []
    assert refused(creator, made["id"], sections_order=[1]) == [("sections_order", "invalid")]


@pytest.mark.rule("COURSE-PATCH-39")
def test_categories_take_the_place_of_the_former_ones(creator: httpx.Client, encode: Encode) -> None:
    assert category_ids(creator.patch(course(OPEN), **encode({"categories": [1, 2]})).json()) == [1, 2]
    assert category_ids(creator.patch(course(OPEN), **encode({"categories": [2]})).json()) == [2]
    assert category_ids(read(creator)) == [2]


@pytest.mark.rule("COURSE-PATCH-40")
def test_categories_are_read_as_objects_in_the_order_of_their_ids(creator: httpx.Client) -> None:
    categories = patched(creator, categories=[3, 1, 2])["categories"]
    assert [entry["id"] for entry in categories] == [1, 2, 3]
    assert len({entry["slug"] for entry in categories} | {entry["name"] for entry in categories}) == 6
    assert all("followed" in entry and "color" not in entry for entry in categories)


@pytest.mark.rule("COURSE-PATCH-41")
@pytest.mark.parametrize(
    ("sent", "kept"), [([], []), ([1, 1, 2, 1], [1, 2]), (["1", 2], [1, 2]), (["3", 3], [3]), ([" +3 ", 1.0], [1, 3])]
)
def test_an_empty_list_clears_and_doubles_count_once(creator: httpx.Client, sent: list[Any], kept: list[int]) -> None:
    assert category_ids(patched(creator, categories=sent)) == kept
    assert category_ids(read(creator)) == kept


@pytest.mark.rule("COURSE-PATCH-41")
@pytest.mark.parametrize(
    ("categories", "code"),
    [
        ([99], "does_not_exist"),
        ([1, 99], "does_not_exist"),
        ([0], "does_not_exist"),
        ([-1], "does_not_exist"),
        ([10**400], "does_not_exist"),
        (["x"], "incorrect_type"),
        ([{"id": 1}], "incorrect_type"),
        ([[1]], "incorrect_type"),
        ([True], "incorrect_type"),
        ([1.5], "incorrect_type"),
        ([1, "x"], "incorrect_type"),
        (["1.0"], "incorrect_type"),
        (["1__0"], "incorrect_type"),
        ([None], "does_not_exist"),
    ],
)
def test_what_is_no_categorys_id_is_refused(creator: httpx.Client, categories: list[Any], code: str) -> None:
    assert refused(creator, categories=categories) == [("categories", code)]


SPELLINGS: dict[str, list[tuple[str, str]]] = {
    "repeated": [("categories", "3"), ("categories", "1")],
    "brackets": [("categories[]", "3"), ("categories[]", "1")],
    "indices": [("categories[0]", "3"), ("categories[1]", "1")],
    "indices in any order": [("categories[1]", "1"), ("categories[0]", "3")],
    "json": [("categories", "[3, 1]")],
    "json of texts": [("categories", '["3","1"]')],
}


@pytest.mark.rule("COURSE-PATCH-42")
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("send", [urlencoded, multipart])
def test_lists_may_be_spelled_in_forms_as_clients_do(creator: httpx.Client, send: Any, spelling: str) -> None:
    assert category_ids(creator.patch(course(OPEN), **send(SPELLINGS[spelling])).json()) == [1, 3]


@pytest.mark.rule("COURSE-PATCH-42")
@pytest.mark.parametrize("send", [urlencoded, multipart])
@pytest.mark.parametrize("name", ["{}", "{}[]", "{}[0]"])
def test_a_list_of_one_may_be_spelled_in_forms(creator: httpx.Client, send: Any, name: str) -> None:
    answer = creator.patch(course(OPEN), **send([(name.format("categories"), "2")]))
    assert category_ids(answer.json()) == [2]


@pytest.mark.rule("COURSE-PATCH-42")
@pytest.mark.parametrize("send", [urlencoded, multipart])
@pytest.mark.parametrize(
    "spelling", ["repeated", "brackets", "indices", "indices in any order", "json", "json of texts"]
)
def test_the_order_of_sections_may_be_spelled_in_every_way(creator: httpx.Client, send: Any, spelling: str) -> None:
    first, second, third = read(creator)["sections_order"]
    numbers = {"3": str(third), "1": str(first)}
    pairs = []
    for name, text in SPELLINGS[spelling]:
        for old, new in numbers.items():
            text = text.replace(old, f"<{new}>")
        pairs.append((name.replace("categories", "sections_order"), text.replace("<", "").replace(">", "")))
    missing = {
        "repeated": ("sections_order", str(second)),
        "brackets": ("sections_order[]", str(second)),
        "indices": ("sections_order[2]", str(second)),
        "indices in any order": ("sections_order[2]", str(second)),
    }
    if spelling in missing:
        pairs.append(missing[spelling])
    else:
        pairs = [(pairs[0][0], pairs[0][1].replace("]", f", {second}]"))]
    answer = creator.patch(course(OPEN), **send(pairs))
    assert answer.json()["sections_order"] == [third, first, second]


@pytest.mark.rule("COURSE-PATCH-42")
def test_a_list_that_a_form_leaves_out_stays(creator: httpx.Client, encode: Encode) -> None:
    patched(creator, categories=[1, 2])
    assert category_ids(creator.patch(course(OPEN), **encode({"name": "x"})).json()) == [1, 2]

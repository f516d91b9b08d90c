"""COURSE-PATCH-37 to 42: the order of sections, and categories."""

import json

from contracts.checks.assertions import assume
from contracts.checks.context import Context
from contracts.checks.registration import scenario
from contracts.fixtures.item import Item
from contracts.messages.bodies import Encoding, Pair, encode_pairs
from contracts.openapi.identifiers import Identifier
from contracts.results.verdict import Broken
from contracts.scenarios._assertions import (
    FORMS,
    UNKNOWN_ID,
    category_ids,
    patch,
    require_equal,
    require_keys,
    require_untouched,
    section_ids,
)


@scenario("COURSE-PATCH-37")
def sections_are_put_in_order(context: Context) -> None:
    """sections_order sets the order of the sections."""
    with context.borrowed("open") as course:
        for encoding in context.encodings:
            order = section_ids(course)[::-1]
            assume(len(order) > 1, "the open course has less than two sections")
            answer = patch(context, course, {"sections_order": order}, encoding)
            require_equal(answer["sections_order"], order, "sections_order in the response")
            require_equal(section_ids(course), order, "the sections as managers see them")
            visible = [section["id"] for section in course.state(by=context.person("joined"))["sections"]]
            require_equal(
                visible, [section for section in order if section in visible], "the sections as members see them"
            )


@scenario("COURSE-PATCH-38")
def a_section_order_is_complete(context: Context) -> None:
    """An order that omits, repeats or invents a section is rejected, and no section is lost."""
    with context.borrowed("open") as course:
        order = section_ids(course)
        assume(len(order) > 1, "the open course has less than two sections")
        for bad in _incomplete(order, _foreign(context, order)):
            for encoding in _encodings_for(context, bad):
                with require_untouched(course, "a rejected order changes nothing"):
                    context.require_rejected(
                        course.patch({"sections_order": bad}, encoding), 400, "sections_order", "invalid"
                    )
                require_equal(section_ids(course), order, "the sections after a rejected order")
    fresh = context.fresh()
    context.require_rejected(fresh.patch({"sections_order": order[:1]}), 400, "sections_order", "invalid")
    patch(context, fresh, {"sections_order": []})


def _incomplete(order: list[Identifier], foreign: Identifier) -> list[list[Identifier]]:
    return [
        order[:-1],
        order[1:],
        [],
        [*order, order[0]],
        [order[0], *order[:-1]],
        [*order, foreign],
        [foreign, *order[1:]],
        [*order, UNKNOWN_ID],
    ]


def _encodings_for(context: Context, value: list[Identifier]) -> tuple[Encoding, ...]:
    return context.encodings if value else (Encoding.JSON,)


def _foreign(context: Context, own: list[Identifier]) -> Identifier:
    """Return a section of another course."""
    others = [section for section in section_ids(context.known_item("private")) if section not in own]
    assume(bool(others), "the private course has no section")
    return others[0]


@scenario("COURSE-PATCH-39")
def categories_replace_each_other(context: Context) -> None:
    """The categories of a PATCH replace all former categories of the course."""
    for encoding in context.encodings:
        course = context.fresh()
        for ids in ([1, 2], [2], [3, 1], [1, 2, 3]):
            with require_untouched(course, "only the categories change", "categories"):
                answer = patch(context, course, {"categories": ids}, encoding)
            require_equal(category_ids(answer.document), sorted(ids), "categories in the response")
            require_equal(category_ids(course.state()), sorted(ids), "categories in the next GET")


@scenario("COURSE-PATCH-40")
def categories_are_read_as_objects(context: Context) -> None:
    """A response shows whole categories, not their ids."""
    course = context.fresh()
    answer = patch(context, course, {"categories": [1, 2]})
    expected = context.model.keys("Category")
    for document in (answer.document, course.state(), course.read(view="edit").document):
        require_equal(len(document["categories"]), 2, "number of categories")
        for category in document["categories"]:
            if not isinstance(category, dict):
                raise Broken("a category is an object", repr(category))
            require_equal(sorted(set(category)), sorted(expected), "keys of a category")
            require_equal(
                isinstance(category["name"], str) and bool(category["slug"]), True, "a category has name and slug"
            )
    require_keys(context, answer, "Course")


@scenario("COURSE-PATCH-41")
def odd_lists_of_categories(context: Context) -> None:
    """An empty list removes all categories, repeated ids count once, unknown ids and other types are rejected."""
    course = context.fresh(None, categories=[1, 2])
    for encoding in context.encodings:
        with require_untouched(course, "rejected categories change nothing"):
            answer = course.patch({"categories": [1, UNKNOWN_ID]}, encoding)
            context.require_rejected(answer, 400, "categories", "does_not_exist")
    with require_untouched(course, "rejected categories change nothing"):
        for bad in ({"id": 1}, "x", True):
            answer = course.patch({"categories": [1, bad]})
            context.require_rejected(answer, 400, "categories", "incorrect_type")
        for no_list in (1, {"id": 1}, None):
            context.require_rejected(course.patch({"categories": no_list}), 400, "categories")
    patch(context, course, {"categories": [3, 3, 1, 3]})
    require_equal(category_ids(course.state()), [1, 3], "categories after repeated ids")
    patch(context, course, {"categories": []})
    require_equal(category_ids(course.state()), [], "categories after an empty list")


@scenario("COURSE-PATCH-42")
def lists_in_forms(context: Context) -> None:
    """A form may write a list as a repeated name, as name[0] and name[1], as name[], or as JSON."""
    for encoding in FORMS:
        for pairs in _spellings():
            course = context.fresh(None, categories=[2])
            _send(context, course, pairs, encoding)
            require_equal(category_ids(course.state()), [1, 3], f"categories after {pairs} in {encoding.short}")
    with context.borrowed("open") as course:
        for encoding in FORMS:
            order = section_ids(course)[::-1]
            indexed = tuple((f"sections_order[{number}]", str(section)) for number, section in enumerate(order))
            _send(context, course, indexed, encoding)
            require_equal(section_ids(course), order, "sections after name[0], name[1] …")


def _spellings() -> tuple[tuple[Pair, ...], ...]:
    return (
        (("categories", "3"), ("categories", "1")),
        (("categories[0]", "3"), ("categories[1]", "1")),
        (("categories[]", "3"), ("categories[]", "1")),
        (("categories", json.dumps([3, 1])),),
    )


def _send(context: Context, course: Item, pairs: tuple[Pair, ...], encoding: Encoding) -> None:
    context.require_accepted(course.send("PATCH", encode_pairs(pairs, encoding)))

"""Where the framework differs from an assumed rule, and that a variant follows the rule instead."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

from tests.benchmarks.backend import COURSES, Backend, picture


def trimmed_description(backend: Backend) -> Any:
    return backend.patch(1, {"description": " a "}).body["description"]


def created_by_form_without_flag(backend: Backend) -> Any:
    answer = backend.send("POST", COURSES, data={"name": "By form", "type": "structured"})
    return answer.body["new_comment_notification_enabled"]


def replaced_by_form_without_categories(backend: Backend) -> Any:
    course = backend.create(categories=[1], hide_member_count=True)
    form = {"name": f"By form {course}", "type": "structured"}
    shown = backend.send("PUT", f"{COURSES}{course}/", data=form).body
    return [category["id"] for category in shown["categories"]], shown["hide_member_count"]


def numbered_list(backend: Backend) -> Any:
    course = backend.create(categories=[2])
    shown = backend.patch(course, {"categories[1]": 1, "categories[0]": 3}, "form").body
    return [category["id"] for category in shown["categories"]]


def list_as_json_text(backend: Backend) -> Any:
    return backend.patch(1, {"categories": "[3, 1]"}, "form").status_code


def picture_named_otherwise(backend: Backend) -> Any:
    return backend.patch(1, {"image_original": ("p.bin", picture())}, "multipart").status_code


def path_without_slash(backend: Backend) -> Any:
    return [backend.send(method, f"{COURSES}1").status_code for method in ("GET", "PATCH")]


DIFFERENCES: list[tuple[Callable[[Backend], Any], Any, Any]] = [
    (trimmed_description, "a", " a "),
    (created_by_form_without_flag, False, True),
    (replaced_by_form_without_categories, ([], False), ([1], True)),
    (numbered_list, [2], [1, 3]),
    (list_as_json_text, 400, 200),
    (picture_named_otherwise, 400, 200),
    (path_without_slash, [301, 301], [301, 404]),
]
each_difference = pytest.mark.parametrize(
    ("ask", "framework", "rule"), DIFFERENCES, ids=lambda value: getattr(value, "__name__", "")
)


@each_difference
def test_the_framework_has_its_way(backend: Backend, ask: Callable[[Backend], Any], framework: Any, rule: Any) -> None:
    assert ask(backend) == framework


@each_difference
def test_the_variant_follows_the_rule(
    backend: Backend, ask: Callable[[Backend], Any], framework: Any, rule: Any
) -> None:
    with _faults().planted(variants=["assumed-rules"]):
        assert ask(backend) == rule


def test_a_fault_shows_beside_the_variant(backend: Backend) -> None:
    with _faults().planted(faults=[32], variants=["assumed-rules"]):
        answer = backend.patch(1, {"og_title": "t"}, "form")
    assert answer.body["new_comment_notification_enabled"] is False


def _faults() -> ModuleType:
    from benchmarks.reference_backend import faults

    return faults

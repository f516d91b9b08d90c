"""A rejection names the rule that it enforces, and that rule speaks of the operation."""

from collections.abc import Iterator

import httpx
import pytest

from mockserver.courses import Settings
from mockserver.courses.policy import POLICY
from mockserver.courses.schema_rules import SCHEMA_RULES
from specdouble.rules import load_rules
from tests.mockserver.support import COURSES, DRAFT, OPEN, course, outcome

RULES = load_rules()


def rules_of(operation: str) -> Iterator[str]:
    """The ids that rejections of an operation can name."""
    policy = POLICY[operation]
    yield from (name for name in (policy.login, policy.missing) if name)
    yield from (gate.id for gate in (*policy.visible, *policy.allowed) if isinstance(gate.id, str))
    yield from (check.id for check in policy.valid if check.id)
    yield from (rule for codes in SCHEMA_RULES.get(operation, {}).values() for rule in codes.values())


@pytest.mark.parametrize("operation", POLICY)
def test_every_rule_that_an_operation_names_speaks_of_it(operation: str) -> None:
    silent = {name for name in rules_of(operation) if name in RULES and not RULES[name].speaks_of(operation)}
    assert silent == set()


def test_the_table_of_schema_rules_names_rules_and_operations_that_exist() -> None:
    assert set(SCHEMA_RULES) <= set(POLICY)
    named = {rule for fields in SCHEMA_RULES.values() for codes in fields.values() for rule in codes.values()}
    assert named <= set(RULES)


@pytest.mark.rule("COURSE-PATCH-26", "COURSE-PUT-01")
@pytest.mark.parametrize(("method", "rule"), [("PATCH", "COURSE-PATCH-26"), ("PUT", "COURSE-PUT-01")])
def test_a_published_course_cannot_become_a_draft_by_the_rule_of_the_method(
    creator: httpx.Client, method: str, rule: str
) -> None:
    body = {"name": "Open course", "type": "self-paced", "privacy": ""}
    answer = creator.request(method, course(OPEN), json=body)
    assert (outcome(answer), answer.headers["X-Mock-Rule"]) == ((400, [("privacy", "invalid")]), rule)


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"name": "Private course"}, "COURSE-PATCH-15"),
        ({"name": " "}, "COURSE-PATCH-18"),
        ({"slug": "private-course"}, "COURSE-PATCH-20"),
        ({"slug": "no slug"}, "COURSE-PATCH-21"),
        ({"type": "fast"}, "COURSE-PATCH-22"),
        ({"privacy": "public"}, "COURSE-PATCH-24"),
        ({"privacy": None}, "COURSE-PATCH-27"),
        ({"enforce_lessons_order": "perhaps"}, "COURSE-PATCH-34"),
        ({"description": None}, "COURSE-PATCH-35"),
        ({"sections_order": [999]}, "COURSE-PATCH-38"),
        ({"categories": [999]}, "COURSE-PATCH-41"),
        ({"name": "n" * 256}, "COURSE-PATCH-48"),
    ],
)
def test_a_constraint_of_the_schema_names_its_rule(creator: httpx.Client, fields: dict[str, object], rule: str) -> None:
    changed = creator.patch(course(DRAFT), json=fields)
    assert (changed.status_code, changed.headers["X-Mock-Rule"]) == (400, rule)
    whole = creator.put(course(DRAFT), json={"name": "Draft course", "type": "self-paced", **fields})
    assert (whole.status_code, whole.headers["X-Mock-Rule"]) == (400, "COURSE-PUT-01")


def test_a_condition_that_no_rule_documents_for_an_operation_names_none(creator: httpx.Client) -> None:
    answer = creator.post(COURSES, json={"name": "New", "type": "self-paced", "sections_order": [1]})
    assert outcome(answer) == (400, [("sections_order", "invalid")])
    assert "X-Mock-Rule" not in answer.headers


def test_the_settings_have_names_of_their_own() -> None:
    assert set(Settings.__struct_fields__).isdisjoint(RULES)

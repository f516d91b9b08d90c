from pathlib import Path
from typing import Any

import pytest

from specdouble.document import SpecError
from specdouble.rules import Rule, load_rules
from tests.specdouble.conftest import Write

FAMILIES = {
    "AUTH": 5,
    "AUTH-JWT": 8,
    "AUTH-OA": 7,
    "AUTH-CA": 1,
    "TRANS": 9,
    "ERR": 6,
    "LIST": 11,
    "VIS": 12,
    "VIEW": 11,
    "COURSE-CREATE": 12,
    "COURSE-PATCH": 48,
    "COURSE-PUT": 4,
    "COURSE-DEL": 3,
    "COURSE-GET": 3,
    "MEMBER": 28,
    "JOIN": 5,
    "LEAVE": 4,
    "INVITE": 3,
    "UNINVITE": 1,
    "ROLE": 6,
    "MINE": 5,
    "SEARCH": 7,
    "USERC": 6,
    "SUGG": 1,
    "MEMBERS": 7,
    "INVITED": 1,
    "REQ": 1,
    "SUGU": 2,
    "DASHU": 3,
    "DASHQ": 1,
    "SECTION": 12,
    "DRIP": 8,
    "LESSON": 13,
    "ACCESS": 7,
    "DONE": 6,
    "QUIZ": 15,
    "ATTEMPT": 16,
    "COMMENT": 17,
    "DERIVED": 10,
    "MEDIA": 7,
    "START": 8,
}
"""How many rules each family has."""

RULE = """
COURSE-PATCH-01:
  text: Creator and managers may change a course.
  operations: [patch_course]
  who: [manager, creator]
  expect: {status: 200}
  certainty: STATED
  source: [course/patch_a_course]
"""


@pytest.fixture(scope="module")
def rules() -> dict[str, Rule]:
    return load_rules()


def operations(contract: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        operation["operationId"]: operation
        for item in contract["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    }


def test_every_rule_is_there_under_its_id(rules: dict[str, Rule]) -> None:
    assert list(rules) == [f"{family}-{n:02}" for family in order(rules) for n in range(1, FAMILIES[family] + 1)]


def order(rules: dict[str, Rule]) -> list[str]:
    found = list(dict.fromkeys(name.rpartition("-")[0] for name in rules))
    assert sorted(found) == sorted(FAMILIES)
    return found


def test_rules_speak_of_operations_that_exist(rules: dict[str, Rule], contract: dict[str, Any]) -> None:
    named = {operation for rule in rules.values() for operation in rule.operations}
    assert named - operations(contract).keys() == {"*"}


def test_each_operation_lists_the_rules_that_name_it(rules: dict[str, Rule], contract: dict[str, Any]) -> None:
    for name, operation in operations(contract).items():
        assert operation["x-rules"] == [rule.id for rule in rules.values() if name in rule.operations], name


def test_a_rule_that_refuses_says_with_which_code(rules: dict[str, Rule]) -> None:
    for rule in rules.values():
        if rule.expect.status >= 400 and rule.expect.status != 429:
            assert rule.expect.code or rule.expect.note, rule.id
        if rule.expect.field:
            assert rule.expect.code, rule.id


def test_a_rule_that_lets_pass_says_what_shows_it(rules: dict[str, Rule]) -> None:
    silent = [rule.id for rule in rules.values() if rule.expect.status < 400 and not rule.expect.note]
    assert silent == ["COURSE-PATCH-01"]  # that it passes is all there is to see


def test_the_status_that_a_rule_expects_is_one_of_its_operations_statuses(
    rules: dict[str, Rule], contract: dict[str, Any]
) -> None:
    documented = operations(contract)
    for rule in rules.values():
        answers = [documented[name]["responses"] for name in rule.operations if name in documented]
        if answers and rule.expect.status != 200:
            assert any(str(rule.expect.status) in statuses for statuses in answers), rule.id


def test_what_is_stated_has_a_page_that_states_it(rules: dict[str, Rule]) -> None:
    assert not [rule.id for rule in rules.values() if rule.certainty == "STATED" and not rule.source]


def test_a_rule_speaks_of_the_operations_it_names_and_a_general_one_of_all(rules: dict[str, Rule]) -> None:
    assert rules["COURSE-PATCH-26"].speaks_of("patch_course")
    assert not rules["COURSE-PATCH-26"].speaks_of("update_course")
    assert rules["TRANS-05"].speaks_of("anything")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  certainty: STATED\n", "", 'lacks "certainty"'),
        ("STATED", "SURE", 'has the certainty "SURE"'),
        ("{status: 200}", "200", '"expect" that is not a mapping'),
        ("{status: 200}", "{status: ok}", 'the status "ok"'),
        ("{status: 200}", "{status: 42}", 'the status "42"'),
        ("{status: 200}", "{code: x}", 'lacks "expect.status"'),
        ("{status: 200}", "{status: 200, colour: red}", 'has the unknown key "expect.colour"'),
        ("{status: 200}", "{status: 200, note: 5}", 'needs a text as "note"'),
        ("[manager, creator]", "[manager, boss]", 'has "boss" in "who"'),
        ("[patch_course]", "[]", 'needs a list of names as "operations"'),
        ("[patch_course]", "patch_course", 'needs a list of names as "operations"'),
        ("  text: Creator and managers may change a course.\n", "  text: ' '\n", 'needs a text as "text"'),
        ("  text:", "  colour: red\n  text:", 'has the unknown key "colour"'),
    ],
)
def test_a_broken_rule_is_refused_by_its_name(write: Write, old: str, new: str, words: str) -> None:
    path = write(rules=RULE.replace(old, new))
    with pytest.raises(SpecError) as caught:
        load_rules(path)
    assert str(caught.value).startswith(f"{path}: COURSE-PATCH-01 ")
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [("- a\n", "not a mapping"), ("A-1: text\n", "A-1 is not a mapping"), ("A: [\n", "not YAML")],
)
def test_a_file_that_holds_no_rules_is_refused(write: Write, text: str, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        load_rules(write(rules=text))


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="there is no such file"):
        load_rules(tmp_path / "rules.yaml")

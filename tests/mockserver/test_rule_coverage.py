"""Every documented rule of what is served is shown by a test that carries its id."""

import ast
from collections.abc import Iterator
from pathlib import Path

from specdouble import OPENAPI, document
from specdouble.rules import EVERY_OPERATION, Rule, load_rules

TESTS = Path(__file__).parents[1]


def marked() -> Iterator[str]:
    """The ids in the ``rule`` marks of all test modules, read from their source: which tests run does not matter."""
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.rule":
                yield from (ast.literal_eval(argument) for argument in node.args)


def served() -> set[str]:
    """The ids of the operations in the specification."""
    paths = document.load(OPENAPI)["paths"].values()
    return {operation["operationId"] for item in paths for operation in item.values() if "operationId" in operation}


def reachable(rule: Rule) -> bool:
    return EVERY_OPERATION in rule.operations or not served().isdisjoint(rule.operations)


def test_every_rule_of_an_operation_that_is_served_has_a_test() -> None:
    shown = set(marked())
    assert [rule.id for rule in load_rules().values() if reachable(rule) and rule.id not in shown] == []


def test_no_test_shows_a_rule_that_there_is_not() -> None:
    assert set(marked()) - set(load_rules()) == set()

"""The page on the rules says what is so: docs/generators/rules.py writes it."""

import pytest

from contracts.profile.models import load
from docs.generators import rules
from specdouble.rules import load_rules


def test_every_rule_is_enforced_somewhere_and_nothing_else_is_named() -> None:
    enforced = rules.enforcers()
    assert [rule for rule, addresses in enforced.items() if not addresses] == []
    assert set(enforced) == set(load_rules())


def test_every_rule_is_checked_by_something_or_the_page_says_why_not() -> None:
    assert [rule for rule, checks in rules.checkers(load()).items() if not checks] == []


@pytest.mark.parametrize(("rule", "address"), rules.UNNAMED.items())
def test_what_enforces_a_rule_without_naming_it_is_there(rule: str, address: rules.Address) -> None:
    module, name = address
    assert name in rules.defined(module), f"{rule}: {module} has no {name}"


def test_no_rule_is_listed_as_unnamed_that_the_code_names() -> None:
    tables = [rules.MOCK / table for table in rules.TABLES]
    named = {rule for module in rules.modules() if module not in tables for rule in rules.named_in(module)}
    assert sorted(named & set(rules.UNNAMED)) == []

"""The tables of the course domain leave nothing out, and name nothing that there is not."""

from collections.abc import Iterator
from itertools import product

import pytest

from mockserver.courses import Settings
from mockserver.courses.handlers import handlers
from mockserver.courses.policy import POLICY, policies
from mockserver.courses.rules.membership import ROLES, TABLE, TRANSITIONS, Action, Rejection
from specdouble import OPENAPI, document
from specdouble.rules import load_rules

STATES = (None, "requested", "invited", "joined", "manager", "creator")
PRIVACIES = ("", "open", "private", "secret")


def served() -> set[str]:
    """The ids of the operations in the contract."""
    paths = document.load(OPENAPI)["paths"].values()
    return {operation["operationId"] for item in paths for operation in item.values() if "operationId" in operation}


def named() -> Iterator[str]:
    """Every id under which a policy or the table of memberships refuses."""
    for policy in POLICY.values():
        yield from (name for name in (policy.login, policy.missing) if name is not None)
        yield from (gate.id for gate in (*policy.visible, *policy.allowed) if isinstance(gate.id, str))
        yield from (check.id for check in policy.valid if check.id)
    yield from (row.after.rule for row in TABLE if isinstance(row.after, Rejection))


def test_every_operation_has_a_line_in_the_policy_and_every_line_an_operation() -> None:
    assert set(POLICY) == served()
    assert set(policies(Settings())) == served()


def test_every_operation_has_a_handler_and_every_handler_an_operation() -> None:
    assert set(handlers(Settings())) == served()


def test_whatever_refuses_is_a_rule_or_a_setting() -> None:
    assert set(named()) - set(load_rules()) - set(Settings.__struct_fields__) == set()


def test_the_table_of_memberships_tells_what_becomes_of_every_tie() -> None:
    left_out = set(product(STATES, Action, PRIVACIES)) - set(TRANSITIONS)
    # A list of roles that names the creator is refused before the table is asked (ROLE-02).
    assert left_out == set(product(["creator"], ROLES.values(), PRIVACIES))


def test_the_table_of_memberships_says_everything_once() -> None:
    said = [(before, row.action, privacy) for row in TABLE for before in row.before for privacy in row.privacy]
    assert len(said) == len(set(said))


@pytest.mark.parametrize("action", Action)
def test_no_action_makes_a_creator(action: Action) -> None:
    assert all(
        after != "creator" for (before, act, _), after in TRANSITIONS.items() if act is action and before != "creator"
    )

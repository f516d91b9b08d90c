"""VIS-01 to 12: for each rule, a mock without it."""

from dataclasses import replace

from mockserver.call import Call
from mockserver.courses.rules import roles, visibility
from mockserver.courses.rules.visibility import View
from mockserver.policy import Gate, Policy, Rule, rule
from tests.mutation.mutants.ways import Mutant, dropped, idle, policies, sights

WRITES = ("update_course", "patch_course")


def _staff_leads(operation: str, policy: Policy) -> Policy:
    leads_or_staff: Rule = roles.leads_course | roles.is_staff
    return replace(policy, allowed=(Gate(leads_or_staff, "mutant"),)) if operation == "patch_course" else policy


def _hidden_is_forbidden(operation: str, policy: Policy) -> Policy:
    return replace(policy, visible=()) if operation in {*WRITES, "delete_course"} else policy


def _anonymous_must_log_in(operation: str, policy: Policy) -> Policy:
    return replace(policy, login="mutant") if operation == "get_course_info" else policy


@rule
def _sees_all(call: Call) -> bool:
    return visibility.sight(call).view is View.FULL


def _status_behind_the_lock(operation: str, policy: Policy) -> Policy:
    return replace(policy, visible=(Gate(_sees_all, "mutant"),)) if operation == "get_course_status" else policy


MUTANTS: dict[str, Mutant] = {
    "VIS-01": sights("", (None, "requested", "invited"), View.FULL),
    "VIS-02": sights("open", (None,), View.NOTHING),
    "VIS-03": sights("private", (None, "requested"), View.FULL),
    "VIS-04": sights("secret", (None, "requested"), View.FULL),
    "VIS-05": sights("private", ("invited",), View.LOCK_SCREEN),
    "VIS-06": dropped("VIS-06"),
    "VIS-07": policies(_status_behind_the_lock),
    "VIS-08": policies(_anonymous_must_log_in),
    "VIS-09": policies(_hidden_is_forbidden),
    "VIS-10": policies(_staff_leads),
    "VIS-11": idle("delete_course"),
    "VIS-12": sights("", ("joined",), View.FULL),
}
"""Rule id → the mock without it."""

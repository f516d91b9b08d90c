"""The laws and scenarios as cases of a test of one's own, for `pytest.mark.parametrize`."""

import sys
from dataclasses import dataclass
from typing import Any

import pytest

from contracts.law import Check
from contracts.suite import Suite
from contracts.verdict import Verdict

GROUP = "contracts"
"""The items that pytest-xdist keeps on one worker, with --dist loadgroup: two at once could borrow the same item."""


@dataclass(frozen=True)
class Case:
    """One law or scenario of one target."""

    suite: Suite
    check: Check

    @property
    def title(self) -> str:
        """What it promises."""
        return self.check.title

    def verify(self) -> None:
        """Pass where it held, skip where it does not apply, fail where it was broken or never reached."""
        __tracebackhide__ = True
        outcome = self.suite.outcome(self.check)
        if outcome.left_behind:
            sys.stdout.write("\n".join(f"left behind: {each}" for each in outcome.left_behind))
        if outcome.verdict is Verdict.NA:
            pytest.skip(outcome.told)
        if outcome.verdict is not Verdict.HELD:
            pytest.fail(f"{self.title}\n\n{outcome.told}", pytrace=False)


def testcases(target: Any, **options: Any) -> list[Any]:
    """The laws and scenarios of a target as parameters of a test, which calls `verify()` of each.

    The target is a URL, an ASGI or WSGI application, or a function that makes one; `spec`, `profile`, `only`, `seed`,
    `max_examples` and `allow_writes` are those of `contracts.check`. Nothing is sent or served before a case runs.
    """
    suite = Suite.read(target, **options)
    marks = [pytest.mark.contracts, *([pytest.mark.xdist_group(GROUP)] if "xdist" in sys.modules else [])]
    return [pytest.param(Case(suite, check), id=name, marks=marks) for name, check in suite.named()]

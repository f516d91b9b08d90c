"""Laws and scenarios as tests: `pytest --contracts-url URL` or `--contracts-app package.module:app` adds one item each.

They come after the tests of the project. For a test module of one's own there is `contracts.testcases`.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import CannotRun
from contracts.installation import require_checker

if TYPE_CHECKING:
    from contracts.checks.registration import Check
    from contracts.runner.suite import Suite

GROUP = "contracts"
"""The items that pytest-xdist keeps on one worker, with --dist loadgroup: two at once could borrow the same item."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `contracts check`, with a prefix."""
    group = parser.getgroup("contracts", "the laws and scenarios of a contract")
    group.addoption("--contracts-url", metavar="URL", help="Check the backend at this address.")
    group.addoption("--contracts-app", metavar="MODULE:APP", help="Check this ASGI or WSGI application, or factory.")
    group.addoption("--contracts-spec", type=Path, metavar="FILE", help="OpenAPI 3.0 or 3.1 document.")
    group.addoption("--contracts-profile", type=Path, metavar="FILE", help="People, known resources, quirks.")
    group.addoption("--contracts-only", action="append", default=[], metavar="CODE|RULE", help="CT101, VIS … (repeat).")
    group.addoption("--contracts-seed", type=int, metavar="N", help="Seed of everything that is drawn.")
    group.addoption("--contracts-max-examples", type=int, metavar="N", help="Values drawn per field and media type.")
    group.addoption("--contracts-allow-writes", action="store_true", help="Write to a host that is not this machine.")
    group.addoption("--contracts-safety", choices=("observe", "sandbox", "destructive"), help="How far to go.")
    group.addoption("--contracts-rate", type=float, metavar="N", help="At most N requests a second.")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, by which the items are chosen or left out."""
    config.addinivalue_line("markers", "contracts: a law or scenario of a contract")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add an item for each check that was chosen; nothing is sent before one of them runs."""
    if not (config.getoption("--contracts-url") or config.getoption("--contracts-app")):
        return
    try:
        suite = _suite(config)
    except CannotRun as error:
        raise pytest.UsageError(str(error)) from error
    items += session.genitems(Contract.from_parent(session, name="contracts", nodeid="contracts", suite=suite))


def _suite(config: pytest.Config) -> "Suite":
    """What the options of a session ask for."""
    require_checker()
    from contracts.client.target import Conduct, Safety
    from contracts.runner.apps import load
    from contracts.runner.suite import Suite

    safety = config.getoption("--contracts-safety")
    url, name = config.getoption("--contracts-url"), config.getoption("--contracts-app")
    if url and name:
        raise CannotRun("--contracts-url and --contracts-app: give one of them.")
    return Suite.read(
        url or load(name),
        spec=config.getoption("--contracts-spec"),
        profile=config.getoption("--contracts-profile"),
        only=config.getoption("--contracts-only"),
        seed=config.getoption("--contracts-seed"),
        max_examples=config.getoption("--contracts-max-examples"),
        allow_writes=config.getoption("--contracts-allow-writes"),
        conduct=Conduct(Safety(safety) if safety else None, config.getoption("--contracts-rate")),
    )


class Contract(pytest.Collector):
    """All checks of a target."""

    def __init__(self, *, suite: "Suite", **node: Any) -> None:
        super().__init__(**node)
        self.suite = suite

    def collect(self) -> "Iterator[Promise]":
        """One item for each check, named after its code."""
        for name, check in self.suite.named():
            yield Promise.from_parent(self, name=name, check=check)


class Unkept(Exception):
    """The check found something, or could not be exercised; the text tells it as reports do."""


class Promise(pytest.Item):
    """One law or scenario."""

    def __init__(self, *, check: "Check", **node: Any) -> None:
        super().__init__(**node)
        self.check = check
        self.add_marker("contracts")
        if self.config.pluginmanager.hasplugin("xdist"):
            self.add_marker(pytest.mark.xdist_group(GROUP))

    def runtest(self) -> None:
        """Pass where it held, skip where it does not apply, fail where it was broken or never reached."""
        from contracts.results.verdict import Verdict

        assert isinstance(self.parent, Contract)
        outcome = self.parent.suite.outcome(self.check)
        if outcome.left_behind:
            self.add_report_section("call", "left behind", "\n".join(outcome.left_behind))
        if outcome.verdict is Verdict.NA:
            pytest.skip(outcome.told)
        if outcome.verdict is not Verdict.HELD:
            raise Unkept(outcome.told)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was promised and what came, without the insides of the checker."""
        if isinstance(excinfo.value, Unkept):
            return f"{self.check.title}\n\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """The item as the list of failures names it."""
        return "contracts", None, f"{self.name} {self.check.title}"


@dataclass(frozen=True)
class Case:
    """One law or scenario of one target."""

    suite: "Suite"
    check: "Check"

    @property
    def title(self) -> str:
        """What it promises."""
        return self.check.title

    def verify(self) -> None:
        """Pass where it held, skip where it does not apply, fail where it was broken or never reached."""
        from contracts.results.verdict import Verdict

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
    try:
        require_checker()
    except CannotRun as error:
        # Pytest prints this one without a traceback.
        raise pytest.Collector.CollectError(str(error)) from error
    from contracts.runner.suite import Suite

    suite = Suite.read(target, **options)
    marks = [pytest.mark.contracts, *([pytest.mark.xdist_group(GROUP)] if "xdist" in sys.modules else [])]
    return [pytest.param(Case(suite, check), id=name, marks=marks) for name, check in suite.named()]

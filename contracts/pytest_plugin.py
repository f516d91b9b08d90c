"""Run laws and scenarios as tests: `pytest --contracts-url URL` or `--contracts-app package.module:app` adds them.

They run after the tests of the project. Use `contracts.testcases` to place them in a test module.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import CannotRun
from contracts.installation import require_checker

if TYPE_CHECKING:
    from contracts.checks.registration import Check
    from contracts.client.target import Conduct
    from contracts.profile.models import Profile
    from contracts.runner.suite import Suite

GROUP = "contracts"
"""The group that pytest-xdist keeps on one worker with --dist loadgroup: two checks could borrow the same item."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `contracts check`, with a prefix."""
    group = parser.getgroup("contracts", "checks of a backend against its OpenAPI contract")
    group.addoption("--contracts-url", metavar="URL", help="Check the backend at this base URL.")
    group.addoption("--contracts-app", metavar="MODULE:APP", help="Check this ASGI or WSGI application, or factory.")
    group.addoption("--contracts-spec", type=Path, metavar="FILE", help="Check against this OpenAPI document.")
    group.addoption("--contracts-profile", type=Path, metavar="FILE", help="Read users and known items from here.")
    group.addoption(
        "--contracts-only", action="append", default=[], metavar="CODE|RULE", help="Run only these. Repeatable."
    )
    group.addoption("--contracts-seed", type=int, metavar="N", help="Draw all values from this seed.")
    group.addoption("--contracts-max-examples", type=int, metavar="N", help="Draw at most N values per field.")
    group.addoption("--contracts-allow-writes", action="store_true", help="Allow writes to other hosts.")
    group.addoption(
        "--contracts-safety", choices=("observe", "sandbox", "destructive"), help="Set what may be written."
    )
    group.addoption("--contracts-rate", type=float, metavar="N", help="Send at most N requests per second.")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker that selects or deselects the items."""
    config.addinivalue_line("markers", "contracts: a law or scenario of a contract")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add an item for each selected check. Sends nothing before one of them runs."""
    if not (config.getoption("--contracts-url") or config.getoption("--contracts-app")):
        return
    try:
        suite = _suite(config)
    except CannotRun as error:
        raise pytest.UsageError(str(error)) from error
    items += session.genitems(Contract.from_parent(session, name="contracts", nodeid="contracts", suite=suite))


def _suite(config: pytest.Config) -> "Suite":
    """Return the checks that the options of a session select."""
    require_checker()
    from contracts.client.options import require_base_url
    from contracts.client.target import Conduct, Safety
    from contracts.runner.apps import load
    from contracts.runner.preparation import DEFAULT_EXAMPLES, RunOptions
    from contracts.runner.suite import Suite

    safety = config.getoption("--contracts-safety")
    url, name = config.getoption("--contracts-url"), config.getoption("--contracts-app")
    if url and name:
        raise CannotRun("--contracts-url and --contracts-app exclude each other. Leave one of them out.")
    if url:
        require_base_url(url, "--contracts-url")
    options = RunOptions(
        spec=config.getoption("--contracts-spec"),
        profile=config.getoption("--contracts-profile"),
        only=config.getoption("--contracts-only"),
        seed=config.getoption("--contracts-seed"),
        max_examples=config.getoption("--contracts-max-examples") or DEFAULT_EXAMPLES,
        allow_writes=config.getoption("--contracts-allow-writes"),
        conduct=Conduct(Safety(safety) if safety else None, config.getoption("--contracts-rate")),
    )
    return Suite.read(url or load(name), options)


class Contract(pytest.Collector):
    """The collector of all checks of a target."""

    def __init__(self, *, suite: "Suite", **node: Any) -> None:
        super().__init__(**node)
        self.suite = suite

    def collect(self) -> "Iterator[Promise]":
        """Yield an item for each check, named after its code."""
        for name, check in self.suite.named():
            yield Promise.from_parent(self, name=name, check=check)


class Unkept(Exception):
    """A check that is broken or was never reached; the text describes it like a report."""


class Promise(pytest.Item):
    """The item of one law or scenario."""

    def __init__(self, *, check: "Check", **node: Any) -> None:
        super().__init__(**node)
        self.check = check
        self.add_marker("contracts")
        if self.config.pluginmanager.hasplugin("xdist"):
            self.add_marker(pytest.mark.xdist_group(GROUP))

    def runtest(self) -> None:
        """Pass if it held, skip if it does not apply, fail if it is broken or was never reached."""
        from contracts.results.verdict import Verdict

        assert isinstance(self.parent, Contract)
        outcome = self.parent.suite.outcome(self.check)
        if outcome.left_behind:
            self.add_report_section("call", "left behind", "\n".join(outcome.left_behind))
        if outcome.verdict is Verdict.NA:
            pytest.skip(outcome.text)
        if outcome.verdict is not Verdict.HELD:
            raise Unkept(outcome.text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Describe the promise and the response, without a traceback of the checker."""
        if isinstance(excinfo.value, Unkept):
            return f"{self.check.title}\n\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """Return the name of the item in the list of failures."""
        return "contracts", None, f"{self.name} {self.check.title}"


@dataclass(frozen=True)
class Case:
    """One law or scenario of one target."""

    suite: "Suite"
    check: "Check"

    @property
    def title(self) -> str:
        """The sentence that it checks."""
        return self.check.title

    def verify(self) -> None:
        """Pass if it held, skip if it does not apply, fail if it is broken or was never reached."""
        from contracts.results.verdict import Verdict

        __tracebackhide__ = True
        outcome = self.suite.outcome(self.check)
        if outcome.left_behind:
            sys.stdout.write("\n".join(f"left behind: {item}" for item in outcome.left_behind))
        if outcome.verdict is Verdict.NA:
            pytest.skip(outcome.text)
        if outcome.verdict is not Verdict.HELD:
            pytest.fail(f"{self.title}\n\n{outcome.text}", pytrace=False)


def testcases(
    target: Any,
    *,
    spec: Path | None = None,
    profile: "Path | Profile | None" = None,
    only: Sequence[str] = (),
    seed: int | None = None,
    max_examples: int | None = None,
    allow_writes: bool = False,
    conduct: "Conduct | None" = None,
) -> list[Any]:
    """Return the laws and scenarios of a target as parameters of a test, which calls `verify()` of each.

    The target is a URL, an ASGI or WSGI application, or a function that returns one. The options are those of
    `contracts.check`. Sends and serves nothing before a case runs.
    """
    try:
        require_checker()
    except CannotRun as error:
        # Pytest prints this one without a traceback.
        raise pytest.Collector.CollectError(str(error)) from error
    from contracts.client.target import Conduct
    from contracts.runner.preparation import DEFAULT_EXAMPLES, RunOptions
    from contracts.runner.suite import Suite

    options = RunOptions(
        spec=spec,
        profile=profile,
        only=only,
        seed=seed,
        max_examples=max_examples or DEFAULT_EXAMPLES,
        allow_writes=allow_writes,
        conduct=conduct or Conduct(),
    )
    suite = Suite.read(target, options)
    marks = [pytest.mark.contracts, *([pytest.mark.xdist_group(GROUP)] if "xdist" in sys.modules else [])]
    return [pytest.param(Case(suite, check), id=name, marks=marks) for name, check in suite.named()]

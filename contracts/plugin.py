"""Laws and scenarios as tests: `pytest --contracts-url URL` adds one item for each, after the tests of the project."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from contracts.findings import Finding
    from contracts.law import Check
    from contracts.model import Model
    from contracts.profile import Profile
    from contracts.run import CheckResult


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of `contracts check`, with a prefix."""
    group = parser.getgroup("contracts", "the laws and scenarios of a contract")
    group.addoption("--contracts-url", metavar="URL", help="Check the backend at this address.")
    group.addoption("--contracts-spec", type=Path, metavar="FILE", help="OpenAPI 3.0 document.")
    group.addoption("--contracts-profile", type=Path, metavar="FILE", help="People, known resources, quirks.")
    group.addoption("--contracts-only", action="append", default=[], metavar="CODE|RULE", help="CT101, VIS … (repeat).")
    group.addoption("--contracts-seed", type=int, metavar="N", help="Seed of everything that is drawn.")
    group.addoption("--contracts-max-examples", type=int, metavar="N", help="Values drawn per field and media type.")
    group.addoption("--contracts-allow-writes", action="store_true", help="Write to a host that is not this machine.")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, by which the items are chosen or left out."""
    config.addinivalue_line("markers", "contracts: a law or scenario that --contracts-url added")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add an item for each check that was chosen; nothing is sent before one of them runs."""
    from contracts.errors import CannotRun

    url = config.getoption("--contracts-url")
    if not url:
        return
    try:
        suite = Suite.read(url, config)
    except CannotRun as error:
        raise pytest.UsageError(str(error)) from error
    items += session.genitems(Contract.from_parent(session, name="contracts", nodeid="contracts", suite=suite))


@dataclass
class Suite:
    """The checks of one target, and how each is run."""

    url: str
    profile: "Profile"
    model: "Model"
    absent: tuple[tuple[str, str], ...]
    checks: "tuple[Check, ...]"
    texts: dict[str, str]
    seed: int
    max_examples: int
    allow_writes: bool

    @classmethod
    def read(cls, url: str, config: pytest.Config) -> "Suite":
        """What the options of a session ask for; CannotRun says what stands in the way."""
        from contracts import api
        from contracts.model import Model
        from contracts.registry import select
        from contracts.served import absent, narrowed

        whole = api.read_document(config.getoption("--contracts-spec"))
        profile = api.profile_for(config.getoption("--contracts-profile"), Model(whole))
        document, profile = narrowed(whole, profile)
        texts = api.rule_texts() if profile.scenarios else {}
        selection = select(config.getoption("--contracts-only"), profile, texts)
        seed = config.getoption("--contracts-seed")
        return cls(
            url=url,
            profile=profile,
            model=Model(document),
            absent=tuple(absent(whole, profile)),
            checks=(*selection.laws, *selection.scenarios),
            texts=texts,
            seed=api.DEFAULT_SEED if seed is None else seed,
            max_examples=config.getoption("--contracts-max-examples") or api.DEFAULT_EXAMPLES,
            allow_writes=config.getoption("--contracts-allow-writes"),
        )

    @cached_property
    def obstacle(self) -> str:
        """Why the target cannot be checked; asked once for all items, and empty where it can."""
        from contracts.api import ready
        from contracts.errors import CannotRun

        try:
            with self._target() as target:
                ready(target, self.model)
        except CannotRun as error:
            return str(error)
        return ""

    def run(self, check: "Check") -> "tuple[CheckResult, list[str]]":
        """Run one check with items of its own; what came of it, and what it could not delete or put back."""
        from contracts.law import Effort
        from contracts.registry import Selection
        from contracts.run import Silence, run_checks

        effort = Effort(self.seed, self.max_examples)
        with self._target() as target:
            chosen = Selection(conformance=False, laws=(check,), scenarios=())
            (result,) = run_checks(target, self.model, chosen, effort, Silence(), self.texts)
            return result, target.left_behind

    def _target(self) -> Any:
        from contracts.run import new_tag
        from contracts.target import Safety, Target, is_loopback

        safety = Safety.SANDBOX if self.allow_writes or is_loopback(self.url) else Safety.OBSERVE
        return Target(self.url, self.profile, safety, new_tag(), self.absent)


class Contract(pytest.Collector):
    """All checks of a target."""

    def __init__(self, *, suite: Suite, **node: Any) -> None:
        super().__init__(**node)
        self.suite = suite

    def collect(self) -> "Iterator[Promise]":
        """One item for each check, named after its code; a second one of the same code has a number."""
        seen: Counter[str] = Counter()
        for check in self.suite.checks:
            seen[check.code] += 1
            name = check.code if seen[check.code] == 1 else f"{check.code}-{seen[check.code]}"
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
            # Two checks at once could borrow the same item: --dist loadgroup keeps them on one worker.
            self.add_marker(pytest.mark.xdist_group("contracts"))

    @property
    def suite(self) -> Suite:
        """Where it belongs."""
        assert isinstance(self.parent, Contract)
        return self.parent.suite

    def runtest(self) -> None:
        """Pass where it held, skip where it does not apply, fail where it was broken or never reached."""
        from contracts.verdict import Verdict

        if self.suite.obstacle:
            raise Unkept(self.suite.obstacle)
        result, left_behind = self.suite.run(self.check)
        if left_behind:
            self.add_report_section("call", "left behind", "\n".join(dict.fromkeys(left_behind)))
        if result.verdict is Verdict.NA:
            pytest.skip(result.why)
        if result.verdict is Verdict.NEVER:
            raise Unkept(f"never reached: {result.why}")
        if result.findings:
            raise Unkept("\n\n".join(_told(each) for each in result.findings))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was promised and what came, without the insides of the checker."""
        if isinstance(excinfo.value, Unkept):
            return f"{self.check.title}\n\n{excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[PathLike[str] | str, int | None, str]:
        """The item as the list of failures names it."""
        return "contracts", None, f"{self.name} {self.check.title}"


def _told(finding: "Finding") -> str:
    lines = (
        f"{finding.rule}  {finding.operation} · {finding.subject}",
        f"promised  {finding.promise or finding.title}",
        f"expected  {finding.expected}",
        f"got       {finding.got}",
        f"how sure  {finding.severity}, {finding.confirmation}, id {finding.id}, seed {finding.seed}",
        "again from nothing:",
        *finding.curl,
    )
    return "\n".join(lines)

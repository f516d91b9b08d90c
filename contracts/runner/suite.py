"""The checks of one target, each to be run by itself as a test of a project."""

import atexit
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from contracts.checks.registration import Check
from contracts.checks.selection import Selection
from contracts.client.target import Target
from contracts.errors import CannotRun
from contracts.generation.storage import hypothesis_in_cache
from contracts.results.findings import Finding
from contracts.results.text import legal
from contracts.results.verdict import Verdict
from contracts.runner.apps import serving
from contracts.runner.preparation import Prepared, RunOptions, prepare
from contracts.runner.results import CheckResult, Silence
from contracts.runner.run import new_tag, run_checks
from contracts.runner.session import require_ready


@dataclass(frozen=True)
class Outcome:
    """The outcome of one check as text, and what it could not delete or restore."""

    verdict: Verdict
    text: str
    left_behind: Sequence[str] = ()


@dataclass
class Suite:
    """The checks of one target, which is a URL or an application. Sends nothing before one of them runs."""

    target: Any
    options: RunOptions
    prepared: Prepared
    _open: ExitStack = field(default_factory=ExitStack)

    @classmethod
    def read(cls, target: Any, options: RunOptions) -> "Suite":
        """Return the selected checks; CannotRun says why they cannot run."""
        return cls(target, options, prepare(options))

    def named(self) -> Iterator[tuple[str, Check]]:
        """Yield each check with its code, and a number where several share a code."""
        numbers: Counter[str] = Counter()
        for check in self.prepared.checks:
            numbers[check.code] += 1
            number = numbers[check.code]
            yield check.code if number == 1 else f"{check.code}-{number}", check

    @cached_property
    def url(self) -> str:
        """The URL of the target; an application is served from now on until the program ends."""
        if isinstance(self.target, str):
            return self.target
        atexit.register(self._open.close)
        return self._open.enter_context(serving(self.target))

    @cached_property
    def obstacle(self) -> str:
        """Why the target cannot be checked, found out once for all checks; empty if it can."""
        try:
            with hypothesis_in_cache(), self._open_target() as target:
                require_ready(target, self.prepared.model)
                target.recover()
        except CannotRun as error:
            return legal(str(error))
        return ""

    def outcome(self, check: Check) -> Outcome:
        """Run one check with items of its own."""
        if self.obstacle:
            return Outcome(Verdict.NEVER, self.obstacle)
        selection = Selection(conformance=False, laws=(check,), scenarios=())
        prepared, effort = self.prepared, self.options.effort
        with hypothesis_in_cache(), self._open_target() as target:
            (result,) = run_checks(target, prepared.model, selection, effort, Silence(), prepared.texts)
            target.clean_up()
            remains = dict.fromkeys(map(legal, target.remains))
            return Outcome(result.verdict, legal(self._text(result)), tuple(remains))

    def _open_target(self) -> Target:
        prepared, options = self.prepared, self.options
        safety = options.safety_for(self.url)
        return Target(self.url, prepared.profile, safety, new_tag(), prepared.absent, options.conduct)

    def _text(self, result: CheckResult) -> str:
        if result.findings:
            blocks = [_describe(finding) for finding in result.findings]
            if not isinstance(self.target, str):
                blocks.append(f"(The application was served at {self.url} for this session alone.)")
            return "\n\n".join(blocks)
        return f"never reached: {result.why}" if result.verdict is Verdict.NEVER else result.why


def _describe(finding: Finding) -> str:
    lines = (
        f"{finding.rule}  {finding.operation} · {finding.subject}",
        f"promised  {finding.promise or finding.title}",
        f"expected  {finding.expected}",
        f"got       {finding.got}",
        f"how sure  {finding.severity}, {finding.confirmation}, id {finding.id}, seed {finding.seed}",
        "reproduce from scratch:",
        *finding.curl,
    )
    return "\n".join(lines)

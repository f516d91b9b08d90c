"""The checks of one target, each to be run by itself: what the tests of a project are made of."""

import atexit
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from contracts.checks.registration import Check
from contracts.checks.selection import Selection, select
from contracts.client.target import Conduct, Target
from contracts.errors import CannotRun
from contracts.generation.effort import Effort
from contracts.generation.storage import hypothesis_in_cache
from contracts.openapi.description import Model
from contracts.profile.models import Profile
from contracts.profile.subset import absent_operations, select_operations
from contracts.results.findings import Finding
from contracts.results.text import legal
from contracts.results.verdict import Verdict
from contracts.runner import session
from contracts.runner.apps import serving
from contracts.runner.results import CheckResult, Silence
from contracts.runner.run import new_tag, run_checks


@dataclass(frozen=True)
class Outcome:
    """What came of one check, in words, and what it could not delete or put back."""

    verdict: Verdict
    told: str
    left_behind: Sequence[str] = ()


@dataclass
class Suite:
    """The checks of one target, which is a URL or an application; nothing is sent or served before one of them runs."""

    target: Any
    profile: Profile
    model: Model
    absent: tuple[tuple[str, str], ...]
    checks: tuple[Check, ...]
    texts: dict[str, str]
    effort: Effort
    allow_writes: bool
    conduct: Conduct
    _open: ExitStack = field(default_factory=ExitStack)

    @classmethod
    def read(
        cls,
        target: Any,
        *,
        spec: Path | None = None,
        profile: Path | Profile | None = None,
        only: Sequence[str] = (),
        seed: int | None = None,
        max_examples: int | None = None,
        allow_writes: bool = False,
        conduct: Conduct | None = None,
    ) -> "Suite":
        """The checks that were chosen; CannotRun says what stands in the way."""
        whole = session.read_document(spec)
        known = profile if isinstance(profile, Profile) else session.profile_for(profile, Model(whole))
        document, known = select_operations(whole, known)
        texts = session.rule_texts() if known.scenarios else {}
        selection = select(only, known, texts)
        return cls(
            target=target,
            profile=known,
            model=Model(document),
            absent=tuple(absent_operations(whole, known)),
            checks=(*selection.laws, *selection.scenarios),
            texts=texts,
            effort=Effort(
                session.DEFAULT_SEED if seed is None else seed,
                session.DEFAULT_EXAMPLES if max_examples is None else max_examples,
            ),
            allow_writes=allow_writes,
            conduct=conduct or Conduct(),
        )

    def named(self) -> Iterator[tuple[str, Check]]:
        """Each check by its code; a second one of the same code has a number."""
        seen: Counter[str] = Counter()
        for check in self.checks:
            seen[check.code] += 1
            yield check.code if seen[check.code] == 1 else f"{check.code}-{seen[check.code]}", check

    @cached_property
    def url(self) -> str:
        """Where the target answers; an application is served from here on until the program ends."""
        if isinstance(self.target, str):
            return self.target
        atexit.register(self._open.close)
        return self._open.enter_context(serving(self.target))

    @cached_property
    def obstacle(self) -> str:
        """Why the target cannot be checked; asked once for all checks, and empty where it can."""
        try:
            with hypothesis_in_cache(), self._target() as target:
                session.ready(target, self.model)
                target.recover()
        except CannotRun as error:
            return legal(str(error))
        return ""

    def outcome(self, check: Check) -> Outcome:
        """Run one check with items of its own."""
        if self.obstacle:
            return Outcome(Verdict.NEVER, self.obstacle)
        with hypothesis_in_cache(), self._target() as target:
            chosen = Selection(conformance=False, laws=(check,), scenarios=())
            (result,) = run_checks(target, self.model, chosen, self.effort, Silence(), self.texts)
            target.clean_up()
            remains = dict.fromkeys(map(legal, target.remains))
            return Outcome(result.verdict, legal(self._words(result)), tuple(remains))

    def _target(self) -> Target:
        safety = self.conduct.safety_for(self.url, self.allow_writes)
        return Target(self.url, self.profile, safety, new_tag(), self.absent, self.conduct)

    def _words(self, result: CheckResult) -> str:
        if result.findings:
            served = not isinstance(self.target, str)
            note = [f"(The application was served at {self.url} for this session alone.)"] if served else []
            return "\n\n".join([*map(_told, result.findings), *note])
        return f"never reached: {result.why}" if result.verdict is Verdict.NEVER else result.why


def _told(finding: Finding) -> str:
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

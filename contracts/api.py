"""The checker as functions: `check` returns a report, `clean` deletes what runs have left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from contracts.client import ledger as ledgers
from contracts.client.target import Conduct, Safety, Target
from contracts.errors import CannotRun
from contracts.generation.effort import Effort
from contracts.openapi.description import Model
from contracts.profile.models import Profile
from contracts.report import Report
from contracts.report.rules import Ended, report_of
from contracts.results.verdict import Verdict
from contracts.runner.internal_errors import internal
from contracts.runner.results import CheckResult, Listener, Silence
from contracts.runner.run import new_tag, run_checks
from contracts.runner.session import DEFAULT_EXAMPLES, DEFAULT_SEED, Terms, opened, profile_for, read_document, terms


def check(
    url: str,
    *,
    spec: Path | None = None,
    profile: Path | Profile | None = None,
    only: Sequence[str] = (),
    seed: int = DEFAULT_SEED,
    max_examples: int = DEFAULT_EXAMPLES,
    allow_writes: bool = False,
    conduct: Conduct | None = None,
    listener: Listener | None = None,
) -> Report:
    """Find out which parts of a contract the backend at a URL keeps; CannotRun says what stands in the way."""
    held = terms(spec=spec, profile=profile, only=only)
    with opened(url, held, conduct or Conduct(), allow_writes=allow_writes) as target:
        return _checked(target, held, Effort(seed, max_examples), listener or Silence())


@dataclass(frozen=True)
class Cleaned:
    """What came of cleaning up after runs that were cut off."""

    runs: int
    deleted: int
    left: Sequence[str]
    """What could not be deleted, in words."""


def clean(
    url: str, *, spec: Path | None = None, profile: Path | Profile | None = None, conduct: Conduct | None = None
) -> Cleaned:
    """Delete what runs have left on a target, by their ledgers; CannotRun says what stands in the way."""
    document = read_document(spec)
    known = profile if isinstance(profile, Profile) else profile_for(profile, Model(document))
    conduct = conduct or Conduct()
    runs = 0
    left: list[str] = []
    with Target(url, known, Safety.SANDBOX, new_tag(), conduct=replace(conduct, ledger=None)) as target:
        target.learn(Model(document))
        for ledger in ledgers.left(target.url, conduct.ledger, target.redactor):
            left += map(target.redactor.redact, target.delete_left(ledger))
            runs += 1
        return Cleaned(runs, target.deleted, left)


def _checked(target: Target, held: Terms, effort: Effort, listener: Listener) -> Report:
    started = perf_counter()
    results = run_checks(target, held.model, held.selection, effort, listener, held.texts)
    if held.selection.conformance:
        results += _conformed(target, held, effort, listener)
    target.clean_up()
    seconds = perf_counter() - started
    gate = target.gate
    ended = Ended(target.safety, seconds, target.sent, target.remains, target.stopped, bool(gate.cut_off))
    return report_of(target.url, effort.seed, held, results, ended)


def _conformed(target: Target, held: Terms, effort: Effort, listener: Listener) -> list[CheckResult]:
    """What the engine found; where it cannot go on, what was found before is told all the same."""
    from contracts.conformance.engine import conform, phases

    try:
        return conform(target, held.document, effort, listener)
    except CannotRun as reason:
        target.gate.breaker.give_up(str(reason))
        return [CheckResult(each, Verdict.NEVER, f"cut off: {reason}") for each in phases()]
    except Exception as error:
        why = internal(error)
        return [CheckResult(each, Verdict.NEVER, why, failed=True) for each in phases()]

"""The Python API: `check` returns a report, `clean` deletes what earlier runs left."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from contracts.client import ledger as ledgers
from contracts.client.target import Conduct, Safety, Target
from contracts.errors import CannotRun
from contracts.openapi.description import Model
from contracts.profile.models import Profile
from contracts.report import Report
from contracts.report.rules import RunEnd, report_of
from contracts.results.verdict import Verdict
from contracts.runner.internal_errors import internal
from contracts.runner.preparation import (
    DEFAULT_EXAMPLES,
    DEFAULT_SEED,
    Prepared,
    RunOptions,
    load_profile,
    prepare,
    read_document,
)
from contracts.runner.results import CheckResult, Listener, Silence
from contracts.runner.run import new_tag, run_checks
from contracts.runner.session import open_target


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
    """Check the backend at a URL against its contract, and return the report; CannotRun says why it could not run."""
    options = RunOptions(
        spec=spec,
        profile=profile,
        only=only,
        seed=seed,
        max_examples=max_examples,
        allow_writes=allow_writes,
        conduct=conduct or Conduct(),
    )
    return check_with(url, options, listener)


def check_with(url: str, options: RunOptions, listener: Listener | None = None) -> Report:
    """Check the backend at a URL, with all options in one value."""
    prepared = prepare(options)
    with open_target(url, prepared, options) as target:
        return _run(target, prepared, options, listener or Silence())


@dataclass(frozen=True)
class Cleaned:
    """The outcome of cleaning up after runs that were cut off."""

    runs: int
    deleted: int
    left: Sequence[str]
    """The items that could not be deleted, each with the reason."""


def clean(
    url: str, *, spec: Path | None = None, profile: Path | Profile | None = None, conduct: Conduct | None = None
) -> Cleaned:
    """Delete the items that earlier runs left on a target, by their ledgers; CannotRun says why that is impossible."""
    model = Model(read_document(spec))
    loaded = load_profile(profile, model)
    conduct = conduct or Conduct()
    runs = 0
    left: list[str] = []
    with Target(url, loaded, Safety.SANDBOX, new_tag(), conduct=replace(conduct, ledger=None)) as target:
        target.learn(model)
        for ledger in ledgers.left(target.url, conduct.ledger, target.redactor):
            left += map(target.redactor.redact, target.delete_left(ledger))
            runs += 1
        return Cleaned(runs, target.deleted, left)


def _run(target: Target, prepared: Prepared, options: RunOptions, listener: Listener) -> Report:
    started = perf_counter()
    results = run_checks(target, prepared.model, prepared.selection, options.effort, listener, prepared.texts)
    if prepared.selection.conformance:
        results += _run_conformance(target, prepared, options, listener)
    target.clean_up()
    seconds = perf_counter() - started
    end = RunEnd(target.safety, seconds, target.sent, target.remains, target.stopped, cut_off=bool(target.gate.cut_off))
    return report_of(target.url, options.effort.seed, prepared, results, end)


def _run_conformance(target: Target, prepared: Prepared, options: RunOptions, listener: Listener) -> list[CheckResult]:
    """Run Schemathesis; where it cannot go on, the results of the laws and scenarios are still reported."""
    from contracts.conformance.engine import conform, phases

    try:
        return conform(target, prepared.document, options.effort, listener)
    except CannotRun as reason:
        target.gate.breaker.give_up(str(reason))
        return [CheckResult(phase, Verdict.NEVER, f"cut off: {reason}") for phase in phases()]
    except Exception as error:
        why = internal(error)
        return [CheckResult(phase, Verdict.NEVER, why, failed=True) for phase in phases()]

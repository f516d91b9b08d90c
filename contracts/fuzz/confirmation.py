"""Try each finding of a long run again, one at a time, while nothing else is sent."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from contracts.checks.context import Context
from contracts.checks.contexts import contexts_of, select_contexts
from contracts.checks.registration import Trial
from contracts.client.target import Target
from contracts.generation.effort import Effort
from contracts.results.findings import CONFIRMATIONS, Finding
from contracts.results.verdict import NotApplicable
from contracts.runner.preparation import Prepared
from contracts.runner.run import new_tag
from contracts.runner.trial import Recipe, run_again


def confirm(finding: Finding, target: Target, prepared: Prepared) -> Finding:
    """Return the finding with how often it came back, or unchanged if its values could not be kept."""
    return target.redactor.redact_finding(_confirm(finding, target, prepared))


def _confirm(finding: Finding, target: Target, prepared: Prepared) -> Finding:
    if not finding.again:
        return finding
    target.tag = new_tag()
    if finding.lane == "A":
        from contracts.conformance.engine import confirmed as confirm_conformance

        return confirm_conformance(target, prepared.document, finding)
    match = next(_trials(finding, target, prepared), None)
    return _try_again(finding, *match) if match else finding


def _try_again(finding: Finding, context: Context, trial: Trial) -> Finding:
    overruns = context.target.gate.overruns
    again = context.target.redactor.restore_value(finding.again)
    rejected = overruns.rejected
    outcome = run_again(context, trial, Recipe.from_dict(_retagged(again, context.target.tag)))
    if outcome.broken is None and overruns.rejected > rejected:
        return finding
    counted = replace(finding, came_back=outcome.came_back, tries=CONFIRMATIONS)
    if outcome.broken is None or outcome.tape is None:
        return counted
    broken, curl = outcome.broken, tuple(outcome.tape.curl())
    return replace(counted, expected=broken.expected, got=broken.got, curl=curl)


def _retagged(again: Mapping[str, Any], tag: str) -> dict[str, Any]:
    """Return a recipe with new unique values, as long as the old ones."""
    renewed: dict[str, Any] = json.loads(json.dumps(dict(again)).replace(again["tag"], tag))
    return renewed


def _trials(finding: Finding, target: Target, prepared: Prepared) -> Iterator[tuple[Context, Trial]]:
    """Yield the trial that a finding is about, with its context."""
    contexts = list(contexts_of(target, prepared.model, Effort(finding.seed)))
    place = (finding.operation, finding.subject)
    for check in prepared.checks:
        if check.code != finding.code:
            continue
        for context in select_contexts(check, contexts, prepared.selection):
            try:
                trials = list(check.trials(context))
            except NotApplicable:
                continue
            yield from ((context, trial) for trial in trials if (trial.operation, trial.subject) == place)

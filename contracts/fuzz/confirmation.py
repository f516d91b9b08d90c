"""Tries each finding of a long run again, alone: nothing else is sent meanwhile."""

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
from contracts.runner.run import new_tag
from contracts.runner.session import Terms
from contracts.runner.trial import Recipe, run_again


def confirmed(finding: Finding, target: Target, held: Terms) -> Finding:
    """The finding with how often it came back; as it was, if what showed it could not be kept."""
    return target.redactor.redact_finding(_confirmed(finding, target, held))


def _confirmed(finding: Finding, target: Target, held: Terms) -> Finding:
    if not finding.again:
        return finding
    target.tag = new_tag()
    if finding.lane == "A":
        from contracts.conformance.engine import confirmed as by_the_engine

        return by_the_engine(target, held.document, finding)
    found = next(_trials(finding, target, held), None)
    return _tried(finding, *found) if found else finding


def _tried(finding: Finding, context: Context, trial: Trial) -> Finding:
    again = context.target.redactor.restore_value(finding.again)
    refused = context.target.gate.overruns.rejected
    outcome = run_again(context, trial, Recipe.from_dict(_retagged(again, context.target.tag)))
    if outcome.broken is None and context.target.gate.overruns.rejected > refused:
        return finding
    told = replace(finding, came_back=outcome.came_back, tries=CONFIRMATIONS)
    if outcome.broken is None or outcome.tape is None:
        return told
    broken, curl = outcome.broken, tuple(outcome.tape.curl())
    return replace(told, expected=broken.expected, got=broken.got, curl=curl)


def _retagged(again: Mapping[str, Any], tag: str) -> dict[str, Any]:
    """A recipe whose unique values are new ones, as long as those were."""
    renewed: dict[str, Any] = json.loads(json.dumps(dict(again)).replace(again["tag"], tag))
    return renewed


def _trials(finding: Finding, target: Target, held: Terms) -> Iterator[tuple[Context, Trial]]:
    """The trial that a finding is about, where it is tried."""
    contexts = list(contexts_of(target, held.model, Effort(finding.seed)))
    checks = (*held.selection.laws, *held.selection.scenarios)
    for check in (each for each in checks if each.code == finding.code):
        for context in select_contexts(check, contexts, held.selection):
            try:
                trials = list(check.trials(context))
            except NotApplicable:
                continue
            same = (each for each in trials if (each.operation, each.subject) == (finding.operation, finding.subject))
            yield from ((context, trial) for trial in same)

"""One run from start to finish: runs the selected checks, and makes findings of what broke."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Any

from contracts.checks.context import Context
from contracts.checks.contexts import contexts_of, select_contexts
from contracts.checks.registration import Check, Trial
from contracts.checks.selection import Selection
from contracts.client.target import Target
from contracts.errors import CannotRun
from contracts.generation.effort import Effort
from contracts.openapi.description import Model
from contracts.results.findings import Finding
from contracts.results.verdict import Lacking, NotApplicable, Verdict
from contracts.runner.internal_errors import internal
from contracts.runner.results import CheckResult, Listener, Tried, redacted, verdict_of
from contracts.runner.trial import Outcome
from contracts.runner.trial import run as run_trial

QUICK = 4
"""How many trials a law has for a resource, at most, that is tried before the scenarios."""


def new_tag() -> str:
    """A text that marks what this run creates, so that two runs do not meet."""
    return f"ct{secrets.token_hex(4)}"


def run_checks(
    target: Target, model: Model, selection: Selection, effort: Effort, listener: Listener, texts: Mapping[str, str]
) -> list[CheckResult]:
    """Run the scenarios and laws of a selection, one after the other; their results stand as they were chosen.

    What is over soon goes first, so that a breach is seen early: laws with few trials, then the scenarios, which are
    the shortest ways to what is promised (those that make many items at the end), then the laws that try every field in
    every encoding.
    """
    contexts = list(contexts_of(target, model, effort))
    results = []
    for name, checks in _phases(selection, contexts):
        listener.phase(name, len(checks))
        for check in checks:
            results.append(_run(check, select_contexts(check, contexts, selection), texts))
            listener.checked(results[-1])
    chosen = [*selection.scenarios, *selection.laws]
    return sorted(results, key=lambda each: chosen.index(each.check))


def _phases(selection: Selection, contexts: Sequence[Context]) -> Iterator[tuple[str, Sequence[Check]]]:
    quick = [each for each in selection.laws if _is_quick(each, select_contexts(each, contexts, selection))]
    yield "quick laws", quick
    yield "scenarios", sorted(selection.scenarios, key=lambda each: each.fills)
    yield "laws", [each for each in selection.laws if each not in quick]


def _is_quick(check: Check, contexts: Sequence[Context]) -> bool:
    """Whether a law has few trials for each resource to which it applies; to count them sends nothing."""
    return 0 < max((_trials(check, each) for each in contexts), default=0) <= QUICK


def _trials(check: Check, context: Context) -> int:
    with suppress(NotApplicable):
        return len(list(check.trials(context)))
    return 0


def run_check(check: Check, context: Context, texts: Mapping[str, str]) -> CheckResult:
    """Run one law or scenario at one resource."""
    return _run(check, [context], texts)


def _run(check: Check, contexts: Sequence[Context], texts: Mapping[str, str]) -> CheckResult:
    target = contexts[0].target if contexts else None
    started, sent = perf_counter(), target.sent if target else 0
    reason = _waived(check, contexts)
    if target and target.gate.closed and not reason:
        return CheckResult(check, Verdict.NEVER, f"cut off: {target.stopped}")
    result = CheckResult(check, Verdict.NA, reason) if reason else _tried_or_failed(check, contexts, texts)
    if target and target.gate.closed and result.verdict is Verdict.HELD:
        result.verdict, result.why = Verdict.NEVER, f"cut off: {target.gate.closed}"
    result.seconds = perf_counter() - started
    result.requests = (target.sent if target else 0) - sent
    return redacted(result, target.redactor) if target else result


def _waived(check: Check, contexts: Sequence[Context]) -> str:
    if not contexts:
        return "the spec has no collection that creates items"
    differences = contexts[0].profile.differences
    named = [differences[code] for code in (check.code, *check.rules) if code in differences]
    return f"declared in the profile: {named[0]}" if named else ""


def _tried_or_failed(check: Check, contexts: Sequence[Context], texts: Mapping[str, str]) -> CheckResult:
    """Try it; an error of the checker itself is no verdict, and keeps nothing else from being tried."""
    try:
        return _tried(check, contexts, texts)
    except CannotRun:
        raise
    except Exception as error:
        return CheckResult(check, Verdict.NEVER, internal(error), failed=True)


def _tried(check: Check, contexts: Sequence[Context], texts: Mapping[str, str]) -> CheckResult:
    outcomes = [(context, outcome) for context in contexts for outcome in _outcomes(check, context)]
    findings = [_finding(check, context, outcome, texts) for context, outcome in outcomes if outcome.broken]
    verdict, why = verdict_of(outcomes)
    tried = tuple(Tried(each.trial.subject, each.trial.operation, each.verdict) for _, each in outcomes)
    lacking = tuple(dict.fromkeys(each.why for _, each in outcomes if each.lacking))
    return CheckResult(check, verdict, why, findings, len(outcomes), tried=tried, lacking=lacking)


def _outcomes(check: Check, context: Context) -> Iterator[Outcome]:
    trial = Trial("", "", lambda: None)
    try:
        for each in list(check.trials(context)):
            trial = each
            closed = context.target.gate.closed
            yield Outcome(trial, Verdict.NEVER, f"cut off: {closed}") if closed else run_trial(context, trial)
    except NotApplicable as reason:
        yield Outcome(trial, Verdict.NA, str(reason), lacking=isinstance(reason, Lacking))
    except CannotRun as reason:
        # The target is gone, or takes nobody any more: what was found before is told all the same.
        context.target.gate.breaker.give_up(str(reason))
        yield Outcome(trial, Verdict.NEVER, f"cut off: {reason}")


def _finding(check: Check, context: Context, outcome: Outcome, texts: Mapping[str, str]) -> Finding:
    broken = outcome.broken
    assert broken is not None
    rules = broken.rules or (*check.rules, *context.notes.speaks_for.get(check.code, ()))
    return Finding(
        code=check.code,
        title=check.title,
        operation=outcome.trial.operation,
        subject=outcome.trial.subject,
        expected=broken.expected,
        got=broken.got,
        severity=check.severity,
        seed=context.effort.seed,
        rules=tuple(rules),
        curl=tuple(outcome.tape.curl()) if outcome.tape else (),
        came_back=outcome.came_back,
        tries=outcome.tries,
        again=_again(context, outcome),
        names=check.names,
        pointer=_pointer(context, outcome.trial.operation),
        promise=next((texts[rule] for rule in rules if rule in texts), check.title),
    )


def _again(context: Context, outcome: Outcome) -> dict[str, Any]:
    """How the trial is done again; with the tag that stands in the values it drew, which has to be a new one then."""
    recipe = outcome.recipe.to_dict()
    return {"tag": context.target.tag, **recipe} if recipe is not None else {}


def _pointer(context: Context, label: str) -> str:
    operations = context.model.operations.values()
    return next((each.pointer for each in operations if each.label == label), "")

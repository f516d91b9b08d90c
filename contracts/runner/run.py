"""Run the selected checks one after the other, and make findings of broken promises."""

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
from contracts.runner.results import CheckResult, Listener, Tried, gaps_of, redacted, verdict_of
from contracts.runner.trial import Outcome
from contracts.runner.trial import run as run_trial

QUICK = 4
"""Laws with at most so many trials for each resource run before the scenarios."""


def new_tag() -> str:
    """Return a text that marks the items of this run, so that runs do not mistake each other's items for their own."""
    return f"ct{secrets.token_hex(4)}"


def run_checks(
    target: Target, model: Model, selection: Selection, effort: Effort, listener: Listener, texts: Mapping[str, str]
) -> list[CheckResult]:
    """Run the scenarios and laws of a selection, and return their results in the order of the selection.

    Short checks run first, so that a breach is seen early: laws with few trials, then the scenarios (those that create
    many items last), then the laws that try every field in every encoding.
    """
    contexts = list(contexts_of(target, model, effort))
    results = []
    for name, checks in _phases(selection, contexts):
        listener.phase(name, len(checks))
        for check in checks:
            results.append(_run(check, select_contexts(check, contexts, selection), texts))
            listener.checked(results[-1])
    order = [*selection.scenarios, *selection.laws]
    return sorted(results, key=lambda result: order.index(result.check))


def _phases(selection: Selection, contexts: Sequence[Context]) -> Iterator[tuple[str, Sequence[Check]]]:
    quick = [law for law in selection.laws if _is_quick(law, select_contexts(law, contexts, selection))]
    yield "quick laws", quick
    yield "scenarios", sorted(selection.scenarios, key=lambda scenario: scenario.fills)
    yield "laws", [law for law in selection.laws if law not in quick]


def _is_quick(check: Check, contexts: Sequence[Context]) -> bool:
    """Return whether a law has few trials for each resource that it concerns. Counting them sends nothing."""
    return 0 < max((_count_trials(check, context) for context in contexts), default=0) <= QUICK


def _count_trials(check: Check, context: Context) -> int:
    with suppress(NotApplicable):
        return len(list(check.trials(context)))
    return 0


def run_check(check: Check, context: Context, texts: Mapping[str, str]) -> CheckResult:
    """Run one law or scenario at one resource."""
    return _run(check, [context], texts)


def _run(check: Check, contexts: Sequence[Context], texts: Mapping[str, str]) -> CheckResult:
    target = contexts[0].target if contexts else None
    started, sent = perf_counter(), target.sent if target else 0
    reason = _reason_to_skip(check, contexts)
    if target and target.gate.closed and not reason:
        return CheckResult(check, Verdict.NEVER, f"cut off: {target.stopped}")
    result = CheckResult(check, Verdict.NA, reason) if reason else _try_or_fail(check, contexts, texts)
    if target and target.gate.closed and result.verdict is Verdict.HELD:
        result.verdict, result.why = Verdict.NEVER, f"cut off: {target.gate.closed}"
    result.seconds = perf_counter() - started
    result.requests = (target.sent if target else 0) - sent
    return redacted(result, target.redactor) if target else result


def _reason_to_skip(check: Check, contexts: Sequence[Context]) -> str:
    if not contexts:
        return "the spec has no collection that creates items"
    differences = contexts[0].profile.differences
    declared = [differences[name] for name in (check.code, *check.rules) if name in differences]
    return f"declared in the profile: {declared[0]}" if declared else ""


def _try_or_fail(check: Check, contexts: Sequence[Context], texts: Mapping[str, str]) -> CheckResult:
    """Try a check; an error of the checker itself is no verdict, and does not keep other checks from running."""
    try:
        return _try(check, contexts, texts)
    except CannotRun:
        raise
    except Exception as error:
        return CheckResult(check, Verdict.NEVER, internal(error), failed=True)


def _try(check: Check, contexts: Sequence[Context], texts: Mapping[str, str]) -> CheckResult:
    outcomes = [(context, outcome) for context in contexts for outcome in _outcomes(check, context)]
    verdict, why = verdict_of(outcomes)
    return CheckResult(
        check,
        verdict,
        why,
        findings=[_finding(check, context, outcome, texts) for context, outcome in outcomes if outcome.broken],
        trials=len(outcomes),
        tried=tuple(_tried(outcome) for _, outcome in outcomes),
        lacking=tuple(dict.fromkeys(outcome.why for _, outcome in outcomes if outcome.lacking)),
        gaps=gaps_of(outcomes) if verdict is Verdict.HELD else (),
    )


def _tried(outcome: Outcome) -> Tried:
    trial = outcome.trial
    return Tried(trial.subject, trial.operation, outcome.verdict, trial.person, trial.state)


def _outcomes(check: Check, context: Context) -> Iterator[Outcome]:
    trial = Trial("", "", lambda: None)
    try:
        for trial in list(check.trials(context)):
            closed = context.target.gate.closed
            yield Outcome(trial, Verdict.NEVER, f"cut off: {closed}") if closed else run_trial(context, trial)
    except NotApplicable as reason:
        yield Outcome(trial, Verdict.NA, str(reason), lacking=isinstance(reason, Lacking))
    except CannotRun as reason:
        # The target is gone, or accepts no credentials any more. Earlier results are still reported.
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
    """Return how to repeat the trial, with the tag in its drawn values, which needs to be replaced by a new one."""
    recipe = outcome.recipe.to_dict()
    return {"tag": context.target.tag, **recipe} if recipe is not None else {}


def _pointer(context: Context, label: str) -> str:
    operations = context.model.operations.values()
    return next((operation.pointer for operation in operations if operation.label == label), "")

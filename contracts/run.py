"""One run from start to finish: select the checks, try them, collect verdicts and findings."""

import re
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Any, Protocol

from contracts.errors import CannotRun
from contracts.factory import Factory
from contracts.faults import internal
from contracts.findings import Finding
from contracts.law import Check, Context, Effort, Trial
from contracts.model import Model
from contracts.profile import FieldNotes, ResourceNotes
from contracts.redaction import Redactor
from contracts.registry import Selection, concerns
from contracts.resource import Resource
from contracts.target import Target
from contracts.trial import Outcome
from contracts.trial import run as run_trial
from contracts.verdict import Lacking, NotApplicable, Verdict, together

QUICK = 4
"""How many trials a law has for a resource, at most, that is tried before the scenarios."""
IN_PART = "in part: "
"""How it is told of a check that held, but not on all that it is about."""
_IDS = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\d+")
"""What tells the items of two trials apart in a text."""


@dataclass(frozen=True)
class Tried:
    """What came of one trial."""

    subject: str
    operation: str
    verdict: Verdict


@dataclass
class CheckResult:
    """What came of one check."""

    check: Check
    verdict: Verdict
    why: str = ""
    findings: list[Finding] = field(default_factory=list)
    trials: int = 0
    seconds: float = 0.0
    requests: int = 0
    tried: tuple[Tried, ...] = ()
    lacking: tuple[str, ...] = ()
    """What the checker would need to try it where it could not, even if it was tried elsewhere."""
    unconfirmed: list[Finding] = field(default_factory=list)
    """What came to nothing when it was tried again, and may have been right as things stood: told, not counted."""
    failed: bool = False
    """Whether the checker itself failed in it."""


class Listener(Protocol):
    """Who is told while a run goes on."""

    def phase(self, name: str, total: int) -> None:
        """A phase begins, with so many checks."""

    def seen(self, finding: Finding, requests: int) -> None:
        """A check that takes minutes saw a failure, after so many requests; it is tried again before it is told."""

    def checked(self, result: CheckResult) -> None:
        """A check is done."""


class Silence:
    """A listener that says nothing."""

    def phase(self, name: str, total: int) -> None:
        """Say nothing."""

    def seen(self, finding: Finding, requests: int) -> None:
        """Say nothing."""

    def checked(self, result: CheckResult) -> None:
        """Say nothing."""


class Several:
    """A listener that passes on what it is told."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners

    def phase(self, name: str, total: int) -> None:
        """Pass it on."""
        for each in self._listeners:
            each.phase(name, total)

    def seen(self, finding: Finding, requests: int) -> None:
        """Pass it on."""
        for each in self._listeners:
            each.seen(finding, requests)

    def checked(self, result: CheckResult) -> None:
        """Pass it on."""
        for each in self._listeners:
            each.checked(result)


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
            results.append(_run(check, asked(check, contexts, selection), texts))
            listener.checked(results[-1])
    chosen = [*selection.scenarios, *selection.laws]
    return sorted(results, key=lambda each: chosen.index(each.check))


def _phases(selection: Selection, contexts: Sequence[Context]) -> Iterator[tuple[str, Sequence[Check]]]:
    quick = [each for each in selection.laws if _is_quick(each, asked(each, contexts, selection))]
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


def contexts_of(target: Target, model: Model, effort: Effort) -> Iterator[Context]:
    """What checks may use, once for each resource."""
    target.learn(model)
    factories: dict[str, Factory] = {}
    for resource in model.resources:
        notes = target.profile.resource(resource.item)
        above = factories[resource.parent.item] if resource.parent else None
        factories[resource.item] = Factory(target, resource, notes, minimal_body(resource, notes), above)
    for resource in model.resources:
        factory = factories[resource.item]
        factory.links = dict(_links(factory.notes, factories.values()))
        yield Context(target, model, resource, factory.notes, factory, effort)


def _links(notes: ResourceNotes, factories: Collection[Factory]) -> Iterator[tuple[str, Factory]]:
    """The fields that refer to items of a collection, each with what makes such items."""
    by_name = {each.resource.name: each for each in factories}
    for name, known in notes.fields.items():
        if isinstance(known.references, str) and known.references in by_name:
            yield name, by_name[known.references]


def asked(check: Check, contexts: Sequence[Context], selection: Selection) -> list[Context]:
    """The resources at which a check shall look: the one that it is about, and of those the ones that are asked for."""
    resources = contexts[0].profile.resources if contexts else {}
    about = resources.get(check.resource) if check.resource else None
    own = [each for each in contexts if about is None or each.notes is about]
    return [each for each in own if concerns(check, each.notes, selection.only)]


def minimal_body(resource: Resource, notes: ResourceNotes) -> Callable[[str], dict[str, Any]]:
    """A function that makes a creation body with just the required fields, but for those that refer to an item."""

    def body(unique: str) -> dict[str, Any]:
        from contracts.values import distinct

        required = {name: each for name, each in resource.create_fields.items() if name in resource.create_required}
        known = {name: notes.notes(name) for name in required}
        own = {name: each for name, each in required.items() if not isinstance(known[name].references, str)}
        return {name: distinct(each, _at_first(known[name]), lambda: unique) for name, each in own.items()}

    return body


def _at_first(notes: FieldNotes) -> FieldNotes:
    """The notes on a field as they bind a fresh item: the first of its values, so that the last is another."""
    return FieldNotes(values=notes.values and notes.values[:1], references=notes.references)


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


def redacted(result: CheckResult, redactor: Redactor) -> CheckResult:
    """A result without secrets."""
    return replace(
        result,
        why=redactor.redact(result.why),
        findings=[redactor.redact_finding(each) for each in result.findings],
        unconfirmed=[redactor.redact_finding(each) for each in result.unconfirmed],
        tried=tuple(replace(each, subject=redactor.redact(each.subject)) for each in result.tried),
        lacking=tuple(redactor.redact(each) for each in result.lacking),
    )


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


def verdict_of(outcomes: Sequence[tuple[Context, Outcome]]) -> tuple[Verdict, str]:
    """The worst that was found; a check that was never exercised, be it on one resource, is not held."""
    found = [outcome for _, outcome in outcomes]
    broken = next((each for each in found if each.verdict is Verdict.BROKEN), None)
    if broken:
        return Verdict.BROKEN, broken.why
    held = {context.resource.item for context, each in outcomes if each.verdict is Verdict.HELD}
    never = [(context, each) for context, each in outcomes if each.verdict is Verdict.NEVER]
    alone = [(context, each) for context, each in never if context.resource.item not in held]
    if alone:
        several = len({context.resource.item for context, _ in outcomes}) > 1 and not alone[0][0].target.gate.closed
        return Verdict.NEVER, "; ".join(f"{each.item}: {each.why}" if several else each.why for each in reasons(alone))
    if held:
        without = [(context, each) for context, each in outcomes if each.verdict is Verdict.HELD and each.why]
        return Verdict.HELD, in_part(each.told for each in reasons([*without, *never]))
    told = together((context.resource.name, each.why) for context, each in outcomes)
    return Verdict.NA, told or "nothing in the spec or profile calls for it"


def in_part(told: Iterable[str]) -> str:
    """What a check that held could not try, in one text; empty where it tried everything."""
    whole = "; ".join(dict.fromkeys(each.removeprefix(IN_PART) for each in told if each))
    return f"{IN_PART}{whole}" if whole else ""


@dataclass
class Reason:
    """Why trials could not judge, or not all that they are about, told once for all of them."""

    why: str
    item: str
    subjects: dict[str, None] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """The reason behind the first of its trials."""
        first, *more = self.subjects
        return f"{first}{f' and {len(more)} more' if more else ''}: {self.why}"


def reasons(outcomes: Iterable[tuple[Context, Outcome]]) -> list[Reason]:
    """Each reason once, whatever words and ids of one trial it tells."""
    found: dict[str, Reason] = {}
    for context, outcome in outcomes:
        kind = _IDS.sub("…", context.without_unique(outcome.why))
        reason = found.setdefault(kind, Reason(outcome.why, context.resource.item))
        reason.subjects[f"{outcome.trial.operation} · {outcome.trial.subject}"] = None
    return list(found.values())


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

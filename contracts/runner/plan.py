"""What a run would do, found out without sending anything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from contracts.checks.context import Context
from contracts.checks.contexts import contexts_of, select_contexts
from contracts.checks.registration import Check
from contracts.checks.selection import rules_of, select
from contracts.client import ledger as ledgers
from contracts.client.target import Conduct, Safety, Target
from contracts.generation.effort import Effort
from contracts.generation.storage import hypothesis_in_cache
from contracts.messages.exchange import Answer, Request
from contracts.openapi.description import Model
from contracts.profile.models import Profile
from contracts.profile.subset import select_operations
from contracts.results.verdict import NotApplicable, merge_reasons
from contracts.runner.session import DEFAULT_EXAMPLES, profile_for, read_document, rule_texts


@dataclass(frozen=True)
class Step:
    """One check: its rules, how many trials it has, of which operations, or why it does not apply."""

    code: str
    family: str
    title: str
    rules: tuple[str, ...]
    trials: int
    operations: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True)
class Plan:
    """What a run against a target would try, as whom, and how far it would go."""

    url: str
    safety: Safety
    people: Mapping[str, str]
    """Name → by which means the person is recognised."""
    resources: Sequence[str]
    """What is created, and what is borrowed, a line a resource."""
    conformance: Sequence[str]
    """The operations that lane A would call."""
    left_out: Sequence[str]
    """The operations that it would not, for the safety of what stands there."""
    conduct: Conduct
    left: int
    """Items that earlier runs left, which were cut off."""
    steps: Sequence[Step]
    examples: int


class _Unsent(Target):
    """A target to which nothing is sent: checks can be asked for their trials, and not tried."""

    def exchange(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Send nothing."""
        self._refuse(request.line)

    def probe(self) -> float:
        """Send nothing."""
        self._refuse("the probe")

    @staticmethod
    def _refuse(what: str) -> NoReturn:
        raise NotApplicable(f"what is tried depends on what the target answers to {what}")


@hypothesis_in_cache()
def plan(
    url: str,
    *,
    spec: Path | None = None,
    profile: Path | Profile | None = None,
    only: Sequence[str] = (),
    max_examples: int = DEFAULT_EXAMPLES,
    allow_writes: bool = False,
    conduct: Conduct | None = None,
) -> Plan:
    """What `check` would try with the same arguments; CannotRun says what would stand in its way."""
    document = read_document(spec)
    known = profile if isinstance(profile, Profile) else profile_for(profile, Model(document))
    document, known = select_operations(document, known)
    model = Model(document)
    selection = select(only, known, rule_texts() if known.scenarios else {})
    conduct = conduct or Conduct()
    safety = conduct.safety_for(url, allow_writes)
    with _Unsent(url, known, safety, "plan", conduct=conduct) as target:
        contexts = list(contexts_of(target, model, Effort(max_examples=max_examples)))
        checks = (*selection.laws, *selection.scenarios)
        steps = [_step(each, select_contexts(each, contexts, selection), known) for each in checks]
    return Plan(
        url=url,
        safety=safety,
        people={name: person.means for name, person in known.people.items()},
        resources=[_resource(each) for each in contexts],
        conformance=list(_conformance(model, target, out=False)) if selection.conformance else [],
        left_out=list(_conformance(model, target, out=True)) if selection.conformance else [],
        conduct=conduct,
        left=sum(len(each.left) for each in ledgers.left(url.rstrip("/"), conduct.ledger)),
        steps=steps,
        examples=max_examples,
    )


def _resource(context: Context) -> str:
    verbs = ", ".join(context.resource.operations)
    known = ", ".join(f"{name} ({number})" for name, number in context.notes.known.items())
    return f"{context.resource.item}: {verbs}" + (f"; borrows {known}" if known else "")


def _conformance(model: Model, target: Target, out: bool) -> Iterator[str]:
    """The operations that random requests are sent to, or those that they are not, with the reason."""
    for operation in model.operations.values():
        why = target.gate.guard.exclusion(operation.method, operation.path)
        if bool(why) is out:
            yield f"{operation.label} ({why})" if why else operation.label


def _step(check: Check, contexts: Sequence[Context], profile: Profile) -> Step:
    why = next((profile.differences[each] for each in (check.code, *check.rules) if each in profile.differences), "")
    found: list[str] = []
    reasons = [("", f"declared in the profile: {why}")] if why else []
    for context in contexts if not why else ():
        try:
            found += [trial.operation for trial in check.trials(context)]
        except NotApplicable as reason:
            reasons.append((context.resource.name, str(reason)))
    told = "" if found else merge_reasons(reasons) or "nothing in the spec or profile calls for it"
    operations = tuple(dict.fromkeys(found))
    return Step(check.code, check.family, check.title, rules_of(check, profile), len(found), operations, told)

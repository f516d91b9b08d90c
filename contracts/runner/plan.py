"""Find out what a run would do, without sending anything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from contracts.checks.context import Context
from contracts.checks.contexts import contexts_of, select_contexts
from contracts.checks.registration import Check
from contracts.checks.selection import rules_of
from contracts.client import ledger as ledgers
from contracts.client.target import Conduct, Safety, Target
from contracts.generation.storage import hypothesis_in_cache
from contracts.messages.exchange import Answer, Request
from contracts.openapi.description import Model
from contracts.profile.models import Profile
from contracts.results.verdict import NotApplicable, merge_reasons
from contracts.runner.preparation import Prepared, RunOptions, prepare


@dataclass(frozen=True)
class Step:
    """One check: its rules, and how many trials of which operations it has, or why it does not apply."""

    code: str
    family: str
    title: str
    rules: tuple[str, ...]
    trials: int
    operations: tuple[str, ...]
    why: str = ""


@dataclass(frozen=True)
class Plan:
    """What a run against a target would try, as which users, and how far it would go."""

    url: str
    safety: Safety
    people: Mapping[str, str]
    """Name of a user → how they authenticate."""
    resources: Sequence[str]
    """What is created and borrowed, one line for each resource."""
    conformance: Sequence[str]
    """The operations that the conformance checks would call."""
    left_out: Sequence[str]
    """The operations that they would not call, each with the reason."""
    conduct: Conduct
    left: int
    """How many items earlier runs, which were cut off, left on the target."""
    steps: Sequence[Step]
    examples: int


class _SilentTarget(Target):
    """A target that sends nothing: checks can list their trials, but not run them."""

    def exchange(self, request: Request, headers: Mapping[str, str]) -> Answer:
        """Send nothing."""
        self._reject(request.line)

    def probe(self) -> float:
        """Send nothing."""
        self._reject("the probe")

    @staticmethod
    def _reject(request: str) -> NoReturn:
        raise NotApplicable(f"its trials depend on the response to {request}")


@hypothesis_in_cache()
def plan(url: str, options: RunOptions) -> Plan:
    """Return what `check` would do with the same options; CannotRun says why it could not run."""
    prepared = prepare(options)
    model, profile, conduct = prepared.model, prepared.profile, options.conduct
    safety = options.safety_for(url)
    with _SilentTarget(url, profile, safety, "plan", conduct=conduct) as target:
        contexts = list(contexts_of(target, model, options.effort))
        steps = list(_steps(prepared, contexts))
    with_conformance = prepared.selection.conformance
    return Plan(
        url=url,
        safety=safety,
        people={name: person.means for name, person in profile.people.items()},
        resources=[_resource(context) for context in contexts],
        conformance=list(_sent(model, target)) if with_conformance else [],
        left_out=list(_left_out(model, target)) if with_conformance else [],
        conduct=conduct,
        left=sum(len(ledger.left) for ledger in ledgers.left(url.rstrip("/"), conduct.ledger)),
        steps=steps,
        examples=options.max_examples,
    )


def _resource(context: Context) -> str:
    verbs = ", ".join(context.resource.operations)
    borrowed = ", ".join(f"{name} ({number})" for name, number in context.notes.known.items())
    line = f"{context.resource.item}: {verbs}"
    return f"{line}; borrows {borrowed}" if borrowed else line


def _sent(model: Model, target: Target) -> Iterator[str]:
    """Yield the operations that receive random requests."""
    for operation in model.operations.values():
        if not target.gate.guard.exclusion(operation.method, operation.path):
            yield operation.label


def _left_out(model: Model, target: Target) -> Iterator[str]:
    """Yield the operations that receive no random requests, each with the reason."""
    for operation in model.operations.values():
        why = target.gate.guard.exclusion(operation.method, operation.path)
        if why:
            yield f"{operation.label} ({why})"


def _steps(prepared: Prepared, contexts: Sequence[Context]) -> Iterator[Step]:
    for check in prepared.checks:
        yield _step(check, select_contexts(check, contexts, prepared.selection), prepared.profile)


def _step(check: Check, contexts: Sequence[Context], profile: Profile) -> Step:
    difference = next(
        (profile.differences[name] for name in (check.code, *check.rules) if name in profile.differences), ""
    )
    operations: list[str] = []
    reasons = [("", f"declared in the profile: {difference}")] if difference else []
    for context in contexts if not difference else ():
        try:
            operations += [trial.operation for trial in check.trials(context)]
        except NotApplicable as reason:
            reasons.append((context.resource.name, str(reason)))
    why = "" if operations else merge_reasons(reasons) or "nothing in the spec or profile calls for it"
    unique = tuple(dict.fromkeys(operations))
    return Step(check.code, check.family, check.title, rules_of(check, profile), len(operations), unique, why)

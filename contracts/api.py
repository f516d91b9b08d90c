"""The checker as a function: a target's URL in, a report out."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from time import perf_counter
from typing import Any

from contracts import ledger as ledgers
from contracts.errors import CannotRun
from contracts.exchange import Answer
from contracts.faults import internal
from contracts.greeting import insist_on_an_api
from contracts.hypothesis_storage import hypothesis_in_cache
from contracts.identifiers import absent_id, step
from contracts.law import LAWS, SCENARIOS, UNOBSERVABLE, Effort
from contracts.matrix import permissions
from contracts.mistakes import insist_on
from contracts.model import Model
from contracts.profile import BUILT_IN, Profile, ResourceNotes, load
from contracts.registry import Selection, names, select, spoken
from contracts.registry import load as load_checks
from contracts.report import Report, RuleResult
from contracts.resource import Resource
from contracts.run import CheckResult, Listener, Silence, new_tag, run_checks
from contracts.served import absent, catalogue, narrowed
from contracts.target import Conduct, Safety, Target
from contracts.verdict import Broken, Inconclusive, NotApplicable, Verdict
from specdouble import OPENAPI

DEFAULT_SEED = 20260701
DEFAULT_EXAMPLES = 6


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
class Terms:
    """What a target is held to: its contract, as far as it serves it, and the checks that were chosen."""

    spec: Path
    document: Mapping[str, Any]
    profile: Profile
    selection: Selection
    texts: Mapping[str, str]
    """Rule → its sentence."""
    absent: Sequence[tuple[str, str]]
    only: Sequence[str] = ()

    @cached_property
    def model(self) -> Model:
        """The contract read for its resources."""
        return Model(self.document)


def terms(*, spec: Path | None = None, profile: Path | Profile | None = None, only: Sequence[str] = ()) -> Terms:
    """Read a contract and a profile, and choose the checks; CannotRun names what is wrong with them."""
    whole = read_document(spec)
    known = profile if isinstance(profile, Profile) else profile_for(profile, Model(whole))
    document, known = narrowed(whole, known)
    texts = rule_texts() if known.scenarios else {}
    return Terms(spec or OPENAPI, document, known, select(only, known, texts), texts, absent(whole, known), tuple(only))


@contextmanager
def opened(url: str, held: Terms, conduct: Conduct, *, allow_writes: bool = False) -> Iterator[Target]:
    """A target that answers and takes every person, until the end of the block; what earlier runs left is deleted."""
    safety = conduct.safety_for(url, allow_writes)
    with hypothesis_in_cache(), Target(url, held.profile, safety, new_tag(), held.absent, conduct) as target:
        ready(target, held.model)
        target.recover()
        yield target


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
            left += map(target.redactor.redact, target.cleaned(ledger))
            runs += 1
        return Cleaned(runs, target.deleted, left)


def profile_for(path: Path | None, model: Model) -> Profile:
    """The profile in a file; without one the built-in, if the spec is the one that it is about."""
    if path is not None:
        known = load(path)
        load_checks()
        insist_on(known, model, path, names(known, rule_texts() if known.scenarios else ()))
        return known
    built_in = load(BUILT_IN)
    described = {resource.item for resource in model.resources}
    return built_in if described & {notes.item for notes in built_in.resources.values()} else Profile(name="none")


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
    from contracts.engine.conformance import conform, phases

    try:
        return conform(target, held.document, effort, listener)
    except CannotRun as reason:
        target.gate.breaker.give_up(str(reason))
        return [CheckResult(each, Verdict.NEVER, f"cut off: {reason}") for each in phases()]
    except Exception as error:
        why = internal(error)
        return [CheckResult(each, Verdict.NEVER, why, failed=True) for each in phases()]


@dataclass(frozen=True)
class Ended:
    """What a run cost, and what it left."""

    safety: Safety
    seconds: float
    requests: int
    left_behind: Sequence[str] = ()
    stopped: str = ""
    """Why it ended before its time, if it did."""
    cut_off: bool = False


def report_of(url: str, seed: int, held: Terms, results: Sequence[CheckResult], ended: Ended) -> Report:
    """What the results of checks say of rules and of permissions; no verdict where the checker itself failed."""
    failed = next((each.why for each in results if each.failed), "")
    return Report(
        url,
        seed,
        ended.safety,
        results,
        rule_results(results, held.profile, held.texts, held.only),
        ended.seconds,
        ended.requests,
        ended.left_behind,
        permissions(results, held.profile, held.model),
        held.spec,
        stopped=ended.stopped or failed,
        cut_off=ended.cut_off or bool(failed),
    )


def read_document(spec: Path | None) -> dict[str, Any]:
    """The bundled OpenAPI document; CannotRun names the place where it is wrong."""
    from specdouble.document import SpecError
    from specdouble.document import load as load_document

    try:
        return load_document(spec or OPENAPI)
    except SpecError as error:
        raise CannotRun(str(error)) from error


def rule_texts() -> dict[str, str]:
    """Rule → its sentence, from the catalogue."""
    return {rule.id: rule.text for rule in catalogue().values()}


def ready(target: Target, model: Model) -> None:
    """Make sure that the target answers, and takes the token of every person in the profile."""
    try:
        _insist_on_readiness(target, model)
    except (Inconclusive, NotApplicable) as reason:
        raise CannotRun(str(reason)) from reason


def _insist_on_readiness(target: Target, model: Model) -> None:
    target.learn(model)
    target.probe()
    described = {resource.item: resource for resource in model.resources}
    for notes in target.profile.resources.values():
        if notes.item not in described and _is_left_out(notes, target.profile, model):
            continue
        if notes.item not in described:
            raise CannotRun(f"The profile describes {notes.item}, which the spec does not have: correct one of them.")
        if described[notes.item].parent is None:
            _insist_on_tokens(target, described[notes.item], notes)
    insist_on_an_api(target, model)


def _is_left_out(notes: ResourceNotes, profile: Profile, model: Model) -> bool:
    """Whether the document has a resource, of which the target serves too little to make one."""
    return profile.serves is not None and notes.item in model.document.get("paths", {})


def _insist_on_tokens(target: Target, resource: Resource, notes: ResourceNotes) -> None:
    one = next(iter(notes.known.values()), absent_id(resource.identifiers.get(resource.parameter, {})))
    item = resource.item.replace(f"{{{resource.parameter}}}", step(one))
    listed = resource.collection if "list" in resource.operations else item
    try:
        path = target.filled(listed, resource, target.owner_of(resource))
    except NotApplicable:
        return
    for name, person in target.profile.people.items():
        status = _refusal(target, name, path, notes.access.anonymous)
        if status:
            raise CannotRun(
                f"{target.url} refused {name}, who comes with {person.means} ({status}): put what is "
                f"valid into the profile, or into the environment variable that the profile names."
            )


def _refusal(target: Target, name: str, path: str, anonymous: int) -> int | None:
    """The status by which somebody is taken for nobody; None also where no answer comes, for which the checks are."""
    try:
        answer = target.person(name).get(path)
        taken_for_nobody = answer.status == anonymous and _is_a_strangers(answer, target, path)
    except Broken:
        return None
    return answer.status if answer.status == 401 or taken_for_nobody else None


def _is_a_strangers(answer: Answer, target: Target, path: str) -> bool:
    """Whether somebody is refused in the very words that nobody is, so not for the role."""
    stranger = target.anonymous.get(path)
    return (answer.status, answer.content) == (stranger.status, stranger.content)


def rule_results(
    results: Sequence[CheckResult], profile: Profile, texts: Mapping[str, str], only: Sequence[str]
) -> list[RuleResult]:
    """What the run found out about each documented rule and each law."""
    found = {rule: _of_rule(rule, results, profile, texts) for rule in _rules_of(results, profile)}
    if profile.scenarios and not only:
        for rule in [*UNOBSERVABLE, *texts]:
            found.setdefault(rule, _unchecked(rule, texts))
    return [found[rule] for rule in sorted(found)]


def _rules_of(results: Sequence[CheckResult], profile: Profile) -> set[str]:
    return {rule for result in results for rule in (result.check.rules or spoken(result.check, profile))}


def _of_rule(rule: str, results: Sequence[CheckResult], profile: Profile, texts: Mapping[str, str]) -> RuleResult:
    speaking = [each for each in results if rule in spoken(each.check, profile)]
    codes = tuple(each.check.code for each in speaking)
    text = texts.get(rule, "")
    if any(rule in finding.rules for each in speaking for finding in each.findings):
        return RuleResult(rule, Verdict.BROKEN, codes, text=text)
    for verdict in (Verdict.HELD, Verdict.NEVER):
        first = next((each for each in speaking if each.verdict is verdict), None)
        if first:
            return RuleResult(rule, verdict, codes, first.why, text)
    spared = next((each for each in speaking if each.verdict is Verdict.NA), None)
    # What is left was broken, but for another of its rules.
    return RuleResult(rule, Verdict.NA if spared else Verdict.HELD, codes, spared.why if spared else "", text)


def _unchecked(rule: str, texts: Mapping[str, str]) -> RuleResult:
    why = UNOBSERVABLE.get(rule)
    verdict = Verdict.NA if why else Verdict.NEVER
    return RuleResult(rule, verdict, (), why or "no check speaks for it", texts.get(rule, ""))


def checks_by_rule(profile: Profile) -> dict[str, list[str]]:
    """Rule → the laws and scenarios that would notice its absence."""
    load_checks()
    found: dict[str, list[str]] = {}
    for each in [*LAWS.values(), *(SCENARIOS if profile.scenarios else [])]:
        for rule in spoken(each, profile):
            found.setdefault(rule, []).append(each.code if each.family == "law" else each.title)
    return found

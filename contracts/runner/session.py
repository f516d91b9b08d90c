"""Prepares a run: reads the document and the profile, selects the checks, and opens a target that answers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from contracts.checks.selection import Selection, names, select
from contracts.checks.selection import load as load_checks
from contracts.client.target import Conduct, Target
from contracts.errors import CannotRun
from contracts.generation.storage import hypothesis_in_cache
from contracts.messages.exchange import Answer
from contracts.openapi.description import Model
from contracts.openapi.identifiers import absent_id, step
from contracts.openapi.resources import Resource
from contracts.profile.models import BUILT_IN, Profile, ResourceNotes, load
from contracts.profile.subset import absent_operations, catalogue, select_operations
from contracts.profile.validation import check_profile
from contracts.results.verdict import Broken, Inconclusive, NotApplicable
from contracts.runner.preflight import insist_on_an_api
from contracts.runner.run import new_tag
from specdouble import OPENAPI

DEFAULT_SEED = 20260701
DEFAULT_EXAMPLES = 6


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
    document, known = select_operations(whole, known)
    texts = rule_texts() if known.scenarios else {}
    return Terms(
        spec or OPENAPI,
        document,
        known,
        select(only, known, texts),
        texts,
        absent_operations(whole, known),
        tuple(only),
    )


@contextmanager
def opened(url: str, held: Terms, conduct: Conduct, *, allow_writes: bool = False) -> Iterator[Target]:
    """A target that answers and takes every person, until the end of the block; what earlier runs left is deleted."""
    safety = conduct.safety_for(url, allow_writes)
    with hypothesis_in_cache(), Target(url, held.profile, safety, new_tag(), held.absent, conduct) as target:
        ready(target, held.model)
        target.recover()
        yield target


def profile_for(path: Path | None, model: Model) -> Profile:
    """The profile in a file; without one the built-in, if the spec is the one that it is about."""
    if path is not None:
        known = load(path)
        load_checks()
        check_profile(known, model, path, names(known, rule_texts() if known.scenarios else ()))
        return known
    built_in = load(BUILT_IN)
    described = {resource.item for resource in model.resources}
    return built_in if described & {notes.item for notes in built_in.resources.values()} else Profile(name="none")


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
    target.sessions.probe()
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
        path = target.lending.fill_path(listed, resource, target.profile.owner_of(resource.item))
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

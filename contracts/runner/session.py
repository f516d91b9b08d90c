"""Open a target: connect, and require that it serves the API and accepts the credentials of every user."""

from collections.abc import Iterator
from contextlib import contextmanager

from contracts.client.target import Target
from contracts.errors import CannotRun
from contracts.generation.storage import hypothesis_in_cache
from contracts.messages.exchange import Answer
from contracts.openapi.description import Model
from contracts.openapi.identifiers import absent_id, step
from contracts.openapi.resources import Resource
from contracts.profile.models import Profile, ResourceNotes
from contracts.results.verdict import Broken, Inconclusive, NotApplicable
from contracts.runner.preflight import require_api
from contracts.runner.preparation import Prepared, RunOptions
from contracts.runner.run import new_tag


@contextmanager
def open_target(url: str, prepared: Prepared, options: RunOptions) -> Iterator[Target]:
    """Yield a target that is ready to be checked, after deleting what earlier runs left on it.

    Raises:
        CannotRun: The target does not answer, is not this API, or rejects the credentials of a user.
    """
    safety, conduct = options.safety_for(url), options.conduct
    with hypothesis_in_cache(), Target(url, prepared.profile, safety, new_tag(), prepared.absent, conduct) as target:
        require_ready(target, prepared.model)
        target.recover()
        yield target


def require_ready(target: Target, model: Model) -> None:
    """Require that the target answers as this API, and accepts the credentials of every user of the profile."""
    try:
        target.learn(model)
        target.sessions.probe()
        _require_credentials(target, model)
        require_api(target, model)
    except (Inconclusive, NotApplicable) as reason:
        raise CannotRun(str(reason)) from reason


def _require_credentials(target: Target, model: Model) -> None:
    described = {resource.item: resource for resource in model.resources}
    for notes in target.profile.resources.values():
        resource = described.get(notes.item)
        if resource is None and not _is_served_in_part(notes, target.profile, model):
            raise CannotRun(
                f"The profile describes {notes.item}, which the OpenAPI document does not have. Correct one of them."
            )
        if resource is not None and resource.parent is None:
            _require_accepted(target, resource, notes)


def _is_served_in_part(notes: ResourceNotes, profile: Profile, model: Model) -> bool:
    """Return whether the document has a resource of which the target serves too little to create items."""
    return profile.serves is not None and notes.item in model.document.get("paths", {})


def _require_accepted(target: Target, resource: Resource, notes: ResourceNotes) -> None:
    """Read a collection, or one of its items, as every user of the profile."""
    known_id = next(iter(notes.known.values()), absent_id(resource.identifiers.get(resource.parameter, {})))
    item = resource.item.replace(f"{{{resource.parameter}}}", step(known_id))
    address = resource.collection if "list" in resource.operations else item
    try:
        path = target.lending.fill_path(address, resource, target.profile.owner_of(resource.item))
    except NotApplicable:
        return
    for name, person in target.profile.people.items():
        status = _rejection(target, name, path, notes.access.anonymous)
        if status:
            raise CannotRun(
                f"{target.url} rejected the credentials of {name} with {status}. {name} authenticates with "
                f"{person.means}. Put valid credentials into the profile, or into the environment variable that it "
                "names."
            )


def _rejection(target: Target, name: str, path: str, anonymous: int) -> int | None:
    """Return the status with which the target rejects the credentials of a user, or None.

    A target that does not answer is a case for the checks.
    """
    try:
        answer = target.person(name).get(path)
        is_unrecognised = answer.status == anonymous and _is_like_anonymous(answer, target, path)
    except Broken:
        return None
    return answer.status if answer.status == 401 or is_unrecognised else None


def _is_like_anonymous(answer: Answer, target: Target, path: str) -> bool:
    """Return whether a request without credentials gets the same answer, which then is not about a role."""
    anonymous = target.anonymous.get(path)
    return (answer.status, answer.content) == (anonymous.status, anonymous.content)

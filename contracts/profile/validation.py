"""What is wrong with a profile, in itself and beside its spec: told with file, line, and what to do."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from contracts.errors import CannotRun
from contracts.openapi.description import Model
from contracts.openapi.paths import parameters_of
from contracts.openapi.resources import Resource
from contracts.profile.extensions import OWNER
from contracts.profile.models import ANONYMOUS, EVERYONE, Profile, ResourceNotes
from contracts.profile.yaml_files import Steps, line_of, meant


class Mistake(NamedTuple):
    """Something wrong: where it stands, and what to do."""

    steps: Steps
    text: str


def insist_on(profile: Profile, model: Model, path: Path, names: Collection[str]) -> None:
    """Refuse a profile that speaks of what it, the spec or the checker does not have; CannotRun names the line.

    ``names`` are those of all laws and rules.
    """
    found = next(mistakes(profile, model, names), None)
    if found is not None:
        raise CannotRun(f"{path}, line {line_of(path.read_bytes(), found.steps)}: {found.text}")


def mistakes(profile: Profile, model: Model, names: Collection[str]) -> Iterator[Mistake]:
    """Everything that is wrong: what concerns the target, then its resources one by one."""
    resources = {each.item: each for each in model.resources}
    collections = {each.name for each in model.resources}
    yield from _unknown_operations(profile.serves or (), model, "serves")
    yield from _unknown_operations(profile.refusals, model, "refusals")
    yield from _unknown_operations(profile.actions, model, "actions")
    yield from _unknown_names(profile.differences, names, ("differences",))
    for number, status in enumerate(profile.undocumented):
        if not 100 <= status <= 599:
            yield Mistake(("undocumented", number), f"{status} is no status of an answer; they go from 100 to 599")
    for name, notes in profile.resources.items():
        at = ("resources", name)
        if notes.item not in resources:
            hint = meant(notes.item, resources)
            yield Mistake((*at, "item"), f"the spec has no collection that creates {notes.item}; {hint}")
        else:
            yield from (
                Mistake((*at, *each.steps), each.text)
                for each in _of_resource(notes, resources[notes.item], profile, collections)
            )
            yield from (Mistake((*at, *each.steps), each.text) for each in _of_operations(notes, model))
            yield from _unknown_names(notes.speaks_for, names, (*at, "speaks_for"))


def _of_operations(notes: ResourceNotes, model: Model) -> Iterator[Mistake]:
    for each in _unknown_operations(notes.access.may, model, "may"):
        yield Mistake(("access", *each.steps), each.text)
    yield from _unknown_operations(notes.lists, model, "lists")
    if notes.role_call is not None:
        call = notes.role_call
        for key, named in (("operation", [call.operation]), ("lets", call.lets)):
            yield from (Mistake(("role_call", key), each.text) for each in _unknown_operations(named, model, key))


def _unknown_operations(named: Collection[str], model: Model, key: str) -> Iterator[Mistake]:
    for number, operation in enumerate(named):
        if operation not in model.operations:
            step = operation if isinstance(named, dict) else number
            yield Mistake((key, step), f"the spec has no operation {operation}; {meant(operation, model.operations)}")


def _unknown_names(named: Collection[str], names: Collection[str], at: Steps) -> Iterator[Mistake]:
    for name in named:
        if name not in names:
            hint = f"{meant(name, names)} `contracts rules` lists them all"
            yield Mistake((*at, name), f"there is no law or rule {name}; {hint}")


def _of_resource(
    notes: ResourceNotes, resource: Resource, profile: Profile, collections: Collection[str]
) -> Iterator[Mistake]:
    yield from _of_fields(notes, resource, collections)
    for name in notes.parameters:
        if name not in parameters_of(resource.collection):
            told = meant(name, parameters_of(resource.collection))
            yield Mistake(("parameters", name), f"{resource.collection} has no parameter {name}; {told}")
    yield from _of_people(notes, profile)
    yield from _of_known(notes, resource, profile)
    for state in notes.access.visible:
        if state not in (*notes.known, *notes.states):
            text = f"no known {resource.name} is called {state}; {meant(state, (*notes.known, *notes.states))}"
            yield Mistake(("access", "visible", state), text)


def _of_known(notes: ResourceNotes, resource: Resource, profile: Profile) -> Iterator[Mistake]:
    """What is known by a name is inside of what the resource above knows by the same name."""
    above = resource.parent
    for name in notes.known if above else ():
        assert above is not None
        if name not in profile.resource(above.item).known:
            text = f"nothing is known of {above.name} by this name, inside of which it would be; add it there as well"
            yield Mistake(("known", name), f"{name}: {text}")


def _of_fields(notes: ResourceNotes, resource: Resource, collections: Collection[str]) -> Iterator[Mistake]:
    fields = {each.name for each in resource.fields} | set(resource.create_fields)
    for name, known in notes.fields.items():
        for key, others in (("shown_as", [known.shown_as or name]), ("derived_from", known.derived_from)):
            for other in others:
                if other not in (*fields, "*"):
                    text = f"the spec has no field {other} there; {meant(other, fields)}"
                    yield Mistake(("fields", name, key), text)
        if isinstance(known.references, str) and known.references not in collections:
            told = f"the spec has no collection {known.references} that creates; {meant(known.references, collections)}"
            yield Mistake(("fields", name, "references"), told)
    if notes.identified_by is not None and (shown := {each.name for each in resource.fields if each.read is not None}):
        yield from _unknown_fields({notes.identified_by: None}, shown, "identified_by")
    for key, named in (
        ("fields", notes.fields), ("transitions", notes.transitions), ("listed", notes.listed), ("shield", notes.shield)
    ):  # fmt: skip
        yield from _unknown_fields(named, fields, key)
    for state, held in notes.states.items():
        yield from (Mistake(("states", state), each.text) for each in _unknown_fields(held, fields, state))


def _of_people(notes: ResourceNotes, profile: Profile) -> Iterator[Mistake]:
    if notes.owner is not None:
        yield from _strangers([notes.owner], profile.people, ("owner",))
    if notes.role_call is not None:
        yield from _strangers([notes.role_call.person], profile.people, ("role_call", "person"))
    roles = {OWNER: [notes.owner] if notes.owner else [], **profile.roles}
    for state, people in notes.access.visible.items():
        yield from _strangers(people, _everybody(profile), ("access", "visible", state), roles)
    for operation, people in notes.access.may.items():
        yield from _strangers(people, _everybody(profile), ("access", "may", operation), roles)


def _everybody(profile: Profile) -> Collection[str]:
    return {*profile.people, EVERYONE, ANONYMOUS}


def _strangers(
    named: Collection[str], people: Collection[str], at: Steps, roles: Mapping[str, Collection[str]] = {}
) -> Iterator[Mistake]:
    for name in named:
        if name not in people and name in roles:
            played = f" ({', '.join(roles[name])})" if roles[name] else ""
            yield Mistake(at, f"{name} is a role, as x-words of the spec name them; write who has it{played}")
        elif name not in people:
            yield Mistake(at, f"the profile knows nobody called {name}; {meant(name, people)}")


def _unknown_fields(named: Collection[str], fields: Collection[str], key: str) -> Iterator[Mistake]:
    for number, name in enumerate(named):
        if name not in fields:
            step = name if isinstance(named, dict) else number
            yield Mistake((key, step), f"the spec has no field {name} there; {meant(name, fields)}")

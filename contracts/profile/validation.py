"""Validate a profile in itself and against its spec; errors have file, line and remedy."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from contracts.errors import CannotRun
from contracts.openapi.description import Model
from contracts.openapi.paths import parameters_of
from contracts.openapi.resources import Resource
from contracts.profile.extensions import OWNER
from contracts.profile.models import ANONYMOUS, EVERYONE, Profile, ResourceNotes
from contracts.profile.type_errors import Steps
from contracts.profile.yaml_files import line_of
from specdouble.suggest import did_you_mean


class Mistake(NamedTuple):
    """An error: the keys that lead to it, and the message."""

    steps: Steps
    text: str


def check_profile(profile: Profile, model: Model, path: Path, names: Collection[str]) -> None:
    """Reject a profile with names that neither it, the spec nor the checker has; CannotRun names the line.

    ``names`` are the names of all laws and rules.
    """
    mistake = next(mistakes(profile, model, names), None)
    if mistake is not None:
        raise CannotRun(f"{path}:{line_of(path.read_bytes(), mistake.steps)}: {mistake.text}")


def mistakes(profile: Profile, model: Model, names: Collection[str]) -> Iterator[Mistake]:
    """Yield every error: first those that concern the target, then its resources one by one."""
    resources = {resource.item: resource for resource in model.resources}
    collections = {resource.name for resource in model.resources}
    yield from _unknown_operations(profile.serves or (), model, "serves")
    yield from _unknown_operations(profile.refusals, model, "refusals")
    yield from _unknown_operations(profile.actions, model, "actions")
    yield from _unknown_names(profile.differences, names, ("differences",))
    for role, people in profile.roles.items():
        yield from _unknown_people(people, _everybody(profile), ("roles", role))
    for number, status in enumerate(profile.undocumented):
        if not 100 <= status <= 599:
            yield Mistake(("undocumented", number), f"{status} is not an HTTP status. Use numbers from 100 to 599.")
    for name, notes in profile.resources.items():
        at = ("resources", name)
        if notes.item not in resources:
            hint = did_you_mean(notes.item, resources)
            yield Mistake((*at, "item"), f'the spec has no collection that creates "{notes.item}". {hint}')
        else:
            yield from (
                Mistake((*at, *mistake.steps), mistake.text)
                for mistake in _of_resource(notes, resources[notes.item], profile, collections)
            )
            yield from (Mistake((*at, *mistake.steps), mistake.text) for mistake in _of_operations(notes, model))
            yield from _unknown_names(notes.speaks_for, names, (*at, "speaks_for"))


def _of_operations(notes: ResourceNotes, model: Model) -> Iterator[Mistake]:
    for mistake in _unknown_operations(notes.access.may, model, "may"):
        yield Mistake(("access", *mistake.steps), mistake.text)
    yield from _unknown_operations(notes.lists, model, "lists")
    if notes.role_call is not None:
        call = notes.role_call
        for key, named in (("operation", [call.operation]), ("lets", call.lets)):
            yield from (Mistake(("role_call", key), mistake.text) for mistake in _unknown_operations(named, model, key))


def _unknown_operations(named: Collection[str], model: Model, key: str) -> Iterator[Mistake]:
    for number, operation in enumerate(named):
        if operation not in model.operations:
            step = operation if isinstance(named, dict) else number
            hint = did_you_mean(operation, model.operations)
            yield Mistake((key, step), f'the spec has no operation "{operation}". {hint}')


def _unknown_names(named: Collection[str], names: Collection[str], at: Steps) -> Iterator[Mistake]:
    for name in named:
        if name not in names:
            hint = did_you_mean(name, names, otherwise="`contracts rules` lists them.")
            yield Mistake((*at, name), f'there is no law or rule "{name}". {hint}')


def _of_resource(
    notes: ResourceNotes, resource: Resource, profile: Profile, collections: Collection[str]
) -> Iterator[Mistake]:
    yield from _of_fields(notes, resource, collections)
    for name in notes.parameters:
        if name not in parameters_of(resource.collection):
            hint = did_you_mean(name, parameters_of(resource.collection))
            yield Mistake(("parameters", name), f'{resource.collection} has no parameter "{name}". {hint}')
    yield from _of_people(notes, profile)
    yield from _of_known(notes, resource, profile)
    for state in notes.access.visible:
        if state not in (*notes.known, *notes.states):
            hint = did_you_mean(state, (*notes.known, *notes.states))
            text = f'neither `known` nor `states` has "{state}". {hint}'
            yield Mistake(("access", "visible", state), text)


def _of_known(notes: ResourceNotes, resource: Resource, profile: Profile) -> Iterator[Mistake]:
    """Require a known item of the parent for each known item, under the same name."""
    above = resource.parent
    for name in notes.known if above else ():
        assert above is not None
        if name not in profile.resource(above.item).known:
            text = f'"{name}" has no parent: add the item of {above.name} that contains it there, under the same name.'
            yield Mistake(("known", name), text)


def _of_fields(notes: ResourceNotes, resource: Resource, collections: Collection[str]) -> Iterator[Mistake]:
    fields = {field.name for field in resource.fields} | set(resource.create_fields)
    for name, field_notes in notes.fields.items():
        for key, others in (("shown_as", [field_notes.shown_as or name]), ("derived_from", field_notes.derived_from)):
            for other in others:
                if other not in (*fields, "*"):
                    text = f'the spec has no field "{other}" there. {did_you_mean(other, fields)}'
                    yield Mistake(("fields", name, key), text)
        if isinstance(field_notes.references, str) and field_notes.references not in collections:
            hint = did_you_mean(field_notes.references, collections)
            text = f'the spec has no collection "{field_notes.references}" that creates. {hint}'
            yield Mistake(("fields", name, "references"), text)
    if notes.identified_by is not None and (
        readable := {field.name for field in resource.fields if field.read is not None}
    ):
        yield from _unknown_fields({notes.identified_by: None}, readable, "identified_by")
    for key, named in (
        ("fields", notes.fields), ("transitions", notes.transitions), ("listed", notes.listed), ("shield", notes.shield)
    ):  # fmt: skip
        yield from _unknown_fields(named, fields, key)
    for state, values in notes.states.items():
        yield from (Mistake(("states", state), mistake.text) for mistake in _unknown_fields(values, fields, state))


def _of_people(notes: ResourceNotes, profile: Profile) -> Iterator[Mistake]:
    if notes.owner is not None:
        yield from _unknown_people([notes.owner], profile.people, ("owner",))
    if notes.role_call is not None:
        yield from _unknown_people([notes.role_call.person], profile.people, ("role_call", "person"))
    roles = {OWNER: [notes.owner] if notes.owner else [], **profile.roles}
    for state, people in notes.access.visible.items():
        yield from _unknown_people(people, _everybody(profile), ("access", "visible", state), roles)
    for operation, people in notes.access.may.items():
        yield from _unknown_people(people, _everybody(profile), ("access", "may", operation), roles)


def _everybody(profile: Profile) -> Collection[str]:
    return {*profile.people, EVERYONE, ANONYMOUS}


def _unknown_people(
    named: Collection[str], people: Collection[str], at: Steps, roles: Mapping[str, Collection[str]] = {}
) -> Iterator[Mistake]:
    for name in named:
        if name not in people and name in roles:
            members = f" ({', '.join(roles[name])})" if roles[name] else ""
            yield Mistake(at, f'"{name}" is a role of the spec. Name the people who have it{members}.')
        elif name not in people:
            yield Mistake(at, f'the profile has no person "{name}". {did_you_mean(name, people)}')


def _unknown_fields(named: Collection[str], fields: Collection[str], key: str) -> Iterator[Mistake]:
    for number, name in enumerate(named):
        if name not in fields:
            step = name if isinstance(named, dict) else number
            yield Mistake((key, step), f'the spec has no field "{name}" there. {did_you_mean(name, fields)}')

"""The contexts in which checks run, one for each resource."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from contracts.checks.context import Context
from contracts.checks.registration import Check
from contracts.checks.selection import Selection, concerns
from contracts.client.target import Target
from contracts.fixtures.factory import Factory
from contracts.generation.effort import Effort
from contracts.openapi.description import Model
from contracts.openapi.resources import Resource
from contracts.profile.models import FieldNotes, ResourceNotes


def contexts_of(target: Target, model: Model, effort: Effort) -> Iterator[Context]:
    """Yield the context of every resource of a target."""
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
    """Yield the fields that refer to items of a collection, each with the factory of those items."""
    by_name = {factory.resource.name: factory for factory in factories}
    for name, field_notes in notes.fields.items():
        if isinstance(field_notes.references, str) and field_notes.references in by_name:
            yield name, by_name[field_notes.references]


def select_contexts(check: Check, contexts: Sequence[Context], selection: Selection) -> list[Context]:
    """Return the contexts of the resources that a check concerns and that the run selected."""
    resources = contexts[0].profile.resources if contexts else {}
    subject = resources.get(check.resource) if check.resource else None
    concerned = [context for context in contexts if subject is None or context.notes is subject]
    return [context for context in concerned if concerns(check, context.notes, selection.only)]


def minimal_body(resource: Resource, notes: ResourceNotes) -> Callable[[str], dict[str, Any]]:
    """Return a function that makes a creation body of the required fields, except those that refer to an item."""

    def body(unique: str) -> dict[str, Any]:
        from contracts.generation.values import distinct

        fields = {}
        for name, field in resource.create_fields.items():
            field_notes = notes.notes(name)
            if name in resource.create_required and not isinstance(field_notes.references, str):
                fields[name] = distinct(field, _notes_at_creation(field_notes), lambda: unique)
        return fields

    return body


def _notes_at_creation(notes: FieldNotes) -> FieldNotes:
    """Return the notes for a fresh item: it takes the first value, so that the last one is a change."""
    return FieldNotes(values=notes.values and notes.values[:1], references=notes.references)

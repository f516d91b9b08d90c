"""Makes the contexts in which checks run, one for each resource."""

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


def select_contexts(check: Check, contexts: Sequence[Context], selection: Selection) -> list[Context]:
    """The resources at which a check shall look: the one that it is about, and of those the ones that are asked for."""
    resources = contexts[0].profile.resources if contexts else {}
    about = resources.get(check.resource) if check.resource else None
    own = [each for each in contexts if about is None or each.notes is about]
    return [each for each in own if concerns(check, each.notes, selection.only)]


def minimal_body(resource: Resource, notes: ResourceNotes) -> Callable[[str], dict[str, Any]]:
    """A function that makes a creation body with just the required fields, but for those that refer to an item."""

    def body(unique: str) -> dict[str, Any]:
        from contracts.generation.values import distinct

        required = {name: each for name, each in resource.create_fields.items() if name in resource.create_required}
        known = {name: notes.notes(name) for name in required}
        own = {name: each for name, each in required.items() if not isinstance(known[name].references, str)}
        return {name: distinct(each, _at_first(known[name]), lambda: unique) for name, each in own.items()}

    return body


def _at_first(notes: FieldNotes) -> FieldNotes:
    """The notes on a field as they bind a fresh item: the first of its values, so that the last is another."""
    return FieldNotes(values=notes.values and notes.values[:1], references=notes.references)

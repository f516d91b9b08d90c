"""Turn the specification extensions (x-…) of a document into notes on its resources; the profile overrides them.

docs/reference/extensions.md describes the extensions.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from msgspec import structs

from contracts.openapi.description import Model
from contracts.openapi.resources import Field, Operation, Resource
from contracts.openapi.schemas import kind_of
from contracts.profile.models import ANONYMOUS, EVERYONE, Access, FieldNotes, Profile, ResourceNotes

OWNER = "owner"
REJECTING = {
    "x-unique": "is taken",
    "x-references": "refers to an item that does not exist",
    "x-transitions": "cannot follow the current value",
}
"""Extension → why the current state may make the API reject a value of such a field."""
FRESH = "fresh"
"""The state of an item where the document hides none."""


def merge_extensions(profile: Profile, model: Model) -> Profile:
    """Add the specification extensions of a document to a profile, which takes precedence."""
    names = {notes.item: name for name, notes in profile.resources.items()}
    merged = {
        names.get(resource.item, resource.item): _merged_notes(profile, resource, model) for resource in model.resources
    }
    spoken = {name: notes for name, notes in merged.items() if notes != ResourceNotes(item=notes.item)}
    refusals = dict(_refusals(model, {notes.item: notes for notes in merged.values()}))
    return structs.replace(
        profile, resources={**profile.resources, **spoken}, refusals={**refusals, **profile.refusals}
    )


def _refusals(model: Model, notes_by_item: Mapping[str, ResourceNotes]) -> Iterator[tuple[str, str]]:
    """Yield the operations that may reject a body although it fits its schema, with the reason."""
    of_resource = {
        op.id: notes_by_item[resource.item] for resource in model.resources for op in resource.operations.values()
    }
    for operation in model.operations.values():
        fields = {name: part for body in operation.body.values() for name, part in model.properties(body).items()}
        notes = of_resource.get(operation.id)
        reasons = [f"{name} {why}" for name, part in fields.items() for why in _reasons(name, part, notes)]
        if reasons:
            yield operation.id, ", or ".join(dict.fromkeys(reasons))


def _reasons(name: str, schema: Mapping[str, Any], notes: ResourceNotes | None) -> Iterator[str]:
    """Yield why the current state may make the API reject a field, by the extensions and by the profile."""
    field = notes.notes(name) if notes else FieldNotes()
    applies = {
        "x-unique": field.unique,
        "x-references": field.references is not None,
        "x-transitions": bool(notes and name in notes.transitions),
    }
    yield from (why for name, why in REJECTING.items() if name in schema or applies[name])


def _merged_notes(profile: Profile, resource: Resource, model: Model) -> ResourceNotes:
    notes = _merge(_notes(profile, resource, model), profile.resource(resource.item))
    bound = {name: reach for name, table in notes.transitions.items() if (reach := _reach(resource, name, table))}
    limited = {name: _override(FieldNotes(values=reach), notes.notes(name)) for name, reach in bound.items()}
    fields = {**notes.fields, **limited}
    if profile.normalise is not None:
        texts = {field.name for field in resource.fields if field.writable and _is_text(field)}
        fields |= {
            name: _override(FieldNotes(normalise=profile.normalise), fields.get(name, FieldNotes())) for name in texts
        }
    return structs.replace(notes, fields=fields)


def _is_text(field: Field) -> bool:
    texts = field.constraints.get("items", {}) if field.kind == "array" else field.constraints
    return kind_of(texts) == "string" and "enum" not in texts


def _reach(resource: Resource, name: str, table: Mapping[str, list[Any]]) -> list[Any]:
    """Return the values that may follow the default of a field, as far as the document names it."""
    default = next((field.default for field in resource.fields if field.name == name), None)
    return table.get(default, []) if isinstance(default, str) else []


def _merge(document_notes: ResourceNotes, profile_notes: ResourceNotes) -> ResourceNotes:
    fields = {
        name: _override(document_notes.notes(name), profile_notes.notes(name))
        for name in (*document_notes.fields, *profile_notes.fields)
    }
    access = structs.replace(
        profile_notes.access,
        visible={**document_notes.access.visible, **profile_notes.access.visible},
        may={**document_notes.access.may, **profile_notes.access.may},
    )
    return structs.replace(
        profile_notes,
        fields=fields,
        access=access,
        transitions={**document_notes.transitions, **profile_notes.transitions},
        states={**document_notes.states, **profile_notes.states},
    )


def _override(document_notes: FieldNotes, profile_notes: FieldNotes) -> FieldNotes:
    """Override the notes of the document by those of the profile that are not the defaults."""
    defaults = FieldNotes()
    overrides = {
        name: value for name, value in structs.asdict(profile_notes).items() if value != getattr(defaults, name)
    }
    return structs.replace(document_notes, **overrides)


def _notes(profile: Profile, resource: Resource, model: Model) -> ResourceNotes:
    owner = profile.resource(resource.item).owner
    roles = _Roles(profile, owner or next(iter(profile.people), None))
    fields = {field.name: field for field in resource.fields}
    collections = {other.name for other in model.resources}
    may = {
        operation.id: roles.people(operation.callers)
        for operation in _callable(resource, model)
        if operation.callers is not None
    }
    states, visible = _states(roles, fields.values(), may, resource)
    return ResourceNotes(
        item=resource.item,
        fields={
            name: notes
            for name, field in fields.items()
            if (notes := _field(roles, field, collections)) != FieldNotes()
        },
        transitions={
            name: _with_same_value(table)
            for name, field in fields.items()
            if (table := _extension(field, "x-transitions"))
        },
        states=states,
        access=Access(visible=visible, may=may),
    )


class _Roles:
    """The people who have the roles of a document."""

    def __init__(self, profile: Profile, owner: str | None) -> None:
        self.profile = profile
        self.owner = owner

    def people(self, roles: Collection[str]) -> list[str]:
        """Return the people who have one of these roles; everyone and anonymous stay as they are."""
        return list(dict.fromkeys(name for role in roles for name in self._people_with(role)))

    def _people_with(self, role: str) -> Iterable[str]:
        if role in (EVERYONE, ANONYMOUS):
            return (role,)
        if role == OWNER:
            return (self.owner,) if self.owner else ()
        return self.profile.roles.get(role, (role,) if role in self.profile.people else ())


def _callable(resource: Resource, model: Model) -> Iterable[Operation]:
    own = {operation.id: operation for operation in resource.operations.values()}
    below = {
        operation.id: operation
        for operation in model.operations.values()
        if resource.has(operation) and operation.method == "GET"
    }
    return {**below, **own}.values()


def _states(
    roles: _Roles, fields: Iterable[Field], may: Mapping[str, list[str]], resource: Resource
) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    """Return the states for which the document says who sees an item, and those people; else the fresh state alone."""
    states: dict[str, dict[str, Any]] = {}
    visible: dict[str, list[str]] = {}
    reading = resource.operations.get("read")
    everybody = may.get(reading.id, [EVERYONE, ANONYMOUS]) if reading else [EVERYONE, ANONYMOUS]
    for field in fields:
        table = _extension(field, "x-item-visible-to") or {}
        for value in dict.fromkeys((*field.constraints.get("enum", ()), *table)) if table else ():
            name = f"{field.name} {value}".strip()
            states[name] = {field.name: value}
            visible[name] = roles.people(table[value]) if value in table else everybody
    return (states, visible) if states or not may else ({FRESH: {}}, {FRESH: everybody})


def _field(roles: _Roles, field: Field, collections: Collection[str]) -> FieldNotes:
    readers, sources = _extension(field, "x-visible-to"), _extension(field, "x-derived-from")
    referred = _extension(field, "x-references")
    return FieldNotes(
        unique=bool(_extension(field, "x-unique")),
        normalise="trim" if _extension(field, "x-trim") else None,
        references=referred if referred in collections else None,
        derived_from=list(sources or (["*"] if _counts_changes(field) else ())),
        follows=bool(sources),
        shown_to=roles.people(readers) if readers is not None else None,
    )


_STAMP = re.compile(
    r"(date|time|dt|ts)?(last)?(updated?|modified|modification|changed?|edited)(at|on|date|time|datetime|timestamp|ts)?"
)
_COUNTER = re.compile(r"(lock|row|record)?version|revision|rev|etag")


def _counts_changes(field: Field) -> bool:
    """Return whether the name of a field is that of a time stamp or a counter, which every change updates."""
    name = re.sub(r"[^a-z]", "", field.name.lower())
    is_stamp = _STAMP.fullmatch(name) and field.kind in ("string", "integer", "number")
    return field.read_only and bool(is_stamp or _COUNTER.fullmatch(name))


def _extension(field: Field, name: str) -> Any:
    """Return the value of an extension of a field, from its schema in requests or in answers, or None."""
    return next((schema[name] for schema in (field.write, field.read) if schema and name in schema), None)


def _with_same_value(table: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Add to each value itself, which may always follow, and the values from which no other leads on."""
    ends = dict.fromkeys((*table, *(end for following in table.values() for end in following)))
    return {start: list(dict.fromkeys((start, *table.get(start, ())))) for start in ends}

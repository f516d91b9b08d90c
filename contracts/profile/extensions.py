"""What the words of a document say of its resources, as notes; the profile adds to them, and overrides them.

docs/vocabulary.md has the words.
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
REFUSING = {
    "x-unique": "is taken",
    "x-references": "refers to nothing",
    "x-transitions": "cannot go where it shall",
}
"""Word → why a value of a field that has it may be refused for the state that it meets."""
FRESH = "fresh"
"""The state of an item of which nothing hides anything."""


def completed(profile: Profile, model: Model) -> Profile:
    """The profile with what the document says of its resources in words."""
    known = {notes.item: name for name, notes in profile.resources.items()}
    found = {known.get(each.item, each.item): _complete(profile, each, model) for each in model.resources}
    spoken = {name: notes for name, notes in found.items() if notes != ResourceNotes(item=notes.item)}
    refusals = dict(_refusals(model, {each.item: each for each in found.values()}))
    return structs.replace(
        profile, resources={**profile.resources, **spoken}, refusals={**refusals, **profile.refusals}
    )


def _refusals(model: Model, known: Mapping[str, ResourceNotes]) -> Iterator[tuple[str, str]]:
    """Operation → why a body that fits its schema may be refused all the same."""
    of_resource = {op.id: known[each.item] for each in model.resources for op in each.operations.values()}
    for operation in model.operations.values():
        fields = {name: part for body in operation.body.values() for name, part in model.properties(body).items()}
        notes = of_resource.get(operation.id)
        told = [f"{name} {why}" for name, part in fields.items() for why in _reasons(name, part, notes)]
        if told:
            yield operation.id, ", or ".join(dict.fromkeys(told))


def _reasons(name: str, schema: Mapping[str, Any], notes: ResourceNotes | None) -> Iterator[str]:
    """Why a field may be refused for the state that it meets: by the words of the document, and by the profile."""
    field = notes.notes(name) if notes else FieldNotes()
    told = {
        "x-unique": field.unique,
        "x-references": field.references is not None,
        "x-transitions": bool(notes and name in notes.transitions),
    }
    yield from (why for word, why in REFUSING.items() if word in schema or told[word])


def _complete(profile: Profile, resource: Resource, model: Model) -> ResourceNotes:
    notes = _merged(_notes(profile, resource, model), profile.resource(resource.item))
    bound = {name: reach for name, table in notes.transitions.items() if (reach := _reach(resource, name, table))}
    held = {name: _over(FieldNotes(values=reach), notes.notes(name)) for name, reach in bound.items()}
    fields = {**notes.fields, **held}
    if profile.normalise is not None:
        texts = {each.name for each in resource.fields if each.writable and _is_text(each)}
        fields |= {
            name: _over(FieldNotes(normalise=profile.normalise), fields.get(name, FieldNotes())) for name in texts
        }
    return structs.replace(notes, fields=fields)


def _is_text(field: Field) -> bool:
    texts = field.constraints.get("items", {}) if field.kind == "array" else field.constraints
    return kind_of(texts) == "string" and "enum" not in texts


def _reach(resource: Resource, name: str, table: Mapping[str, list[Any]]) -> list[Any]:
    """Where a field may go from what a fresh item holds, as far as the document tells."""
    default = next((each.default for each in resource.fields if each.name == name), None)
    return table.get(default, []) if isinstance(default, str) else []


def _merged(said: ResourceNotes, known: ResourceNotes) -> ResourceNotes:
    fields = {name: _over(said.notes(name), known.notes(name)) for name in (*said.fields, *known.fields)}
    access = structs.replace(
        known.access,
        visible={**said.access.visible, **known.access.visible},
        may={**said.access.may, **known.access.may},
    )
    return structs.replace(
        known,
        fields=fields,
        access=access,
        transitions={**said.transitions, **known.transitions},
        states={**said.states, **known.states},
    )


def _over(said: FieldNotes, known: FieldNotes) -> FieldNotes:
    """The notes of the document, and over them those of the profile that are not the defaults."""
    defaults = FieldNotes()
    told = {name: value for name, value in structs.asdict(known).items() if value != getattr(defaults, name)}
    return structs.replace(said, **told)


def _notes(profile: Profile, resource: Resource, model: Model) -> ResourceNotes:
    owner = profile.resource(resource.item).owner
    cast = _Cast(profile, owner or next(iter(profile.people), None))
    fields = {each.name: each for each in resource.fields}
    collections = {each.name for each in model.resources}
    may = {each.id: cast.people(each.callers) for each in _callable(resource, model) if each.callers is not None}
    states, visible = _states(cast, fields.values(), may, resource)
    return ResourceNotes(
        item=resource.item,
        fields={
            name: notes for name, each in fields.items() if (notes := _field(cast, each, collections)) != FieldNotes()
        },
        transitions={name: _staying(table) for name, each in fields.items() if (table := _word(each, "x-transitions"))},
        states=states,
        access=Access(visible=visible, may=may),
    )


class _Cast:
    """Who plays the roles of a document."""

    def __init__(self, profile: Profile, owner: str | None) -> None:
        self.profile = profile
        self.owner = owner

    def people(self, roles: Collection[str]) -> list[str]:
        """The people who have one of these roles; everyone and anonymous stand for themselves."""
        return list(dict.fromkeys(name for role in roles for name in self._players(role)))

    def _players(self, role: str) -> Iterable[str]:
        if role in (EVERYONE, ANONYMOUS):
            return (role,)
        if role == OWNER:
            return (self.owner,) if self.owner else ()
        return self.profile.roles.get(role, (role,) if role in self.profile.people else ())


def _callable(resource: Resource, model: Model) -> Iterable[Operation]:
    own = {each.id: each for each in resource.operations.values()}
    below = {each.id: each for each in model.operations.values() if resource.has(each) and each.method == "GET"}
    return {**below, **own}.values()


def _states(
    cast: _Cast, fields: Iterable[Field], may: Mapping[str, list[str]], resource: Resource
) -> tuple[dict[str, dict[str, Any]], dict[str, list[str]]]:
    """Each state of which the document says who sees an item in it; one without a name where it says nothing."""
    states: dict[str, dict[str, Any]] = {}
    visible: dict[str, list[str]] = {}
    reading = resource.operations.get("read")
    everybody = may.get(reading.id, [EVERYONE, ANONYMOUS]) if reading else [EVERYONE, ANONYMOUS]
    for field in fields:
        table = _word(field, "x-item-visible-to") or {}
        for value in dict.fromkeys((*field.constraints.get("enum", ()), *table)) if table else ():
            name = f"{field.name} {value}".strip()
            states[name] = {field.name: value}
            visible[name] = cast.people(table[value]) if value in table else everybody
    return (states, visible) if states or not may else ({FRESH: {}}, {FRESH: everybody})


def _field(cast: _Cast, field: Field, collections: Collection[str]) -> FieldNotes:
    readers, sources = _word(field, "x-visible-to"), _word(field, "x-derived-from")
    referred = _word(field, "x-references")
    return FieldNotes(
        unique=bool(_word(field, "x-unique")),
        normalise="trim" if _word(field, "x-trim") else None,
        references=referred if referred in collections else None,
        derived_from=list(sources or (["*"] if _counts_changes(field) else ())),
        follows=bool(sources),
        shown_to=cast.people(readers) if readers is not None else None,
    )


_STAMP = re.compile(
    r"(date|time|dt|ts)?(last)?(updated?|modified|modification|changed?|edited)(at|on|date|time|datetime|timestamp|ts)?"
)
_COUNTER = re.compile(r"(lock|row|record)?version|revision|rev|etag")


def _counts_changes(field: Field) -> bool:
    """Whether a field tells, by its name, when or how often an item was changed: any change moves it, and no client."""
    name = re.sub(r"[^a-z]", "", field.name.lower())
    is_stamp = _STAMP.fullmatch(name) and field.kind in ("string", "integer", "number")
    return field.read_only and bool(is_stamp or _COUNTER.fullmatch(name))


def _word(field: Field, word: str) -> Any:
    """What a word says of a field, wherever the field is read or written."""
    return next((schema[word] for schema in (field.write, field.read) if schema and word in schema), None)


def _staying(table: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Transitions with those that stay where they are, which need not be said; ends that lead nowhere are added."""
    ends = dict.fromkeys((*table, *(end for each in table.values() for end in each)))
    return {start: list(dict.fromkeys((start, *table.get(start, ())))) for start in ends}

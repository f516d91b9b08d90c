"""CT7xx: all responses about an item agree: the item itself, every list, and the items that refer to it."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from contracts.checks.assertions import assume, derived_fields, find_differences, require_unchanged
from contracts.checks.context import Context
from contracts.checks.registration import Trial, law
from contracts.fixtures.item import Item
from contracts.laws._listing import lists, search_list
from contracts.laws._patching import describe, distinct_values, distinct_values_of, label
from contracts.laws._states import create_in_state
from contracts.messages.exchange import GONE, Answer, Json
from contracts.openapi.identifiers import absent_id
from contracts.openapi.resources import Field, Operation
from contracts.openapi.schemas import Schema
from contracts.results.verdict import Broken, NotApplicable


@law("CT701", aka="referential consistency")
def agreement(context: Context) -> Iterator[Trial]:
    """Lists and items agree, deleted items are gone, unique values stay unique, references lead to items."""
    operations = context.resource.operations
    if not {"create", "read"} <= set(operations):
        raise NotApplicable(f"the spec has no operation to create or to read {context.resource.name}")
    for operation, query in lists(context):
        yield Trial("as the item says", operation.label, partial(_require_agreement, context, operation, query))
    if "delete" in operations:
        yield Trial("gone everywhere", label(context, "delete"), partial(_require_gone, context))
    if "patch" in operations:
        for field in context.changeable:
            if context.notes.notes(field.name).unique:
                yield Trial(f"{field.name} is taken", label(context), partial(_require_unique, context, field.name))
            is_reference = _is_reference(field) or field.name in context.factory.links
            if is_reference and _schema_of_ids(field).get("type", "integer") in ("integer", "string"):
                yield Trial(f"{field.name} of nothing", label(context), partial(_require_reference, context, field))


@law("CT702", severity="critical", owasp="API1:2023", aka="BOLA, nested resources")
def found_in_own_parent(context: Context) -> Iterator[Trial]:
    """An item is found in the parent in which it was created, and in no other."""
    operations = context.resource.operations
    if context.factory.above is None:
        raise NotApplicable(f"{context.resource.name} have no parent that the spec creates")
    if not {"create", "read"} <= set(operations) or not {"patch", "delete"} & set(operations):
        raise NotApplicable(f"the spec has no operations to create {context.resource.name}, read and change them")
    for verb in ("read", "patch", "delete"):
        if verb in operations:
            yield Trial("in another parent", label(context, verb), partial(_require_not_found, context, verb))


def _require_not_found(context: Context, verb: str) -> None:
    """Require that a request does not reach an item through another parent."""
    subject = context.fresh()
    before, misplaced = subject.state(), context.factory.misplaced(subject)
    answer = misplaced.read()
    if answer.ok and misplaced.unwrap(answer) != before:
        raise NotApplicable(f"{context.resource.name} are numbered anew in every parent: another item has the same id")
    if verb == "patch":
        answer = misplaced.patch(distinct_values(context))
    elif verb == "delete":
        answer = misplaced.delete()
    if answer.status not in {*GONE, *context.profile.same_status.get(404, ())}:
        raise Broken(f"{answer.request.line} finds nothing, since {subject.path} is in another parent", answer.summary)
    require_unchanged(before, subject.state(), None, "an item that is not found is not changed")


def _require_agreement(context: Context, operation: Operation, query: Mapping[str, Any]) -> None:
    subject = create_in_state(context, context.notes.listed)
    _require_same_values(context, subject, operation, query)
    if "patch" in context.resource.operations:
        shielded = set(context.notes.listed)
        fields = {name: value for name, value in distinct_values(context).items() if name not in shielded}
        answer = subject.patch(fields)
        assume(answer.ok, f"the change was rejected: {answer.summary}")
        _require_same_values(context, subject, operation, query)


def _require_same_values(context: Context, subject: Item, operation: Operation, query: Mapping[str, Any]) -> None:
    state = subject.state()
    row = _row(context, subject, operation, query, state)
    if row is None:
        promise = f"{operation.label} lists {subject.path}"
        raise Broken(promise, "it is not in the list (if the list needs a query, add it under lists: in the profile)")
    shared = [name for name in row if name in state and name in _shared_fields(context, operation)]
    differences = find_differences(state, row, shared)
    if differences:
        expected = f"{operation.label} shows the same values as the item (item → list)"
        raise Broken(expected, describe(differences))


def _row(context: Context, subject: Item, operation: Operation, query: Mapping[str, Any], state: Json) -> Json | None:
    searched = search_list(context, subject, context.owner, (operation, query), state)
    return next((row for _, _, row in searched if row is not None), None)


def _shared_fields(context: Context, operation: Operation) -> set[str]:
    """Return the fields that the spec describes alike in a list and in the item; others may have another form."""
    model, reading = context.model, context.target.readings.of_resource(context.resource)
    item = model.part(context.resource.operations["read"].answer or {}, reading.items.get("GET", ()))
    rows = model.part(operation.answer or {}, context.listing(operation).rows or ())
    whole, part = model.properties(item), model.properties(rows.get("items", {}))
    return {name for name in part if name in whole and _comparable(part[name]) == _comparable(whole[name])}


def _comparable(schema: Schema) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name not in ("description", "example", "readOnly")}


def _require_gone(context: Context) -> None:
    subject = create_in_state(context, context.notes.listed)
    state = subject.state()
    answer = subject.delete()
    assume(answer.ok, f"DELETE was rejected: {answer.summary}")
    for again in _requests(context, subject):
        if again.status not in GONE:
            raise Broken(f"{again.request.line} finds nothing after the DELETE", again.summary)
    for operation, query in lists(context):
        if _row(context, subject, operation, query, state) is not None:
            raise Broken(f"{operation.label} does not list a deleted item", f"it lists {subject.path}")


def _requests(context: Context, subject: Item) -> Iterator[Answer]:
    """Send every request to a deleted item that would find it."""
    yield subject.read()
    if "patch" in context.resource.operations:
        yield subject.patch(distinct_values(context))
        yield subject.read()
    yield subject.delete()


def _require_unique(context: Context, name: str) -> None:
    first, second = context.fresh(), context.fresh()
    value = distinct_values_of(context, name)[name]
    answer = first.patch({name: value})
    assume(answer.ok, f"the change was rejected: {answer.summary}")
    before = second.state()
    _require_rejected(second.patch({name: value}), f"{name} is taken")
    differences = find_differences(before, second.state())
    if differences:
        raise Broken(f"the rejected {name} changes nothing", describe(differences))
    again = first.patch({name: value})
    if not again.ok:
        raise Broken(f"an item keeps its own {name}", again.summary)
    if name in context.resource.create_fields:
        _require_unique_on_create(context, name, value)


def _require_unique_on_create(context: Context, name: str, value: object) -> None:
    path = context.factory.collection(context.owner)
    body = context.factory.creation(context.factory.body(**{name: value}))
    answer = context.owner.send("POST", path, body)
    if answer.ok:
        context.factory.adopt(answer, context.owner, path)
    _require_rejected(answer, f"{name} is taken")


def _require_rejected(answer: Answer, why: str) -> None:
    if not 400 <= answer.status < 500:
        raise Broken(f"{answer.request.line} is rejected, since {why}", answer.summary)


def _is_reference(field: Field) -> bool:
    return any("x-references" in (schema or {}) for schema in (field.write, field.read))


def _schema_of_ids(field: Field) -> Schema:
    """Return the schema of the ids that a field holds."""
    items: Schema = field.constraints.get("items", {})
    return items if field.kind == "array" else {**field.constraints, "type": field.kind}


def _require_reference(context: Context, field: Field) -> None:
    subject = context.fresh()
    before = subject.state()
    unknown = absent_id({"type": "integer", **_schema_of_ids(field)})
    answer = subject.patch({field.name: [unknown] if field.kind == "array" else unknown})
    _require_rejected(answer, f"no item has the id {unknown!r}")
    differences = find_differences(before, subject.state(), None, derived_fields(context))
    if differences:
        raise Broken(f"the rejected {field.name} changes nothing", describe(differences))

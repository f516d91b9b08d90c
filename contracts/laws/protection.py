"""CT2xx: read-only fields stay, write-only values never appear, and restricted fields stay hidden."""

from collections.abc import Iterator
from functools import partial

from contracts.checks.assertions import always_changes, assume, matches
from contracts.checks.context import Context
from contracts.checks.registration import Trial, law
from contracts.fixtures.item import Item
from contracts.laws._listing import search_all_lists
from contracts.laws._patching import distinct_values, label, of_patch, pairs
from contracts.laws._states import item_in_state, states
from contracts.messages.bodies import Encoding
from contracts.messages.exchange import Answer, Json
from contracts.openapi.resources import Field
from contracts.profile.models import ANONYMOUS
from contracts.results.verdict import Broken, Inconclusive, NotApplicable

FAR = 1000
"""How far a number that counts changes by itself is moved, so that the next change cannot reach it."""


@law("CT201", severity="critical", wfc="203", owasp="API3:2023", aka="mass assignment, BOPLA")
@of_patch
def read_only_stays(context: Context) -> Iterator[Trial]:
    """A read-only field in a request changes nothing."""
    if not context.resource.read_only:
        raise NotApplicable(f"the spec marks no field of {context.resource.name} as readOnly")
    for field in context.resource.read_only:
        for encoding in context.resource.encodings:
            attempt = partial(_write_read_only, context, field, encoding)
            yield Trial(f"{field.name} in {encoding.short}", label(context), attempt)


def _write_read_only(context: Context, field: Field, encoding: Encoding) -> None:
    subject = context.fresh()
    before = subject.state()
    assume(field.name in before, "GET does not show it")
    beside, sent = _beside(context, field, encoding), _other(context, field, before)
    for fields in ({field.name: sent}, {**beside, field.name: sent}):
        try:
            subject.patch(fields, encoding)
        except Inconclusive:
            continue
        if always_changes(context, field.name):
            _require_ignored(field, subject, sent)
        else:
            _require_kept(field, subject, before[field.name])


def _beside(context: Context, field: Field, encoding: Encoding) -> dict[str, object]:
    """Return a legal change of one other field, which does not change the read-only field."""
    sources = set(context.notes.notes(field.name).derived_from)
    values = distinct_values(context, encoding)
    other = next((name for name in values if name not in sources), None)
    return {} if other is None else {other: values[other]}


def _other(context: Context, field: Field, before: dict[str, object]) -> object:
    from contracts.generation.values import other

    value = before[field.name]
    if always_changes(context, field.name) and isinstance(value, int) and not isinstance(value, bool):
        return value + FAR
    return other(value, field.constraints)


def _require_kept(field: Field, subject: Item, kept: object) -> None:
    answer = subject.read()
    if not answer.ok:
        raise Broken(f"{field.name} stays {kept!r}", f"the item is gone: {answer.summary}")
    now = subject.unwrap(answer).get(field.name)
    if now != kept:
        raise Broken(f"{field.name} stays {kept!r}", repr(now))


def _require_ignored(field: Field, subject: Item, sent: object) -> None:
    """Require that a field that every change updates does not take the value of a request."""
    if matches(sent, subject.state().get(field.name), form=field.constraints.get("format")):
        raise Broken(f"{field.name} does not take the value of a request", repr(sent))


@law("CT202", severity="critical", owasp="API3:2023", aka="excessive data exposure")
@of_patch
def write_only_is_silent(context: Context) -> Iterator[Trial]:
    """A write-only value appears in no response, list or error, for any user."""
    if not context.write_only:
        raise NotApplicable(f"every writable field of {context.resource.name} appears in responses")
    for field, encoding in pairs(context, context.write_only):
        attempt = partial(_plant_canary, context, field, encoding)
        yield Trial(f"{field.name} in {encoding.short}", label(context), attempt)


def _plant_canary(context: Context, field: Field, encoding: Encoding) -> None:
    subject, canary = context.fresh(), context.unique("canary")
    answers = [subject.patch({field.name: canary}, encoding)]
    answers += [subject.patch({field.name: canary, **bad}, encoding) for bad in _bad_values(context, encoding)]
    answers += _uploads(context, field, subject)
    people = [context.person(name) for name in context.profile.people]
    answers += [subject.read(by=person) for person in (*people, context.anonymous)]
    for answer in answers:
        items = [subject.unwrap(answer)] if answer.ok and answer.content else []
        _require_absent(context, field, canary, answer, items)
    state = subject.state()
    for person in people:
        for answer, rows, _ in search_all_lists(context, subject, person, state):
            _require_absent(context, field, canary, answer, rows)


def _bad_values(context: Context, encoding: Encoding) -> list[dict[str, object]]:
    enums = [field for field in context.writable if "enum" in field.constraints and encoding in field.encodings]
    return [{field.name: "no-such-member"} for field in enums[:1]]


def _uploads(context: Context, field: Field, subject: Item) -> list[Answer]:
    from contracts.generation.values import picture

    if not context.notes.notes(field.name).upload or Encoding.MULTIPART not in field.encodings:
        return []
    return [subject.patch({field.name: picture()}, Encoding.MULTIPART)]


def _require_absent(context: Context, field: Field, canary: str, answer: Answer, items: list[Json]) -> None:
    if canary.encode() in answer.content and not context.shown_as(field.name):
        raise Broken(f"the response to {answer.request.line} does not contain {field.name}", answer.excerpt)
    for item in items:
        if field.name in item:
            raise Broken(f"the response to {answer.request.line} has no key {field.name}", repr(item[field.name]))


@law("CT203", severity="critical", owasp="API3:2023", aka="BOPLA")
def readers_only(context: Context) -> Iterator[Trial]:
    """A field that is restricted to some users is shown to them, and to no one else."""
    fields = [name for name, notes in context.notes.fields.items() if notes.shown_to is not None]
    if not fields or "read" not in context.resource.operations:
        raise NotApplicable(
            "nothing restricts a field to some users: add shown_to: to the field in the profile, or x-visible-to in "
            "the spec"
        )
    for state in states(context):
        for name in (*context.profile.people, ANONYMOUS):
            attempt = partial(_check_readers, context, fields, state, name)
            yield Trial(f"{name} on {state}", label(context, "read"), attempt)


def _check_readers(context: Context, fields: list[str], state: str, name: str) -> None:
    with item_in_state(context, state, touched=False) as subject:
        whole, person = subject.state(), context.person(name)
        answer = subject.read(by=person)
        if not answer.ok:
            raise NotApplicable(f"{name} does not see an item that is {state}")
        visible = subject.unwrap(answer)
        rows = [row for _, _, row in search_all_lists(context, subject, person, whole) if row is not None]
        for field in fields:
            readers = context.notes.notes(field).readers(state)
            if readers is None:
                continue
            if name not in context.profile.expand(readers):
                _require_hidden(field, name, [visible, *rows])
            elif field in whole and field not in visible:
                raise Broken(f"{field} is shown to {name}", f"keys {sorted(visible)}")


def _require_hidden(field: str, name: str, items: list[Json]) -> None:
    """Require that no item shows a field to a user; null counts as hidden, since some backends keep the key."""
    for item in items:
        if item.get(field) is not None:
            raise Broken(f"{field} is hidden from {name}", repr(item[field]))

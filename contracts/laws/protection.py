"""CT2xx: what only the server may set stays, what only requests may hold never comes back."""

from collections.abc import Iterator
from functools import partial

from contracts.checks.assertions import always_changes, assume, matches
from contracts.checks.context import Context
from contracts.checks.registration import Trial, law
from contracts.client.target import Client
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
"""By how much a count is changed that comes to the next number by itself."""


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
    """A change that may be made, and that does not move the field."""
    moving = set(context.notes.notes(field.name).derived_from)
    return dict([(name, value) for name, value in distinct_values(context, encoding).items() if name not in moving][:1])


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
    """What any change moves does not stay, but is not what somebody asked for."""
    if matches(sent, subject.state().get(field.name), form=field.constraints.get("format")):
        raise Broken(f"{field.name} is not what a request says", repr(sent))


@law("CT202", severity="critical", owasp="API3:2023", aka="excessive data exposure")
@of_patch
def write_only_is_silent(context: Context) -> Iterator[Trial]:
    """A write-only value appears in no answer, list or error, for anybody."""
    if not context.write_only:
        raise NotApplicable(f"no field of {context.resource.name} can be written that answers do not have")
    for field, encoding in pairs(context, context.write_only):
        attempt = partial(_plant_canary, context, field, encoding)
        yield Trial(f"{field.name} in {encoding.short}", label(context), attempt)


def _plant_canary(context: Context, field: Field, encoding: Encoding) -> None:
    subject, canary = context.fresh(), context.unique("canary")
    answers = [subject.patch({field.name: canary}, encoding)]
    answers += [subject.patch({field.name: canary, **bad}, encoding) for bad in _one_bad(context, encoding)]
    answers += _uploads(context, field, subject)
    answers += [subject.read(by=person) for person in _everybody(context)]
    for answer in answers:
        shown = [subject.unwrap(answer)] if answer.ok and answer.content else []
        _require_absent(context, field, canary, answer, shown)
    state = subject.state()
    for person in _everybody(context)[:-1]:
        for answer, rows, _ in search_all_lists(context, subject, person, state):
            _require_absent(context, field, canary, answer, rows)


def _one_bad(context: Context, encoding: Encoding) -> list[dict[str, object]]:
    enums = [each for each in context.writable if "enum" in each.constraints and encoding in each.encodings]
    return [{each.name: "no-such-member"} for each in enums[:1]]


def _uploads(context: Context, field: Field, subject: Item) -> list[Answer]:
    from contracts.generation.values import picture

    if not context.notes.notes(field.name).upload or Encoding.MULTIPART not in field.encodings:
        return []
    return [subject.patch({field.name: picture()}, Encoding.MULTIPART)]


def _everybody(context: Context) -> list[Client]:
    return [*(context.person(name) for name in context.profile.people), context.anonymous]


def _require_absent(context: Context, field: Field, canary: str, answer: Answer, shown: list[Json]) -> None:
    if canary.encode() in answer.content and not context.shown_as(field.name):
        raise Broken(f"{answer.request.line} says nothing of {field.name}", answer.excerpt)
    for item in shown:
        if field.name in item:
            raise Broken(f"{answer.request.line} has no key {field.name}", repr(item[field.name]))


@law("CT203", severity="critical", owasp="API3:2023", aka="BOPLA")
def readers_only(context: Context) -> Iterator[Trial]:
    """A field that is shown to some people is there for them, and for nobody else."""
    fields = [name for name, notes in context.notes.fields.items() if notes.shown_to is not None]
    if not fields or "read" not in context.resource.operations:
        raise NotApplicable(
            "nothing says that a field is shown to some people only: add shown_to: to the field in the profile, or "
            "x-visible-to in the spec"
        )
    for state in states(context):
        for name in (*context.profile.people, ANONYMOUS):
            yield Trial(f"{name} on {state}", label(context, "read"), partial(_look, context, fields, state, name))


def _look(context: Context, fields: list[str], state: str, name: str) -> None:
    with item_in_state(context, state, touched=False) as subject:
        shown, person = subject.state(), context.person(name)
        answer = subject.read(by=person)
        if not answer.ok:
            raise NotApplicable(f"{name} does not see an item that is {state}")
        seen = subject.unwrap(answer)
        listed = [row for _, _, row in search_all_lists(context, subject, person, shown) if row is not None]
        for field in fields:
            readers = context.notes.notes(field).readers(state)
            if readers is not None and name not in context.profile.expand(readers):
                _require_hidden(field, name, [seen, *listed])
            elif readers is not None and field in shown and field not in seen:
                raise Broken(f"{field} is shown to {name}", f"keys {sorted(seen)}")


def _require_hidden(field: str, name: str, seen: list[Json]) -> None:
    """Null tells nothing: some backends keep the key and hide the value."""
    for each in seen:
        if each.get(field) is not None:
            raise Broken(f"{field} is hidden from {name}", repr(each[field]))

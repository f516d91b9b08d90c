"""CT6xx: of changes that are made at the same moment, or of an old version, none is lost, and none is mixed."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from contracts.checks.assertions import assume, require_unchanged
from contracts.checks.context import Context
from contracts.checks.registration import Trial, law
from contracts.client.target import Target
from contracts.fixtures.item import Item
from contracts.laws._patching import (
    describe,
    distinct_values,
    distinct_values_of,
    find_mismatches,
    label,
    of_patch,
    ring,
)
from contracts.messages.exchange import GONE, IF_MATCH, Answer, Json
from contracts.openapi.resources import Field, Operation
from contracts.results.verdict import Broken, NotApplicable

ROUNDS = 3
"""How often two requests are sent at once: a race that is lost now and then shows in some of them."""

BUSY = frozenset({409, 412, 423, 428, 429, 503})
"""How a backend may say of two changes at once that one has to come again."""


@law("CT601", aka="lost update, race")
@of_patch
def both_survive(context: Context) -> Iterator[Trial]:
    """Of two PATCHes of different fields that are sent at the same moment both are kept."""
    if context.resource.is_replaced:
        raise NotApplicable(f"{label(context)} replaces the whole: of two at the same moment the later one counts")
    for one, other in ring(context):
        subject = f"{one.name} beside {other.name}"
        yield Trial(subject, label(context), partial(_rounds, partial(_disjoint, context, one.name, other.name)))


@law("CT602", aka="race, torn write")
@of_patch
def one_of_both(context: Context) -> Iterator[Trial]:
    """Two PATCHes of the same fields that are sent at the same moment leave what one of them sent, and no mixture."""
    fields = [each for each in context.writable if _has_two_values(context, each)]
    if len(fields) < 2:
        raise NotApplicable(f"{context.resource.name} has fewer than two fields that take either of two values")
    yield Trial("the same fields twice", label(context), partial(_rounds, partial(_conflicting, context, fields)))


@law("CT603", aka="lost update, optimistic locking, RFC 9110")
@of_patch
def old_versions(context: Context) -> Iterator[Trial]:
    """A change that comes with the present version of the item is made, one of an old version is refused."""
    heeding = [each for each in context.resource.changes if each.accepts_if_match or context.notes.if_match]
    if not heeding:
        raise NotApplicable(f"the spec has no change of {context.resource.name} that comes with a version, in If-Match")
    for operation in heeding:
        yield Trial("an old version", operation.label, partial(_change_old_version, context, operation))
        if operation.requires_if_match or context.notes.if_match:
            yield Trial("no version", operation.label, partial(_change_without_version, context, operation))


def at_once(target: Target, *sends: Callable[[], Answer]) -> list[Answer]:
    """Send requests at the same moment, each from a thread of its own and so over a connection of its own."""
    start = Barrier(len(sends))

    def send(one: Callable[[], Answer]) -> Answer:
        start.wait()
        return one()

    with ThreadPoolExecutor(len(sends)) as threads:
        answers = list(threads.map(send, sends))
    target.tape.join(len(sends))
    return answers


def _rounds(attempt: Callable[[], None]) -> None:
    for _ in range(ROUNDS):
        attempt()


def _disjoint(context: Context, one: str, other: str) -> None:
    subject, values = context.fresh(), distinct_values_of(context, one, other)
    state = subject.state()
    sent = [{name: _other_value(context, name, value, state)} for name, value in values.items()]
    accepted = _send_at_once(context, subject, sent)
    missing = find_mismatches(
        context, {name: value for each in accepted for name, value in each.items()}, subject.state()
    )
    if missing:
        raise Broken("both of two changes at the same moment are kept", describe(missing))


def _other_value(context: Context, name: str, value: Any, state: Json) -> Any:
    """A value that the item does not have yet, where there is one: that another is lost could not be seen."""
    field = next(each for each in context.writable if each.name == name)
    is_free = context.notes.notes(name).values is None and name not in context.notes.transitions
    others = [each for each in field.constraints.get("enum", ()) if each not in (None, "", state.get(name))]
    return others[0] if value == state.get(name) and is_free and others else value


def _conflicting(context: Context, fields: list[Field]) -> None:
    subject = context.fresh()
    taken = [each for each in fields if context.rejection_of(each.name, context.resource.encoding("patch")) is None]
    assume(len(taken) > 1, f"too few of the fields are taken: {describe(context.left_out)}")
    sent = [_values(context, taken, turn) for turn in (0, 1)]
    accepted = _send_at_once(context, subject, sent)
    differences = [find_mismatches(context, each, subject.state()) for each in accepted]
    if all(differences):
        told_of = " and ".join(f"({describe(each)})" for each in differences)
        raise Broken("the item is as one of two changes at the same moment left it", f"a mixture: {told_of}")


def _send_at_once(context: Context, subject: Item, sent: list[Json]) -> list[Json]:
    """What was accepted of two bodies that were sent at once; one may be told to come again."""
    path = subject.path
    answers = at_once(context.target, *map(subject.prepare_patch, sent))
    # Where one of them changes by what the item is found, the other may come too late to find it.
    late = BUSY | GONE if subject.path != path else BUSY
    for answer in answers:
        assume(answer.ok or answer.status in late, f"the change was rejected: {answer.summary}")
    assume(any(answer.ok for answer in answers), "both changes were rejected")
    if subject.path != path:
        subject.settle()
    return [fields for fields, answer in zip(sent, answers, strict=True) if answer.ok]


def _change_old_version(context: Context, operation: Operation) -> None:
    subject = context.fresh()
    old = _version(subject)
    _change(context, subject)
    if _version(subject) == old:
        raise Broken("the ETag changes with the item", f"{old[IF_MATCH]} before and after a change")
    before, answer = subject.state(), _send_change(context, subject, operation, old)
    _require_rejected(subject, before, answer, "with an old version: 412", context.profile.same_status.get(412, [412]))
    answer = _send_change(context, subject, operation, _version(subject))
    if not answer.ok:
        raise Broken(f"{answer.request.line} with the present version is accepted", answer.summary)


def _change_without_version(context: Context, operation: Operation) -> None:
    subject = context.fresh()
    before, answer = subject.state(), _send_change(context, subject, operation, {})
    _require_rejected(subject, before, answer, "without a version: refused, with 428", range(400, 500))


def _change(context: Context, subject: Item) -> None:
    """A change that leaves another version behind."""
    answer = subject.patch(_fields(context))
    assume(answer.ok, f"the change was rejected: {answer.summary}")


def _fields(context: Context) -> Json:
    """What is changed: something, since of a change of nothing a backend may make no version."""
    fields = distinct_values(context)
    assume(bool(fields), "there is no field to change")
    return fields


def _send_change(context: Context, subject: Item, operation: Operation, condition: dict[str, str]) -> Answer:
    """What a change is answered that comes with some version, or with none."""
    if operation.method == "DELETE":
        return subject.delete(condition=condition)
    if operation is context.resource.operations.get("replace"):
        return subject.put({**subject.replacement_body(), **_fields(context)}, condition=condition)
    return subject.prepare_patch(_fields(context), condition=condition)()


def _require_rejected(subject: Item, before: Json, answer: Answer, expected: str, statuses: Collection[int]) -> None:
    if answer.status not in statuses:
        raise Broken(f"{answer.request.line} {expected}", answer.summary)
    require_unchanged(before, subject.state(), None, "a refused change leaves no trace")


def _version(subject: Item) -> dict[str, str]:
    version = subject.owner.target.version(subject.path, subject.owner)
    if not version:
        raise Broken(f"GET {subject.path} tells the version of the item", "no ETag")
    return version


def _has_two_values(context: Context, field: Field) -> bool:
    notes = context.notes.notes(field.name)
    bound = notes.values is not None or notes.upload or field.name in context.notes.transitions
    free_text = field.kind == "string" and not {"enum", "format"} & set(field.constraints)
    return not bound and (free_text or field.kind == "boolean")


def _values(context: Context, fields: list[Field], turn: int) -> Json:
    """The first or the second of two sets of values that differ in every field."""
    texts: dict[str, Any] = distinct_values(context)
    return {each.name: bool(turn) if each.kind == "boolean" else texts[each.name] for each in fields}

"""CT6xx: simultaneous changes, and changes of an old version, neither get lost nor mixed."""

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
"""How often two requests are sent at once, since a race is lost only now and then."""

BUSY = frozenset({409, 412, 423, 428, 429, 503})
"""The statuses with which a backend may ask to repeat one of two simultaneous changes."""


@law("CT601", aka="lost update, race")
@of_patch
def both_survive(context: Context) -> Iterator[Trial]:
    """Two simultaneous PATCHes of different fields both take effect."""
    if context.resource.is_replaced:
        raise NotApplicable(f"{label(context)} replaces the whole item: of two simultaneous ones the later one counts")
    for one, other in ring(context):
        attempt = partial(_repeat, partial(_require_both_kept, context, one.name, other.name))
        yield Trial(f"{one.name} beside {other.name}", label(context), attempt)


@law("CT602", aka="race, torn write")
@of_patch
def one_of_both(context: Context) -> Iterator[Trial]:
    """Two simultaneous PATCHes of the same fields leave the values of one of them, never a mixture."""
    fields = [field for field in context.writable if _has_two_values(context, field)]
    if len(fields) < 2:
        raise NotApplicable(f"{context.resource.name} has fewer than two fields that accept two different values")
    attempt = partial(_repeat, partial(_require_no_mixture, context, fields))
    yield Trial("the same fields twice", label(context), attempt)


@law("CT603", aka="lost update, optimistic locking, RFC 9110")
@of_patch
def old_versions(context: Context) -> Iterator[Trial]:
    """A change with the present version of the item is accepted, one with an old version is rejected."""
    conditional = [change for change in context.resource.changes if change.accepts_if_match or context.notes.if_match]
    if not conditional:
        raise NotApplicable(f"no change of {context.resource.name} in the spec takes a version, in If-Match")
    for operation in conditional:
        yield Trial("an old version", operation.label, partial(_change_old_version, context, operation))
        if operation.requires_if_match or context.notes.if_match:
            yield Trial("no version", operation.label, partial(_change_without_version, context, operation))


def at_once(target: Target, *sends: Callable[[], Answer]) -> list[Answer]:
    """Send requests at the same moment, each from its own thread and so over its own connection."""
    start = Barrier(len(sends))

    def send(request: Callable[[], Answer]) -> Answer:
        start.wait()
        return request()

    with ThreadPoolExecutor(len(sends)) as threads:
        answers = list(threads.map(send, sends))
    target.tape.join(len(sends))
    return answers


def _repeat(attempt: Callable[[], None]) -> None:
    for _ in range(ROUNDS):
        attempt()


def _require_both_kept(context: Context, one: str, other: str) -> None:
    subject, values = context.fresh(), distinct_values_of(context, one, other)
    state = subject.state()
    sent = [{name: _other_value(context, name, value, state)} for name, value in values.items()]
    accepted: Json = {}
    for fields in _send_at_once(context, subject, sent):
        accepted |= fields
    mismatches = find_mismatches(context, accepted, subject.state())
    if mismatches:
        raise Broken("both of two simultaneous changes are kept", describe(mismatches))


def _other_value(context: Context, name: str, value: Any, state: Json) -> Any:
    """Return a value that the item does not have yet, if there is one: the loss of the same value would not show."""
    is_free = context.notes.notes(name).values is None and name not in context.notes.transitions
    if value != state.get(name) or not is_free:
        return value
    field = next(field for field in context.writable if field.name == name)
    members = field.constraints.get("enum", ())
    return next((member for member in members if member not in (None, "", value)), value)


def _require_no_mixture(context: Context, fields: list[Field]) -> None:
    subject, encoding = context.fresh(), context.resource.encoding("patch")
    accepted_fields = [field for field in fields if context.rejection_of(field.name, encoding) is None]
    assume(len(accepted_fields) > 1, f"too few of the fields are accepted: {describe(context.left_out)}")
    sent = [_values(context, accepted_fields, turn) for turn in (0, 1)]
    accepted = _send_at_once(context, subject, sent)
    mismatches = [find_mismatches(context, body, subject.state()) for body in accepted]
    if all(mismatches):
        mixture = " and ".join(f"({describe(differences)})" for differences in mismatches)
        raise Broken("the item has the values of one of two simultaneous changes", f"a mixture: {mixture}")


def _send_at_once(context: Context, subject: Item, sent: list[Json]) -> list[Json]:
    """Send two bodies at once, and return those that were accepted; the target may ask to repeat one of them."""
    path = subject.path
    answers = at_once(context.target, *map(subject.prepare_patch, sent))
    # If one of them changes the path of the item, the other may come too late to find it.
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
    statuses = context.profile.same_status.get(412, [412])
    _require_rejected(subject, before, answer, "with an old version is rejected with 412", statuses)
    answer = _send_change(context, subject, operation, _version(subject))
    if not answer.ok:
        raise Broken(f"{answer.request.line} with the present version is accepted", answer.summary)


def _change_without_version(context: Context, operation: Operation) -> None:
    subject = context.fresh()
    before, answer = subject.state(), _send_change(context, subject, operation, {})
    _require_rejected(subject, before, answer, "without a version is rejected, with 428", range(400, 500))


def _change(context: Context, subject: Item) -> None:
    """Make a change, which gives the item a new version."""
    answer = subject.patch(_fields(context))
    assume(answer.ok, f"the change was rejected: {answer.summary}")


def _fields(context: Context) -> Json:
    """Return the fields to change, at least one: an empty change need not make a new version."""
    fields = distinct_values(context)
    assume(bool(fields), "there is no field to change")
    return fields


def _send_change(context: Context, subject: Item, operation: Operation, condition: dict[str, str]) -> Answer:
    """Send a change with some version, or with none."""
    if operation.method == "DELETE":
        return subject.delete(condition=condition)
    if operation is context.resource.operations.get("replace"):
        return subject.put({**subject.replacement_body(), **_fields(context)}, condition=condition)
    return subject.prepare_patch(_fields(context), condition=condition)()


def _require_rejected(subject: Item, before: Json, answer: Answer, expected: str, statuses: Collection[int]) -> None:
    if answer.status not in statuses:
        raise Broken(f"{answer.request.line} {expected}", answer.summary)
    require_unchanged(before, subject.state(), None, "a rejected change changes nothing")


def _version(subject: Item) -> dict[str, str]:
    version = subject.owner.target.version(subject.path, subject.owner)
    if not version:
        raise Broken(f"GET {subject.path} responds with the version of the item", "no ETag")
    return version


def _has_two_values(context: Context, field: Field) -> bool:
    notes = context.notes.notes(field.name)
    is_bound = notes.values is not None or notes.upload or field.name in context.notes.transitions
    is_free_text = field.kind == "string" and not {"enum", "format"} & set(field.constraints)
    return not is_bound and (is_free_text or field.kind == "boolean")


def _values(context: Context, fields: list[Field], turn: int) -> Json:
    """Return the first or the second of two sets of values that differ in every field."""
    texts: dict[str, Any] = distinct_values(context)
    return {field.name: bool(turn) if field.kind == "boolean" else texts[field.name] for field in fields}

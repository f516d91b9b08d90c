"""CT6xx: of changes that are made at the same moment none is lost, and none is mixed with another."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

from contracts.exchange import GONE, Answer, Json
from contracts.law import Context, Trial, law, reached
from contracts.laws.persistence import filled, filled_with, label, of_patch, ring, shows, told
from contracts.resource import Field
from contracts.subject import Subject
from contracts.target import Target
from contracts.verdict import Broken, NotApplicable

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
    subject, values = context.fresh(), filled_with(context, one, other)
    state = subject.state()
    sent = [{name: _unlike(context, name, value, state)} for name, value in values.items()]
    accepted = _accepted(context, subject, sent)
    missing = shows(context, {name: value for each in accepted for name, value in each.items()}, subject.state())
    if missing:
        raise Broken("both of two changes at the same moment are kept", told(missing))


def _unlike(context: Context, name: str, value: Any, state: Json) -> Any:
    """A value that the item does not have yet, where there is one: that another is lost could not be seen."""
    field = next(each for each in context.writable if each.name == name)
    is_free = context.notes.notes(name).values is None and name not in context.notes.transitions
    others = [each for each in field.constraints.get("enum", ()) if each not in (None, "", state.get(name))]
    return others[0] if value == state.get(name) and is_free and others else value


def _conflicting(context: Context, fields: list[Field]) -> None:
    subject = context.fresh()
    taken = [each for each in fields if context.refusal(each.name, context.resource.encoding("patch")) is None]
    reached(len(taken) > 1, f"too few of the fields are taken: {told(context.left_out)}")
    sent = [_values(context, taken, turn) for turn in (0, 1)]
    accepted = _accepted(context, subject, sent)
    differences = [shows(context, each, subject.state()) for each in accepted]
    if all(differences):
        told_of = " and ".join(f"({told(each)})" for each in differences)
        raise Broken("the item is as one of two changes at the same moment left it", f"a mixture: {told_of}")


def _accepted(context: Context, subject: Subject, sent: list[Json]) -> list[Json]:
    """What was accepted of two bodies that were sent at once; one may be told to come again."""
    path = subject.path
    answers = at_once(context.target, *map(subject.prepared, sent))
    # Where one of them changes by what the item is found, the other may come too late to find it.
    late = BUSY | GONE if subject.path != path else BUSY
    for answer in answers:
        reached(answer.ok or answer.status in late, f"the change was refused: {answer.summary}")
    reached(any(answer.ok for answer in answers), "both changes were refused")
    if subject.path != path:
        subject.settle()
    return [fields for fields, answer in zip(sent, answers, strict=True) if answer.ok]


def _has_two_values(context: Context, field: Field) -> bool:
    notes = context.notes.notes(field.name)
    bound = notes.values is not None or notes.upload or field.name in context.notes.transitions
    free_text = field.kind == "string" and not {"enum", "format"} & set(field.constraints)
    return not bound and (free_text or field.kind == "boolean")


def _values(context: Context, fields: list[Field], turn: int) -> Json:
    """The first or the second of two sets of values that differ in every field."""
    texts: dict[str, Any] = filled(context)
    return {each.name: bool(turn) if each.kind == "boolean" else texts[each.name] for each in fields}

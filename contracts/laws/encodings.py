"""CT5xx: what a change means depends neither on how it is spelled nor on how many requests bring it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from contracts.checks.assertions import assume, derived_fields, find_differences
from contracts.checks.context import Context
from contracts.checks.registration import Trial, law
from contracts.laws._patching import (
    create_filled_item,
    describe,
    distinct_values,
    distinct_values_of,
    find_mismatches,
    label,
    of_patch,
    ring,
)
from contracts.messages.bodies import Encoding
from contracts.messages.exchange import Answer, Json
from contracts.openapi.resources import Field
from contracts.results.verdict import Broken, NotApplicable


@law("CT501", aka="metamorphic relation")
@of_patch
def equivalence(context: Context) -> Iterator[Trial]:
    """The same fields have the same effect in every media type."""
    if len(context.resource.encodings) < 2:
        raise NotApplicable(f"{label(context)} is read in one media type only")
    for field in context.writable:
        if len(field.encodings) > 1:
            yield Trial(field.name, label(context), partial(_same_effect, context, field))
        if len(field.encodings) > 1 and _may_be_empty(context, field):
            yield Trial(f"{field.name}, empty", label(context), partial(_same_reading, context, field))
    yield Trial("all fields", label(context), partial(_all_same, context))


def _may_be_empty(context: Context, field: Field) -> bool:
    """Whether an empty text is legal: an illegal one may be refused in JSON, and in a form be a field left blank."""
    from contracts.generation.values import permits

    notes = context.notes.notes(field.name)
    bound = notes.values is not None or notes.references is not None or "" in notes.avoid
    return field.kind == "string" and not bound and permits(field.constraints, "")


def _same_effect(context: Context, field: Field) -> None:
    from contracts.generation.values import add_spice

    def fields() -> Json:
        values = distinct_values(context, *field.encodings)
        assume(field.name in values, "no value of it has a spelling in each of them")
        return {field.name: add_spice(field, values[field.name], context.parts.wanted)}

    _compare(context, fields, field.encodings)


def _same_reading(context: Context, field: Field) -> None:
    _compare(context, lambda: {field.name: ""}, field.encodings)


def _all_same(context: Context) -> None:
    _compare(context, lambda: distinct_values(context, *context.resource.encodings), context.resource.encodings)


def _compare(context: Context, fields: Callable[[], Json], encodings: tuple[Encoding, ...]) -> None:
    """Send fields to one fresh item per media type, each with words of its own, of which no two items may have one."""
    seen: dict[Encoding, Effect] = {}
    for encoding in encodings:
        subject, sent = create_filled_item(context), fields()
        answer = subject.patch(sent, encoding)
        state = subject.state()
        seen[encoding] = Effect(answer, _describe_shown(context, sent, state) if answer.ok else {})
    _require_equal(seen)


@dataclass(frozen=True)
class Effect:
    """What came of fields in one media type."""

    answer: Answer
    shown: dict[str, str]

    def is_like(self, other: "Effect") -> bool:
        """Whether another media type had this effect too."""
        return (self.answer.status, self.shown) == (other.answer.status, other.shown)

    @property
    def told(self) -> str:
        """The effect in a line."""
        return f"{self.answer.status}, {describe(self.shown)}" if self.answer.ok else self.answer.summary


def _describe_shown(context: Context, sent: Json, state: Json) -> dict[str, str]:
    """What an item shows of what was sent, in words that fit another item too."""
    differing = find_mismatches(context, sent, state)
    return {
        name: _describe_value(context, value, context.shown_value(name, state), name in differing)
        for name, value in sent.items()
    }


def _describe_value(context: Context, sent: object, seen: object, differs: bool) -> str:
    plain = context.without_unique(repr(seen))
    has_own_word = context.without_unique(str(sent)) != str(sent)
    return plain if differs or has_own_word else "what was sent"


@law("CT502", aka="metamorphic relation")
@of_patch
def composition(context: Context) -> Iterator[Trial]:
    """Two fields in one PATCH have the effect of two PATCHes with one field each."""
    for one, other in ring(context):
        subject = f"{one.name} and {other.name}"
        yield Trial(subject, label(context), partial(_same_in_two_steps, context, one.name, other.name))


def _same_in_two_steps(context: Context, one: str, other: str) -> None:
    together = _effect(context, one, other, at_once=True)
    apart = _effect(context, one, other, at_once=False)
    if together != apart:
        raise Broken(f"one change has the effect of two: {describe(apart)}", describe(together))


def _effect(context: Context, one: str, other: str, *, at_once: bool) -> dict[str, str]:
    """What a fresh item shows after one PATCH or two: the new values, and which others moved."""
    subject = create_filled_item(context)
    sent = distinct_values_of(context, one, other)
    before = subject.state()
    for fields in [sent] if at_once else [{name: value} for name, value in sent.items()]:
        answer = subject.patch(fields)
        assume(answer.ok, f"the change was rejected: {answer.summary}")
    now = subject.state()
    others = [each.name for each in context.writable if each.name not in sent]
    moved = find_differences(before, now, others, derived_fields(context, *sent))
    return {
        **_describe_shown(context, sent, now),
        **{name: context.without_unique(text) for name, text in moved.items()},
    }


def _require_equal(seen: dict[Encoding, Effect]) -> None:
    first, *others = seen
    for other in others:
        if not seen[first].is_like(seen[other]):
            raise Broken(f"{other.short} has the effect of {first.short}: {seen[first].told}", seen[other].told)

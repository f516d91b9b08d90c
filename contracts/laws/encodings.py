"""CT5xx: the effect of a change depends neither on its media type nor on the number of its requests."""

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
            yield Trial(field.name, label(context), partial(_compare_field, context, field))
        if len(field.encodings) > 1 and _may_be_empty(context, field):
            yield Trial(f"{field.name}, empty", label(context), partial(_compare_empty_text, context, field))
    yield Trial("all fields", label(context), partial(_compare_all_fields, context))


def _may_be_empty(context: Context, field: Field) -> bool:
    """Return whether an empty text is legal; otherwise JSON may reject it, and a form take it for a blank field."""
    from contracts.generation.values import permits

    notes = context.notes.notes(field.name)
    is_bound = notes.values is not None or notes.references is not None or "" in notes.avoid
    return field.kind == "string" and not is_bound and permits(field.constraints, "")


def _compare_field(context: Context, field: Field) -> None:
    from contracts.generation.values import add_spice

    def fields() -> Json:
        values = distinct_values(context, *field.encodings)
        assume(field.name in values, "no value of it can be written in every media type")
        return {field.name: add_spice(field, values[field.name], context.parts.wanted)}

    _compare(context, fields, field.encodings)


def _compare_empty_text(context: Context, field: Field) -> None:
    _compare(context, lambda: {field.name: ""}, field.encodings)


def _compare_all_fields(context: Context) -> None:
    _compare(context, lambda: distinct_values(context, *context.resource.encodings), context.resource.encodings)


def _compare(context: Context, fields: Callable[[], Json], encodings: tuple[Encoding, ...]) -> None:
    """Require that every media type has the same effect.

    Each one writes its own fresh item, with its own unique texts, since no two items may share them.
    """
    effects: dict[Encoding, Effect] = {}
    for encoding in encodings:
        subject, sent = create_filled_item(context), fields()
        answer = subject.patch(sent, encoding)
        state = subject.state()
        effects[encoding] = Effect(answer, _describe_values(context, sent, state) if answer.ok else {})
    _require_equal(effects)


@dataclass(frozen=True)
class Effect:
    """The effect that fields had in one media type."""

    answer: Answer
    values: dict[str, str]

    def is_like(self, other: "Effect") -> bool:
        """Return whether another media type had the same effect."""
        return (self.answer.status, self.values) == (other.answer.status, other.values)

    def describe(self) -> str:
        """Describe the effect in a line."""
        return f"{self.answer.status}, {describe(self.values)}" if self.answer.ok else self.answer.summary


def _describe_values(context: Context, sent: Json, state: Json) -> dict[str, str]:
    """Describe the values that an item shows, without unique texts, so that two items can be compared."""
    mismatches = find_mismatches(context, sent, state)
    descriptions = {}
    for name, value in sent.items():
        has_unique_text = context.without_unique(str(value)) != str(value)
        if name in mismatches or has_unique_text:
            descriptions[name] = context.without_unique(repr(context.shown_value(name, state)))
        else:
            descriptions[name] = "the value sent"
    return descriptions


@law("CT502", aka="metamorphic relation")
@of_patch
def composition(context: Context) -> Iterator[Trial]:
    """Two fields in one PATCH have the effect of two PATCHes with one field each."""
    for one, other in ring(context):
        subject = f"{one.name} and {other.name}"
        yield Trial(subject, label(context), partial(_compare_one_and_two_steps, context, one.name, other.name))


def _compare_one_and_two_steps(context: Context, one: str, other: str) -> None:
    together = _effect(context, one, other, at_once=True)
    apart = _effect(context, one, other, at_once=False)
    if together != apart:
        raise Broken(f"one change has the effect of two: {describe(apart)}", describe(together))


def _effect(context: Context, one: str, other: str, *, at_once: bool) -> dict[str, str]:
    """Describe a fresh item after one PATCH or two: the new values, and the other fields that changed."""
    subject = create_filled_item(context)
    sent = distinct_values_of(context, one, other)
    before = subject.state()
    for fields in [sent] if at_once else [{name: value} for name, value in sent.items()]:
        answer = subject.patch(fields)
        assume(answer.ok, f"the change was rejected: {answer.summary}")
    now = subject.state()
    others = [field.name for field in context.writable if field.name not in sent]
    differences = find_differences(before, now, others, derived_fields(context, *sent))
    changes = {name: context.without_unique(text) for name, text in differences.items()}
    return {**_describe_values(context, sent, now), **changes}


def _require_equal(effects: dict[Encoding, Effect]) -> None:
    first, *others = effects
    for other in others:
        if not effects[first].is_like(effects[other]):
            expected = f"{other.short} has the effect of {first.short}: {effects[first].describe()}"
            raise Broken(expected, effects[other].describe())

"""CT5xx: what a change means depends neither on how it is spelled nor on how many requests bring it."""

from collections.abc import Iterator
from functools import partial
from itertools import count

from contracts.exchange import Json
from contracts.law import Context, Trial, derived, differing, law, reached
from contracts.laws.persistence import filled, filled_subject, label, of_patch, ring, told
from contracts.model import Field
from contracts.payload import Encoding
from contracts.verdict import Broken, NotApplicable


@law("CT501", aka="metamorphic relation")
@of_patch
def equivalence(context: Context) -> Iterator[Trial]:
    """The same fields have the same effect in every media type."""
    if len(context.resource.encodings) < 2:
        raise NotApplicable("PATCH is read in one media type only")
    for field in context.writable:
        if len(field.encodings) > 1:
            yield Trial(field.name, label(context), partial(_same_effect, context, field))
        if len(field.encodings) > 1 and field.kind == "string" and "" not in context.notes.notes(field.name).avoid:
            yield Trial(f"{field.name}, empty", label(context), partial(_same_reading, context, field))
    yield Trial("all fields", label(context), partial(_all_same, context))


def _same_effect(context: Context, field: Field) -> None:
    from contracts.values import spiced

    values = filled(context, Encoding.FORM)
    reached(field.name in values, "no value of it has a form spelling")
    _compare(context, {field.name: spiced(field, values[field.name], context.parts.wanted)}, field.encodings)


def _same_reading(context: Context, field: Field) -> None:
    _compare(context, {field.name: ""}, field.encodings)


def _all_same(context: Context) -> None:
    _compare(context, filled(context, Encoding.FORM), context.resource.encodings)


def _compare(context: Context, fields: Json, encodings: tuple[Encoding, ...]) -> None:
    """Send fields to one fresh item per media type; unique ones are numbered and compared without the number."""
    seen: dict[Encoding, tuple[int, Json]] = {}
    numbers = count(1)
    for encoding in encodings:
        mark = f"q{next(numbers)}q"
        subject = filled_subject(context)
        answer = subject.patch(_marked(context, fields, mark), encoding)
        state = subject.state()
        shown = {name: repr(str(context.seen(name, state)).replace(mark, "")) for name in fields}
        seen[encoding] = (answer.status, shown if answer.ok else {})
    _insist_equal(seen)


@law("CT502", aka="metamorphic relation")
@of_patch
def composition(context: Context) -> Iterator[Trial]:
    """Two fields in one PATCH have the effect of two PATCHes with one field each."""
    for one, other in ring(context):
        subject = f"{one.name} and {other.name}"
        yield Trial(subject, label(context), partial(_same_in_two_steps, context, one.name, other.name))


def _same_in_two_steps(context: Context, one: str, other: str) -> None:
    values = filled(context)
    fields = {one: values[one], other: values[other]}
    together = _effect(context, [fields], "q1q")
    apart = _effect(context, [{one: values[one]}, {other: values[other]}], "q2q")
    if together != apart:
        raise Broken(f"one PATCH has the effect of two: {told(apart)}", told(together))


def _effect(context: Context, steps: list[Json], mark: str) -> dict[str, str]:
    """What a fresh item shows after some PATCHes: the new values, and which others moved."""
    subject = filled_subject(context)
    before = subject.state()
    for fields in steps:
        answer = subject.patch(_marked(context, fields, mark))
        reached(answer.ok, f"PATCH was refused: {answer.summary}")
    now = subject.state()
    written = {name for fields in steps for name in fields}
    others = [each.name for each in context.writable if each.name not in written]
    shown = {name: str(context.seen(name, now)).replace(mark, "") for name in written}
    spared = derived(context, *written)
    return shown | differing(before, now, others, spared)


def _marked(context: Context, fields: Json, mark: str) -> Json:
    return {
        name: f"{value}{mark}" if value and context.notes.notes(name).unique else value
        for name, value in fields.items()
    }


def _insist_equal(seen: dict[Encoding, tuple[int, Json]]) -> None:
    first, *others = seen
    for other in others:
        if seen[first] != seen[other]:
            expected = f"{other.short} has the effect of {first.short}: {seen[first][0]}, {told(seen[first][1])}"
            raise Broken(expected, f"{seen[other][0]}, {told(seen[other][1])}")

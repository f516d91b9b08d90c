"""CT5xx: what a request means does not depend on how it is spelled."""

from collections.abc import Iterator
from functools import partial
from itertools import count

from contracts.exchange import Json
from contracts.law import Context, Trial, law, reached
from contracts.laws.persistence import filled, filled_subject, label, of_patch, told
from contracts.model import Field
from contracts.payload import Encoding
from contracts.verdict import Broken, NotApplicable


@law("CT501")
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

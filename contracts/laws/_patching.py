"""The helpers of the laws about PATCH: which fields they write, with which values, and whether an item shows them."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from contracts.checks.assertions import assume, encodable, matches
from contracts.checks.context import Context
from contracts.checks.registration import Trial, Trials
from contracts.fixtures.item import Item
from contracts.messages.bodies import Encoding
from contracts.messages.exchange import Json
from contracts.openapi.resources import Field, Operation
from contracts.profile.normalization import agrees
from contracts.results.verdict import Lacking, NotApplicable


def of_patch(trials: Trials) -> Trials:
    """Make a law apply only to resources whose items can be created, patched and read."""

    def guarded(context: Context) -> Iterator[Trial]:
        missing = [verb for verb in ("create", "read", "patch") if verb not in context.resource.operations]
        if missing:
            raise NotApplicable(f"the spec has no operation to {' or '.join(missing)} {context.resource.name}")
        for verb in ("create", "patch"):
            _require_encoding(context.resource.operations[verb])
        if all(field.read is None for field in context.resource.fields):
            raise Lacking(f"the spec describes no field in the responses of {context.resource.item}")
        yield from trials(context)

    guarded.__doc__, guarded.__name__, guarded.__module__ = trials.__doc__, trials.__name__, trials.__module__
    return guarded


def _require_encoding(operation: Operation) -> None:
    if operation.encodings:
        return
    if operation.unwritten:
        raise Lacking(f"{operation.label} accepts {' or '.join(operation.unwritten)}, which no law can write")
    raise Lacking(f"the spec describes no body of {operation.label} in its media type")


def label(context: Context, verb: str = "patch") -> str:
    """Return the operation as findings name it."""
    return context.resource.operations[verb].label


def pairs(context: Context, fields: list[Field]) -> Iterator[tuple[Field, Encoding]]:
    """Yield every field with every media type in which PATCH accepts it."""
    for field in fields:
        yield from ((field, encoding) for encoding in context.resource.encodings if encoding in field.encodings)


def distinct_values(context: Context, *encodings: Encoding) -> Json:
    """Return a value, other than the default, for every field that can be written in all of these encodings.

    While a failure is minimized, return only the fields that are needed to show it, with the shortest texts.
    """
    media = encodings or (context.resource.encoding("patch"),)
    expressible = [field for field in context.writable if set(media) <= set(field.encodings)]
    fields = [field for field in expressible if _is_accepted(context, field, media)]
    rejects_all = bool(expressible) and not fields
    assume(not rejects_all, f"every field is rejected in {media[0].short}: {describe(context.left_out)}")
    values = {field.name: _distinct(context, field) for field in fields if context.parts.wanted(field.name)}
    return {name: value for name, value in values.items() if _is_encodable(name, value, media)}


def _is_accepted(context: Context, field: Field, media: Sequence[Encoding]) -> bool:
    return all(context.rejection_of(field.name, encoding) is None for encoding in media)


def _is_encodable(name: str, value: object, media: Sequence[Encoding]) -> bool:
    return all(encodable({name: value}, encoding) for encoding in media)


def distinct_values_of(context: Context, *names: str) -> Json:
    """Return distinct values of these fields; a trial that needs a rejected one cannot judge."""
    values = distinct_values(context)
    for name in names:
        assume(name in values, f"{name} is rejected: {context.left_out.get(name, 'the checker has no value for it')}")
    return {name: values[name] for name in names}


def _is_usually_written(context: Context, field: Field) -> bool:
    is_reference, usual = field.name in context.factory.links, context.resource.encoding("patch")
    return usual in field.encodings and (is_reference or encodable({field.name: context.distinct(field)}, usual))


def ring(context: Context) -> Iterator[tuple[Field, Field]]:
    """Yield every field of the usual encoding with the next one, and the last with the first."""
    fields = [field for field in context.writable if _is_usually_written(context, field)]
    if len(fields) < 2:
        raise NotApplicable(f"{context.resource.name} has fewer than two fields that can be written and read again")
    pairs_of = list(zip(fields, [*fields[1:], fields[0]], strict=True))
    yield from pairs_of if len(fields) > 2 else pairs_of[:1]


def _distinct(context: Context, field: Field) -> Any:
    is_fixed = context.notes.notes(field.name).unique or field.kind != "string"
    is_long = is_fixed or context.parts.wanted(f"more than a letter in {field.name}")
    return context.distinct(field, context.unique if is_long else lambda: "a")


def create_filled_item(context: Context) -> Item:
    """Create an item on which no writable field has its default value."""
    subject = context.fresh()
    answer = subject.patch(distinct_values(context))
    assume(answer.ok, f"the change of all fields was rejected: {answer.summary}")
    return subject


def find_mismatches(context: Context, sent: Mapping[str, object], state: Json) -> dict[str, str]:
    """Return the fields of a state that do not show the values sent, each with the difference."""
    mismatches = {}
    for name, value in sent.items():
        actual = context.shown_value(name, state)
        if not matches(value, actual, context.notes.notes(name).normalise, context.format_of(name)):
            mismatches[name] = f"{actual!r} instead of {value!r}{_suggest_normalisation(value, actual)}"
    return mismatches


def _suggest_normalisation(sent: object, actual: object) -> str:
    """Return the line that declares a difference in the profile, if a normalisation explains it."""
    for word in ("trim", "collapse", "lower", "upper", "html"):
        if agrees(sent, actual, word):
            return f" (if this is intended, declare `normalise: {word}` in the profile)"
    return ""


def describe(differences: Mapping[str, str]) -> str:
    """Describe differences in one line."""
    return "; ".join(f"{name}: {text}" for name, text in differences.items())

"""What the laws about a PATCH share: which fields are written, with what, and whether an item shows it."""

from collections.abc import Iterator, Mapping
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
    """Say that a law does not apply where nothing can be patched and read again."""

    def guarded(context: Context) -> Iterator[Trial]:
        lacking = [verb for verb in ("create", "read", "patch") if verb not in context.resource.operations]
        if lacking:
            raise NotApplicable(f"the spec has no operation to {' or '.join(lacking)} {context.resource.name}")
        for verb in ("create", "patch"):
            _require_encoding(context.resource.operations[verb])
        if all(each.read is None for each in context.resource.fields):
            raise Lacking(f"the spec describes no field that answers about {context.resource.item} show")
        yield from trials(context)

    guarded.__doc__, guarded.__name__, guarded.__module__ = trials.__doc__, trials.__name__, trials.__module__
    return guarded


def _require_encoding(operation: Operation) -> None:
    if operation.encodings:
        return
    if operation.unwritten:
        raise Lacking(f"{operation.label} is read as {' or '.join(operation.unwritten)}, which no law can write")
    raise Lacking(f"the spec describes no body of {operation.label} in its media type")


def label(context: Context, verb: str = "patch") -> str:
    """The operation as findings name it."""
    return context.resource.operations[verb].label


def pairs(context: Context, fields: list[Field]) -> Iterator[tuple[Field, Encoding]]:
    """Every field in every media type that PATCH reads."""
    for field in fields:
        yield from ((field, encoding) for encoding in context.resource.encodings if encoding in field.encodings)


def distinct_values(context: Context, *encodings: Encoding) -> Json:
    """A distinct value, other than the default, for every field that can be written in all of some encodings.

    When a failure is made small, just for the fields without which it does not show, and the shortest words.
    """
    media = encodings or (context.resource.encoding("patch"),)
    able = [each for each in context.writable if set(media) <= set(each.encodings)]
    taken = [each for each in able if all(context.rejection_of(each.name, every) is None for every in media)]
    assume(bool(taken) or not able, f"every field is refused in {media[0].short}: {describe(context.left_out)}")
    values = {each.name: _distinct(context, each) for each in taken if context.parts.wanted(each.name)}
    return {name: value for name, value in values.items() if all(encodable({name: value}, each) for each in media)}


def distinct_values_of(context: Context, *names: str) -> Json:
    """Distinct values for just these fields; a trial that needs one that is refused cannot judge."""
    values = distinct_values(context)
    for name in names:
        assume(name in values, f"{name} is refused: {context.left_out.get(name, 'no value of it is known')}")
    return {name: values[name] for name in names}


def _is_usually_written(context: Context, field: Field) -> bool:
    refers, usual = field.name in context.factory.links, context.resource.encoding("patch")
    return usual in field.encodings and (refers or encodable({field.name: context.distinct(field)}, usual))


def ring(context: Context) -> Iterator[tuple[Field, Field]]:
    """Each field that PATCH reads in its usual encoding beside the next one, the last beside the first."""
    fields = [each for each in context.writable if _is_usually_written(context, each)]
    if len(fields) < 2:
        raise NotApplicable(f"{context.resource.name} has fewer than two fields that can be written and read again")
    pairs_of = list(zip(fields, [*fields[1:], fields[0]], strict=True))
    yield from pairs_of if len(fields) > 2 else pairs_of[:1]


def _distinct(context: Context, field: Field) -> Any:
    kept = context.notes.notes(field.name).unique or field.kind != "string"
    long = kept or context.parts.wanted(f"more than a letter in {field.name}")
    return context.distinct(field, context.unique if long else lambda: "a")


def create_filled_item(context: Context) -> Item:
    """A fresh item on which no writable field has its default value."""
    subject = context.fresh()
    answer = subject.patch(distinct_values(context))
    assume(answer.ok, f"the change of all fields was rejected: {answer.summary}")
    return subject


def find_mismatches(context: Context, sent: Mapping[str, object], state: Json) -> dict[str, str]:
    """The fields that do not show what was sent."""
    missing = {
        name: context.shown_value(name, state)
        for name, value in sent.items()
        if not matches(
            value, context.shown_value(name, state), context.notes.notes(name).normalise, context.format_of(name)
        )
    }
    return {
        name: f"{seen!r} instead of {sent[name]!r}{_suggest_normalisation(sent[name], seen)}"
        for name, seen in missing.items()
    }


def _suggest_normalisation(sent: object, seen: object) -> str:
    """By which words a profile would declare a difference, if it can be declared."""
    word = next((each for each in ("trim", "collapse", "lower", "upper", "html") if agrees(sent, seen, each)), None)
    return f" (if that is meant, `normalise: {word}` in the profile declares it)" if word else ""


def describe(differences: Mapping[str, str]) -> str:
    """Differences in one line."""
    return "; ".join(f"{name}: {text}" for name, text in differences.items())

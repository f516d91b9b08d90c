"""Comparisons of a response with the values that were sent, and with the state before."""

from collections.abc import Iterable, Mapping

from contracts.checks.context import Context
from contracts.fixtures.factory import plain
from contracts.messages.bodies import Encoding, Unencodable, encode
from contracts.messages.exchange import Json
from contracts.profile.normalization import Declared, agrees
from contracts.results.verdict import Broken, Inconclusive


def matches(expected: object, got: object, by: Declared = None, form: object = None) -> bool:
    """Return whether a response shows the value that was sent.

    An object stands for its id, and lists are compared as sets. ``by`` is the normalisation that the profile declares.
    """
    if isinstance(expected, list) and isinstance(got, list):
        return sorted(map(str, _ids(expected))) == sorted(map(str, _ids(got)))
    if isinstance(expected, int | str) and isinstance(got, dict):
        got = plain([got])[0]
    return agrees(expected, got, by, form)


def _ids(items: object) -> list[object]:
    return list(dict.fromkeys(map(str, plain(items)))) if isinstance(items, list) else []


def find_differences(
    before: Json, after: Json, keys: Iterable[str] | None = None, tolerated: Iterable[str] = ()
) -> dict[str, str]:
    """Return the keys whose value changed, each with `old → new`; compare all keys if ``keys`` is None."""
    compared = {**before, **after} if keys is None else keys
    ignored = set(tolerated)
    changed = (key for key in compared if key not in ignored and not same(before.get(key), after.get(key)))
    return {key: f"{before.get(key)!r} → {after.get(key)!r}" for key in changed}


def same(one: object, other: object) -> bool:
    """Return whether two values are the same; the order of ids in a list counts, that of objects does not."""
    if not isinstance(one, list) or not isinstance(other, list):
        return one == other
    if all(isinstance(item, dict) for item in [*one, *other]):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    return one == other


def require_unchanged(
    before: Json, after: Json, keys: Iterable[str] | None, promise: str, tolerated: Iterable[str] = ()
) -> None:
    """Require that no value changed, except those of the tolerated keys."""
    differences = find_differences(before, after, keys, tolerated)
    if differences:
        raise Broken(promise, "; ".join(f"{key}: {change}" for key, change in differences.items()))


def always_changes(context: Context, field: str) -> bool:
    """Return whether every change of an item changes the field, such as the time of the last change."""
    return "*" in context.notes.notes(field).derived_from


def derived_fields(context: Context, *fields: str) -> set[str]:
    """Return the fields that may change when these are written: these, and the ones derived from them."""
    sources = {*fields, "*"}
    derived = {name for name, notes in context.notes.fields.items() if sources & set(notes.derived_from)}
    return derived | set(fields)


def encodable(fields: Mapping[str, object], encoding: Encoding) -> bool:
    """Return whether the encoding can express these values."""
    try:
        encode(fields, encoding)
    except Unencodable:
        return False
    return True


def assume(condition: bool, why: str) -> None:
    """Require a condition without which the trial cannot judge."""
    if not condition:
        raise Inconclusive(why)

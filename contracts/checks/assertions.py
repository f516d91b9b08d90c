"""Compares what an answer shows with what was sent, and with what was there before."""

from collections.abc import Iterable, Mapping

from contracts.checks.context import Context
from contracts.fixtures.factory import plain
from contracts.messages.bodies import Encoding, Unencodable, encode
from contracts.messages.exchange import Json
from contracts.profile.normalization import Declared, agrees
from contracts.results.verdict import Broken, Inconclusive


def matches(expected: object, got: object, by: Declared = None, form: object = None) -> bool:
    """Whether an answer shows what was sent: an id as its object, lists as sets, normalise where that is declared."""
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
    """Keys whose value moved, as `old → new`; of all that are there before or after, unless some are named."""
    spared = set(tolerated)
    return {
        key: f"{before.get(key)!r} → {after.get(key)!r}"
        for key in ({**before, **after} if keys is None else keys)
        if key not in spared and not same(before.get(key), after.get(key))
    }


def same(one: object, other: object) -> bool:
    """Whether two answers hold the same value; the order of objects in a list means nothing, that of ids does."""
    if isinstance(one, list) and isinstance(other, list) and all(isinstance(i, dict) for i in [*one, *other]):
        return sorted(map(repr, one)) == sorted(map(repr, other))
    return one == other


def require_unchanged(
    before: Json, after: Json, keys: Iterable[str] | None, promise: str, tolerated: Iterable[str] = ()
) -> None:
    """Insist that nothing moved but what is tolerated."""
    moved = find_differences(before, after, keys, tolerated)
    if moved:
        raise Broken(promise, "; ".join(f"{key}: {change}" for key, change in moved.items()))


def always_changes(context: Context, field: str) -> bool:
    """Whether any change of an item moves the field, as it does a stamp of the last one."""
    return "*" in context.notes.notes(field).derived_from


def derived_fields(context: Context, *fields: str) -> set[str]:
    """The fields that may move when these are written."""
    return {name for name, notes in context.notes.fields.items() if set(notes.derived_from) & {*fields, "*"}} | set(
        fields
    )


def encodable(fields: Mapping[str, object], encoding: Encoding) -> bool:
    """Whether the encoding has a spelling for these values."""
    try:
        encode(fields, encoding)
    except Unencodable:
        return False
    return True


def assume(condition: bool, why: str) -> None:
    """Insist that the trial got to where it can judge."""
    if not condition:
        raise Inconclusive(why)

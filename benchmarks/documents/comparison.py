"""Whether an item shows the values that were sent."""

from collections.abc import Mapping
from typing import Any

from benchmarks.documents.references import Resolver

_DEPTH = 8


def lost(sent: Any, shown: Any, schema: Any, resolver: Resolver) -> str | None:
    """Return the place of the first value that was sent and is not shown; None where all are.

    Only values that the schema of the answer declares count. Values of another JSON type are not compared: an answer
    may show an object where a request names its id.
    """
    if not isinstance(sent, Mapping) or (shown is None and not resolver.properties(schema)):
        return None
    sent, shown, schema = _unwrapped(sent, shown, schema, resolver)
    return _lost(sent, shown, schema, resolver, "")


def _unwrapped(sent: Any, shown: Any, schema: Any, resolver: Resolver) -> tuple[Any, Any, Any]:
    """Return the objects that have the most names in common: the values themselves, or one level inside."""
    options = [(sent, shown, schema)]
    for one_sent, one_shown, one_schema in [*options]:
        inner = resolver.properties(one_schema)
        if isinstance(one_shown, Mapping):
            options += [(one_sent, value, inner.get(key, {})) for key, value in one_shown.items()]
        if len(one_sent) == 1:
            (only,) = one_sent.values()
            options += [(only, value, node) for _, value, node in [*options]]
    fitting = [option for option in options if isinstance(option[0], Mapping) and isinstance(option[1], Mapping)]
    return max(fitting, key=lambda option: len(option[0].keys() & option[1].keys()), default=(sent, shown, schema))


def _lost(sent: Any, shown: Any, schema: Any, resolver: Resolver, place: str) -> str | None:
    if isinstance(sent, Mapping) and isinstance(shown, Mapping):
        return _lost_in_object(sent, shown, schema, resolver, place)
    if isinstance(sent, list) and isinstance(shown, list):
        if len(sent) != len(shown):
            return f"{place}: {len(sent)} entries sent, {len(shown)} shown"
        pairs = [_lost(a, b, resolver.items(schema), resolver, f"{place}[]") for a, b in zip(sent, shown, strict=True)]
        return next(filter(None, pairs), None)
    if _kind(sent) != _kind(shown) and shown is not None:
        return None
    return None if sent == shown else f"{place}: {sent!r} sent, {shown!r} shown"


def _lost_in_object(
    sent: Mapping[str, Any], shown: Mapping[str, Any], schema: Any, resolver: Resolver, place: str
) -> str | None:
    declared = resolver.properties(schema) if place.count(".") < _DEPTH else {}
    for name, value in sent.items():
        node = resolver.resolve(declared.get(name, {}))
        if name not in declared or node.get("writeOnly") or node.get("readOnly"):
            continue
        where = f"{place}.{name}"
        if name not in shown:
            return f"{where}: {value!r} sent, nothing shown"
        below = _lost(value, shown[name], node, resolver, where)
        if below is not None:
            return below
    return None


def _kind(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    return type(value).__name__

"""Read query strings, in the spellings that clients use."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from mockserver.request.decoding import gather

Query = Mapping[str, list[str]]


def parse(query_string: bytes) -> dict[str, list[str]]:
    """Return the values of each parameter in their order; bytes that cannot be decoded become U+FFFD."""
    if not query_string:
        return {}
    values: dict[str, list[str]] = {}
    # A wrong byte in a query is no reason to reject the request: frameworks replace it too.
    for name, value in parse_qsl(query_string.decode(errors="replace"), keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return values


def text(query: Query, name: str, default: str = "") -> str:
    """Return the last value of a parameter, or the default where it is absent."""
    values = query.get(name)
    return values[-1] if values else default


def as_list(query: Query, name: str) -> list[str]:
    """Return the items of a list parameter, none where it is absent or blank.

    Accepts ``k`` once or repeatedly, ``k[]``, ``k[0]``, items between commas, and one JSON array.
    """
    if not query:
        return []
    pairs = ((key, value) for key, values in query.items() for value in values)
    items = gather(pairs, frozenset({name})).get(name)
    return _texts(items) if isinstance(items, list) else []


def _texts(items: list[object]) -> list[str]:
    pieces = (piece.strip() for item in items for piece in _split(item))
    return [piece for piece in pieces if piece]


def _split(item: object) -> list[str]:
    return item.split(",") if isinstance(item, str) else [str(item)]

"""Query strings, in the spellings that clients use."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from mockserver.request.decoding import gather

Query = Mapping[str, list[str]]


def parse(query_string: bytes) -> dict[str, list[str]]:
    """The values of each parameter in the order said; what cannot be decoded becomes U+FFFD."""
    if not query_string:
        return {}
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query_string.decode(errors="replace"), keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return values


def text(values: Query, name: str, default: str = "") -> str:
    """The last value of a parameter, or ``default`` where it is absent."""
    said = values.get(name)
    return said[-1] if said else default


def as_list(values: Query, name: str) -> list[str]:
    """The items of a list parameter, none where it is absent or blank.

    Read are ``k`` once or repeatedly, ``k[]``, ``k[0]``, items between commas, and one JSON array text.
    """
    if not values:
        return []
    pairs = ((key, value) for key, said in values.items() for value in said)
    items = gather(pairs, frozenset({name})).get(name)
    return _plain(items) if isinstance(items, list) else []


def _plain(items: list[object]) -> list[str]:
    pieces = (piece.strip() for item in items for piece in _pieces(item))
    return [piece for piece in pieces if piece]


def _pieces(item: object) -> list[str]:
    return item.split(",") if isinstance(item, str) else [str(item)]

"""Ids of items (numbers, UUIDs, slugs): where answers hold them, how paths spell them, and unused ones."""

import re
import secrets
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote, unquote, urlsplit

Identifier: TypeAlias = int | str

COMMON = ("id", "_id", "uuid", "guid", "pk", "slug", "key")
"""The usual names of ids in answers, where neither document nor profile gives another."""

ABSENT_NUMBER = 987_654_321
_FORMS = (
    (re.compile(r"-?\d+"), str(ABSENT_NUMBER)),
    (re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "00000000-0000-4000-8000-000987654321"),
    (re.compile(r"[0-9a-f]{24}"), "000000000000000987654321"),
    (re.compile(r"[0-9A-HJKMNP-TV-Z]{26}"), "00000000000000000987654321"),
    (re.compile(r".*", re.DOTALL), "no-such-item-987654321"),
)
"""The forms of ids, each with an id that no target has."""
ABSENT = frozenset(absent for _, absent in _FORMS)
_KEPT = "-._~!$&'()*+,;=:@"
"""The characters that a segment of a path may hold as they are (RFC 3986)."""


def step(identifier: Identifier) -> str:
    """Write an id as a segment of a path."""
    return quote(str(identifier), safe=_KEPT)


def absent_id(schema: Mapping[str, Any], like: Identifier | None = None) -> Identifier:
    """Return an unused id, in the form of an existing one, or else in the form that a schema requires."""
    if isinstance(like, int) or (like is None and schema.get("type") in ("integer", "number")):
        return ABSENT_NUMBER
    if like is not None:
        return next(word for form, word in _FORMS if form.fullmatch(like))
    by_schema = (word for _, word in reversed(_FORMS) if _fits(word, schema))
    return next(by_schema, _FORMS[-1][1])


def fresh_id(schema: Mapping[str, Any], tag: str) -> Identifier:
    """Return a new id for a creation that sends one: a random number, a UUID, or a text with the tag."""
    if schema.get("type") in ("integer", "number"):
        least = int(schema.get("minimum", 0))
        return least + secrets.randbelow(int(schema.get("maximum", least + 2**31 - 1)) - least + 1)
    if schema.get("format") == "uuid":
        return str(uuid.uuid4())
    return f"{tag}{secrets.token_hex(3)}"[: schema.get("maxLength", 40)]


def _fits(word: str, schema: Mapping[str, Any]) -> bool:
    if schema.get("format") == "uuid":
        return bool(_FORMS[1][0].fullmatch(word))
    long_enough = bool(schema.get("minLength", 0) <= len(word) <= schema.get("maxLength", len(word)))
    try:
        return bool(long_enough and re.search(schema.get("pattern", ""), word))
    except re.error:
        return long_enough  # Python cannot read every ECMAScript pattern.


def names_of(parameter: str, item: str = "") -> tuple[str, ...]:
    """Return the possible names of an id: the path parameter in several spellings, and the common names."""
    parts = _split(parameter)
    named = [parameter, *_spelled(parts)]
    last = [parts[-1]] if parts and parts[-1] in COMMON else []
    of_item = _spelled([*_split(_singular(item)), *(parts[-1:] or ["id"])]) if item else ()
    return tuple(dict.fromkeys((*named, *last, *COMMON, *of_item)))


def _split(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)]


def _spelled(parts: list[str]) -> Iterator[str]:
    if parts:
        yield "_".join(parts)
        yield parts[0] + "".join(word.capitalize() for word in parts[1:])


def _singular(name: str) -> str:
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")


def is_named_after(field: str, collection: str, *, several: bool = False) -> bool:
    """Return whether the name of a field refers to a collection: `project` or `projectId` to `projects`."""
    parts = _split(field)
    if parts[-1:] and parts[-1] in ("id", "ids", "pk", "uuid", "uuids"):
        parts = parts[:-1]
    return parts == _split(_singular(collection)) or (several and parts == _split(collection))


def find_identifier(fields: object, names: Iterable[str]) -> tuple[str, Identifier] | None:
    """Return the first of these names that an object has an id under, with the id, or None."""
    values = fields if isinstance(fields, Mapping) else {}
    candidates = ((name, values[name]) for name in names if name in values)
    return next(((name, value) for name, value in candidates if _is_one(value)), None)


def _is_one(value: object) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool) and value != ""


def id_of_location(location: str | None, collection: str) -> str | None:
    """Return the id in a Location header, or None where it does not lead to an item of the collection."""
    head, _, last = urlsplit(location or "").path.rstrip("/").rpartition("/")
    return unquote(last) if last and head.endswith(collection.rstrip("/")) else None

"""Ids of items: numbers, UUIDs, slugs; where answers have them, how paths spell them, and which ones nothing has."""

import re
import secrets
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import quote, unquote, urlsplit

Identifier: TypeAlias = int | str

COMMON = ("id", "_id", "uuid", "guid", "pk", "slug", "key")
"""The names under which answers have ids, where nothing tells another."""

ABSENT_NUMBER = 987_654_321
_FORMS = (
    (re.compile(r"-?\d+"), str(ABSENT_NUMBER)),
    (re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"), "00000000-0000-4000-8000-000987654321"),
    (re.compile(r"[0-9a-f]{24}"), "000000000000000987654321"),
    (re.compile(r"[0-9A-HJKMNP-TV-Z]{26}"), "00000000000000000987654321"),
    (re.compile(r".*", re.DOTALL), "no-such-item-987654321"),
)
"""What ids look like, and for each form one that is not there, on any target."""
ABSENT = frozenset(absent for _, absent in _FORMS)
_KEPT = "-._~!$&'()*+,;=:@"
"""What a step of a path may hold as it is (RFC 3986)."""


def step(identifier: Identifier) -> str:
    """An id as a step of a path."""
    return quote(str(identifier), safe=_KEPT)


def absent_id(schema: Mapping[str, Any], like: Identifier | None = None) -> Identifier:
    """An id that nothing has, in the form of one that something has, else in the form that a schema asks for."""
    if isinstance(like, int) or (like is None and schema.get("type") in ("integer", "number")):
        return ABSENT_NUMBER
    if like is not None:
        return next(word for form, word in _FORMS if form.fullmatch(like))
    by_schema = (word for _, word in reversed(_FORMS) if _fits(word, schema))
    return next(by_schema, _FORMS[-1][1])


def fresh_id(schema: Mapping[str, Any], tag: str) -> Identifier:
    """An id that nothing has, for a creation that names one: a random number, a UUID, a text with the tag."""
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
        return long_enough  # ECMA has patterns that Python cannot read.


def names_of(parameter: str, item: str = "") -> tuple[str, ...]:
    """The names that a field with an id can have: as the path calls it, spelled as it may be, else a common one."""
    words = _words(parameter)
    named = [parameter, *_spelled(words)]
    last = [words[-1]] if words and words[-1] in COMMON else []
    of_item = _spelled([*_words(_singular(item)), *(words[-1:] or ["id"])]) if item else ()
    return tuple(dict.fromkeys((*named, *last, *COMMON, *of_item)))


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)]


def _spelled(words: list[str]) -> Iterator[str]:
    if words:
        yield "_".join(words)
        yield words[0] + "".join(word.capitalize() for word in words[1:])


def _singular(name: str) -> str:
    return f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")


def is_named_after(field: str, collection: str, *, several: bool = False) -> bool:
    """Whether a field has, by its name, the id of an item of a collection: `project` or `projectId`, of `projects`."""
    words = _words(field)
    if words[-1:] and words[-1] in ("id", "ids", "pk", "uuid", "uuids"):
        words = words[:-1]
    return words == _words(_singular(collection)) or (several and words == _words(collection))


def found_in(fields: object, names: Iterable[str]) -> tuple[str, Identifier] | None:
    """The name and the id that an object shows under the first of these names, None where it has none."""
    known = fields if isinstance(fields, Mapping) else {}
    found = ((name, known[name]) for name in names if name in known)
    return next(((name, value) for name, value in found if _is_one(value)), None)


def _is_one(value: object) -> bool:
    return isinstance(value, int | str) and not isinstance(value, bool) and value != ""


def led_to(location: str | None, collection: str) -> str | None:
    """The id of the item that a Location header leads to, None where that is not in a collection."""
    head, _, last = urlsplit(location or "").path.rstrip("/").rpartition("/")
    return unquote(last) if last and head.endswith(collection.rstrip("/")) else None

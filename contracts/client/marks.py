"""Recognises the items of a run by its tag in a text that was sent, or by the values that were sent.

A mark holds digests instead of texts, so that a ledger on disk reveals nothing of the bodies.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.parser import BytesParser
from hashlib import blake2b
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import msgspec

Fields: TypeAlias = Mapping[str, Any]

DEEPEST = 4
"""Levels of objects in which the tag is looked for."""
SPELLINGS = {True: ("1", "on", "t", "y", "yes"), False: ("", "0", "off", "f", "n", "no")}
"""Texts that forms send for a boolean, and that some backends accept in JSON too."""
EXACT = 10**15
"""Below it, a number with a zero fraction is written as an integer."""
REMEMBERED = 6
"""Values of a field that are remembered, from changes that may have been rejected."""
LONGEST = 2000
"""Characters of the longest text that is compared: a longer one is usually the content of a file."""
DISTINCTIVE_LETTERS = 8
"""Letters of the shortest text that no two items share by chance."""
DISTINCTIVE_FIELDS = 4
"""Equal values that count as much as one long text."""
DISTINCTIVE_DIGITS = 6
"""Digits of a text that is a timestamp, a UUID or a hash, and that no two items share."""

_NUMBER = re.compile(r"-?\d{1,300}(\.\d+)?(e[+-]?\d+)?")


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """The signs by which an item of a run is recognised.

    Ledgers store marks. They keep the names that older versions wrote.
    """

    tag: str = ""
    """The tag of the run, if a text of the body contains it."""
    tagged: tuple[str, ...] = ()
    """The fields whose text contains the tag, and that responses show."""
    sent: dict[str, str] = {}
    """Field → digests of the values that were sent, the last one first: a change may have been cut off or rejected."""
    server_values: dict[str, str] = msgspec.field(name="shown", default_factory=dict)
    """Field that only the target sets → digest of its value, for unique values such as timestamps."""
    is_distinctive: bool = msgspec.field(name="telling", default=False)
    """Whether no other item has the sent values by chance."""

    def shows_tag(self, item: Fields) -> bool:
        """Whether an item has the tag in a field in which it was sent."""
        if not self.tag:
            return False
        values = [item[name] for name in self.tagged if name in item]
        return any(_has_tag(value, self.tag) for value in values)

    def has_tagged_field(self, item: Fields) -> bool:
        """Whether an item has a field in which the tag was sent."""
        return bool(self.tag) and any(item.get(name) is not None for name in self.tagged)

    def shows_sent(self, item: Fields, altered: Collection[str] = ()) -> bool:
        """Whether an item shows every value that was sent, and at least one.

        Compares the fields that the item has, except for those in ``altered``, which the target changes anyway.
        """
        compared = {name for name in self.sent if item.get(name) is not None} - set(altered)
        return bool(compared) and not self.differing(item) & compared

    def differing(self, item: Fields) -> set[str]:
        """Return the fields that show another value than was sent."""
        common = {name: digests for name, digests in self.sent.items() if name in item}
        return {name for name, digests in common.items() if not _digests_of(item[name]) & set(digests.split())}

    def matches_later(self, item: Fields) -> bool:
        """Whether an item is still the one of an earlier run, although its id may be in use again."""
        if self.shows_tag(item):
            return True
        if not self.shows_sent(item):
            return False
        if any(name in item and digest(item[name]) == value for name, value in self.server_values.items()):
            return True
        return self.is_distinctive and not self.server_values

    def with_change(self, fields: Fields, names: Collection[str]) -> "Mark":
        """Return the mark after a change of some fields was sent, which may be accepted or not."""
        values = _visible(fields, names)
        new = {name: _joined(value, self.sent.get(name, "")) for name, value in digests(values).items()}
        return msgspec.structs.replace(
            self, sent=self.sent | new, is_distinctive=self.is_distinctive or is_distinctive(values)
        )

    def with_proof(self, item: Fields) -> "Mark":
        """Return the mark with the unique values that the item shows in addition."""
        server_values = {
            name: digest(value) for name, value in item.items() if name not in self.sent and _is_unique(value)
        }
        other = {name: _joined(digest(item[name]), self.sent[name]) for name in self.differing(item)}
        return msgspec.structs.replace(self, server_values=server_values, sent=self.sent | other)


def mark_of(fields: Fields | None, visible: Collection[str], tags: Iterable[str]) -> Mark:
    """Return the mark of an item that is created with some fields; ``visible`` are those that responses show."""
    if fields is None:
        return Mark()
    values = _visible(fields, visible)
    for tag in filter(None, tags):
        tagged = tuple(name for name, value in values.items() if _has_tag(value, tag))
        if tagged:
            return Mark(tag, tagged, digests(values), is_distinctive=is_distinctive(values))
    return Mark(sent=digests(values), is_distinctive=is_distinctive(values))


def fields_of(body: bytes | str | None, content_type: str | None) -> Fields | None:
    """Return the fields of a JSON body or a form, None if it has none that can be read."""
    content = body.encode() if isinstance(body, str) else body or b""
    media = (content_type or "").partition(";")[0].strip().lower()
    try:
        if media == "application/x-www-form-urlencoded":
            return dict(parse_qsl(content.decode(), keep_blank_values=True))
        if media == "multipart/form-data":
            return dict(_parts(content, content_type or ""))
        document = json.loads(content or b"null")
    except (ValueError, RecursionError, LookupError):
        return None
    return document if isinstance(document, dict) else None


def unwrap(fields: Fields) -> Fields:
    """Return the inner object if a body wraps all of its fields in one key, else the fields themselves."""
    inner = next(iter(fields.values())) if len(fields) == 1 else None
    return inner if isinstance(inner, dict) else fields


def _visible(fields: Fields, names: Collection[str]) -> Fields:
    """Return the fields with some names, or all if there are no names; a wrapped body is unwrapped."""
    inner = fields if any(name in names for name in fields) else unwrap(fields)
    return {name: value for name, value in inner.items() if name in names or not names}


def digests(fields: Fields) -> dict[str, str]:
    """Return field → digest for the values that are neither lists, objects, nor files in a text."""
    return {name: digest(value) for name, value in fields.items() if _is_plain(value)}


def _is_plain(value: object) -> bool:
    is_file = isinstance(value, str) and (value.startswith("data:") or len(value) > LONGEST)
    return not is_file and not isinstance(value, list | dict)


def _is_unique(value: object) -> bool:
    return isinstance(value, str) and sum(map(str.isdigit, value)) >= DISTINCTIVE_DIGITS


def _joined(new: str, earlier: str) -> str:
    return " ".join(list(dict.fromkeys((new, *earlier.split())))[:REMEMBERED])


def digest(value: object) -> str:
    """Return a short digest, the same for all usual spellings of a value: 1 and 1.0, whitespace, letter case."""
    return blake2b(_normalized(value).encode(errors="replace"), digest_size=8).hexdigest()


def _digests_of(value: object) -> set[str]:
    """Return the digests of the values that may have been sent: lenient backends accept many texts as a boolean."""
    texts = SPELLINGS.get(value, ()) if isinstance(value, bool) else ()
    return {digest(value), *map(digest, texts)}


def is_distinctive(fields: Fields) -> bool:
    """Whether no two items have these values by chance."""
    values = [value for value in fields.values() if value is not None and not isinstance(value, list | dict)]
    has_long_text = any(isinstance(value, str) and len(value.strip()) >= DISTINCTIVE_LETTERS for value in values)
    return has_long_text or len(values) >= DISTINCTIVE_FIELDS


def _normalized(value: object) -> str:
    """Return the text that all usual spellings of a value share."""
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: ""}[value]
    text = " ".join(str(value).split()).casefold()
    if _NUMBER.fullmatch(text):
        number = float(text)
        is_integer = number.is_integer() and abs(number) < EXACT
        return str(int(number)) if is_integer else repr(number)
    return _moment(text) if re.match(r"\d{4}-\d\d-\d\dt", text) else text


def _moment(text: str) -> str:
    """Return a timestamp in UTC, so that its offset does not matter."""
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat()


def _has_tag(value: object, tag: str) -> bool:
    return any(tag in text.casefold() for text in _texts(value))


def _texts(value: object, depth: int = DEEPEST) -> Iterator[str]:
    """Yield the texts in a value, down to some level."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list) and depth:
        for part in value.values() if isinstance(value, Mapping) else value[:20]:
            yield from _texts(part, depth - 1)


def _parts(content: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of the text parts of a multipart body."""
    message = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + content)
    for part in message.get_payload() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]  # multipart has messages
        payload = part.get_payload(decode=True)  # type: ignore[union-attr]  # as above
        if isinstance(name, str) and isinstance(payload, bytes) and not part.get_filename():  # type: ignore[union-attr]
            yield name, payload.decode(errors="replace")

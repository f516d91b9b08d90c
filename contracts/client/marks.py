"""How an item of a run is recognised: by the run's tag in a text that was sent, else by the values that were sent.

A mark holds digests, never texts: a ledger on disk tells nothing of what a body said.
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
"""How many objects deep a tag is looked for."""
SPELLINGS = {True: ("1", "on", "t", "y", "yes"), False: ("", "0", "off", "f", "n", "no")}
"""The words that forms send for a boolean, and that some backends read in JSON too."""
EXACT = 10**15
"""Below it, a number with a fraction of zero is written as a whole one."""
REMEMBERED = 6
"""So many values of a field are remembered, of changes that may have been rejected."""
LONGEST = 2000
"""A longer text is the content of a file, as a rule."""
TELLING_LETTERS = 8
"""A text of so many letters is not shared by two items by chance."""
TELLING_FIELDS = 4
"""So many equal values tell as much as one long text."""
TELLING_DIGITS = 6
"""So many digits make a moment, a UUID or a hash, which no two items share."""

_NUMBER = re.compile(r"-?\d{1,300}(\.\d+)?(e[+-]?\d+)?")


class Mark(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an item of a run shows."""

    tag: str = ""
    """The tag of the run, where a text of the body carries it."""
    tagged: tuple[str, ...] = ()
    """The fields whose text carries it, and that answers show."""
    sent: dict[str, str] = {}
    """Field → digests of the values that were sent, the last one first: a change may have been cut off or rejected."""
    shown: dict[str, str] = {}
    """Field that only the target sets → digest of its value, for those that no two items share, as a moment has it."""
    telling: bool = False
    """Whether the sent values are such that no other item has them by chance."""

    def shows_tag(self, item: Fields) -> bool:
        """Whether an item has the tag in a field in which it was sent."""
        texts = (text for name in self.tagged if name in item for text in _texts(item[name]))
        return bool(self.tag) and any(self.tag in text.casefold() for text in texts)

    def is_carried_by(self, item: Fields) -> bool:
        """Whether an item has a field in which the tag was sent."""
        return bool(self.tag) and any(item.get(name) is not None for name in self.tagged)

    def shows_sent(self, item: Fields, altered: Collection[str] = ()) -> bool:
        """Whether an item shows every value that was sent, and at least one.

        Looks at the fields that it has, but for those in ``altered``, which show something else whatever is sent.
        """
        compared = {name for name in self.sent if item.get(name) is not None} - set(altered)
        return bool(compared) and not self.differing(item) & compared

    def differing(self, item: Fields) -> set[str]:
        """The fields that show another value than was sent."""
        known = {name: digests for name, digests in self.sent.items() if name in item}
        return {name for name, digests in known.items() if not _digests_of(item[name]) & set(digests.split())}

    def shows_what_was_left(self, item: Fields) -> bool:
        """Whether an item is still the one of an earlier run: ids may have been given anew since then."""
        if self.shows_tag(item):
            return True
        same = any(name in item and digest(item[name]) == value for name, value in self.shown.items())
        return self.shows_sent(item) and (same or (self.telling and not self.shown))

    def changed(self, fields: Fields, names: Collection[str]) -> "Mark":
        """The mark once a change of some fields is sent, which may be accepted or not."""
        values = _shown(fields, names)
        new = {name: _joined(value, self.sent.get(name, "")) for name, value in digests(values).items()}
        return msgspec.structs.replace(self, sent=self.sent | new, telling=self.telling or is_telling(values))

    def proven(self, item: Fields) -> "Mark":
        """The mark with what else the item shows that no other has."""
        shown = {
            name: digest(value)
            for name, value in item.items()
            if name not in self.sent and isinstance(value, str) and sum(map(str.isdigit, value)) >= TELLING_DIGITS
        }
        seen = {name: _joined(digest(item[name]), self.sent[name]) for name in self.differing(item)}
        return msgspec.structs.replace(self, shown=shown, sent=self.sent | seen)


def mark_of(fields: Fields | None, shown: Collection[str], tags: Iterable[str]) -> Mark:
    """The mark of an item that is created with some fields, of which answers show those with these names."""
    if fields is None:
        return Mark()
    values = _shown(fields, shown)
    for tag in filter(None, tags):
        tagged = tuple(name for name, value in values.items() if any(tag in text.casefold() for text in _texts(value)))
        if tagged:
            return Mark(tag, tagged, digests(values), telling=is_telling(values))
    return Mark(sent=digests(values), telling=is_telling(values))


def fields_of(body: bytes | str | None, content_type: str | None) -> Fields | None:
    """The fields of a JSON body or a form, None where it has none that can be read."""
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


def unwrapped(fields: Fields) -> Fields:
    """The fields themselves, where the one key of a body is what all is wrapped in."""
    inner = next(iter(fields.values())) if len(fields) == 1 else None
    return inner if isinstance(inner, dict) else fields


def _shown(fields: Fields, names: Collection[str]) -> Fields:
    """The fields with some names, or all where none is known; what all is wrapped in is looked into."""
    inner = fields if any(name in names for name in fields) else unwrapped(fields)
    return {name: value for name, value in inner.items() if name in names or not names}


def digests(fields: Fields) -> dict[str, str]:
    """Field → digest, for the values that are no lists or objects, nor files in a text."""
    return {name: digest(value) for name, value in fields.items() if _is_plain(value)}


def _is_plain(value: object) -> bool:
    is_file = isinstance(value, str) and (value.startswith("data:") or len(value) > LONGEST)
    return not is_file and not isinstance(value, list | dict)


def _joined(new: str, known: str) -> str:
    return " ".join(list(dict.fromkeys((new, *known.split())))[:REMEMBERED])


def digest(value: object) -> str:
    """A short digest of a value that is the same for all its usual spellings: 1 and 1.0, blanks, letter case."""
    return blake2b(_plain(value).encode(errors="replace"), digest_size=8).hexdigest()


def _digests_of(value: object) -> set[str]:
    """The digests of what may have been sent where this is shown: lenient backends read many words as a boolean."""
    words = SPELLINGS.get(value, ()) if isinstance(value, bool) else ()
    return {digest(value), *map(digest, words)}


def is_telling(fields: Fields) -> bool:
    """Whether no two items have these values by chance."""
    values = [value for value in fields.values() if value is not None and not isinstance(value, list | dict)]
    long = any(isinstance(value, str) and len(value.strip()) >= TELLING_LETTERS for value in values)
    return long or len(values) >= TELLING_FIELDS


def _plain(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: ""}[value]
    text = " ".join(str(value).split()).casefold()
    if _NUMBER.fullmatch(text):
        number = float(text)
        return str(int(number)) if number.is_integer() and abs(number) < EXACT else repr(number)
    return _moment(text) if re.match(r"\d{4}-\d\d-\d\dt", text) else text


def _moment(text: str) -> str:
    """A moment in one spelling, whatever its offset."""
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _texts(value: object, depth: int = DEEPEST) -> Iterator[str]:
    """The texts in a value, so deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list) and depth:
        for part in value.values() if isinstance(value, Mapping) else value[:20]:
            yield from _texts(part, depth - 1)


def _parts(content: bytes, content_type: str) -> Iterator[tuple[str, str]]:
    """The text parts of a multipart body."""
    message = BytesParser().parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + content)
    for part in message.get_payload() if message.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")  # type: ignore[union-attr]  # multipart has messages
        payload = part.get_payload(decode=True)  # type: ignore[union-attr]  # as above
        if isinstance(name, str) and isinstance(payload, bytes) and not part.get_filename():  # type: ignore[union-attr]
            yield name, payload.decode(errors="replace")

"""Texts in the formats that schemas name: a unique one, or one at random."""

import hashlib
import re
import string
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from uuid import UUID

from hypothesis import strategies as st

EARLIEST, LATEST = datetime(1000, 1, 1), datetime(2999, 12, 31)
"""The range of moments that are drawn; beyond it, calendars and backends differ."""

Texts: TypeAlias = st.SearchStrategy[str]


@dataclass(frozen=True)
class Format:
    """The functions that make texts of a format: from a unique word, or at random."""

    of: Callable[[str], str]
    drawn: Callable[[], Texts]


def slug(text: str) -> str:
    """Replace everything in a text except letters and digits by hyphens."""
    return "".join(c if c in string.ascii_letters + string.digits else "-" for c in text)


def number(word: str) -> int:
    """Return a number of nine digits that depends on the word."""
    return 10**8 + int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big") % (9 * 10**8)


def in_letters(number: int) -> str:
    """Spell a number with letters alone."""
    letters = ""
    while number:
        number, rest = divmod(number, 26)
        letters = string.ascii_lowercase[rest] + letters
    return letters


def _moment(word: str) -> datetime:
    """Return an ordinary moment; words that differ by a number at their end give different ones."""
    last = re.search(r"(\d{1,6})$", word)
    return datetime(2031, 5, 6, 7, 8, 9) + timedelta(days=int(last[1]) if last else 0)


def _instant(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat() + "Z"


def _moments() -> st.SearchStrategy[datetime]:
    return st.datetimes(EARLIEST, LATEST)


def _lowercase_texts() -> Texts:
    return st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=12)


def _uuid(word: str) -> str:
    return str(UUID(bytes=hashlib.sha256(word.encode()).digest()[:16], version=4))


_URL = Format(
    lambda word: f"https://example.com/{slug(word)}",
    lambda: _lowercase_texts().map(lambda text: f"https://example.com/{text}"),
)
_DATE = Format(lambda word: _moment(word).date().isoformat(), lambda: _moments().map(lambda at: at.date().isoformat()))
_SLUG = Format(slug, _lowercase_texts)

FORMATS: Mapping[str, Format] = {
    "date-time": Format(lambda word: _instant(_moment(word)), lambda: _moments().map(_instant)),
    "date": _DATE,
    "time": Format(lambda word: "07:08:09Z", lambda: _moments().map(lambda at: _instant(at).partition("T")[2])),
    "duration": Format(lambda word: "PT1H30M", lambda: st.integers(1, 59).map(lambda minutes: f"PT{minutes}M")),
    "email": Format(
        lambda word: f"{slug(word)}@example.com", lambda: _lowercase_texts().map(lambda text: f"{text}@example.com")
    ),
    "uri": _URL,
    "url": _URL,
    "iri": _URL,
    "uri-reference": _URL,
    "hostname": Format(
        lambda word: f"{slug(word)}.example.com", lambda: _lowercase_texts().map(lambda text: f"{text}.example.com")
    ),
    "ipv4": Format(lambda word: "192.0.2.7", lambda: st.integers(1, 254).map(lambda last: f"192.0.2.{last}")),
    "ipv6": Format(lambda word: "2001:db8::7", lambda: st.integers(1, 9999).map(lambda last: f"2001:db8::{last}")),
    "uuid": Format(_uuid, lambda: st.uuids(version=4).map(str)),
    "decimal": Format(lambda word: "7.50", lambda: st.integers(0, 99).map(lambda whole: f"{whole}.25")),
    "byte": Format(
        lambda word: b64encode(word.encode()).decode(),
        lambda: st.binary(min_size=1, max_size=30).map(lambda content: b64encode(content).decode()),
    ),
    "slug": _SLUG,
}
"""The formats that bind a text; a text of any other format is free."""

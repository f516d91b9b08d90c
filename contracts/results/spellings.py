"""Spellings of one text in another: plain, JSON-escaped, percent-encoded, HTML-escaped, in Base64, and mixed.

A spelling is matched character by character, so that each character can be escaped in its own way.
"""

import base64
import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

HEAD = 4
"""How many characters the regular expression of a spelling matches. The others are compared one by one from there."""
LONGEST = 48
"""The most characters that the spelling of one character has."""
PART = 8
"""This many characters of a text, followed by the mark of a cut, count as the text."""

_BACKSLASHES = r"\\{1,8}"
"""JSON inside JSON texts escapes the backslashes of its escapes too: one, two, four, eight."""
_SHORT = {'"': '"', "'": "'", "/": "/", "\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
"""Character → what follows the backslash in JSON, JavaScript and Python."""
_LINE_BREAK = r"(?:[\r\n]|\\{1,8}[rn]|%0[aAdD]){0,4}"
"""MIME breaks the lines of Base64."""
_BASE64 = "A-Za-z0-9+/_-"
_BASE64_END = re.compile(rf"[{_BASE64}]?(?:=|%(?:25){{0,2}}3[dD]|\\{{1,8}}u003[dD]|&(?:equals|#61|#[xX]3[dD]);){{0,2}}")
_ESCAPES = re.compile("[\\\\%&+'\r\n\N{REPLACEMENT CHARACTER}]")
"""A character that every spelling but the plain one contains, in a text that is ASCII."""
_CUT = re.compile(r"\s*(?:…|\.\.\.|// Output truncated)")
"""The marks of a text that was cut: ours, and those of others."""


@dataclass(frozen=True)
class Span:
    """A part of a text."""

    start: int
    end: int


@dataclass(frozen=True)
class Spelling:
    """One way to spell a text, as the alternatives for each of its characters."""

    characters: tuple[tuple[str, ...], ...]
    beginnings: tuple[str, ...]
    """How it begins where none of it is escaped."""
    is_base64: bool = False

    @property
    def head(self) -> str:
        """The regular expression of its first characters."""
        return "".join(f"(?:{'|'.join(alternatives)})" for alternatives in self.characters[:HEAD])

    @cached_property
    def _head(self) -> re.Pattern[str]:
        return _compiled(self.head)

    def spans(self, text: str, *, cut: bool = False, before: int | None = None) -> Iterator[Span]:
        """Yield the places where a text contains it, at least those that begin before ``before``.

        With ``cut``, the text may have been cut at its end.
        """
        stop = len(text) if before is None else min(len(text), before + PART * LONGEST)
        match = None if self._is_surely_not_in(text[:stop]) else self._head.search(text, 0, stop)
        while match:
            span = self._span(text, match.start(), cut)
            if span:
                yield span
            match = self._head.search(text, span.end if span else match.start() + 1, stop)

    def _is_surely_not_in(self, text: str) -> bool:
        """Return whether a quick look is enough: the text has no escaped character and no plain beginning."""
        if any(not beginning.isascii() or "'" in beginning for beginning in self.beginnings) or _ESCAPES.search(text):
            return False
        return not any(beginning in text for beginning in self.beginnings)

    def _span(self, text: str, start: int, cut: bool) -> Span | None:
        end, number = self._longest(text, start)
        if number < len(self.characters):
            is_cut = _CUT.match(text, end) or (cut and end == len(text))
            return Span(start, end) if number >= PART and is_cut else None
        if not self.is_base64:
            return Span(start, end)
        # In the middle of a longer Base64 text, the neighbouring characters carry some of its bits.
        before = start > 0 and re.match(f"[{_BASE64}]", text[start - 1])
        after = _BASE64_END.match(text, end)
        return Span(start - bool(before), after.end() if after else end)

    def _longest(self, text: str, start: int) -> tuple[int, int]:
        """Return the end of the match that begins here, and how many characters match."""
        places = {start}
        for number, alternatives in enumerate(self.characters):
            following = {
                match.end()
                for place in places
                for alternative in alternatives
                if (match := _compiled(alternative).match(text, place)) is not None
            }
            if not following:
                return max(places), number
            places = following
        return max(places), len(self.characters)


def spellings(text: str) -> Iterator[Spelling]:
    """Yield all spellings of a text."""
    yield Spelling(tuple(_alternatives(character) for character in text), (text[:PART],))
    for content in _encodings(text):
        for before in range(3):
            yield _in_base64(content, before)


def _encodings(text: str) -> Iterator[bytes]:
    yield text.encode(errors="surrogatepass")
    try:
        latin = text.encode("latin-1")
    except UnicodeEncodeError:
        return
    if not text.isascii():
        yield latin


def _in_base64(content: bytes, before: int) -> Spelling:
    """Encode content that follows ``before`` other bytes, without the characters that those bytes influence."""
    encoded = base64.b64encode(bytes(before) + content).decode().rstrip("=")
    first, last = (0, 2, 3)[before], (before + len(content)) * 8 // 6
    inner = encoded[first:last]
    beginning = inner[:PART]
    beginnings = beginning, beginning.replace("+", "-").replace("/", "_")
    return Spelling(tuple(_of_base64(inner)), beginnings, is_base64=True)


def _of_base64(text: str) -> Iterator[tuple[str, ...]]:
    for place, character in enumerate(text):
        twin = {"+": "-", "/": "_"}.get(character)
        both = _alternatives(character) + (_alternatives(twin) if twin else ())
        yield tuple(f"{_LINE_BREAK if place else ''}{spelling}" for spelling in both)


@lru_cache(maxsize=4096)
def _alternatives(character: str) -> tuple[str, ...]:
    """Return all spellings of one character, as regular expressions."""
    return tuple(dict.fromkeys((*_plain(character), *_backslashed(character), *_percent(character), *_html(character))))


@lru_cache(maxsize=16384)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _plain(character: str) -> Iterator[str]:
    yield re.escape(character)
    if character == "'":
        yield "'\"'\"'"  # as a shell has it between single quotes
    if not character.isascii():
        yield "\N{REPLACEMENT CHARACTER}{1,4}"
        yield re.escape(character.encode(errors="surrogatepass").decode("latin-1"))


def _backslashed(character: str) -> Iterator[str]:
    if character == "\\":
        yield from (r"\\" * number for number in (2, 4, 8))
    if character in _SHORT:
        yield _BACKSLASHES + re.escape(_SHORT[character])
    point = ord(character)
    units = [point] if point <= 0xFFFF else [0xD800 + (point - 0x10000 >> 10), 0xDC00 + (point - 0x10000 & 0x3FF)]
    yield "".join(f"{_BACKSLASHES}u{_hex(f'{unit:04x}')}" for unit in units)
    yield rf"{_BACKSLASHES}(?:u\{{0{{0,5}}{_hex(f'{point:x}')}\}}|U{_hex(f'{point:08x}')})"
    if point <= 0xFF:
        yield f"{_BACKSLASHES}x{_hex(f'{point:02x}')}"
    if not character.isascii():
        yield "".join(f"{_BACKSLASHES}x{_hex(f'{byte:02x}')}" for byte in character.encode(errors="surrogatepass"))


def _percent(character: str) -> Iterator[str]:
    if character == " ":
        yield r"\+"
    contents = [character.encode(errors="surrogatepass")]
    contents += [character.encode("latin-1")] if 0x80 <= ord(character) <= 0xFF else []
    for content in contents:
        yield "".join(f"%(?:25){{0,2}}{_hex(f'{byte:02x}')}" for byte in content)
    if character == "%":
        yield "%2525"


def _html(character: str) -> Iterator[str]:
    point = ord(character)
    names = [re.escape(name) for name in _names().get(character, ())]
    kinds = "|".join((f"#0{{0,6}}{point}", f"#[xX]0{{0,6}}{_hex(f'{point:x}')}", *names))
    yield f"&(?:amp;){{0,2}}(?:{kinds});"
    yield f"&(?:amp;){{0,2}}(?:{kinds})(?![;0-9A-Za-z])"
    if character == "&":
        yield "&amp;amp;"


@lru_cache(maxsize=1)
def _names() -> dict[str, list[str]]:
    """Return each character with the names that HTML has for it."""
    names: dict[str, list[str]] = {}
    for name, character in html.entities.html5.items():
        if name.endswith(";"):
            names.setdefault(character, []).append(name.rstrip(";"))
    return names


def _hex(digits: str) -> str:
    """Return a regular expression for hexadecimal digits in lower or upper case."""
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits)

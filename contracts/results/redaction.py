"""Removes secrets from texts: in any spelling, a secret is replaced by the name of the variable that holds it.

A text is redacted before it is cut. Half a secret would not be recognised any more.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from contracts.results.findings import Finding
from contracts.results.spellings import LONGEST, Span, Spelling, spellings

SHORTEST = 6
"""What is shorter is hidden only where it stands alone; elsewhere it would be found in every other word."""
LONGEST_BODY = 400
"""Characters of a body that a report shows."""

_QUOTED = (
    re.compile(r"(?:[\"']|&(?:quot|apos|#0{0,6}3[49]|#[xX]0{0,6}2[27]);|%(?:25){0,2}2[27]|u002[27])\Z"),
    re.compile(r"(?:\\{0,8}[\"']|&(?:quot|apos|#0{0,6}3[49]|#[xX]0{0,6}2[27]);|%(?:25){0,2}2[27]|\\{1,8}u002[27])"),
)
"""What is before and behind a short secret that stands alone in a text."""
_ALONE = (re.compile(r"[ =]\Z"), re.compile(r"['; ]"))
"""The same in a shell line."""
_LONGEST_QUOTE = 16
_SCHEME = re.compile(r"(\w[\w-]*) +(\S+)")
"""The value of an Authorization header."""
_PAIR = re.compile(r"\s*[\w.-]+=([^;]*)(?:;|\Z)")
"""A cookie in the value of a Cookie header."""


class Redactor:
    """Removes the secrets of a run, those that logins give meanwhile included."""

    def __init__(self, secrets: Callable[[], Mapping[str, str]] = dict) -> None:
        self._secrets = secrets
        """Gives for each secret the word that stands for it."""

    def redact(self, text: str, *, cut: bool = False) -> str:
        """A text without secrets; with ``cut``, it may end in the middle of one."""
        return "".join(_pieces(text, self._spans(text, _QUOTED, cut)))

    def redact_shell(self, line: str) -> str:
        """A shell line without secrets: variables of the shell replace them between single quotes."""
        spans = [*self._spans(line, _QUOTED), *self._spans(line, _ALONE)]
        quoted = [(span, f"'\"{word}\"'") for span, word in spans]
        return "".join(_pieces(line, quoted))

    def shorten(self, text: str, longest: int = LONGEST_BODY) -> str:
        """The beginning of a text without secrets, and how long the text is if that is not all of it."""
        if len(text) > longest and not any(self._spans(text[: self._window(longest)], _QUOTED, True, longest)):
            return f"{text[:longest]}… ({len(text)} characters)"
        found = self.redact(text[: self._window(longest)], cut=True)
        is_whole = len(text) <= self._window(longest) and len(found) <= longest
        return found if is_whole else f"{found[:longest]}… ({len(text)} characters)"

    def redact_value(self, value: Any) -> Any:
        """A JSON value without secrets in its texts and names."""
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, Mapping):
            return {self.redact(str(name)): self.redact_value(each) for name, each in value.items()}
        if isinstance(value, int | float) and self.redact(str(value)) != str(value):
            return self.redact(str(value))
        return [self.redact_value(each) for each in value] if isinstance(value, list | tuple) else value

    def restore_value(self, value: Any) -> Any:
        """A JSON value in which secrets replace the words that stand for them."""
        values = {word: secret for secret, word in reversed(list(self._secrets().items()))}
        return _restored(value, values) if values else value

    def redact_finding(self, finding: Finding) -> Finding:
        """A finding that everybody may see."""
        return replace(
            finding,
            title=self.redact(finding.title),
            operation=self.redact(finding.operation),
            subject=self.redact(finding.subject),
            expected=self.redact(finding.expected),
            got=self.redact(finding.got),
            promise=self.redact(finding.promise),
            names={name: self.redact(each) for name, each in finding.names.items()},
            curl=tuple(self.redact_shell(line) for line in finding.curl),
            again=self.redact_value(finding.again),
        )

    def _spans(
        self, text: str, alone: tuple[re.Pattern[str], re.Pattern[str]], cut: bool = False, before: int | None = None
    ) -> Iterator[tuple[Span, str]]:
        for secret, word in self._secrets().items():
            for matcher in _matchers(secret):
                yield from ((span, word) for span in matcher.spans(text, alone, cut, before))

    def _window(self, longest: int) -> int:
        """Characters that have to be read to know so many of what is shown."""
        secrets = sum(len(each) for each in self._secrets())
        return LONGEST * (longest + secrets)


NOTHING = Redactor()
"""Knows no secret."""


@dataclass(frozen=True)
class _Matcher:
    """Finds one secret."""

    spelled: tuple[Spelling, ...]
    is_short: bool

    def spans(
        self, text: str, alone: tuple[re.Pattern[str], re.Pattern[str]], cut: bool, before: int | None
    ) -> Iterator[Span]:
        for each in self.spelled:
            for span in each.spans(text, cut=cut and not self.is_short, before=before):
                if not self.is_short or _stands_alone(text, span, alone):
                    yield span


@lru_cache(maxsize=1024)
def _matchers(secret: str) -> tuple[_Matcher, ...]:
    return tuple(_matcher(each) for each in dict.fromkeys(_parts(secret)) if each)


def _matcher(secret: str) -> _Matcher:
    is_short = len(secret) < SHORTEST
    plain, *encoded = spellings(secret)
    # A few characters of Base64 are in every other word.
    return _Matcher((plain,) if is_short else (plain, *encoded), is_short)


def _parts(secret: str) -> Iterator[str]:
    """A secret and its secret parts: a token without its scheme, the password of Basic, each of several cookies."""
    yield secret
    yield secret.strip()
    yield from (unicodedata.normalize(form, secret) for form in ("NFC", "NFD"))
    scheme = _SCHEME.fullmatch(secret.strip())
    if scheme:
        yield from _long(scheme[2])
        if scheme[1].lower() == "basic":
            yield from _long(*_basic(scheme[2]))
    yield from _long(*(found[1] for found in _PAIR.finditer(secret)))


def _long(*parts: str) -> Iterator[str]:
    yield from (each for each in parts if len(each) >= SHORTEST)


def _basic(credentials: str) -> tuple[str, ...]:
    """Name and password together, and the password (RFC 7617)."""
    try:
        pair = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ()
    return pair, pair.partition(":")[2]


def _stands_alone(text: str, span: Span, alone: tuple[re.Pattern[str], re.Pattern[str]]) -> bool:
    before, behind = alone
    opened = before.search(text[max(0, span.start - _LONGEST_QUOTE) : span.start])
    return bool(opened and behind.match(text, span.end))


def _pieces(text: str, spans: Iterable[tuple[Span, str]]) -> Iterator[str]:
    """A text piece by piece, with a word in place of each span; of spans that overlap, the word of the longest."""
    place = 0
    for span, word in _merged(spans):
        yield text[place : span.start]
        yield word
        place = span.end
    yield text[place:]


def _merged(spans: Iterable[tuple[Span, str]]) -> list[tuple[Span, str]]:
    merged: list[tuple[Span, str]] = []
    longest = 0
    for span, word in sorted(spans, key=lambda each: (each[0].start, -each[0].end)):
        length = span.end - span.start
        if not merged or span.start >= merged[-1][0].end:
            merged.append((span, word))
            longest = length
            continue
        before, first = merged[-1]
        merged[-1] = Span(before.start, max(before.end, span.end)), word if length > longest else first
        longest = max(length, longest)
    return merged


def _restored(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for word, secret in values.items():
            value = value.replace(word, secret)
        return value
    if isinstance(value, Mapping):
        return {_restored(name, values): _restored(each, values) for name, each in value.items()}
    return [_restored(each, values) for each in value] if isinstance(value, list | tuple) else value

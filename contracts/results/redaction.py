"""Remove secrets from texts: the name of the variable that holds a secret replaces it, however it is spelled.

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
"""Shorter secrets are hidden only where they stand alone: as parts of words they would match too much."""
LONGEST_BODY = 400
"""Characters of a body that a report shows."""

_QUOTED = (
    re.compile(r"(?:[\"']|&(?:quot|apos|#0{0,6}3[49]|#[xX]0{0,6}2[27]);|%(?:25){0,2}2[27]|u002[27])\Z"),
    re.compile(r"(?:\\{0,8}[\"']|&(?:quot|apos|#0{0,6}3[49]|#[xX]0{0,6}2[27]);|%(?:25){0,2}2[27]|\\{1,8}u002[27])"),
)
"""The characters before and after a short secret that stands alone in a text."""
_ALONE = (re.compile(r"[ =]\Z"), re.compile(r"['; ]"))
"""The same in a shell line."""
_LONGEST_QUOTE = 16
_SCHEME = re.compile(r"(\w[\w-]*) +(\S+)")
"""The value of an Authorization header."""
_PAIR = re.compile(r"\s*[\w.-]+=([^;]*)(?:;|\Z)")
"""A cookie in the value of a Cookie header."""


class Redactor:
    """Removes the secrets of a run, including those that logins return meanwhile."""

    def __init__(self, secrets: Callable[[], Mapping[str, str]] = dict) -> None:
        self._secrets = secrets
        """Returns each secret with the word that replaces it."""

    def redact(self, text: str, *, cut: bool = False) -> str:
        """Remove the secrets from a text; with ``cut``, the text may end in the middle of one."""
        return "".join(_pieces(text, self._spans(text, _QUOTED, cut)))

    def redact_shell(self, line: str) -> str:
        """Remove the secrets from a shell line: shell variables replace them between single quotes."""
        spans = [*self._spans(line, _QUOTED), *self._spans(line, _ALONE)]
        quoted = [(span, f"'\"{word}\"'") for span, word in spans]
        return "".join(_pieces(line, quoted))

    def shorten(self, text: str, longest: int = LONGEST_BODY) -> str:
        """Return the beginning of a text without secrets, with the length of the text if it is longer."""
        if len(text) > longest and not any(self._spans(text[: self._window(longest)], _QUOTED, True, longest)):
            return f"{text[:longest]}… ({len(text)} characters)"
        redacted = self.redact(text[: self._window(longest)], cut=True)
        is_whole = len(text) <= self._window(longest) and len(redacted) <= longest
        return redacted if is_whole else f"{redacted[:longest]}… ({len(text)} characters)"

    def redact_value(self, value: Any) -> Any:
        """Remove the secrets from the texts and names of a JSON value."""
        if isinstance(value, str):
            return self.redact(value)
        if isinstance(value, Mapping):
            return {self.redact(str(name)): self.redact_value(item) for name, item in value.items()}
        if isinstance(value, int | float) and self.redact(str(value)) != str(value):
            return self.redact(str(value))
        return [self.redact_value(item) for item in value] if isinstance(value, list | tuple) else value

    def restore_value(self, value: Any) -> Any:
        """Put the secrets back into a JSON value from which they were removed."""
        values = {word: secret for secret, word in reversed(list(self._secrets().items()))}
        return _restore(value, values) if values else value

    def redact_finding(self, finding: Finding) -> Finding:
        """Remove the secrets from a finding."""
        return replace(
            finding,
            title=self.redact(finding.title),
            operation=self.redact(finding.operation),
            subject=self.redact(finding.subject),
            expected=self.redact(finding.expected),
            got=self.redact(finding.got),
            promise=self.redact(finding.promise),
            names={catalogue: self.redact(name) for catalogue, name in finding.names.items()},
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
        """Return how many characters to read to be sure of the first ``longest`` redacted ones."""
        secrets = sum(len(secret) for secret in self._secrets())
        return LONGEST * (longest + secrets)


NOTHING = Redactor()
"""A redactor without secrets."""


@dataclass(frozen=True)
class _Matcher:
    """Finds one secret."""

    spelled: tuple[Spelling, ...]
    is_short: bool

    def spans(
        self, text: str, alone: tuple[re.Pattern[str], re.Pattern[str]], cut: bool, before: int | None
    ) -> Iterator[Span]:
        for spelling in self.spelled:
            for span in spelling.spans(text, cut=cut and not self.is_short, before=before):
                if not self.is_short or _stands_alone(text, span, alone):
                    yield span


@lru_cache(maxsize=1024)
def _matchers(secret: str) -> tuple[_Matcher, ...]:
    return tuple(_matcher(part) for part in dict.fromkeys(_parts(secret)) if part)


def _matcher(secret: str) -> _Matcher:
    is_short = len(secret) < SHORTEST
    plain, *encoded = spellings(secret)
    # The Base64 of a short secret is so short that it matches parts of ordinary words.
    return _Matcher((plain,) if is_short else (plain, *encoded), is_short)


def _parts(secret: str) -> Iterator[str]:
    """Yield a secret and its secret parts: a token without its scheme, the password of Basic, single cookies."""
    yield secret
    yield secret.strip()
    yield from (unicodedata.normalize(form, secret) for form in ("NFC", "NFD"))
    scheme = _SCHEME.fullmatch(secret.strip())
    if scheme:
        yield from _long(scheme[2])
        if scheme[1].lower() == "basic":
            yield from _long(*_basic(scheme[2]))
    yield from _long(*(pair[1] for pair in _PAIR.finditer(secret)))


def _long(*parts: str) -> Iterator[str]:
    yield from (part for part in parts if len(part) >= SHORTEST)


def _basic(credentials: str) -> tuple[str, ...]:
    """Return name and password together, and the password alone (RFC 7617)."""
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
    """Yield a text in pieces, with a word in place of each span; of overlapping spans, the longest gives the word."""
    place = 0
    for span, word in _merge(spans):
        yield text[place : span.start]
        yield word
        place = span.end
    yield text[place:]


def _merge(spans: Iterable[tuple[Span, str]]) -> list[tuple[Span, str]]:
    merged: list[tuple[Span, str]] = []
    longest = 0
    for span, word in sorted(spans, key=lambda item: (item[0].start, -item[0].end)):
        length = span.end - span.start
        if not merged or span.start >= merged[-1][0].end:
            merged.append((span, word))
            longest = length
            continue
        before, first = merged[-1]
        merged[-1] = Span(before.start, max(before.end, span.end)), word if length > longest else first
        longest = max(length, longest)
    return merged


def _restore(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for word, secret in values.items():
            value = value.replace(word, secret)
        return value
    if isinstance(value, Mapping):
        return {_restore(name, values): _restore(item, values) for name, item in value.items()}
    return [_restore(item, values) for item in value] if isinstance(value, list | tuple) else value

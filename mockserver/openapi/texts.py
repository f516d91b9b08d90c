"""Texts that several schemas allow: by format, pattern and length, short and readable ones first."""

import base64
import re
import string
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from random import Random
from typing import Any, Final

import jsonschema_rs
from rstr import Rstr

from mockserver.openapi.combinations import Parts, highest, lowest

WORD: Final = "example"
_MOST: Final = 1_000
_LONGEST: Final = 100_000
"""Characters of a text that is made longer to reach its least length."""
_REPEATS: Final = (3, 2, 1, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 36, 40, 64)
"""How often what a pattern repeats without a limit is repeated, one after the other."""
_TRIES: Final = 3
_SAMPLES: Final = (
    *("example", "Example", "EXAMPLE", "example-1", "example_1", "Example One", "1", "12", "123", "1234", "12345"),
    *("a", "A", "en", "US", "EUR", "en-US", "1.0", "1.0.0", "2026-01-01", "2026-01-01T12:00:00Z", "12:00", "12:00:00"),
    *("someone@example.com", "https://example.com/", "/example", "www.example.com", "192.0.2.1", "+390612345678"),
    *("0190a5b8-4a5e-7c3d-9f21-3c5d7e9fa1b2", "#336699", "0x1f", "v1", "example.txt", "true"),
)
"""Texts that are tried for a pattern before any are drawn by it."""
_CLASSES: Final = {"L": "A-Za-z", "Lu": "A-Z", "Ll": "a-z", "N": "0-9", "Nd": "0-9", "P": "!-/", "Letter": "A-Za-z"}
_DIALECT: Final = re.compile(r"\\p\{(?:[A-Za-z_]+=)?(\w+)\}|\(\?<(?=[A-Za-z_])|\\.|\[\^?|\]|.", re.DOTALL)

_FILLED: Final[Mapping[str, tuple[str, str]]] = {
    "email": ("someone{}@example.com", "a{}@b.co"),
    "idn-email": ("someone{}@example.com", "a{}@b.co"),
    "hostname": ("www{}.example.com", "a{}.co"),
    "idn-hostname": ("www{}.example.com", "a{}.co"),
    "uri": ("https://example.com/{}", "a:b{}"),
    "url": ("https://example.com/{}", "a:b{}"),
    "iri": ("https://example.com/{}", "a:b{}"),
    "uri-reference": ("/example{}", "/{}"),
    "iri-reference": ("/example{}", "/{}"),
    "uri-template": ("/example{}/{{id}}", "/{}"),
    "json-pointer": ("/example{}", "/{}"),
    "relative-json-pointer": ("0/example{}", "0/{}"),
    "regex": ("^example{}$", "a{}"),
    "password": ("example-password{}", "a{}"),
}
"""Format → a text with room for more characters, and a short one."""
_COUNTED: Final[Mapping[str, Callable[[int], str]]] = {
    "date-time": lambda number: f"2026-01-{number % 28 + 1:02}T{(12 + number // 28) % 24:02}:00:00Z",
    "date": lambda number: f"{2026 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}",
    "time": lambda number: f"{(12 + number // 60) % 24:02}:{number % 60:02}:00Z",
    "duration": lambda number: f"P{number + 1}D",
    "ipv4": lambda number: f"192.0.2.{number % 254 + 1}",
    "ipv6": lambda number: f"2001:db8::{number + 1:x}",
    "uuid": lambda number: f"0190a5b8-4a5e-7c3d-9f21-3c5d7e9f{0xA1B2 + number:04x}",
    "byte": lambda number: base64.b64encode(f"{WORD}{number + 1 if number else ''}".encode()).decode(),
}
"""Format → a text for each number."""


def texts(parts: Parts, seed: int) -> Iterator[str]:
    """Yield texts that schemas allow; those of a pattern are drawn from a seed."""
    least, most = highest(parts, "minLength"), lowest(parts, "maxLength", _LONGEST)
    patterns = [pattern for part in parts if "pattern" in part and (pattern := _compiled(part["pattern"]))]
    formats = [part["format"] for part in parts if part.get("format") in {**_FILLED, **_COUNTED}]
    if formats:
        drawn = _of_format(formats[0], least)
    elif patterns:
        drawn = _matching(patterns[0], least, seed)
    else:
        drawn = _plain(least, most)
    fitting = (text for text in drawn if least <= len(text) <= most and all(map(_matches(text), patterns)))
    yielded: set[str] = set()
    for text in fitting:
        if text not in yielded:
            yielded.add(text)
            yield text


def _matches(text: str) -> Callable[[re.Pattern[str]], bool]:
    return lambda pattern: _is_match(pattern.pattern, text)


def _plain(least: int, most: int) -> Iterator[str]:
    yield WORD[:most].ljust(min(least, _LONGEST), "x")
    for number in range(2, _MOST):
        ending = str(number)
        if len(ending) > most:
            break
        yield WORD[: most - len(ending)].ljust(min(least, _LONGEST) - len(ending), "x") + ending
    yield from string.ascii_letters if most == 1 else ()


def _of_format(name: str, least: int) -> Iterator[str]:
    if name in _COUNTED:
        yield from map(_COUNTED[name], range(_MOST))
        return
    long, short = _FILLED[name]
    for pattern in (long, short):
        missing = min(max(0, least - len(pattern.format(""))), _LONGEST)
        yield pattern.format("x" * missing)
    for number in range(2, _MOST):
        missing = min(max(0, least - len(long.format(number))), _LONGEST)
        yield long.format("x" * missing + str(number))


def _matching(pattern: re.Pattern[str], least: int, seed: int) -> Iterator[str]:
    yield from _SAMPLES
    generator = _Drawing(Random(f"{seed} {pattern.pattern}"))  # noqa: S311  # values to look at, no secrets
    halves = (-(-least // number) for number in (1, 2, 3, 4, 5)) if least else ()
    for repeats in (*_REPEATS, *halves):
        generator.repeats = repeats
        for _ in range(_TRIES):
            text = generator.xeger(pattern)
            yield text
            yield text.ljust(min(least, _LONGEST), "x")
    # Not every pattern says how a text ends.
    yield from (f"{text}{number}" for number in range(2, _MOST))


def matches(pattern: str, text: str) -> bool:
    """Return whether a text matches a pattern of ECMA-262; false for one that Python does not have."""
    compiled = _compiled(pattern)
    return compiled is not None and _is_match(compiled.pattern, text)


def _is_match(pattern: str, text: str) -> bool:
    # Python's own search takes exponential time for patterns such as (a+)+$.
    return _validator(pattern.replace("(?P<", "(?<")).is_valid(text)


@cache
def _validator(pattern: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"pattern": pattern})


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern as one of Python; None where it cannot be written as such."""
    with warnings.catch_warnings():
        # Sets in sets are something else in later versions of Python only.
        warnings.simplefilter("ignore")
        try:
            return re.compile(_translated(pattern))
        except (re.error, OverflowError, RecursionError):
            return None


def _translated(pattern: str) -> str:
    """Write a pattern of ECMA-262 for Python: its Unicode classes and named groups."""
    is_set = False
    written = []
    for match in _DIALECT.finditer(pattern):
        symbol = match[0]
        if match[1]:
            characters = _CLASSES.get(match[1], "A-Za-z")
            symbol = characters if is_set else f"[{characters}]"
        elif symbol == "(?<":
            symbol = "(?P<"
        elif symbol.startswith("[") and is_set:
            symbol = f"\\{symbol}"
        is_set = (is_set or symbol in ("[", "[^")) and symbol != "]"
        written.append(symbol)
    return "".join(written)


class _Drawing(Rstr):
    """Draws texts by patterns: lowercase letters where those are allowed, and the same ones at every start."""

    repeats = 1

    def __init__(self, random: Random) -> None:
        super().__init__(random)
        self._cases = {**self._cases, "any": lambda _: self._random.choice(string.ascii_lowercase)}

    def _handle_repeat(self, start_range: int, end_range: int, value: Any) -> str:
        times = min(max(self.repeats, start_range), end_range, _LONGEST)
        return "".join(self._handle_state(state) for _ in range(times) for state in value)

    def _handle_in(self, value: Any) -> Any:
        listed = [character for state in value for character in self._handle_state(state)]
        if listed[0] is False:
            listed = sorted(set(string.printable).difference(listed[1:]))
        letters = [character for character in listed if character in string.ascii_lowercase]
        digits = [character for character in listed if character in string.digits]
        return self._random.choice(letters or digits or listed)

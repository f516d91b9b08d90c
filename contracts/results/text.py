"""Texts as a document can hold them, whatever a target answered, and numbers with their words."""

import re

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""What changes the order in which letters are shown, so that a text can look like another."""
_ILLEGAL = re.compile(f"[{_CONTROLS}{_BIDIRECTIONAL}\ud800-\udfff\ufffe\uffff]|\r(?!\n)")


def legal(text: str) -> str:
    """A text that shows control characters and lone surrogates as escapes: XML cannot hold them, terminals obey."""
    return _ILLEGAL.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    point = ord(found[0])
    return f"\\x{point:02x}" if point <= 0xFF else f"\\u{point:04x}"


def cut(text: str, longest: int) -> str:
    """A legal text of no more than so many characters; an ellipsis says that it was longer."""
    told = legal(text)
    return told if len(told) <= longest else f"{told[: longest - 1]}…"


def counted(number: int, word: str) -> str:
    """A number with its word, in the plural where it takes one."""
    return f"{number} {word}{'' if number == 1 else 's'}"

"""Texts that any report can hold, whatever a target answered, and numbers with their nouns."""

import re

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_BIDIRECTIONAL = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Characters that change the order in which letters are displayed, so that a text can look like another."""
_ILLEGAL = re.compile(f"[{_CONTROLS}{_BIDIRECTIONAL}\ud800-\udfff\ufffe\uffff]|\r(?!\n)")


def legal(text: str) -> str:
    """Escape control characters and lone surrogates: XML cannot hold them, and terminals execute them."""
    return _ILLEGAL.sub(_escape, text)


def _escape(control: re.Match[str]) -> str:
    point = ord(control[0])
    return f"\\x{point:02x}" if point <= 0xFF else f"\\u{point:04x}"


def cut(text: str, longest: int) -> str:
    """Return a legal text of at most ``longest`` characters; an ellipsis marks that it was longer."""
    escaped = legal(text)
    return escaped if len(escaped) <= longest else f"{escaped[: longest - 1]}…"


def pluralize(number: int, word: str) -> str:
    """Return a number with its noun, in the plural where needed."""
    return f"{number} {word}{'' if number == 1 else 's'}"

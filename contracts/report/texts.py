"""Texts as a document can hold them, whatever a target answered, and numbers with their words."""

import re

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def legal(text: str) -> str:
    """A text whose control characters and lone surrogates are replaced: XML cannot hold them, terminals obey some."""
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


def cut(text: str, longest: int) -> str:
    """A legal text of no more than so many characters; an ellipsis says that it was longer."""
    told = legal(text)
    return told if len(told) <= longest else f"{told[: longest - 1]}…"


def counted(number: int, word: str) -> str:
    """A number with its word, in the plural where it takes one."""
    return f"{number} {word}{'' if number == 1 else 's'}"

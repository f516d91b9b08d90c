"""Words of shell lines: literal text, which is quoted, and variables, which the shell expands."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """A shell variable."""

    name: str


Piece = str | Variable


@dataclass(frozen=True)
class Word:
    """One word of a shell line, from its pieces."""

    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, *pieces: Piece) -> "Word":
        """Return the word of these pieces."""
        return cls(pieces)

    def __str__(self) -> str:
        return "".join(_spell(piece) for piece in self.pieces if piece) or quote("")

    def insert(self, variable: str, pattern: str) -> "Word":
        """Replace the group ``value`` of each match of a pattern in literal text by a variable."""
        expression = re.compile(pattern)
        return Word(tuple(new for piece in self.pieces for new in _insert(piece, expression, Variable(variable))))


def _spell(piece: Piece) -> str:
    return f'"${{{piece.name}}}"' if isinstance(piece, Variable) else quote(piece)


def _insert(piece: Piece, expression: re.Pattern[str], variable: Variable) -> Iterator[Piece]:
    if isinstance(piece, Variable):
        yield piece
        return
    start = 0
    for match in expression.finditer(piece):
        yield piece[start : match.start("value")]
        yield variable
        start = match.end("value")
    yield piece[start:]


def quote(text: str) -> str:
    """Write a text as one shell word, always in single quotes.

    Unlike `shlex.quote` alone, this also quotes texts that need none: the redactor replaces secrets in finished lines,
    where it relies on the quotes around them.
    """
    quoted = shlex.quote(text)
    return quoted if quoted.startswith("'") else f"'{quoted}'"

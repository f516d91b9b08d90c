"""Shortens the engine's messages after secrets are removed; the engine would cut them before."""

from itertools import groupby

from contracts.results.redaction import Redactor

MOST_LINES = 20
"""Lines of a schema or a value that a report shows."""
LONGEST_LINE = 400
INDENT = "    "


def readable(message: str, redactor: Redactor) -> str:
    """Return a message without secrets, and of each schema and value only the beginning."""
    lines = redactor.redact(message).splitlines()
    blocks = (list(block) for _, block in groupby(lines, key=lambda line: line.startswith(INDENT)))
    return "\n".join(line for block in blocks for line in _shortened(block))


def _shortened(block: list[str]) -> list[str]:
    lines = [line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…" for line in block[:MOST_LINES]]
    more = len(block) - MOST_LINES
    return [*lines, f"{INDENT}… ({more} more lines)"] if more > 0 else lines

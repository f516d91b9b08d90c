"""Keeps secrets out of what is told: a value from the environment gives way to the name of its variable."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from contracts.findings import Finding

SHORTEST = 6
"""What is shorter is hidden where it stands alone in a curl line; elsewhere it would be found in every other word."""


def hide(text: str, secrets: Mapping[str, str]) -> str:
    """A text without secrets; ``secrets`` has for each value the word that stands for it."""
    for value, word in _longest_first(secrets):
        text = text.replace(value, word) if len(value) >= SHORTEST else text
    return text


def hide_in_shell(line: str, secrets: Mapping[str, str]) -> str:
    """A shell line without secrets: between its single quotes stand variables of the shell in their place."""
    for value, word in _longest_first(secrets):
        variable = f"'\"{word}\"'"
        alone = rf"(?<=[ =]){re.escape(value)}(?=['; ])"
        line = line.replace(value, variable) if len(value) >= SHORTEST else re.sub(alone, variable, line)
    return line


def without_secrets(finding: Finding, secrets: Mapping[str, str]) -> Finding:
    """A finding that can be shown to everybody."""
    return replace(
        finding,
        expected=hide(finding.expected, secrets),
        got=hide(finding.got, secrets),
        curl=tuple(hide_in_shell(line, secrets) for line in finding.curl),
    )


def _longest_first(secrets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from sorted(((value, word) for value, word in secrets.items() if value), key=lambda each: -len(each[0]))

"""What is said to people: a message remembers what it was made of, so that it can be said in another language."""

from collections.abc import Iterable, Mapping
from typing import Self


class Said(str):
    """A message with values in it; it is the English text."""

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    @classmethod
    def of(cls, template: str, values: Mapping[str, object]) -> Self:
        """Put values into the places that a template has for them."""
        made = cls(template.format(**values) if values else template)
        made.template = template
        made.values = values
        return made


def said(template: str, **values: object) -> Said:
    """Make a message; values that are messages themselves are said in the same language."""
    return Said.of(template, values)


def joined(messages: Iterable[str]) -> Said:
    """Say several messages one after the other."""
    named = {f"part{number}": message for number, message in enumerate(messages)}
    return Said.of(" ".join(f"{{{name}}}" for name in named), named)

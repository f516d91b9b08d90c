"""Messages to people: each remembers what it was made of, so that it can be translated."""

from collections.abc import Iterable, Mapping
from typing import Self


class Translatable(str):
    """A message with values in it; as a text it is the English message."""

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, object]

    @classmethod
    def of(cls, template: str, values: Mapping[str, object]) -> Self:
        """Put values into the places of a template."""
        message = cls(template.format(**values) if values else template)
        message.template = template
        message.values = values
        return message


def translatable(template: str, **values: object) -> Translatable:
    """Build a message; values that are messages themselves are translated with it."""
    return Translatable.of(template, values)


def joined(messages: Iterable[str]) -> Translatable:
    """Join several messages to one."""
    parts = {f"part{number}": message for number, message in enumerate(messages)}
    return Translatable.of(" ".join(f"{{{name}}}" for name in parts), parts)

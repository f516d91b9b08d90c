"""The fields that a representation takes over as they are stored, in the order of the documentation."""

from collections.abc import Callable
from typing import Any

from mockserver.store import Document

Picker = Callable[[Document], dict[str, Any]]


def picker(*names: str) -> Picker:
    """Make a function that takes these fields out of a document."""
    blank: dict[str, Any] = dict.fromkeys(names)

    def pick(document: Document) -> dict[str, Any]:
        picked = blank.copy()  # to fill in what has its size already is faster than to let a dictionary grow
        for name in names:
            picked[name] = document[name]
        return picked

    return pick


SECTION = picker("id", "name", "dripped_at", "drip_delay", "lessons_order")
LESSON = picker("id", "name", "type", "status", "comments_enabled")

"""The fields that a representation takes over as they are stored, in the order of the documentation."""

from collections.abc import Callable
from operator import itemgetter
from typing import Any

from mockserver.store import Document

Picker = Callable[[Document], dict[str, Any]]


def picker(*names: str) -> Picker:
    """Make a function that takes these fields out of a document."""
    values = itemgetter(*names)

    def pick(document: Document) -> dict[str, Any]:
        return dict(zip(names, values(document), strict=True))

    return pick


SECTION = picker("id", "name", "dripped_at", "drip_delay", "lessons_order")
LESSON = picker("id", "name", "type", "status", "comments_enabled")

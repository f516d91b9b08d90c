"""The extension ``x-resource``: what an operation does, where the document says so itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

RESOURCE: Final = "x-resource"

ITEM_ROLES: Final = ("read", "replace", "change", "delete")
"""The roles of operations on one item of a collection."""
WHOLE_ROLES: Final = ("list", "create", "store")
"""The roles of operations on a collection as a whole."""
ROLES: Final = (*WHOLE_ROLES, *ITEM_ROLES, "singleton", "action")
KEYS: Final = ("collection", "role", "id")


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a document says about an operation; the rest is guessed."""

    collection: str | None = None
    role: str | None = None
    id: str | None = None
    """The property of an item that has its id."""
    is_example: bool = False
    """Whether the operation keeps no state, and answers with an example: ``x-resource: false``."""


UNDECLARED: Final = Declaration()
_EXAMPLE: Final = Declaration(is_example=True)


def declaration(path_item: Mapping[str, Any], operation: Mapping[str, Any]) -> Declaration:
    """Return what a document says about an operation: on the operation itself, or else on its path."""
    whole, own = path_item.get(RESOURCE, {}), operation.get(RESOURCE, {})
    if own is False or (whole is False and not own):
        return _EXAMPLE
    values = {**(whole or {}), **own}
    return Declaration(values.get("collection"), values.get("role"), values.get("id")) if values else UNDECLARED

"""Documents below others: a key belongs to one document of each parent, and is free below the next."""

from typing import Any

from mockserver.openapi.resources import PARENT
from mockserver.store import Document, Key, State


def find(state: State, collection: str, key: Key, above: tuple[Any, ...]) -> Document | None:
    """Return the document with a key below the documents with the keys ``above``, or None."""
    document = state.get(collection, key)
    if not above or (document is not None and document.get(PARENT) == above):
        return document
    return state.get(collection, (*above, key))


def stored_key(state: State, collection: str, key: Key, above: tuple[Any, ...]) -> Key:
    """Return the key under which a document is stored, or can be: with those above it where it is used there already.

    Most keys are used once, so that a document can also be found by its key alone.
    """
    document = state.get(collection, key)
    if not above or (document is not None and document.get(PARENT) == above):
        return key
    nested = (*above, key)
    is_free = document is None and state.get(collection, nested) is None
    return key if is_free else nested

"""The state of the mock: a store is opened by URL, and changed in transactions."""

from mockserver.store.memory import MemoryStore
from mockserver.store.state import Document, Indexes, Key, State, Store

__all__ = ["Document", "Indexes", "Key", "State", "Store", "StoreError", "open_store"]

_BACKENDS = {"memory": MemoryStore}


class StoreError(Exception):
    """A store cannot be opened; the message says which ones can."""


def open_store(url: str, indexes: Indexes | None = None) -> Store:
    """Open the store that ``url`` names, such as ``memory://``.

    ``indexes`` names, for each collection, the fields that are looked up by value.
    Raises StoreError for a URL whose scheme no backend has.
    """
    scheme, separator, _ = url.partition("://")
    backend = _BACKENDS.get(scheme) if separator else None
    if backend is None:
        schemes = ", ".join(f"{name}://" for name in _BACKENDS)
        raise StoreError(f"unknown store {url!r}. Use one of: {schemes}")
    return backend(indexes or {})

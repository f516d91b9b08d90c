"""A stateful mock of a real backend, driven by one OpenAPI contract."""

import warnings
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.asgi.resolver import StatefulResolver

__all__ = ["StatefulResolver"]

# Connexion imports Starlette's test client, which warns about httpx: nothing that the users of the mock can change.
warnings.filterwarnings("ignore", message="Using `httpx` with `starlette.testclient`")


def __getattr__(name: str) -> Any:
    """Import the resolver on first use: it takes Connexion, and half a second."""
    if name in __all__:
        from mockserver.asgi import resolver

        return getattr(resolver, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

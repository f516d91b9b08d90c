"""The contract that the mock and the checker share: where its files are, and how they are read."""

from pathlib import Path

_INSTALLED = Path(__file__).parent / "spec"
_CHECKOUT = Path(__file__).parent.parent / "spec"

SPEC = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
"""The folder of the SelfCommunity contract."""

OPENAPI = SPEC / "openapi.yaml"
"""The shape of the API."""

RULES = SPEC / "rules.yaml"
"""The behaviour of the API."""

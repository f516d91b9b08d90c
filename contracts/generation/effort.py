"""How much is tried, and from which seed."""

from collections.abc import Callable
from dataclasses import dataclass


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is tried, and from which seed."""

    seed: int = 0
    max_examples: int = 8
    enough: Callable[[], bool] = _never
    """Asked before each attempt: whether nothing more shall be tried."""

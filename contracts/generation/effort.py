"""The effort of a run: how many values it draws, from which seed, and until when."""

from collections.abc import Callable
from dataclasses import dataclass


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Effort:
    """The number of values that each trial draws, their seed, and the condition that ends the run."""

    seed: int = 0
    max_examples: int = 8
    enough: Callable[[], bool] = _never
    """Returns whether the run is to end; called before each attempt."""

"""What a trial puts into its bodies and could do without: a failure is told with as little of it as shows it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Failure = TypeVar("Failure")


@dataclass
class Parts:
    """The parts that one attempt asked for, by name, and those that it has to do without."""

    left_out: frozenset[str] = frozenset()
    asked: dict[str, None] = field(default_factory=dict)

    def wanted(self, name: str) -> bool:
        """Whether a part is to be sent."""
        self.asked[name] = None
        return name not in self.left_out


def fewest(
    names: Iterable[str], attempt: Callable[[frozenset[str]], Failure | None], budget: int
) -> tuple[frozenset[str], Failure | None]:
    """Leave out as many parts as an attempt fails without, in so many attempts: all, halves, quarters, single ones.

    The parts that were left out, and the failure without them; None if no part could be spared.
    """
    kept, left_out = list(names), frozenset[str]()
    smallest: Failure | None = None
    size = len(kept)
    while size:
        for chunk in _chunks(kept, size):
            if not budget:
                return left_out, smallest
            budget -= 1
            failure = attempt(left_out | set(chunk))
            if failure is not None:
                smallest, left_out = failure, left_out | set(chunk)
        kept = [each for each in kept if each not in left_out]
        size = min(size // 2, len(kept)) if size > 1 else 0
    return left_out, smallest


def _chunks(names: Sequence[str], size: int) -> list[Sequence[str]]:
    return [names[start : start + size] for start in range(0, len(names), size)]

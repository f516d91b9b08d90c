"""The minimization of request bodies: a failure is reported with as few parts as still show it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

Failure = TypeVar("Failure")


@dataclass
class Parts:
    """The names of the parts that an attempt can send, and of those that it leaves out."""

    left_out: frozenset[str] = frozenset()
    names: dict[str, None] = field(default_factory=dict)

    def wanted(self, name: str) -> bool:
        """Return whether to send a part, and remember its name."""
        self.names[name] = None
        return name not in self.left_out


def fewest(
    names: Iterable[str], attempt: Callable[[frozenset[str]], Failure | None], budget: int
) -> tuple[frozenset[str], Failure | None]:
    """Leave out as many parts as possible while the attempt still fails, in at most ``budget`` attempts.

    Try all parts first, then halves, quarters, and so on to single parts. Return the parts that were left out, and the
    failure without them; the failure is None if every part is needed.
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
        kept = [name for name in kept if name not in left_out]
        size = min(size // 2, len(kept)) if size > 1 else 0
    return left_out, smallest


def _chunks(names: Sequence[str], size: int) -> list[Sequence[str]]:
    return [names[start : start + size] for start in range(0, len(names), size)]

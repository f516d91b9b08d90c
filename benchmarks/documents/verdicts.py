"""What a row of the table counts: things that hold, and failures by kind, each with document and request."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple


class Failure(NamedTuple):
    """One thing that does not hold."""

    kind: str
    document: str
    request: str
    """The request that shows it, as a curl line; empty where no request was sent."""
    detail: str


Verdicts = Iterator[Failure | None]
"""What a row yields for each thing that it counts: None where it holds."""


@dataclass
class Tally:
    """How many things of a row were counted, and which of them do not hold."""

    total: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def held(self) -> int:
        """The number of things that hold."""
        return self.total - len(self.failures)

    @property
    def share(self) -> float:
        """The percentage of things that hold."""
        return 100 * self.held / self.total if self.total else 100.0

    def count(self, verdicts: Iterable[Failure | None]) -> None:
        """Add the verdicts about some things, as they come."""
        for verdict in verdicts:
            self.total += 1
            if verdict is not None:
                self.failures.append(verdict)

    def add(self, other: "Tally") -> None:
        """Add what was counted elsewhere."""
        self.total += other.total
        self.failures += other.failures

    def kinds(self) -> list[tuple[str, list[Failure]]]:
        """Return the failures by kind, the most frequent kind first."""
        kinds: defaultdict[str, list[Failure]] = defaultdict(list)
        for failure in self.failures:
            kinds[failure.kind].append(failure)
        return sorted(kinds.items(), key=lambda kind: (-len(kind[1]), kind[0]))

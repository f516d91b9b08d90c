"""What happens between a run that was killed and the next command."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from tests.hostile.backend import OTHERS, Backend, path_of


class TakenOver(Backend):
    """The base of those that give the ids of a killed run to others; no habit by itself."""

    kinds = ("clean", "again")

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[str] = []
        """The paths that others have now."""

    def interlude(self) -> None:
        """Take note of what was left."""
        self.taken = [path_of(each) for each in self.items.values() if each.by != OTHERS]

    def inspect(self, files: Path, state: Path, said: str) -> Iterator[str]:
        if self.taken and not any(path in said for path in self.taken):
            yield f"nothing is said of {', '.join(self.taken)}, which the ledger names and others have"


class RestartedIds(TakenOver):
    """The backend restarts with ids from where they began, and somebody creates items."""

    def interlude(self) -> None:
        """Forget what runs have created; let others create items with those ids."""
        super().interlude()
        own = [each for each in self.items.values() if each.by != OTHERS]
        for each in own:
            del self.items[each.steps]
        self.numbers = count(1)
        for number in range(len(own) + 3):
            self.add(self.foreign_fields(number), OTHERS)


class RestartedEmpty(Backend):
    """The backend restarts without what runs have created."""

    kinds = ("clean", "again")

    def interlude(self) -> None:
        """Forget what runs have created."""
        self.items = {steps: each for steps, each in self.items.items() if each.by == OTHERS}


class ChangedByOthers(TakenOver):
    """Somebody takes over what a killed run has left: the items have other titles now."""

    def interlude(self) -> None:
        """Let others write into the items of the run, so that they are theirs."""
        super().interlude()
        for each in [each for each in self.items.values() if each.by != OTHERS]:
            self.add(self.foreign_fields(1), OTHERS, each.steps[:-1], each.id)


class OthersGoOn(Backend):
    """Others create items between a crash and the clean-up."""

    kinds = ("clean", "again")

    def interlude(self) -> None:
        """Let others create some items."""
        for number in range(3):
            self.add(self.foreign_fields(number), OTHERS)

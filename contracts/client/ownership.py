"""Which items belong to a run: created by it and proven to be, deleted again, or lent by the profile."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from contracts.client.marks import Mark
from contracts.client.routes import Steps, split


class State(StrEnum):
    """What an item is to a run."""

    CLAIMED = "claimed"
    """A creation told its id; nothing has shown yet that this is what was created."""
    OWNED = "owned"
    """It was read back, and shows what was sent."""
    DISPROVEN = "disproven"
    """It was read back, and does not show what was sent: it may be somebody else's."""
    DELETED = "deleted"
    """It was the run's until it was deleted; its id may be given anew."""
    LENT = "lent"
    """The profile names it: what changes there is put back."""
    HOME = "home"
    """The profile names it as the place in which the run may create."""


@dataclass(frozen=True)
class Creation:
    """A request that creates an item: who sends it, and how the item is recognised."""

    collection: str
    person: str
    headers: Mapping[str, str]
    mark: Mark
    key: int = 0
    """Its key in the ledger, once that has it."""


@dataclass
class Item:
    """An item that a run has to do with."""

    path: str
    """As the document writes it, with or without a slash at its end."""
    state: State
    collection: str = ""
    person: str = ""
    """Who created it, and so can read it."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """The headers with which it was created: how somebody reads it whom the profile does not know."""
    mark: Mark = field(default_factory=Mark)
    key: int | None = None
    """Of the ledger, where that has it."""
    inside_own: bool = False
    """Whether its collection lies inside of an item of the run."""
    moment: datetime | None = None
    """When it was created, by the clock of the target."""
    changed: bool = False
    """Whether a change of it was sent: some give an item another id."""

    @property
    def id(self) -> str:
        """Its id, as its path has it."""
        return split(self.path)[-1]


class Ownership:
    """The items of one run, by the steps of their paths."""

    def __init__(self) -> None:
        self._items: dict[Steps, Item] = {}
        self._by_id: dict[tuple[int, str, str], Steps] = {}
        """Number of steps, collection word and id → an item of the run that has it, whatever it lives inside of."""
        self._lock = threading.Lock()

    def claim(self, item: Item) -> None:
        """Note an item that a creation has told of."""
        with self._lock:
            steps = split(item.path)
            self._items[steps] = item
            self._remember(steps)

    def lend(self, path: str, state: State = State.LENT) -> None:
        """Note an item that the profile names."""
        self._items.setdefault(split(path), Item(path, state))

    def set_state(self, steps: Steps, state: State) -> None:
        """Note what has become of an item, and of what lives inside of it where it was deleted."""
        with self._lock:
            if steps in self._items:
                self._items[steps].state = state
            if state is State.DELETED:
                for place, item in self._items.items():
                    if place[: len(steps)] == steps and item.state in (State.CLAIMED, State.OWNED):
                        item.state = State.DELETED

    def move(self, path: str, to: str) -> None:
        """Note that an item, and with it what lives inside of it, has another path now."""
        old, new = split(path), split(to)
        with self._lock:
            for steps, item in list(self._items.items()):
                if steps[: len(old)] != old or item.state is State.DELETED:
                    continue
                place = (*new, *steps[len(old) :])
                self._items[place] = replace(item, path=_moved(item.path, path, to))
                self._remember(place)
                item.state = State.DELETED

    def item(self, steps: Steps) -> Item | None:
        """The item at a path, None where the run has nothing to do with what is there."""
        return self._items.get(steps)

    def state(self, steps: Steps) -> State | None:
        """What the item at a path is to the run, None where it is nothing to it."""
        item = self._items.get(steps)
        return item.state if item else None

    def is_inside(self, steps: Steps, states: Collection[State] = (State.OWNED,)) -> bool:
        """Whether a path lies below an item in one of some states."""
        return any(self.state(steps[:length]) in states for length in range(1, len(steps)))

    def with_same_id(self, steps: Steps) -> Steps | None:
        """An item with the same id that the run has created in a collection of the same kind, None without one."""
        found = self._by_id.get(_key(steps))
        return found if found is not None and self.state(found) in (State.CLAIMED, State.OWNED) else None

    def _remember(self, steps: Steps) -> None:
        self._by_id[_key(steps)] = steps


def _key(steps: Steps) -> tuple[int, str, str]:
    return len(steps), steps[-2] if len(steps) > 1 else "", steps[-1]


def _moved(item: str, path: str, to: str) -> str:
    """The new path of an item that has moved, or lives inside of one that has."""
    slash = "/" if item.endswith("/") else ""
    return to.rstrip("/") + item.rstrip("/").removeprefix(path.rstrip("/")) + slash

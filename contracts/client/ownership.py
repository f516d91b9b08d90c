"""Records which items belong to a run: created by it and proven, deleted again, or lent by the profile."""

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from contracts.client.marks import Mark
from contracts.client.routes import Steps, split


class State(StrEnum):
    """The relation of an item to a run."""

    CLAIMED = "claimed"
    """The response to a creation named its id; nothing has proven yet that the run created it."""
    OWNED = "owned"
    """It was read back, and shows what was sent."""
    DISPROVEN = "disproven"
    """It was read back, and does not show what was sent: it may belong to others."""
    DELETED = "deleted"
    """It was the run's until it was deleted; its id may be in use again."""
    LENT = "lent"
    """The profile lends it: changes are undone."""
    HOME = "home"
    """The profile lends it as a place to create in."""


@dataclass(frozen=True)
class Creation:
    """A request that creates an item, and the mark of the item."""

    collection: str
    person: str
    headers: Mapping[str, str]
    mark: Mark
    key: int = 0
    """Its key in the ledger, once it is noted there."""


@dataclass
class Item:
    """An item that a run created or borrows."""

    path: str
    """As the document writes it, with or without a slash at its end."""
    state: State
    collection: str = ""
    person: str = ""
    """The person who created it, and so can read it."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """The headers of its creation, to read it back if the person is not in the profile."""
    mark: Mark = field(default_factory=Mark)
    key: int | None = None
    """Its key in the ledger, if it is noted there."""
    inside_own: bool = False
    """Whether its collection lies inside an item of the run."""
    moment: datetime | None = None
    """The time of its creation, by the clock of the target."""
    changed: bool = False
    """Whether a change of it was sent, which may have given it another id."""

    @property
    def id(self) -> str:
        """Its id, from its path."""
        return split(self.path)[-1]


class Ownership:
    """The items of one run, by the steps of their paths."""

    def __init__(self) -> None:
        self._items: dict[Steps, Item] = {}
        self._by_id: dict[tuple[int, str, str], Steps] = {}
        """Number of steps, name of the collection and id → an item of the run with these, inside whatever parent."""
        self._lock = threading.Lock()

    def claim(self, item: Item) -> None:
        """Add an item that the response to a creation named."""
        with self._lock:
            steps = split(item.path)
            self._items[steps] = item
            self._index(steps)

    def lend(self, path: str, state: State = State.LENT) -> None:
        """Add an item that the profile names."""
        self._items.setdefault(split(path), Item(path, state))

    def set_state(self, steps: Steps, state: State) -> None:
        """Set the state of an item; a deletion also deletes the items inside it."""
        with self._lock:
            if steps in self._items:
                self._items[steps].state = state
            if state is State.DELETED:
                for place, item in self._items.items():
                    if place[: len(steps)] == steps and item.state in (State.CLAIMED, State.OWNED):
                        item.state = State.DELETED

    def move(self, path: str, to: str) -> None:
        """Give an item, and the items inside it, another path."""
        old, new = split(path), split(to)
        with self._lock:
            for steps, item in list(self._items.items()):
                if steps[: len(old)] != old or item.state is State.DELETED:
                    continue
                place = (*new, *steps[len(old) :])
                self._items[place] = replace(item, path=_moved_path(item.path, path, to))
                self._index(place)
                item.state = State.DELETED

    def item(self, steps: Steps) -> Item | None:
        """Return the item at a path, None if the run neither created nor borrows it."""
        return self._items.get(steps)

    def state(self, steps: Steps) -> State | None:
        """Return the state of the item at a path, None if the run neither created nor borrows it."""
        item = self._items.get(steps)
        return item.state if item else None

    def is_inside(self, steps: Steps, states: Collection[State] = (State.OWNED,)) -> bool:
        """Whether a path lies below an item in one of some states."""
        return any(self.state(steps[:length]) in states for length in range(1, len(steps)))

    def with_same_id(self, steps: Steps) -> Steps | None:
        """Return an item of the run with the same id in a collection of the same kind, None without one."""
        item = self._by_id.get(_key(steps))
        if item is None or self.state(item) not in (State.CLAIMED, State.OWNED):
            return None
        return item

    def _index(self, steps: Steps) -> None:
        self._by_id[_key(steps)] = steps


def _key(steps: Steps) -> tuple[int, str, str]:
    collection = steps[-2] if len(steps) > 1 else ""
    return len(steps), collection, steps[-1]


def _moved_path(item: str, path: str, to: str) -> str:
    """Return the new path of an item that has moved, or lies inside one that has."""
    slash = "/" if item.endswith("/") else ""
    return to.rstrip("/") + item.rstrip("/").removeprefix(path.rstrip("/")) + slash

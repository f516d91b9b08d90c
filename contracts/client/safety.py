"""Decides which requests may be sent: reads always, writes as far as the safety level lets them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from contracts.client.ownership import Ownership, State
from contracts.client.routes import Route, Routes, Steps, is_misleading, split
from contracts.messages.exchange import READS
from contracts.results.verdict import Lacking

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods that may be sent to any id."""


class Safety(StrEnum):
    """How far a run may go; enforced where requests are sent."""

    OBSERVE = "observe"
    """Only reads."""
    SANDBOX = "sandbox"
    """Writes to what it created itself, which is deleted, and to what the profile lends, which is put back."""
    DESTRUCTIVE = "destructive"
    """Lane A writes to whatever it finds."""


class Level(StrEnum):
    """How closely a request is looked at."""

    LOGIN = "login"
    """It makes known who somebody is, and touches nothing else."""
    CHOSEN = "chosen"
    """A check has chosen it."""
    DRAWN = "drawn"
    """It is drawn at random: it writes to what the run created, and to nothing that is lent."""


class NotSent(Lacking):
    """The request might have touched what is not the run's to touch."""


@dataclass(frozen=True)
class Decision:
    """Whether a request may be sent, and what must be shown first."""

    rejection: str = ""
    """Why it may not be sent, empty where it may."""
    unproven: tuple[Steps, ...] = ()
    """The items of which must be shown first that the run created them."""
    deleted: Steps = ()
    """The item of which must be shown first that it is gone: its id may have been given anew."""


PERMITTED = Decision()


class Guard:
    """Holds requests against what belongs to a run."""

    def __init__(self, safety: Safety, actions: Collection[str] = ()) -> None:
        self.safety = safety
        self.items = Ownership()
        self.routes = Routes()
        self._action_ids = frozenset(actions)
        self._actions: set[tuple[str, str]] = set()
        """Method and path of the actions that the profile lists."""
        self._undoable: set[tuple[str, str]] = set()
        """Method and path of what the profile can undo below an item that it lends."""

    def learn(self, paths: Mapping[str, Any] | Iterable[str]) -> None:
        """Take note of the paths of a document: they tell an id from a word."""
        self.routes.learn(paths)
        for path, item in paths.items() if isinstance(paths, Mapping) else ():
            for method, operation in item.items():
                if isinstance(operation, Mapping) and _id_of(method, path, operation) in self._action_ids:
                    self._actions.add((method.upper(), path))

    def undoes(self, method: str, path: str) -> None:
        """Take note of an operation below a lent item that the profile can undo."""
        self._undoable.add((method, path))

    def lend(self, path: str) -> None:
        """Let a run change an item that the profile names, but not delete it."""
        self.items.lend(path)

    def lend_home(self, path: str) -> None:
        """Let a run create inside of what the profile names as a place for that."""
        self.items.lend(path, State.HOME)

    def owns(self, path: str) -> bool:
        """Whether a run created the item at a path, and it is there still."""
        return self.items.state(split(path)) in (State.OWNED, State.CLAIMED)

    def is_its_own(self, path: str) -> bool:
        """Whether the item at a path was created by a run, or is lent to it."""
        return self.owns(path) or self.items.state(split(path)) is State.LENT

    def is_inside_its_own(self, path: str) -> bool:
        """Whether a path lies below an item that a run created."""
        return self.items.is_inside(split(path), (State.OWNED, State.CLAIMED))

    def parameter(self, collection: str) -> str | None:
        """The path parameter that tells the items of a collection apart, None where the document has no items there."""
        route = self.routes.below(split(collection))
        return route.parameter if route else None

    def items_route(self, collection: str) -> Route | None:
        """The path of the items of a collection, None where the document has no items there."""
        return self.routes.below(split(collection))

    def item_path(self, collection: str, step: str) -> str:
        """The path of an item of a collection, with a slash at its end where the document writes one."""
        route = self.routes.below(split(collection))
        slash = "/" if (route.path if route else collection).endswith("/") else ""
        return f"{collection.rstrip('/')}/{step}{slash}"

    def as_template(self, path: str) -> str:
        """The path of the document that an address is of, the address itself where the document has none."""
        route = self.routes.exact(split(path))
        return route.path if route else path

    def as_written(self, path: str) -> str:
        """A path with a slash at its end where the document writes one, and only there."""
        route = self.routes.exact(split(path))
        return path if route is None else path.rstrip("/") + ("/" if route.path.endswith("/") else "")

    def creates(self, method: str, path: str) -> bool:
        """Whether a request creates an item in a collection of the document."""
        steps = split(path)
        return method == "POST" and self.routes.below(steps) is not None and self._has(method, steps)

    def reach(self, method: str, path: str) -> str:
        """Why no item can exist at which an operation of the document may be sent at random, empty where one can."""
        steps = split(path)
        places = [place for place, step in enumerate(steps) if "{" in step]
        if method in SAFE or self.safety is Safety.DESTRUCTIVE:
            return ""
        if self.safety is Safety.OBSERVE:
            return "" if method in READS else "a write"
        if self._is_listed(method, steps):
            return ""
        if not places:
            return "" if method in READS or self.creates(method, path) else "an action"
        route = self.routes.exact(steps[: places[-1]])
        return "" if route is not None and "POST" in route.methods else "an action: nothing creates what it is sent to"

    def refusal(self, method: str, path: str, level: Level = Level.CHOSEN) -> str | None:
        """Why a request may not be sent, None if it may, perhaps once something is shown."""
        return self.decide(method, path, level).rejection or None

    def decide(self, method: str, path: str, level: Level = Level.CHOSEN) -> Decision:
        """Whether a request may be sent, and what must be shown first."""
        if level is Level.LOGIN or method in SAFE or self.safety is Safety.DESTRUCTIVE:
            return PERMITTED
        if self.safety is Safety.OBSERVE:
            needs = "needs writes, and only reads are allowed here (--safety sandbox)"
            return PERMITTED if method in READS else Decision(needs)
        steps = split(path)
        if any(map(is_misleading, steps)):
            return Decision(f"{method} {path} was not sent: a step of the path could lead elsewhere than it seems to")
        route = self.routes.nearest(steps)
        if route is None or not route.ids:
            return self._without_id(method, path, steps)
        return self._of_item(method, path, steps, route, level)

    def _without_id(self, method: str, path: str, steps: Steps) -> Decision:
        if method in READS or self.creates(method, path) or self._is_listed(method, steps):
            return PERMITTED
        return Decision(
            f"{method} {path} was not sent: it is an action, neither a creation in a collection nor addressed to an "
            f"item of this run; list its operationId under actions: in the profile to have it sent"
        )

    def _of_item(self, method: str, path: str, steps: Steps, route: Route, level: Level) -> Decision:
        item = steps[: route.ids[-1] + 1]
        state = self.items.state(item)
        if any("/" in step for step in item) and state not in (State.OWNED, State.CLAIMED):
            return Decision(f"{method} {path} was not sent: a step of the path could lead elsewhere than it seems to")
        if self._is_listed(method, steps):
            return PERMITTED
        if len(steps) > len(item) and method not in READS and not self._has(method, steps):
            return Decision(f"{method} {path} was not sent: the document has no such operation below an item")
        if state is State.OWNED:
            return PERMITTED
        if state is State.CLAIMED:
            return Decision(unproven=(item,))
        if state is None and (astray := self._astray(steps, route.ids)):
            return Decision(unproven=astray)
        if state is State.DELETED:
            return Decision(deleted=item)
        if level is Level.CHOSEN and self._may_on_lent(method, steps, item, state):
            return PERMITTED
        return Decision(
            f"{method} {path} was not sent: nothing there was created by this run or is lent by the profile "
            f"(--safety destructive sends it)"
        )

    def _astray(self, steps: Steps, ids: Sequence[int]) -> tuple[Steps, ...]:
        """The items of the run whose ids a path puts inside of another item of the run; empty where any is not its."""
        found: list[Steps] = []
        for place in reversed(ids):
            item = steps[: place + 1]
            if self.items.state(item) in (State.CLAIMED, State.OWNED):
                return (*found, item)
            same = self.items.with_same_id(item)
            if same is None:
                break
            found.append(same)
        return ()

    def _may_on_lent(self, method: str, steps: Steps, item: Steps, state: State | None) -> bool:
        if state is State.HOME:
            return len(steps) > len(item) and self._creates_here(method, steps)
        if state is not State.LENT:
            return False
        if steps == item:
            return method in ("PATCH", "PUT")
        route = self.routes.exact(steps)
        return route is not None and ((method, route.path) in self._undoable or self._can_be_undone(method, steps))

    def _can_be_undone(self, method: str, steps: Steps) -> bool:
        """Whether what a request creates can be deleted again."""
        route = self.routes.below(steps)
        return route is not None and "DELETE" in route.methods and self._creates_here(method, steps)

    def _creates_here(self, method: str, steps: Steps) -> bool:
        return method == "POST" and self.routes.below(steps) is not None and self._has(method, steps)

    def _is_listed(self, method: str, steps: Steps) -> bool:
        route = self.routes.exact(steps) if self._actions else None
        return route is not None and (method, route.path) in self._actions and not self._is_item(method, route)

    @staticmethod
    def _is_item(method: str, route: Route) -> bool:
        """Whether an operation changes or deletes an item by its id: that is never an action."""
        return method in ("PATCH", "PUT", "DELETE") and "{" in route.steps[-1]

    def _has(self, method: str, steps: Steps) -> bool:
        route = self.routes.exact(steps)
        return route is not None and method in route.methods


def _id_of(method: str, path: str, operation: Mapping[str, Any]) -> str:
    """The id of an operation, as profiles name it."""
    return str(operation.get("operationId", f"{method.upper()} {path}"))

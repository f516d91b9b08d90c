"""Decides which requests may be sent: reads always, writes as the safety level allows."""

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
    """The safety level of a run, enforced for every request."""

    OBSERVE = "observe"
    """Only reads."""
    SANDBOX = "sandbox"
    """Writes to items that the run created, and deletes them; to items that the profile lends, and restores them."""
    DESTRUCTIVE = "destructive"
    """Conformance checks write to any item."""


class Level(StrEnum):
    """The origin of a request; random ones are checked more strictly."""

    LOGIN = "login"
    """It logs a person in, and changes nothing else."""
    CHOSEN = "chosen"
    """A check has chosen it."""
    DRAWN = "drawn"
    """It was drawn at random: it may write to items of the run, but not to lent ones."""


class NotSent(Lacking):
    """The request was not sent, because it might touch items that are not the run's."""


@dataclass(frozen=True)
class Decision:
    """The decision about a request."""

    rejection: str = ""
    """Why it may not be sent, empty if it may."""
    unproven: tuple[Steps, ...] = ()
    """The items that the run must first prove to have created."""
    deleted: Steps = ()
    """The item that must first be proven to be gone: its id may be in use again."""


PERMITTED = Decision()


class Guard:
    """The rules by which a run may send requests, given its safety level and its items."""

    def __init__(self, safety: Safety, actions: Collection[str] = ()) -> None:
        self.safety = safety
        self.items = Ownership()
        self.routes = Routes()
        self._action_ids = frozenset(actions)
        self._actions: set[tuple[str, str]] = set()
        """Method and path of the actions that the profile lists."""
        self._undoable: set[tuple[str, str]] = set()
        """Method and path of the operations below a lent item that the profile can undo."""

    def learn(self, paths: Mapping[str, Any] | Iterable[str]) -> None:
        """Add the paths of a document, which distinguish ids from words."""
        self.routes.learn(paths)
        for path, item in paths.items() if isinstance(paths, Mapping) else ():
            for method, operation in item.items():
                if isinstance(operation, Mapping) and _id_of(method, path, operation) in self._action_ids:
                    self._actions.add((method.upper(), path))

    def allow_undoable(self, method: str, path: str) -> None:
        """Let a run send an operation below a lent item, because the profile can undo it."""
        self._undoable.add((method, path))

    def lend(self, path: str) -> None:
        """Let a run change an item, but not delete it."""
        self.items.lend(path)

    def lend_home(self, path: str) -> None:
        """Let a run create inside an item."""
        self.items.lend(path, State.HOME)

    def owns(self, path: str) -> bool:
        """Whether the run created the item at a path, proven or not, and has not deleted it."""
        return self.items.state(split(path)) in (State.OWNED, State.CLAIMED)

    def items_route(self, collection: str) -> Route | None:
        """Return the path of the items of a collection, None if the document has no items there."""
        return self.routes.below(split(collection))

    def item_path(self, collection: str, step: str) -> str:
        """Return the path of an item of a collection, with a slash at its end if the document writes one."""
        route = self.routes.below(split(collection))
        return _with_slash_of(route.path if route else collection, f"{collection.rstrip('/')}/{step}")

    def as_written(self, path: str) -> str:
        """Return a path as the document writes it, with or without a slash at its end."""
        route = self.routes.exact(split(path))
        return path if route is None else _with_slash_of(route.path, path.rstrip("/"))

    def creates(self, method: str, path: str) -> bool:
        """Whether a request creates an item in a collection of the document."""
        return self._creates_at(method, split(path))

    def exclusion(self, method: str, path: str) -> str:
        """Return why an operation of the document is never sent at random, empty if it may be."""
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

    def rejection(self, method: str, path: str, level: Level = Level.CHOSEN) -> str | None:
        """Return why a request may not be sent; None if it may, at least once some items are proven."""
        return self.decide(method, path, level).rejection or None

    def decide(self, method: str, path: str, level: Level = Level.CHOSEN) -> Decision:
        """Decide whether a request may be sent, and which items must be proven first."""
        if level is Level.LOGIN or method in SAFE or self.safety is Safety.DESTRUCTIVE:
            return PERMITTED
        if self.safety is Safety.OBSERVE:
            if method in READS:
                return PERMITTED
            return Decision("needs writes, and only reads are allowed here (--safety sandbox)")
        steps = split(path)
        if any(map(is_misleading, steps)):
            return _misleading(method, path)
        route = self.routes.nearest(steps)
        if route is None or not route.ids:
            return self._decide_without_id(method, path, steps)
        return self._decide_on_item(method, path, steps, route, level)

    def _decide_without_id(self, method: str, path: str, steps: Steps) -> Decision:
        if method in READS or self.creates(method, path) or self._is_listed(method, steps):
            return PERMITTED
        return Decision(
            f"{method} {path} was not sent: it is an action, neither a creation in a collection nor addressed to an "
            f"item of this run; list its operationId under actions: in the profile to have it sent"
        )

    def _decide_on_item(self, method: str, path: str, steps: Steps, route: Route, level: Level) -> Decision:
        item = steps[: route.ids[-1] + 1]
        state = self.items.state(item)
        if any("/" in step for step in item) and state not in (State.OWNED, State.CLAIMED):
            return _misleading(method, path)
        if self._is_listed(method, steps):
            return PERMITTED
        if len(steps) > len(item) and method not in READS and not self._has(method, steps):
            return Decision(f"{method} {path} was not sent: the document has no such operation below an item")
        if state is State.OWNED:
            return PERMITTED
        if state is State.CLAIMED:
            return Decision(unproven=(item,))
        if state is None and (combined := self._combined_items(steps, route.ids)):
            return Decision(unproven=combined)
        if state is State.DELETED:
            return Decision(deleted=item)
        if level is Level.CHOSEN and self._is_lent_for(method, steps, item, state):
            return PERMITTED
        return Decision(
            f"{method} {path} was not sent: nothing there was created by this run or is lent by the profile "
            f"(--safety destructive sends it)"
        )

    def _combined_items(self, steps: Steps, ids: Sequence[int]) -> tuple[Steps, ...]:
        """Return the items of the run whose ids a path combines although they are not inside each other.

        Checks send such paths to see whether the target compares the outer id. Empty if any id is not the run's.
        """
        items: list[Steps] = []
        for place in reversed(ids):
            item = steps[: place + 1]
            if self.items.state(item) in (State.CLAIMED, State.OWNED):
                return (*items, item)
            same = self.items.with_same_id(item)
            if same is None:
                break
            items.append(same)
        return ()

    def _is_lent_for(self, method: str, steps: Steps, item: Steps, state: State | None) -> bool:
        """Whether the profile lends an item for such a request."""
        if state is State.HOME:
            return len(steps) > len(item) and self._creates_at(method, steps)
        if state is not State.LENT:
            return False
        if steps == item:
            return method in ("PATCH", "PUT")
        route = self.routes.exact(steps)
        return route is not None and ((method, route.path) in self._undoable or self._can_be_undone(method, steps))

    def _can_be_undone(self, method: str, steps: Steps) -> bool:
        """Whether a request creates an item that can be deleted again."""
        route = self.routes.below(steps)
        return route is not None and "DELETE" in route.methods and self._creates_at(method, steps)

    def _creates_at(self, method: str, steps: Steps) -> bool:
        return method == "POST" and self.routes.below(steps) is not None and self._has(method, steps)

    def _is_listed(self, method: str, steps: Steps) -> bool:
        route = self.routes.exact(steps) if self._actions else None
        return route is not None and (method, route.path) in self._actions and not self._is_item(method, route)

    @staticmethod
    def _is_item(method: str, route: Route) -> bool:
        """Whether an operation changes or deletes an item by its id, so that it is no action."""
        return method in ("PATCH", "PUT", "DELETE") and "{" in route.steps[-1]

    def _has(self, method: str, steps: Steps) -> bool:
        route = self.routes.exact(steps)
        return route is not None and method in route.methods


def _with_slash_of(model: str, path: str) -> str:
    """Return a path with a slash at its end if the model has one."""
    return f"{path}/" if model.endswith("/") else path


def _misleading(method: str, path: str) -> Decision:
    return Decision(f"{method} {path} was not sent: a step of the path could lead elsewhere than it seems to")


def _id_of(method: str, path: str, operation: Mapping[str, Any]) -> str:
    """Return the id of an operation, as profiles name it."""
    return str(operation.get("operationId", f"{method.upper()} {path}"))

"""Which requests may pass: reads always, writes as far as the safety level lets them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from contracts.exchange import READS
from contracts.identifiers import ABSENT


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
    """It is drawn at random: it writes to what the run created, never to what is lent or lies below something, and
    without an id it may only create."""


@dataclass(frozen=True)
class _Template:
    """A path of the spec: where in it ids stand."""

    steps: tuple[str, ...]

    @property
    def places(self) -> list[int]:
        """The positions of ids."""
        return [place for place, step in enumerate(self.steps) if "{" in step]

    def covers(self, steps: tuple[str, ...]) -> bool:
        """Whether a path is one of this template, or lies below one."""
        return len(steps) >= len(self.steps) and self.fits(steps)

    def fits(self, steps: tuple[str, ...]) -> bool:
        """Whether a path agrees with this template, as far as both go."""
        return all("{" in own or own == step for own, step in zip(self.steps, steps, strict=False))


class Guard:
    """Knows what belongs to a run, and refuses writes to anything else."""

    def __init__(self, safety: Safety) -> None:
        self.safety = safety
        self._templates: list[_Template] = []
        self._owned: set[tuple[str, ...]] = set()
        self._lent: set[tuple[str, ...]] = set()

    def learn(self, paths: Iterable[str]) -> None:
        """Take note of the paths of a spec: they tell an id from a word."""
        known = {each.steps for each in self._templates}
        self._templates += [_Template(steps) for steps in {split(path) for path in paths} - known]

    def own(self, path: str) -> None:
        """Let a run write to an item that it created, now and after it is deleted."""
        self._owned.add(split(path))

    def lend(self, path: str) -> None:
        """Let a run write to an item that the profile names, but not delete it."""
        self._lent.add(split(path))

    def moved(self, path: str, to: str) -> None:
        """Let a run do under its new path what it might do to an item, and to what is inside of it, under the old."""
        old, new = split(path), split(to)
        for known in (self._owned, self._lent):
            known |= {(*new, *each[len(old) :]) for each in known if each[: len(old)] == old}

    def is_its_own(self, path: str) -> bool:
        """Whether the item at a path was created by a run, or is lent to it."""
        return split(path) in self._owned | self._lent

    def is_inside_its_own(self, path: str) -> bool:
        """Whether a path lies below an item that a run created."""
        steps = split(path)
        return any(steps[:length] in self._owned for length in range(1, len(steps)))

    def owns(self, path: str) -> bool:
        """Whether a run created the item at a path."""
        return split(path) in self._owned

    def parameter(self, collection: str) -> str | None:
        """The path parameter that tells the items of a collection apart, None where the spec has no items there."""
        steps = split(collection)
        for each in self._templates:
            if len(each.steps) == len(steps) + 1 and each.places[-1:] == [len(steps)] and each.fits(steps):
                return each.steps[-1].strip("{}")
        return None

    def refusal(self, method: str, path: str, level: Level = Level.CHOSEN) -> str | None:
        """Why a request may not be sent, None if it may."""
        if method in READS or level is Level.LOGIN or self.safety is Safety.DESTRUCTIVE:
            return None
        if self.safety is Safety.OBSERVE:
            return "needs writes, and only reads are allowed here (--safety sandbox)"
        if not self._allows(method, split(path), level):
            return (
                f"{method} {path} was not sent: nothing there was created by this run or is lent by the profile "
                f"(--safety destructive sends it)"
            )
        return None

    def _allows(self, method: str, steps: tuple[str, ...], level: Level) -> bool:
        if any(_crooked(step) for step in steps):
            return False
        places = self._places(steps)
        if not places:
            return method == "POST" or level is not Level.DRAWN
        deepest = steps[: places[-1] + 1]
        if deepest[-1] in ABSENT or deepest in self._owned:
            return True
        return level is not Level.DRAWN and self._is_inside(method, steps)

    def _is_inside(self, method: str, steps: tuple[str, ...]) -> bool:
        """Whether a path is at or below something of the run; what is lent itself is never deleted."""
        above = {steps[:length] for length in range(1, len(steps) + 1)}
        if method == "DELETE" and steps in self._lent:
            return False
        return bool(above & (self._owned | self._lent))

    def _places(self, steps: tuple[str, ...]) -> list[int]:
        """Where ids stand in a path: by the template that says the most of it."""
        covering = [each for each in self._templates if each.covers(steps)]
        if not covering:
            return []
        return max(covering, key=lambda each: (len(each.steps), -len(each.places))).places


def split(path: str) -> tuple[str, ...]:
    """The steps of a path, without its query and its last slash."""
    return tuple(unquote(each) for each in path.partition("?")[0].strip("/").split("/"))


def _crooked(step: str) -> bool:
    """Whether a step could lead elsewhere than it seems to."""
    return step in (".", "..") or bool(re.search(r"[/\\]", step))

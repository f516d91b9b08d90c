"""The table of faults and variants, and how one is planted into the healthy reference."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest import mock


class Patches(ExitStack):
    """Changes to the healthy code, all undone together."""

    def wrap(self, owner: Any, name: str, around: Callable[[Any], Any]) -> None:
        """Replace ``owner.name`` by what ``around`` makes of it."""
        self.put(owner, name, around(getattr(owner, name)))

    def put(self, owner: Any, name: str, value: Any) -> None:
        """Replace ``owner.name`` by ``value``."""
        self.enter_context(mock.patch.object(owner, name, value))


Plant = Callable[[Patches], None]


@dataclass(frozen=True)
class Fault:
    """One way in which a backend can break the contract."""

    number: int
    name: str
    kind: str
    description: str
    rules: tuple[str, ...]
    plant: Plant


@dataclass(frozen=True)
class Variant:
    """A backend that differs and yet keeps the contract; without ``plant`` the healthy one is it already."""

    name: str
    description: str
    plant: Plant | None


FAULTS: dict[int, Fault] = {}
VARIANTS: dict[str, Variant] = {}


def fault(number: int, kind: str, description: str, *rules: str) -> Callable[[Plant], Plant]:
    """Enter a function into the table as the fault ``number`` that breaks ``rules``."""

    def enter(plant: Plant) -> Plant:
        FAULTS[number] = Fault(number, _name(plant), kind, description, rules, plant)
        return plant

    return enter


def variant(description: str) -> Callable[[Plant], Plant]:
    """Enter a function into the table as a variant that is no fault."""

    def enter(plant: Plant) -> Plant:
        VARIANTS[_name(plant)] = Variant(_name(plant), description, plant)
        return plant

    return enter


def _name(plant: Plant) -> str:
    return plant.__name__.replace("_", "-")


@contextmanager
def planted(faults: Iterable[int] = (), variants: Iterable[str] = ()) -> Iterator[None]:
    """Run with these faults and variants in place, and heal everything afterwards."""
    # Faults come last, so that no variant mends what they break.
    plants = [VARIANTS[name].plant for name in variants] + [FAULTS[number].plant for number in faults]
    with Patches() as patches:
        for plant in filter(None, plants):
            plant(patches)
        yield

"""What a long run is cut into: one check at one resource, or some phases of the engine at one group of operations."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from contracts.checks.context import Context
from contracts.checks.contexts import select_contexts
from contracts.conformance.engine import Part
from contracts.openapi.description import Model
from contracts.openapi.resources import Operation, Resource
from contracts.runner.session import Terms

STATEFUL = "stateful"
FIRST_PHASES, LATER_PHASES = "examples+coverage+fuzzing", "fuzzing"
"""What the engine does with one operation after the other; later, only what draws anew with another seed."""
PORTION = 5
"""How many operations of a resource are one unit: what a kill may lose."""
MOST_EXAMPLES = 200


@dataclass(frozen=True)
class Unit:
    """The least that a shard does or leaves undone."""

    lane: str
    check: str
    """The code of a law or scenario, or the phases of the engine."""
    where: str
    """The path of the resource's items, and from which operation on; empty for operations that belong to none."""
    round: int
    number: int = 0
    """Which of the checks with the same code, counted from 0."""

    @property
    def codes(self) -> list[str]:
        """The checks of a report that it is a part of."""
        return [f"A-{phase}" for phase in self.check.split("+")] if self.lane == "A" else [self.check]

    @property
    def name(self) -> str:
        """The unit as progress and journals tell it."""
        return f"{self.check} at {self.where or 'the rest'}, round {self.round + 1}"

    def seed(self, of_run: int) -> int:
        """The seed of its first round is that of the run, as `check` has it; later rounds have each their own."""
        if not self.round:
            return of_run
        told = f"{of_run}|{self.check}|{self.number}|{self.where}|{self.round}"
        return int.from_bytes(hashlib.sha256(told.encode()).digest()[:4], "big")

    def examples(self, at_first: int) -> int:
        """Each round tries twice as much as the one before, up to a limit."""
        return max(at_first, min(at_first << self.round, MOST_EXAMPLES))


def units(held: Terms, contexts: Sequence[Context], number: int) -> list[Unit]:
    """Everything that one round tries, what is over soon before what lasts: a short run sees most that way.

    The first round has what does not depend on the seed as well.
    """
    found = list(_of_checks(held, contexts, number))
    if held.selection.conformance:
        phases = LATER_PHASES if number else FIRST_PHASES
        found += [Unit("A", phases, where, number) for where in portions(held.model)]
        found += [Unit("A", STATEFUL, where, number) for where in groups(held.model)]
    return found


def of_shard(everything: Sequence[Unit], shard: int, of: int, number: int) -> list[Unit]:
    """The units of one shard, counted from 1; in each round it has others, so that all see the whole."""
    return [unit for place, unit in enumerate(everything) if (place + number) % of == shard - 1]


def part_of(unit: Unit, model: Model, known: Collection[str]) -> Part:
    """What the engine is asked to do in a unit, findings left out that are known already."""
    operations = groups(model) if unit.check == STATEFUL else portions(model)
    return Part(tuple(unit.check.split("+")), operations[unit.where], known)


def groups(model: Model) -> dict[str, frozenset[str]]:
    """The operations that belong together: those of a resource, with what creates and lists it and what is above it."""
    by_item = {each.item: each for each in model.resources}
    return {item: frozenset(labels) | _suppliers(by_item.get(item)) for item, labels in _owned(model).items()}


def portions(model: Model) -> dict[str, frozenset[str]]:
    """The groups cut into portions, each with what creates and lists."""
    by_item = {each.item: each for each in model.resources}
    return {
        f"{item} from {labels[start]}": frozenset(labels[start : start + PORTION]) | _suppliers(by_item.get(item))
        for item, labels in _owned(model).items()
        for start in range(0, len(labels), PORTION)
    }


def _owned(model: Model) -> dict[str, list[str]]:
    """The operations of each resource, innermost; those of none under an empty name."""
    own: dict[str, list[str]] = {}
    for operation in model.operations.values():
        resource = _resource_of(operation, model)
        own.setdefault(resource.item if resource else "", []).append(operation.label)
    return own


def _of_checks(held: Terms, contexts: Sequence[Context], number: int) -> Iterator[Unit]:
    seen: dict[str, int] = {}
    for check in (*held.selection.scenarios, *held.selection.laws):
        twin = seen.get(check.code, 0)
        seen[check.code] = twin + 1
        for context in select_contexts(check, contexts, held.selection):
            yield Unit("B", check.code, context.resource.item, number, twin)


def _resource_of(operation: Operation, model: Model) -> Resource | None:
    """The innermost resource whose collection or items an operation addresses."""
    inside = [each for each in model.resources if each.has(operation) or operation.path in (each.collection, each.item)]
    return inside[-1] if inside else None


def _suppliers(resource: Resource | None) -> set[str]:
    """What brings items into being, or shows which there are."""
    if resource is None:
        return set()
    own = {each.label for verb, each in resource.operations.items() if verb in ("create", "list")}
    return own | _suppliers(resource.parent)

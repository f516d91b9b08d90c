"""The units of a long run: one check at one resource, or some phases of Schemathesis at one group of operations."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from contracts.checks.context import Context
from contracts.checks.contexts import select_contexts
from contracts.conformance.engine import Part
from contracts.openapi.description import Model
from contracts.openapi.resources import Operation, Resource
from contracts.runner.preparation import Prepared

STATEFUL = "stateful"
FIRST_PHASES, LATER_PHASES = "examples+coverage+fuzzing", "fuzzing"
"""The phases that treat one operation after the other; later rounds repeat only the one that depends on the seed."""
PORTION = 5
"""How many operations of a resource are one unit. A kill loses at most one unit."""
MAX_EXAMPLES = 200


@dataclass(frozen=True)
class Unit:
    """The smallest piece of work of a shard."""

    lane: str
    check: str
    """The code of a law or scenario, or the phases of Schemathesis, joined by a plus."""
    where: str
    """The item path of the resource, and its first operation; empty for operations of no resource."""
    round: int
    number: int = 0
    """The number among checks with the same code, counted from 0."""

    @property
    def codes(self) -> list[str]:
        """The checks of a report to which it belongs."""
        return [f"A-{phase}" for phase in self.check.split("+")] if self.lane == "A" else [self.check]

    @property
    def name(self) -> str:
        """Its name in the progress and in journals."""
        return f"{self.check} at {self.where or 'the rest'}, round {self.round + 1}"

    def seed(self, run_seed: int) -> int:
        """Return its seed: in the first round that of the run, like `check`, and another one in each later round."""
        if not self.round:
            return run_seed
        key = f"{run_seed}|{self.check}|{self.number}|{self.where}|{self.round}"
        return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big")

    def examples(self, first: int) -> int:
        """Return how many examples it tries: each round tries twice as many as the one before, up to a limit."""
        return max(first, min(first << self.round, MAX_EXAMPLES))


def units(prepared: Prepared, contexts: Sequence[Context], number: int) -> list[Unit]:
    """Return the units of one round, the short ones first, so that a short run covers most.

    Only the first round includes the phases that do not depend on the seed.
    """
    everything = list(_check_units(prepared, contexts, number))
    if prepared.selection.conformance:
        phases = LATER_PHASES if number else FIRST_PHASES
        everything += [Unit("A", phases, where, number) for where in portions(prepared.model)]
        everything += [Unit("A", STATEFUL, where, number) for where in groups(prepared.model)]
    return everything


def of_shard(everything: Sequence[Unit], shard: int, of: int, number: int) -> list[Unit]:
    """Return the units of one shard, counted from 1. They rotate with each round, so that all shards run all units."""
    return [unit for place, unit in enumerate(everything) if (place + number) % of == shard - 1]


def part_of(unit: Unit, model: Model, reported: Collection[str]) -> Part:
    """Return what Schemathesis runs in a unit, without reported findings."""
    operations = groups(model) if unit.check == STATEFUL else portions(model)
    return Part(tuple(unit.check.split("+")), operations[unit.where], reported)


def groups(model: Model) -> dict[str, frozenset[str]]:
    """Return the operations of each resource, with those that create and list it and its parents."""
    by_item = {resource.item: resource for resource in model.resources}
    return {item: frozenset(labels) | _suppliers(by_item.get(item)) for item, labels in _owned(model).items()}


def portions(model: Model) -> dict[str, frozenset[str]]:
    """Return the groups in portions, each with the operations that create and list."""
    by_item = {resource.item: resource for resource in model.resources}
    return {
        f"{item} from {labels[start]}": frozenset(labels[start : start + PORTION]) | _suppliers(by_item.get(item))
        for item, labels in _owned(model).items()
        for start in range(0, len(labels), PORTION)
    }


def _owned(model: Model) -> dict[str, list[str]]:
    """Return the operations of each innermost resource; those of no resource have an empty name."""
    own: dict[str, list[str]] = {}
    for operation in model.operations.values():
        resource = _resource_of(operation, model)
        own.setdefault(resource.item if resource else "", []).append(operation.label)
    return own


def _check_units(prepared: Prepared, contexts: Sequence[Context], number: int) -> Iterator[Unit]:
    twins: Counter[str] = Counter()
    selection = prepared.selection
    for check in (*selection.scenarios, *selection.laws):
        for context in select_contexts(check, contexts, selection):
            yield Unit("B", check.code, context.resource.item, number, twins[check.code])
        twins[check.code] += 1


def _resource_of(operation: Operation, model: Model) -> Resource | None:
    """Return the innermost resource whose collection or items an operation addresses."""
    inside = [
        resource
        for resource in model.resources
        if resource.has(operation) or operation.path in (resource.collection, resource.item)
    ]
    return inside[-1] if inside else None


def _suppliers(resource: Resource | None) -> set[str]:
    """Return the operations that create or list items of a resource and of its parents."""
    if resource is None:
        return set()
    own = {operation.label for verb, operation in resource.operations.items() if verb in ("create", "list")}
    return own | _suppliers(resource.parent)

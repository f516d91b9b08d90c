"""The permission matrix: what each user may do with each operation, and whether the permission laws confirmed it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contracts.checks.registration import COLLECTION
from contracts.openapi.description import Model
from contracts.profile.models import Profile, ResourceNotes
from contracts.results.verdict import Verdict
from contracts.runner.results import CheckResult

LAWS = ("CT301", "CT302")


@dataclass(frozen=True)
class Cell:
    """What one user may do with one known item, and the verdict on it."""

    operation: str
    person: str
    state: str
    allowed: bool
    verdict: Verdict


def permissions(results: Iterable[CheckResult], profile: Profile, model: Model) -> tuple[Cell, ...]:
    """Return the cells that the permission laws tried, in their order."""
    return tuple(cell for result in results if result.check.code in LAWS for cell in _cells(result, profile, model))


def _cells(result: CheckResult, profile: Profile, model: Model) -> Iterator[Cell]:
    identifiers = {operation.label: operation.id for operation in model.operations.values()}
    for trial in result.tried:
        operation = identifiers.get(trial.operation, "")
        notes = _notes(profile, operation, trial.state)
        if trial.person and notes is not None:
            allowed = _is_allowed(profile, notes, operation, trial.state, trial.person)
            yield Cell(trial.operation, trial.person, trial.state, allowed, trial.verdict)


def _notes(profile: Profile, operation: str, state: str) -> ResourceNotes | None:
    """Return the resource whose access table has the operation and the item."""
    tables = (notes for notes in profile.resources.values() if operation in notes.access.may)
    return next((notes for notes in tables if state == COLLECTION or state in notes.access.visible), None)


def _is_allowed(profile: Profile, notes: ResourceNotes, operation: str, state: str, person: str) -> bool:
    may = profile.expand(notes.access.may[operation])
    return person in may and (state == COLLECTION or person in profile.expand(notes.access.visible[state]))

"""Person × operation: who may do what, and whether the run saw that kept; read off the permission laws."""

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
    """What one person may do with one known item, and what was found out about that."""

    operation: str
    person: str
    state: str
    allowed: bool
    verdict: Verdict


def permissions(results: Iterable[CheckResult], profile: Profile, model: Model) -> tuple[Cell, ...]:
    """The cells that the permission laws exercised, in the order in which they were tried."""
    return tuple(cell for result in results if result.check.code in LAWS for cell in _cells(result, profile, model))


def _cells(result: CheckResult, profile: Profile, model: Model) -> Iterator[Cell]:
    identifiers = {each.label: each.id for each in model.operations.values()}
    for tried in result.tried:
        person, _, state = tried.subject.rpartition(" on ")
        notes = _notes(profile, identifiers.get(tried.operation, ""), state)
        if notes is not None:
            allowed = _allowed(profile, notes, identifiers[tried.operation], state, person)
            yield Cell(tried.operation, person, state, allowed, tried.verdict)


def _notes(profile: Profile, operation: str, state: str) -> ResourceNotes | None:
    """The resource whose table speaks of an operation on an item of that name."""
    tables = (each for each in profile.resources.values() if operation in each.access.may)
    return next((each for each in tables if state == COLLECTION or state in each.access.visible), None)


def _allowed(profile: Profile, notes: ResourceNotes, operation: str, state: str, person: str) -> bool:
    may = profile.expand(notes.access.may[operation])
    return person in may and (state == COLLECTION or person in profile.expand(notes.access.visible[state]))

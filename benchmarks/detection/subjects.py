"""What is put before the checker: every fault, and every difference that is none."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

import contracts
from benchmarks.reference_backend.app import running
from contracts.profile.models import BUILT_IN, Profile

REFERENCE = Path(contracts.__file__).parent / "profile" / "builtin" / "reference.yaml"

_DECLARED: dict[str, dict[int, list[int]]] = {
    "not-found-for-forbidden": {403: [403, 404]},
    "conflict-for-duplicates": {400: [400, 409]},
}
"""Variant → statuses that mean the same there: a profile has to declare them."""

FOLLOWS_THE_RULES = "assumed-rules"


@dataclass(frozen=True)
class Subject:
    """A backend to be checked: a fault with its number, or a variant without one; neither is the healthy backend."""

    name: str
    kind: str = "no fault"
    number: int | None = None
    description: str = ""
    rules: tuple[str, ...] = ()
    plain: bool = False
    """Whether the healthy backend is this one already."""

    @property
    def options(self) -> list[str]:
        """How the reference is started as this."""
        if self.number is not None:
            return ["--fault", str(self.number)]
        return [] if self.name == HEALTHY.name else ["--variant", self.name]


HEALTHY = Subject("healthy")


def subjects() -> list[Subject]:
    """Every fault by its number, then every variant."""
    with running():  # the faults are written in terms of Django models, which exist only in a running Django
        from benchmarks.reference_backend.faults import FAULTS, VARIANTS

        faults = [Subject(each.name, each.kind, each.number, each.description, each.rules) for each in FAULTS.values()]
        variants = [
            Subject(each.name, description=each.description, plain=each.plant is None) for each in VARIANTS.values()
        ]
    return [*faults, *variants]


def chosen(faults: str, among: Sequence[Subject]) -> list[Subject]:
    """The faults that a text like ``1,5-9`` names; ValueError for a text that does not."""
    numbers: set[int] = set()
    for part in faults.split(","):
        first, _, last = part.partition("-")
        numbers |= set(range(int(first), int(last or first) + 1))
    known = {subject.number for subject in among}
    if not numbers <= known:
        raise ValueError(f"no fault {min(numbers - known)}")
    return [subject for subject in among if subject.number in numbers]


def profile_for(subject: str) -> Profile:
    """The profile of the reference, with what the variant of this name would have to declare."""
    profile = contracts.load_profile(REFERENCE)
    if subject == FOLLOWS_THE_RULES:
        return _strict(profile)
    return replace(profile, same_status=_DECLARED.get(subject, {}))


def _strict(profile: Profile) -> Profile:
    """The profile without the differences that the variant does away with, trimmed texts among them."""
    left = {rule: why for rule, why in profile.differences.items() if rule == "AUTH-01"}
    fields = contracts.load_profile(BUILT_IN).resources["course"].fields
    return replace(profile, differences=left, resources={"course": replace(profile.resources["course"], fields=fields)})

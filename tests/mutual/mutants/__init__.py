"""For each rule, a mock without it; one module for each part of the catalogue."""

from collections.abc import Mapping

from tests.mutual.mutants import (
    comments,
    community,
    courses,
    derived,
    lessons,
    lists,
    membership,
    patching,
    quizzes,
    requests,
    sections,
    visibility,
)
from tests.mutual.mutants.ways import Mutant

MUTANTS: Mapping[str, Mutant] = {
    rule: mutant
    for part in (
        requests,
        courses,
        patching,
        visibility,
        membership,
        lists,
        sections,
        lessons,
        quizzes,
        comments,
        derived,
        community,
    )
    for rule, mutant in part.MUTANTS.items()
}
"""Rule id → the mock without it."""

"""For each rule, a mock without it; one module for each part of the catalogue."""

from collections.abc import Mapping

from tests.mutation.mutants import comment as comments
from tests.mutation.mutants import community, derived, lists, membership, patching, requests, visibility
from tests.mutation.mutants import course as courses
from tests.mutation.mutants import lesson as lessons
from tests.mutation.mutants import quiz as quizzes
from tests.mutation.mutants import section as sections
from tests.mutation.mutants.ways import Mutant

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

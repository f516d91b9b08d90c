"""The requests that both sides answer: every writable field in every encoding, and every gate."""

from collections.abc import Iterator

from benchmarks.fidelity.cases.case import BORN, COURSES, TAKEN, Case
from benchmarks.fidelity.cases.fields import fields
from benchmarks.fidelity.cases.gates import gates
from benchmarks.fidelity.cases.lists import lists
from benchmarks.fidelity.cases.raw import bodies
from benchmarks.fidelity.cases.tokens import tokens
from benchmarks.fidelity.cases.values import FLAGS, TEXTS

__all__ = ["BORN", "COURSES", "FLAGS", "TAKEN", "TEXTS", "Case", "cases"]


def cases() -> Iterator[Case]:
    """Every case, group by group."""
    yield from fields()
    yield from bodies()
    yield from gates()
    yield from tokens()
    yield from lists()

"""A soak sends what it drew, and tells of every promise that a mock breaks."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

import pytest

from benchmarks.soak.drawing import Drawing, Drawn
from benchmarks.soak.run import ROUNDS, Outcome, soak
from benchmarks.soak.sides import Answered, in_process, over_http
from mockserver.openapi import reader
from mockserver.openapi.specification import Specification
from specdouble import OPENAPI, document


@pytest.fixture(scope="module")
def contract() -> Specification:
    return reader.read(document.load(OPENAPI))


@dataclass
class Broken:
    """A mock that breaks promises as it is told."""

    status: int = 200
    reset: int = 204
    lines: list[str] = field(default_factory=list)
    growth: float = 0.0
    left_over: int = 0
    rounds: int = 0

    def send(self, drawn: Drawn) -> Answered:
        self.rounds += drawn.path == "/__mock__/reset"
        return (self.reset if drawn.path == "/__mock__/reset" else self.status), b""

    def documents(self) -> int:
        return self.left_over * self.rounds

    def megabytes(self) -> float:
        return 50.0 + self.growth * self.rounds

    def logged(self) -> list[str]:
        return self.lines


def failures(contract: Specification, side: Broken) -> list[str]:
    outcome = Outcome()
    soak("here", side, Drawing(contract, 1), ROUNDS, outcome, lambda _: None)
    return outcome.failures


def test_the_mock_endures_some_hundred_requests_in_process(contract: Specification) -> None:
    outcome = Outcome()
    with in_process() as side:
        soak("in process", side, Drawing(contract, 1), 400, outcome, lambda _: None)
    assert outcome.failures == []
    assert sum(each.requests for each in outcome.rounds) == 400
    statuses: Counter[int] = sum((each.statuses for each in outcome.rounds), Counter())
    assert {200, 201, 204, 400, 401, 403, 404} <= statuses.keys()


def test_the_mock_endures_a_hundred_requests_over_http(contract: Specification) -> None:
    outcome = Outcome()
    with over_http() as side:
        soak("over HTTP", side, Drawing(contract, 2), 100, outcome, lambda _: None)
    assert outcome.failures == []


def test_a_seed_draws_the_same_operations_every_time(contract: Specification) -> None:
    one, other, different = (Drawing(contract, seed) for seed in (3, 3, 4))
    drawn = [[(each.operation, each.path, each.content) for each in first_of(drawing)] for drawing in (one, other)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != [(each.operation, each.path, each.content) for each in first_of(different)]


def first_of(drawing: Drawing) -> list[Drawn]:
    return list(islice(iter(drawing.draw, None), 50))


def test_what_a_request_made_is_asked_for_later(contract: Specification) -> None:
    drawing = Drawing(contract, 1)
    drawing.learn(Drawn("create_course", "POST", "/api/v2/course/", {}, b""), 201, b'{"id": 4711}')
    assert any("/4711/" in drawing.draw().path for _ in range(100))
    drawing.forget()
    assert not any("/4711/" in drawing.draw().path for _ in range(100))


def test_a_mock_that_keeps_its_promises_has_no_failure(contract: Specification) -> None:
    assert failures(contract, Broken()) == []


@pytest.mark.parametrize(
    ("side", "told"),
    [
        (Broken(status=500), "was answered 500"),
        (Broken(status=599), "was answered 599"),
        (Broken(lines=["Traceback"]), "logged: Traceback"),
        (Broken(reset=599), "no longer answers"),
        (Broken(growth=5.0), "MB were held"),
        (Broken(left_over=1), "a reset left other than"),
    ],
)
def test_a_broken_promise_is_told(contract: Specification, side: Broken, told: str) -> None:
    assert any(told in line for line in failures(contract, side))

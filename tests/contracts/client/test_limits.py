"""The limits of rate and number of requests, and the end for a failing target."""

import pytest

from contracts.client.limits import Breaker, Bucket, Budget, Spent
from contracts.errors import TargetDown


class Clock:
    """A clock that advances only in sleep."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_bucket_limits_the_rate() -> None:
    clock = Clock()
    bucket = Bucket(5, clock, clock.sleep)
    for _ in range(5 + 20):
        bucket.take()
    assert clock.now == pytest.approx(20 / 5)


def test_a_bucket_allows_one_second_of_requests_after_a_pause() -> None:
    clock = Clock()
    bucket = Bucket(2, clock, clock.sleep)
    for _ in range(2):
        bucket.take()
    clock.now += 60
    for _ in range(4):
        bucket.take()
    assert clock.now == pytest.approx(60 + 1)


def test_a_rate_below_one_sends_one_request_at_a_time() -> None:
    clock = Clock()
    bucket = Bucket(0.5, clock, clock.sleep)
    for _ in range(3):
        bucket.take()
    assert clock.now == pytest.approx(4)


def test_a_spent_budget_still_allows_the_cleanup() -> None:
    budget = Budget(2)
    budget.take(cleaning=False)
    budget.take(cleaning=False)
    with pytest.raises(Spent, match="the 2 requests of --max-requests are spent"):
        budget.take(cleaning=False)
    budget.take(cleaning=True)
    assert (budget.sent, budget.rejected) == (3, 1)


def test_a_breaker_probes_before_it_opens() -> None:
    works = iter([True, False])
    breaker = Breaker(lambda: next(works), after=2)
    breaker.note_failure("GET /a (500)")
    breaker.note_failure("GET /a (500)")
    breaker.require_working()
    breaker.note_failure("GET /a (500)")
    with pytest.raises(TargetDown, match=r"2 requests in a row .* at last GET /b \(503\)"):
        breaker.note_failure("GET /b (503)")
    with pytest.raises(TargetDown):
        breaker.require_working()
    breaker.require_working(cleaning=True)


def test_a_success_resets_a_breaker() -> None:
    breaker = Breaker(lambda: False, after=2)
    for _ in range(3):
        breaker.note_failure("GET /a (500)")
        breaker.note_success()
    breaker.require_working()

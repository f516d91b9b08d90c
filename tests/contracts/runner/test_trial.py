"""How one trial is run: its values, its confirmation, its cleaning up."""

from collections.abc import Callable

from hypothesis import strategies as st

from contracts.checks.context import Context
from contracts.checks.registration import Trial
from contracts.generation.effort import Effort
from contracts.results.findings import Finding
from contracts.results.verdict import Broken, Inconclusive, NotApplicable, Verdict
from contracts.runner.trial import run
from tests.contracts.support.notes import Notes


def trial(attempt: Callable[..., None], values: Callable[[], st.SearchStrategy[int]] | None = None) -> Trial:
    return Trial("something", "PATCH /notes/{noteId}", attempt, values)


def test_a_failing_value_is_made_small(context: Context) -> None:
    tried: list[int] = []

    def attempt(value: int) -> None:
        tried.append(value)
        if value > 10:
            raise Broken("at most 10", str(value))

    outcome = run(context, trial(attempt, lambda: st.integers(0, 1000)))
    assert outcome.verdict is Verdict.BROKEN
    assert outcome.broken is not None
    assert int(outcome.broken.got) < max(tried)
    assert outcome.came_back == 3


def test_a_failure_that_does_not_come_back_is_flaky(context: Context) -> None:
    attempts = iter([True, False, True, False])

    def attempt() -> None:
        if next(attempts):
            raise Broken("calm", "weather")

    outcome = run(context, trial(attempt))
    assert (outcome.verdict, outcome.came_back) == (Verdict.BROKEN, 1)


def test_a_failure_that_could_not_be_tried_again_was_seen_once(context: Context) -> None:
    over = iter([False])
    context.effort = Effort(enough=lambda: next(over, True))
    attempts = iter([True])

    def attempt() -> None:
        if next(attempts, False):
            raise Broken("calm", "weather")

    outcome = run(context, trial(attempt))
    assert (outcome.verdict, outcome.came_back, outcome.tries) == (Verdict.BROKEN, 0, 0)


def test_a_failure_after_which_no_request_may_be_sent_was_seen_once(context: Context) -> None:
    def attempt() -> None:
        context.fresh()
        context.target.gate.halt.stop()
        raise Broken("calm", "weather")

    outcome = run(context, trial(attempt))
    assert (outcome.verdict, outcome.came_back, outcome.tries) == (Verdict.BROKEN, 0, 0)


def test_a_failing_value_that_does_not_come_back_is_flaky(context: Context) -> None:
    first = iter([True])

    def attempt(value: int) -> None:
        if next(first, False):
            raise Broken("calm", "weather")

    outcome = run(context, trial(attempt, lambda: st.integers(0, 9)))
    assert (outcome.verdict, outcome.came_back) == (Verdict.BROKEN, 0)


def test_a_trial_that_cannot_judge_was_never_reached(context: Context) -> None:
    def attempt(value: int) -> None:
        raise Inconclusive("nothing to see")

    outcome = run(context, trial(attempt, lambda: st.integers()))
    assert (outcome.verdict, outcome.why) == (Verdict.NEVER, "nothing to see")


def test_a_trial_that_does_not_apply_says_why(context: Context) -> None:
    def attempt() -> None:
        raise NotApplicable("no such thing here")

    outcome = run(context, trial(attempt))
    assert (outcome.verdict, outcome.why) == (Verdict.NA, "no such thing here")


def test_what_was_created_is_deleted_also_after_a_failure(context: Context, notes: Notes) -> None:
    before = set(notes.notes)

    def attempt() -> None:
        context.fresh()
        context.fresh()
        raise Broken("order", "chaos")

    run(context, trial(attempt))
    assert set(notes.notes) == before
    assert notes.last > max(before)


def test_what_was_borrowed_is_put_back_also_after_a_failure(context: Context, notes: Notes) -> None:
    def attempt() -> None:
        with context.borrowed("shared") as note:
            note.patch({"text": "changed", "urgent": True})
            raise Broken("order", "chaos")

    run(context, trial(attempt))
    assert (notes.notes[1]["text"], notes.notes[1]["urgent"]) == ("", False)


def test_what_could_not_be_deleted_is_told(context: Context, notes: Notes) -> None:
    notes.faults.add("keeps everything")

    def attempt() -> None:
        context.fresh()

    run(context, trial(attempt))
    context.target.clean_up()
    assert context.target.left_behind == [f"/notes/{notes.last} could not be deleted: DELETE answered 403"]


def test_an_answer_too_odd_to_read_is_a_finding(context: Context) -> None:
    def attempt() -> None:
        context.fresh().state()["tags"]["first"]

    outcome = run(context, trial(attempt))
    assert outcome.broken is not None
    assert "documented shape (KeyError: 'tags')" in outcome.broken.expected


def finding(**changes: object) -> Finding:
    values: dict[str, object] = {
        "code": "CT101", "title": "t", "operation": "PATCH /x", "subject": "a", "expected": "1", "got": "2",
        "severity": "high", "seed": 1, **changes,
    }  # fmt: skip
    return Finding(**values)  # type: ignore[arg-type]  # the fields are given by name


def test_a_finding_keeps_its_id_whatever_values_showed_it() -> None:
    assert finding().id == finding(expected="3", got="4", seed=9, came_back=2).id
    assert len({finding().id, finding(code="CT102").id, finding(subject="b").id, finding(operation="PUT /x").id}) == 4


def test_a_finding_says_how_often_it_came_back() -> None:
    assert finding(came_back=3).confirmation == "confirmed 3/3"
    assert finding(came_back=1).confirmation == "flaky 1/3"
    assert finding(tries=0).confirmation == "seen once"

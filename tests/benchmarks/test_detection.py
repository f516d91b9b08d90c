"""The score counts what was found, and nothing that the healthy backend has too."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import structs
from rich.console import Console

import contracts
from benchmarks.detection import contract, lane, report, stock
from benchmarks.detection.backend import BenchError
from benchmarks.detection.lane import LAWS, Order, Outcome, Seen
from benchmarks.detection.measure import LANES, Plan, Results, how_many
from benchmarks.detection.runs import Journal, Run
from benchmarks.detection.stock import LEARNING
from benchmarks.detection.subjects import HEALTHY, Subject, chosen, profile_for
from contracts.checks.registration import Check
from contracts.runner.results import CheckResult
from specdouble.document import load

FAULTS = [Subject(f"fault-{number}", kind, number, "it breaks") for number, kind in ((1, "a"), (2, "a"), (7, "b"))]
VARIANT = Subject("slow")
SEEN = Seen("x1", "CT101", "PATCH /x/", "name in JSON", ("R-1",), "kept", "lost", "confirmed 3/3")


def outcome(ended: str = "finished", requests: int = 10, seconds: float = 1.0, found: bool = False) -> Outcome:
    return Outcome(ended, requests, seconds, seconds, (SEEN,) if found else ())


def results(*runs: Run, seeds: int = 1) -> Results:
    return Results(seeds, 60.0, (Run("healthy", None, "A", 1, outcome()),), runs)


def run(subject: Subject, lane: str, seed: int = 1, **came: Any) -> Run:
    return Run(subject.name, subject.number, lane, seed, outcome(**came))


@pytest.mark.parametrize(("text", "numbers"), [("1", [1]), ("1,7", [1, 7]), ("1-2", [1, 2]), ("1-2,7", [1, 2, 7])])
def test_faults_are_chosen_by_numbers_and_ranges(text: str, numbers: list[int]) -> None:
    assert [subject.number for subject in chosen(text, [*FAULTS, VARIANT])] == numbers


@pytest.mark.parametrize("text", ["", "x", "1,", "3", "1-7", "-1"])
def test_what_is_no_choice_of_faults_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        chosen(text, FAULTS)


def test_a_fault_is_killed_when_every_seed_finds_it_by_one_lane_or_the_other() -> None:
    one, other, third = FAULTS
    score = results(
        *(run(one, "A", 1, found=True), run(one, "B", 1), run(one, "A", 2), run(one, "B", 2, found=True)),
        *(run(other, "A", 1, found=True), run(other, "B", 1), run(other, "A", 2), run(other, "B", 2)),
        *(run(third, lane, seed) for lane in LANES for seed in (1, 2)),
        seeds=2,
    )
    assert [report.killed(score, fault) for fault in FAULTS] == [True, False, False]
    assert [row[:6] for row in report.by_class(score, FAULTS)] == [
        ["a", "2", "0", "0", "1", ""],
        ["b", "1", "0", "0", "0", ""],
        ["all", "3", "0", "0", "1", ""],
    ]


def test_the_stock_engine_is_counted_on_the_faults_that_it_was_run_on() -> None:
    score = results(run(FAULTS[0], "stock", found=True), run(FAULTS[2], "stock"))
    assert [row[6] for row in report.by_class(score, FAULTS)] == ["1 of 1", "0", "1 of 2"]


def test_the_cost_of_a_kill_is_that_of_the_lane_with_fewer_requests() -> None:
    one = FAULTS[0]
    dear = run(one, "A", found=True, requests=900, seconds=9.0)
    cheap = run(one, "B", found=True, requests=40, seconds=0.5)
    assert [row[6:8] for row in report.by_fault(results(dear, cheap), [one])] == [["40", "0.5"]]


def test_a_fault_that_was_not_found_says_whether_time_was_over() -> None:
    one = FAULTS[0]
    score = results(run(one, "A", ended="out of time"), run(one, "B"))
    (row,) = report.by_fault(score, [one])
    assert row[2:6] == ["out of time", "no", "", ""]


def test_what_is_found_where_nothing_is_wrong_is_a_false_alarm() -> None:
    score = results(run(VARIANT, "B", found=True), run(FAULTS[0], "B", found=True))
    assert [(name, seen.id) for name, seen in score.alarms()] == [("slow", "x1")]
    console = Console(record=True, width=160)
    report.show(score, [FAULTS[0], VARIANT], console)
    assert "1 false alarms on 2 backends without a fault." in console.export_text()


def test_the_score_is_written_as_json_and_as_markdown(tmp_path: Path) -> None:
    score = results(run(FAULTS[0], "B", found=True))
    report.write(score, tmp_path / "score.json")
    assert json.loads((tmp_path / "score.json").read_text())["runs"][0]["outcome"]["found"][0]["code"] == "CT101"
    assert "| 1 | it breaks |  | yes |  |  | 10 | 1.0 | CT101: name in JSON |" in report.markdown(score, FAULTS[:1])


def test_a_journal_goes_on_where_a_measurement_was_stopped(tmp_path: Path) -> None:
    done, left = (FAULTS[0], "B", 1), (FAULTS[0], "B", 2)
    Journal.at(tmp_path / "runs.ndjson").add(done, outcome(found=True))
    again = Journal.at(tmp_path / "runs.ndjson")
    assert again.missing([done, left]) == [left]
    assert again.of([done]) == [run(FAULTS[0], "B", found=True)]


def test_a_line_that_is_no_run_is_told_with_its_place(tmp_path: Path) -> None:
    path = tmp_path / "runs.ndjson"
    path.write_text('{"subject": "healthy"}\n')
    with pytest.raises(BenchError, match=r"runs\.ndjson:1: not a run"):
        Journal.at(path)


def test_a_plan_counts_its_runs() -> None:
    plain = Subject("trims-blanks", plain=True)
    assert how_many([*FAULTS, VARIANT, plain], Plan(seeds=2, stock=frozenset({1}))) == 2 * (2 * 5 + 1) + LEARNING
    fewer = Plan(seeds=3, stock=frozenset({1}), stock_seeds=1)
    assert how_many([*FAULTS, VARIANT, plain], fewer) == 3 * (2 * 5) + 1 + LEARNING


def test_a_lane_that_ran_with_fewer_seeds_is_judged_by_those() -> None:
    one = FAULTS[0]
    score = results(run(one, "A", 1, found=True), run(one, "B", 1, found=True), run(one, "B", 2), seeds=2)
    assert [report.killed(score, one, lanes) for lanes in (("A",), ("B",), LANES)] == [True, False, False]


def test_what_is_found_without_the_rules_of_the_platform_is_counted_apart() -> None:
    one, other, third = FAULTS
    score = results(
        *(run(one, "laws", found=True), run(one, "A", 1), run(one, "A", 2)),
        *(run(other, "laws"), run(other, "A", 1, found=True), run(other, "A", 2)),
        *(run(third, "laws"), run(third, "A", 1, found=True), run(third, "A", 2, found=True)),
    )
    assert [row[5] for row in report.by_class(score, FAULTS)] == ["1", "1", "2"]
    assert [row[4] for row in report.by_fault(score, FAULTS)] == ["yes", "no", "no"]


@pytest.fixture
def order() -> Order:
    return Order("http://127.0.0.1:1", "spec.json", 0, HEALTHY.name, "B", 1, 60.0, 60.0)


def checked(*ids: str, verdict: contracts.Verdict = contracts.Verdict.HELD) -> CheckResult:
    findings = [contracts.Finding("CT101", "t", "PATCH /x/", name, "e", "g", "high", 1) for name in ids]
    return CheckResult(Check("CT101", "t", lambda _: ()), verdict, findings=findings, requests=5)


def checking(*told: CheckResult) -> Any:
    """A checker that has these results and nothing else."""

    def check(url: str, *, listener: Any, **_: object) -> None:
        for each in told:
            listener.checked(each)

    return check


def test_a_lane_ends_at_the_first_finding_that_is_new(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contracts, "check", checking(checked(), checked("name"), checked("slug")), raising=False)
    came = lane.run(order, lane.Watch(order))
    assert (came.ended, came.requests, [seen.subject for seen in came.found]) == ("found", 10, ["name"])


def test_the_laws_alone_are_chosen_by_the_family_of_their_codes(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen_by: list[object] = []
    monkeypatch.setattr(contracts, "check", lambda *_, only, **__: chosen_by.append(only), raising=False)
    for name in ("B", LAWS):
        laws = structs.replace(order, lane=name)
        lane.run(laws, lane.Watch(laws))
    assert chosen_by == [["B"], ["CT"]]


def test_a_lane_ends_at_the_first_failure_that_is_seen_and_new(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    name, slug = (checked(each).findings[0] for each in ("name", "slug"))
    knowing = Order(**{each: getattr(order, each) for each in order.__struct_fields__} | {"known": (name.id,)})

    def check(url: str, *, listener: Any, **_: object) -> None:
        listener.checked(checked())
        listener.seen(name, 20)
        listener.seen(slug, 40)

    monkeypatch.setattr(contracts, "check", check, raising=False)
    came = lane.run(knowing, lane.Watch(knowing))
    assert (came.ended, came.requests, [seen.subject for seen in came.found]) == ("found", 45, ["slug"])


def test_what_the_healthy_backend_has_too_does_not_count(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    known = checked("name").findings[0].id
    knowing = Order(**{name: getattr(order, name) for name in order.__struct_fields__} | {"known": (known,)})
    monkeypatch.setattr(contracts, "check", checking(checked("name")), raising=False)
    assert lane.run(knowing, lane.Watch(knowing)).ended == "finished"


def test_a_lane_whose_backend_went_away_has_found_out_nothing(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as backend:
        watch = lane.Watch(
            Order(**{each: getattr(order, each) for each in order.__struct_fields__} | {"process": backend.pid})
        )
        backend.kill()
    monkeypatch.setattr(contracts, "check", checking(checked()), raising=False)
    assert lane.run(order, watch).ended == "could not run"


def test_a_check_that_was_not_exercised_is_noted(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contracts, "check", checking(checked(verdict=contracts.Verdict.NEVER)), raising=False)
    assert lane.run(order, lane.Watch(order)).never == ("CT101",)


def test_a_check_that_cannot_run_says_why(order: Order) -> None:
    came = lane.run(order, lane.Watch(order))
    assert came.ended == "could not run"
    assert "spec.json" in came.why


def test_the_contract_of_the_reference_has_no_oauth_and_is_valid(tmp_path: Path) -> None:
    document = load(contract.served(tmp_path))
    assert not [path for path in document["paths"] if path.startswith("/oauth/")]
    assert "/api/v2/course/{id}/" in document["paths"]


def test_a_variant_is_checked_with_what_its_profile_would_declare() -> None:
    assert profile_for("conflict-for-duplicates").same_status == {400: [400, 409]}
    assert profile_for("slow").same_status == {}
    assert set(profile_for("assumed-rules").differences) == {"AUTH-01"}


def failed(code: str, operation: str, message: str) -> bytes:
    """An event of the engine's report with one failure, as deep as they stand there."""
    failure = {"type": "T", "code": code, "operation": operation, "title": "What is wrong", "message": message}
    check = {"name": "c", "status": "failure", "failure_info": {"failure": failure, "code_sample": "curl"}}
    held = {"name": "d", "status": "success", "failure_info": None}
    return json.dumps({"ScenarioFinished": {"recorder": {"checks": {"case": [held, check]}}}}).encode() + b"\n"


def test_the_failures_of_the_stock_engine_are_read_from_its_report() -> None:
    rejected = failed("ST202", "PATCH /x/", "Valid data should have been accepted")
    events = [b'{"Initialize": {}}\n', rejected, b'{"EngineFinished": {"failure_info": null}}\n']
    assert [(seen.code, seen.operation, seen.expected) for seen in stock.failures(events)] == [
        ("ST202", "PATCH /x/", "What is wrong")
    ]


def test_failures_of_the_stock_engine_are_the_same_when_they_are_about_the_same_part() -> None:
    told = "Invalid data should have been rejected\nInvalid component: in body - {}: too short\nSent: {}".format
    drawn = [("name", "a"), ("name", "b"), ("slug", "a")]
    named = [failed("ST201", "PATCH /x/", told(field, value)) for field, value in drawn]
    other = failed("ST201", "PUT /x/", told("name", "a"))
    one, again, slug, elsewhere = (seen.id for seen in stock.failures([*named, other]))
    assert one == again
    assert len({one, slug, elsewhere}) == 3


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[stock.Engine]:
    """An engine whose runs report one failure of each of two kinds, against a backend that nobody asks."""
    events = b"".join(failed(code, "PATCH /x/", "wrong") for code in ("ST202", "ST103"))

    def ran(command: list[str], **_: Any) -> "subprocess.CompletedProcess[str]":
        Path(command[command.index("--report-ndjson-path") + 1]).write_bytes(events)
        return subprocess.CompletedProcess(command, 1, "", "")

    monkeypatch.setattr(stock, "serving", lambda _: nullcontext(SimpleNamespace(url="http://127.0.0.1:1")))
    monkeypatch.setattr(subprocess, "run", ran)
    with stock.engine(tmp_path / "openapi.json") as made:
        yield made


def test_what_the_stock_engine_finds_on_the_healthy_backend_too_does_not_count(engine: stock.Engine) -> None:
    healthy = engine.judge(HEALTHY, 1, 60.0)
    assert (healthy.ended, [seen.code for seen in healthy.found]) == ("found", ["ST103", "ST202"])
    first, *_ = healthy.found
    judged = engine.judge(FAULTS[0], 1, 60.0, known=[first.id])
    assert (judged.ended, [seen.code for seen in judged.found]) == ("found", ["ST202"])
    assert engine.judge(FAULTS[0], 1, 60.0, known=[seen.id for seen in healthy.found]).ended == "finished"

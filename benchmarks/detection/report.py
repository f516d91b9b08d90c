"""The score as tables: class by class, fault by fault; on the console, as Markdown and as JSON."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.detection.lane import LAWS
from benchmarks.detection.measure import LANES, Results
from benchmarks.detection.runs import Run
from benchmarks.detection.stock import LANE as STOCK
from benchmarks.detection.subjects import Subject

Row = list[str]
COUNTED: Mapping[str, Sequence[Sequence[str]]] = {
    "killed by A": [["A"]],
    "by B": [["B"]],
    "together": [LANES],
    "A or laws": [["A"], [LAWS]],
    "stock": [[STOCK]],
}
"""Column → groups of lanes: one of them has to find a fault with every seed."""
CLASSES = ("class", "faults", *COUNTED, "requests", "seconds")
FAULTS = ("fault", "what goes wrong", "A", "B", "laws", "stock", "requests", "seconds", "first finding")
_PLACES = {LAWS: "with the laws alone", STOCK: "in the stock engine"}


def kills(results: Results, subject: Subject, lane: str) -> int:
    """With how many seeds a lane found the fault."""
    return sum(bool(run.outcome.found) for run in results.of(subject, lane))


def killed(results: Results, subject: Subject, lanes: Sequence[str] = LANES) -> bool:
    """Whether the fault is found with every seed that was run, by one lane or the other."""
    runs = [run for lane in lanes for run in results.of(subject, lane)]
    found = {run.seed for run in runs if run.outcome.found}
    return bool(runs) and found == {run.seed for run in runs}


def first(results: Results, subject: Subject) -> list[Run]:
    """For each seed the run that found the fault with the fewest requests."""
    runs = [run for lane in LANES for run in results.of(subject, lane) if run.outcome.found]
    return [min((r for r in runs if r.seed == seed), key=_requests) for seed in sorted({run.seed for run in runs})]


def _requests(run: Run) -> int:
    return run.outcome.requests


def by_class(results: Results, faults: Sequence[Subject]) -> Iterator[Row]:
    """A row for each class of faults, and one for all."""
    for kind in dict.fromkeys(fault.kind for fault in faults):
        yield _class(results, kind, [fault for fault in faults if fault.kind == kind])
    yield _class(results, "all", faults)


def _class(results: Results, name: str, faults: Sequence[Subject]) -> Row:
    counts = [_killed(results, faults, groups) for groups in COUNTED.values()]
    return [
        name,
        str(len(faults)),
        *counts,
        *_medians([r for fault in faults for r in first(results, fault)]),
    ]


def _killed(results: Results, faults: Sequence[Subject], groups: Sequence[Sequence[str]]) -> str:
    """How many faults a group of lanes has killed, and of how many, where not all of them have run on all."""
    run = [fault for fault in faults if all(any(results.of(fault, lane) for lane in lanes) for lanes in groups)]
    count = sum(any(killed(results, fault, lanes) for lanes in groups) for fault in run)
    return "" if not run else f"{count}" if len(run) == len(faults) else f"{count} of {len(run)}"


def _medians(runs: Sequence[Run]) -> tuple[str, str]:
    if not runs:
        return "–", "–"
    outcomes = [run.outcome for run in runs]
    return f"{median(o.requests for o in outcomes):.0f}", f"{median(o.seconds for o in outcomes):.1f}"


def by_fault(results: Results, faults: Sequence[Subject]) -> Iterator[Row]:
    """A row for each fault."""
    for fault in faults:
        lanes = [_lane(results, fault, lane) for lane in (*LANES, LAWS, STOCK)]
        runs = first(results, fault)
        yield [str(fault.number), fault.description, *lanes, *_medians(runs), _finding(runs)]


def _lane(results: Results, fault: Subject, lane: str) -> str:
    runs = results.of(fault, lane)
    count = sum(bool(run.outcome.found) for run in runs)
    if not runs:
        return ""
    if not count:
        return "no" if all(run.outcome.ended == "finished" for run in runs) else next(_other_ends(runs))
    return "yes" if count == len(runs) else f"{count}/{len(runs)}"


def _other_ends(runs: Sequence[Run]) -> Iterator[str]:
    return (run.outcome.ended for run in runs if run.outcome.ended != "finished")


def _finding(runs: Sequence[Run]) -> str:
    if not runs:
        return ""
    seen = runs[0].outcome.found[0]
    return f"{seen.code}: {seen.subject}" if seen.subject else seen.code


def show(results: Results, subjects: Sequence[Subject], console: Console) -> None:
    """Print the score."""
    faults = [subject for subject in subjects if subject.number is not None]
    console.print(_table("Faults", FAULTS, by_fault(results, faults)))
    console.print(_table("Classes", CLASSES, by_class(results, faults)))
    alarms = list(results.alarms())
    for name, seen in alarms:
        console.print(
            f"False alarm on {name}: {seen.code} {seen.subject}: {seen.expected}; got {seen.got}", markup=False
        )
    console.print(f"{len(alarms)} false alarms on {len(_innocent(results))} backends without a fault.")
    console.print(_legend(results), style="dim")


def _innocent(results: Results) -> set[str]:
    return {run.subject for run in (*results.healthy, *results.runs) if run.number is None}


def _legend(results: Results) -> str:
    return (
        f"Seeds: {_seeds(results)}; a fault counts as killed when every seed finds it. Requests and seconds are "
        "medians up to the end of the check that found it, in the lane with fewer requests; seconds are processor time "
        "of checker and backend together."
    )


def _seeds(results: Results) -> str:
    counts = {lane: len({run.seed for run in results.runs if run.lane == lane}) for lane in (*LANES, LAWS, STOCK)}
    return ", ".join(f"{count} {_PLACES.get(lane, f'in lane {lane}')}" for lane, count in counts.items() if count)


def _table(title: str, columns: Sequence[str], rows: Iterator[Row]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def markdown(results: Results, subjects: Sequence[Subject]) -> str:
    """The score as two Markdown tables."""
    faults = [subject for subject in subjects if subject.number is not None]
    tables = (_markdown(CLASSES, by_class(results, faults)), _markdown(FAULTS, by_fault(results, faults)))
    return "\n".join([*tables, f"{len(list(results.alarms()))} false alarms.", "", _legend(results), ""])


def _markdown(columns: Sequence[str], rows: Iterator[Row]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '¦') for cell in line)} |" for line in lines) + "\n"


def write(results: Results, path: Path) -> None:
    """Write every run as JSON."""
    path.write_bytes(msgspec.json.format(msgspec.json.encode(results)) + b"\n")

"""What was measured, as tables and as JSON."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.load import starts
from benchmarks.load.measure import Memory, Results, Start
from benchmarks.load.servers import Launch
from benchmarks.load.turns import Rate

HEALTHY_WITHIN = 0.8  # seconds
LIGHTER_THAN = 100.0  # MB
BUSY = 0.9
"""Below this share of its core, a server was held up by something else than itself."""


def show(results: Results, console: Console) -> None:
    """Print the tables."""
    console.print(_rates("Answers a second", results.rates, _held_up(results)))
    console.print(_process(results.start, results.memory))
    console.print(_growth(results))
    if results.operations:
        console.print(_rates("Every operation, the slowest first", results.operations, _held_up(results)))
    if results.sizes:
        console.print(_sizes(results))
        console.print(_starts(results))
    console.print("One worker on one core, the load on the other: 32 connections that are kept open.", style="dim")
    console.print("Shares are those of the same round; trust them, the rates depend on the machine.", style="dim")
    if _held_up(results):
        console.print(
            "The bare server had less than its core, so something else ran on it: targets are judged by the shares "
            "by CPU. Measure again on a quiet machine.",
            style="yellow",
        )


def _held_up(results: Results) -> bool:
    """Tell whether the rates mean little, because the fastest server waited for its core."""
    busy = results.rates[0].busy
    return busy is not None and busy < BUSY


def write(results: Results, path: Path) -> None:
    """Write what was measured as JSON."""
    path.write_text(json.dumps(asdict(results), indent=2) + "\n")


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _rates(title: str, rates: Iterable[Rate], by_cpu: bool) -> Table:
    table = _table(title, "exchange", "answers/s", "of bare", "target", "µs CPU", "of bare by CPU")
    for rate in rates:
        shares = _share(rate.share), _share_target(rate, by_cpu), _number(rate.cpu), _share(rate.cpu_share)
        table.add_row(rate.name, f"{rate.rate:,.0f}", *shares)
    return table


def _share_target(rate: Rate, by_cpu: bool) -> Text:
    if rate.target is None:
        return Text("–")
    share = rate.cpu_share if by_cpu and rate.cpu_share is not None else rate.share
    return _judged(f"≥ {rate.target}", share >= rate.target)


def _process(start: Start, memory: Memory) -> Table:
    table = _table("Start and memory", "mock", "measured", "target")
    table.add_row("healthy, first start: s", f"{start.first:.2f}", "–")
    table.add_row("healthy: s", f"{start.again:.2f}", _judged(f"< {HEALTHY_WITHIN}", start.again < HEALTHY_WITHIN))
    for name, value in (("memory when ready: MB", memory.ready), ("memory after all load: MB", memory.loaded)):
        table.add_row(name, _number(value), _judged(f"< {LIGHTER_THAN:.0f}", value is None or value < LIGHTER_THAN))
    return table


def _growth(results: Results) -> Table:
    table = _table("Growth: PATCH on the last of many operations", "operations", "µs CPU", "healthy: s")
    for growth in results.growth:
        table.add_row(f"{growth.operations:,}", _number(growth.cpu), f"{growth.start:.2f}")
    return table


def _sizes(results: Results) -> Table:
    sizes = next(iter(results.sizes.values()))
    table = _table("Size: µs CPU a request, by the number of courses", "request", *(f"{size:,}" for size in sizes))
    for name, found in results.sizes.items():
        table.add_row(name, *map(_number, found.values()))
    return table


def _starts(results: Results) -> Table:
    columns = "first start: s CPU", "target", "again: s CPU", "target", "memory at most: MB", "target"
    table = _table("Size: starts, by the bytes of the document", "bytes", *columns)
    for start in results.starts:
        target, memory = starts.TARGETS[start.size], start.first.megabytes
        table.add_row(
            f"{start.size:,}",
            *_seconds(start.first, target.first),
            *_seconds(start.again, target.again),
            _number(memory),
            _judged(f"< {target.memory:.0f}", memory is None or memory < target.memory),
        )
    return table


def _seconds(launch: Launch, most: float) -> tuple[str, Text]:
    """Return the processor time of a start, the time where the platform does not tell it, and the target."""
    seconds = launch.seconds if launch.cpu is None else launch.cpu
    return f"{seconds:.2f}", _judged(f"< {most}", seconds < most)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _judged(target: str, reached: bool) -> Text:
    return Text(f"{target} {'✓' if reached else '✗'}", style="green" if reached else "red")

"""What was measured, as tables and as JSON."""

import json
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.load.measure import Memory, Rate, Results, Start

HEALTHY_WITHIN = 0.8  # seconds
LIGHTER_THAN = 100.0  # MB
BUSY = 0.9
"""Below this share of its core, a server was held up by something else than itself."""


def show(results: Results, console: Console) -> None:
    """Print the tables."""
    console.print(_rates(results))
    console.print(_process(results.start, results.memory))
    console.print(_growth(results))
    console.print("One worker on one core, the load on the other: 32 connections that are kept open.", style="dim")
    console.print("Shares are those of the same round; trust them, the rates depend on the machine.", style="dim")
    busy = results.rates[0].busy
    if busy is not None and busy < BUSY:
        console.print(
            f"The bare server had {busy:.0%} of its core, so something else held it up: go by the shares by CPU, "
            "or measure again on a quiet machine.",
            style="yellow",
        )


def write(results: Results, path: Path) -> None:
    """Write what was measured as JSON."""
    path.write_text(json.dumps(asdict(results), indent=2) + "\n")


def _table(title: str, first: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for column in columns:
        table.add_column(column, justify="right")
    return table


def _rates(results: Results) -> Table:
    table = _table("Answers a second", "exchange", "answers/s", "of bare", "target", "µs CPU", "of bare by CPU")
    for rate in results.rates:
        shares = _share(rate.share), _share_target(rate), _number(rate.cpu), _share(rate.cpu_share)
        table.add_row(rate.name, f"{rate.rate:,.0f}", *shares)
    return table


def _share_target(rate: Rate) -> Text:
    return Text("–") if rate.target is None else _judged(f"≥ {rate.target}", rate.share >= rate.target)


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


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _judged(target: str, reached: bool) -> Text:
    return Text(f"{target} {'✓' if reached else '✗'}", style="green" if reached else "red")

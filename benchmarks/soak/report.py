"""What came of a soak, as tables."""

from collections.abc import Collection

from rich.console import Console
from rich.table import Table

from benchmarks.soak.run import Outcome, Round

_COLUMNS = ("requests", "a second", "2xx, 3xx", "4xx", "5xx", "documents", "MB", "after reset: documents", "MB")


def show(outcome: Outcome, operations: Collection[str], console: Console) -> None:
    """Print a line for each round, then what was broken."""
    table = Table(title="Soak", title_justify="left")
    table.add_column("round")
    for column in _COLUMNS:
        table.add_column(column, justify="right")
    for number, each in enumerate(outcome.rounds, start=1):
        table.add_row(f"{number} {each.side}", *_row(each))
    console.print(table)
    console.print(
        f"{len(outcome.succeeded)} of {len(operations)} operations succeeded at least once; "
        f"{sum(each.requests for each in outcome.rounds):,} requests."
    )
    for name in sorted(set(operations) - outcome.succeeded):
        console.print(f"Never succeeded: {name}", style="yellow", markup=False)
    for line in outcome.failures:
        console.print(line, style="red", markup=False)
    if not outcome.failures:
        console.print("No 5xx, nothing logged, memory and documents return with a reset.", style="green")


def _row(each: Round) -> tuple[str, ...]:
    well, refused, failed = (sum(each.statuses[s] for s in each.statuses if s // 100 in kinds) for kinds in _KINDS)
    rate = f"{each.requests / each.seconds:,.0f}" if each.seconds else "–"
    answers = (f"{well:,}", f"{refused:,}", f"{failed:,}")
    memory = (_known(each.documents), _known(each.full), _known(each.left), _known(each.reset))
    return f"{each.requests:,}", rate, *answers, *memory


_KINDS = ((2, 3), (4,), (5,))


def _known(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"

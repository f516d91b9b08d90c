"""The command ``python -m benchmarks.load``, which ``make bench`` runs."""

import sys
from pathlib import Path

import click
from rich.console import Console

from benchmarks.load import report
from benchmarks.load.generator import LoadError
from benchmarks.load.measure import Plan, measure


@click.command(context_settings={"show_default": True})
@click.option("--rounds", default=5, type=click.IntRange(1), help="Rounds, of which the medians are taken.")
@click.option("--seconds", default=0.7, type=click.FloatRange(0.05), help="Seconds for each exchange in a round.")
@click.option("--operations", is_flag=True, help="Measure every operation of the contract too.")
@click.option("--sizes", is_flag=True, help="Measure larger and larger worlds and documents too.")
@click.option("--json", "path", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures here too.")
def main(rounds: int, seconds: float, operations: bool, sizes: bool, path: Path | None) -> None:
    """Measure speed, start and memory of the mock beside a bare server; nothing is written unless asked for."""
    console = Console(width=None if sys.stdout.isatty() else 100)
    try:
        with console.status("starting") as status:
            results = measure(Plan(rounds, seconds, operations, sizes), lambda now: status.update(f"measuring: {now}"))
        report.show(results, console)
        if path is not None:
            report.write(results, path)
    except (LoadError, OSError) as error:
        click.echo(f"benchmarks: {error}", err=True)
        sys.exit(2)


main()

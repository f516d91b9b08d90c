"""The command ``python -m benchmarks.detection``, which ``make score`` runs."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from benchmarks.detection import report
from benchmarks.detection.backend import BenchError
from benchmarks.detection.lane import LAWS
from benchmarks.detection.measure import LANES, Plan, Results, how_many, measure
from benchmarks.detection.runs import Journal
from benchmarks.detection.subjects import Subject, chosen, subjects


@click.command(context_settings={"show_default": True})
@click.option("--faults", metavar="1,5-9", help="Only these faults, and no variant.", show_default="all of both")
@click.option(
    "--lane",
    "lanes",
    type=click.Choice((*LANES, LAWS)),
    multiple=True,
    help="Only this lane; `laws` is B without the rules of the platform.",
    show_default="A and B",
)
@click.option("--seeds", default=3, type=click.IntRange(1), help="Seeds to run everything with.")
@click.option("--budget", default=60.0, type=click.FloatRange(1), help="Processor seconds for one lane on one fault.")
@click.option("--jobs", default=2, type=click.IntRange(1), help="Runs at the same time.")
@click.option("--stock", metavar="1,5-9", help="Run the stock engine beside on these faults.", show_default="none")
@click.option("--stock-seeds", type=click.IntRange(1), help="Seeds for the stock engine.", show_default="all")
@click.option("--json", "path", type=click.Path(path_type=Path, dir_okay=False), help="Write every run here.")
@click.option(
    "--journal",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep every run here as it ends, and do not repeat those that stand here.",
)
@click.option("--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Write the tables here.")
def main(
    faults: str | None,
    lanes: tuple[str, ...],
    seeds: int,
    budget: float,
    jobs: int,
    stock: str | None,
    stock_seeds: int | None,
    path: Path | None,
    journal: Path | None,
    markdown: Path | None,
) -> None:
    """Score the checker: which planted faults it finds, and whether it keeps silent where nothing is wrong."""
    everything = subjects()
    wanted = _chosen(faults, everything) if faults else everything
    beside = frozenset(each.number for each in _chosen(stock, everything) if each.number) if stock else frozenset()
    results = _measured(wanted, Plan(seeds, budget, jobs, beside, lanes or LANES, stock_seeds), journal)
    report.show(results, wanted, Console(width=None if sys.stdout.isatty() else 160))
    if path is not None:
        report.write(results, path)
    if markdown is not None:
        markdown.write_text(report.markdown(results, wanted))


def _chosen(text: str, among: list[Subject]) -> list[Subject]:
    try:
        return chosen(text, among)
    except ValueError as error:
        raise click.BadParameter(f"{text}: {error}; give numbers and ranges like 1,5-9.") from error


def _measured(wanted: list[Subject], plan: Plan, kept: Path | None) -> Results:
    columns = SpinnerColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}")
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("starting", total=how_many(wanted, plan))

        def say(told: str) -> None:
            progress.update(task, advance=1, description=told)
            if not progress.console.is_terminal:
                click.echo(told, err=True)

        try:
            return measure(wanted, plan, say, Journal.at(kept) if kept else Journal())
        except (BenchError, OSError) as error:
            progress.stop()
            click.echo(f"benchmarks: {error}", err=True)
            sys.exit(2)


main()

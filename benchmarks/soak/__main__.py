"""The command ``python -m benchmarks.soak``, which ``make soak`` runs."""

import sys

import click
from rich.console import Console
from rich.progress import Progress

from benchmarks.load.generator import LoadError
from benchmarks.soak import report
from benchmarks.soak.drawing import Drawing
from benchmarks.soak.run import Outcome, soak
from benchmarks.soak.sides import in_process, over_http
from mockserver.openapi import reader
from specdouble import OPENAPI, document


@click.command(context_settings={"show_default": True})
@click.option("--requests", default=100_000, type=click.IntRange(1), help="Requests to send in all.")
@click.option("--seed", default=1, help="The same requests for the same seed.")
@click.option("--http", "share", default=0.1, type=click.FloatRange(0, 1), help="Share of them that goes over HTTP.")
def main(requests: int, seed: int, share: float) -> None:
    """Send requests, good and bad, of everybody to every operation; exit with 1 when the mock breaks a promise."""
    contract = reader.read(document.load(OPENAPI))
    drawing, outcome = Drawing(contract, seed), Outcome()
    over = round(requests * share)
    console = Console(width=None if sys.stdout.isatty() else 140)
    try:
        with Progress(console=console) as progress:
            task = progress.add_task("soaking", total=requests)
            with over_http() as mock:
                soak("over HTTP", mock, drawing, over, outcome, lambda done: progress.advance(task, done))
            with in_process() as within:
                soak("in process", within, drawing, requests - over, outcome, lambda done: progress.advance(task, done))
    except LoadError as error:
        click.echo(f"benchmarks: {error}", err=True)
        sys.exit(2)
    report.show(outcome, contract.operations, console)
    sys.exit(1 if outcome.failures else 0)


main()

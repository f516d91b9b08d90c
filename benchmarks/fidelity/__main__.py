"""The command ``python -m benchmarks.fidelity``, which ``make fidelity`` runs."""

import logging
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from benchmarks.fidelity import report, sides
from benchmarks.fidelity.cases import cases
from benchmarks.fidelity.compare import compare
from benchmarks.reference_backend.app import running
from mockserver.courses import Settings
from specdouble.yaml_reader import SpecError


@click.command(context_settings={"show_default": True})
@click.option("--every", default=1, type=click.IntRange(1), help="Compare only every so manieth request.")
@click.option(
    "--settings",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="How the mock is set.",
    show_default="as it comes",
)
@click.option("--markdown", type=click.Path(path_type=Path, dir_okay=False), help="Write the tables here.")
def main(every: int, settings: Path | None, markdown: Path | None) -> None:
    """Send the same requests to the mock and the reference, and tell why they differ; status 1 where nobody knows."""
    logging.disable(logging.WARNING)  # refusals, of which there are many
    asked = list(cases())[::every]
    with running() as application, sides.mock(_read(settings)) as mock, sides.reference(application) as reference:
        told = track(asked, "comparing", console=Console(stderr=True))
        verdict = report.Verdict(list(compare(told, mock, reference)))
    report.show(verdict, Console(width=None if sys.stdout.isatty() else 160))
    if markdown is not None:
        markdown.write_text(report.markdown(verdict))
    sys.exit(bool(verdict.unexplained))


def _read(settings: Path | None) -> Settings:
    try:
        return Settings.read(settings) if settings else sides.AS_IT_COMES
    except SpecError as error:
        raise click.BadParameter(str(error), param_hint="--settings") from error


main()

"""Start the mock of every document in a folder, and print how many start and why others do not.

python -m benchmarks.documents FOLDER
"""

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from benchmarks.documents.sources import sources
from benchmarks.documents.start import STARTED, Outcome, start


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--limit", default=30.0, show_default=True, help="Seconds that a start may take.")
@click.option("--at-least", default=0.0, show_default=True, help="Exit with 1 if fewer percent of the documents start.")
def main(folder: Path, limit: float, at_least: float) -> None:
    """Start the mock of every document in FOLDER, and print how many start and why others do not."""
    with TemporaryDirectory() as scratch:
        extracted = Path(scratch, "cases")
        extracted.mkdir()
        outcomes = [start(source, limit, Path(scratch)) for source in sources(folder, extracted)]
    report(outcomes)
    if sum(outcome.kind == STARTED for outcome in outcomes) < at_least / 100 * len(outcomes):
        sys.exit(1)


def report(outcomes: list[Outcome]) -> None:
    """Print the number of documents that start, then each failure in a line."""
    kinds = Counter(outcome.kind for outcome in outcomes)
    total = len(outcomes)
    share = 100 * kinds[STARTED] / total if total else 0
    slowest = max(outcomes, key=lambda outcome: outcome.seconds, default=None)
    click.echo(f"{kinds[STARTED]} of {total} documents start ({share:.1f} %)")
    click.echo(f"{sum(outcome.warnings > 0 for outcome in outcomes)} of them with warnings")
    if slowest is not None:
        click.echo(f"Slowest: {slowest.source.name}, {slowest.seconds:.1f} s")
    for kind, count in kinds.most_common():
        if kind != STARTED:
            click.echo(f"\n{kind}: {count}")
            for outcome in outcomes:
                if outcome.kind == kind:
                    click.echo(f"  {outcome.source.name}: {outcome.message}")


if __name__ == "__main__":
    main()

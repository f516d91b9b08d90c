"""Measure how far the mock serves the documents in a folder: a table, and the failures by kind.

python -m benchmarks.documents FOLDER
"""

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import click

from benchmarks.documents import harness, report, run, stock
from benchmarks.documents.client import Log
from benchmarks.documents.sources import Source, sources
from benchmarks.documents.start import STARTED, start
from benchmarks.documents.verdicts import Failure, Tally

Tallies = defaultdict[str, Tally]
_VERSIONS: Final = {"harness": False, "harness2": True}
"""Whether a row of the harness is about Swagger 2.0."""


@click.command(context_settings={"show_default": True})
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", default=",".join(report.TITLES), help="Measure only these rows.", show_default="all")
@click.option("--documents", "pattern", default="", help="Measure only documents whose name contains this.")
@click.option("--limit", default=3, help="How many failures of a kind to print.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write all failures here.")
@click.option("--jobs", default=2, help="How many documents to measure at once.")
@click.option("--small", default=40, help="Run Schemathesis on documents of at most so many KB.")
@click.option("--start-seconds", default=30.0, help="Seconds that a start may take.")
@click.option("--row-seconds", default=300.0, help="Seconds that a row may take in one document.")
@click.option("--at-least", default=0.0, help="Exit with 1 if fewer percent of the documents start.")
def main(
    folder: Path,
    only: str,
    pattern: str,
    limit: int,
    file: Path | None,
    jobs: int,
    small: int,
    start_seconds: float,
    row_seconds: float,
    at_least: float,
) -> None:
    """Measure how far the mock serves the documents in FOLDER: a table, and the failures by kind."""
    rows = _rows(only)
    tallies: Tallies = defaultdict(Tally)
    Log().attach()
    with TemporaryDirectory() as scratch:
        # Nothing is served from the cache of an earlier run.
        os.environ["XDG_CACHE_HOME"] = scratch
        extracted = Path(scratch, "cases")
        extracted.mkdir()
        documents = [source for source in sources(folder, extracted) if pattern in source.name]
        apis = [source for source in documents if source.case is None]
        if "start" in rows:
            _start(documents, start_seconds, Path(scratch), tallies)
        _ask(apis, [row for row in run.ROWS if row in rows], row_seconds, jobs, tallies)
        for row in rows:
            if row in _VERSIONS:
                tallies[row].count(harness.verdicts(_shown(_cases(documents, _VERSIONS[row]), row)))
        if "stock" in rows:
            _stock([source for source in apis if source.path.stat().st_size <= 1000 * small], jobs, tallies)
    click.echo(report.table(tallies))
    for line in report.failures(tallies, limit):
        click.echo(line)
    if file is not None:
        file.write_text(json.dumps(report.as_json(tallies), indent=1))
    if tallies["start"].share < at_least:
        sys.exit(1)


def _rows(only: str) -> list[str]:
    rows = only.split(",")
    unknown = [row for row in rows if row not in report.TITLES]
    if unknown:
        raise click.BadParameter(f"no row {unknown[0]}; there are {', '.join(report.TITLES)}.", param_hint="--only")
    return rows


def _start(documents: Sequence[Source], seconds: float, cache: Path, tallies: Tallies) -> None:
    warned, slowest = 0, ("", 0.0)
    for source in _shown(documents, "start"):
        outcome = start(source, seconds, cache)
        failed = outcome.kind != STARTED
        tallies["start"].count([Failure(outcome.kind, source.name, "", outcome.message) if failed else None])
        warned += outcome.warnings > 0
        slowest = max(slowest, (source.name, outcome.seconds), key=lambda start: start[1])
    click.echo(f"{warned} documents start with warnings; the slowest is {slowest[0]}, {slowest[1]:.1f} s", err=True)


def _ask(apis: Sequence[Source], rows: Sequence[str], seconds: float, jobs: int, tallies: Tallies) -> None:
    if not rows:
        return
    for place, outcome in enumerate(run.run(apis, rows, seconds, jobs), 1):
        for row, tally in outcome.tallies.items():
            tallies[row].add(tally)
        _say(f"{place}/{len(apis)} {outcome.source.name}")
        for label in outcome.unasked:
            _say(f"  not asked, because Schemathesis makes no valid request: {label}")
        if outcome.fault:
            _say(outcome.fault)
            raise click.ClickException(f"The benchmark failed at {outcome.source.name}.")


def _cases(documents: Sequence[Source], swagger: bool) -> list[Source]:
    return [source for source in documents if source.case is not None and harness.is_swagger(source) == swagger]


def _stock(apis: Sequence[Source], jobs: int, tallies: Tallies) -> None:
    with ThreadPoolExecutor(jobs) as pool:
        for place, (source, tally) in enumerate(zip(apis, pool.map(stock.check, apis), strict=True), 1):
            tallies["stock"].add(tally)
            _say(f"schemathesis {place}/{len(apis)} {source.name}: {len(tally.failures)}")


def _shown(documents: Sequence[Source], row: str) -> Iterator[Source]:
    """Yield documents, and say which one comes."""
    for place, source in enumerate(documents, 1):
        _say(f"{row} {place}/{len(documents)} {source.name}")
        yield source


def _say(text: str) -> None:
    click.echo(text, err=True)


if __name__ == "__main__":
    main()

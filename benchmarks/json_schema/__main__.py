"""Hold validation and generated values against the JSON Schema Test Suite, and against real documents.

python -m benchmarks.json_schema SUITE --documents FOLDER
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from typing import Final

import click

from benchmarks.documents.verdicts import Tally
from benchmarks.json_schema.documents import response_schemas
from benchmarks.json_schema.measure import generation, read, validation
from benchmarks.json_schema.suite import NAME, Case, cases, types_of
from mockserver.openapi.schemas import Schema

_VERSIONS: Final = ("3.1.1", "3.2.0", "3.0.3")


@click.command(context_settings={"show_default": True})
@click.argument("suite", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--documents", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder of them.")
@click.option("--limit", default=3, help="How many failures of a kind to print.")
def main(suite: Path | None, documents: Path | None, limit: int) -> None:
    """Hold validation and generated values against the cases in SUITE, the folder `tests` of the suite."""
    tallies: defaultdict[str, Tally] = defaultdict(Tally)
    seconds: list[float] = []
    with TemporaryDirectory() as scratch:
        os.environ["XDG_CACHE_HOME"] = scratch
        for version in _VERSIONS if suite is not None else ():
            _measure_suite(suite, version, Path(scratch), tallies, seconds)  # type: ignore[arg-type]
        if documents is not None:
            _measure_documents(documents, Path(scratch), tallies, seconds)
    for line in _report(tallies, limit):
        click.echo(line)
    if len(seconds) > 1:
        click.echo(
            f"\nA value takes {1000 * quantiles(seconds, n=100)[-1]:.0f} ms (99 %), {1000 * max(seconds):.0f} at most."
        )


def _measure_suite(
    suite: Path, version: str, folder: Path, tallies: defaultdict[str, Tally], seconds: list[float]
) -> None:
    skipped: Counter[str] = Counter()
    for case in cases(suite, version):
        if case.skipped:
            skipped[case.skipped] += 1
            continue
        contract = read(case, folder)
        tallies[f"values validated as the suite says, OpenAPI {version}"].count(validation(case, contract))
        for schema in _schemas(case, version):
            verdict, duration = generation(contract, schema, f"{case.name}, {schema.get('type', 'any type')}")
            tallies[f"generated values of its schemas that are valid, OpenAPI {version}"].count([verdict])
            seconds.append(duration)
    for reason, count in skipped.most_common():
        click.echo(f"OpenAPI {version}, {count} schemas left out: {reason}")


def _schemas(case: Case, version: str) -> list[Schema]:
    """Return the schema of a case, and one for each type of its valid values; none where it allows no value.

    Most schemas of the suite allow any value of another type than the one that they are about.
    """
    reference = {"$ref": f"#/components/schemas/{NAME}"}
    types = [name for name in types_of(case) if name != "null" or not version.startswith("3.0")]
    return [reference, *({"type": name, "allOf": [reference]} for name in types)] if types else []


def _measure_documents(documents: Path, scratch: Path, tallies: defaultdict[str, Tally], seconds: list[float]) -> None:
    extracted = scratch / "cases"
    extracted.mkdir()
    for place, contract, schema in response_schemas(documents, extracted):
        verdict, duration = generation(contract, schema, place)
        tallies["generated values of the responses of documents that are valid"].count([verdict])
        seconds.append(duration)


def _report(tallies: Mapping[str, Tally], limit: int) -> Iterator[str]:
    yield "\n| measured | holds | of | share |\n|---|---:|---:|---:|"
    for title, tally in tallies.items():
        yield f"| {title} | {tally.held} | {tally.total} | {tally.share:.1f} % |"
    for title, tally in tallies.items():
        for kind, failures in tally.kinds():
            yield f"\n### {title}: {kind}: {len(failures)}\n"
            for failure in failures[:limit]:
                yield f"- {failure.document}\n  {failure.detail}"


if __name__ == "__main__":
    main()

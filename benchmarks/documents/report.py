"""The table of the benchmark, and the failures by kind, as Markdown; all of it as JSON."""

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.documents.verdicts import Failure, Tally

TITLES: Mapping[str, str] = {
    "start": "documents that start",
    "operations": "operations asked once, validly, that answer as documented",
    "resources": "resources that are created, read, listed, changed and deleted",
    "examples": "documented response examples used",
    "invalid": "invalid query, header and cookie parameters rejected",
    "missing": "missing required parameters rejected",
    "prefer": "`Prefer: code=` and `example=` honoured",
    "harness": "cases of Prism's harness that pass, OpenAPI 3",
    "harness2": "cases of Prism's harness that pass, Swagger 2.0",
    "stock": "small documents without a finding of `schemathesis run`",
    "errors": "answers that are not a failure of the mock (status 500)",
}
"""The rows of the table, in order."""


def table(tallies: Mapping[str, Tally]) -> str:
    """Return the table, with the rows that were measured."""
    lines = ["| measured | holds | of | share |", "|---|---:|---:|---:|"]
    for row, title in TITLES.items():
        if row in tallies:
            tally = tallies[row]
            lines.append(f"| {title} | {tally.held} | {tally.total} | {tally.share:.1f} % |")
    return "\n".join(lines)


def failures(tallies: Mapping[str, Tally], limit: int) -> Iterator[str]:
    """Yield the failures by row and kind, at most so many of a kind, one of each document first."""
    for row, title in TITLES.items():
        kinds = tallies[row].kinds() if row in tallies else []
        if kinds:
            yield f"\n## {title}: {sum(len(entries) for _, entries in kinds)} failures"
        for kind, entries in kinds:
            yield f"\n### {kind}: {len(entries)}, in {_documents(entries)}\n"
            for failure in _spread(entries)[:limit]:
                yield from _lines(failure)


def _documents(entries: Sequence[Failure]) -> str:
    names = list(dict.fromkeys(failure.document for failure in entries))
    return f"{len(names)} documents" if len(names) > 1 else names[0]


def _spread(entries: Sequence[Failure]) -> list[Failure]:
    """Return failures so that each document comes once before any comes twice."""
    seen: dict[str, int] = {}
    ranked: list[tuple[int, Failure]] = []
    for failure in entries:
        seen[failure.document] = seen.get(failure.document, 0) + 1
        ranked.append((seen[failure.document], failure))
    return [failure for _, failure in sorted(ranked, key=lambda entry: entry[0])]


def _lines(failure: Failure) -> Iterator[str]:
    yield f"- {failure.document}" + (f": `{failure.request}`" if failure.request else "")
    if failure.detail:
        yield f"  {failure.detail}"


def as_json(tallies: Mapping[str, Tally]) -> dict[str, object]:
    """Return the tallies with all failures as values of JSON."""
    return {
        row: {
            "held": tally.held,
            "total": tally.total,
            "failures": [failure._asdict() for failure in tally.failures],
        }
        for row, tally in tallies.items()
    }

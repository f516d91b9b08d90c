"""The agreement as a figure, and every difference with its reason, on the console and as Markdown."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from benchmarks.fidelity.compare import Difference, Pair
from benchmarks.fidelity.explained import EXPLANATIONS, Explanation, explanation

GROUPS = ("requests about", "compared", "alike", "explained", "unexplained")
REASONS = ("difference", "kind", "rule", "requests", "reason", "for example")
Row = tuple[str, ...]


@dataclass
class Verdict:
    """What came of a comparison."""

    pairs: Sequence[Pair]
    explained: dict[str, list[Difference]] = field(default_factory=lambda: defaultdict(list))
    """Name of an explanation → the differences that it explains."""
    unexplained: list[Difference] = field(default_factory=list)

    def __post_init__(self) -> None:
        for difference in (each for pair in self.pairs for each in pair.differences):
            known = explanation(difference)
            (self.explained[known.name] if known else self.unexplained).append(difference)

    @property
    def alike(self) -> int:
        """Requests to which both sides have the same answer and the same state afterwards."""
        return sum(not pair.differences for pair in self.pairs)

    @property
    def figure(self) -> str:
        """The agreement in one line."""
        share = self.alike / len(self.pairs)
        differ = len(self.pairs) - self.alike
        doubtful = len({difference.case.told for difference in self.unexplained})
        told = f"{self.alike} of {len(self.pairs)} requests alike ({share:.1%}); {differ} differ"
        return f"{told}, {doubtful} of them without a reason."

    @property
    def kinds(self) -> str:
        """How many requests differ for each kind of reason; one may differ for several."""
        cases: dict[str, set[str]] = defaultdict(set)
        for name, differences in self.explained.items():
            cases[EXPLANATIONS[name].kind] |= {difference.case.told for difference in differences}
        return "; ".join(f"{kind}: {len(told)}" for kind, told in sorted(cases.items()))

    @property
    def stale(self) -> list[str]:
        """Explanations that explain nothing any more."""
        return [name for name in EXPLANATIONS if name not in self.explained]

    def by_group(self) -> Iterator[Row]:
        """A row for each group of requests."""
        compared = Counter(pair.case.group for pair in self.pairs)
        doubtful = Counter({difference.case.told: difference.case.group for difference in self.unexplained}.values())
        alike = Counter(pair.case.group for pair in self.pairs if not pair.differences)
        for group, count in compared.items():
            explained = count - alike[group] - doubtful[group]
            yield group, *map(str, (count, alike[group], explained, doubtful[group]))

    def by_reason(self) -> Iterator[Row]:
        """A row for each explanation that explained something, kind by kind."""
        used = [EXPLANATIONS[name] for name in self.explained]
        for each in sorted(used, key=lambda each: each.kind):
            yield _reason(each, self.explained[each.name])


def _reason(known: Explanation, differences: Sequence[Difference]) -> Row:
    cases = {difference.case.told for difference in differences}
    return known.name, known.kind, known.rule, str(len(cases)), known.reason, differences[0].case.told


def show(verdict: Verdict, console: Console) -> None:
    """Print the tables, what has no reason, and the figure."""
    console.print(_table("Requests", GROUPS, verdict.by_group()))
    console.print(_table("Differences", REASONS, verdict.by_reason()))
    for difference in verdict.unexplained:
        console.print(f"Unexplained: {told(difference)}", markup=False, soft_wrap=True)
    for name in verdict.stale:
        console.print(f"Explains nothing: {name}", style="yellow")
    console.print(verdict.figure)
    console.print(verdict.kinds)


def told(difference: Difference) -> str:
    """A difference in one line."""
    answers = zip(("mock", "reference"), difference.statuses, (difference.mock, difference.reference), strict=True)
    words = "; ".join(f"{side} {status}: {str(value)[:200]}" for side, status, value in answers)
    return f"{difference.case.told}: {difference.where}; {words}"


def _table(title: str, columns: Row, rows: Iterator[Row]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(cell.replace("[", "\\[") for cell in row))
    return table


def markdown(verdict: Verdict) -> str:
    """The figure and both tables as Markdown."""
    tables = _markdown(GROUPS, verdict.by_group()), _markdown(REASONS, verdict.by_reason())
    return "\n".join([verdict.figure, "", f"{verdict.kinds}.", "", *tables])


def _markdown(columns: Row, rows: Iterator[Row]) -> str:
    lines = [columns, ("---",) * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '¦') for cell in line)} |" for line in lines) + "\n"

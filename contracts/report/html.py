"""One page that anybody can read: no script, nothing loaded from elsewhere, light and dark, on screen and on paper."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.matrix import Cell
from contracts.report import Report
from contracts.report.places import Places
from contracts.report.texts import legal
from contracts.verdict import Verdict

GRAVITY = (Verdict.BROKEN, Verdict.NEVER, Verdict.HELD, Verdict.NA)
MARKS = {Verdict.HELD: "✓", Verdict.BROKEN: "✗", Verdict.NEVER: "?", Verdict.NA: "–"}


@dataclass(frozen=True)
class Square:
    """What one person may do by one operation, on all items that were tried."""

    may: str
    verdict: Verdict
    items: str


def write(report: Report, path: Path) -> None:
    """Write the report to a file."""
    path.write_text(to_html(report), encoding="utf-8")


def to_html(report: Report) -> str:
    """The report as a page; whatever a target answered stays text."""
    places = Places(report.spec)
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            known=report.baseline.known,
            accepted=[each for each in report.findings if each.id in report.baseline.known],
            places={each.id: places.of(each) for each in report.findings},
            people=list(dict.fromkeys(cell.person for cell in report.permissions)),
            matrix=matrix(report.permissions),
            rules=sorted(report.rules, key=lambda each: (GRAVITY.index(each.verdict), each.rule)),
            counts={verdict: sum(each.verdict is verdict for each in report.rules) for verdict in GRAVITY},
            unreached=list(dict.fromkeys(report.never_reached)),
            marks=MARKS,
            Verdict=Verdict,
        )
    )


def _environment() -> Environment:
    folder = FileSystemLoader(Path(__file__).parent)
    return Environment(
        loader=folder,
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_legal,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _legal(value: Any) -> Any:
    return legal(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def matrix(cells: Sequence[Cell]) -> dict[str, dict[str, Square]]:
    """Operation → person → what was promised and found."""
    found: dict[str, dict[str, list[Cell]]] = {}
    for cell in cells:
        found.setdefault(cell.operation, {}).setdefault(cell.person, []).append(cell)
    return {operation: {name: _square(each) for name, each in row.items()} for operation, row in found.items()}


def _square(cells: Sequence[Cell]) -> Square:
    verdict = next(each for each in GRAVITY if any(cell.verdict is each for cell in cells))
    return Square(_may(cells), verdict, "; ".join(_told(cells)))


def _may(cells: Sequence[Cell]) -> str:
    allowed = [cell.state for cell in cells if cell.allowed]
    if len(allowed) == len(cells):
        return "yes"
    return ", ".join(dict.fromkeys(allowed)) or "no"


def _told(cells: Sequence[Cell]) -> Iterator[str]:
    for cell in cells:
        yield f"{cell.state}: {'may' if cell.allowed else 'may not'}, {cell.verdict}"

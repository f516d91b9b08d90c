"""One page that anybody can read: of itself alone, nothing loaded from elsewhere, on screen and on paper.

Its own script and style are the only ones that a browser runs of it, whatever a target answered.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from contracts.report import Report
from contracts.report.grouping import groups
from contracts.report.locations import Places
from contracts.report.permissions import Cell
from contracts.results.findings import Finding
from contracts.results.text import legal
from contracts.results.verdict import Verdict

FOLDER = Path(__file__).parent / "page"
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
    fresh = {each.id for each in report.fresh}
    accepted = [each for each in report.findings if each.id not in fresh]
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            known=report.baseline.known,
            marks=MARKS,
            bar_order=(Verdict.HELD, Verdict.BROKEN, Verdict.NEVER, Verdict.NA),
            Verdict=Verdict,
            verdict_kinds=_verdict_kinds,
            style=_part("page.css"),
            script=_part("page.js"),
            accepted=groups(accepted),
            unreached=_unreached(report),
            **_of_findings(report),
            **_of_tables(report),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_legal,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["fingerprint"] = _fingerprint
    return environment


def _legal(value: Any) -> Any:
    return legal(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def _part(name: str) -> Markup:
    return Markup((FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704 # a file of our own


def _fingerprint(part: Markup) -> Markup:
    """The source expression by which a content security policy knows a script or a style."""
    digest = b64encode(sha256(part.encode()).digest()).decode()
    return Markup("'sha256-{}'").format(digest)


def _of_findings(report: Report) -> dict[str, Any]:
    places = Places(report.spec)
    severities = Counter(each.severity for each in report.fresh)
    return {
        "groups": groups(report.fresh),
        "by_rule": _by_rule(report.findings),
        "places": {each.id: places.of(each) for each in report.findings},
        "severities": [f"{count} {severity}" for severity, count in severities.items()],
        "severity_counts": [(severity, severity, count) for severity, count in severities.items()],
    }


def _of_tables(report: Report) -> dict[str, Any]:
    return {
        "people": list(dict.fromkeys(cell.person for cell in report.permissions)),
        "matrix": matrix(report.permissions),
        "rules": sorted(report.rules, key=lambda each: (GRAVITY.index(each.verdict), each.rule)),
        "rule_counts": _counts(each.verdict for each in report.rules),
        "checks": sorted(report.results, key=lambda each: GRAVITY.index(each.verdict)),
        "check_counts": _counts(each.verdict for each in report.results),
    }


def _by_rule(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for each in findings:
        for rule in each.rules:
            found.setdefault(rule, []).append(each)
    return found


def _counts(verdicts: Iterable[Verdict]) -> dict[Verdict, int]:
    counted = Counter(verdicts)
    return {verdict: counted[verdict] for verdict in GRAVITY}


def _verdict_kinds(counts: Mapping[Verdict, int]) -> list[tuple[str, str, int]]:
    return [(verdict.name.lower(), str(verdict), count) for verdict, count in counts.items()]


def _unreached(report: Report) -> dict[str, str]:
    """Check or rule → why it was not exercised."""
    told = {each.check.code: each.why for each in report.results} | {each.rule: each.why for each in report.rules}
    return {name: told.get(name, "") for name in report.never_reached}


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

"""One HTML page for everybody, on screen and on paper, which loads nothing.

Its content security policy allows its own script and style only, whatever a target answered.
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
    """What one user may do with one operation, on all items that were tried."""

    may: str
    verdict: Verdict
    items: str


def write(report: Report, path: Path) -> None:
    """Write the report to a file."""
    path.write_text(to_html(report), encoding="utf-8")


def to_html(report: Report) -> str:
    """Return the report as a page, on which everything that a target answered stays text."""
    accepted = [finding for finding in report.findings if finding.id in report.baseline.accepted]
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            known=report.baseline.accepted,
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
    return Markup((FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704 # our own file


def _fingerprint(part: Markup) -> Markup:
    """Return the source expression that identifies a script or style in a content security policy."""
    digest = b64encode(sha256(part.encode()).digest()).decode()
    return Markup("'sha256-{}'").format(digest)


def _of_findings(report: Report) -> dict[str, Any]:
    places = Places(report.spec)
    severities = Counter(finding.severity for finding in report.fresh)
    return {
        "groups": groups(report.fresh),
        "by_rule": _by_rule(report.findings),
        "places": {finding.id: places.of(finding) for finding in report.findings},
        "severities": [f"{count} {severity}" for severity, count in severities.items()],
        "severity_counts": [(severity, severity, count) for severity, count in severities.items()],
    }


def _of_tables(report: Report) -> dict[str, Any]:
    return {
        "people": list(dict.fromkeys(cell.person for cell in report.permissions)),
        "matrix": matrix(report.permissions),
        "rules": sorted(report.rules, key=lambda result: (GRAVITY.index(result.verdict), result.rule)),
        "rule_counts": _counts(result.verdict for result in report.rules),
        "checks": sorted(report.results, key=lambda result: GRAVITY.index(result.verdict)),
        "check_counts": _counts(result.verdict for result in report.results),
    }


def _by_rule(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        for rule in finding.rules:
            by_rule.setdefault(rule, []).append(finding)
    return by_rule


def _counts(verdicts: Iterable[Verdict]) -> dict[Verdict, int]:
    counted = Counter(verdicts)
    return {verdict: counted[verdict] for verdict in GRAVITY}


def _verdict_kinds(counts: Mapping[Verdict, int]) -> list[tuple[str, str, int]]:
    return [(verdict.name.lower(), str(verdict), count) for verdict, count in counts.items()]


def _unreached(report: Report) -> dict[str, str]:
    """Return why each check or rule was never reached."""
    reasons = {result.check.code: result.why for result in report.results}
    reasons |= {result.rule: result.why for result in report.rules}
    return {name: reasons.get(name, "") for name in report.never_reached}


def matrix(cells: Sequence[Cell]) -> dict[str, dict[str, Square]]:
    """Return the permission matrix: operation → user → square."""
    rows: dict[str, dict[str, list[Cell]]] = {}
    for cell in cells:
        rows.setdefault(cell.operation, {}).setdefault(cell.person, []).append(cell)
    return {operation: {person: _square(group) for person, group in row.items()} for operation, row in rows.items()}


def _square(cells: Sequence[Cell]) -> Square:
    gravest = min((cell.verdict for cell in cells), key=GRAVITY.index)
    return Square(_may(cells), gravest, "; ".join(_items(cells)))


def _may(cells: Sequence[Cell]) -> str:
    allowed = [cell.state for cell in cells if cell.allowed]
    if len(allowed) == len(cells):
        return "yes"
    return ", ".join(dict.fromkeys(allowed)) or "no"


def _items(cells: Sequence[Cell]) -> Iterator[str]:
    for cell in cells:
        may = "may" if cell.allowed else "may not"
        yield f"{cell.state}: {may}, {cell.verdict}"

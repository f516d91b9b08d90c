"""Merge the journals of all shards into one report: each finding once, each check with its worst result."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from contracts.checks.registration import Check
from contracts.client.target import Safety
from contracts.fuzz.journal import Done, Record
from contracts.fuzz.units import Unit
from contracts.report import Report
from contracts.report.rules import RunEnd, report_of
from contracts.results.findings import Finding
from contracts.results.verdict import Verdict
from contracts.runner.preparation import Prepared
from contracts.runner.results import CheckResult, Tried, in_part

WORST_FIRST = (Verdict.BROKEN, Verdict.NEVER, Verdict.HELD, Verdict.NA)


@dataclass
class Merged:
    """The work and the findings of all shards."""

    records: Sequence[Record]
    findings: dict[str, Finding] = field(init=False)
    """Id → finding, as the first shard saw it."""

    def __post_init__(self) -> None:
        entries = [entry for record in self.records for entry in record.findings.values()]
        self.findings = {entry.finding.id: entry.finding for entry in reversed(entries)}

    def remove_unconfirmed(self) -> list[Finding]:
        """Remove and return the findings that did not come back alone: shards on one target disturb each other."""
        gone = [finding for finding in self.findings.values() if finding.tries and not finding.came_back]
        for finding in gone:
            del self.findings[finding.id]
        return gone

    @property
    def seconds(self) -> float:
        """How long the longest shard ran."""
        return max((record.seconds for record in self.records), default=0.0)

    @property
    def requests(self) -> int:
        """How many requests the shards sent."""
        return sum(entry.requests for record in self.records for entry in record.entries)

    @property
    def left_behind(self) -> list[str]:
        """What the shards could not delete or restore."""
        entries = (entry for record in self.records for entry in record.entries)
        return list(dict.fromkeys(item for entry in entries for item in entry.left_behind))

    @property
    def stopped(self) -> str:
        """Why a shard ended before its time; empty if none did."""
        return next((record.stopped for record in self.records if record.stopped), "")

    @property
    def finished(self) -> set[Unit]:
        """The completed units."""
        return {unit for record in self.records for unit in record.finished}


def report(merged: Merged, prepared: Prepared, wanted: Iterable[Unit], url: str, seed: int, safety: Safety) -> Report:
    """Return the report; ``wanted`` units that were not completed count as never reached."""
    wanted = list(wanted)
    missing = [unit for unit in wanted if unit not in merged.finished]
    why = merged.stopped or "the time was over"
    results = list(_results(merged, prepared, missing, why))
    stopped = f"{why} before {len(missing)} of {len(wanted)} parts of the first round were tried" if missing else ""
    end = RunEnd(safety, merged.seconds, merged.requests, merged.left_behind, stopped)
    return report_of(url, seed, prepared, results, end)


def _results(merged: Merged, prepared: Prepared, missing: Sequence[Unit], why: str) -> Iterator[CheckResult]:
    done = _done_by_check(merged.records)
    findings = _findings_by_check(merged)
    unreached = _missing_by_check(missing)
    for key, check in _checks(prepared).items():
        if key in done or key in unreached:
            reason = _why_missing(unreached.get(key, []), why)
            yield _result(check, done.get(key, []), findings.get(key, []), reason)


Key = tuple[str, int]
"""The code of a check, and its number among checks with the same code."""

Placed = tuple[str, Done]
"""The resource at which a check ran, and its result."""


def _done_by_check(records: Sequence[Record]) -> dict[Key, list[Placed]]:
    by_check: dict[Key, list[Placed]] = {}
    for entry in (entry for record in records for entry in record.entries):
        for done in entry.results:
            by_check.setdefault((done.code, entry.unit.number), []).append((entry.unit.where, done))
    return by_check


def _findings_by_check(merged: Merged) -> dict[Key, list[Finding]]:
    by_check: dict[Key, dict[str, Finding]] = {}
    for entry in (entry for record in merged.records for entry in record.findings.values()):
        identifier = entry.finding.id
        if identifier in merged.findings:
            by_check.setdefault((entry.code, entry.number), {})[identifier] = merged.findings[identifier]
    return {key: list(findings.values()) for key, findings in by_check.items()}


def _missing_by_check(missing: Iterable[Unit]) -> dict[Key, list[Unit]]:
    by_check: dict[Key, list[Unit]] = {}
    for unit in missing:
        for code in unit.codes:
            by_check.setdefault((code, unit.number), []).append(unit)
    return by_check


def _checks(prepared: Prepared) -> Mapping[Key, Check]:
    """Return every selected check, in the order of a short run."""
    from contracts.conformance.engine import phases

    checks: dict[Key, Check] = {}
    for check in prepared.checks:
        twins = sum(code == check.code for code, _ in checks)
        checks[check.code, twins] = check
    return checks | {(check.code, 0): check for check in phases()}


def _why_missing(missing: Sequence[Unit], why: str) -> str:
    """Describe why parts of a check were not tried; return an empty text if all were."""
    return f"{why} before {missing[0].name}" + _more(len(missing) - 1) if missing else ""


def _result(check: Check, placed: Sequence[Placed], findings: Sequence[Finding], missing: str) -> CheckResult:
    verdict, why = _verdict(placed, findings, missing)
    parts = [done for _, done in placed]
    return CheckResult(
        check,
        verdict,
        why,
        list(findings),
        trials=sum(part.trials for part in parts),
        seconds=sum(part.seconds for part in parts),
        requests=sum(part.requests for part in parts),
        tried=_tried(parts),
        lacking=tuple(dict.fromkeys(reason for part in parts for reason in part.lacking)),
        failed=any(part.failed for part in parts),
        gaps=_gaps(placed) if verdict is Verdict.HELD else (),
    )


def _verdict(placed: Sequence[Placed], findings: Sequence[Finding], missing: str) -> tuple[Verdict, str]:
    """Return the verdict on a check, which is not held before every part of the first round was tried."""
    if findings:
        first = findings[0]
        return Verdict.BROKEN, f"expected {first.expected}, got {first.got}"
    if missing:
        return Verdict.NEVER, missing
    verdict, why = _worst(_verdict_at(place, parts) for place, parts in _by_place(placed).items())
    return verdict, in_part(_gaps(placed)) if verdict is Verdict.HELD else why


def _worst(verdicts: Iterable[tuple[Verdict, str]]) -> tuple[Verdict, str]:
    """Return the verdict on a check at several resources, which is not held if it never ran at one of them."""
    verdicts = list(verdicts)
    present = {verdict for verdict, _ in verdicts}
    worst = next((verdict for verdict in WORST_FIRST if verdict in present), Verdict.NA)
    reasons = dict.fromkeys(why for verdict, why in verdicts if verdict is worst and why)
    return worst, "; ".join(reasons)


def _gaps(placed: Sequence[Placed]) -> tuple[str, ...]:
    """Return what the first round that held at each resource could not try."""
    by_place = _by_place(placed).values()
    first = (next((part for part in parts if part.verdict is Verdict.HELD), None) for parts in by_place)
    return tuple(dict.fromkeys(gap for part in first if part is not None for gap in part.gaps))


def _by_place(placed: Sequence[Placed]) -> dict[str, list[Done]]:
    by_place: dict[str, list[Done]] = {}
    for place, done in placed:
        by_place.setdefault(place, []).append(done)
    return by_place


def _verdict_at(place: str, parts: Sequence[Done]) -> tuple[Verdict, str]:
    """Return the verdict of all rounds on a check at one resource: it is enough that one of them reached it."""
    for verdict in (Verdict.HELD, Verdict.NEVER, Verdict.NA):
        first = next((part for part in parts if part.verdict is verdict), None)
        if first and verdict is Verdict.NEVER and place:
            return verdict, f"{place}: {first.why}"
        if first:
            return verdict, first.why
    return Verdict.HELD, ""  # Everything was broken, but did not come back.


def _more(number: int) -> str:
    return f" and {number} more parts" if number > 1 else " and one more part" if number else ""


def _tried(parts: Iterable[Done]) -> tuple[Tried, ...]:
    """Return each trial once, with its worst verdict."""
    worst: dict[tuple[str, str], Tried] = {}
    for trial in (trial for part in parts for trial in part.tried):
        key = trial.subject, trial.operation
        if key not in worst or WORST_FIRST.index(trial.verdict) < WORST_FIRST.index(worst[key].verdict):
            worst[key] = trial
    return tuple(worst.values())
